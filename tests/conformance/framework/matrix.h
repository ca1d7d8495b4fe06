/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The matrix: for each device and mode, and each structure of it in memory, the view that its accesses were seen to
 * take. Filled by the tests of the view oracle, printed at the end of the run with what it means to a guest.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include "drivers/engine/engine.h"

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
	STRUCTURE_BACKING,		/* memory whose address is in a command: a GPU's pages */
	STRUCTURE_MESSAGE,		/* an interrupt that is a write: MSI, MSI-X */
	STRUCTURES,
};

/*
 * The view in which a structure must be accessed where all of a driver's addresses are in this one. A message's address
 * is no address of the driver's: PCI gives it to the function, and the bus takes it whatever was negotiated.
 */
static inline enum view structure_view(enum structure structure, enum view view)
{
	return structure == STRUCTURE_MESSAGE && view != VIEW_IDENTITY ? VIEW_BUS : view;
}

/* A device that offers bit 33 may be driven without it, and without VERSION_1 as well: rows of their own. */
enum matrix_variant { AS_OFFERED, DECLINED, DECLINED_VERSION_1, MATRIX_VARIANTS };

/* Part of a row's name and of points: "declined". */
const char *matrix_variant_name(enum matrix_variant variant);

void matrix_record(const struct engine *engine, enum structure structure, enum view view);
void matrix_record_variant(const struct engine *engine, enum matrix_variant variant, enum structure structure,
			   enum view view);
/* It was looked for, and the device makes no such access, as it may; the device does not let itself be driven so. */
void matrix_unused(const struct engine *engine, enum structure structure);
void matrix_refused(const struct engine *engine, enum matrix_variant variant, enum structure structure);
void matrix_print(void);

#endif
