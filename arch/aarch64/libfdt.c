/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libfdt calls and boot/string.c has not: the rest of a C library's functions on strings, and what its compiler's
 * guard of the stack wants.
 */
#include "arch/aarch64/aarch64.h"
#include "arch/aarch64/libfdt_env.h"

_Noreturn void __stack_chk_fail(void);

uint64_t __stack_chk_guard = 0x62757370726f6f66;

_Noreturn void __stack_chk_fail(void)
{
	__asm__ volatile("brk #1");
	arch_power_off();
}

void *memchr(const void *bytes, int byte, size_t size)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < size; i++)
		if (at[i] == (unsigned char)byte)
			return (void *)(at + i);
	return NULL;
}

char *strchr(const char *string, int byte)
{
	for (; *string != (char)byte; string++)
		if (!*string)
			return NULL;
	return (char *)string;
}

char *strrchr(const char *string, int byte)
{
	const char *last = NULL;

	do {
		if (*string == (char)byte)
			last = string;
	} while (*string++);
	return (char *)last;
}

size_t strnlen(const char *string, size_t most)
{
	const char *end = memchr(string, 0, most);

	return end ? (size_t)(end - string) : most;
}
