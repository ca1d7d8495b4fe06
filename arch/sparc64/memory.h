/* SPDX-License-Identifier: BSD-2-Clause */
/* The port's own view of memory. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* The address after the last byte of RAM. The data miss handler (traps.S) maps nothing from here on. */
extern uint64_t memory_end;

/* Takes the banks the firmware named. Nothing beyond the image is mapped before. */
void memory_init(void);

/* From now on the memory that the firmware uses is left out. False if the firmware does not say which. */
bool memory_spare_firmware(void);

/* Bytes of RAM in the machine. */
uint64_t memory_size(void);

#endif
