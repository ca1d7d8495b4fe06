/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Administration commands of an NVMe controller whose engine runs, for what is no transfer: the controllers of its
 * virtual functions are given their queues by them. The engine is nvme.c's.
 *
 * Source: NVM Express Base Specification 1.4, 5.15 (Identify) and 5.22 (Virtualization Management).
 */
#ifndef NVME_H
#define NVME_H

#include "drivers/engine/engine.h"

#define NVME_IDENTIFY		0x06
#define   IDENTIFY_SECONDARIES	0x15		/* word 10: the controllers of virtual functions, */
#define     SECONDARY_LIST	32u		/*   which begin here, of 32 bytes each: the first two are its ID */
#define NVME_VIRTUALIZATION	0x1c		/* word 10: controller << 16 | resource | action; word 11: how many */
#define   RESOURCE_QUEUES	(0u << 8)
#define   RESOURCE_INTERRUPTS	(1u << 8)
#define   ACTION_PRIMARY	0x1u		/*   so many are the primary's from its next reset on */
#define   ACTION_OFFLINE	0x7u
#define   ACTION_ASSIGN		0x8u		/*   so many are this secondary's */
#define   ACTION_ONLINE		0x9u

#define NVME_ANSWER		4096u		/* bytes that a command may answer */
#define NVME_SILENT		(-1)

/* Sends one and waits for it. Its status, 0 where all is well, or NVME_SILENT; what it has answered is at
 * nvme_answer(), little-endian, until the next command or transfer. */
int nvme_ask(struct engine *engine, uint8_t opcode, uint32_t word10, uint32_t word11);
const uint8_t *nvme_answer(const struct engine *engine);

#endif
