/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an SMMUv3 reads in memory to translate: the stream table, one context, and its page table. See smmuv3.h. The
 * stream table is linear, with a first level beside it that nobody reads at first; where that would be large, there are
 * two levels, and of the second one only the pieces that functions are in.
 *
 * The last level of a window is the window's own table, one entry after the other. Above it is one flat directory of
 * all bus addresses, which is several tables in a row where the level has more than one; a root leads to those. An
 * entry of the directory leads to a part of a window's table, or is a block of a direct window.
 *
 * Source: IHI 0070, 5.2 (STE), 5.4 (CD); Arm Architecture Reference Manual (DDI 0487), D8.3 (descriptors).
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/iommu/smmuv3.h"
#include "drivers/iommu/window.h"
#include "drivers/pci/requester.h"

#define STE_WORDS	8u
#define STE_V		1ull
#define   STE_STAGE1	(5ull << 1)		/* stage 1 translates, stage 2 passes */
#define   STE_CACHED	(1ull << 2 | 1ull << 4 | 3ull << 6)	/* second word: how the context is read */
#define   STE_NO_STALLS	(1ull << 27)
#define   STE_SHARE_IN	(1ull << 44)		/* shareability as the access has it */

#define CD_T0SZ(bits)	(64ull - (bits))
#define CD_TG0(shift)	((shift) == 12 ? 0ull : (shift) == 16 ? 1ull << 6 : 2ull << 6)
#define CD_CACHED	(1ull << 8 | 1ull << 10 | 3ull << 12)	/* how tables are read */
#define CD_NO_TTB1	(1ull << 30)
#define CD_V		(1ull << 31)
#define CD_IPS(code)	((uint64_t)(code) << 32)
#define CD_AA64		(1ull << 41)
#define CD_STALL	(1ull << 44)
#define CD_RECORD	(1ull << 45)
#define CD_ABORT	(1ull << 46)
#define CD_ASET		(1ull << 47)		/* CPUs' broadcasts do not mean our ASID */
#define CD_ASID(id)	((uint64_t)(id) << 48)
#define CD_MAIR		0x04ffull		/* 0: memory, write back; 1: device */
#define PAGE_ADDRESS	0x0000fffffffff000ull	/* of an entry of a page table */
#define ROOT_OFFSET	4096u			/* from the context descriptor on */

#define LINEAR_BITS	10u			/* streams that a linear table has at most: it takes 64 KiB */
#define STREAMS_OF_PIECE	(1u << SMMU_SPLIT)
#define PIECE_BYTES	(STREAMS_OF_PIECE * STE_WORDS * 8ull)

static unsigned index_bits(const struct smmuv3 *smmu)
{
	return smmu->page_shift - 3;
}

/* Bits of the addresses that one table of the last level has. */
static unsigned reach(const struct smmuv3 *smmu)
{
	return smmu->page_shift + index_bits(smmu);
}

static uint64_t directory_entries(const struct smmuv3 *smmu)
{
	return 1ull << (SMMU_INPUT_BITS - reach(smmu));
}

static uint64_t *directory(const struct smmuv3 *smmu)
{
	return arch_pointer(smmu->directory.start);
}

/* ---- Streams ---- */

static bool is_endpoint(const struct smmuv3 *smmu, const struct pci_function *function)
{
	return function->domain == smmu->domain && pci_is_requester(function);
}

/* By way of the first level, which a sparse table has alone. NULL: its piece is not there. */
static uint64_t *entry_at(const struct smmuv3 *smmu, uint32_t stream)
{
	uint64_t piece = le64_to_cpu(*smmuv3_level1_entry(smmu, stream)) & BASE_ADDRESS;

	if (!smmu->sparse)
		return (uint64_t *)arch_pointer(smmu->streams.start) + STE_WORDS * (size_t)stream;
	if (!piece)
		return NULL;
	return (uint64_t *)arch_pointer((phys_addr) { piece }) + STE_WORDS * (stream & (STREAMS_OF_PIECE - 1));
}

uint64_t *smmuv3_stream_entry(const struct smmuv3 *smmu, uint32_t stream)
{
	return stream >> smmu->stream_bits ? NULL : entry_at(smmu, stream);
}

unsigned smmuv3_level1_bits(const struct smmuv3 *smmu)
{
	return smmu->stream_bits < SMMU_SPLIT ? SMMU_SPLIT : smmu->stream_bits;
}

uint64_t *smmuv3_level1_entry(const struct smmuv3 *smmu, uint32_t stream)
{
	return (uint64_t *)arch_pointer(smmu->level1.start) + (stream >> SMMU_SPLIT);
}

/* Has the first level lead to the piece of that number. How many entries a piece has stands beside its address: log2
 * and 1 more (5.1). */
static void lead_to_piece(const struct smmuv3 *smmu, uint32_t stream, unsigned piece)
{
	uint64_t span = (smmu->stream_bits < SMMU_SPLIT ? smmu->stream_bits : SMMU_SPLIT) + 1;

	*smmuv3_level1_entry(smmu, stream) = cpu_to_le64((smmu->streams.start.value + piece * PIECE_BYTES) | span);
}

/* All pieces of a linear table. */
static void fill_level1(const struct smmuv3 *smmu)
{
	for (unsigned piece = 0; piece < 1u << (smmuv3_level1_bits(smmu) - SMMU_SPLIT); piece++)
		lead_to_piece(smmu, piece << SMMU_SPLIT, piece);
}

/* Is this the first function whose stream is in its piece? */
static bool begins_piece(const struct smmuv3 *smmu, unsigned number)
{
	uint32_t piece = smmuv3_stream(pci_get(number)) >> SMMU_SPLIT;

	for (unsigned i = 0; i < number; i++)
		if (is_endpoint(smmu, pci_get(i)) && smmuv3_stream(pci_get(i)) >> SMMU_SPLIT == piece)
			return false;
	return true;
}

/* Pieces that functions are in; with lead the first level is told of them. */
static unsigned count_pieces(const struct smmuv3 *smmu, bool lead)
{
	unsigned count = 0;

	for (unsigned i = 0; i < pci_count(); i++)
		if (is_endpoint(smmu, pci_get(i)) && begins_piece(smmu, i)) {
			if (lead)
				lead_to_piece(smmu, smmuv3_stream(pci_get(i)), count);
			count++;
		}
	return count;
}

static unsigned bits_of_streams(const struct smmuv3 *smmu)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < pci_count(); i++)
		while (is_endpoint(smmu, pci_get(i)) && smmuv3_stream(pci_get(i)) >> bits)
			bits++;
	return bits;
}

static void fill_stream(const struct smmuv3 *smmu, uint64_t *entry)
{
	bool may_stall = IDR0_STALL_MODEL(smmuv3_read(smmu, SMMU_IDR0)) == 0;

	entry[0] = cpu_to_le64(STE_V | STE_STAGE1 | smmu->context.start.value);
	entry[1] = cpu_to_le64(STE_CACHED | STE_SHARE_IN | (may_stall ? STE_NO_STALLS : 0));
}

/* ---- The context ---- */

void smmuv3_fill_context(const struct smmuv3 *smmu, uint64_t *context, unsigned page_shift, unsigned input_bits,
			 phys_addr root)
{
	unsigned oas = IDR5_OAS(smmuv3_read(smmu, SMMU_IDR5));
	bool must_stall = IDR0_STALL_MODEL(smmuv3_read(smmu, SMMU_IDR0)) == 2;

	context[0] = cpu_to_le64(CD_T0SZ(input_bits) | CD_TG0(page_shift) | CD_CACHED | CD_NO_TTB1 | CD_V |
				 CD_IPS(oas > 5 ? 5 : oas) | CD_AA64 | (must_stall ? CD_STALL : 0) | CD_RECORD |
				 CD_ABORT | CD_ASET | CD_ASID(SMMU_ASID));
	context[1] = cpu_to_le64(root.value);
	context[3] = cpu_to_le64(CD_MAIR);
}

/* That of all streams, and the root where the directory is several tables. */
static void make_context(const struct smmuv3 *smmu)
{
	uint64_t *context = arch_pointer(smmu->context.start), *root = context + ROOT_OFFSET / 8;
	uint64_t tables = directory_entries(smmu) >> index_bits(smmu);
	phys_addr top = smmu->directory.start;

	for (uint64_t i = 0; tables > 1 && i < tables; i++)
		root[i] = cpu_to_le64((smmu->directory.start.value + (i << smmu->page_shift)) | NEXT_TABLE);
	if (tables > 1)
		top.value = smmu->context.start.value + ROOT_OFFSET;
	smmuv3_fill_context(smmu, context, smmu->page_shift, SMMU_INPUT_BITS, top);
}

uint64_t smmuv3_page(phys_addr memory, enum dma_direction permission)
{
	uint64_t kind = permission & DMA_TO_BAR ? LEAF_DEVICE : LEAF_MEMORY | LEAF_SHAREABLE;

	return memory.value | LEAF_PAGE | kind | LEAF_UNPRIVILEGED | LEAF_ACCESSED | LEAF_OWN_ASID | LEAF_NO_EXECUTE |
	       (permission & DMA_DEVICE_WRITES ? 0 : LEAF_READ_ONLY);
}

/* Where messages of a host go leads there itself: a message passes the SMMU as any other write does. */
static void lead_messages(const struct smmuv3 *smmu, const struct platform_node *port, unsigned number)
{
	phys_addr start = port->messages_at;
	phys_addr table = { smmu->messages.start.value + ((uint64_t)number << smmu->page_shift) };
	uint64_t index = (start.value >> smmu->page_shift) & ((1u << index_bits(smmu)) - 1);

	if (!start.value || start.value >> SMMU_INPUT_BITS)
		return;
	((uint64_t *)arch_pointer(table))[index] =
		cpu_to_le64(smmuv3_page((phys_addr) { start.value & -(1ull << smmu->page_shift) },
					DMA_DEVICE_BOTH | DMA_TO_BAR));
	directory(smmu)[start.value >> reach(smmu)] = cpu_to_le64(table.value | NEXT_TABLE);
}

uint64_t *smmuv3_page_entry(const struct smmuv3 *smmu, bus_addr address)
{
	uint64_t index = (address.value >> smmu->page_shift) & ((1u << index_bits(smmu)) - 1);
	uint64_t above = address.value >> SMMU_INPUT_BITS ? 0 :
			 le64_to_cpu(directory(smmu)[address.value >> reach(smmu)]);

	if ((above & NEXT_TABLE) != NEXT_TABLE)
		return NULL;
	return (uint64_t *)arch_pointer((phys_addr) { above & PAGE_ADDRESS & -(1ull << smmu->page_shift) }) + index;
}

static void lead_all_messages(const struct smmuv3 *smmu)
{
	struct host_bridge *host;

	for (unsigned i = 0; (host = host_get(i)) != NULL; i++)
		if (host->domain == smmu->domain && host->at->messages)
			lead_messages(smmu, host->at->messages, i);
}

/* Most numbers of a wide table belong to nobody, and a table of two levels leaves them out. */
static bool take_streams(struct smmuv3 *smmu)
{
	smmu->stream_bits = bits_of_streams(smmu);
	if (smmu->stream_bits > IDR1_SIDSIZE(smmuv3_read(smmu, SMMU_IDR1)))
		return false;
	smmu->sparse = smmu->stream_bits > LINEAR_BITS && IDR0_ST_LEVEL(smmuv3_read(smmu, SMMU_IDR0)) != 0;
	return smmuv3_take(&smmu->streams, smmu->sparse ? count_pieces(smmu, false) * PIECE_BYTES :
			   (uint64_t)STE_WORDS * 8 << smmu->stream_bits);
}

bool smmuv3_tables_make(struct smmuv3 *smmu)
{
	if (!take_streams(smmu) ||
	    !smmuv3_take(&smmu->level1, 8ull << (smmuv3_level1_bits(smmu) - SMMU_SPLIT)) ||
	    !smmuv3_take(&smmu->context, 2 * ROOT_OFFSET) ||
	    !smmuv3_take(&smmu->directory, directory_entries(smmu) * 8) ||
	    !smmuv3_take(&smmu->messages, (uint64_t)HOST_BRIDGES << smmu->page_shift))
		return false;
	lead_all_messages(smmu);
	if (smmu->sparse)
		count_pieces(smmu, true);
	else
		fill_level1(smmu);
	make_context(smmu);
	for (unsigned i = 0; i < pci_count(); i++) {
		uint64_t *entry = is_endpoint(smmu, pci_get(i)) ? entry_at(smmu, smmuv3_stream(pci_get(i))) : NULL;

		if (entry)
			fill_stream(smmu, entry);
	}
	return true;
}

void smmuv3_tables_give(struct smmuv3 *smmu)
{
	smmuv3_give(&smmu->streams);
	smmuv3_give(&smmu->level1);
	smmuv3_give(&smmu->context);
	smmuv3_give(&smmu->directory);
	smmuv3_give(&smmu->messages);
}

/* ---- Windows ---- */

uint64_t smmuv3_window_table(const struct smmuv3 *smmu, uint64_t size)
{
	uint64_t least = 1ull << smmu->page_shift, bytes = size >> smmu->page_shift << 3;

	return bytes < least ? least : bytes;
}

/* Whole entries of the directory, of which a small paged window has one, from its first page on. */
static uint64_t entries_of(const struct smmuv3 *smmu, const struct dma_window *window)
{
	uint64_t entries = window->size >> reach(smmu);

	return entries ? entries : 1;
}

static bool fits(const struct smmuv3 *smmu, const struct dma_window *window)
{
	uint64_t whole = 1ull << reach(smmu), end = 1ull << SMMU_INPUT_BITS;

	if (window->kind != WINDOW_PAGED && window->kind != WINDOW_DIRECT)
		return false;
	if (!window_legal(window, 1ull << smmu->page_shift) || window->size > end ||
	    window->base.value > end - window->size || window->base.value % whole != 0)
		return false;
	if (window->kind == WINDOW_PAGED)
		return window->table.value % (1ull << smmu->page_shift) == 0;
	return window->size % whole == 0 && window->target.value <= (1ull << smmu->address_bits) - window->size;
}

bool smmuv3_window_set(struct smmuv3 *smmu, const struct dma_window *window)
{
	uint64_t first = window->base.value >> reach(smmu);
	uint64_t leaf = smmuv3_page((phys_addr) { 0 }, DMA_DEVICE_BOTH) - LEAF_PAGE + LEAF_BLOCK;

	if (!fits(smmu, window))
		return false;
	for (uint64_t i = 0; i < entries_of(smmu, window); i++)
		if (directory(smmu)[first + i])
			return false;
	for (uint64_t i = 0; i < entries_of(smmu, window); i++)
		directory(smmu)[first + i] = cpu_to_le64(
			window->kind == WINDOW_PAGED ? (window->table.value + (i << smmu->page_shift)) | NEXT_TABLE :
			(window->target.value + (i << reach(smmu))) | leaf);
	return true;
}

void smmuv3_window_clear(struct smmuv3 *smmu, const struct dma_window *window)
{
	uint64_t first = window->base.value >> reach(smmu);

	for (uint64_t i = 0; i < entries_of(smmu, window); i++)
		directory(smmu)[first + i] = 0;
}
