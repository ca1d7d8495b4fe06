/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite msi, what holds a message back: the mask of its vector, the enable bit of all, bus mastering; and where it
 * arrives, an event that there is not, or that is another function's. For each, the message comes when all is as it
 * was.
 *
 * Sources: PCI Local Bus Specification 3.0, 6.8.1; Arm GIC Architecture Specification, version 3 (IHI 0069), 5.2 and
 * 5.3 (DISCARD).
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "drivers/pci/requester.h"
#include "tests/conformance/probe/msi_rig.h"

#define PCI_DEVICES	32	/* of a bus */

static const char *needs_msi_mask(const struct subject *subject)
{
	static struct pci_messages messages;
	const char *lacking = needs_msi_line(subject);

	if (!lacking && pci_messages_find(&messages, subject->function, PCI_MSI) && !messages.maskable)
		return "its vectors cannot be masked";
	return lacking;
}

/* Its vector alone: another one's mask holds nothing back. */
static void masked(struct trial *trial)
{
	if (!msi_start(trial, msi_most(trial->subject)))
		return;
	expect(trial, !pci_message_pending(&msi_rig.messages, 0), "a message is pending before any interrupt");
	if (expect(trial, pci_message_mask(&msi_rig.messages, 0, true), "vector 0 does not hold its mask") &&
	    msi_interrupt(trial, 0)) {
		msi_expect_none(trial, "while its vector was masked");
		expect(trial, pci_message_pending(&msi_rig.messages, 0), "a message that is held back is not pending");
		for (unsigned vector = 1; vector < msi_rig.count; vector++)
			expect(trial, !pci_message_pending(&msi_rig.messages, vector), "vector %u is pending", vector);
		expect(trial, pci_message_mask(&msi_rig.messages, 0, false), "vector 0 stays masked");
		msi_expect(trial, 0, "when it was unmasked");
		expect(trial, !pci_message_pending(&msi_rig.messages, 0), "a message that was sent is pending");
	}
	for (unsigned vector = 1; vector < msi_rig.count; vector++)
		expect(trial, pci_message_mask(&msi_rig.messages, vector, true), "vector %u does not hold its mask",
		       vector);
	if (trial_good(trial) && msi_interrupt(trial, 0))
		msi_expect(trial, 0, "while all other vectors were masked");
	msi_stop();
}
CONFORMANCE_TEST("msi.masked", masked,
		 "The message of a masked vector is pending and not sent, and is sent once that vector is unmasked.",
		 .scope = &scope_msi, .skip = needs_msi_mask, .judged_by = EVIDENCE);

static void off(struct trial *trial)
{
	if (!msi_start(trial, 1))
		return;
	if (expect(trial, pci_messages_enable(&msi_rig.messages, false), "it does not hold that messages are off") &&
	    msi_interrupt(trial, 0))
		msi_expect_none(trial, "while messages were off");
	if (trial_good(trial) && pci_messages_enable(&msi_rig.messages, true)) {
		msi_expect_none(trial, "when messages were on again");
		if (msi_interrupt(trial, 0))
			msi_expect(trial, 0, "sent when messages were on again");
	}
	msi_stop();
}
CONFORMANCE_TEST("msi.off", off,
		 "A function whose messages are off sends none, and sends them once they are on.",
		 .scope = &scope_msi, .skip = needs_msi_line, .judged_by = EVIDENCE);

static void no_master(struct trial *trial)
{
	if (!msi_start(trial, 1))
		return;
	pci_command(msi_rig.function, 0, PCI_COMMAND_MASTER);
	if (msi_interrupt(trial, 0))
		msi_expect_none(trial, "sent by a function that is no bus master");
	PCI_BUS_MASTER(msi_rig.function);
	if (trial_good(trial) && msi_interrupt(trial, 0))
		msi_expect(trial, 0, "sent by a function that is bus master again");
	msi_stop();
}
CONFORMANCE_TEST("msi.no-master", no_master,
		 "A function that is no bus master sends no message, and sends one once it is.",
		 .scope = &scope_msi, .skip = needs_msi_line, .judged_by = EVIDENCE);

static bool give_event(struct trial *trial, const struct pci_function *function, unsigned vector)
{
	struct message_to to;

	return expect(trial, msi_rig.port->driver->to(msi_rig.port, function, msi_rig.first + vector, &to),
		      "what takes messages does not take those of %02x:%02x.%u", function->bus, function->device,
		      function->function);
}

/* Of several vectors the last that the function has something to say with. */
static unsigned last_vector(void)
{
	unsigned count = msi_rig.source->count(msi_rig.function);

	return (count < msi_rig.count ? count : msi_rig.count) - 1;
}

/* The one event that is gone, and beside it those that are made of the same data. */
static void expect_neighbours(struct trial *trial, unsigned gone)
{
	for (unsigned vector = 0; vector < gone && trial_good(trial); vector++)
		if (msi_interrupt(trial, vector))
			msi_expect(trial, vector, "for an event beside the one that is gone");
}

static void discarded(struct trial *trial)
{
	unsigned vector;

	if (!msi_start(trial, msi_most(trial->subject)))
		return;
	vector = last_vector();
	msi_rig.port->driver->drop(msi_rig.port, msi_rig.first + vector);
	expect_neighbours(trial, vector);
	if (trial_good(trial) && msi_interrupt(trial, vector))
		msi_expect_none(trial, "sent for an event that was discarded");
	if (trial_good(trial) && give_event(trial, msi_rig.function, vector)) {
		msi_expect_none(trial, "when the event was there again");
		if (msi_interrupt(trial, vector))
			msi_expect(trial, vector, "for the event that is there again");
	}
	msi_stop();
}
CONFORMANCE_TEST("msi.event-discarded", discarded,
		 "A message of a discarded event comes nowhere, those beside it arrive, and it does with its event.",
		 .scope = &scope_msi, .skip = needs_msi_sender, .judged_by = EVIDENCE);

static void of_another(struct trial *trial)
{
	struct pci_function other;
	unsigned vector;

	if (!msi_start(trial, msi_most(trial->subject)))
		return;
	vector = last_vector();
	other = *msi_rig.function;
	other.above = NULL;
	do
		other.device = (other.device + 1) % PCI_DEVICES;
	while (pci_requester(&other) == pci_requester(msi_rig.function));
	if (give_event(trial, &other, vector) && msi_interrupt(trial, vector))
		msi_expect_none(trial, "sent for an event that only another function has");
	expect_neighbours(trial, vector);
	if (trial_good(trial) && give_event(trial, msi_rig.function, vector) && msi_interrupt(trial, vector))
		msi_expect(trial, vector, "for the event that is the function's again");
	msi_stop();
}
CONFORMANCE_TEST("msi.event-of-another", of_another,
		 "An MSI whose event only another function has comes nowhere, and comes once the sender has it.",
		 .scope = &scope_msi, .skip = needs_msi_sender, .judged_by = EVIDENCE);
