/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Byte order of values in memory that a device or a table also reads. The field's usual names: cpu_to_le32() makes
 * what is stored, le32_to_cpu() reads it back; the same for 16 and 64 bits and for big-endian (be).
 */
#ifndef BYTEORDER_H
#define BYTEORDER_H

#include <stdint.h>

/* A unit test may have said otherwise, to see on one computer what another does. */
#ifndef BYTEORDER_LITTLE
#define BYTEORDER_LITTLE	(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
#endif

#define BYTEORDER_FUNCTIONS(bits) \
	static inline uint##bits##_t cpu_to_le##bits(uint##bits##_t value) \
		{ return BYTEORDER_LITTLE ? value : __builtin_bswap##bits(value); } \
	static inline uint##bits##_t le##bits##_to_cpu(uint##bits##_t value) \
		{ return BYTEORDER_LITTLE ? value : __builtin_bswap##bits(value); } \
	static inline uint##bits##_t cpu_to_be##bits(uint##bits##_t value) \
		{ return BYTEORDER_LITTLE ? __builtin_bswap##bits(value) : value; } \
	static inline uint##bits##_t be##bits##_to_cpu(uint##bits##_t value) \
		{ return BYTEORDER_LITTLE ? __builtin_bswap##bits(value) : value; }

BYTEORDER_FUNCTIONS(16)
BYTEORDER_FUNCTIONS(32)
BYTEORDER_FUNCTIONS(64)

#endif
