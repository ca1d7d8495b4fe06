/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See bridge_case.h.
 */
#include "tests/unit/bridge_case.h"

#include <string.h>

#define MEMORY_SIZE	(2 * MIB)

uint64_t case_registers[CASE_REGISTER_BYTES / 8];
struct case_event case_events[256];
unsigned case_event_count;
struct dma_domain *case_domain;
const uint8_t case_absent[8];

static enum host_order order;		/* the one that the bridge has */
static unsigned clears;			/* the register where a one that is written clears */

static void record(bool write, const struct host_access *access, uint64_t value)
{
	if (access->width != 8 || access->order != order || access->offset % 8 != 0)
		fail_msg("register %#llx: %u bytes, order %u", (unsigned long long)access->offset, access->width,
			 access->order);
	assert_true(case_event_count < sizeof(case_events) / sizeof(case_events[0]));
	case_events[case_event_count++] = (struct case_event) { write, (unsigned)access->offset, value };
}

static uint64_t read_register(void *context, const struct host_access *access)
{
	(void)context;
	record(false, access, 0);
	return case_registers[access->offset / 8];
}

static void write_register(void *context, const struct host_access *access, uint64_t value)
{
	uint64_t *reg = &case_registers[access->offset / 8];

	(void)context;
	record(true, access, value);
	*reg = access->offset == clears ? *reg & ~value : value;
}

void case_bridge_start(const char *compatible, enum host_order its_order, unsigned its_clears)
{
	static const struct host_device device = {
		CASE_REGISTERS, CASE_REGISTER_BYTES, read_register, write_register, NULL,
	};

	host_reset();
	host_add_device(&device);
	host_add_memory(CASE_MEMORY, MEMORY_SIZE);
	memset(arch_pointer((phys_addr) { CASE_MEMORY }), 0, MEMORY_SIZE);
	memset(case_registers, 0, sizeof(case_registers));
	order = its_order;
	clears = its_clears;
	host_platform.node_count = 2;
	host_platform.nodes[1] = (struct platform_node) { .compatible = "cchip" };
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = compatible, .registers = { { { CASE_REGISTERS }, CASE_REGISTER_BYTES } },
		/* Others have their own. */
		.interrupts = &host_platform.nodes[strcmp(compatible, "typhoon") == 0],
		.range_count = 1, .ranges = { { RANGE_CONFIG, 0, { CASE_CONFIG }, 0, { 0, 0 } } },
	};
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	domain_attach();
	case_domain = domain_get(0);
	case_event_count = 0;
}

int case_typhoon(void **state)
{
	(void)state;
	case_bridge_start("typhoon", HOST_LITTLE, 0x3c0);
	return 0;
}

int case_sabre(void **state)
{
	(void)state;
	case_bridge_start("sabre", HOST_BIG, 0x30);
	return 0;
}

int case_psycho(void **state)
{
	(void)state;
	case_bridge_start("psycho", HOST_BIG, 0x30);
	return 0;
}

const struct domain_ops *case_ops(void)
{
	return case_domain->driver->ops;
}

void case_expect_writes(const struct case_event *expected, unsigned count)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < case_event_count; i++) {
		if (!case_events[i].write)
			continue;
		if (seen == count || case_events[i].reg != expected[seen].reg ||
		    case_events[i].value != expected[seen].value)
			fail_msg("write %u: %#llx to register %#x", seen, (unsigned long long)case_events[i].value,
				 case_events[i].reg);
		seen++;
	}
	assert_int_equal(seen, count);
	case_event_count = 0;
}

void case_expect_read_back(void)
{
	assert_true(case_event_count > 0);
	assert_false(case_events[case_event_count - 1].write);
}

void case_expect_last_read(unsigned reg)
{
	case_expect_read_back();
	assert_int_equal(case_events[case_event_count - 1].reg, reg);
}

uint64_t case_register(unsigned offset)
{
	return case_registers[offset / 8];
}

struct dma_window case_paged(uint64_t base, uint64_t size)
{
	return (struct dma_window) { WINDOW_PAGED, { base }, size, { 0 }, { CASE_MEMORY } };
}

struct dma_window case_direct(uint64_t base, uint64_t size, uint64_t target)
{
	return (struct dma_window) { WINDOW_DIRECT, { base }, size, { target }, { 0 } };
}

void case_map_pages(uint64_t index, uint64_t count, uint64_t memory, enum dma_direction permission)
{
	uint64_t page = domain_page_size(case_domain);
	bus_addr start = { case_domain->windows[0].base.value + index * page };

	assert_int_equal(case_ops()->map(case_domain, start, count * page, (phys_addr) { memory }, permission),
			 DOMAIN_DONE);
}

void case_expect_refused(unsigned number, struct dma_window window)
{
	if (domain_open_window(case_domain, number, &window))
		fail_msg("window %u: kind %u base %#llx size %#llx is not refused", number, window.kind,
			 (unsigned long long)window.base.value, (unsigned long long)window.size);
	assert_int_equal(case_event_count, 0);
	if (number < DOMAIN_WINDOWS)
		assert_int_equal(case_domain->windows[number].kind, WINDOW_CLOSED);
}

void case_expect_entry(uint64_t index, const uint8_t *expected)
{
	const uint8_t *entry = (const uint8_t *)arch_pointer((phys_addr) { CASE_MEMORY }) + 8 * index;

	for (unsigned i = 0; i < 8; i++)
		if (entry[i] != expected[i])
			fail_msg("entry %u, byte %u: %#x", (unsigned)index, i, entry[i]);
}

void case_expect_mapped(uint64_t index, unsigned count, uint64_t memory, enum dma_direction permission,
			const uint8_t (*expected)[8])
{
	case_map_pages(index, count, memory, permission);
	case_expect_entry(index - 1, case_absent);
	for (unsigned i = 0; i < count; i++)
		case_expect_entry(index + i, expected[i]);
	case_expect_entry(index + count, case_absent);
}
