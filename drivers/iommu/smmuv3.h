/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SMMUv3: Arm's System MMU, which a machine's description names as what translates for a host of PCI.
 *
 * smmuv3.c is its domain; smmuv3_start.c how it is brought up; smmuv3_table.c its stream table, the one context that
 * all streams of the host's functions have, and the page table of that; smmuv3_queues.c the commands that make it
 * forget, and the events that it records. Only stage 1 is used. Offsets are from its registers, all in the first two
 * pages of 64 KiB; all that it reads in memory is little-endian here.
 *
 * Source: Arm System Memory Management Unit Architecture Specification, SMMU version 3 (IHI 0070).
 */
#ifndef SMMUV3_H
#define SMMUV3_H

#include "drivers/iommu/domain.h"
#include "drivers/pci/pci.h"

#define SMMU_IDR0		0x00			/* what it has */
#define   IDR0_S1P		0x00000002u		/*   stage 1 */
#define   IDR0_TTF(v)		((v) >> 2 & 3)		/*   tables: bit 1 those of AArch64 */
#define   IDR0_COHACC		0x00000010u		/*   what it reads is what CPUs have in their caches */
#define   IDR0_TTENDIAN(v)	((v) >> 21 & 3)		/*   tables: 0 both orders, 2 little-endian, 3 big-endian */
#define   IDR0_STALL_MODEL(v)	((v) >> 24 & 3)		/*   0: accesses that fault can be stalled; 2: they must be */
#define   IDR0_ST_LEVEL(v)	((v) >> 27 & 3)		/*   1: also stream tables of two levels */
#define SMMU_IDR1		0x04
#define   IDR1_SIDSIZE(v)	((v) & 0x3f)		/*   bits of a StreamID */
#define   IDR1_EVENTQS(v)	((v) >> 16 & 0x1f)	/*   log2 of the most entries of a queue */
#define   IDR1_CMDQS(v)		((v) >> 21 & 0x1f)
#define   IDR1_PRESET		0x60000000u		/*   queues or tables are where they are */
#define SMMU_IDR5		0x14
#define   IDR5_OAS(v)		((v) & 7)		/*   size of physical addresses */
#define   IDR5_GRAN4K		0x10u
#define   IDR5_GRAN16K		0x20u
#define   IDR5_GRAN64K		0x40u
#define SMMU_CR0		0x20			/* control; CR0ACK follows it */
#define   CR0_SMMUEN		0x1u			/*   translate */
#define   CR0_EVENTQEN		0x4u
#define   CR0_CMDQEN		0x8u
#define SMMU_CR0ACK		0x24
#define SMMU_CR1		0x28			/* attributes of its own accesses */
#define   CR1_CACHED		0xd75u			/*   inner shareable, write back: tables and queues */
#define SMMU_CR2		0x2c
#define   CR2_RECINVSID		0x2u			/*   record streams that the table does not have */
#define SMMU_GBPA		0x44			/* what becomes of accesses while it does not translate */
#define SMMU_IRQ_CTRL		0x50
#define SMMU_GERROR		0x60			/* a bit that differs from GERRORN's: an error */
#define   GERROR_CMDQ		0x1u			/*   the command that CONS is at */
#define SMMU_GERRORN		0x64
#define SMMU_STRTAB_BASE	0x80
#define   BASE_ALLOCATE		(1ull << 62)		/*   a hint for caches: of each BASE */
#define   BASE_ADDRESS		0x000fffffffffffc0ull
#define SMMU_STRTAB_BASE_CFG	0x88			/* log2 of its entries */
#define   STRTAB_TWO_LEVELS	(1u << 16)		/*   and not a linear one */
#define   STRTAB_SPLIT(bits)	((uint32_t)(bits) << 6)	/*   so many bits of a StreamID are the second level's */
#define   SMMU_SPLIT		6u
#define SMMU_CMDQ_BASE		0x90			/* and log2 of the entries, in bits 4:0 */
#define SMMU_CMDQ_PROD		0x98
#define SMMU_CMDQ_CONS		0x9c
#define   CONS_ERROR(v)		((v) >> 24 & 0x7f)	/*   what was wrong with the command */
#define   CERROR_ILL		1			/*     there is no such one */
#define SMMU_EVENTQ_BASE	0xa0
#define SMMU_EVENTQ_PROD	0x100a8
#define   EVENTQ_OVERFLOW	(1u << 31)		/*   as in CONS: no event was lost */
#define SMMU_EVENTQ_CONS	0x100ac

/* A command: two words. Its fields are those of the first, where nothing else is said. */
struct smmuv3_command { uint64_t words[2]; };
#define CMD_CFGI_STE		0x03ull			/* the stream in <63:32>; second word bit 0: nothing above it */
#define CMD_CFGI_ALL		0x04ull			/* second word: 31 */
#define CMD_CFGI_CD		0x05ull			/* the stream in <63:32>; second word bit 0: leaf */
#define CMD_TLBI_NH_ALL		0x10ull
#define CMD_TLBI_NH_ASID	0x11ull			/* the ASID in <63:48> */
#define CMD_TLBI_NH_VA		0x12ull			/* as well; second word: the page, bit 0: no tables above it */
#define CMD_TLBI_NH_VAA		0x13ull			/* a page, as NH_VA, of all ASIDs */
#define CMD_TLBI_NSNH_ALL	0x30ull
#define CMD_SYNC		0x46ull			/* nothing is signalled: CONS passes it when all is done */
#define   COMMAND_STREAM(id)	((uint64_t)(id) << 32)
#define   COMMAND_ASID(id)	((uint64_t)(id) << 48)
#define   COMMAND_LEAF		1ull

/* An event: four words. */
struct smmuv3_event { uint64_t words[4]; };
#define EVENT_ID(e)		((unsigned)((e)->words[0] & 0xff))
#define   C_BAD_STREAMID	0x02
#define   C_BAD_STE		0x04
#define   C_BAD_CD		0x0a
#define   F_TRANSLATION		0x10
#define   F_ADDR_SIZE		0x11
#define   F_ACCESS		0x12
#define   F_PERMISSION		0x13
#define EVENT_SSV(e)		((unsigned)((e)->words[0] >> 11 & 1))	/* it has a SubstreamID, which we give none */
#define EVENT_STREAM(e)		((uint32_t)((e)->words[0] >> 32))
#define EVENT_STALL(e)		((unsigned)((e)->words[1] >> 31 & 1))
#define EVENT_READ(e)		((unsigned)((e)->words[1] >> 35 & 1))	/* RnW */
#define EVENT_STAGE2(e)		((unsigned)((e)->words[1] >> 39 & 1))
#define EVENT_CLASS(e)		((unsigned)((e)->words[1] >> 40 & 3))	/* 2: the address itself, not a walk for it */
#define   CLASS_INPUT		2
#define EVENT_ADDRESS(e)	((e)->words[2])

/* Entries of the page table (stage 1, EL1; all functions are unprivileged). */
#define LEAF_PAGE		3ull			/* in the last level */
#define LEAF_BLOCK		1ull			/* above it */
#define NEXT_TABLE		3ull
#define   LEAF_MEMORY		(0ull << 2)		/* which part of MAIR */
#define   LEAF_DEVICE		(1ull << 2)
#define   LEAF_UNPRIVILEGED	(1ull << 6)		/* AP[1] */
#define   LEAF_READ_ONLY	(1ull << 7)		/* AP[2] */
#define   LEAF_SHAREABLE	(3ull << 8)		/* inner */
#define   LEAF_ACCESSED		(1ull << 10)
#define   LEAF_OWN_ASID		(1ull << 11)		/* nG */
#define   LEAF_NO_EXECUTE	(3ull << 53)

#define SMMU_INPUT_BITS		34u			/* of bus addresses: 16 GiB are enough */
#define SMMU_ASID		1u

struct smmuv3_memory {
	phys_addr start;
	size_t frames;			/* 0: not taken */
};

struct smmuv3_queue {
	struct smmuv3_memory memory;
	unsigned log2;			/* of its entries */
	uint32_t next;			/* where we write commands or read events, with the wrap bit above the index */
};

struct smmuv3 {
	const struct dma_domain *domain;
	phys_addr registers;
	bool up;				/* it takes commands */
	unsigned page_shift, address_bits;
	unsigned stream_bits;			/* log2 of the entries of the stream table */
	bool sparse;				/* two levels, the second one only where there are functions */
	struct smmuv3_memory streams;		/* the stream table, */
	struct smmuv3_memory level1;		/* and a first level above it, where it can have two */
	struct smmuv3_memory context;		/* a context descriptor, and behind it the root of the page table */
	struct smmuv3_memory directory;		/* one entry for what a table of the last level has; flat */
	struct smmuv3_memory messages;		/* tables of the last level for pages where messages go */
	struct smmuv3_queue commands, events;
	unsigned command_error;			/* of the command that was wrong last: CONS_ERROR() */
	struct { uint64_t count; bool lost; struct smmuv3_event first; } faults;	/* since they were read last */
	struct {
		bool done;
		uint32_t cr0, cr1, cr2, irq_ctrl, strtab_cfg, eventq_cons, eventq_prod, cmdq_prod, cmdq_cons;
		uint64_t strtab, cmdq, eventq;
	} kept;					/* as the console firmware left it */
};

/* NULL: the domain is no SMMUv3. */
struct smmuv3 *smmuv3_of(const struct dma_domain *domain);
/* The StreamID of a function whose host the SMMU translates for. */
uint32_t smmuv3_stream(const struct pci_function *function);

/* ---- smmuv3_start.c ---- */

/* NULL, or why it cannot be driven, with pages of this size (1 << page, 0: the smallest that it has). */
const char *smmuv3_why_unusable(struct smmuv3 *smmu, unsigned page);
/* Keeps what the console firmware left, and has it translate, by tables in which no window is. False: no memory, or it
 * does not answer. smmuv3_stop() takes all that back. */
bool smmuv3_start(struct smmuv3 *smmu);
void smmuv3_stop(struct smmuv3 *smmu);

uint32_t smmuv3_read(const struct smmuv3 *smmu, unsigned reg);
void smmuv3_write(const struct smmuv3 *smmu, unsigned reg, uint32_t value);
/* Writes CR0 and waits until it counts; false, with a comment: it does not within a second. */
bool smmuv3_control(const struct smmuv3 *smmu, uint32_t value);
/* Has it read the stream table as a linear one (1), which it does at first, or by two levels (2), which it does always
 * where the table is sparse. No device may be doing DMA. False: it cannot be told, or there is no such table. */
bool smmuv3_use_levels(struct smmuv3 *smmu, unsigned levels);
/* Whole frames, aligned to their size rounded up to a power of two, cleared. */
bool smmuv3_take(struct smmuv3_memory *memory, uint64_t bytes);
void smmuv3_give(struct smmuv3_memory *memory);

/* ---- smmuv3_table.c: no operation forgets what the SMMU has cached ---- */

/* Takes memory, and fills the stream table; false: there is not enough. smmuv3_tables_give() takes all of it back. */
bool smmuv3_tables_make(struct smmuv3 *smmu);
void smmuv3_tables_give(struct smmuv3 *smmu);
/* A window in the directory: false, and nothing is changed, where it cannot be there. */
bool smmuv3_window_set(struct smmuv3 *smmu, const struct dma_window *window);
void smmuv3_window_clear(struct smmuv3 *smmu, const struct dma_window *window);
/* The entry of the page that an address is in, in a table of the last level; NULL where it has none. */
uint64_t *smmuv3_page_entry(const struct smmuv3 *smmu, bus_addr address);
/* Bytes of the table of a paged window. */
uint64_t smmuv3_window_table(const struct smmuv3 *smmu, uint64_t size);
/* The entry of the stream table: eight words. NULL: the table has no such stream. */
uint64_t *smmuv3_stream_entry(const struct smmuv3 *smmu, uint32_t stream);
/* That of the first level: one word. */
uint64_t *smmuv3_level1_entry(const struct smmuv3 *smmu, uint32_t stream);
/* log2 of the streams that a table of two levels has: never fewer than one of its second level. */
unsigned smmuv3_level1_bits(const struct smmuv3 *smmu);
/* A context descriptor, in eight words that are 0: by tables of pages of 1 << page_shift bytes, for addresses of so
 * many bits. */
void smmuv3_fill_context(const struct smmuv3 *smmu, uint64_t *context, unsigned page_shift, unsigned input_bits,
			 phys_addr root);
/* The entry of a page of that permission. */
uint64_t smmuv3_page(phys_addr memory, enum dma_direction permission);

/* ---- smmuv3_walk.c ---- */

/* domain_ops.walk: from the entry of the first stream to the page. */
bool smmuv3_walk(struct dma_domain *domain, bus_addr address, struct domain_walk *walk);

/* ---- smmuv3_queues.c ---- */

bool smmuv3_queues_make(struct smmuv3 *smmu);
void smmuv3_queues_give(struct smmuv3 *smmu);
/* Sends at most SMMU_COMMANDS and a CMD_SYNC behind them, and waits until the SMMU has done all. Refused: one of them
 * was wrong, and the others are done. */
#define SMMU_COMMANDS	128u
enum domain_status smmuv3_send(struct smmuv3 *smmu, const struct smmuv3_command *commands, unsigned count);
/* Takes the events that are recorded into smmu->faults. */
void smmuv3_drain(struct smmuv3 *smmu);

#endif
