/*
 * The 16550 UART: bytes out. The rate and the frame stay as the firmware set them; nothing is received, and no
 * interrupt is used.
 */
#ifndef NS16550_H
#define NS16550_H

#include "arch/arch.h"

struct ns16550 {
	phys_addr registers;	/* one byte apart */
	unsigned depth;		/* bytes that may follow one look at an empty transmitter */
	bool silent;		/* it did not answer the last time: no more waiting until it does */
};

/* Turns the FIFO on where there is one that works. */
void ns16550_init(struct ns16550 *uart, phys_addr registers);

/*
 * Sends as many of the bytes as fit at once, after waiting for room. Returns how many; 0 if there was no room within
 * the time limit. One that timed out is looked at only once in later calls, until it has room again.
 */
size_t ns16550_send(struct ns16550 *uart, const char *bytes, size_t length);

/* Waits until the last bit is on the wire; false if that did not come within the time limit. */
bool ns16550_drain(struct ns16550 *uart);

#endif
