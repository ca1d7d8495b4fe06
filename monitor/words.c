/* SPDX-License-Identifier: BSD-2-Clause */
/* Words and numbers of a line: see words.h. */
#include "monitor/words.h"

#include "boot/string.h"

static bool separates(char c)
{
	return c == ' ' || c == '\t';
}

void words_split(struct words *words, char *line)
{
	*words = (struct words) { .count = 0 };
	for (;;) {
		while (separates(*line))
			*line++ = 0;
		if (!*line)
			return;
		if (words->count == WORDS_MOST) {
			words->too_many = true;
			return;
		}
		words->word[words->count++] = line;
		while (*line && !separates(*line))
			line++;
	}
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

/* How far a letter at the end of a number shifts it to the left; 0: it is no such letter. */
static unsigned shift_of(char c)
{
	switch (c | 0x20) {
	case 'k':
		return 10;
	case 'm':
		return 20;
	case 'g':
		return 30;
	default:
		return 0;
	}
}

bool words_number_in(const char *text, size_t length, uint64_t *number)
{
	bool decimal = length > 2 && text[0] == '0' && (text[1] | 0x20) == 't';
	bool prefixed = decimal || (length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x');
	unsigned base = decimal ? 10 : 16, shift;
	uint64_t value = 0;
	size_t i = prefixed ? 2 : 0;

	shift = length > i + 1 ? shift_of(text[length - 1]) : 0;
	if (shift)
		length--;
	if (i >= length)
		return false;
	for (; i < length; i++) {
		unsigned next = digit(text[i]);

		if (next >= base || value > (UINT64_MAX - next) / base)
			return false;
		value = value * base + next;
	}
	if (value > UINT64_MAX >> shift)
		return false;
	*number = value << shift;
	return true;
}

bool words_number(const char *text, uint64_t *number)
{
	return words_number_in(text, strlen(text), number);
}
