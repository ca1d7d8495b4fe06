/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of MSI look with: see msi_rig.h. */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/dma/dma.h"
#include "tests/conformance/probe/msi_rig.h"

struct msi_rig msi_rig;

static struct msi_rig *const rig = &msi_rig;

static bool has_msi(unsigned number, const struct conformance_scope *scope)
{
	struct subject subject = { .number = number };

	scope_get(scope->of, number, &subject);
	return pci_messages_control(subject.function, PCI_MSI) != 0;
}

const struct conformance_scope scope_msi = {
	.of = &scope_pci_function, .only = has_msi, .words = "each function with an MSI capability",
};

const char *needs_msi(const struct subject *subject)
{
	static struct pci_messages messages;

	if (subject->function->reserved)
		return subject->function->reserved;
	if (!pci_messages_find(&messages, subject->function, PCI_MSI))
		return messages.fault;
	return msi_source_of(subject->function) ? NULL : "busproof does not know how to have it interrupt";
}

const char *needs_msi_line(const struct subject *subject)
{
	const char *lacking = needs_msi(subject);

	if (lacking)
		return lacking;
	if (!subject->function->host->messages)
		return "the machine's interrupt controller takes no messages, or not in a way that busproof knows";
	if (arch_platform()->no_interrupts)
		return arch_platform()->no_interrupts;
	if (dma_translates(subject->function) && !domain_can(subject->function->domain, DOMAIN_MESSAGES))
		return "what takes messages is at a physical address, and the function's addresses are translated";
	return NULL;
}

const char *needs_msi_sender(const struct subject *subject)
{
	const char *lacking = needs_msi_line(subject);

	if (!lacking && !subject->function->host->messages->driver->drop)
		return "what takes messages here does not ask who sends them";
	return lacking;
}

static uint64_t all_lines(void)
{
	return rig->port ? rig->port->driver->lines(rig->port) : 0;
}

unsigned msi_most(const struct subject *subject)
{
	static struct pci_messages messages;
	const struct message_port *port = subject->function->host->messages;
	unsigned lines = port ? interrupt_count(port->driver->lines(port)) : 1;

	pci_messages_find(&messages, subject->function, PCI_MSI);
	while (messages.vectors > lines)
		messages.vectors /= 2;
	return messages.vectors;
}

static bool handle(unsigned line)
{
	rig->entries++;
	rig->entered |= INTERRUPT_LINE(line);
	rig->controller->driver->end(rig->controller, line);
	return true;
}

uint64_t msi_line(unsigned vector)
{
	return INTERRUPT_LINE(rig->first + vector);
}

uint64_t msi_come(void)
{
	return rig->controller->driver->come(rig->controller) & all_lines();
}

static void forget(void)
{
	rig->entries = 0;
	rig->entered = 0;
	if (rig->controller)
		rig->controller->driver->forget(rig->controller, all_lines());
}

static bool begin(struct trial *trial, unsigned count)
{
	struct pci_function *function = trial->subject->function;
	const char *lacking;

	memset(rig, 0, sizeof(*rig));
	rig->function = function;
	rig->command = pci_read16(function, PCI_COMMAND);
	rig->source = msi_source_of(function);
	rig->count = count;
	pci_messages_find(&rig->messages, function, PCI_MSI);
	lacking = rig->source->begin(function);
	if (lacking)
		trial_skip(trial, "%s", lacking);
	else
		expect(trial, pci_messages_open(&rig->messages, count), "it does not hold that %u vectors are in use",
		       count);
	return trial_good(trial);
}

static bool set_vector(unsigned vector, struct pci_message message)
{
	return pci_message_set(&rig->messages, vector, message) &&
	       (!rig->messages.maskable || pci_message_mask(&rig->messages, vector, false));
}

static bool is_row(unsigned first, unsigned count)
{
	uint64_t row = (INTERRUPT_LINE(count) - 1) << first;
	struct message_to to;

	return (all_lines() & row) == row && rig->port->driver->to(rig->port, rig->function, first, &to) &&
	       to.data % count == 0;
}

/* From the last one down; the messages of all must be what the function makes of the first. */
static bool set_lines(bus_addr address)
{
	struct message_to to;

	rig->first = INTERRUPT_LINES - rig->count;
	while (rig->first > 0 && !is_row(rig->first, rig->count))
		rig->first--;
	for (unsigned vector = 0; vector < rig->count; vector++)
		if (!rig->port->driver->to(rig->port, rig->function, rig->first + vector, &to) ||
		    !set_vector(vector, (struct pci_message) { address.value, to.data }))
			return false;
	return true;
}

static bool set_at(struct pci_message message)
{
	for (unsigned vector = 0; vector < rig->count; vector++)
		if (!set_vector(vector, (struct pci_message) { message.address, message.data | vector }))
			return false;
	return true;
}

static bool switch_on(struct trial *trial, bool set)
{
	expect(trial, set, "it does not hold its messages");
	expect(trial, pci_messages_enable(&rig->messages, true), "it does not hold that messages are on");
	clock_wait(clock_silence(MSI_QUIET));
	forget();
	return trial_good(trial);
}

static bool stop_unless(bool good)
{
	if (!good)
		msi_stop();
	return good;
}

bool msi_start(struct trial *trial, unsigned count)
{
	const struct platform_node *port = trial->subject->function->host->at->messages;

	return msi_start_through(trial, count, (bus_addr) { port->messages_at.value });
}

bool msi_start_through(struct trial *trial, unsigned count, bus_addr address)
{
	if (!begin(trial, count))
		return stop_unless(false);
	rig->port = rig->function->host->messages;
	rig->controller = rig->port->controller;
	if (!interrupts_open(rig->controller, handle)) {
		trial_skip(trial, "busproof does not know this machine's interrupt controller");
		return stop_unless(false);
	}
	return stop_unless(switch_on(trial, set_lines(address)));
}

bool msi_start_at(struct trial *trial, unsigned count, struct pci_message message)
{
	return stop_unless(begin(trial, count) && switch_on(trial, set_at(message)));
}

void msi_stop(void)
{
	rig->source->end(rig->function);
	pci_messages_close(&rig->messages);
	pci_write16(rig->function, PCI_COMMAND, rig->command);
	if (rig->controller)
		interrupts_close();
}

bool msi_interrupt(struct trial *trial, unsigned number)
{
	forget();
	return expect(trial, rig->source->interrupt(rig->function, number),
		      "the function does not say that it interrupts");
}

void msi_expect(struct trial *trial, unsigned vector, const char *when)
{
	poll_soon(msi_come() & msi_line(vector), MSI_LATE);
	clock_wait(clock_silence(MSI_QUIET));
	expect(trial, msi_come() == msi_line(vector), "%s: messages came to lines %#llx, and vector %u has %#llx", when,
	       (unsigned long long)msi_come(), vector, (unsigned long long)msi_line(vector));
}

void msi_expect_none(struct trial *trial, const char *when)
{
	clock_wait(clock_silence(MSI_QUIET));
	expect(trial, !msi_come(), "%s: messages came to lines %#llx", when, (unsigned long long)msi_come());
}
