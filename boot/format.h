/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One function reads all formats, and hands the pieces of the text to a sink. Which sinks there are, a buffer and the
 * console, is print.c's; nobody else needs this.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdarg.h>
#include <stddef.h>

struct sink {
	void (*put)(struct sink *sink, const char *text, size_t length);
	size_t length;		/* handed over so far */
	char *buffer;		/* a buffer's; size counts the NUL */
	size_t size;
};

void format_to(struct sink *sink, const char *text, va_list *list);

#endif
