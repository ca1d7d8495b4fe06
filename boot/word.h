/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words of an object of any type, for the functions that go through much memory: boot/string.c and boot/bytes.c. A
 * machine may trap on an unaligned access, so that whoever reads a word has asked first.
 */
#ifndef BOOT_WORD_H
#define BOOT_WORD_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t __attribute__((may_alias)) word;

#define WORD	sizeof(word)

static inline bool word_aligned(const void *pointer)
{
	return (uintptr_t)pointer % WORD == 0;
}

/* A word of which each byte is this one. */
static inline word word_of(int byte)
{
	return (unsigned char)byte * 0x0101010101010101ull;
}

#endif
