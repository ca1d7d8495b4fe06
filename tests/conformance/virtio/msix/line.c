/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.msix, between a message that was sent and the CPU: a line that is masked where messages arrive; and
 * where who sent them is known there, an event that is none any more, or is another function's. For each, the same
 * request brings the message when all is as it was.
 *
 * Source: Arm GIC Architecture Specification, version 3 (IHI 0069), 5.1 (LPIs), 5.2 (events), 5.3 (DISCARD).
 */
#include "boot/clock.h"
#include "drivers/pci/requester.h"
#include "tests/conformance/virtio/msix/rig.h"

#define PCI_DEVICES	32	/* of a bus */

static const char *needs_senders(const struct subject *subject)
{
	const char *lacking = needs_messages(subject);

	if (!lacking && !subject->function->host->messages->driver->drop)
		return "what takes messages here does not ask who sends them";
	return lacking;
}

static unsigned request_line(void)
{
	return msix_rig.lines[msix_request_vector()];
}

/* The event's number stays what the function was told: the same line has the same. */
static bool give_line(struct trial *trial, const struct pci_function *function)
{
	struct message_to to;

	return expect(trial, msix_rig.port->driver->to(msix_rig.port, function, request_line(), &to),
		      "what takes messages does not take those of %02x:%02x.%u", function->bus, function->device,
		      function->function);
}

static void expect_silence(struct trial *trial, const char *when)
{
	clock_wait(clock_silence(MSIX_QUIET));
	expect(trial, !(msix_rig.controller->driver->come(msix_rig.controller) & INTERRUPT_LINE(request_line())),
	       "%s: a message came to line %u", when, request_line());
}

/* Other queues may have used buffers that no request of ours asked for: only the line of the requests is looked at. */
static void masked(struct trial *trial)
{
	const struct interrupt_driver *driver;
	uint64_t line;

	if (!msix_start(trial, false))
		return;
	driver = msix_rig.controller->driver;
	line = INTERRUPT_LINE(request_line());
	driver->enable(msix_rig.controller, line);
	driver->mask(msix_rig.controller, line);
	arch_interrupts(true);
	if (msix_request(trial)) {
		clock_wait(clock_silence(MSIX_QUIET));
		expect(trial, !msix_rig.entries, "an interrupt came for a message to a masked line");
		driver->enable(msix_rig.controller, line);
		poll_soon(msix_rig.entered & line, MSIX_LATE);
		expect(trial, msix_rig.entered & line, "no interrupt came when the line was unmasked");
		clock_wait(clock_silence(MSIX_QUIET));
		expect(trial, msix_rig.entries == 1, "%u interrupts came for one message", msix_rig.entries);
	}
	arch_interrupts(false);
	msix_stop();
}
CONFORMANCE_TEST("virtio.msix.line-masked", masked,
		 "A message to a masked line does not interrupt the CPU, and does once when the line is unmasked.",
		 .scope = &scope_msix_engine, .skip = needs_messages, .clauses = "MSIX-4",
		 .judged_by = EVIDENCE);

/* Pending where it arrived, a message goes with its event. */
static void discarded(struct trial *trial)
{
	if (!msix_start(trial, false))
		return;
	if (msix_request(trial)) {
		msix_expect_owed(trial, "before the event is discarded");
		msix_rig.port->driver->drop(msix_rig.port, request_line());
		expect_silence(trial, "when its event had been discarded");
	}
	if (trial_good(trial) && msix_request(trial))
		expect_silence(trial, "sent for a discarded event");
	if (trial_good(trial) && give_line(trial, msix_rig.engine->function)) {
		expect_silence(trial, "when the event was there again");
		msix_count();
		if (msix_request(trial))
			msix_expect_owed(trial, "for the event that is there again");
	}
	msix_stop();
}
CONFORMANCE_TEST("virtio.msix.event-discarded", discarded,
		 "A message whose event was discarded comes nowhere, and comes once the event is there again.",
		 .scope = &scope_msix_engine, .skip = needs_senders, .clauses = "MSIX-4", .judged_by = EVIDENCE);

/* One on the same bus whose ID is not the function's, which may be that of the bus: it need not be there for what takes
 * messages to know it. */
static struct pci_function another(const struct pci_function *function)
{
	struct pci_function other = *function;

	other.above = NULL;
	do
		other.device = (other.device + 1) % PCI_DEVICES;
	while (pci_requester(&other) == pci_requester(function));
	return other;
}

static void of_another(struct trial *trial)
{
	struct pci_function other;

	if (!msix_start(trial, false))
		return;
	other = another(msix_rig.engine->function);
	if (give_line(trial, &other) && msix_request(trial))
		expect_silence(trial, "sent for an event that only another function has");
	if (trial_good(trial) && give_line(trial, msix_rig.engine->function)) {
		msix_count();
		if (msix_request(trial))
			msix_expect_owed(trial, "for the event that is the function's again");
	}
	msix_stop();
}
CONFORMANCE_TEST("virtio.msix.event-of-another", of_another,
		 "A message whose event only another function has comes nowhere, and comes once the sender has it.",
		 .scope = &scope_msix_engine, .skip = needs_senders, .clauses = "MSIX-4", .judged_by = EVIDENCE);
