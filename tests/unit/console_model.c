/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See console_model.h.
 */
#include "tests/unit/console_model.h"

#include <string.h>

#include "tests/unit/host/host.h"

#define SHOWN	600		/* bytes of what was sent, where a test fails */

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

/* A message that is too long for cmocka would lose the end of its last line, and the verdict would follow on it. */
void console_expect_sent(const char *text)
{
	size_t start = console_sent_length > SHOWN ? console_sent_length - SHOWN : 0;

	if (!strstr(console_sent, text))
		fail_msg("not printed: %.300s\nbut at the end: %s", text, console_sent + start);
}
