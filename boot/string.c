/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The string and memory functions of boot/string.h, which gcc also calls by itself for structures and loops.
 *
 * The loops here must stay loops: without the option below gcc recognises them and replaces memcpy()'s by a call of
 * memcpy(). Machines trap on an unaligned access, so words are used only where both pointers allow it.
 */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#include "boot/string.h"
#include "boot/word.h"

static bool same_alignment(const void *a, const void *b)
{
	return ((uintptr_t)a - (uintptr_t)b) % WORD == 0;
}

static void *copy_up(void *to, const void *from, size_t size)
{
	unsigned char *out = to;
	const unsigned char *in = from;

	if (same_alignment(to, from)) {
		for (; size > 0 && !word_aligned(out); size--)
			*out++ = *in++;
		for (; size >= WORD; size -= WORD, out += WORD, in += WORD)
			*(word *)out = *(const word *)in;
	}
	for (; size > 0; size--)
		*out++ = *in++;
	return to;
}

static void *copy_down(void *to, const void *from, size_t size)
{
	unsigned char *out = (unsigned char *)to + size;
	const unsigned char *in = (const unsigned char *)from + size;

	if (same_alignment(to, from)) {
		for (; size > 0 && !word_aligned(out); size--)
			*--out = *--in;
		for (; size >= WORD; size -= WORD) {
			out -= WORD;
			in -= WORD;
			*(word *)out = *(const word *)in;
		}
	}
	for (; size > 0; size--)
		*--out = *--in;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	return copy_up(to, from, size);
}

void *memmove(void *to, const void *from, size_t size)
{
	/* Unsigned: also true when to is below from. */
	if ((uintptr_t)to - (uintptr_t)from >= size)
		return copy_up(to, from, size);
	return copy_down(to, from, size);
}

void *memset(void *to, int byte, size_t size)
{
	unsigned char *out = to;
	word pattern = word_of(byte);

	for (; size > 0 && !word_aligned(out); size--)
		*out++ = (unsigned char)byte;
	for (; size >= WORD; size -= WORD, out += WORD)
		*(word *)out = pattern;
	for (; size > 0; size--)
		*out++ = (unsigned char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a;
	const unsigned char *right = b;

	/* Equal words are skipped; which byte of the first unequal one differs is left to the loop below. */
	if (word_aligned(a) && word_aligned(b)) {
		while (size >= WORD && *(const word *)left == *(const word *)right) {
			left += WORD;
			right += WORD;
			size -= WORD;
		}
	}
	for (; size > 0; size--, left++, right++) {
		if (*left != *right)
			return *left - *right;
	}
	return 0;
}

size_t strlen(const char *string)
{
	size_t length = 0;

	while (string[length])
		length++;
	return length;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t most)
{
	for (; most > 0; most--, a++, b++) {
		unsigned char left = (unsigned char)*a;
		unsigned char right = (unsigned char)*b;

		if (left != right)
			return left - right;
		if (left == 0)
			return 0;
	}
	return 0;
}
