/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatted text: where it goes, which is a buffer or the console. How a format is read is format.c's.
 */
#include "boot/print.h"

#include "boot/console.h"
#include "boot/format.h"
#include "boot/string.h"

static void put_buffer(struct sink *sink, const char *text, size_t length)
{
	size_t room = sink->length < sink->size ? sink->size - sink->length : 0;

	if (room > 0)
		memcpy(sink->buffer + sink->length, text, length < room ? length : room);
}

size_t format_list(char *buffer, size_t size, const char *text, va_list list)
{
	struct sink sink = { put_buffer, 0, buffer, size };
	va_list copy;

	va_copy(copy, list);
	format_to(&sink, text, &copy);
	va_end(copy);
	if (size > 0)
		buffer[sink.length < size ? sink.length : size - 1] = 0;
	return sink.length;
}

size_t format(char *buffer, size_t size, const char *text, ...)
{
	va_list list;
	size_t length;

	va_start(list, text);
	length = format_list(buffer, size, text, list);
	va_end(list);
	return length;
}

static void put_console(struct sink *sink, const char *text, size_t length)
{
	(void)sink;
	console_write(text, length);
}

void print_list(const char *text, va_list list)
{
	struct sink sink = { put_console, 0, NULL, 0 };
	va_list copy;

	va_copy(copy, list);
	format_to(&sink, text, &copy);
	va_end(copy);
}

void print(const char *text, ...)
{
	va_list list;

	va_start(list, text);
	print_list(text, list);
	va_end(list);
}

void append_list(struct text *text, const char *format, va_list list)
{
	size_t room = text->size - text->length;
	size_t length;

	if (text->cut)
		return;
	length = format_list(text->buffer + text->length, room, format, list);
	text->cut = length >= room;
	if (!text->cut)
		text->length += length;
	else if (room > 0)
		text->length += room - 1;
}

void append(struct text *text, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	append_list(text, format, list);
	va_end(list);
}
