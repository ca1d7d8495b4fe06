/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Follows one bus address through what an SMMUv3 reads in memory: stream, context, the levels of the page table. It
 * believes the tables and not the driver, so that it says what is there. See smmuv3.h.
 *
 * Source: IHI 0070, 5.2 (STE), 5.4 (CD); Arm Architecture Reference Manual (DDI 0487), D8.2 and D8.3.
 */
#include "boot/byteorder.h"
#include "drivers/iommu/smmuv3.h"
#include "drivers/pci/requester.h"

#define STE_VALID	1ull
#define STE_CONFIG(w)	((unsigned)((w) >> 1) & 7)
#define   CONFIG_STAGE1	5u
#define STE_CONTEXT	0x000fffffffffffc0ull
#define CD_VALID	(1ull << 31)
#define CD_BITS(w)	(64 - (unsigned)((w) & 0x3f))
#define CD_GRANULE(w)	((unsigned)((w) >> 6) & 3)
#define CD_TABLE	0x000ffffffffffff0ull
#define ENTRY_VALID	1ull
#define ENTRY_TABLE	2ull
#define ENTRY_ADDRESS	0x0000fffffffff000ull

static uint64_t load(uint64_t address)
{
	return le64_to_cpu(*(const volatile uint64_t *)arch_pointer((phys_addr) { address }));
}

/* All functions have the context of the first that is there. */
static const struct pci_function *first_endpoint(const struct dma_domain *domain)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_get(i)->domain == domain && pci_is_requester(pci_get(i)))
			return pci_get(i);
	return NULL;
}

static bool walk_stream(const struct smmuv3 *smmu, const struct dma_domain *domain, struct domain_walk *walk,
			uint64_t *context)
{
	const struct pci_function *function = first_endpoint(domain);
	const uint64_t *entry = function ? smmuv3_stream_entry(smmu, smmuv3_stream(function)) : NULL;
	uint64_t word;

	if (!entry)
		return domain_walk_ends(walk, "no function is behind it");
	word = le64_to_cpu(entry[0]);
	domain_step(walk, "stream %#x: entry at %#llx: %016llx", smmuv3_stream(function),
		    (unsigned long long)arch_physical(entry).value, (unsigned long long)word);
	*context = word & STE_CONTEXT;
	if (!(word & STE_VALID))
		return domain_walk_ends(walk, "the stream's entry is not valid");
	if (STE_CONFIG(word) != CONFIG_STAGE1)
		return domain_walk_ends(walk, "the stream does not go through stage 1 alone");
	return true;
}

static bool found(struct domain_walk *walk, uint64_t entry, uint64_t address, unsigned shift)
{
	uint64_t inside = (1ull << shift) - 1;

	walk->memory.value = (entry & ENTRY_ADDRESS & ~inside) | (address & inside);
	walk->permission = entry & LEAF_READ_ONLY ? DMA_DEVICE_READS : DMA_DEVICE_BOTH;
	if (!(entry & LEAF_ACCESSED))
		return domain_walk_ends(walk, "the entry has no access flag");
	domain_step(walk, "memory %#llx, to read%s", (unsigned long long)walk->memory.value,
		    entry & LEAF_READ_ONLY ? " alone" : " and write");
	return true;
}

/* From the top to the page, or to a block above it. */
static bool walk_levels(struct domain_walk *walk, uint64_t table, uint64_t address, unsigned page, unsigned bits)
{
	unsigned index_bits = page - 3, shift = page;

	while (shift + index_bits < bits)
		shift += index_bits;
	for (;; shift -= index_bits) {
		unsigned left = bits - shift < index_bits ? bits - shift : index_bits;
		uint64_t at = table + (address >> shift & ((1ull << left) - 1)) * 8;
		uint64_t entry = load(at);

		domain_step(walk, "entry for %llu KiB at %#llx: %016llx", (1ull << shift) / 1024,
			    (unsigned long long)at, (unsigned long long)entry);
		if (!(entry & ENTRY_VALID) || (shift == page && !(entry & ENTRY_TABLE)))
			return domain_walk_ends(walk, "the entry is not valid");
		if (shift == page || !(entry & ENTRY_TABLE))
			return found(walk, entry, address, shift);
		table = entry & ENTRY_ADDRESS & -(1ull << page);
		bits = shift;
	}
}

bool smmuv3_walk(struct dma_domain *domain, bus_addr address, struct domain_walk *walk)
{
	static const unsigned pages[] = { 12, 16, 14, 12 };
	const struct smmuv3 *smmu = smmuv3_of(domain);
	uint64_t context = 0, word, table;

	if (!smmu || !smmu->up || !(smmuv3_read(smmu, SMMU_CR0) & CR0_SMMUEN))
		return domain_walk_ends(walk, "it does not translate");
	if (!walk_stream(smmu, domain, walk, &context))
		return false;
	word = load(context);
	table = load(context + 8) & CD_TABLE;
	domain_step(walk, "context at %#llx: %016llx, tables at %#llx for %u bits", (unsigned long long)context,
		    (unsigned long long)word, (unsigned long long)table, CD_BITS(word));
	if (!(word & CD_VALID))
		return domain_walk_ends(walk, "the context is not valid");
	if (CD_BITS(word) < 64 && address.value >> CD_BITS(word))
		return domain_walk_ends(walk, "the address has more bits than the context's tables");
	return walk_levels(walk, table, address.value, pages[CD_GRANULE(word)], CD_BITS(word));
}
