/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PL011 UART: bytes out and in. The rate and the frame stay as the firmware set them, and no interrupt is used.
 *
 * It is the console of a node "arm,pl011" (boot/console.h).
 *
 * Source: Arm PrimeCell UART (PL011) Technical Reference Manual (DDI 0183), 3.3.
 */
#include "boot/clock.h"
#include "boot/console.h"

#define UARTDR		0x00	/* data: the byte is its low 8 bits */
#define UARTRSR		0x04	/* errors of what was received; any write clears them */
#define   RSR_OE	0x08	/*   a byte has come for which there was no room */
#define UARTFR		0x18	/* flags */
#define   FR_BUSY	0x08	/*   the last bit has not left */
#define   FR_RXFE	0x10	/*   nothing has arrived */
#define   FR_TXFE	0x80	/*   holding register, or the transmitter's FIFO, is empty */
#define UARTLCR_H	0x2c	/* line control: only while the UART is off */
#define   LCR_H_FEN	0x10	/*   the FIFOs are on */
#define UARTCR		0x30	/* control */
#define   CR_UARTEN	0x001
#define   CR_TXE	0x100
#define   CR_RXE	0x200
#define UARTIMSC	0x38	/* interrupts that are let through */

/* That of the oldest revisions; later ones have 32. */
#define FIFO_DEPTH	16

/* As the other UART's: a full FIFO at 9600 baud, and the reader of an emulator's pipe. */
#define PATIENCE	SECONDS(5)

struct pl011 {
	phys_addr registers;
	unsigned missed;	/* times that bytes had no room */
	unsigned depth;		/* bytes that may follow one look at an empty transmitter */
	bool silent;		/* it had no room the last time: no more waiting until it has */
};

static phys_addr at(const struct pl011 *uart, unsigned reg)
{
	return (phys_addr) { uart->registers.value + reg };
}

static bool has(const struct pl011 *uart, uint32_t flag, bool set)
{
	return !(mmio_read32_le(at(uart, UARTFR)) & flag) == !set;
}

/* Once it has timed out, there is but a single look each time, so that a dead UART does not stop the run. */
static bool wait_for(struct pl011 *uart, uint32_t flag, bool set)
{
	bool ready = uart->silent ? has(uart, flag, set) : poll_until(has(uart, flag, set), PATIENCE);

	uart->silent = !ready;
	return ready;
}

/* Turns it on, with its FIFOs where they can be: a look for each byte would take as long as the byte. */
static void pl011_init(struct pl011 *uart, phys_addr registers)
{
	uint32_t control;

	*uart = (struct pl011) { .registers = registers };
	mmio_write32_le(at(uart, UARTIMSC), 0);
	mmio_write32_le(at(uart, UARTRSR), 0);
	/* What the firmware has written last would be lost with the change. */
	wait_for(uart, FR_BUSY, false);
	control = mmio_read32_le(at(uart, UARTCR));
	mmio_write32_le(at(uart, UARTCR), control & ~(uint32_t)CR_UARTEN);
	mmio_write32_le(at(uart, UARTLCR_H), mmio_read32_le(at(uart, UARTLCR_H)) | LCR_H_FEN);
	uart->depth = mmio_read32_le(at(uart, UARTLCR_H)) & LCR_H_FEN ? FIFO_DEPTH : 1;
	mmio_write32_le(at(uart, UARTCR), control | CR_UARTEN | CR_TXE | CR_RXE);
}

static size_t pl011_send(void *device, const char *bytes, size_t length)
{
	struct pl011 *uart = device;
	size_t count = length < uart->depth ? length : uart->depth;

	if (!wait_for(uart, FR_TXFE, true))
		return 0;
	for (size_t i = 0; i < count; i++)
		mmio_write32_le(at(uart, UARTDR), (uint8_t)bytes[i]);
	return count;
}

static bool pl011_flush(void *device)
{
	return wait_for(device, FR_BUSY, false);
}

static int pl011_poll(void *device)
{
	struct pl011 *uart = device;
	int c;

	if (!has(uart, FR_RXFE, false))
		return -1;
	c = (int)(mmio_read32_le(at(uart, UARTDR)) & 0xff);
	if (mmio_read32_le(at(uart, UARTRSR)) & RSR_OE) {
		uart->missed++;
		mmio_write32_le(at(uart, UARTRSR), 0);
	}
	return c;
}

static unsigned pl011_missed(void *device)
{
	return ((const struct pl011 *)device)->missed;
}

static const struct console_ops pl011_ops = {
	.send = pl011_send, .flush = pl011_flush, .poll = pl011_poll, .missed = pl011_missed,
};

static const struct console *pl011_open(const struct platform_node *node)
{
	static struct pl011 uart;
	static const struct console console = { &pl011_ops, &uart };

	pl011_init(&uart, node->registers[0].start);
	return &console;
}

static const struct console_driver pl011 = { "arm,pl011", pl011_open };
CONSOLE_DRIVER(pl011);
