/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IOMMUs with a translation storage buffer: see tsb.h.
 *
 * Owns the IOMMU (control, TSB, flush), what says which addresses reach it, and the DMA error registers. The way to PCI
 * is drivers/host's; which page a buffer gets is drivers/dma's; streaming buffers are tsb_stream.c's.
 */
#include "drivers/iommu/tsb.h"

#include "boot/byteorder.h"
#include "boot/print.h"
#include "drivers/iommu/table.h"
#include "drivers/iommu/window.h"

#define SPACE_UNIT		(512ull << 20)		/* of a bit of the register that says what is for the IOMMU */

#define REGISTERS_TEXT		320			/* characters of tsb_describe() */

/* Nothing is reachable by it. Where an IOMMU cannot be told to be sent nothing, this is its table. */
static uint64_t empty_table[1024] __attribute__((aligned(TSB_ALIGNMENT)));

static phys_addr at(const struct dma_domain *domain, unsigned reg)
{
	return (phys_addr) { domain->at->registers[0].start.value + reg };
}

uint64_t tsb_read(const struct dma_domain *domain, unsigned reg)
{
	return mmio_read64_be(at(domain, reg));
}

void tsb_write(const struct dma_domain *domain, unsigned reg, uint64_t value)
{
	mmio_write64_be(at(domain, reg), value);
}

const struct tsb_chip *tsb_chip(const struct dma_domain *domain)
{
	return domain->driver->chip;
}

/* A version that nobody has heard of is driven like the last that is known. */
static bool tsb_usable(struct dma_domain *domain)
{
	unsigned known = tsb_chip(domain)->versions;
	unsigned version = known ? CONTROL_VERSION(tsb_read(domain, CONTROL)) : 0;

	if (known && version >= known)
		print("# %s%u is of version %u, which is not known: it is driven as one of version %u\n",
		      domain->driver->compatible, domain->at->number, version, known - 1);
	return true;
}

static void tsb_describe(struct dma_domain *domain, struct text *text)
{
	const struct tsb_chip *chip = tsb_chip(domain);

	append(text, "IOMMU_CTL %016llx IOMMU_TSB %016llx", (unsigned long long)tsb_read(domain, IOMMU_CTL),
	       (unsigned long long)tsb_read(domain, IOMMU_TSB));
	for (const struct tsb_register *i = chip->registers; i < chip->registers + chip->register_count; i++)
		append(text, " %s %0*llx", i->name, (int)i->digits, (unsigned long long)tsb_read(domain, i->reg));
	append(text, " DMA_UE_AFSR %016llx", (unsigned long long)tsb_read(domain, DMA_UE_AFSR));
}

static void forget_everything(struct dma_domain *domain)
{
	uint64_t control = tsb_read(domain, IOMMU_CTL);

	tsb_write(domain, IOMMU_CTL, control | CTL_DIAG_EN);
	for (unsigned n = 0; n < IOMMU_TLB_ENTRIES; n++) {
		tsb_write(domain, IOMMU_TLB_TAG(n), 0);
		tsb_write(domain, IOMMU_TLB_DATA(n), 0);
	}
	tsb_write(domain, IOMMU_CTL, control & ~CTL_DIAG_EN);
}

/* Translation off, as it must be while the table changes. An IOMMU that is off may let addresses through as they are:
 * no device may be doing DMA. */
static void stop_translation(struct dma_domain *domain)
{
	if (tsb_chip(domain)->spaces)
		tsb_write(domain, tsb_chip(domain)->spaces, 0);
	tsb_write(domain, IOMMU_CTL,
		  tsb_read(domain, IOMMU_CTL) & ~(CTL_MMU_EN | CTL_TBW_SIZE | CTL_TSB_SIZE | CTL_LCKEN));
	tsb_read(domain, IOMMU_CTL);
}

static void translate_by(struct dma_domain *domain, phys_addr table, uint64_t entries_log)
{
	uint64_t control;

	barrier_full();			/* the table is in memory before the IOMMU may read it */
	tsb_write(domain, IOMMU_TSB, table.value);
	forget_everything(domain);
	control = tsb_read(domain, IOMMU_CTL) & ~(CTL_TSB_SIZE | CTL_TBW_SIZE);
	tsb_write(domain, IOMMU_CTL, control | entries_log << CTL_TSB_SIZE_SHIFT | CTL_MMU_EN);
}

/*
 * With translation on and an empty table nothing is reachable; with it off, everything would be. Where a register says
 * what the IOMMU is sent, "closed" means nothing; elsewhere it means an empty table of the smallest size.
 */
static void tsb_close_window(struct dma_domain *domain, unsigned number)
{
	(void)number;
	stop_translation(domain);
	if (tsb_chip(domain)->spaces)
		return;
	translate_by(domain, arch_physical(empty_table), 0);
	tsb_read(domain, IOMMU_CTL);
}

/* What the console firmware left, of each domain. */
static struct handed_over {
	const struct platform_node *at;
	uint64_t control, table, others[TSB_REGISTERS];
} consoles[DOMAINS];

/* The place of what was kept of the domain: at is NULL where nothing has been yet. */
static struct handed_over *handed_over_by(const struct dma_domain *domain)
{
	unsigned i = 0;

	while (i < DOMAINS - 1 && consoles[i].at && consoles[i].at != domain->at)
		i++;
	return &consoles[i];
}

static void keep_console(const struct dma_domain *domain)
{
	const struct tsb_chip *chip = tsb_chip(domain);
	struct handed_over *kept = handed_over_by(domain);

	if (kept->at)
		return;
	kept->at = domain->at;
	kept->control = tsb_read(domain, IOMMU_CTL);
	kept->table = tsb_read(domain, IOMMU_TSB);
	for (unsigned i = 0; i < chip->register_count; i++)
		kept->others[i] = tsb_read(domain, chip->registers[i].reg);
}

/* What a streaming buffer holds is written by the console's translations, so it comes first; it is off from then on. */
static void take_over(struct dma_domain *domain)
{
	const struct tsb_chip *chip = tsb_chip(domain);

	tsb_drain_all(domain);
	for (const struct tsb_register *i = chip->registers; i < chip->registers + chip->register_count; i++)
		if (i->set || i->clear)
			tsb_write(domain, i->reg, (tsb_read(domain, i->reg) & ~(i->clear | i->sticky)) | i->set);
}

static void tsb_quiet(struct dma_domain *domain)
{
	keep_console(domain);
	take_over(domain);
	tsb_close_window(domain, 0);
	forget_everything(domain);
	tsb_write(domain, IOMMU_CTL, tsb_read(domain, IOMMU_CTL) & ~CTL_XLT_ERR);
	tsb_write(domain, DMA_UE_AFSR, tsb_read(domain, DMA_UE_AFSR) & tsb_chip(domain)->dma_errors);
}

static void tsb_restore(struct dma_domain *domain)
{
	const struct tsb_chip *chip = tsb_chip(domain);
	const struct handed_over *kept = handed_over_by(domain);

	if (kept->at != domain->at)
		return;
	tsb_drain_all(domain);
	stop_translation(domain);
	tsb_write(domain, IOMMU_TSB, kept->table);
	forget_everything(domain);
	tsb_write(domain, IOMMU_CTL, kept->control & ~CTL_XLT_ERR);
	for (unsigned i = 0; i < chip->register_count; i++)
		if (chip->registers[i].back)
			tsb_write(domain, chip->registers[i].reg, kept->others[i] & ~chip->registers[i].sticky);
	tsb_read(domain, IOMMU_CTL);
}

static uint64_t tsb_table_size(uint64_t size)
{
	return size / TSB_PAGE * 8;
}

static bool window_fits(const struct tsb_chip *chip, const struct dma_window *window)
{
	if (window->kind != WINDOW_PAGED || window->size > TSB_LARGEST)
		return false;
	if (!window_legal(window, TSB_SMALLEST) || window->base.value > SAC_END - window->size)
		return false;
	if (!chip->spaces && window->base.value != SAC_END - window->size)
		return false;
	return window->table.value % TSB_ALIGNMENT == 0;
}

/* The bits for every 512 MiB that the window touches. */
static uint64_t target_spaces(const struct dma_window *window)
{
	uint64_t spaces = 0, end = window->base.value + window->size;

	for (uint64_t unit = window->base.value / SPACE_UNIT; unit * SPACE_UNIT < end; unit++)
		spaces |= 1ull << unit;
	return spaces;
}

static bool tsb_open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	const struct tsb_chip *chip = tsb_chip(domain);
	uint64_t entries_log = 0;

	if (number != 0 || !window_fits(chip, window))
		return false;
	while (TSB_SMALLEST << entries_log < window->size)
		entries_log++;
	stop_translation(domain);
	translate_by(domain, window->table, entries_log);
	if (chip->spaces)
		tsb_write(domain, chip->spaces, target_spaces(window));
	tsb_read(domain, IOMMU_CTL);
	return true;
}

static enum domain_status tsb_invalidate(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	enum domain_status status = DOMAIN_DONE;

	/* The stores to the table must be in memory before the IOMMU may fetch them again. */
	barrier_full();
	if (size > IOMMU_TLB_ENTRIES * TSB_PAGE)
		forget_everything(domain);
	else
		for (uint64_t page = start.value & -TSB_PAGE; page < start.value + size; page += TSB_PAGE)
			tsb_write(domain, IOMMU_FLUSH, page);
	if (tsb_streaming(domain))
		status = tsb_drain(domain, start, size);
	/* Writes that the bridge took with the old translation land before anybody looks at the frame. */
	tsb_read(domain, tsb_chip(domain)->write_sync);
	return status;
}

static enum domain_status tsb_map(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
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
	entry = (uint64_t *)arch_pointer(window->table) + window_page(window, start, TSB_PAGE_SHIFT);
	end = entry + size / TSB_PAGE;
	for (; entry < end; entry++, tte += TSB_PAGE)
		*entry = cpu_to_be64(tte);
	return DOMAIN_DONE;
}

static bool tsb_fault(struct dma_domain *domain, struct domain_fault *fault)
{
	static const char *const error_names[] = { "protection", "invalid entry", "time-out", "ECC" };
	uint64_t control = tsb_read(domain, IOMMU_CTL);
	uint64_t afsr = tsb_read(domain, DMA_UE_AFSR), errors = afsr & tsb_chip(domain)->dma_errors;
	struct text text = { fault->text, sizeof(fault->text), 0, false };

	if (!(control & CTL_XLT_ERR) && !errors)
		return false;
	append(&text, "IOMMU_CTL %016llx: %s; DMA_UE_AFSR %016llx AFAR %016llx", (unsigned long long)control,
	       control & CTL_XLT_ERR ? error_names[CTL_ERRSTS(control)] : "no translation error",
	       (unsigned long long)afsr, (unsigned long long)tsb_read(domain, DMA_UE_AFAR));
	tsb_write(domain, IOMMU_CTL, control & ~CTL_XLT_ERR);
	tsb_write(domain, DMA_UE_AFSR, errors);
	return true;
}

#define TTE_PAGE_LARGE	0xffffull		/* bytes behind the first of a page of 64 KiB */

static bool walk_entry(struct domain_walk *walk, uint64_t tte, uint64_t address)
{
	uint64_t inside = tte & TTE_SIZE ? TTE_PAGE_LARGE : TSB_PAGE - 1;

	if (!(tte & TTE_V))
		return domain_walk_ends(walk, "the entry is not valid");
	walk->memory.value = (tte & TTE_PA & ~inside) | (address & inside);
	walk->permission = tte & TTE_W ? DMA_DEVICE_BOTH : DMA_DEVICE_READS;
	domain_step(walk, "memory %#llx, to read%s", (unsigned long long)walk->memory.value,
		    tte & TTE_W ? " and write" : " alone");
	return true;
}

/* Does an address reach the IOMMU at all, of which the table covers so many bytes? */
static bool is_claimed(struct dma_domain *domain, uint64_t address, uint64_t covered)
{
	unsigned spaces = tsb_chip(domain)->spaces;

	if (address >= SAC_END)
		return false;
	if (!spaces)
		return address >= SAC_END - covered;
	return tsb_read(domain, spaces) >> address / SPACE_UNIT & 1;
}

static void tell_registers(struct dma_domain *domain, struct domain_walk *walk)
{
	char buffer[REGISTERS_TEXT] = "";
	struct text text = { buffer, sizeof(buffer), 0, false };

	tsb_describe(domain, &text);
	domain_step(walk, "%s", buffer);
}

static bool tsb_walk(struct dma_domain *domain, bus_addr address, struct domain_walk *walk)
{
	uint64_t control = tsb_read(domain, IOMMU_CTL), table = tsb_read(domain, IOMMU_TSB);
	unsigned shift = control & CTL_TBW_SIZE ? 16 : TSB_PAGE_SHIFT;
	uint64_t entries = 1024ull << ((control & CTL_TSB_SIZE) >> CTL_TSB_SIZE_SHIFT), at, tte;

	tell_registers(domain, walk);
	if (!is_claimed(domain, address.value, entries << shift))
		return domain_walk_ends(walk, tsb_chip(domain)->unclaimed);
	if (!(control & CTL_MMU_EN))
		return domain_walk_ends(walk, "translation is off");
	at = (table & -(uint64_t)TSB_ALIGNMENT) + (address.value >> shift) % entries * 8;
	tte = be64_to_cpu(*(const volatile uint64_t *)arch_pointer((phys_addr) { at }));
	domain_step(walk, "entry at %#llx, of %llu for pages of %u KiB: %016llx", (unsigned long long)at,
		    (unsigned long long)entries, (1u << shift) / 1024, (unsigned long long)tte);
	return walk_entry(walk, tte, address.value);
}

const struct domain_ops tsb_ops = {
	.usable = tsb_usable,
	.describe = tsb_describe,
	.quiet = tsb_quiet,
	.restore = tsb_restore,
	.open_window = tsb_open_window,
	.close_window = tsb_close_window,
	.map = tsb_map,
	.unmap = table_unmap,
	.invalidate = tsb_invalidate,
	.stream = tsb_stream,
	.drain = tsb_drain,
	.walk = tsb_walk,
	.fault = tsb_fault,
	.table_size = tsb_table_size,
};
