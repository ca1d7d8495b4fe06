/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sabre's IOMMU, inside the UltraSPARC-IIi: one domain for all that is behind both Simba bridges.
 *
 * Owns the IOMMU (control, translation storage buffer, flush), the target address space register and the DMA error
 * registers. The way to PCI is drivers/host/sabre.c's; which page a buffer gets is drivers/dma's.
 *
 * The TSB is indexed by the low bits of a bus address, whatever its high bits are; which addresses reach the IOMMU at
 * all is said by the target address space register, one bit for each 512 MiB. We give it the lowest 512 MiB: the
 * same numbers are RAM, which makes decoys. No BAR is ever put there.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); OpenBSD psychoreg.h and iommureg.h for names.
 */
#include "drivers/iommu/sabre.h"

#include "boot/byteorder.h"
#include "drivers/iommu/domain.h"
#include "drivers/iommu/table.h"
#include "drivers/iommu/window.h"

#define SAC_END			(1ull << 32)		/* of single-address cycles, all that the IOMMU takes */
#define TSB_SMALLEST		(8ull << 20)		/* bytes that 1024 entries cover */
#define TSB_ALIGNMENT		8192
#define TSB_LARGEST		(1ull << 30)

static phys_addr at(const struct dma_domain *domain, unsigned reg)
{
	return (phys_addr) { domain->at->registers[0].start.value + reg };
}

static uint64_t read(const struct dma_domain *domain, unsigned reg)
{
	return mmio_read64_be(at(domain, reg));
}

static void write(const struct dma_domain *domain, unsigned reg, uint64_t value)
{
	mmio_write64_be(at(domain, reg), value);
}

static void sabre_describe(struct dma_domain *domain, struct text *text)
{
	append(text, "IOMMU_CTL %016llx IOMMU_TSB %016llx PCI_TAS %02llx DMA_UE_AFSR %016llx",
	       (unsigned long long)read(domain, IOMMU_CTL), (unsigned long long)read(domain, IOMMU_TSB),
	       (unsigned long long)read(domain, PCI_TAS), (unsigned long long)read(domain, DMA_UE_AFSR));
}

/* With translation on and an empty table nothing is reachable; with it off, everything would be. So "closed" means
 * that the target address space register sends no address to the IOMMU. */
static void sabre_close_window(struct dma_domain *domain, unsigned number)
{
	(void)number;
	write(domain, PCI_TAS, 0);
	write(domain, IOMMU_CTL, read(domain, IOMMU_CTL) & ~(CTL_MMU_EN | CTL_TBW_SIZE | CTL_TSB_SIZE | CTL_LCKEN));
	read(domain, IOMMU_CTL);
}

static void forget_everything(struct dma_domain *domain)
{
	uint64_t control = read(domain, IOMMU_CTL);

	write(domain, IOMMU_CTL, control | CTL_DIAG_EN);
	for (unsigned n = 0; n < IOMMU_TLB_ENTRIES; n++) {
		write(domain, IOMMU_TLB_TAG(n), 0);
		write(domain, IOMMU_TLB_DATA(n), 0);
	}
	write(domain, IOMMU_CTL, control & ~CTL_DIAG_EN);
}

/* What the console firmware left, by the number of the hose. */
static struct {
	bool kept;
	uint64_t control, tsb, spaces;
} console[HOST_BRIDGES];

static void keep_console(const struct dma_domain *domain)
{
	unsigned hose = domain->at->number;

	if (hose >= HOST_BRIDGES || console[hose].kept)
		return;
	console[hose].control = read(domain, IOMMU_CTL);
	console[hose].tsb = read(domain, IOMMU_TSB);
	console[hose].spaces = read(domain, PCI_TAS);
	console[hose].kept = true;
}

static void sabre_quiet(struct dma_domain *domain)
{
	keep_console(domain);
	sabre_close_window(domain, 0);
	forget_everything(domain);
	write(domain, IOMMU_CTL, read(domain, IOMMU_CTL) & ~CTL_XLT_ERR);
	write(domain, DMA_UE_AFSR, read(domain, DMA_UE_AFSR) & AFSR_ERRORS);
}

static void sabre_restore(struct dma_domain *domain)
{
	unsigned hose = domain->at->number;

	if (hose >= HOST_BRIDGES || !console[hose].kept)
		return;
	sabre_close_window(domain, 0);
	write(domain, IOMMU_TSB, console[hose].tsb);
	forget_everything(domain);
	write(domain, IOMMU_CTL, console[hose].control & ~CTL_XLT_ERR);
	write(domain, PCI_TAS, console[hose].spaces);
	read(domain, IOMMU_CTL);
}

static uint64_t sabre_table_size(uint64_t size)
{
	return size / SABRE_PAGE * 8;
}

static bool window_fits(const struct dma_window *window)
{
	if (window->kind != WINDOW_PAGED || window->size > TSB_LARGEST)
		return false;
	if (!window_legal(window, TSB_SMALLEST) || window->base.value > SAC_END - window->size)
		return false;
	return window->table.value % TSB_ALIGNMENT == 0;
}

/* The bits of PCI_TAS for every 512 MiB that the window touches. */
static uint64_t target_spaces(const struct dma_window *window)
{
	uint64_t spaces = 0;

	for (uint64_t unit = window->base.value / TAS_UNIT; unit * TAS_UNIT < window->base.value + window->size; unit++)
		spaces |= 1ull << unit;
	return spaces;
}

static bool sabre_open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	uint64_t entries_log = 0;
	uint64_t control;

	if (number != 0 || !window_fits(window))
		return false;
	while (TSB_SMALLEST << entries_log < window->size)
		entries_log++;
	sabre_close_window(domain, 0);
	barrier_full();			/* the table is in memory before the IOMMU may read it */
	write(domain, IOMMU_TSB, window->table.value);
	forget_everything(domain);
	control = read(domain, IOMMU_CTL) & ~(CTL_TSB_SIZE | CTL_TBW_SIZE);
	write(domain, IOMMU_CTL, control | entries_log << CTL_TSB_SIZE_SHIFT | CTL_MMU_EN);
	write(domain, PCI_TAS, target_spaces(window));
	read(domain, IOMMU_CTL);
	return true;
}

static enum domain_status sabre_invalidate(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	/* The stores to the table must be in memory before the IOMMU may fetch them again. */
	barrier_full();
	if (size > IOMMU_TLB_ENTRIES * SABRE_PAGE)
		forget_everything(domain);
	else
		for (uint64_t page = start.value & -SABRE_PAGE; page < start.value + size; page += SABRE_PAGE)
			write(domain, IOMMU_FLUSH, page);
	/* Writes that Sabre took with the old translation land before anybody looks at the frame. */
	read(domain, DMA_WRSYNC);
	return DOMAIN_DONE;
}

static enum domain_status sabre_map(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
				    enum dma_direction permission)
{
	const struct dma_window *window = domain_paged_window(domain, start, size);
	uint64_t tte = TTE_V | TTE_C | memory.value;
	uint64_t *entry, *end;

	if (!window)
		return DOMAIN_NO_APERTURE;
	if (memory.value > TTE_REACH - size)
		return DOMAIN_NO_REACH;
	if (permission & DMA_DEVICE_WRITES)
		tte |= TTE_W;
	entry = (uint64_t *)arch_pointer(window->table) + window_page(window, start, SABRE_PAGE_SHIFT);
	end = entry + size / SABRE_PAGE;
	for (; entry < end; entry++, tte += SABRE_PAGE)
		*entry = cpu_to_be64(tte);
	return DOMAIN_DONE;
}

static bool sabre_fault(struct dma_domain *domain, struct domain_fault *fault)
{
	static const char *const error_names[] = { "protection", "invalid entry", "time-out", "ECC" };
	uint64_t control = read(domain, IOMMU_CTL);
	uint64_t afsr = read(domain, DMA_UE_AFSR);
	struct text text = { fault->text, sizeof(fault->text), 0, false };

	if (!(control & CTL_XLT_ERR) && !(afsr & AFSR_ERRORS))
		return false;
	append(&text, "IOMMU_CTL %016llx: %s; DMA_UE_AFSR %016llx AFAR %016llx", (unsigned long long)control,
	       control & CTL_XLT_ERR ? error_names[CTL_ERRSTS(control)] : "no translation error",
	       (unsigned long long)afsr, (unsigned long long)read(domain, DMA_UE_AFAR));
	write(domain, IOMMU_CTL, control & ~CTL_XLT_ERR);
	write(domain, DMA_UE_AFSR, afsr & AFSR_ERRORS);
	return true;
}

#define TTE_PAGE_LARGE	0xffffull		/* bytes behind the first of a page of 64 KiB */

static bool walk_entry(struct domain_walk *walk, uint64_t tte, uint64_t address)
{
	uint64_t inside = tte & TTE_SIZE ? TTE_PAGE_LARGE : SABRE_PAGE - 1;

	if (!(tte & TTE_V))
		return domain_walk_ends(walk, "the entry is not valid");
	walk->memory.value = (tte & TTE_PA & ~inside) | (address & inside);
	walk->permission = tte & TTE_W ? DMA_DEVICE_BOTH : DMA_DEVICE_READS;
	domain_step(walk, "memory %#llx, to read%s", (unsigned long long)walk->memory.value,
		    tte & TTE_W ? " and write" : " alone");
	return true;
}

static bool sabre_walk(struct dma_domain *domain, bus_addr address, struct domain_walk *walk)
{
	uint64_t spaces = read(domain, PCI_TAS), control = read(domain, IOMMU_CTL), table = read(domain, IOMMU_TSB);
	unsigned shift = control & CTL_TBW_SIZE ? 16 : SABRE_PAGE_SHIFT;
	uint64_t entries = 1024ull << ((control & CTL_TSB_SIZE) >> CTL_TSB_SIZE_SHIFT), at, tte;

	domain_step(walk, "PCI_TAS %02llx, IOMMU_CTL %016llx, IOMMU_TSB %016llx", (unsigned long long)spaces,
		    (unsigned long long)control, (unsigned long long)table);
	if (address.value >= SAC_END || !(spaces >> (address.value / TAS_UNIT) & 1))
		return domain_walk_ends(walk, "no bit of PCI_TAS has it, and it is no address of DMA");
	if (!(control & CTL_MMU_EN))
		return domain_walk_ends(walk, "translation is off");
	at = (table & -(uint64_t)TSB_ALIGNMENT) + (address.value >> shift) % entries * 8;
	tte = be64_to_cpu(*(const volatile uint64_t *)arch_pointer((phys_addr) { at }));
	domain_step(walk, "entry at %#llx, of %llu for pages of %u KiB: %016llx", (unsigned long long)at,
		    (unsigned long long)entries, (1u << shift) / 1024, (unsigned long long)tte);
	return walk_entry(walk, tte, address.value);
}

static const struct domain_ops sabre_ops = {
	.describe = sabre_describe,
	.quiet = sabre_quiet,
	.restore = sabre_restore,
	.open_window = sabre_open_window,
	.close_window = sabre_close_window,
	.map = sabre_map,
	.unmap = table_unmap,
	.invalidate = sabre_invalidate,
	.walk = sabre_walk,
	.fault = sabre_fault,
	.table_size = sabre_table_size,
};

static const struct dma_window windows[] = {
	{ WINDOW_PAGED, { 0 }, TAS_UNIT, { 0 }, { 0 } },
};

static const struct domain_driver sabre = {
	.compatible = "sabre",
	.ops = &sabre_ops,
	.page_shift = SABRE_PAGE_SHIFT,
	.can = DOMAIN_WRITE_PROTECTION | DOMAIN_FAULT_RECORD,
	.window_count = 1,
	.windows = windows,
	.paged_window = 0,
	.unclaimed = { 0xa0000000 },		/* no bit of PCI_TAS, and no BAR */
};
DOMAIN_DRIVER(sabre);
