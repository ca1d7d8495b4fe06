/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 16550 UART, and its ancestors without a FIFO or with a broken one (8250, 16450, 16550 without A): bytes out and
 * in. The rate and the frame stay as the firmware set them, and no interrupt is used.
 *
 * It is the console of a node "ns16550" (boot/console.h), whose registers are one byte apart.
 *
 * Source: National Semiconductor PC16550D data sheet (June 1995), section 8, "Registers".
 */
#include "boot/clock.h"
#include "boot/console.h"

#define UART_RBR	0	/* read: receiver buffer */
#define UART_THR	0	/* write: transmitter holding register */
#define UART_IER	1	/* interrupt enable */
#define UART_IIR	2	/* read: interrupt identification */
#define   IIR_FIFO	0xc0	/*   both set: the FIFOs are on and work; only the upper: on, but broken */
#define UART_FCR	2	/* write: FIFO control */
#define   FCR_ENABLE	0x01	/*   turning it on empties both FIFOs */
#define UART_LCR	3	/* line control */
#define   LCR_DLAB	0x80	/*   registers 0 and 1 are the divisor */
#define UART_LSR	5	/* line status */
#define   LSR_DR	0x01	/*   a byte has arrived */
#define   LSR_OE	0x02	/*   since the last look one has come for which there was no room */
#define   LSR_THRE	0x20	/*   holding register, or the transmitter's FIFO, is empty */
#define   LSR_TEMT	0x40	/*   and the shift register too */

#define FIFO_DEPTH	16

/* A full FIFO takes 17 ms at 9600 baud. The rest is for a terminal, or for the reader of an emulator's pipe. */
#define PATIENCE	SECONDS(5)

struct ns16550 {
	phys_addr registers;
	unsigned depth;		/* bytes that may follow one look at an empty transmitter */
	unsigned missed;	/* times that bytes had no room */
	bool silent;		/* it did not answer the last time: no more waiting until it does */
};

static phys_addr at(const struct ns16550 *uart, unsigned reg)
{
	return (phys_addr){ uart->registers.value + reg };
}

/* All ones: there is nothing at this address. */
static bool status(struct ns16550 *uart, uint8_t bits)
{
	uint8_t now = mmio_read8(at(uart, UART_LSR));

	if (now == 0xff)
		return false;
	uart->missed += (now & LSR_OE) != 0;
	return (now & bits) == bits;
}

/* Once it has timed out, there is but a single look each time, so that a dead UART does not stop the run. */
static bool wait_for(struct ns16550 *uart, uint8_t bits)
{
	bool ready = uart->silent ? status(uart, bits) : poll_until(status(uart, bits), PATIENCE);

	uart->silent = !ready;
	return ready;
}

/* Turns the FIFO on where there is one that works. */
static void uart_init(struct ns16550 *uart, phys_addr registers)
{
	*uart = (struct ns16550){ .registers = registers, .depth = 1 };

	mmio_write8(at(uart, UART_LCR), mmio_read8(at(uart, UART_LCR)) & (uint8_t)~LCR_DLAB);
	mmio_write8(at(uart, UART_IER), 0);
	/* What the firmware has written last would be lost with the change. */
	wait_for(uart, LSR_THRE | LSR_TEMT);
	mmio_write8(at(uart, UART_FCR), FCR_ENABLE);
	if ((mmio_read8(at(uart, UART_IIR)) & IIR_FIFO) == IIR_FIFO)
		uart->depth = FIFO_DEPTH;
	else
		mmio_write8(at(uart, UART_FCR), 0);
	uart->missed = 0;
}

static size_t uart_send(void *device, const char *bytes, size_t length)
{
	struct ns16550 *uart = device;
	size_t count = length < uart->depth ? length : uart->depth;

	if (!wait_for(uart, LSR_THRE))
		return 0;
	for (size_t i = 0; i < count; i++)
		mmio_write8(at(uart, UART_THR), (uint8_t)bytes[i]);
	return count;
}

static bool uart_flush(void *device)
{
	return wait_for(device, LSR_THRE | LSR_TEMT);
}

static int uart_poll(void *device)
{
	struct ns16550 *uart = device;

	return status(uart, LSR_DR) ? mmio_read8(at(uart, UART_RBR)) : -1;
}

static unsigned uart_missed(void *device)
{
	return ((const struct ns16550 *)device)->missed;
}

static const struct console_ops uart_ops = {
	.send = uart_send, .flush = uart_flush, .poll = uart_poll, .missed = uart_missed,
};

static const struct console *uart_open(const struct platform_node *node)
{
	static struct ns16550 uart;
	static const struct console console = { &uart_ops, &uart };

	uart_init(&uart, node->registers[0].start);
	return &console;
}

static const struct console_driver uart_driver = { "ns16550", uart_open };
CONSOLE_DRIVER(uart_driver);
