/*
 * The serial console: a buffer before the UART (drivers/uart/ns16550.c).
 *
 * A complete line leaves at once, so that whatever happens next finds it on the wire; pieces of a line wait for the
 * rest. A trap may cut any function here short, and the report of that trap comes in again: the two indices are
 * always such that at worst the last burst is sent twice.
 */
#include "boot/console.h"

#include "drivers/uart/ns16550.h"

#define BUFFER_SIZE	4096

static struct ns16550 uart;
static bool have_uart;
static char buffer[BUFFER_SIZE];
static size_t filled;		/* bytes in the buffer */
static size_t sent;		/* of them */
static uint64_t lost;

/* Sends the buffer; a byte that the UART does not take in its time is dropped. */
static void send(void)
{
	while (sent < filled) {
		size_t count = ns16550_send(&uart, buffer + sent, filled - sent);

		if (count == 0) {
			lost++;
			count = 1;
		}
		sent += count;
	}
	sent = 0;
	filled = 0;
}

static void put(char c)
{
	if (filled == BUFFER_SIZE && have_uart)
		send();
	if (filled == BUFFER_SIZE) {
		lost++;
		return;
	}
	buffer[filled++] = c;
}

void console_init(phys_addr address)
{
	ns16550_init(&uart, address);
	have_uart = true;
	send();
}

void console_write(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n')
			put('\r');
		put(text[i]);
	}
	if (have_uart && length > 0 && text[length - 1] == '\n')
		send();
}

void console_flush(void)
{
	if (!have_uart)
		return;
	send();
	ns16550_drain(&uart);
}

uint64_t console_lost(void)
{
	return lost;
}
