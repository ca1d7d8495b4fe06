/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console of a firmware that stays alive: its own, by its client interface. A real Ultra 5 has a serial port that
 * busproof has no driver for, behind the EBus, and others a screen; the firmware knows them all.
 *
 * Each call gives the machine to the firmware (switch.S): a line at once, which boot/console.c sees to.
 *
 * Source: IEEE 1275-1994, client interface, read and write.
 */
#include "arch/sparc64/console.h"

#include "arch/sparc64/client.h"
#include "arch/sparc64/firmware.h"

static size_t client_console_send(void *device, const char *bytes, size_t length)
{
	const uint64_t arguments[] = { firmware.stdout, (uintptr_t)bytes, length };
	uint64_t written;

	(void)device;
	if (!client_call("write", 3, arguments, 1, &written) || (int32_t)written <= 0)
		return 0;
	return (uint32_t)written < length ? (uint32_t)written : length;
}

/* What it does not say cannot be waited for. */
static bool client_console_flush(void *device)
{
	(void)device;
	return true;
}

static int client_console_poll(void *device)
{
	static unsigned char typed;
	const uint64_t arguments[] = { firmware.stdin, (uintptr_t)&typed, 1 };
	uint64_t count;

	(void)device;
	return client_call("read", 3, arguments, 1, &count) && (int32_t)count == 1 ? typed : -1;
}

static const struct console_ops ops = {
	.send = client_console_send,
	.flush = client_console_flush,
	.poll = client_console_poll,
};

const struct console client_console = { &ops, NULL };
