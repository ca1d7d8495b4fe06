/* SPDX-License-Identifier: BSD-2-Clause */
/* What is to be known of many bytes at once, beyond the functions of boot/string.h: tests look at megabytes. */
#ifndef BOOT_BYTES_H
#define BOOT_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* How many bytes from memory on are this one: size when all are, otherwise the place of the first other one. */
size_t bytes_alike(const void *memory, int byte, size_t size);

/* A number that is another one when any word of these bytes is: each counts, and so does its place. */
uint64_t bytes_sum(const void *memory, size_t size);

#endif
