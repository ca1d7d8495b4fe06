/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See toeplitz.h. For each bit of the bytes that is set, the 32 bits of the key that begin at the same place are added
 * without carry.
 */
#include "tests/conformance/virtio/net/toeplitz.h"

static uint32_t key_bit(const uint8_t *key, uint32_t bit)
{
	return key[bit / 8] >> (7 - bit % 8) & 1;
}

uint32_t toeplitz(const uint8_t key[TOEPLITZ_KEY], const uint8_t *bytes, uint32_t size)
{
	uint32_t window = (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 | (uint32_t)key[2] << 8 | key[3];
	uint32_t hash = 0;

	for (uint32_t bit = 0; bit < 8 * size; bit++) {
		if (key_bit(bytes, bit))
			hash ^= window;
		window = window << 1 | key_bit(key, (32 + bit) % (8 * TOEPLITZ_KEY));
	}
	return hash;
}
