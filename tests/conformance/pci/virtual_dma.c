/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The suite pci, fifth part: a virtual function does DMA by itself, as its own bus mastering lets it, and its physical
 * function by its own. Where requests of the two are translated apart, it is the suite of what translates that asks.
 *
 * Source: PCI Express Base Specification 5.0, 9.3.4.1.3 (the command register of a virtual function).
 */
#include <linux/pci_regs.h>

#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/virtual.h"

#define TARGET_OFFSET	2048u

static const char *needs_identity(const struct subject *subject)
{
	return dma_translates(subject->function) ? "its requests are translated: the suite of what translates judges" :
						   NULL;
}

static void expect_both(struct virtual_rig *rig, phys_addr frame, bool physical, bool virtual, const char *when)
{
	struct trial *trial = rig->trial;

	if (!trial_good(trial))
		return;
	trial_note(trial, "next", "%s", when);
	expect_landing(trial, &rig->engine, frame.value + TARGET_OFFSET, frame, virtual);
	expect_landing(trial, rig->physical, frame.value + TARGET_OFFSET, frame, physical);
}

static void masters(struct virtual_rig *rig, phys_addr frame)
{
	pci_command(rig->physical->function, 0, PCI_COMMAND_MASTER);
	expect_landing(rig->trial, &rig->engine, frame.value + TARGET_OFFSET, frame, true);
	pci_command(rig->physical->function, PCI_COMMAND_MASTER, 0);
	expect_both(rig, frame, true, true, "both are bus masters again");
	pci_command(&rig->function, 0, PCI_COMMAND_MASTER);
	expect_both(rig, frame, true, false, "the virtual function is no bus master");
}

static void virtual_dma(struct trial *trial)
{
	static struct virtual_rig rig;
	phys_addr frame;

	if (virtual_begin(trial, &rig) && trial_start(trial, &rig.engine) && trial_take_frame(trial, &frame)) {
		expect_both(&rig, frame, true, true, "both are bus masters");
		masters(&rig, frame);
	}
	virtual_end(&rig);
}
CONFORMANCE_TEST("pci.virtual-dma", virtual_dma,
		 "A virtual function does DMA as its own bus mastering lets it, and not as that of the physical one.",
		 .scope = &scope_virtual_engine, .skip = needs_identity, .judged_by = EVIDENCE);
