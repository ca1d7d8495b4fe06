/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console's routines. They run in the console's mapping: a buffer must be in the image or on the stack, and what a
 * real console does with one that is elsewhere nobody knows.
 */
#include "tests/models/srm/model.h"

#define FAILURE		(0x4ul << 61)
#define UNKNOWN		(0x6ul << 61)
#define CUT		(0x1ul << 61)
#define VALUE_LONGEST	128
#define PUTS_AT_ONCE	20		/* fewer than asked: whoever prints must go on */

static uint64_t length_of(const char *text)
{
	uint64_t length = 0;

	while (text[length])
		length++;
	return length;
}

char *buffer(uint64_t address, uint64_t length, const char *of)
{
	uint64_t physical;

	for (uint64_t at = address & ~(PAGE - 1); at < address + length; at += PAGE)
		if (at < VA_IMAGE || at >= VPTB || !mapped(at, &physical))
			die("%s: its buffer at %lx is neither in the image nor on the stack", of, address);
	return (char *)address;
}

/* Of those that a console tells of the boot; NULL for what it does not know. */
static const char *value_of(uint64_t name)
{
	switch (name) {
	case 0x01: return "HALT";			/* auto_action */
	case 0x02: case 0x03: case 0x04:
		return medium_path();			/* boot_dev, bootdef_dev, booted_dev */
	case 0x05: case 0x06: return "";		/* boot_file, booted_file */
	case 0x07: case 0x08: return model.flags;	/* boot_osflags, booted_osflags */
	case 0x0f: return "0";				/* tty_dev */
	default: return NULL;
	}
}

static uint64_t get_env(uint64_t name, uint64_t address, uint64_t size)
{
	const char *value = value_of(name);
	uint64_t length;
	char *to;

	if (!value)
		return UNKNOWN;
	if (address % 8)
		die("GET_ENV: the buffer at %lx is not at a multiple of 8", address);
	length = length_of(value);
	if (length > VALUE_LONGEST)
		length = VALUE_LONGEST;
	to = buffer(address, length < size ? length : size, "GET_ENV");
	for (uint64_t i = 0; i < length && i < size; i++)
		to[i] = value[i];
	return length > size ? CUT | size : length;
}

static uint64_t puts_some(uint64_t unit, uint64_t address, uint64_t length)
{
	if (unit)
		return FAILURE;
	if (length > PUTS_AT_ONCE)
		length = PUTS_AT_ONCE;
	put(buffer(address, length, "PUTS"), length);
	return length;
}

/* OPEN_CONSOLE and CLOSE_CONSOLE are not there, as on older consoles; nor is IOCTL. */
uint64_t routine(const uint64_t *arguments)
{
	switch (arguments[0]) {
	case 0x01: return FAILURE;		/* GETC: nobody types */
	case 0x02: return puts_some(arguments[1], arguments[2], arguments[3]);
	case 0x10: return channel_open(arguments[1], arguments[2]);
	case 0x11: return channel_close(arguments[1]);
	case 0x13: return channel_read(arguments[1], arguments[2], arguments[3], arguments[4]);
	case 0x14:
		die("WRITE: the boot medium is written to");
	case 0x22: return get_env(arguments[1], arguments[2], arguments[3]);
	case 0x20: case 0x21: case 0x23:
		die("the console's variables are written to (routine %lx)", arguments[0]);
	default: return FAILURE;
	}
}
