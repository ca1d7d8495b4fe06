/* SPDX-License-Identifier: BSD-2-Clause */
/* Flow control of the console: see flow.h. A console like any other, in front of the one that there is. */
#include "boot/flow.h"

#include "boot/console.h"

#define ETX	0x03			/* ^C */
#define XON	0x11			/* ^Q */
#define XOFF	0x13			/* ^S */

static const struct console *inner;
static unsigned char kept[FLOW_KEPT];
static unsigned kept_first, kept_count, overrun;
static bool held, interrupted;

static void keep(int c)
{
	if (kept_count == FLOW_KEPT) {
		overrun++;
		return;
	}
	kept[(kept_first + kept_count++) % FLOW_KEPT] = (unsigned char)c;
}

/* What has arrived while we print. ^C makes all that was typed before it worthless. */
static void listen(void)
{
	int c;

	while ((c = inner->ops->poll(inner->device)) >= 0) {
		if (c == XOFF || c == XON) {
			held = c == XOFF;
		} else if (c == ETX) {
			kept_count = 0;
			held = false;
			interrupted = true;
		} else {
			keep(c);
		}
	}
}

static bool may_send(void)
{
	listen();
	return !held;
}

static size_t flow_send(void *device, const char *bytes, size_t length)
{
	(void)device;
	if (!may_send() && !poll_until(may_send(), FLOW_PATIENCE))
		held = false;
	return inner->ops->send(inner->device, bytes, length);
}

static bool flow_flush(void *device)
{
	(void)device;
	return inner->ops->flush(inner->device);
}

/* The character that was typed first. */
static int flow_poll(void *device)
{
	int c;

	(void)device;
	if (kept_count) {
		c = kept[kept_first];
		kept_first = (kept_first + 1) % FLOW_KEPT;
		kept_count--;
		return c;
	}
	c = inner->ops->poll(inner->device);
	if (c != XOFF && c != XON)
		return c;
	held = c == XOFF;
	return -1;
}

static unsigned flow_missed(void *device)
{
	(void)device;
	return inner->ops->missed ? inner->ops->missed(inner->device) : 0;
}

static const struct console_ops ops = {
	.send = flow_send, .flush = flow_flush, .poll = flow_poll, .missed = flow_missed,
};

static const struct console *put_before(const struct console *console)
{
	static const struct console flow = { &ops, NULL };

	if (console != &flow)
		inner = console;
	kept_count = overrun = 0;
	held = interrupted = false;
	return &flow;
}

void console_flow(void)
{
	console_wrap(put_before);
}

bool console_interrupted(void)
{
	bool was;

	if (inner)
		listen();
	was = interrupted;
	interrupted = false;
	return was;
}

unsigned console_overrun(void)
{
	return overrun;
}
