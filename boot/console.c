/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: a buffer before the device, which is one of the drivers' or of the firmware's (console.h).
 *
 * A complete line leaves at once, so that whatever happens next finds it on the wire; pieces of a line wait for the
 * rest. A trap may cut any function here short, and the report of that trap comes in again: the two indices are
 * always such that at worst the last burst is sent twice.
 */
#include "boot/console.h"

#include "boot/string.h"

#define BUFFER_SIZE	4096

TABLE_DECLARE(console_drivers, const struct console_driver);

static const struct console *console;
static char buffer[BUFFER_SIZE];
static size_t filled;		/* bytes in the buffer */
static size_t sent;		/* of them */
static uint64_t lost;

/* Sends the buffer; a byte that the device does not take in its time is dropped. */
static void send(void)
{
	while (sent < filled) {
		size_t count = console->ops->send(console->device, buffer + sent, filled - sent);

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
	if (filled == BUFFER_SIZE && console)
		send();
	if (filled == BUFFER_SIZE) {
		lost++;
		return;
	}
	buffer[filled++] = c;
}

static const struct console *find(const struct platform *platform)
{
	const struct console *found = platform->console;

	for (unsigned i = 0; !found && i < platform->node_count; i++)
		TABLE_EACH(console_drivers, const struct console_driver, driver)
			if (!found && strcmp((*driver)->compatible, platform->nodes[i].compatible) == 0)
				found = (*driver)->open(&platform->nodes[i]);
	return found;
}

bool console_open(const struct platform *platform)
{
	console = find(platform);
	if (console)
		send();
	return console;
}

void console_write(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n')
			put('\r');
		put(text[i]);
	}
	if (console && length > 0 && text[length - 1] == '\n')
		send();
}

void console_flush(void)
{
	if (!console)
		return;
	send();
	console->ops->flush(console->device);
}

int console_poll(void)
{
	return console ? console->ops->poll(console->device) : -1;
}

unsigned console_missed(void)
{
	return console && console->ops->missed ? console->ops->missed(console->device) : 0;
}

void console_wrap(const struct console *(*wrap)(const struct console *console))
{
	if (console)
		console = wrap(console);
}

uint64_t console_lost(void)
{
	return lost;
}
