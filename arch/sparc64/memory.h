/* SPDX-License-Identifier: BSD-2-Clause */
/* The port's own view of memory. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* The address after the last byte of RAM. The data miss handler (traps.S) maps nothing from here on. */
extern uint64_t memory_end;

/* The physical address of what is at IMAGE_PAGE: 4 MiB, and IMAGE_PAGE itself unless somebody says otherwise. */
extern uint64_t image_page;

/* Memory at these numbers is not ours, or cannot be reached. Before memory_init(). */
void memory_leave_out(uint64_t start, uint64_t size);

/* Takes the banks the firmware named. Nothing beyond the image is mapped before. */
void memory_init(void);

/* From now on the memory that the firmware uses is left out. False if the firmware does not say which. */
bool memory_spare_firmware(void);

/* Bytes of RAM in the machine. */
uint64_t memory_size(void);

#endif
