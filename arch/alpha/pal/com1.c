/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The serial line, for the few words that PALcode has to say itself: why there is no going on.
 *
 * Runs in kernel mode and in PALmode, and with a limit to every wait.
 *
 * Source: National Semiconductor PC16550D data sheet (June 1995), section 8, "Registers".
 */
#include "arch/alpha/pal/board.h"

#define COM1		0x3f8
#define UART_THR	(COM1 + 0)
#define UART_DLL	(COM1 + 0)	/* while LCR<7> is set */
#define UART_IER	(COM1 + 1)
#define UART_DLM	(COM1 + 1)	/* while LCR<7> is set */
#define UART_LCR	(COM1 + 3)
#define   LCR_8N1	0x03
#define   LCR_DLAB	0x80
#define UART_MCR	(COM1 + 4)
#define   MCR_DTR_RTS	0x03
#define UART_LSR	(COM1 + 5)
#define   LSR_THRE	0x20

#define DIVISOR		12		/* 9600 baud, as consoles of these machines have it */

#define LOOKS		1000000ul	/* at a transmitter that does not get empty */

void pal_set_up_com1(void)
{
	io_write8(UART_IER, 0);
	io_write8(UART_LCR, LCR_DLAB | LCR_8N1);
	io_write8(UART_DLL, DIVISOR);
	io_write8(UART_DLM, 0);
	io_write8(UART_LCR, LCR_8N1);
	io_write8(UART_MCR, MCR_DTR_RTS);
}

static void put(char byte)
{
	for (uint64_t looks = 0; looks < LOOKS && !(io_read8(UART_LSR) & LSR_THRE); looks++)
		;
	io_write8(UART_THR, (uint8_t)byte);
}

void pal_print(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			put('\r');
		put(*text);
	}
}

void pal_print_hex(uint64_t value)
{
	pal_print("0x");
	for (int shift = 60; shift >= 0; shift -= 4)
		put("0123456789abcdef"[value >> shift & 0xf]);
}
