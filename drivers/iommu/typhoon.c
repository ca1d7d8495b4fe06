/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Pchip of the 21272 "Tsunami/Typhoon" chipset as a domain: one per hose.
 *
 * Owns the four DMA windows, the monster window, the scatter-gather map and the error register. The way to PCI is
 * drivers/host/typhoon.c's; which window a buffer goes through is drivers/dma's.
 *
 * Source: 21272 Chipset Hardware Reference Manual (DS-0025A-TE).
 */
#include "drivers/iommu/typhoon.h"

#include "boot/byteorder.h"
#include "drivers/iommu/table.h"
#include "drivers/iommu/window.h"

#define WINDOW_MONSTER_NUMBER	4	/* our number for it, behind the chip's own 0 to 3 */
#define SAC_END			(1ull << 32)	/* of single-address cycles */
#define TBA_END			(1ull << 35)	/* of what TBA can say */
#define WINDOW_LARGEST		(2ull << 30)
#define WINDOW_SMALLEST		(1ull << 20)

static phys_addr at(const struct dma_domain *domain, unsigned reg)
{
	return (phys_addr) { domain->at->registers[0].start.value + reg };
}

uint64_t typhoon_read(const struct dma_domain *domain, unsigned reg)
{
	return mmio_read64_le(at(domain, reg));
}

void typhoon_write(const struct dma_domain *domain, unsigned reg, uint64_t value)
{
	mmio_write64_le(at(domain, reg), value);
}

static void typhoon_describe(struct dma_domain *domain, struct text *text)
{
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++)
		append(text, "WSBA%u %010llx WSM%u %08llx TBA%u %010llx ",
		       n, (unsigned long long)typhoon_read(domain, PCHIP_WSBA(n)), n,
		       (unsigned long long)typhoon_read(domain, PCHIP_WSM(n)), n,
		       (unsigned long long)typhoon_read(domain, PCHIP_TBA(n)));
	append(text, "PCTL %012llx PERROR %016llx PERRMASK %03llx",
	       (unsigned long long)typhoon_read(domain, PCHIP_PCTL),
	       (unsigned long long)typhoon_read(domain, PCHIP_PERROR),
	       (unsigned long long)typhoon_read(domain, PCHIP_PERRMASK));
}

/* Only these three bits are ours: the rest of PCTL is the board's tuning, done by its firmware. */
static void set_control(struct dma_domain *domain, uint64_t set, uint64_t clear)
{
	typhoon_write(domain, PCHIP_PCTL, (typhoon_read(domain, PCHIP_PCTL) | set) & ~clear);
	/* The windows blink off while the clock domains agree; the read back waits for that. */
	typhoon_read(domain, PCHIP_PCTL);
}

static enum domain_status typhoon_invalidate(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	/* The stores to the map must be in memory before the Pchip may fetch them again. */
	barrier_full();
	if (size <= 0x10000 && (start.value & 0xffff0000) == ((start.value + size - 1) & 0xffff0000))
		typhoon_write(domain, PCHIP_TLBIV, TLBIV_ADDR(start.value));
	else
		typhoon_write(domain, PCHIP_TLBIA, 0);
	/* Reading any register of the chip forces the write out before we go on. */
	typhoon_read(domain, PCHIP_PCTL);
	return DOMAIN_DONE;
}

static void typhoon_close_window(struct dma_domain *domain, unsigned number)
{
	if (number == WINDOW_MONSTER_NUMBER) {
		set_control(domain, 0, PCTL_MWIN);
		return;
	}
	typhoon_write(domain, PCHIP_WSBA(number), 0);
	typhoon_read(domain, PCHIP_WSBA(number));
	typhoon_invalidate(domain, (bus_addr) { 0 }, 1ull << 32);
}

void typhoon_save(const struct dma_domain *domain, struct typhoon_registers *registers)
{
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++) {
		registers->wsba[n] = typhoon_read(domain, PCHIP_WSBA(n));
		registers->wsm[n] = typhoon_read(domain, PCHIP_WSM(n));
		registers->tba[n] = typhoon_read(domain, PCHIP_TBA(n));
	}
	registers->pctl = typhoon_read(domain, PCHIP_PCTL);
}

void typhoon_load(struct dma_domain *domain, const struct typhoon_registers *registers)
{
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++)
		typhoon_write(domain, PCHIP_WSBA(n), 0);
	typhoon_write(domain, PCHIP_PCTL, registers->pctl);
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++) {
		typhoon_write(domain, PCHIP_WSM(n), registers->wsm[n]);
		typhoon_write(domain, PCHIP_TBA(n), registers->tba[n]);
		typhoon_write(domain, PCHIP_WSBA(n), registers->wsba[n]);
	}
	typhoon_invalidate(domain, (bus_addr) { 0 }, SAC_END);
}

/* What the console firmware left, of each hose, and whether it has been looked at. */
static struct typhoon_registers console[HOST_BRIDGES];
static uint64_t console_perrmask[HOST_BRIDGES];
static bool console_kept[HOST_BRIDGES];

const struct typhoon_registers *typhoon_console(const struct dma_domain *domain)
{
	unsigned hose = domain->at->number;

	return hose < HOST_BRIDGES && console_kept[hose] ? &console[hose] : NULL;
}

static void keep_console(const struct dma_domain *domain)
{
	unsigned hose = domain->at->number;

	if (hose >= HOST_BRIDGES || console_kept[hose])
		return;
	typhoon_save(domain, &console[hose]);
	console_perrmask[hose] = typhoon_read(domain, PCHIP_PERRMASK);
	console_kept[hose] = true;
}

static void typhoon_quiet(struct dma_domain *domain)
{
	keep_console(domain);
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++)
		typhoon_write(domain, PCHIP_WSBA(n), 0);
	set_control(domain, PCTL_PTEVRFY, PCTL_HOLE | PCTL_MWIN);
	typhoon_invalidate(domain, (bus_addr) { 0 }, 1ull << 32);
	typhoon_write(domain, PCHIP_PERROR, PERROR_BITS);
	typhoon_write(domain, PCHIP_PERRMASK, PERRMASK_DMA);
}

static void typhoon_restore(struct dma_domain *domain)
{
	const struct typhoon_registers *found = typhoon_console(domain);

	if (!found)
		return;
	typhoon_load(domain, found);
	typhoon_write(domain, PCHIP_PERROR, PERROR_BITS);
	typhoon_write(domain, PCHIP_PERRMASK, console_perrmask[domain->at->number]);
}

static uint64_t typhoon_table_size(uint64_t size)
{
	return size / TYPHOON_PAGE * 8;
}

static bool window_fits(unsigned number, const struct dma_window *window)
{
	bool paged = window->kind == WINDOW_PAGED;

	if (number >= TYPHOON_WINDOWS || window->size > WINDOW_LARGEST)
		return false;
	if (!window_legal(window, WINDOW_SMALLEST) || window->base.value > SAC_END - window->size)
		return false;
	if (paged ? window->table.value > TBA_END - typhoon_table_size(window->size) :
		    window->target.value > TBA_END - window->size)
		return false;
	/* The manual fixes WSBA3<SG> at one: window 3 cannot be direct. */
	if (number == 3 && !paged)
		return false;
	return !paged || window->table.value % typhoon_table_size(window->size) == 0;
}

static bool open_monster(struct dma_domain *domain, const struct dma_window *window)
{
	if (window->base.value != MONSTER_BASE || window->size != MONSTER_SIZE || window->target.value != 0)
		return false;
	set_control(domain, PCTL_MWIN, 0);
	return true;
}

static bool typhoon_open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	bool paged = window->kind == WINDOW_PAGED;

	if (window->kind == WINDOW_MONSTER)
		return number == WINDOW_MONSTER_NUMBER && open_monster(domain, window);
	if (!window_fits(number, window))
		return false;
	typhoon_write(domain, PCHIP_WSBA(number), 0);
	typhoon_write(domain, PCHIP_WSM(number), (window->size - 1) & WSM_MASK);
	typhoon_write(domain, PCHIP_TBA(number), (paged ? window->table.value : window->target.value) & TBA_ADDR);
	typhoon_write(domain, PCHIP_WSBA(number), (window->base.value & WSBA_ADDR) | (paged ? WSBA_SG : 0) | WSBA_ENA);
	typhoon_read(domain, PCHIP_WSBA(number));
	typhoon_invalidate(domain, window->base, window->size);
	return true;
}

/* The chip has no permission bit: what a device may read it may write. */
static enum domain_status typhoon_map(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
				      enum dma_direction permission)
{
	const struct dma_window *window = domain_paged_window(domain, start, size);
	uint64_t pte = PTE_PFN(memory.value) | PTE_VALID;
	uint64_t *entry, *end;

	(void)permission;
	if (!window)
		return DOMAIN_NO_APERTURE;
	if (memory.value > PTE_REACH - size)
		return DOMAIN_NO_REACH;
	entry = (uint64_t *)arch_pointer(window->table) + window_page(window, start, TYPHOON_PAGE_SHIFT);
	end = entry + size / TYPHOON_PAGE;
	for (; entry < end; entry++, pte += PTE_PFN(TYPHOON_PAGE))
		*entry = cpu_to_le64(pte);
	return DOMAIN_DONE;
}

static bool typhoon_fault(struct dma_domain *domain, struct domain_fault *fault)
{
	static const char *const names[] = {
		"LOST", "SERR", "PERR", "DCRTO", "SGE", "APE", "TA", "RDPE", "NDS", "bit 9", "UECC", "CRE",
	};
	uint64_t error = typhoon_read(domain, PCHIP_PERROR);
	struct text text = { fault->text, sizeof(fault->text), 0, false };

	if (!(error & PERROR_BITS))
		return false;
	append(&text, "PERROR %016llx:", (unsigned long long)error);
	for (unsigned bit = 0; bit < 12; bit++)
		if (error >> bit & 1)
			append(&text, " %s", names[bit]);
	if (!(error & PERROR_INV))
		append(&text, " at %08x, command %x", PERROR_ADDR(error), PERROR_CMD(error));
	typhoon_write(domain, PCHIP_PERROR, error & PERROR_BITS);
	return true;
}

/* A window as its registers have it now. */
struct walked {
	uint64_t wsba, wsm, tba;
};

static bool claims(const struct walked *window, bus_addr address, unsigned number)
{
	if (!(window->wsba & WSBA_ENA))
		return false;
	if (number == 3 && window->wsba & WSBA3_DAC)
		return address.value >> 32 == DAC_BASE >> 32;
	return address.value < SAC_END && !((address.value ^ window->wsba) & WSBA_ADDR & ~window->wsm);
}

static bool found(struct domain_walk *walk, uint64_t memory)
{
	walk->memory.value = memory;
	walk->permission = DMA_DEVICE_BOTH;
	domain_step(walk, "memory %#llx, to read and write", (unsigned long long)memory);
	return true;
}

static bool walk_map(const struct walked *window, bus_addr address, struct domain_walk *walk)
{
	bool dual = window->wsba & WSBA3_DAC;
	uint64_t inside = dual ? SAC_END - 1 : window->wsm | (WINDOW_SMALLEST - 1);
	uint64_t bytes = typhoon_table_size(inside + 1);
	uint64_t at = (window->tba & -bytes) + ((address.value & inside) >> TYPHOON_PAGE_SHIFT << 3);
	uint64_t pte = le64_to_cpu(*(const volatile uint64_t *)arch_pointer((phys_addr) { at }));

	domain_step(walk, "entry of the scatter-gather map at %#llx: %016llx", (unsigned long long)at,
		    (unsigned long long)pte);
	if (!(pte & PTE_VALID))
		return domain_walk_ends(walk, "the entry is not valid");
	return found(walk, (pte >> 1 << TYPHOON_PAGE_SHIFT) | (address.value & (TYPHOON_PAGE - 1)));
}

static bool typhoon_walk(struct dma_domain *domain, bus_addr address, struct domain_walk *walk)
{
	uint64_t control = typhoon_read(domain, PCHIP_PCTL);

	if (control & PCTL_MWIN && address.value >> 40 == MONSTER_BASE >> 40) {
		domain_step(walk, "monster window: PCTL %012llx", (unsigned long long)control);
		return found(walk, address.value & (MONSTER_SIZE - 1));
	}
	if (control & PCTL_HOLE && address.value >= 0x80000 && address.value < 0x100000)
		return domain_walk_ends(walk, "PCTL has the hole from 512 KiB to 1 MiB");
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++) {
		struct walked window = { typhoon_read(domain, PCHIP_WSBA(n)), typhoon_read(domain, PCHIP_WSM(n)),
					 typhoon_read(domain, PCHIP_TBA(n)) };

		if (!claims(&window, address, n))
			continue;
		domain_step(walk, "window %u: WSBA %010llx WSM %08llx TBA %010llx, %s", n,
			    (unsigned long long)window.wsba, (unsigned long long)window.wsm,
			    (unsigned long long)window.tba, window.wsba & WSBA_SG ? "paged" : "direct");
		if (window.wsba & WSBA_SG)
			return walk_map(&window, address, walk);
		window.wsm |= WINDOW_SMALLEST - 1;
		return found(walk, (window.tba & ~window.wsm) | (address.value & window.wsm));
	}
	return domain_walk_ends(walk, "no window claims it");
}

static const struct domain_ops typhoon_ops = {
	.describe = typhoon_describe,
	.quiet = typhoon_quiet,
	.restore = typhoon_restore,
	.open_window = typhoon_open_window,
	.close_window = typhoon_close_window,
	.map = typhoon_map,
	.unmap = table_unmap,
	.invalidate = typhoon_invalidate,
	.walk = typhoon_walk,
	.fault = typhoon_fault,
	.table_size = typhoon_table_size,
};

/*
 * The windows busproof works with. Window 0 covers 8 to 16 MiB, where Linux and NetBSD have their ISA window: the same
 * numbers are RAM, which makes decoys. Window 2 is where Linux has its direct window.
 */
static const struct dma_window windows[] = {
	{ WINDOW_PAGED, { 0x00800000 }, 8ull << 20, { 0 }, { 0 } },
	{ WINDOW_PAGED, { 0x40000000 }, 512ull << 20, { 0 }, { 0 } },
	{ WINDOW_DIRECT, { 0x80000000 }, 2ull << 30, { 0 }, { 0 } },
	{ WINDOW_CLOSED, { 0 }, 0, { 0 }, { 0 } },
	{ WINDOW_MONSTER, { MONSTER_BASE }, MONSTER_SIZE, { 0 }, { 0 } },
};

static const struct domain_driver typhoon = {
	.compatible = "typhoon",
	.ops = &typhoon_ops,
	.page_shift = TYPHOON_PAGE_SHIFT,
	.can = DOMAIN_FAULT_RECORD | DOMAIN_DIRECT_WINDOWS | DOMAIN_MONSTER_WINDOW,
	.window_count = 5,
	.windows = windows,
	.paged_window = 1,
	.unclaimed = { 0x04000000 },
};
DOMAIN_DRIVER(typhoon);
