/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/string.c under other names, next to the C library's: same results for every alignment and many lengths, and
 * not a byte touched outside.
 */
#define memcpy	busproof_memcpy
#define memmove	busproof_memmove
#define memset	busproof_memset
#define memcmp	busproof_memcmp
#define strlen	busproof_strlen
#define strcmp	busproof_strcmp
#define strncmp	busproof_strncmp
#include "boot/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef strncmp

#include <stdlib.h>
#include <string.h>

#include "tests/unit/host/host.h"

#define LONGEST		48
#define SIZE		(LONGEST + 4 * WORD)

static void number_bytes(unsigned char *bytes, unsigned from)
{
	for (unsigned i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)(from + i);
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void copies(void **state)
{
	unsigned char from[SIZE], ours[SIZE], theirs[SIZE];

	(void)state;
	number_bytes(from, 1);
	for (unsigned to = 0; to < 2 * WORD; to++) {
		for (unsigned at = 0; at < 2 * WORD; at++) {
			for (unsigned size = 0; size <= LONGEST; size++) {
				memset(ours, 0xee, SIZE);
				memset(theirs, 0xee, SIZE);
				assert_ptr_equal(busproof_memcpy(ours + to, from + at, size), ours + to);
				memcpy(theirs + to, from + at, size);
				assert_memory_equal(ours, theirs, SIZE);
			}
		}
	}
}

/* Both directions, with every overlap. */
static void moves(void **state)
{
	unsigned char ours[SIZE], theirs[SIZE];

	(void)state;
	for (unsigned to = 0; to < 3 * WORD; to++) {
		for (unsigned from = 0; from < 3 * WORD; from++) {
			for (unsigned size = 0; size <= LONGEST; size++) {
				number_bytes(ours, 7);
				number_bytes(theirs, 7);
				assert_ptr_equal(busproof_memmove(ours + to, ours + from, size), ours + to);
				memmove(theirs + to, theirs + from, size);
				assert_memory_equal(ours, theirs, SIZE);
			}
		}
	}
}

static void sets(void **state)
{
	static const int values[] = { 0, 1, 0x80, 0xff, 0x1234, -1 };
	unsigned char ours[SIZE], theirs[SIZE];

	(void)state;
	for (unsigned to = 0; to < 2 * WORD; to++) {
		for (unsigned size = 0; size <= LONGEST; size++) {
			for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
				number_bytes(ours, 7);
				number_bytes(theirs, 7);
				assert_ptr_equal(busproof_memset(ours + to, values[i], size), ours + to);
				memset(theirs + to, values[i], size);
				assert_memory_equal(ours, theirs, SIZE);
			}
		}
	}
}

/* Each byte in turn made smaller, then larger; bytes count as unsigned. */
static void compares_memory(void **state)
{
	unsigned char a[SIZE], b[SIZE];

	(void)state;
	for (unsigned at = 0; at < 2 * WORD; at++) {
		for (unsigned size = 0; size <= LONGEST; size++) {
			number_bytes(a, 100);
			memcpy(b + at, a, size);
			assert_int_equal(busproof_memcmp(a, b + at, size), 0);
			for (unsigned i = 0; i < size; i++) {
				b[at + i] ^= 0x80;
				assert_int_equal(sign(busproof_memcmp(a, b + at, size)),
						 sign(memcmp(a, b + at, size)));
				assert_int_equal(sign(busproof_memcmp(b + at, a, size)),
						 sign(memcmp(b + at, a, size)));
				/* A later difference of the other sign must not count. */
				b[at + size - 1] ^= 0x80;
				assert_int_equal(sign(busproof_memcmp(a, b + at, size)),
						 sign(memcmp(a, b + at, size)));
				b[at + size - 1] = a[size - 1];
				b[at + i] = a[i];
			}
		}
	}
}

/* Objects that end where they end: the sanitizer sees any byte read or written beyond. */
static void stays_inside(void **state)
{
	(void)state;
	for (unsigned size = 1; size <= LONGEST; size++) {
		unsigned char *a = malloc(size);
		unsigned char *b = malloc(size);

		busproof_memset(a, 1, size);
		busproof_memcpy(b, a, size);
		assert_int_equal(busproof_memcmp(a, b, size), 0);
		busproof_memmove(a, b, size);
		b[size - 1] = 0;
		assert_int_equal(busproof_strlen((const char *)b), size - 1);
		free(a);
		free(b);
	}
}

static void compares_strings(void **state)
{
	static const char *const strings[] = {
		"", "a", "b", "aa", "ab", "\x7f", "\x80", "\xff", "abcdefgh", "abcdefgi",
	};

	(void)state;
	for (unsigned i = 0; i < sizeof strings / sizeof strings[0]; i++) {
		assert_int_equal(busproof_strlen(strings[i]), strlen(strings[i]));
		for (unsigned k = 0; k < sizeof strings / sizeof strings[0]; k++) {
			assert_int_equal(sign(busproof_strcmp(strings[i], strings[k])),
					 sign(strcmp(strings[i], strings[k])));
			for (unsigned most = 0; most < 10; most++)
				assert_int_equal(sign(busproof_strncmp(strings[i], strings[k], most)),
						 sign(strncmp(strings[i], strings[k], most)));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies),
		cmocka_unit_test(moves),
		cmocka_unit_test(sets),
		cmocka_unit_test(compares_memory),
		cmocka_unit_test(stays_inside),
		cmocka_unit_test(compares_strings),
	};

	return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
