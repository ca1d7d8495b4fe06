/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libfdt.h needs of its surroundings, in the place of the file of this name that comes with it and needs a C
 * library.
 */
#ifndef LIBFDT_ENV_H
#define LIBFDT_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* boot/string.c has those that the compiler may call at any time, libfdt.c the others. */
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *bytes, int byte, size_t size);
size_t strlen(const char *string);
size_t strnlen(const char *string, size_t most);
char *strchr(const char *string, int byte);
char *strrchr(const char *string, int byte);

/* <limits.h> would want the C library's. */
#define INT_MAX		__INT_MAX__
#define UINT_MAX	(2u * __INT_MAX__ + 1)

#define FDT_FORCE
#define FDT_BITWISE

typedef uint16_t fdt16_t;
typedef uint32_t fdt32_t;
typedef uint64_t fdt64_t;

/* A device tree is big-endian. */
static inline uint16_t fdt16_to_cpu(fdt16_t value) { return __builtin_bswap16(value); }
static inline fdt16_t cpu_to_fdt16(uint16_t value) { return __builtin_bswap16(value); }
static inline uint32_t fdt32_to_cpu(fdt32_t value) { return __builtin_bswap32(value); }
static inline fdt32_t cpu_to_fdt32(uint32_t value) { return __builtin_bswap32(value); }
static inline uint64_t fdt64_to_cpu(fdt64_t value) { return __builtin_bswap64(value); }
static inline fdt64_t cpu_to_fdt64(uint64_t value) { return __builtin_bswap64(value); }

#endif
