/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatted text: format() into a buffer, print() to the console.
 *
 * Understands %d %i %u %x %X %o %c %s %p %% with the lengths hh h l ll z j, the flags 0 - + space and #, a width and a
 * precision, each a number or *. Nothing else: what it does not know it prints as it stands, so a mistake is seen.
 */
#ifndef PRINT_H
#define PRINT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Writes at most size bytes to buffer, the last of them NUL (none if size is 0). Returns the length the whole text
 * has without the NUL, as snprintf() does, so a result >= size says that it was cut.
 */
size_t format(char *buffer, size_t size, const char *text, ...) __attribute__((format(printf, 3, 4)));
size_t format_list(char *buffer, size_t size, const char *text, va_list list);

/* Prints to the console, whole: text of any length. */
void print(const char *text, ...) __attribute__((format(printf, 1, 2)));
void print_list(const char *text, va_list list);

/*
 * A text that grows in a buffer of the caller's: append() until it is full, then it stays cut and says so.
 * Begins as { buffer, sizeof buffer, 0, false } with buffer[0] = 0.
 */
struct text {
	char *buffer;
	size_t size;
	size_t length;		/* without the NUL */
	bool cut;
};
void append(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void append_list(struct text *text, const char *format, va_list list);

#endif
