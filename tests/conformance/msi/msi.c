/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite msi: messages of one capability, several vectors of one address, arrive where each belongs. What holds them
 * back is held.c's, where they are written in memory view.c's. MSI-X is judged with virtio devices (virtio.msix).
 *
 * Source: PCI Local Bus Specification 3.0, 6.8.1 and 6.8.3.
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "tests/conformance/probe/msi_rig.h"

/* With too few vectors it is the function's choice which of them an interrupt has. */
static void expect_one(struct trial *trial, unsigned number)
{
	uint64_t row = (INTERRUPT_LINE(msi_rig.count) - 1) << msi_rig.first, found;

	if (number < msi_rig.count) {
		msi_expect(trial, number, "an interrupt with a vector of its own");
		return;
	}
	poll_soon(msi_come() & row, MSI_LATE);
	clock_wait(clock_silence(MSI_QUIET));
	found = msi_come();
	expect(trial, found && !(found & ~row) && !(found & (found - 1)),
	       "interrupt %u with %u vectors in use: messages came to lines %#llx, and theirs are %#llx", number,
	       msi_rig.count, (unsigned long long)found, (unsigned long long)row);
}

static void arrives_with(struct trial *trial, unsigned count)
{
	unsigned interrupts;

	if (!msi_start(trial, count))
		return;
	interrupts = msi_rig.source->count(msi_rig.function);
	trial_note(trial, "vectors", "%u of %u in use from line %u on, %u interrupts%s", count,
		   msi_rig.messages.vectors, msi_rig.first, interrupts,
		   msi_rig.messages.maskable ? ", masks" : "");
	for (unsigned number = 0; number < interrupts && trial_good(trial); number++)
		if (msi_interrupt(trial, number)) {
			expect_one(trial, number);
			expect(trial, !(pci_read16(msi_rig.function, PCI_STATUS) & PCI_STATUS_INTERRUPT),
			       "PCI status says that the pin is in use while messages are on");
		}
	msi_stop();
}

static void arrives(struct trial *trial)
{
	for (unsigned count = 1; count <= msi_most(trial->subject) && trial_good(trial); count *= 2)
		arrives_with(trial, count);
}
CONFORMANCE_TEST("msi.arrives", arrives,
		 "Each vector sends its own message, whatever number of them is in use, and the pin is not used.",
		 .scope = &scope_msi, .skip = needs_msi_line, .judged_by = EVIDENCE);

#define ROUNDS	3

/* Those that have come before interrupts are let in, and those that come while they are. */
static void delivered(struct trial *trial)
{
	const struct interrupt_driver *driver;
	unsigned last;

	if (!msi_start(trial, msi_most(trial->subject)))
		return;
	driver = msi_rig.controller->driver;
	last = msi_rig.source->count(msi_rig.function);
	last = (last < msi_rig.count ? last : msi_rig.count) - 1;
	driver->enable(msi_rig.controller, msi_line(last));
	for (unsigned round = 0; round < ROUNDS && msi_interrupt(trial, last); round++) {
		arch_interrupts(true);
		if (round > 0)
			msi_rig.source->interrupt(msi_rig.function, last);
		poll_soon(msi_rig.entries > 0, MSI_LATE);
		clock_wait(clock_silence(MSI_QUIET));
		arch_interrupts(false);
		expect(trial, msi_rig.entered == msi_line(last),
		       "interrupts came for lines %#llx, and vector %u has %#llx",
		       (unsigned long long)msi_rig.entered, last, (unsigned long long)msi_line(last));
	}
	driver->mask(msi_rig.controller, msi_line(last));
	if (trial_good(trial) && msi_interrupt(trial, last)) {
		arch_interrupts(true);
		clock_wait(clock_silence(MSI_QUIET));
		arch_interrupts(false);
		expect(trial, !msi_rig.entries, "an interrupt came for a message to a masked line");
	}
	msi_stop();
}
CONFORMANCE_TEST("msi.delivered", delivered,
		 "Messages interrupt the CPU on the line of their vector, and not while that is masked.",
		 .scope = &scope_msi, .skip = needs_msi_line, .judged_by = EVIDENCE);
