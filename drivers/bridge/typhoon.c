/*
 * The Pchip of the 21272 "Tsunami/Typhoon" chipset: host bridge of DP264-class Alphas, one per hose.
 *
 * Owns the four DMA windows, the monster window, the scatter-gather map and the error register. Enumeration is
 * drivers/pci's; which window a buffer goes through is drivers/dma's.
 *
 * Source: 21272 Chipset Hardware Reference Manual (DS-0025A-TE).
 */
#include "drivers/bridge/bridge.h"

#include "boot/byteorder.h"
#include "drivers/dma/window.h"

#define PCHIP_WSBA(n)		(0x000 + 0x40 * (n))	/* window space base, n = 0..3 */
#define   WSBA_ENA		0x00000001ull		/*   the window answers */
#define   WSBA_SG		0x00000002ull		/*   pages are looked up in the scatter-gather map */
#define   WSBA_ADDR		0xfff00000ull		/*   base, in units of 1 MiB */
#define   WSBA3_DAC		0x8000000000ull		/*   window 3 only: claims dual-address cycles instead */
#define PCHIP_WSM(n)		(0x100 + 0x40 * (n))	/* window space mask: the address bits inside the window */
#define   WSM_MASK		0x7ff00000ull		/*   in units of 1 MiB; at most 2 GiB */
#define PCHIP_TBA(n)		(0x200 + 0x40 * (n))	/* where the window leads, or its page table */
#define   TBA_ADDR		0x7fffffc00ull		/*   physical <34:10> */
#define PCHIP_PCTL		0x300			/* control */
#define   PCTL_HOLE		0x20ull			/*   512 KiB to 1 MiB is nobody's */
#define   PCTL_MWIN		0x40ull			/*   monster window */
#define   PCTL_PTEVRFY		0x100000000000ull	/*   a page table entry is verified before data is fetched */
#define PCHIP_PERROR		0x3c0			/* first error, frozen until cleared */
#define   PERROR_BITS		0xfffull		/*   what happened; write one to clear */
#define   PERROR_LOST		0x001ull		/*   more happened since */
#define   PERROR_ADDR(v)	((uint32_t)((v) >> 16) & ~3u)	/*   PCI address <31:2>, in PERROR<47:18> */
#define   PERROR_INV		0x8000000000000ull	/*   the address is not valid */
#define   PERROR_CMD(v)		((unsigned)((v) >> 52) & 0xf)	/*   PCI command */
#define PCHIP_PERRMASK		0x400			/* which errors are recorded; 0 after reset: none */
#define   PERRMASK_DMA		0x0cffull		/*   all but bit 9 (reserved) and NDS, which probing would set */
#define PCHIP_TLBIV		0x480			/* write: forget the entries of 64 KiB */
#define   TLBIV_ADDR(a)		(((a) & 0xffff0000ull) >> 12)	/*   PCI <31:16> in <19:4> */
#define PCHIP_TLBIA		0x4c0			/* write: forget all cached entries */

/* PCI addresses whose bit 40 alone is set of <63:40> are monster window; <39:35> are ignored: 32 GiB. */
#define MONSTER_BASE		0x10000000000ull
#define MONSTER_SIZE		(1ull << 35)

/* Scatter-gather map entry: 8 bytes a page of 8 KiB, little-endian. */
#define PTE_VALID		0x1ull
#define PTE_PFN(pa)		((pa) >> 13 << 1)

#define DRIR_ISA		55		/* the Cchip's request bit of the ISA interrupt controller; PCI has those below */

#define WINDOW_MONSTER_NUMBER	4	/* our number for it, behind the chip's own 0 to 3 */
#define SAC_END			(1ull << 32)	/* of single-address cycles */
#define TBA_END			(1ull << 35)	/* of what TBA can say */
#define WINDOW_LARGEST		(2ull << 30)
#define WINDOW_SMALLEST		(1ull << 20)
#define PAGE_SHIFT		13

static phys_addr at(const struct host_bridge *bridge, unsigned reg)
{
	return (phys_addr) { bridge->at->registers.value + reg };
}

static uint64_t read(const struct host_bridge *bridge, unsigned reg)
{
	return mmio_read64_le(at(bridge, reg));
}

static void write(const struct host_bridge *bridge, unsigned reg, uint64_t value)
{
	mmio_write64_le(at(bridge, reg), value);
}

static void describe(struct host_bridge *bridge, struct text *text)
{
	for (unsigned n = 0; n < 4; n++)
		append(text, "WSBA%u %010llx WSM%u %08llx TBA%u %010llx ",
		       n, (unsigned long long)read(bridge, PCHIP_WSBA(n)), n,
		       (unsigned long long)read(bridge, PCHIP_WSM(n)), n,
		       (unsigned long long)read(bridge, PCHIP_TBA(n)));
	append(text, "PCTL %012llx PERROR %016llx PERRMASK %03llx",
	       (unsigned long long)read(bridge, PCHIP_PCTL), (unsigned long long)read(bridge, PCHIP_PERROR),
	       (unsigned long long)read(bridge, PCHIP_PERRMASK));
}

/* Only these three bits are ours: the rest of PCTL is the board's tuning, done by its firmware. */
static void set_control(struct host_bridge *bridge, uint64_t set, uint64_t clear)
{
	write(bridge, PCHIP_PCTL, (read(bridge, PCHIP_PCTL) | set) & ~clear);
	/* The windows blink off while the clock domains agree; the read back waits for that. */
	read(bridge, PCHIP_PCTL);
}

static void invalidate(struct host_bridge *bridge, bus_addr start, uint64_t size)
{
	/* The stores to the map must be in memory before the Pchip may fetch them again. */
	barrier_full();
	if (size <= 0x10000 && (start.value & 0xffff0000) == ((start.value + size - 1) & 0xffff0000))
		write(bridge, PCHIP_TLBIV, TLBIV_ADDR(start.value));
	else
		write(bridge, PCHIP_TLBIA, 0);
	/* Reading any register of the chip forces the write out before we go on. */
	read(bridge, PCHIP_PCTL);
}

static void close_window(struct host_bridge *bridge, unsigned number)
{
	if (number == WINDOW_MONSTER_NUMBER) {
		set_control(bridge, 0, PCTL_MWIN);
		return;
	}
	write(bridge, PCHIP_WSBA(number), 0);
	read(bridge, PCHIP_WSBA(number));
	invalidate(bridge, (bus_addr) { 0 }, 1ull << 32);
}

static void quiet(struct host_bridge *bridge)
{
	for (unsigned n = 0; n < 4; n++)
		write(bridge, PCHIP_WSBA(n), 0);
	set_control(bridge, PCTL_PTEVRFY, PCTL_HOLE | PCTL_MWIN);
	invalidate(bridge, (bus_addr) { 0 }, 1ull << 32);
	write(bridge, PCHIP_PERROR, PERROR_BITS);
	write(bridge, PCHIP_PERRMASK, PERRMASK_DMA);
}

static uint64_t table_size(uint64_t size)
{
	return (size >> PAGE_SHIFT) * 8;
}

static bool window_fits(unsigned number, const struct dma_window *window)
{
	bool paged = window->kind == WINDOW_PAGED;

	if (number >= 4 || window->size < WINDOW_SMALLEST || window->size > WINDOW_LARGEST)
		return false;
	if (!window_legal(window) || window->base.value > SAC_END - window->size)
		return false;
	if (paged ? window->table.value > TBA_END - table_size(window->size) : window->target.value > TBA_END - window->size)
		return false;
	/* The manual fixes WSBA3<SG> at one: window 3 cannot be direct. */
	if (number == 3 && !paged)
		return false;
	return !paged || window->table.value % table_size(window->size) == 0;
}

static bool open_monster(struct host_bridge *bridge, const struct dma_window *window)
{
	if (window->base.value != MONSTER_BASE || window->size != MONSTER_SIZE || window->target.value != 0)
		return false;
	set_control(bridge, PCTL_MWIN, 0);
	return true;
}

static bool open_window(struct host_bridge *bridge, unsigned number, const struct dma_window *window)
{
	bool paged = window->kind == WINDOW_PAGED;

	if (window->kind == WINDOW_MONSTER)
		return number == WINDOW_MONSTER_NUMBER && open_monster(bridge, window);
	if (!window_fits(number, window))
		return false;
	write(bridge, PCHIP_WSBA(number), 0);
	write(bridge, PCHIP_WSM(number), (window->size - 1) & WSM_MASK);
	write(bridge, PCHIP_TBA(number), (paged ? window->table.value : window->target.value) & TBA_ADDR);
	write(bridge, PCHIP_WSBA(number), (window->base.value & WSBA_ADDR) | (paged ? WSBA_SG : 0) | WSBA_ENA);
	read(bridge, PCHIP_WSBA(number));
	invalidate(bridge, window->base, window->size);
	return true;
}

/* The chip has no permission bit: what a device may read it may write. */
static void set_entries(const struct dma_window *window, uint64_t index, uint64_t count, phys_addr address,
			enum dma_direction permission)
{
	uint64_t *table = arch_pointer(window->table);
	uint64_t pte = PTE_PFN(address.value) | PTE_VALID;

	(void)permission;
	for (uint64_t i = index; i < index + count; i++, pte += PTE_PFN(FRAME_SIZE))
		table[i] = cpu_to_le64(pte);
}

static bool fault(struct host_bridge *bridge, struct bridge_fault *fault)
{
	static const char *const names[] = {
		"LOST", "SERR", "PERR", "DCRTO", "SGE", "APE", "TA", "RDPE", "NDS", "bit 9", "UECC", "CRE",
	};
	uint64_t error = read(bridge, PCHIP_PERROR);
	struct text text = { fault->text, sizeof(fault->text), 0, false };

	if (!(error & PERROR_BITS))
		return false;
	append(&text, "PERROR %016llx:", (unsigned long long)error);
	for (unsigned bit = 0; bit < 12; bit++)
		if (error >> bit & 1)
			append(&text, " %s", names[bit]);
	if (!(error & PERROR_INV))
		append(&text, " at %08x, command %x", PERROR_ADDR(error), PERROR_CMD(error));
	write(bridge, PCHIP_PERROR, error & PERROR_BITS);
	return true;
}

/* DP264 and clipper as QEMU wires them: Cchip DRIR bit (slot + 1) * 4 + pin. Real boards differ, and say so in the
 * configuration register INTERRUPT_LINE, which SRM fills with the DRIR bit. */
static int intx_line(struct host_bridge *bridge, unsigned above, unsigned slot, unsigned pin)
{
	(void)bridge;
	unsigned line = (slot + 1) * 4 + pin - 1;

	return above == 0 && line < DRIR_ISA ? (int)line : -1;
}

static const struct host_bridge_ops typhoon_ops = {
	.describe = describe,
	.quiet = quiet,
	.open_window = open_window,
	.close_window = close_window,
	.set_entries = set_entries,
	.invalidate = invalidate,
	.fault = fault,
	.table_size = table_size,
	.intx_line = intx_line,
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

static const struct host_bridge_driver typhoon = {
	.compatible = "typhoon",
	.ops = &typhoon_ops,
	.can = BRIDGE_FAULT_RECORD | BRIDGE_DIRECT_WINDOWS | BRIDGE_MONSTER_WINDOW,
	.window_count = 5,
	.io = { 0x9000, 0xffff },		/* above what ISA devices of these boards decode */
	.mem = { 0x10000000, 0x3fffffff },
	.windows = windows,
	.decoy_window = 0,
	.paged_window = 1,
	.unclaimed = { 0x04000000 },
};
BRIDGE_DRIVER(typhoon);
