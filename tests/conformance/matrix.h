/*
 * The matrix: for each device and mode, and each structure of it in memory, the view that its accesses were seen to
 * take. Filled by the tests of the view oracle, printed at the end of the run with what it means to a guest.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include "drivers/engine/engine.h"

enum structure {
	STRUCTURE_DESCRIPTORS,
	STRUCTURE_AVAILABLE,
	STRUCTURE_USED,
	STRUCTURE_BUFFER_READ,
	STRUCTURE_BUFFER_WRITE,
	STRUCTURES,
};

void matrix_record(const struct engine *engine, enum structure structure, enum view view);
void matrix_print(void);

#endif
