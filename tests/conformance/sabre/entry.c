/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite sabre: what the bits of a translation table entry do, in both directions, and when a changed entry counts.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/sabre/rig.h"

/* A valid, writable entry with bits set and cleared; and whether a write is then translated. */
struct entry_row {
	const char *name;
	uint64_t set, clear;
	bool arrives;
};

static void try_rows(struct trial *trial, const struct entry_row *rows, unsigned count)
{
	struct rig rig;
	phys_addr frame;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	for (unsigned i = 0; i < count; i++) {
		rig_map(&rig, TARGET, (rig_tte(frame) | rows[i].set) & ~rows[i].clear);
		rig_expect(&rig, TARGET + TARGET_OFFSET, &frame, 1, rows[i].arrives, rows[i].name);
	}
}

static void entry_bits(struct trial *trial)
{
	static const struct entry_row rows[] = {
		{ "valid and writable", 0, 0, true },
		{ "not valid", 0, TTE_V, false },
		{ "valid again", 0, 0, true },
		{ "not writable", 0, TTE_W, false },
		{ "all zero", 0, ~0ull, false },
		{ "neither valid nor writable, others set", TTE_STREAM | TTE_CONTEXT, TTE_V | TTE_W, false },
		/* There is no streaming buffer, and there are no contexts. */
		{ "stream set", TTE_STREAM, 0, true },
		{ "context set", TTE_CONTEXT, 0, true },
		{ "stream set, not writable", TTE_STREAM, TTE_W, false },
	};

	try_rows(trial, rows, sizeof(rows) / sizeof(rows[0]));
}
CONFORMANCE_TEST("sabre.entry-bits", entry_bits,
		 "An entry leads to its page only while it is valid, and lets writes through only while it is "
		 "writable.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Sabre's physical addresses have 34 bits. Those above are not kept in its TLB, so they cannot lead elsewhere. */
static void address_bits(struct trial *trial)
{
	static const struct entry_row rows[] = {
		{ "physical address bit 34 set", 1ull << 34, 0, true },
		{ "physical address bits 40 to 34 set", TTE_PA_ABSENT, 0, true },
	};

	try_rows(trial, rows, sizeof(rows) / sizeof(rows[0]));
}
CONFORMANCE_TEST("sabre.entry-address-bits", address_bits,
		 "Bits of an entry's address that the chip does not have lead nowhere else.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/*
 * What must not be done, because memory must be marked cacheable and what is no field must be 0, and therefore is only
 * looked at: nothing but the frame may move.
 */
static void undefined_bits(struct trial *trial)
{
	static const struct { const char *name; uint64_t set, clear; } rows[] = {
		{ "not cacheable", 0, TTE_C },
		{ "local bus", TTE_LOCALBUS, 0 },
		{ "bit 62", 1ull << 62, 0 },
		{ "bits 46 to 41", 0x3full << 41, 0 },
		{ "bits 12 to 5, 3, 2, 0", 0x1fed, 0 },
	};
	char text[160];
	struct text refused = { text, sizeof(text), 0, false };
	struct rig rig;
	phys_addr frame;

	text[0] = 0;
	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rig_map(&rig, TARGET, (rig_tte(frame) | rows[i].set) & ~rows[i].clear);
		if (!rig_write(&rig, TARGET + TARGET_OFFSET, &frame, 1, ENGINE_LIMIT))
			append(&refused, "%s%s", refused.length ? "; " : "", rows[i].name);
	}
	trial_record(trial, "refused: %s", refused.length ? text : "none");
}
CONFORMANCE_TEST("sabre.entry-undefined-bits", undefined_bits,
		 "Whatever undefined bits of an entry do, nothing but its own frame moves.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = RECORD);

/* An address for which the memory controller has no memory: nothing moves, and afterwards all is as before. */
static void no_memory(struct trial *trial)
{
	struct rig rig;
	phys_addr frame;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	rig_map(&rig, TARGET, rig_tte((phys_addr) { NO_MEMORY }));
	rig_expect(&rig, TARGET + TARGET_OFFSET, &frame, 1, 0, "no memory there");
	rig_map(&rig, TARGET, rig_tte(frame));
	rig_expect(&rig, TARGET + TARGET_OFFSET, &frame, 1, 1, "memory again");
}
CONFORMANCE_TEST("sabre.entry-no-memory", no_memory,
		 "An entry that leads to where no memory is moves nothing, and one that does works afterwards.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

#define SEED	0x33

/* Lets the engine read a payload through an entry; true when that is what it saw. Reading may move nothing. */
static bool reads_payload(struct rig *rig, phys_addr frame, uint64_t tte)
{
	static uint8_t seen[TARGET_OFFSET], payload[TARGET_OFFSET];
	uint32_t size = transfer_size(rig->engine);
	phys_addr target = { frame.value + TARGET_OFFSET };
	enum engine_result result;

	engine_payload(payload, size, SEED);
	memset(seen, 0, size);
	memcpy(arch_pointer(target), payload, size);
	rig_map(rig, TARGET, tte);
	if (rig->refused && !rig_renew(rig))
		return false;
	result = engine_transfer(rig->engine, DMA_DEVICE_READS, TARGET + TARGET_OFFSET, size,
				 tte ? ENGINE_LIMIT : ENGINE_PATIENCE, seen);
	rig->refused = result != ENGINE_DONE;
	expect(rig->trial, memcmp(arch_pointer(target), payload, size) == 0, "a read moved memory");
	landed(rig->trial, frame, TARGET_OFFSET, size);
	return result == ENGINE_DONE && memcmp(seen, payload, size) == 0;
}

/* A device may read what is valid, writable or not. */
static void reads(struct trial *trial)
{
	struct rig rig;
	phys_addr frame;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	expect(trial, reads_payload(&rig, frame, rig_tte(frame)), "a writable page was not read");
	expect(trial, reads_payload(&rig, frame, rig_tte(frame) & ~TTE_W), "a read-only page was not read");
	expect(trial, !reads_payload(&rig, frame, 0), "an absent page was read");
	expect(trial, !reads_payload(&rig, frame, rig_tte(frame) & ~TTE_V), "a page that is not valid was read");
	expect(trial, reads_payload(&rig, frame, rig_tte(frame)), "a page that is valid again was not read");
}
CONFORMANCE_TEST("sabre.entry-reads", reads,
		 "A device may read a valid page, writable or not, and no other.",
		 .scope = &scope_sabre_engine, .skip = sabre_needs_reads, .judged_by = EVIDENCE);

/*
 * An entry that has changed counts from the flush on. Before, the old one or the new one may be used, as long as it is
 * one of them.
 */
static void flush(struct trial *trial)
{
	struct rig rig;
	phys_addr frames[2];
	unsigned arrived;
	const uint64_t address = TARGET + TARGET_OFFSET;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 2, frames))
		return;
	rig_map(&rig, TARGET, rig_tte(frames[0]));
	rig_expect(&rig, address, frames, 2, 1, "as first mapped");
	*rig_entry(&rig, TARGET) = cpu_to_be64(rig_tte(frames[1]));
	barrier_full();
	arrived = rig_write(&rig, address, frames, 2, ENGINE_LIMIT);
	expect(trial, arrived == 1 || arrived == 2, "before the flush a write arrived in frames %#x (bits)", arrived);
	tsb_write(rig.domain, IOMMU_FLUSH, TARGET);
	tsb_read(rig.domain, DMA_WRSYNC);
	rig_expect(&rig, address, frames, 2, 2, "after the flush");
	*rig_entry(&rig, TARGET) = cpu_to_be64(rig_tte(frames[1]) & ~TTE_W);
	barrier_full();
	tsb_write(rig.domain, IOMMU_FLUSH, TARGET + FRAME_SIZE - 8);
	tsb_read(rig.domain, DMA_WRSYNC);
	rig_expect(&rig, address, frames, 2, 0, "after write permission was taken and flushed");
	trial_record(trial, "before a flush the %s entry counts", arrived == 1 ? "old" : "new");
}
CONFORMANCE_TEST("sabre.flush", flush,
		 "A changed entry counts from the flush on; until then the old one or the new one does.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* The TLB's entry for a bus page, or -1. Diagnostic access must be on. */
static int tlb_find(const struct dma_domain *domain, uint64_t address, uint64_t *data)
{
	for (unsigned n = 0; n < IOMMU_TLB_ENTRIES; n++) {
		*data = tsb_read(domain, IOMMU_TLB_DATA(n));
		if (*data & DATA_V && (tsb_read(domain, IOMMU_TLB_TAG(n)) & TAG_VPN) == address / FRAME_SIZE)
			return (int)n;
	}
	return -1;
}

/* What was translated last is in the TLB, shows in its diagnostic registers, and is gone after a flush. */
static void tlb(struct trial *trial)
{
	struct rig rig;
	phys_addr frame;
	uint64_t data, control;
	int before, after;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	rig_map(&rig, TARGET, rig_tte(frame));
	rig_expect(&rig, TARGET + TARGET_OFFSET, &frame, 1, 1, "mapped");
	control = tsb_read(rig.domain, IOMMU_CTL);
	tsb_write(rig.domain, IOMMU_CTL, control | CTL_DIAG_EN);
	before = tlb_find(rig.domain, TARGET, &data);
	if (before >= 0)
		expect_equal(trial, "the page number in the TLB", data & DATA_PPN, frame.value / FRAME_SIZE);
	tsb_write(rig.domain, IOMMU_FLUSH, TARGET);
	after = tlb_find(rig.domain, TARGET, &data);
	tsb_write(rig.domain, IOMMU_CTL, control);
	expect(trial, after < 0, "after the flush the page is still in the TLB, entry %d", after);
	expect(trial, before >= 0, "after a transfer its page is not in the TLB");
}
CONFORMANCE_TEST("sabre.tlb", tlb,
		 "A translated page shows in the diagnostic registers of the TLB, and is gone after a flush.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);
