/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SMMUv3 as a domain: see smmuv3.h. All functions of its hosts have one context. A page of the domain is a frame,
 * which has several entries where pages of the SMMU are smaller.
 *
 * Source: IHI 0070, 3.21 (changes of tables), 4.4 (TLB invalidation), 7.3 (event records).
 */
#include "drivers/iommu/smmuv3.h"

#include "boot/byteorder.h"
#include "boot/fatal.h"
#include "boot/frames.h"
#include "boot/tap.h"
#include "drivers/iommu/table.h"
#include "drivers/iommu/window.h"
#include "drivers/pci/requester.h"

static struct domain_driver smmuv3;
static struct smmuv3 chips[DOMAINS];

static struct smmuv3 *chip_of(const struct dma_domain *domain)
{
	for (unsigned i = 0; i < DOMAINS; i++)
		if (chips[i].domain == domain || !chips[i].domain) {
			chips[i].domain = domain;
			chips[i].registers = domain->at->registers[0].start;
			return &chips[i];
		}
	fatal("more domains than a machine can have");
}

struct smmuv3 *smmuv3_of(const struct dma_domain *domain)
{
	return domain && domain->driver == &smmuv3 ? chip_of(domain) : NULL;
}

uint32_t smmuv3_stream(const struct pci_function *function)
{
	const struct platform_node *at = function->host->at;
	uint32_t requester = pci_requester(function);

	for (unsigned i = 0; i < at->stream_count; i++)
		if (requester - at->streams[i].requester < at->streams[i].count)
			return at->streams[i].stream + (requester - at->streams[i].requester);
	return requester;
}

/* The page of the tables: of one SMMU, or what all have to know where there are several. 0: not chosen yet. */
static unsigned page_of_all;

static unsigned shift_of(unsigned bytes)
{
	unsigned shift = 0;

	while (bytes >>= 1)
		shift++;
	return shift;
}

/* The unit of maps: a frame, of several pages, where they are smaller. */
static unsigned unit_of(unsigned page_shift)
{
	while (1ul << page_shift < FRAME_SIZE)
		page_shift++;
	return page_shift;
}

static bool smmuv3_usable(struct dma_domain *domain)
{
	struct smmuv3 *smmu = chip_of(domain);
	unsigned page = page_of_all ? page_of_all : shift_of(domain_chosen_page());
	const char *why = smmuv3_why_unusable(smmu, page);

	if (why) {
		tap_comment("smmuv3: it cannot be driven: %s", why);
		return false;
	}
	page_of_all = smmu->page_shift;
	smmuv3.page_shift = unit_of(smmu->page_shift);
	smmuv3.table_page = 1u << smmu->page_shift;
	return true;
}

static void smmuv3_restore(struct dma_domain *domain)
{
	smmuv3_stop(chip_of(domain));
}

static void smmuv3_describe(struct dma_domain *domain, struct text *text)
{
	const struct smmuv3 *smmu = chip_of(domain);

	append(text, "IDR0 %08x IDR1 %08x IDR5 %08x CR0 %08x GBPA %08x STRTAB_BASE %016llx",
	       smmuv3_read(smmu, SMMU_IDR0), smmuv3_read(smmu, SMMU_IDR1), smmuv3_read(smmu, SMMU_IDR5),
	       smmuv3_read(smmu, SMMU_CR0), smmuv3_read(smmu, SMMU_GBPA),
	       (unsigned long long)mmio_read64_le((phys_addr) { smmu->registers.value + SMMU_STRTAB_BASE }));
}

static enum domain_status forget_context(struct smmuv3 *smmu)
{
	static const struct smmuv3_command all = { { CMD_TLBI_NH_ASID | COMMAND_ASID(SMMU_ASID), 0 } };

	return smmuv3_send(smmu, &all, 1);
}

static enum domain_status smmuv3_invalidate(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	struct smmuv3 *smmu = chip_of(domain);
	uint64_t pages = window_pages_touched(start.value, size, smmu->page_shift);
	struct smmuv3_command commands[SMMU_COMMANDS];
	unsigned count = 0;

	if (pages > SMMU_COMMANDS)
		return forget_context(smmu);
	for (uint64_t page = start.value & -(1ull << smmu->page_shift); count < pages; page += 1ull << smmu->page_shift)
		commands[count++] = (struct smmuv3_command) {
			{ CMD_TLBI_NH_VA | COMMAND_ASID(SMMU_ASID), page | COMMAND_LEAF },
		};
	return smmuv3_send(smmu, commands, count);
}

static void smmuv3_close_window(struct dma_domain *domain, unsigned number)
{
	struct smmuv3 *smmu = chip_of(domain);

	if (domain->windows[number].kind == WINDOW_CLOSED)
		return;
	smmuv3_window_clear(smmu, &domain->windows[number]);
	forget_context(smmu);
}

/* One that is open is closed first, as a valid entry of a table may not become another one at once. */
static bool smmuv3_open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	struct smmuv3 *smmu = chip_of(domain);

	if (!smmu->up)
		return false;
	smmuv3_close_window(domain, number);
	domain->windows[number] = (struct dma_window) { .kind = WINDOW_CLOSED };
	return smmuv3_window_set(smmu, window) && forget_context(smmu) == DOMAIN_DONE;
}

/* Entries that lead elsewhere go first, and are forgotten. */
static enum domain_status smmuv3_map(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
				     enum dma_direction permission)
{
	const struct dma_window *window = domain_paged_window(domain, start, size);
	struct smmuv3 *smmu = chip_of(domain);
	enum domain_status status = DOMAIN_DONE;
	uint64_t *entry, count = size >> smmu->page_shift, index;

	if (!window)
		return DOMAIN_NO_APERTURE;
	if (memory.value > (1ull << smmu->address_bits) - size)
		return DOMAIN_NO_REACH;
	index = window_page(window, start, smmu->page_shift);
	if (!table_absent(window, index, count)) {
		table_clear(window, index, count);
		status = smmuv3_invalidate(domain, start, size);
	}
	entry = (uint64_t *)arch_pointer(window->table) + index;
	for (uint64_t i = 0; status == DOMAIN_DONE && i < count; i++)
		entry[i] = cpu_to_le64(
			smmuv3_page((phys_addr) { memory.value + (i << smmu->page_shift) }, permission));
	return status;
}

static enum domain_status smmuv3_unmap(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	const struct dma_window *window = domain_paged_window(domain, start, size);
	unsigned shift = chip_of(domain)->page_shift;

	if (!window)
		return DOMAIN_NO_APERTURE;
	table_clear(window, window_page(window, start, shift), size >> shift);
	return DOMAIN_DONE;
}

/* The first time it is brought up, which takes memory. */
static void smmuv3_quiet(struct dma_domain *domain)
{
	struct smmuv3 *smmu = chip_of(domain);

	if (!smmu->up && !smmuv3_start(smmu))
		tap_comment("smmuv3: it cannot be brought up");
	for (unsigned n = 0; n < domain->driver->window_count; n++)
		domain_close_window(domain, n);
	smmuv3_drain(smmu);
	smmu->faults.count = 0;
}

static const char *event_name(unsigned id)
{
	static const struct { unsigned id; const char *name; } names[] = {
		{ C_BAD_STREAMID, "C_BAD_STREAMID" }, { C_BAD_STE, "C_BAD_STE" }, { C_BAD_CD, "C_BAD_CD" },
		{ F_TRANSLATION, "F_TRANSLATION" }, { F_ADDR_SIZE, "F_ADDR_SIZE" }, { F_ACCESS, "F_ACCESS" },
		{ F_PERMISSION, "F_PERMISSION" },
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].id == id)
			return names[i].name;
	return "another";
}

static bool smmuv3_fault(struct dma_domain *domain, struct domain_fault *fault)
{
	struct smmuv3 *smmu = chip_of(domain);
	const struct smmuv3_event *first = &smmu->faults.first;
	struct text text = { fault->text, sizeof(fault->text), 0, false };

	smmuv3_drain(smmu);
	if (!smmu->faults.count)
		return false;
	append(&text, "%llu events%s, the first: %#x (%s), stream %#x, %s, class %u, address %#llx",
	       (unsigned long long)smmu->faults.count, smmu->faults.lost ? " and more" : "", EVENT_ID(first),
	       event_name(EVENT_ID(first)), EVENT_STREAM(first), EVENT_READ(first) ? "read" : "write",
	       EVENT_CLASS(first), (unsigned long long)EVENT_ADDRESS(first));
	smmu->faults.count = 0;
	smmu->faults.lost = false;
	return true;
}

/* Before a chip was asked, nobody has a window. */
static uint64_t smmuv3_table_size(uint64_t size)
{
	return smmuv3_window_table(&(struct smmuv3) { .page_shift = page_of_all }, size);
}

static const struct domain_ops smmuv3_ops = {
	.usable = smmuv3_usable,
	.describe = smmuv3_describe,
	.quiet = smmuv3_quiet,
	.restore = smmuv3_restore,
	.open_window = smmuv3_open_window,
	.close_window = smmuv3_close_window,
	.map = smmuv3_map,
	.unmap = smmuv3_unmap,
	.invalidate = smmuv3_invalidate,
	.walk = smmuv3_walk,
	.fault = smmuv3_fault,
	.table_size = smmuv3_table_size,
};

/* Below 4 GiB for devices with 32 bits. The first has the numbers of the second GiB, where virt's memory is. */
static const struct dma_window windows[] = {
	{ WINDOW_PAGED, { 0x40000000 }, 1ull << 30, { 0 }, { 0 } },
	{ WINDOW_DIRECT, { 0x80000000 }, 1ull << 30, { 0x40000000 }, { 0 } },
};

/* Its page is the chip's choice. */
static struct domain_driver smmuv3 = {
	.compatible = "arm,smmu-v3",
	.ops = &smmuv3_ops,
	.can = DOMAIN_WRITE_PROTECTION | DOMAIN_FAULT_RECORD | DOMAIN_DIRECT_WINDOWS | DOMAIN_MESSAGES,
	.window_count = 2,
	.windows = windows,
	.paged_window = 0,
	.unclaimed = { 0x0f000000 },		/* nothing of virt's is there, and its BARs begin behind it */
};
DOMAIN_DRIVER(smmuv3);
