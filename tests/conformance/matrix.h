/*
 * The matrix: for each device and mode, and each structure of it in memory, the view that its accesses were seen to
 * take. Filled by the tests of the view oracle, printed at the end of the run with what it means to a guest.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include "tests/conformance/engine_trial.h"

enum structure {
	STRUCTURE_DESCRIPTORS,		/* split */
	STRUCTURE_AVAILABLE,
	STRUCTURE_USED,
	STRUCTURE_RING,			/* packed */
	STRUCTURE_DRIVER_EVENTS,
	STRUCTURE_DEVICE_EVENTS,
	STRUCTURE_INDIRECT,		/* either */
	STRUCTURE_BUFFER_READ,
	STRUCTURE_BUFFER_WRITE,
	STRUCTURES,
};

void matrix_record(const struct engine *engine, enum structure structure, enum view view);
/* Records what was seen, and fails the trial unless it is the view that the specification asks for, in an access that
 * the device has completed. */
void matrix_judge(struct trial *trial, enum structure structure, struct sighting sighting);
void matrix_print(void);

#endif
