/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console of the unit tests: a buffer that they look into. boot/console.c takes its place in a program that has it.
 */
#include "boot/console.h"

#include <string.h>

#include "tests/unit/host/host.h"

char host_output[65536];
size_t host_output_length;

void console_write(const char *text, size_t length)
{
	assert_true(length < sizeof host_output - host_output_length);
	memcpy(host_output + host_output_length, text, length);
	host_output_length += length;
	host_output[host_output_length] = 0;
}

void console_flush(void)
{
}
