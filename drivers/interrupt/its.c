/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ITS as what takes messages, and as the controller of the lines that they raise: see its.h. Its lines are LPIs, one
 * for each event; those of pins are its GIC's, and all that concerns them is left to that.
 *
 * Which LPIs are pending is nowhere to be read: the table may not be up to date. Those that are enabled go to the CPU,
 * where they can be taken; what was only looked for is sent once more when it is to interrupt.
 */
#include "boot/string.h"
#include "boot/tap.h"
#include "drivers/interrupt/gic.h"
#include "drivers/interrupt/its.h"
#include "drivers/pci/requester.h"

#define FIRST_LINE	48u			/* behind those that pins have */
#define MESSAGES	(0xffffull << FIRST_LINE)
#define EVENTS(lines)	((uint16_t)((lines) >> FIRST_LINE))
#define LPI_OF(event)	(LPI_FIRST + FIRST_LINE + (event))

#define AT_ONCE		64			/* interrupts that may wait at the CPU */

static struct its services[HOST_BRIDGES];

/* Of a node that is none of these: one that has never come up. */
static struct its *its_at(const struct platform_node *node)
{
	static struct its nobody;

	for (unsigned i = 0; i < HOST_BRIDGES; i++)
		if (services[i].port && services[i].port->at == node)
			return &services[i];
	return &nobody;
}

static struct its *its_of(const struct interrupt_controller *controller)
{
	return its_at(controller->at);
}

static struct interrupt_controller gic_of(const struct interrupt_controller *controller)
{
	return (struct interrupt_controller) { .driver = &gic_v3, .at = controller->at->interrupts };
}

/* ---- Events ---- */

static bool its_usable(const struct message_port *port)
{
	const char *why = "there are too many";

	for (unsigned i = 0; i < HOST_BRIDGES; i++) {
		if (services[i].port && services[i].port != port)
			continue;
		services[i] = (struct its) {
			.port = port, .registers = port->at->registers[0].start,
			.redistributor = port->at->interrupts->registers[1].start,
		};
		why = its_why_unusable(&services[i]);
		if (!why)
			return true;
		services[i].port = NULL;
		break;
	}
	tap_comment("its: it cannot be used: %s", why);
	return false;
}

static uint64_t its_lines(const struct message_port *port)
{
	(void)port;
	return MESSAGES;
}

/* The number by which an ITS knows a function: what all its messages carry. False: they are none of the ITS's. */
static bool find_id(const struct pci_function *function, uint32_t *id)
{
	const struct platform_node *at = function->host->at;
	uint32_t requester = pci_requester(function);

	for (unsigned i = 0; i < at->sender_count; i++)
		if (requester - at->senders[i].requester < at->senders[i].count) {
			*id = at->senders[i].stream + (requester - at->senders[i].requester);
			return true;
		}
	return false;
}

static phys_addr table_of(const struct its *its, unsigned number)
{
	return (phys_addr) { its->tables.value + number * its->table_bytes };
}

_Static_assert(ITS_EVENTS == 16, "an event has four bits");

/* Tells it of the table of a function, or that it has none. */
static bool map_device(struct its *its, unsigned number, bool valid)
{
	const struct its_command map = {
		{ ITS_MAPD | COMMAND_DEVICE(its->known[number].id), 4 - 1,
		  (valid ? ITS_VALID : 0) | table_of(its, number).value, 0 },
	};

	return its_send(its, &map, 1);
}

/* The place of a function, or else the first that nobody has, or whose function has no event any more; ITS_DEVICES:
 * there is none. */
static unsigned find_place(const struct its *its, uint32_t id)
{
	unsigned place = ITS_DEVICES;

	for (unsigned number = 0; number < ITS_DEVICES; number++) {
		if (its->known[number].used && its->known[number].id == id)
			return number;
		if (place == ITS_DEVICES && !its->known[number].events)
			place = number;
	}
	return place;
}

/* Its place among those that have a table of events, which it gets here; -1: it cannot have one. */
static int find_device(struct its *its, uint32_t id)
{
	unsigned number = find_place(its, id);

	if (number == ITS_DEVICES)
		return -1;
	if (its->known[number].used && its->known[number].id == id)
		return (int)number;
	if (its->known[number].used && !map_device(its, number, false))
		return -1;
	its->known[number].used = true;
	its->known[number].id = id;
	memset(arch_pointer(table_of(its, number)), 0, its->table_bytes);
	return map_device(its, number, true) ? (int)number : -1;
}

static struct its_command command(const struct its *its, uint64_t kind, unsigned number, unsigned event)
{
	return (struct its_command) { { kind | COMMAND_DEVICE(its->known[number].id), event, 0, 0 } };
}

/* One command for each of these events, to the function that has it. */
static void send_each(struct its *its, uint64_t kind, uint16_t events)
{
	struct its_command commands[ITS_EVENTS];
	unsigned count = 0;

	for (unsigned number = 0; number < ITS_DEVICES; number++)
		for (unsigned event = 0; event < ITS_EVENTS; event++)
			if (its->known[number].used && its->known[number].events & events & 1u << event)
				commands[count++] = command(its, kind, number, event);
	if (count)
		its_send(its, commands, count);
}

/* An LPI is one event's alone. */
static void drop(struct its *its, uint16_t events)
{
	send_each(its, ITS_DISCARD, events);
	its->arrived &= (uint16_t)~events;
	for (unsigned number = 0; number < ITS_DEVICES; number++)
		its->known[number].events &= (uint16_t)~events;
}

static void its_drop(const struct message_port *port, unsigned line)
{
	drop(its_at(port->at), EVENTS(INTERRUPT_LINE(line)));
}

static bool its_to(const struct message_port *port, const struct pci_function *function, unsigned line,
		   struct message_to *to)
{
	struct its *its = its_at(port->at);
	unsigned event = line - FIRST_LINE;
	struct its_command map;
	uint32_t id;
	int number;

	if (line < FIRST_LINE || event >= ITS_EVENTS || !its->up || !find_id(function, &id) || id >= its->functions)
		return false;
	/* First, which may make room for the function. */
	drop(its, (uint16_t)(1u << event));
	number = find_device(its, id);
	if (number < 0)
		return false;
	its->known[number].events |= (uint16_t)(1u << event);
	*to = (struct message_to) { port->at->messages_at, event };
	map = (struct its_command) {
		{ ITS_MAPTI | COMMAND_DEVICE(id), COMMAND_LPI(LPI_OF(event)) | event, ITS_COLLECTION, 0 },
	};
	return its_send(its, &map, 1);
}

/* ---- Lines ---- */

static void its_save(const struct interrupt_controller *controller, uint64_t *words)
{
	struct interrupt_controller gic = gic_of(controller);
	struct its *its = its_of(controller);

	gic.driver->save(&gic, words);
	if (its_start(its))
		return;
	its->up = false;
	tap_comment("its: it cannot be brought up");
}

static void its_restore(const struct interrupt_controller *controller, const uint64_t *words)
{
	struct interrupt_controller gic = gic_of(controller);

	its_stop(its_of(controller));
	gic.driver->restore(&gic, words);
}

/* Has the redistributor look at all of them anew. */
static void let_through(struct its *its, uint16_t events)
{
	const struct its_command look = { { ITS_INVALL, 0, ITS_COLLECTION, 0 } };
	uint8_t *properties = arch_pointer(its->properties);

	for (unsigned event = 0; event < ITS_EVENTS; event++)
		properties[LPI_OF(event) - LPI_FIRST] =
			LPI_PRIORITY | LPI_ONE | (events >> event & 1 ? LPI_ENABLED : 0);
	its_send(its, &look, 1);
}

static void its_enable(const struct interrupt_controller *controller, uint64_t lines)
{
	struct interrupt_controller gic = gic_of(controller);
	struct its *its = its_of(controller);
	uint16_t again = its->arrived & EVENTS(lines);

	gic.driver->enable(&gic, lines & gic.driver->lines);
	its->enabled |= EVENTS(lines);
	its->arrived &= (uint16_t)~again;
	if (EVENTS(lines))
		let_through(its, its->enabled);
	send_each(its, ITS_INT, again);
}

static void its_mask(const struct interrupt_controller *controller, uint64_t lines)
{
	struct interrupt_controller gic = gic_of(controller);
	struct its *its = its_of(controller);

	gic.driver->mask(&gic, lines & gic.driver->lines);
	its->enabled &= (uint16_t)~EVENTS(lines);
	if (EVENTS(lines))
		let_through(its, its->enabled);
}

static uint64_t its_together(unsigned line)
{
	return INTERRUPT_LINE(line);
}

static uint64_t its_enabling(const struct interrupt_controller *controller, unsigned line, phys_addr *address)
{
	struct interrupt_controller gic = gic_of(controller);

	return gic.driver->enabling(&gic, line, address);
}

static uint64_t its_raised(const struct interrupt_controller *controller)
{
	struct interrupt_controller gic = gic_of(controller);

	return gic.driver->raised(&gic);
}

static uint64_t its_waiting(const struct interrupt_controller *controller)
{
	struct interrupt_controller gic = gic_of(controller);

	return gic.driver->waiting(&gic);
}

/* What was taken has been cleared with that: no LPI stays. */
static int its_line(const struct interrupt_controller *controller, uint64_t number)
{
	struct interrupt_controller gic = gic_of(controller);

	if (number >= LPI_OF(0) && number < LPI_OF(ITS_EVENTS))
		return (int)(number - LPI_FIRST);
	return number < LPI_FIRST ? gic.driver->line(&gic, number) : -1;
}

static void its_end(const struct interrupt_controller *controller, unsigned line)
{
	struct interrupt_controller gic = gic_of(controller);

	if (gic.driver->lines & INTERRUPT_LINE(line))
		gic.driver->end(&gic, line);
}

/* Lines of pins that are taken with them are held back by the GIC until then. */
static uint64_t its_come(const struct interrupt_controller *controller)
{
	struct interrupt_controller gic = gic_of(controller);
	struct its *its = its_of(controller);
	uint64_t number, pins = 0;
	int line;

	let_through(its, 0xffff);
	for (unsigned i = 0; i < AT_ONCE && arch_interrupt_take(&number); i++) {
		line = its_line(controller, number);
		if (line >= (int)FIRST_LINE)
			its->arrived |= EVENTS(INTERRUPT_LINE(line));
		else if (line >= 0)
			pins |= INTERRUPT_LINE(line);
	}
	gic.driver->enable(&gic, pins);
	let_through(its, its->enabled);
	return (uint64_t)its->arrived << FIRST_LINE;
}

static void its_forget(const struct interrupt_controller *controller, uint64_t lines)
{
	struct its *its = its_of(controller);

	send_each(its, ITS_CLEAR, EVENTS(lines));
	its->arrived &= (uint16_t)~EVENTS(lines);
}

static const struct interrupt_driver its_lpis = {
	.compatible = "arm,gic-v3-its", .lines = INTERRUPT_LINE(FIRST_LINE) - 1, .save = its_save,
	.restore = its_restore, .together = its_together, .enable = its_enable, .mask = its_mask,
	.enabling = its_enabling, .raised = its_raised, .waiting = its_waiting, .line = its_line, .end = its_end,
	.message_lines = MESSAGES, .come = its_come, .forget = its_forget,
};
INTERRUPT_DRIVER(its_lpis);

static const struct message_driver its = {
	.compatible = "arm,gic-v3-its", .usable = its_usable, .lines = its_lines, .to = its_to, .drop = its_drop,
};
MESSAGE_DRIVER(its);
