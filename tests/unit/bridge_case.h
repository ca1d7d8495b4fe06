/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of the host bridges begin with: registers that record each access, and memory for tables. What a register
 * or an entry must hold is written in the tests as the manuals' numbers, not as the drivers' names.
 */
#ifndef BRIDGE_CASE_H
#define BRIDGE_CASE_H

#include "drivers/iommu/domain.h"
#include "tests/unit/host/host.h"

#define MIB			(1ull << 20)
#define GIB			(1ull << 30)
#define CASE_REGISTERS		0x80000000000ull	/* of the bridge under test */
#define CASE_REGISTER_BYTES	0x10000
#define CASE_CONFIG		0x90000000000ull
#define CASE_MEMORY		(16 * MIB)		/* where the tables are */

struct case_event {
	bool write;
	unsigned reg;
	uint64_t value;
};

extern uint64_t case_registers[CASE_REGISTER_BYTES / 8];
extern struct case_event case_events[256];
extern unsigned case_event_count;
extern struct dma_domain *case_domain;
extern const uint8_t case_absent[8];		/* an entry that leads nowhere */

/* Attaches a bridge whose registers have this byte order; at offset `clears` a one that is written clears. */
void case_bridge_start(const char *compatible, enum host_order order, unsigned clears);
/* Those there are; functions of cmocka. */
int case_typhoon(void **state);
int case_sabre(void **state);
int case_psycho(void **state);
const struct domain_ops *case_ops(void);
uint64_t case_register(unsigned offset);

/* The writes since the last look, in order and no others. */
void case_expect_writes(const struct case_event *expected, unsigned count);
#define CASE_WRITES(...) do { \
	static const struct case_event expected_[] = { __VA_ARGS__ }; \
	case_expect_writes(expected_, sizeof(expected_) / sizeof(expected_[0])); \
} while (0)
/* What is written has arrived at the bridge once a register of it has been read. */
void case_expect_read_back(void);
void case_expect_last_read(unsigned reg);

/* Windows of a kind; a paged one has its table at CASE_MEMORY. */
struct dma_window case_paged(uint64_t base, uint64_t size);
struct dma_window case_direct(uint64_t base, uint64_t size, uint64_t target);
/* Maps pages of the first window, from an index on. */
void case_map_pages(uint64_t index, uint64_t count, uint64_t memory, enum dma_direction permission);
void case_expect_refused(unsigned number, struct dma_window window);
/* The bytes of an entry of that table. */
void case_expect_entry(uint64_t index, const uint8_t *expected);
/* What pages that are mapped in a row from some index on must be in it; the entries beside them lead nowhere. */
void case_expect_mapped(uint64_t index, unsigned count, uint64_t memory, enum dma_direction permission,
			const uint8_t (*expected)[8]);

#endif
