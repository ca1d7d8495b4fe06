/* SPDX-License-Identifier: BSD-2-Clause */
/* Words and numbers of a line that somebody has typed. Nothing here prints or keeps anything. */
#ifndef MONITOR_WORDS_H
#define MONITOR_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_MOST	12

struct words {
	unsigned count;
	bool too_many;			/* there were more, which are dropped */
	const char *word[WORDS_MOST];
};

/* Puts a NUL behind each word of the line, in place; the words point into it. Blanks and tabs separate. */
void words_split(struct words *words, char *line);

/*
 * A whole number of at most 64 bits: hexadecimal, with or without 0x; decimal behind 0t. A k, m or g at the end
 * multiplies by 2^10, 2^20, 2^30. False, and *number unchanged: it is none, or it is too large.
 */
bool words_number(const char *text, uint64_t *number);
/* The same of the first length characters. */
bool words_number_in(const char *text, size_t length, uint64_t *number);

/* What a sentence says of a word that is no number. */
#define WORDS_NUMBERS	"numbers are hexadecimal, decimal behind 0t, and may end in k, m or g"

#endif
