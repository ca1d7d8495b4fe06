/* SPDX-License-Identifier: BSD-2-Clause */
/* Many bytes, word by word where they are aligned: see bytes.h. */
#include "boot/bytes.h"
#include "boot/word.h"

size_t bytes_alike(const void *memory, int byte, size_t size)
{
	const unsigned char *bytes = memory;
	size_t at = 0;

	while (at < size && !word_aligned(bytes + at) && bytes[at] == (unsigned char)byte)
		at++;
	if (word_aligned(bytes + at))
		while (size - at >= WORD && *(const word *)(bytes + at) == word_of(byte))
			at += WORD;
	while (at < size && bytes[at] == (unsigned char)byte)
		at++;
	return at;
}

static uint64_t add(uint64_t sum, uint64_t value)
{
	return (sum << 7 | sum >> 57) ^ value;
}

uint64_t bytes_sum(const void *memory, size_t size)
{
	const unsigned char *bytes = memory;
	uint64_t sum = 0;
	size_t at = 0;

	if (word_aligned(bytes))
		for (; size - at >= WORD; at += WORD)
			sum = add(sum, *(const word *)(bytes + at));
	for (; at < size; at++)
		sum = add(sum, bytes[at]);
	return sum;
}
