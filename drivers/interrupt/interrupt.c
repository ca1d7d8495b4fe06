/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding, opening and closing an interrupt controller: see interrupt.h. */
#include "drivers/interrupt/interrupt.h"

#include "boot/string.h"
#include "boot/trap.h"
#include "drivers/interrupt/message.h"

TABLE_DECLARE(interrupt_drivers, const struct interrupt_driver);
TABLE_DECLARE(message_drivers, const struct message_driver);

/* Two a host: that of its pins, and that of its messages. */
static struct interrupt_controller controllers[2 * HOST_BRIDGES];
static unsigned controller_count;
static struct message_port ports[HOST_BRIDGES];
static unsigned port_count;

static const struct interrupt_controller *open_controller;
static bool (*line_handler)(unsigned line);
static uint64_t kept[INTERRUPT_WORDS];

static const struct interrupt_driver *find_driver(const char *compatible)
{
	TABLE_EACH(interrupt_drivers, const struct interrupt_driver, entry)
		if (strcmp((*entry)->compatible, compatible) == 0)
			return *entry;
	return NULL;
}

/* Hosts may share one. */
static const struct interrupt_controller *find_controller(const struct platform_node *node)
{
	const struct interrupt_driver *driver = node ? find_driver(node->compatible) : NULL;

	for (unsigned i = 0; i < controller_count; i++)
		if (controllers[i].at == node)
			return &controllers[i];
	if (!driver)
		return NULL;
	controllers[controller_count] = (struct interrupt_controller) { .driver = driver, .at = node };
	return &controllers[controller_count++];
}

static const struct message_driver *find_message_driver(const char *compatible)
{
	TABLE_EACH(message_drivers, const struct message_driver, entry)
		if (strcmp((*entry)->compatible, compatible) == 0)
			return *entry;
	return NULL;
}

/* Its messages come to a controller's lines, which must be able to take them: its own, or that which its node names. */
static const struct message_port *find_port(const struct platform_node *node)
{
	const struct message_driver *driver = node ? find_message_driver(node->compatible) : NULL;
	const struct interrupt_controller *own = driver ? find_controller(node) : NULL;
	const struct interrupt_controller *controller = driver && !own ? find_controller(node->interrupts) : own;

	for (unsigned i = 0; i < port_count; i++)
		if (ports[i].at == node)
			return &ports[i];
	if (!controller || !controller->driver->message_lines)
		return NULL;
	ports[port_count] = (struct message_port) { .driver = driver, .at = node, .controller = controller };
	if (driver->usable && !driver->usable(&ports[port_count]))
		return NULL;
	return &ports[port_count++];
}

void interrupts_attach(void)
{
	struct host_bridge *host;

	controller_count = port_count = 0;
	for (unsigned i = 0; (host = host_get(i)) != NULL; i++) {
		host->interrupts = find_controller(host->at->interrupts);
		host->messages = find_port(host->at->messages);
	}
}

static bool handle(uint64_t number)
{
	int line = open_controller->driver->line(open_controller, number);

	return line >= 0 && line_handler(line);
}

bool interrupts_open(const struct interrupt_controller *controller, bool (*handler)(unsigned line))
{
	interrupts_close();
	if (!controller)
		return false;
	open_controller = controller;
	line_handler = handler;
	controller->driver->save(controller, kept);
	controller->driver->mask(controller, controller->driver->lines);
	trap_set_interrupt_handler(handle);
	return true;
}

void interrupts_close(void)
{
	const struct interrupt_controller *controller = open_controller;

	if (!controller)
		return;
	arch_interrupts(false);
	trap_set_interrupt_handler(NULL);
	open_controller = NULL;
	controller->driver->mask(controller, controller->driver->lines);
	controller->driver->restore(controller, kept);
}
