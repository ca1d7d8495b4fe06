/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of Sabre's IOMMU have in common: see rig.h. */
#include "tests/conformance/sabre/rig.h"

#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/landing.h"

#define TABLE_LARGEST	0x100000ul		/* bytes of 1024 << 7 entries */
#define HOME_BYTES	0x80000ul		/* of those that cover 512 MiB */
#define HOME_LOG	6

const struct conformance_scope scope_sabre = {
	.of = &scope_host_bridge, .only = scope_domain_is_of_kind, .kind = "sabre", .words = "each Sabre",
};
const struct conformance_scope scope_sabre_engine = {
	.of = &scope_bus_engine, .only = scope_domain_is_of_kind, .kind = "sabre",
	.words = "each Sabre, by every engine that is no virtio device and one that is",
};

const char *sabre_needs_reads(const struct subject *subject)
{
	return subject->engine ? needs_reads(subject) : needs_engine(subject);
}

static uint64_t spaces_of(uint64_t first, uint64_t last)
{
	uint64_t spaces = 0;

	for (uint64_t unit = 0; unit < TAS_UNITS; unit++)
		if (first < (unit + 1) * TAS_UNIT && last >= unit * TAS_UNIT)
			spaces |= 1ull << unit;
	return spaces;
}

static uint64_t spaces_taken(const struct pci_function *function)
{
	uint64_t spaces = 0;

	for (unsigned i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &function->bars[i];

		if (bar->placed && bar->kind != PCI_BAR_IO)
			spaces |= spaces_of(bar->address, bar->address + bar->size - 1);
	}
	if (!pci_is_bridge(function))
		return spaces;
	if (function->mem.first <= function->mem.last)
		spaces |= spaces_of(function->mem.first, function->mem.last);
	/* On a real machine the boot PROM is behind Simba too, in the highest space. */
	if (!function->above && function->vendor == 0x108e && function->product == 0x5000)
		spaces |= pci_read8(function, SIMBA_MEMORY_MAP);
	return spaces;
}

uint64_t sabre_free_spaces(const struct dma_domain *domain)
{
	uint64_t taken = 0;

	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_get(i)->domain == domain)
			taken |= spaces_taken(pci_get(i));
	return ~taken & ((1ull << TAS_UNITS) - 1);
}

/* The pages that the engine has mapped for itself, which must go along into every other table. */
static bool note_own_pages(struct rig *rig)
{
	const uint64_t *table = arch_pointer(rig->home);

	for (uint64_t i = 0; i < HOME_BYTES / sizeof(*table); i++) {
		uint64_t tte = be64_to_cpu(table[i]);

		if (!tte)
			continue;
		if (rig->own_count == RIG_OWN || (tte & TTE_PA) != i * FRAME_SIZE) {
			trial_error(rig->trial, "the engine's own memory cannot be carried along: "
				    "entry %#llx for %#llx", (unsigned long long)tte,
				    (unsigned long long)(i * FRAME_SIZE));
			return false;
		}
		rig->own[rig->own_count].address = i * FRAME_SIZE;
		rig->own[rig->own_count++].tte = tte;
	}
	return true;
}

bool rig_home(struct rig *rig)
{
	struct dma_window window = { .kind = WINDOW_PAGED, .size = TAS_UNIT, .table = rig->home };

	rig->table = rig->home;
	rig->page_shift = PAGE_8K;
	rig->log = HOME_LOG;
	if (domain_open_window(rig->domain, 0, &window))
		return true;
	trial_error(rig->trial, "the window cannot be opened");
	return false;
}

bool rig_start(struct trial *trial, struct rig *rig)
{
	*rig = (struct rig) {
		.trial = trial, .engine = trial->subject->engine, .domain = trial->subject->domain,
	};
	if (!trial_take_table(trial, HOME_BYTES, HOME_BYTES, &rig->home))
		return false;
	if (!rig_home(rig))
		return false;
	dma_map_like_memory(rig->domain);
	return trial_start(trial, rig->engine) && note_own_pages(rig);
}

uint64_t rig_span(const struct rig *rig)
{
	return 1024ull << rig->log << rig->page_shift;
}

uint64_t *rig_entry(const struct rig *rig, uint64_t address)
{
	uint64_t *table = arch_pointer(rig->table);

	return &table[address % rig_span(rig) >> rig->page_shift];
}

uint64_t rig_tte(phys_addr frame)
{
	return TTE_V | TTE_C | TTE_W | (frame.value & TTE_PA);
}

void rig_map(struct rig *rig, uint64_t address, uint64_t tte)
{
	*rig_entry(rig, address) = cpu_to_be64(tte);
	rig->domain->driver->ops->invalidate(rig->domain, (bus_addr) { address }, FRAME_SIZE);
}

/* The own pages' entries. In a table of larger pages one does for eight: their addresses are the memory's own. */
static bool carry_own_pages(struct rig *rig)
{
	uint64_t size = rig->page_shift == PAGE_64K ? TTE_SIZE : 0;

	for (unsigned i = 0; i < rig->own_count; i++) {
		uint64_t tte = (rig->own[i].tte & ~TTE_PA) | size | (rig->own[i].address & -(1ull << rig->page_shift));
		uint64_t *entry = rig_entry(rig, rig->own[i].address);

		if (*entry && be64_to_cpu(*entry) != tte) {
			trial_error(rig->trial, "two pages of the engine's own share an entry of the table");
			return false;
		}
		*entry = cpu_to_be64(tte);
	}
	return true;
}

bool rig_program_beneath(struct rig *rig, unsigned page_shift, unsigned log, uint64_t spaces)
{
	uint64_t control = (uint64_t)log << CTL_TSB_SIZE_SHIFT | CTL_MMU_EN;

	if (page_shift == PAGE_64K)
		control |= CTL_TBW_SIZE;
	if (!rig->spare.value && !trial_take_table(rig->trial, TABLE_LARGEST, TABLE_LARGEST, &rig->spare))
		return false;
	rig->table = rig->spare;
	rig->page_shift = page_shift;
	rig->log = log;
	memset(arch_pointer(rig->table), 0, TABLE_LARGEST >> (7 - log));
	if (!carry_own_pages(rig))
		return false;
	tsb_write(rig->domain, PCI_TAS, 0);
	tsb_write(rig->domain, IOMMU_CTL, 0);
	tsb_write(rig->domain, IOMMU_TSB, rig->table.value);
	rig->domain->driver->ops->invalidate(rig->domain, (bus_addr) { 0 }, TAS_UNIT);
	tsb_write(rig->domain, IOMMU_CTL, control);
	tsb_write(rig->domain, PCI_TAS, spaces);
	tsb_read(rig->domain, IOMMU_CTL);
	return true;
}

/* A device may still be at a transfer that was refused, and would end it through the entries to come; or look at its
 * rings just when no table leads to them. */
bool rig_program(struct rig *rig, unsigned page_shift, unsigned log, uint64_t spaces)
{
	engine_stop(rig->engine);
	return rig_program_beneath(rig, page_shift, log, spaces) && rig_renew(rig);
}

/* Every other frame of a run, so that what goes past the end of one does not go unseen in the next. */
bool rig_frames(struct rig *rig, unsigned count, phys_addr *frames)
{
	phys_addr run;

	if (!frames_take(2 * count + 1, FRAME_SIZE, &run)) {
		trial_error(rig->trial, "no room for %u frames", 2 * count + 1);
		return false;
	}
	for (unsigned i = 0; i < count; i++)
		frames[i].value = run.value + (2 * i + 1) * FRAME_SIZE;
	return true;
}

/* Has the engine mapped the same pages again? What a test has put into the home table stands beside them. */
static bool same_own_pages(const struct rig *rig)
{
	const uint64_t *table = arch_pointer(rig->home);

	for (unsigned i = 0; i < rig->own_count; i++)
		if (be64_to_cpu(table[rig->own[i].address / FRAME_SIZE]) != rig->own[i].tte)
			return false;
	return true;
}

bool rig_renew(struct rig *rig)
{
	rig->refused = false;
	engine_stop(rig->engine);
	if (!trial_start(rig->trial, rig->engine))
		return false;
	if (same_own_pages(rig))
		return true;
	trial_error(rig->trial, "started again, the engine has other memory of its own");
	return false;
}

static void transfer(struct rig *rig, uint64_t address, uint32_t size, uint64_t limit)
{
	if (write_soon(rig->engine, address, size, limit) != ENGINE_DONE)
		rig->refused = true;
	barrier_full();
}

unsigned rig_write(struct rig *rig, uint64_t address, const phys_addr *frames, unsigned count, uint64_t limit)
{
	uint32_t size = transfer_size(rig->engine);

	if (rig->refused && !rig_renew(rig))
		return 0;
	transfer(rig, address, size, limit);
	return landed_in(rig->trial, address, size, frames, count);
}

bool rig_expect(struct rig *rig, uint64_t address, const phys_addr *frames, unsigned count, unsigned expected,
		const char *what)
{
	unsigned arrived = rig_write(rig, address, frames, count, ENGINE_LIMIT);

	if (arrived == expected)
		return true;
	trial_fail(rig->trial, "%s: a write at bus address %#llx arrived in frames %#x of %u, expected %#x (bits)",
		   what, (unsigned long long)address, arrived, count, expected);
	for (unsigned i = 0; i < count; i++)
		trial_note(rig->trial, "frame", "%#llx", (unsigned long long)frames[i].value);
	trial_note(rig->trial, "iommu", "IOMMU_CTL %#llx, IOMMU_TSB %#llx, PCI_TAS %#llx, entry %#llx",
		   (unsigned long long)tsb_read(rig->domain, IOMMU_CTL),
		   (unsigned long long)tsb_read(rig->domain, IOMMU_TSB),
		   (unsigned long long)tsb_read(rig->domain, PCI_TAS),
		   (unsigned long long)be64_to_cpu(*rig_entry(rig, address)));
	trial_note(rig->trial, "engine", "%s", rig->engine->fault);
	return false;
}

bool rig_expect_crossing(struct rig *rig, uint64_t border, phys_addr before, phys_addr behind, bool behind_too,
			 const char *what)
{
	uint32_t half = transfer_size(rig->engine) / 2;
	struct landed_halves halves;

	if (rig->refused && !rig_renew(rig))
		return false;
	transfer(rig, border - half, 2 * half, ENGINE_LIMIT);
	halves = landed_across(rig->trial, before, behind, half);
	/* What lies before a hole may have arrived or not. */
	return expect(rig->trial, halves.behind == behind_too && (halves.before || !behind_too),
		      "%s: of a write over the border at %#llx the first half %s and the second %s", what,
		      (unsigned long long)border, halves.before ? "arrived" : "did not arrive",
		      halves.behind ? "arrived" : "did not arrive");
}
