/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list tests/unit/dma_case.list */
/*
 * DMA maps through the entries of the real host bridges.
 */
#include "tests/unit/dma_case.h"

static uint64_t storage[0x10000 / 8];

static uint64_t read_storage(void *context, const struct host_access *access)
{
	(void)context;
	return storage[access->offset / 8];
}

static void write_storage(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	storage[access->offset / 8] = value;
}

/* What a page's entry must be, by the chip's manual, in the CPU's byte order of the host. */
static uint64_t typhoon_entry(uint64_t page)
{
	return page >> 12 | 1;
}

static uint64_t sabre_entry(uint64_t page)
{
	return __builtin_bswap64(1ull << 63 | page | 0x12);
}

static void through_a_real_bridge(const char *compatible, uint64_t (*entry)(uint64_t page))
{
	static const struct host_device registers = { GIB << 12, sizeof(storage), read_storage, write_storage, NULL };
	const struct dma_window *window;
	struct dma_map made, at;
	const uint64_t *table;
	uint64_t page;

	host_reset();
	host_add_device(&registers);
	case_add_memory(4 * MIB);
	case_attach(compatible);
	assert_true(dma_start(case_domain));
	made = dma_map(&case_device, (phys_addr) { CASE_MEMORY + 8000 }, 2 * FRAME_SIZE, DMA_DEVICE_BOTH);
	assert_int_equal(made.status, DMA_MAPPED);
	assert_true(made.address.value >= FRAMES_BY_ADDRESS_END);	/* what is below is the decoys' */
	window = &case_domain->windows[made.window];
	table = arch_pointer(window->table);
	page = window_page(window, made.address, CASE_SHIFT);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(table[page + i], entry(CASE_MEMORY + i * FRAME_SIZE));
	assert_int_equal(table[page + 3], 0);
	at = dma_map_at(&case_device, (bus_addr) { 0xc00000 }, (phys_addr) { CASE_MEMORY }, FRAME_SIZE,
			DMA_DEVICE_BOTH);
	assert_int_equal(at.status, DMA_MAPPED);
	assert_int_equal(at.window, 0);
	assert_int_equal(dma_map_at(&case_device, at.address, at.memory, 1, DMA_DEVICE_READS).status, DMA_NO_SPACE);
	dma_unmap(&made);
	assert_true(table_absent(window, page, 3));
	dma_unmap(&at);
	window = &case_domain->windows[at.window];
	assert_true(table_absent(window, 0, window->size / FRAME_SIZE));
}

static void through_the_real_bridges(void **state)
{
	(void)state;
	through_a_real_bridge("typhoon", typhoon_entry);
	through_a_real_bridge("sabre", sabre_entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(through_the_real_bridges),
	};

	return cmocka_run_group_tests_name("dma-bridges", tests, NULL, host_teardown);
}
