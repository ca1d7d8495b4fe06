/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: where every word of busproof goes. Bytes wait in a buffer until their line is complete and leave in
 * bursts as long as the device takes them; console_flush() empties it and returns when the last bit is on the wire,
 * within a time limit.
 *
 * What it writes to is a struct console (arch.h): the firmware's call-backs where the platform has them, else the first
 * of the platform's nodes that a driver knows. Drivers register themselves with CONSOLE_DRIVER (drivers/uart).
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stddef.h>

#include "arch/arch.h"
#include "boot/table.h"

struct console_driver {
	const char *compatible;		/* of the node */
	/* Takes the device over as the firmware left it. NULL: it cannot be used. */
	const struct console *(*open)(const struct platform_node *node);
};
#define CONSOLE_DRIVER(object)	TABLE_ADD(console_drivers, const struct console_driver, object)

/* False if the platform has no console: then the text goes nowhere. */
bool console_open(const struct platform *platform);
/* Until console_open() the text is only kept in the buffer. A newline becomes CR LF. */
void console_write(const char *text, size_t length);
void console_flush(void);
/* The character that has arrived, or -1 for none. */
int console_poll(void);
/* Has everything from now on go through another console, which wrap makes of the one that there is (flow.h). */
void console_wrap(const struct console *(*wrap)(const struct console *console));
/* At least so many characters have arrived since console_open() and were lost in the device before they were read. */
unsigned console_missed(void);
/* Bytes dropped because the console did not take them in time, or because the buffer was full before console_open(). */
uint64_t console_lost(void);

#endif
