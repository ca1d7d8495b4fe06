/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/bytes.c */
/* boot/bytes.c: at every alignment and many lengths, with every byte in turn another one, also beside the range. */
#include <string.h>

#include "boot/bytes.h"
#include "boot/word.h"
#include "tests/unit/host/host.h"

#define LONGEST		40
#define SIZE		(LONGEST + 2 * WORD)
#define PATTERN		0xa5

static void alike(void **state)
{
	unsigned char bytes[SIZE] __attribute__((aligned(8)));

	(void)state;
	for (unsigned from = 0; from < WORD; from++) {
		for (unsigned size = 0; size <= LONGEST; size++) {
			for (unsigned other = 0; other < SIZE; other++) {
				bool inside = other >= from && other < from + size;

				memset(bytes, PATTERN, SIZE);
				bytes[other] ^= 0x80;
				assert_int_equal(bytes_alike(bytes + from, PATTERN, size),
						 inside ? other - from : size);
			}
		}
	}
	assert_int_equal(bytes_alike(bytes, -0x5b, SIZE - 1), SIZE - 1);
}

static void sums(void **state)
{
	unsigned char bytes[SIZE] __attribute__((aligned(8)));

	(void)state;
	for (unsigned from = 0; from < WORD; from++) {
		for (unsigned size = 0; size <= LONGEST; size++) {
			uint64_t sum;

			for (unsigned i = 0; i < SIZE; i++)
				bytes[i] = (unsigned char)(3 * i + 1);
			sum = bytes_sum(bytes + from, size);
			for (unsigned other = 0; other < SIZE; other++) {
				bytes[other] ^= 0x10;
				assert_int_equal(bytes_sum(bytes + from, size) != sum,
						 other >= from && other < from + size);
				bytes[other] ^= 0x10;
			}
		}
	}
}

/* Two words that have changed places, and a word of zeroes that has gone. */
static void sum_of_places(void **state)
{
	uint64_t words[] = { 0, 1, 2 }, other[] = { 0, 2, 1 };

	(void)state;
	assert_int_not_equal(bytes_sum(words, sizeof(words)), bytes_sum(other, sizeof(other)));
	assert_int_not_equal(bytes_sum(words + 1, 2 * WORD), bytes_sum((uint64_t[]) { 1, 0, 2 }, 3 * WORD));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alike), cmocka_unit_test(sums), cmocka_unit_test(sum_of_places),
	};

	return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
