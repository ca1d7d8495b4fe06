/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See console_model.h.
 */
#include "tests/unit/console_model.h"

#include <string.h>

#include "tests/unit/host/host.h"

char console_sent[1 << 18];
size_t console_sent_length;

void console_model_begin(void)
{
	console_sent_length = 0;
	console_sent[0] = 0;
}

size_t console_model_send(void *device, const char *bytes, size_t length)
{
	(void)device;
	assert_true(length < sizeof(console_sent) - console_sent_length);
	memcpy(console_sent + console_sent_length, bytes, length);
	console_sent_length += length;
	console_sent[console_sent_length] = 0;
	return length;
}

bool console_model_flush(void *device)
{
	(void)device;
	return true;
}

void console_expect_sent(const char *text)
{
	if (!strstr(console_sent, text))
		fail_msg("not printed: %s\n%s", text, console_sent);
}
