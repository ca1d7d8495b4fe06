/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The suite pci, third part: extended capabilities by which a function takes part in translation (ATS, page requests,
 * PASID). What they say is noted, and that they are off until somebody switches them on; their controls are tried with
 * bus mastering off, where a function sends no request of either kind. That the list is sound is function.c's; SR-IOV
 * is virtual.c's.
 *
 * Sources: PCI Express Base Specification 5.0, 10.5.1 (ATS), 10.5.2 (page requests), 7.8.8 (PASID).
 */
#include <linux/pci_regs.h>

#include "drivers/pci/extended.h"
#include "tests/conformance/framework/test.h"

/* A capability with a control register, whose bits that software may set are known. */
struct control {
	uint16_t id, supported, reg; /* offset of the register that says what there is, and of the control */
	uint16_t enable, holds;	     /* the bit that switches it on, and the field that keeps what is written */
};

static const struct control ats = {
	PCI_EXT_CAP_ID_ATS,
	PCI_ATS_CAP,
	PCI_ATS_CTRL,
	PCI_ATS_CTRL_ENABLE,
	PCI_ATS_CTRL_STU(~0u),
};
static const struct control page_requests = {
	PCI_EXT_CAP_ID_PRI,
	PCI_PRI_STATUS,
	PCI_PRI_CTRL,
	PCI_PRI_CTRL_ENABLE,
	0,
};
static const struct control pasid = {
	PCI_EXT_CAP_ID_PASID,
	PCI_PASID_CAP,
	PCI_PASID_CTRL,
	PCI_PASID_CTRL_ENABLE,
	0,
};

/* The field takes every value while the function does not use it, and each of its bits by itself. */
static void expect_field(struct trial *trial, const struct pci_function *function, unsigned reg,
			 const struct control *control)
{
	for (uint16_t bit = 1; bit && bit <= control->holds; bit <<= 1)
		if (bit & control->holds) {
			pci_write16(function, reg, bit);
			expect_equal(trial, "the field with one bit set", pci_read16(function, reg), bit);
		}
}

static void control_holds(struct trial *trial, const struct control *control)
{
	const struct pci_function *function = trial->subject->function;
	unsigned capability = pci_extended_capability(function, control->id);
	unsigned reg = capability + control->reg;
	uint16_t command, before = pci_read16(function, reg);

	trial_note(trial, "capability", "version %u at %#x, says %#x",
		   PCI_EXT_CAP_VER(pci_read32(function, capability)), capability,
		   pci_read16(function, capability + control->supported));
	expect_equal(trial, "version", PCI_EXT_CAP_VER(pci_read32(function, capability)), 1);
	expect_equal(trial, "control that nobody has written", before, 0);
	command = pci_command(function, 0, PCI_COMMAND_MASTER);
	pci_write16(function, reg, control->enable);
	expect_equal(trial, "control that was switched on", pci_read16(function, reg), control->enable);
	pci_write16(function, reg, 0);
	expect_equal(trial, "control that was switched off", pci_read16(function, reg), 0);
	expect_field(trial, function, reg, control);
	pci_write16(function, reg, before);
	expect_equal(trial, "control put back", pci_read16(function, reg), before);
	pci_write16(function, PCI_COMMAND, command);
}

static void ats_holds(struct trial *trial)
{
	control_holds(trial, &ats);
}
static const char *needs_ats(const struct subject *subject)
{
	return pci_extended_capability(subject->function, PCI_EXT_CAP_ID_ATS) ? NULL : "no ATS capability";
}
CONFORMANCE_TEST("pci.ats", ats_holds,
		 "Address translation services are off until switched on, and their control keeps what is written.",
		 .scope = &scope_pci_function, .skip = needs_ats);

static void page_requests_hold(struct trial *trial)
{
	control_holds(trial, &page_requests);
}
static const char *needs_page_requests(const struct subject *subject)
{
	return pci_extended_capability(subject->function, PCI_EXT_CAP_ID_PRI) ? NULL : "no page request capability";
}
CONFORMANCE_TEST("pci.page-requests", page_requests_hold,
		 "Page requests are off until switched on, and their control keeps what is written.",
		 .scope = &scope_pci_function, .skip = needs_page_requests);

static void pasid_holds(struct trial *trial)
{
	control_holds(trial, &pasid);
}
static const char *needs_pasid(const struct subject *subject)
{
	return pci_extended_capability(subject->function, PCI_EXT_CAP_ID_PASID) ? NULL : "no PASID capability";
}
CONFORMANCE_TEST("pci.pasid", pasid_holds,
		 "Process address space IDs are off until switched on, and their control keeps what is written.",
		 .scope = &scope_pci_function, .skip = needs_pasid);
