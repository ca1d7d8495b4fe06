/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Streaming buffers of IOMMUs with a translation storage buffer: see tsb.h.
 *
 * What a device writes to a page with TTE_STREAM may stay in the buffer of its bus, and what it reads may have been
 * fetched before. A page is flushed by writing its bus address; that it has been is known when a synchronization that
 * was asked for afterwards has stored a word other than 0 at a block of 64 bytes, which is told as a physical address.
 * No buffer is looked into by its diagnostic registers: what it still holds would be lost by that (Linux,
 * psycho_common.c). Pages that may be in one are known by the table.
 *
 * How long it may take is not said: Linux gives it 100 ms, NetBSD and FreeBSD 500 ms. That a page flush also discards
 * what was fetched is NetBSD's and illumos' use of it ("invalidate"); no source says it of lines that are being filled.
 *
 * Source: Linux pci_psycho.c, psycho_common.c, iommu.c; NetBSD and FreeBSD iommu.c; illumos pci_sc.c.
 */
#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/print.h"
#include "drivers/iommu/tsb.h"
#include "drivers/iommu/window.h"

#define SYNC_LIMIT	MILLISECONDS(500)
#define SYNC_BLOCK	64

static volatile uint64_t sync_block[SYNC_BLOCK / 8] __attribute__((aligned(SYNC_BLOCK)));

static bool is_on(const struct dma_domain *domain, unsigned bus)
{
	return tsb_read(domain, STRBUF_CTL(bus)) & STRBUF_EN;
}

bool tsb_streaming(const struct dma_domain *domain)
{
	for (unsigned bus = 0; bus < tsb_chip(domain)->streams; bus++)
		if (is_on(domain, bus))
			return true;
	return false;
}

static bool sync_done(void)
{
	barrier_read();
	return sync_block[0] != 0;
}

/* Waits until all that was flushed before on this bus is in memory. */
static bool synchronize(const struct dma_domain *domain, unsigned bus)
{
	for (unsigned i = 0; i < SYNC_BLOCK / 8; i++)
		sync_block[i] = 0;
	barrier_full();
	tsb_write(domain, STRBUF_SYNC(bus), arch_physical((const void *)sync_block).value);
	tsb_read(domain, tsb_chip(domain)->write_sync);
	if (poll_until(sync_done(), SYNC_LIMIT))
		return true;
	print("# %s%u: streaming buffer %c has not said in %u ms that what was flushed is in memory\n",
	      domain->driver->compatible, domain->at->number, 'A' + (int)bus,
	      (unsigned)(SYNC_LIMIT / MILLISECONDS(1)));
	return false;
}

/* Flushes so many pages that are in the table, in each buffer that is on, and waits for it. */
static enum domain_status drain(const struct dma_domain *domain, const uint64_t *entry, uint64_t first, uint64_t count,
				unsigned shift)
{
	enum domain_status status = DOMAIN_DONE;

	for (unsigned bus = 0; bus < tsb_chip(domain)->streams; bus++) {
		if (!is_on(domain, bus))
			continue;
		for (uint64_t i = 0; i < count; i++)
			if (!entry || be64_to_cpu(entry[i]) & TTE_STREAM)
				tsb_write(domain, STRBUF_FLUSH(bus), first + (i << shift));
		if (!synchronize(domain, bus))
			status = DOMAIN_SILENT;
	}
	return status;
}

enum domain_status tsb_drain(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	uint64_t first = start.value & -TSB_PAGE;

	return drain(domain, NULL, first, (start.value + size - first + TSB_PAGE - 1) / TSB_PAGE, TSB_PAGE_SHIFT);
}

/* Of a table that does not translate nothing is in a buffer. */
enum domain_status tsb_drain_all(struct dma_domain *domain)
{
	uint64_t control, entries, table;
	unsigned shift;

	control = tsb_read(domain, IOMMU_CTL);
	if (!tsb_streaming(domain) || !(control & CTL_MMU_EN))
		return DOMAIN_DONE;
	table = tsb_read(domain, IOMMU_TSB) & TTE_PA;
	shift = control & CTL_TBW_SIZE ? 16 : TSB_PAGE_SHIFT;
	entries = 1024ull << ((control & CTL_TSB_SIZE) >> CTL_TSB_SIZE_SHIFT);
	return drain(domain, arch_pointer((phys_addr) { table }), SAC_END - (entries << shift), entries, shift);
}

/*
 * The buffers are one for all pages: when they go off, what they have of other pages is in memory, and those are
 * streamed no more. That one stays as it was is a refusal.
 */
enum domain_status tsb_stream(struct dma_domain *domain, bus_addr start, uint64_t size, bool on)
{
	const struct dma_window *window = domain_paged_window(domain, start, size);
	enum domain_status status;
	uint64_t *entry;

	if (!window)
		return DOMAIN_NO_APERTURE;
	entry = (uint64_t *)arch_pointer(window->table) + window_page(window, start, TSB_PAGE_SHIFT);
	for (uint64_t i = 0; i < window_pages_touched(start.value, size, TSB_PAGE_SHIFT); i++)
		entry[i] = (entry[i] & ~cpu_to_be64(TTE_STREAM)) | (on ? cpu_to_be64(TTE_STREAM) : 0);
	status = domain->driver->ops->invalidate(domain, start, size);
	if (!on && status == DOMAIN_DONE)
		status = tsb_drain_all(domain);
	for (unsigned bus = 0; bus < tsb_chip(domain)->streams; bus++)
		tsb_write(domain, STRBUF_CTL(bus),
			  (tsb_read(domain, STRBUF_CTL(bus)) & ~STRBUF_EN) | (on ? STRBUF_EN : 0));
	for (unsigned bus = 0; bus < tsb_chip(domain)->streams; bus++)
		if (is_on(domain, bus) != on)
			return DOMAIN_REFUSED;
	return status;
}
