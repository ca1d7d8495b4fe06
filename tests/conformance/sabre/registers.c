/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite sabre: registers of the IOMMU and the bits of them that are none, write-one-to-clear, and what Simba, the
 * bridge below, lets through.
 */
#include <linux/pci_regs.h>

#include "boot/trap.h"
#include "drivers/interrupt/sabre.h"
#include "tests/conformance/probe/borrow.h"
#include "tests/conformance/sabre/rig.h"

#define CTL_FIELDS	(CTL_MMU_EN | CTL_DIAG_EN | CTL_TBW_SIZE | CTL_TSB_SIZE | CTL_LCKPTR | CTL_LCKEN | \
			 CTL_XLT_ERR | CTL_ERRSTS_MASK)
#define TSB_PA_BITS	41		/* of the architecture; Sabre has 34 */
#define SABRE_PA_BITS	34

static uint64_t kept_imap;

/* The window is closed meanwhile: nothing is translated by what a test writes. */
static void close_window(struct trial *trial)
{
	kept_imap = tsb_read(trial->subject->domain, IMAP_PCI_ERROR);
	domain_close_window(trial->subject->domain, 0);
}

static void open_window(struct trial *trial)
{
	tsb_write(trial->subject->domain, IMAP_PCI_ERROR, kept_imap);
	if (!dma_restore(trial->subject->domain))
		trial_error(trial, "the bridge's windows cannot be opened again");
}

static const struct borrowing iommu_registers = { close_window, open_window };
#define SABRE_TEST(test_name, body, ...)	BORROWING_TEST(test_name, &iommu_registers, body, __VA_ARGS__)

/* What a register reads when this has been written to it; it is 0 again then. */
static uint64_t written(const struct dma_domain *domain, unsigned reg, uint64_t value)
{
	uint64_t found;

	tsb_write(domain, reg, value);
	found = tsb_read(domain, reg);
	tsb_write(domain, reg, 0);
	return found;
}

/* Size and page size of the table are kept as written. */
static void control_fields(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	const uint64_t fields = CTL_TBW_SIZE | CTL_TSB_SIZE;

	for (uint64_t log = 0; log <= 7; log++)
		for (uint64_t tbw = 0; tbw <= CTL_TBW_SIZE; tbw += CTL_TBW_SIZE) {
			uint64_t value = log << CTL_TSB_SIZE_SHIFT | tbw;

			expect_equal(trial, "TSB_SIZE and TBW_SIZE", written(domain, IOMMU_CTL, value) & fields, value);
		}
}
SABRE_TEST("sabre.control-fields", control_fields,
	   "IOMMU_CTL keeps the size of the table and of its pages.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

/* The rest of the control register reads as zero, whatever is written. */
static void control_reserved(struct trial *trial)
{
	expect_equal(trial, "reserved bits of IOMMU_CTL after ones were written",
		     written(trial->subject->domain, IOMMU_CTL, ~CTL_FIELDS) & ~CTL_FIELDS, 0);
}
SABRE_TEST("sabre.control-reserved", control_reserved,
	   "Reserved bits of IOMMU_CTL read 0, whatever is written.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

static void base_fields(struct trial *trial)
{
	for (unsigned bit = PAGE_8K; bit < SABRE_PA_BITS; bit++)
		expect_equal(trial, "IOMMU_TSB", written(trial->subject->domain, IOMMU_TSB, 1ull << bit), 1ull << bit);
}
SABRE_TEST("sabre.base-fields", base_fields,
	   "IOMMU_TSB keeps every address bit of the table.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

/* The base is an address of 8 KiB and no more bits than a physical address has. */
static void base_reserved(struct trial *trial)
{
	uint64_t found = written(trial->subject->domain, IOMMU_TSB, ~0ull);

	expect_equal(trial, "bits 12 to 0 of IOMMU_TSB after ones were written", found & (TSB_ALIGNMENT - 1), 0);
	expect_equal(trial, "bits 63 to 41 of IOMMU_TSB after ones were written", found >> TSB_PA_BITS, 0);
}
SABRE_TEST("sabre.base-reserved", base_reserved,
	   "Bits of IOMMU_TSB that are none of an address read 0, whatever is written.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

/* One bit for each space. Only those are set in which no BAR is. */
static void spaces_fields(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t free = sabre_free_spaces(domain);

	for (unsigned unit = 0; unit < TAS_UNITS; unit++)
		if (free & 1ull << unit)
			expect_equal(trial, "PCI_TAS", written(domain, PCI_TAS, 1ull << unit), 1ull << unit);
}
SABRE_TEST("sabre.spaces-fields", spaces_fields,
	   "The target address space register keeps the bit of each space.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

static void spaces_reserved(struct trial *trial)
{
	expect_equal(trial, "bits 63 to 8 of PCI_TAS after ones were written",
		     written(trial->subject->domain, PCI_TAS, -(1ull << TAS_UNITS)) >> TAS_UNITS, 0);
}
SABRE_TEST("sabre.spaces-reserved", spaces_reserved,
	   "Reserved bits of the target address space register read 0, whatever is written.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

/* Ones written to the sticky bits of an error register clear them; they never set any. */
static void expect_clears(struct trial *trial, unsigned reg, uint64_t sticky, const char *what)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t before = tsb_read(domain, reg), found;

	trial_note(trial, "before", "%#llx", (unsigned long long)before);
	tsb_write(domain, reg, sticky);
	found = tsb_read(domain, reg);
	/* What has kept them is storage, as under QEMU. */
	if (found & sticky)
		tsb_write(domain, reg, before);
	expect_equal(trial, what, found & sticky, 0);
}

static void dma_errors_clear(struct trial *trial)
{
	expect_clears(trial, DMA_UE_AFSR, AFSR_ERRORS, "DMA_UE_AFSR after ones were written");
}
SABRE_TEST("sabre.dma-errors-clear", dma_errors_clear,
	   "Ones written to DMA_UE_AFSR clear its error bits.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

static void pio_errors_clear(struct trial *trial)
{
	expect_clears(trial, PCI_PIO_AFSR, PIO_AFSR_ERRORS, "PCI_PIO_AFSR after ones were written");
}
SABRE_TEST("sabre.pio-errors-clear", pio_errors_clear,
	   "Ones written to PCI_PIO_AFSR clear its error bits.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

/* The interrupt of PCI errors can be switched on. It is off again at once. */
static void error_interrupt(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t before = tsb_read(domain, IMAP_PCI_ERROR), found;

	tsb_write(domain, IMAP_PCI_ERROR, before | IMAP_V);
	found = tsb_read(domain, IMAP_PCI_ERROR);
	tsb_write(domain, IMAP_PCI_ERROR, before & ~IMAP_V);
	expect(trial, found & IMAP_V, "the interrupt of PCI errors cannot be switched on: reads %#llx",
	       (unsigned long long)found);
}
SABRE_TEST("sabre.error-interrupt", error_interrupt,
	   "The interrupt of PCI errors can be switched on.",
	   .scope = &scope_sabre, .judged_by = FUNCTIONAL);

/* The bridge on the root bus that a function is behind. */
static struct pci_function *bridge_above(const struct pci_function *function)
{
	struct pci_function *above = function->above;

	while (above && above->above)
		above = above->above;
	return above;
}

static const char *needs_bridge_above(const struct subject *subject)
{
	if (subject->engine && !bridge_above(subject->engine->function))
		return "the device is on the root bus";
	return needs_engine(subject);
}

struct attempt {
	struct rig *rig;
	phys_addr frame;
	unsigned arrived;
};

static void write_once(void *argument)
{
	struct attempt *attempt = argument;

	attempt->arrived = rig_write(attempt->rig, TARGET + TARGET_OFFSET, &attempt->frame, 1, ENGINE_LIMIT);
}

/* A PCI-to-PCI bridge hands nothing up while it is no bus master. */
static void bridge_master(struct trial *trial)
{
	struct rig rig;
	struct attempt attempt = { .rig = &rig };
	struct pci_function *above = bridge_above(trial->subject->engine->function);

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &attempt.frame))
		return;
	rig_map(&rig, TARGET, rig_tte(attempt.frame));
	rig_expect(&rig, TARGET + TARGET_OFFSET, &attempt.frame, 1, 1, "the bridge is a bus master");
	pci_command(above, 0, PCI_COMMAND_MASTER);
	trap_guard(write_once, &attempt, NULL);
	PCI_BUS_MASTER(above);
	expect(trial, !attempt.arrived, "the bridge above is no bus master, and yet a write arrived");
	if (rig_renew(&rig))
		rig_expect(&rig, TARGET + TARGET_OFFSET, &attempt.frame, 1, 1, "the bridge is a bus master again");
}
CONFORMANCE_TEST("sabre.simba-bus-master", bridge_master,
		 "Simba hands no DMA up while it is no bus master.",
		 .scope = &scope_sabre_engine, .skip = needs_bridge_above, .judged_by = EVIDENCE);

static int memory_bar(const struct pci_function *function)
{
	for (int bar = 0; bar < PCI_BARS; bar++)
		if (function->bars[bar].placed && function->bars[bar].kind != PCI_BAR_IO)
			return bar;
	return -1;
}

static const char *needs_memory_bar(const struct subject *subject)
{
	if (subject->engine && memory_bar(subject->engine->function) < 0)
		return "the device has no registers in memory space";
	return needs_bridge_above(subject);
}

struct register_read {
	phys_addr address;
	uint32_t found;
};

static void read_register(void *argument)
{
	struct register_read *read = argument;

	read->found = mmio_read32_le(read->address);
}

/* Simba passes memory down by its map; an address whose bit is clear has nobody who answers. */
static void simba_map(struct trial *trial)
{
	const struct pci_function *function = trial->subject->engine->function;
	const struct pci_function *simba = bridge_above(function);
	uint8_t map = pci_read8(simba, SIMBA_MEMORY_MAP);
	struct register_read read = { pci_bar_address(function, memory_bar(function), 0), 0 };
	bool answered;

	read_register(&read);
	if (read.found == ~0u) {
		trial_skip(trial, "the first register reads as all ones by itself");
		return;
	}
	pci_write8(simba, SIMBA_MEMORY_MAP, 0);
	answered = trap_guard(read_register, &read, NULL);
	pci_write8(simba, SIMBA_MEMORY_MAP, map);
	expect(trial, !answered || read.found == ~0u, "Simba's memory map is empty, and yet the device answers "
	       "with %#x", read.found);
	read_register(&read);
	expect(trial, read.found != ~0u, "the device does not answer any more");
}
CONFORMANCE_TEST("sabre.simba-memory-map", simba_map,
		 "Behind an address whose bit in Simba's memory map is clear nobody answers.",
		 .scope = &scope_sabre_engine, .skip = needs_memory_bar, .judged_by = EVIDENCE);
