/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The suite pci, fourth part: virtual functions (SR-IOV). None is there before they are enabled, then as many as were
 * asked for are, each by the requester ID that the capability tells, and none any more when they are disabled. They are
 * looked at in their configuration space alone: their BARs stay without addresses, and they are no bus masters.
 *
 * Source: PCI Express Base Specification 5.0, 9.2.1, 9.3.3.3.1 (VF Enable) and 9.3.4.1 (their registers).
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "drivers/pci/virtual.h"
#include "tests/conformance/framework/test.h"

#define ABSENT		0xffffffffu
#define MOST		4u		/* of the virtual functions that are enabled */
#define PAGE_SIZES	0x553u		/* those that every function must support: 4, 8, 64, 256 KiB, 1, 4 MiB */
#define VANISH		SECONDS(1)

static const char *needs_sriov(const struct subject *subject)
{
	return pci_sriov(subject->function) ? NULL : "no SR-IOV capability";
}

static void sriov_at_rest(struct trial *trial)
{
	const struct pci_function *function = trial->subject->function;
	unsigned sriov = pci_sriov(function);
	uint16_t total = pci_read16(function, sriov + PCI_SRIOV_TOTAL_VF);
	uint32_t sizes = pci_read32(function, sriov + PCI_SRIOV_SUP_PGSIZE);

	trial_note(trial, "virtual functions", "%u, device id %04x, offset %u, stride %u, page sizes %#x", total,
		   pci_read16(function, sriov + PCI_SRIOV_VF_DID), pci_read16(function, sriov + PCI_SRIOV_VF_OFFSET),
		   pci_read16(function, sriov + PCI_SRIOV_VF_STRIDE), sizes);
	expect_equal(trial, "version", PCI_EXT_CAP_VER(pci_read32(function, sriov)), 1);
	expect_equal(trial, "VF Enable and VF MSE that nobody has set",
		     pci_read16(function, sriov + PCI_SRIOV_CTRL) & (PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE), 0);
	expect_equal(trial, "NumVFs that nobody has written", pci_read16(function, sriov + PCI_SRIOV_NUM_VF), 0);
	expect_equal(trial, "System Page Size that nobody has written",
		     pci_read32(function, sriov + PCI_SRIOV_SYS_PGSIZE), 1);
	expect_equal(trial, "page sizes that must be supported", sizes & PAGE_SIZES, PAGE_SIZES);
	if (!(pci_read32(function, sriov + PCI_SRIOV_CAP) & PCI_SRIOV_CAP_VFM))
		expect_equal(trial, "InitialVFs, which do not migrate",
			     pci_read16(function, sriov + PCI_SRIOV_INITIAL_VF), total);
	pci_write16(function, sriov + PCI_SRIOV_TOTAL_VF, (uint16_t)~total);
	expect_equal(trial, "TotalVFs after a write", pci_read16(function, sriov + PCI_SRIOV_TOTAL_VF), total);
}
CONFORMANCE_TEST("pci.sr-iov", sriov_at_rest,
		 "Virtual functions are not enabled until somebody does so, and the capability says what it must.",
		 .scope = &scope_pci_function, .skip = needs_sriov);

static unsigned count_answers(const struct pci_function *physical, unsigned functions)
{
	struct pci_function function;
	unsigned count = 0;

	for (unsigned i = 0; i < functions; i++)
		if (pci_virtual_function(physical, i, &function) && !pci_is_known(&function))
			count += pci_virtual_answers(&function);
	return count;
}

static void expect_registers(struct trial *trial, const struct pci_function *function)
{
	uint16_t command;

	expect_equal(trial, "vendor and device id of a virtual function", pci_read32(function, PCI_VENDOR_ID), ABSENT);
	expect_equal(trial, "class code of a virtual function", pci_read32(function, PCI_CLASS_REVISION) >> 8,
		     trial->subject->function->class_code);
	expect_equal(trial, "interrupt pin of a virtual function", pci_read8(function, PCI_INTERRUPT_PIN), 0);
	command = pci_command(function, PCI_COMMAND_MEMORY | PCI_COMMAND_IO, 0);
	expect_equal(trial, "command register of a new virtual function", command, 0);
	expect_equal(trial, "I/O and memory bits of a virtual function", pci_read16(function, PCI_COMMAND), 0);
}

static void registers(struct trial *trial, unsigned functions)
{
	struct pci_function function;

	for (unsigned i = 0; i < functions; i++) {
		pci_virtual_function(trial->subject->function, i, &function);
		expect_registers(trial, &function);
	}
}

/* Of one more than were asked for, where there can be one, it does not answer. */
static void presence(struct trial *trial, unsigned functions)
{
	const struct pci_function *physical = trial->subject->function;
	unsigned total = pci_read16(physical, pci_sriov(physical) + PCI_SRIOV_TOTAL_VF);
	struct pci_function function;
	char name[PCI_NAME];

	for (unsigned i = 0; i < functions; i++) {
		pci_virtual_function(physical, i, &function);
		expect(trial, pci_virtual_answers(&function), "%s does not answer", pci_name(&function, name));
	}
	expect_equal(trial, "functions that answer, of one more",
		     count_answers(physical, functions + (functions < total)), functions);
}

static void switch_on(const struct pci_function *physical, bool on)
{
	unsigned reg = pci_sriov(physical) + PCI_SRIOV_CTRL;
	uint16_t control = pci_read16(physical, reg);

	pci_write16(physical, reg, on ? control | PCI_SRIOV_CTRL_VFE : control & ~PCI_SRIOV_CTRL_VFE);
}

static void enable(struct trial *trial, unsigned functions, void (*judge)(struct trial *trial, unsigned functions))
{
	const struct pci_function *physical = trial->subject->function;
	struct pci_function function;

	for (unsigned i = 0; i < functions; i++)
		if (!pci_virtual_function(physical, i, &function) || pci_is_known(&function)) {
			trial_skip(trial, "the ID of virtual function %u is on no bus here, or taken", i + 1);
			return;
		}
	expect_equal(trial, "functions that answer before", count_answers(physical, functions), 0);
	switch_on(physical, true);
	clock_wait(PCI_VIRTUAL_APART);
	poll_soon(count_answers(physical, functions) == functions, PCI_VIRTUAL_APPEAR);
	judge(trial, functions);
	switch_on(physical, false);
	poll_soon(count_answers(physical, functions) == 0, VANISH);
	expect_equal(trial, "functions that answer when disabled", count_answers(physical, functions), 0);
}

static void with_functions(struct trial *trial, unsigned most,
			   void (*judge)(struct trial *trial, unsigned functions))
{
	const struct pci_function *physical = trial->subject->function;
	unsigned sriov = pci_sriov(physical), reg;
	unsigned functions = pci_read16(physical, sriov + PCI_SRIOV_TOTAL_VF);
	uint16_t control = pci_read16(physical, sriov + PCI_SRIOV_CTRL);
	uint16_t bridge = pci_sriov_forward(physical->above, &reg);

	functions = functions < most ? functions : most;
	if (reg)
		pci_write16(physical, sriov + PCI_SRIOV_CTRL, control | PCI_SRIOV_CTRL_ARI);
	pci_write16(physical, sriov + PCI_SRIOV_NUM_VF, (uint16_t)functions);
	if (expect_equal(trial, "NumVFs", pci_read16(physical, sriov + PCI_SRIOV_NUM_VF), functions))
		enable(trial, functions, judge);
	pci_write16(physical, sriov + PCI_SRIOV_NUM_VF, 0);
	pci_write16(physical, sriov + PCI_SRIOV_CTRL, control);
	if (reg)
		pci_write16(physical->above, reg, bridge);
}
static const char *needs_virtual_functions(const struct subject *subject)
{
	unsigned sriov = pci_sriov(subject->function);

	if (!sriov)
		return needs_sriov(subject);
	return pci_read16(subject->function, sriov + PCI_SRIOV_TOTAL_VF) ? NULL : "it has no virtual functions";
}

/* All of them, and all but one. */
static void virtual_functions(struct trial *trial)
{
	const struct pci_function *physical = trial->subject->function;
	unsigned total = pci_read16(physical, pci_sriov(physical) + PCI_SRIOV_TOTAL_VF);

	if (total > 1)
		with_functions(trial, total - 1 < MOST ? total - 1 : MOST, presence);
	with_functions(trial, MOST, presence);
}
CONFORMANCE_TEST("pci.virtual-functions", virtual_functions,
		 "As many virtual functions as were enabled answer, by the IDs told, and none before and after.",
		 .scope = &scope_pci_function, .skip = needs_virtual_functions, .judged_by = EVIDENCE);

static void virtual_registers(struct trial *trial)
{
	with_functions(trial, MOST, registers);
}
CONFORMANCE_TEST("pci.virtual-registers", virtual_registers,
		 "A virtual function hides its IDs, has its class code, and neither a pin nor decoding of its own.",
		 .scope = &scope_pci_function, .skip = needs_virtual_functions);
