/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sun's HME as a chip that sends and receives frames: its registers, its rings and their descriptors. What the frames
 * are, and who answers them, is hme.c's.
 */
#ifndef HME_CHIP_H
#define HME_CHIP_H

#include "drivers/engine/chip.h"

/* In the area, behind the rings: the frame to be sent, or its header. What follows it is the caller's; buffers are
 * aligned to 64 bytes. */
#define HME_AREA_SEND	0x1000

/* An engine's state begins with it. */
struct hme_chip {
	struct chip chip;
	unsigned tx_next, rx_next;	/* places in the rings */
	uint32_t status;		/* all bits that the status register has shown since the caller made it 0 */
};

#define HME_REGISTERS_SIZE	0x8000

/* False, with the reason in engine->fault, when the chip does not come out of it. It does no DMA any more then. */
bool hme_reset(struct engine *engine);
/* After a reset, with the area made: both rings are empty. */
void hme_start(struct engine *engine, const uint8_t *mac);

/* One buffer for the next frame, the only one. */
void hme_post_receive(struct engine *engine, uint32_t address, uint32_t size);
/* Sends the header in our own memory and a payload (size 0: none) at an address of anybody's. */
void hme_send(struct engine *engine, uint32_t header_size, uint32_t payload, uint32_t size);

/* Waits until the chip has given back what it sent; and says, without waiting, whether it has. */
enum engine_result hme_wait_sent(struct engine *engine, uint64_t limit);
bool hme_sent(const struct engine *engine);
/* Waits for a frame, and gets its size. */
enum engine_result hme_wait_received(struct engine *engine, uint64_t limit, uint32_t *size);

#endif
