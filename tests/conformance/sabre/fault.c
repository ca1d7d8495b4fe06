/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite sabre: what is recorded when a device is refused. The IOMMU's own registers say why; PCI status of Sabre and of
 * the bridge below tells of the target abort, and so does the device itself when it was a read. A write is posted on
 * its way up, so the device may never know. That nothing moves is judged elsewhere (sabre.entry-*).
 */
#include <linux/pci_regs.h>

#include "boot/string.h"
#include "tests/conformance/sabre/rig.h"

/* PCI status bits that are cleared by writing ones. */
#define STATUS_STICKY	(PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT | PCI_STATUS_REC_TARGET_ABORT | \
			 PCI_STATUS_REC_MASTER_ABORT | PCI_STATUS_SIG_SYSTEM_ERROR | PCI_STATUS_DETECTED_PARITY)
#define ERRSTS_ANY	4			/* not said; it may be that only DMA_UE_AFSR shows it */

static const struct fault_row {
	const char *name;
	enum dma_direction direction;
	uint64_t set, clear;		/* in a valid, writable entry for a frame */
	unsigned errsts;
} rows[] = {
	{ "absent-write", DMA_DEVICE_WRITES, 0, ~0ull, 1 },
	{ "absent-read", DMA_DEVICE_READS, 0, ~0ull, 1 },
	{ "read-only-write", DMA_DEVICE_WRITES, 0, TTE_W, 0 },
	{ "no-memory-write", DMA_DEVICE_WRITES, NO_MEMORY, 0, ERRSTS_ANY },
};
#define ROWS	(sizeof(rows) / sizeof(rows[0]))

static void name_row(struct subject *subject)
{
	struct text name = { subject->name, SUBJECT_NAME, strlen(subject->name), false };

	append(&name, "/%s", rows[subject->number].name);
}

static const struct conformance_scope scope_fault = {
	.of = &scope_sabre_engine, .rows = ROWS, .complete = name_row,
	.words = "each Sabre, engine and kind of fault",
};

static const char *needs_direction(const struct subject *subject)
{
	return rows[subject->number].direction == DMA_DEVICE_READS ? sabre_needs_reads(subject) : needs_engine(subject);
}

static const char *needs_abort(const struct subject *subject)
{
	if (rows[subject->number].errsts == ERRSTS_ANY)
		return "how the access ends on PCI is not said";
	return needs_direction(subject);
}

/* The functions whose status tells: Sabre itself, the bridge below it, the device. */
static const struct pci_function *host_function(const struct dma_domain *domain)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_get(i)->domain == domain && !pci_get(i)->above && pci_is_host_bridge(pci_get(i)))
			return pci_get(i);
	return NULL;
}

static void clear_status(const struct pci_function *function)
{
	pci_write16(function, PCI_STATUS, STATUS_STICKY);
	if (pci_is_bridge(function))
		pci_write16(function, PCI_SEC_STATUS, STATUS_STICKY);
}

static void clear_records(const struct rig *rig)
{
	struct domain_fault fault;

	rig->domain->driver->ops->fault(rig->domain, &fault);
	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_get(i)->domain == rig->domain)
			clear_status(pci_get(i));
}

/* A good transfer, which records nothing; then the one that is refused. False when the trial is over. */
static bool provoke(struct trial *trial, struct rig *rig)
{
	static uint8_t seen[TARGET_OFFSET];
	const struct fault_row *row = &rows[trial->subject->number];
	phys_addr frame;

	if (!rig_start(trial, rig) || !rig_frames(rig, 1, &frame))
		return false;
	clear_records(rig);
	rig_map(rig, TARGET, rig_tte(frame));
	if (!rig_expect(rig, TARGET + TARGET_OFFSET, &frame, 1, 1, "mapped") ||
	    !expect_equal(trial, "XLT_ERR after a good transfer",
			  tsb_read(rig->domain, IOMMU_CTL) & CTL_XLT_ERR, 0) ||
	    !expect_equal(trial, "DMA_UE_AFSR after a good transfer",
			  tsb_read(rig->domain, DMA_UE_AFSR) & AFSR_ERRORS, 0))
		return false;
	rig_map(rig, TARGET, (rig_tte(row->set ? (phys_addr) { row->set } : frame)) & ~row->clear);
	engine_transfer(rig->engine, row->direction, TARGET + TARGET_OFFSET, transfer_size(rig->engine),
			ENGINE_PATIENCE, seen);
	barrier_full();
	return true;
}

/* IOMMU_CTL has the reason, DMA_UE_AFSR that it was a translation error; both are clear again when told to. */
static void recorded(struct trial *trial)
{
	const struct fault_row *row = &rows[trial->subject->number];
	struct rig rig;
	uint64_t control, afsr;

	if (!provoke(trial, &rig))
		return;
	control = tsb_read(rig.domain, IOMMU_CTL);
	afsr = tsb_read(rig.domain, DMA_UE_AFSR);
	trial_note(trial, "registers", "IOMMU_CTL %#llx, DMA_UE_AFSR %#llx, AFAR %#llx", (unsigned long long)control,
		   (unsigned long long)afsr, (unsigned long long)tsb_read(rig.domain, DMA_UE_AFAR));
	clear_records(&rig);
	if (row->errsts == ERRSTS_ANY) {
		expect(trial, control & CTL_XLT_ERR || afsr & AFSR_ERRORS, "no error is recorded");
	} else if (expect(trial, control & CTL_XLT_ERR, "IOMMU_CTL records no translation error")) {
		expect_equal(trial, "ERRSTS", CTL_ERRSTS(control), row->errsts);
		expect(trial, afsr & AFSR_P_DTE, "DMA_UE_AFSR records no translation error");
	}
	expect_equal(trial, "XLT_ERR after it was cleared", tsb_read(rig.domain, IOMMU_CTL) & CTL_XLT_ERR, 0);
	expect_equal(trial, "DMA_UE_AFSR after it was cleared", tsb_read(rig.domain, DMA_UE_AFSR) & AFSR_ERRORS, 0);
}
CONFORMANCE_TEST("sabre.fault-recorded", recorded,
		 "A refused transfer is recorded in IOMMU_CTL and DMA_UE_AFSR, and both can be cleared.",
		 .scope = &scope_fault, .skip = needs_direction, .judged_by = FUNCTIONAL);

static void expect_status(struct trial *trial, const struct pci_function *function, unsigned reg, uint16_t bit)
{
	uint16_t status = pci_read16(function, reg);
	char name[PCI_NAME];

	expect(trial, status & bit, "%s of %s is %#x: no %s target abort",
	       reg == PCI_STATUS ? "status" : "secondary status", pci_name(function, name), status,
	       bit == PCI_STATUS_SIG_TARGET_ABORT ? "signalled" : "received");
}

static void told(struct trial *trial)
{
	const struct pci_function *device = trial->subject->engine->function, *below = device;
	const struct pci_function *host = host_function(trial->subject->domain);
	struct rig rig;

	if (!host) {
		trial_skip(trial, "Sabre is not on its own bus");
		return;
	}
	if (!provoke(trial, &rig))
		return;
	while (below->above)
		below = below->above;
	expect_status(trial, host, PCI_STATUS, PCI_STATUS_SIG_TARGET_ABORT);
	expect_status(trial, below, PCI_STATUS, PCI_STATUS_REC_TARGET_ABORT);
	if (rows[trial->subject->number].direction == DMA_DEVICE_READS) {
		if (below != device)
			expect_status(trial, below, PCI_SEC_STATUS, PCI_STATUS_SIG_TARGET_ABORT);
		expect_status(trial, device, PCI_STATUS, PCI_STATUS_REC_TARGET_ABORT);
	}
	clear_records(&rig);
}
CONFORMANCE_TEST("sabre.fault-told", told,
		 "A refused transfer shows as a target abort in PCI status from Sabre down to the device.",
		 .scope = &scope_fault, .skip = needs_abort, .judged_by = FUNCTIONAL);
