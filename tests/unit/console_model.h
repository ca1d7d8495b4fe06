/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sending half of a console's device: it keeps all that it is given. What is typed, and when, is the test's, which
 * makes the device of these functions and one of its own that is polled. UARTs, which send at a rate, are
 * test_console.c's.
 */
#ifndef CONSOLE_MODEL_H
#define CONSOLE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

/* Since console_model_begin(); ends in a NUL. */
extern char console_sent[1 << 18];
extern size_t console_sent_length;

void console_model_begin(void);
/* Of struct console_ops. */
size_t console_model_send(void *device, const char *bytes, size_t length);
bool console_model_flush(void *device);
/* Fails the test, with the end of what was sent, unless this text is in it. */
void console_expect_sent(const char *text);

#endif
