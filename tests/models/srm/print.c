/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the model says, on COM1, and the end of it after something that a real console would not survive: then all that
 * is known is said and QEMU ends with the status of a failure.
 */
#include "tests/models/srm/model.h"

#define COM1		(PCI_IO + 0x3f8)
#define LINE_STATUS	5
#define   EMPTY		0x20

bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static void put_char(char c)
{
	volatile uint8_t *uart = (volatile uint8_t *)COM1;

	while (!(uart[LINE_STATUS] & EMPTY))
		;
	uart[0] = c;
	mb();
}

void put(const char *text, uint64_t length)
{
	while (length--)
		put_char(*text++);
}

static void put_number(uint64_t value, unsigned base)
{
	char digits[24];
	unsigned at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[base == 16 ? value & 15 : value % 10];
		value = base == 16 ? value >> 4 : value / 10;
	} while (value);
	put(digits + at, sizeof(digits) - at);
}

static void put_string(const char *text)
{
	while (*text)
		put_char(*text++);
}

void say_list(const char *format, va_list list)
{
	for (; *format; format++) {
		if (*format == '\n')
			put_char('\r');
		if (*format != '%') {
			put_char(*format);
			continue;
		}
		format += format[1] == 'l' ? 2 : 1;
		if (*format == 's')
			put_string(va_arg(list, const char *));
		else
			put_number(va_arg(list, uint64_t), *format == 'x' ? 16 : 10);
	}
}

void say(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say_list(format, list);
	va_end(list);
}

void die(const char *format, ...)
{
	va_list list;

	say("\n# model: wrong: ");
	va_start(list, format);
	say_list(format, list);
	va_end(list);
	say("\n# model: bad\n");
	end(false);
}
