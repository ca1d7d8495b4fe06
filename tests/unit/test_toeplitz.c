/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/conformance/virtio/net/toeplitz.c */
/*
 * The hash of network devices, against the vectors that Microsoft has published with it ("Verifying the RSS Hash
 * Calculation"): addresses alone, and with ports.
 */
#include "tests/conformance/virtio/net/toeplitz.h"
#include "tests/unit/host/host.h"

static const uint8_t key[TOEPLITZ_KEY] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/* From, to, and the two ports. */
static const struct row {
	uint32_t size;
	uint8_t bytes[36];
	uint32_t ports, alone;
} rows[] = {
	{ 8, { 66, 9, 149, 187, 161, 142, 100, 80, 2794 >> 8, 2794 & 0xff, 1766 >> 8, 1766 & 0xff },
	  0x51ccc178, 0x323e8fc2 },
	{ 8, { 199, 92, 111, 2, 65, 69, 140, 83, 14230 >> 8, 14230 & 0xff, 4739 >> 8, 4739 & 0xff },
	  0xc626b0ea, 0xd718262a },
	{ 32, { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7,
		0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0, 0, 0, 1,
		2794 >> 8, 2794 & 0xff, 1766 >> 8, 1766 & 0xff }, 0x40207d3d, 0x2cc18cd5 },
};

static void vectors(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(toeplitz(key, rows[i].bytes, rows[i].size), rows[i].alone);
		assert_int_equal(toeplitz(key, rows[i].bytes, rows[i].size + 4), rows[i].ports);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(vectors) };

	return cmocka_run_group_tests_name("toeplitz", tests, NULL, NULL);
}
