/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite iommu: two endpoints that do DMA, in one domain and each in one of its own; and memory that is none, which MAP
 * leads to with the flag MMIO. Of two the one is the rig's, the other stays in the driver's domain.
 */
#include "drivers/pci/message.h"
#include "tests/conformance/iommu/rig.h"

/* ---- Two endpoints ---- */

/* Another function behind the same IOMMU whose writes have bus addresses, and whose endpoint is another. */
static struct engine *partner_of(const struct engine *engine)
{
	for (unsigned i = 0; i < engine_count(); i++) {
		struct engine *other = engine_get(i);

		if (writes_beside(other, engine) &&
		    virtio_iommu_endpoint(other->function) != virtio_iommu_endpoint(engine->function))
			return other;
	}
	return NULL;
}

static const char *needs_partner(const struct subject *subject)
{
	const char *reason = needs_engine(subject);

	if (reason)
		return reason;
	return partner_of(subject->engine) ? NULL : "no second endpoint behind this IOMMU that can be made to do DMA";
}

static bool start_both(struct trial *trial, struct iommu_rig *rig, struct engine **partner)
{
	char name[PCI_NAME];

	*partner = partner_of(trial->subject->engine);
	if (!iommu_rig_start(trial, rig) || !*partner || !trial_start(trial, *partner))
		return false;
	trial_note(trial, "partner", "%s@%s", (*partner)->kind, pci_name((*partner)->function, name));
	return true;
}

static void end_both(struct iommu_rig *rig, struct engine *partner)
{
	if (partner)
		engine_stop(partner);
	iommu_rig_end(rig);
}

static void write_target(const struct iommu_rig *rig, struct engine *engine, phys_addr frame, bool must)
{
	expect_landing(rig->trial, engine, TARGET + TARGET_OFFSET, frame, must);
}

/* One MAP for both. */
static void shared(struct trial *trial)
{
	struct engine *partner;
	struct iommu_rig rig;
	phys_addr frame;

	if (start_both(trial, &rig, &partner) && iommu_take_page(&rig, &frame)) {
		expect_status(trial, "MAP", iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH), 0);
		write_target(&rig, rig.engine, frame, true);
		write_target(&rig, partner, frame, true);
		expect_status(trial, "DETACH", iommu_detach(&rig, rig.home, rig.endpoint), 0);
		write_target(&rig, partner, frame, true);
		write_target(&rig, rig.engine, frame, false);
		write_target(&rig, partner, frame, true);
		expect_status(trial, "ATTACH", iommu_attach(&rig, rig.home, rig.endpoint), 0);
		if (iommu_rig_again(&rig))
			write_target(&rig, rig.engine, frame, true);
		expect_status(trial, "UNMAP", iommu_unmap(&rig, rig.home, TARGET, rig.page), 0);
		write_target(&rig, rig.engine, frame, false);
		write_target(&rig, partner, frame, false);
	}
	end_both(&rig, partner);
}
CONFORMANCE_TEST("iommu.shared", shared,
		 "Two endpoints of a domain reach a page by one MAP; where one is detached the other alone still does.",
		 .scope = &scope_iommu, .skip = needs_partner, .clauses = "IOMMU-19 IOMMU-27 IOMMU-31",
		 .judged_by = EVIDENCE);

/* Of the two frames the write of the engine must arrive in those that the bits name, and in no other. */
static void expect_in(const struct iommu_rig *rig, struct engine *engine, const phys_addr *frames, unsigned bits)
{
	uint32_t size = transfer_size(engine);
	unsigned arrived;

	write_soon(engine, TARGET + TARGET_OFFSET, size, bits ? ENGINE_LIMIT : ENGINE_PATIENCE);
	arrived = landed_in(rig->trial, TARGET + TARGET_OFFSET, size, frames, 2);
	expect(rig->trial, arrived == bits, "a write of %s has arrived in frames %#x (bits) instead of %#x",
	       engine->kind, arrived, bits);
}

static void apart(struct trial *trial)
{
	struct engine *partner;
	struct iommu_rig rig;
	phys_addr frames[2];

	if (start_both(trial, &rig, &partner) && iommu_take_page(&rig, &frames[0]) &&
	    iommu_take_page(&rig, &frames[1])) {
		expect_status(trial, "ATTACH", iommu_attach(&rig, rig.spare, rig.endpoint), 0);
		iommu_map(&rig, rig.spare, MEMORY, MEMORY_SIZE, (phys_addr) { MEMORY }, BOTH);
		expect_status(trial, "MAP", iommu_map(&rig, rig.home, TARGET, rig.page, frames[0], BOTH), 0);
		expect_in(&rig, rig.engine, frames, 0);
		expect_in(&rig, partner, frames, 1);
		expect_status(trial, "MAP", iommu_map(&rig, rig.spare, TARGET, rig.page, frames[1], BOTH), 0);
		if (iommu_rig_again(&rig))
			expect_in(&rig, rig.engine, frames, 2);
		expect_in(&rig, partner, frames, 1);
		expect_status(trial, "UNMAP", iommu_unmap(&rig, rig.home, TARGET, rig.page), 0);
		expect_in(&rig, partner, frames, 0);
		expect_in(&rig, rig.engine, frames, 2);
	}
	end_both(&rig, partner);
}
CONFORMANCE_TEST("iommu.apart", apart,
		 "The same address of two endpoints in domains of their own leads each to the frame of its domain.",
		 .scope = &scope_iommu, .skip = needs_partner, .clauses = "IOMMU-27", .judged_by = EVIDENCE);

/* ---- What is no memory ---- */

static const struct pci_message kept_message = { 0x5a5a5a50, 0xa5a5a5a5 };

/* The table of messages of a function that sends none: registers that hold what is written to them. */
static bool find_table(const struct engine *engine, struct pci_messages *table)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_function *function = pci_get(i);

		if (function != engine->function && function->domain == engine->function->domain &&
		    pci_messages_find(table, function, PCI_MSIX))
			return true;
	}
	return false;
}

static const char *needs_table(const struct subject *subject)
{
	const char *reason = needs_mmio(subject);
	struct pci_messages table;

	if (reason)
		return reason;
	return find_table(subject->engine, &table) ? NULL : "no other function has a table of messages to write to";
}

/* Writes to where the table must be, and says whether it has changed; then it is as before. */
static bool table_written(const struct iommu_rig *rig, struct pci_messages *table, uint64_t number, uint64_t limit)
{
	phys_addr data = { table->table.value + 8 };
	bool moved;

	engine_transfer(rig->engine, DMA_DEVICE_WRITES, number, transfer_size(rig->engine), limit, NULL);
	moved = mmio_read32_le(table->table) != (uint32_t)kept_message.address ||
		mmio_read32_le(data) != kept_message.data;
	pci_message_set(table, 0, kept_message);
	return moved;
}

static void map_table(const struct iommu_rig *rig, struct pci_messages *table)
{
	struct trial *trial = rig->trial;
	uint64_t page = rig->iommu->page_sizes & -rig->iommu->page_sizes;
	uint64_t number = TARGET + table->table.value % page;
	phys_addr start = { table->table.value & -page };

	expect_status(trial, "MAP for reads", iommu_map(rig, rig->home, TARGET, page, start, VIRTIO_IOMMU_MAP_F_READ |
							VIRTIO_IOMMU_MAP_F_MMIO), VIRTIO_IOMMU_S_OK);
	expect(trial, !table_written(rig, table, number, ENGINE_PATIENCE), "registers mapped for reads were written");
	expect_status(trial, "UNMAP", iommu_unmap(rig, rig->home, TARGET, page), VIRTIO_IOMMU_S_OK);
	expect_status(trial, "MAP for both", iommu_map(rig, rig->home, TARGET, page, start, BOTH |
						       VIRTIO_IOMMU_MAP_F_MMIO), VIRTIO_IOMMU_S_OK);
	if (iommu_rig_again(rig))
		expect(trial, table_written(rig, table, number, ENGINE_LIMIT),
		       "registers mapped for writes were not written");
	expect_status(trial, "UNMAP", iommu_unmap(rig, rig->home, TARGET, page), VIRTIO_IOMMU_S_OK);
	expect(trial, !table_written(rig, table, number, ENGINE_PATIENCE), "registers not mapped were written");
}

/* Whether a bit is known whose feature was declined is the device's choice. */
static void record_declined(struct iommu_rig *rig, phys_addr table)
{
	uint64_t page = rig->iommu->page_sizes & -rig->iommu->page_sizes;
	int status;

	if (!iommu_rig_restart(rig, VIRTIO_BIT(VIRTIO_IOMMU_F_MMIO)))
		return;
	iommu_attach(rig, rig->spare, rig->idle);
	status = iommu_map(rig, rig->spare, TARGET, page, (phys_addr) { table.value & -page },
			   BOTH | VIRTIO_IOMMU_MAP_F_MMIO);
	trial_record(rig->trial, "MAP with MMIO where that was declined: status %d", status);
}

static void map_mmio(struct trial *trial)
{
	struct pci_messages table;
	struct iommu_rig rig;

	if (iommu_rig_start(trial, &rig) && find_table(rig.engine, &table)) {
		if (pci_messages_open(&table, 1) && pci_message_set(&table, 0, kept_message)) {
			map_table(&rig, &table);
			engine_stop(rig.engine);
			record_declined(&rig, table.table);
		} else {
			trial_error(trial, "the table of messages does not hold what is written to it");
		}
		pci_messages_close(&table);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.map-mmio", map_mmio,
		 "Registers of another function are written by a MAP with MMIO, if it has WRITE, and not else.",
		 .scope = &scope_iommu, .skip = needs_table, .clauses = "IOMMU-34 IOMMU-37", .judged_by = EVIDENCE);
