/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NE2000-compatible Ethernet on PCI (RTL8029), by programmed I/O alone: it does no DMA, so it is no engine. It is the
 * other end of a network for tests of network devices: it sends any frame, and takes every frame that there is on the
 * wire, both where another device can be compared with it.
 *
 * Source: National DP8390D/NS32490D data sheet; Realtek RTL8029AS data sheet.
 */
#ifndef NE2000_H
#define NE2000_H

#include <linux/if_ether.h>

#include "drivers/dma/dma.h"

struct ne2000 {
	const struct pci_function *function;
	uint8_t next;				/* the page where the next frame is received */
};

/* Sizes of frames, without the checksum that follows them on a real wire. */
#define NE2000_SMALLEST		60u
#define NE2000_LARGEST		1536u

/* The n-th such chip that may be driven; false where there are no more. */
bool ne2000_find(unsigned number, struct ne2000 *chip);
/* Makes it send, and receive all frames; and makes it deaf again, with nothing kept. */
void ne2000_start(struct ne2000 *chip);
void ne2000_stop(const struct ne2000 *chip);
/* Sends a frame of an even size or less one; false when the chip does not come to its end. */
bool ne2000_send(const struct ne2000 *chip, const void *frame, uint32_t size);
/* The next frame that was received: its size, and as much of it as there is room for; 0 when there is none. */
uint32_t ne2000_receive(struct ne2000 *chip, void *frame, uint32_t room);

#endif
