/* SPDX-License-Identifier: BSD-2-Clause */
/* See its_case.h. */
#include "tests/unit/its_case.h"

#include <stdio.h>
#include <string.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/tap.h"
#include "boot/trap.h"
#include "tests/unit/memory_case.h"

#define MEMORY		0x40000000ull
#define MEMORY_BYTES	0x800000ull

const struct message_port *its_port;
const struct interrupt_controller *its_controller;
unsigned its_handled, its_handled_line;

int its_case_setup(void **state)
{
	(void)state;
	host_reset();
	tap_plan(1, NULL);
	clock_init(1000000000, 64);
	memory_case_add(MEMORY, MEMORY_BYTES);
	frames_fill_free();
	its_model_reset();
	its_model_add();
	its_handled = 0;
	host_platform.node_count = 3;
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = "arm,gic-v3",
		.registers = { { { MODEL_DISTRIBUTOR }, 0x10000 }, { { MODEL_REDISTRIBUTOR }, 0x20000 } },
	};
	host_platform.nodes[1] = (struct platform_node) {
		.compatible = "arm,gic-v3-its", .registers = { { { MODEL_ITS }, 0x20000 } },
		.interrupts = &host_platform.nodes[0], .messages_at = { MODEL_ITS + 0x10040 },
	};
	host_platform.nodes[2] = (struct platform_node) {
		.compatible = "pci-host-ecam-generic", .interrupts = &host_platform.nodes[0],
		.messages = &host_platform.nodes[1],
		.sender_count = 1, .senders = { { 0, CASE_STREAM, CASE_REQUESTERS } },
	};
	return 0;
}

void its_case_attach(void)
{
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	interrupts_attach();
	its_port = host_get(0)->messages;
	its_controller = its_port ? its_port->controller : NULL;
}

static bool handle(unsigned line)
{
	its_handled++;
	its_handled_line = line;
	return true;
}

bool its_case_open(void)
{
	return interrupts_open(its_controller, handle);
}

int its_case_start(void **state)
{
	its_case_setup(state);
	its_case_attach();
	assert_true(its_case_open());
	return 0;
}

int its_case_end(void **state)
{
	interrupts_close();
	return host_teardown(state);
}

struct pci_function its_function(unsigned requester)
{
	return (struct pci_function) {
		.host = host_get(0), .bus = (uint8_t)(requester >> 8), .device = requester >> 3 & 31,
		.function = requester & 7,
	};
}

bool its_event(unsigned requester, unsigned event, struct message_to *to)
{
	struct pci_function function = its_function(requester);

	return its_port->driver->to(its_port, &function, CASE_LINE + event, to);
}

void its_send_event(unsigned requester, unsigned event)
{
	its_model_message(CASE_STREAM + requester, event);
}

const char *its_commands(unsigned from)
{
	static const char *const names[] = {
		[MODEL_INT] = "INT", [MODEL_CLEAR] = "CLEAR", [MODEL_SYNC] = "SYNC", [MODEL_MAPD] = "MAPD",
		[MODEL_MAPC] = "MAPC", [MODEL_MAPTI] = "MAPTI", [MODEL_INV] = "INV", [MODEL_INVALL] = "INVALL",
		[MODEL_DISCARD] = "DISCARD",
	};
	static char text[1024];
	size_t length = 0;

	text[0] = 0;
	for (unsigned i = from; i < its_model.done && i < MODEL_LOG && length < sizeof(text) - 16; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", i == from ? "" : " ",
					   names[its_model.log[i]]);
	return text;
}

void its_expect_said(const char *words)
{
	if (!strstr(host_output, words))
		fail_msg("\"%s\" is not in: %s", words, host_output);
}
