/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a format and hands the pieces of the text to a sink: see format.h. What it understands is said in print.h.
 */
#include "boot/format.h"

#include <stdbool.h>
#include <stdint.h>

#include "boot/string.h"

enum length { LENGTH_CHAR, LENGTH_SHORT, LENGTH_INT, LENGTH_LONG, LENGTH_LONG_LONG, LENGTH_SIZE, LENGTH_MAX };

struct specification {
	bool left;		/* - */
	bool zeros;		/* 0 */
	bool plus;		/* + */
	bool space;		/* the flag ' ' */
	bool alternate;		/* # */
	size_t width;
	bool has_precision;
	size_t precision;
	enum length length;
	char conversion;
};

#define DIGITS_MAX	24	/* 64 bits in octal are 22 */

static void put(struct sink *sink, const char *text, size_t length)
{
	sink->put(sink, text, length);
	sink->length += length;
}

static void put_repeated(struct sink *sink, char c, size_t count)
{
	char block[16];

	if (count == 0)
		return;
	memset(block, c, sizeof block);
	for (; count > sizeof block; count -= sizeof block)
		put(sink, block, sizeof block);
	put(sink, block, count);
}

/* Puts the text into the field's width. */
static void put_field(struct sink *sink, const struct specification *spec, const char *text, size_t length)
{
	size_t padding = spec->width > length ? spec->width - length : 0;

	if (!spec->left)
		put_repeated(sink, ' ', padding);
	put(sink, text, length);
	if (spec->left)
		put_repeated(sink, ' ', padding);
}

/*
 * Writes the digits so that they end at end; returns where they begin. The bases stand apart because a division by a
 * constant is a multiplication, and Alpha has no other.
 */
static char *digits(char *end, uint64_t value, char conversion)
{
	const char *hex = conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";

	for (; value > 0; ) {
		if (conversion == 'o') {
			*--end = (char)('0' + value % 8);
			value /= 8;
		} else if (conversion == 'x' || conversion == 'X') {
			*--end = hex[value % 16];
			value /= 16;
		} else {
			*--end = (char)('0' + value % 10);
			value /= 10;
		}
	}
	return end;
}

/* A number with its sign or prefix, then the zeros that the precision or the flag 0 asks for, then the digits. */
static void put_number(struct sink *sink, const struct specification *spec, const char *prefix, uint64_t value)
{
	char buffer[DIGITS_MAX];
	char *end = buffer + sizeof buffer;
	char *first = digits(end, value, spec->conversion);
	size_t count = (size_t)(end - first);
	size_t least = spec->has_precision ? spec->precision : 1;
	size_t prefix_length = strlen(prefix);
	size_t length, padding;

	if (spec->conversion == 'o' && spec->alternate && least <= count)
		least = count + 1;
	if (least < count)
		least = count;
	length = prefix_length + least;
	padding = spec->width > length ? spec->width - length : 0;
	if (spec->zeros && !spec->left && !spec->has_precision) {
		least += padding;
		padding = 0;
	}
	if (!spec->left)
		put_repeated(sink, ' ', padding);
	put(sink, prefix, prefix_length);
	put_repeated(sink, '0', least - count);
	put(sink, first, count);
	if (spec->left)
		put_repeated(sink, ' ', padding);
}

static void put_signed(struct sink *sink, const struct specification *spec, int64_t value)
{
	if (value < 0)
		put_number(sink, spec, "-", -(uint64_t)value);
	else
		put_number(sink, spec, spec->plus ? "+" : spec->space ? " " : "", (uint64_t)value);
}

static void put_unsigned(struct sink *sink, const struct specification *spec, uint64_t value)
{
	bool prefixed = spec->alternate && value > 0;

	if (prefixed && spec->conversion == 'x')
		put_number(sink, spec, "0x", value);
	else if (prefixed && spec->conversion == 'X')
		put_number(sink, spec, "0X", value);
	else
		put_number(sink, spec, "", value);
}

/* With a precision the text need not end in a NUL, so it is not looked for beyond. */
static void put_string(struct sink *sink, const struct specification *spec, const char *string)
{
	size_t length = 0;

	if (!string)
		string = "(null)";
	while ((!spec->has_precision || length < spec->precision) && string[length])
		length++;
	put_field(sink, spec, string, length);
}

static int64_t signed_argument(enum length length, va_list *list)
{
	switch (length) {
	case LENGTH_CHAR:
		return (signed char)va_arg(*list, int);
	case LENGTH_SHORT:
		return (short)va_arg(*list, int);
	case LENGTH_INT:
		return va_arg(*list, int);
	case LENGTH_LONG:
		return va_arg(*list, long);
	case LENGTH_LONG_LONG:
		return va_arg(*list, long long);
	case LENGTH_SIZE:
		return (int64_t)va_arg(*list, size_t);
	case LENGTH_MAX:
		return va_arg(*list, intmax_t);
	}
	return 0;
}

static uint64_t unsigned_argument(enum length length, va_list *list)
{
	switch (length) {
	case LENGTH_CHAR:
		return (unsigned char)va_arg(*list, unsigned);
	case LENGTH_SHORT:
		return (unsigned short)va_arg(*list, unsigned);
	case LENGTH_INT:
		return va_arg(*list, unsigned);
	case LENGTH_LONG:
		return va_arg(*list, unsigned long);
	case LENGTH_LONG_LONG:
		return va_arg(*list, unsigned long long);
	case LENGTH_SIZE:
		return va_arg(*list, size_t);
	case LENGTH_MAX:
		return va_arg(*list, uintmax_t);
	}
	return 0;
}

static const char *read_flags(const char *at, struct specification *spec)
{
	for (;; at++) {
		switch (*at) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zeros = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		default:
			return at;
		}
	}
}

/* A number, or * for an argument. Numbers stop growing where an int would overflow. */
static const char *read_number(const char *at, va_list *list, int *number)
{
	*number = 0;
	if (*at == '*') {
		*number = va_arg(*list, int);
		return at + 1;
	}
	for (; *at >= '0' && *at <= '9'; at++) {
		if (*number < INT32_MAX / 10)
			*number = *number * 10 + (*at - '0');
	}
	return at;
}

static const char *read_length(const char *at, enum length *length)
{
	static const struct {
		const char *text;
		enum length length;
	} lengths[] = {
		{ "hh", LENGTH_CHAR }, { "h", LENGTH_SHORT }, { "ll", LENGTH_LONG_LONG }, { "l", LENGTH_LONG },
		{ "z", LENGTH_SIZE }, { "j", LENGTH_MAX },
	};

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		size_t size = strlen(lengths[i].text);

		if (strncmp(at, lengths[i].text, size) == 0) {
			*length = lengths[i].length;
			return at + size;
		}
	}
	*length = LENGTH_INT;
	return at;
}

/* Reads what follows a %, up to the conversion's letter; returns where that stands. */
static const char *read_specification(const char *at, va_list *list, struct specification *spec)
{
	int number;

	at = read_flags(at, spec);
	at = read_number(at, list, &number);
	if (number < 0)
		spec->left = true;
	spec->width = number < 0 ? -(size_t)number : (size_t)number;
	if (*at == '.') {
		at = read_number(at + 1, list, &number);
		spec->has_precision = number >= 0;
		spec->precision = (size_t)number;
	}
	at = read_length(at, &spec->length);
	spec->conversion = *at;
	return at;
}

/* False when there is no such conversion. */
static bool convert(struct sink *sink, struct specification *spec, va_list *list)
{
	bool plain = spec->length == LENGTH_INT;
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		put_signed(sink, spec, signed_argument(spec->length, list));
		return true;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		put_unsigned(sink, spec, unsigned_argument(spec->length, list));
		return true;
	case 'c':
		if (plain) {
			c = (char)va_arg(*list, int);
			put_field(sink, spec, &c, 1);
		}
		return plain;
	case 's':
		if (plain)
			put_string(sink, spec, va_arg(*list, const char *));
		return plain;
	case 'p':
		if (plain) {
			spec->conversion = 'x';
			put_number(sink, spec, "0x", (uintptr_t)va_arg(*list, void *));
		}
		return plain;
	case '%':
		put(sink, "%", 1);
		return true;
	default:
		return false;
	}
}

void format_to(struct sink *sink, const char *text, va_list *list)
{
	while (*text) {
		struct specification spec = { 0 };
		const char *start = text;

		while (*text && *text != '%')
			text++;
		put(sink, start, (size_t)(text - start));
		if (*text == 0)
			return;
		start = text;
		text = read_specification(text + 1, list, &spec);
		if (*text)
			text++;
		if (!convert(sink, &spec, list))
			put(sink, start, (size_t)(text - start));
	}
}
