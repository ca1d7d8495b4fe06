/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list drivers/dma/area.c drivers/dma/decoy.c drivers/dma/map.c drivers/dma/start.c
 * drivers/dma/intervals.c boot/frames.c boot/sweep.c boot/fatal.c */
/*
 * Decoys and areas on the real bridges' windows: two frames for one number, and all that was taken is given back,
 * whatever fails on the way.
 */
#include <string.h>

#include "boot/frames.h"
#include "drivers/iommu/window.h"
#include "drivers/dma/dma.h"
#include "tests/unit/host/host.h"

#define MIB		(1ull << 20)
#define LOW		(FRAMES_BY_ADDRESS_END / 2)	/* where the numbers of decoys begin */
#define LOW_SIZE	(MIB / 4)			/* RAM at either end of them */
#define LOW_FRAMES	(2 * LOW_SIZE / FRAME_SIZE)
#define HIGH		FRAMES_BY_ADDRESS_END
#define HIGH_SIZE	(3 * MIB)
#define REGISTERS	(1ull << 43)

static struct dma_domain *domain;
static struct pci_function device;
static size_t taken_before;

static uint64_t read_register(void *context, const struct host_access *access)
{
	(void)context;
	(void)access;
	return 0;
}

static void write_register(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	(void)access;
	(void)value;
}

static void start_bridge(const char *compatible)
{
	static const struct host_device registers = { REGISTERS, 0x10000, read_register, write_register, NULL };
	static const struct memory_range ranges[] = {
		{ { MIB }, MIB / 4 }, { { LOW }, LOW_SIZE }, { { HIGH - LOW_SIZE }, LOW_SIZE + HIGH_SIZE },
	};

	host_reset();
	host_add_device(&registers);
	for (unsigned i = 0; i < 3; i++)
		host_add_memory(ranges[i].start.value, ranges[i].size);
	frames_init(ranges, 3);
	frames_fill_free();
	host_platform.node_count = 1;
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = compatible, .registers = { { { REGISTERS }, 0 } },
	};
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	domain_attach();
	domain = domain_get(0);
	device = (struct pci_function) { .host = host_get(0), .domain = domain };
	assert_true(dma_start(domain));
	taken_before = frames_taken();
}

static int typhoon(void **state)
{
	(void)state;
	start_bridge("typhoon");
	return 0;
}

static int sabre(void **state)
{
	(void)state;
	start_bridge("sabre");
	return 0;
}

static int psycho(void **state)
{
	(void)state;
	start_bridge("psycho");
	return 0;
}

static void expect_all_given_back(void)
{
	struct frames_stray stray;

	assert_int_equal(frames_taken(), taken_before);
	assert_int_equal(dma_live(domain), 0);
	assert_true(frames_sweep(SWEEP_ALL, &stray));
}

static bool contains(phys_addr start, uint64_t frames, uint64_t address)
{
	return address - start.value < frames * FRAME_SIZE;
}

static void expect_good(const struct decoy *decoy, size_t frames)
{
	assert_int_equal(decoy->number, decoy->physical_frame.value);
	assert_int_equal(decoy->frames, frames);
	assert_true(frames_contain(decoy->physical_frame, frames * FRAME_SIZE));
	assert_true(frames_contain(decoy->bus_frame, frames * FRAME_SIZE));
	assert_false(contains(decoy->physical_frame, frames, decoy->bus_frame.value));
	assert_false(contains(decoy->bus_frame, frames, decoy->physical_frame.value));
	assert_in_range(decoy->number, LOW, FRAMES_BY_ADDRESS_END - frames * FRAME_SIZE);
	assert_true(decoy->bus_frame.value >= FRAMES_BY_ADDRESS_END);
	assert_int_equal(decoy->map.status, DMA_MAPPED);
	assert_int_equal(decoy->map.address.value, decoy->number);
	assert_int_equal(decoy->map.memory.value, decoy->bus_frame.value);
	assert_int_equal(decoy->map.window, 0);
	assert_true(window_contains(&domain->windows[decoy->map.window], decoy->map.address, frames * FRAME_SIZE));
}

static void one_number_two_frames(void **state)
{
	struct decoy first, second;

	(void)state;
	assert_true(decoy_make(&first, &device, 1, DMA_DEVICE_BOTH));
	assert_true(decoy_make(&second, &device, 3, DMA_DEVICE_READS));
	expect_good(&first, 1);
	expect_good(&second, 3);
	assert_false(contains(second.physical_frame, 3, first.number));
	assert_false(contains(second.bus_frame, 3, first.bus_frame.value));
	assert_int_equal(second.map.direction, DMA_DEVICE_READS);
	assert_int_equal(dma_live(domain), 2);
	decoy_release(&first);
	decoy_release(&second);
	expect_all_given_back();
}

/* RAM at 1 MiB is in no decoy window of typhoon, and below the numbers kept for decoys on both. */
static void as_many_as_there_is_room_for(void **state)
{
	static struct decoy decoys[LOW_FRAMES + 1];
	unsigned made = 0;

	(void)state;
	while (made <= LOW_FRAMES && decoy_make(&decoys[made], &device, 1, DMA_DEVICE_BOTH))
		expect_good(&decoys[made++], 1);
	assert_int_equal(made, LOW_FRAMES);
	while (made > 0)
		decoy_release(&decoys[--made]);
	expect_all_given_back();
}

static void the_test_may_unmap_it(void **state)
{
	struct decoy decoy;

	(void)state;
	assert_true(decoy_make(&decoy, &device, 2, DMA_DEVICE_BOTH));
	dma_unmap(&decoy.map);
	assert_int_equal(dma_live(domain), 0);
	decoy_release(&decoy);
	expect_all_given_back();
}

static void no_frame_for_the_bus(void **state)
{
	struct decoy decoy;
	phys_addr rest;

	(void)state;
	while (frames_take(1, FRAME_SIZE, &rest))
		;
	taken_before = frames_taken();
	assert_false(decoy_make(&decoy, &device, 1, DMA_DEVICE_BOTH));
	expect_all_given_back();
}

static void no_number_on_the_bus(void **state)
{
	struct dma_map whole = dma_map_at(&device, (bus_addr) { LOW }, (phys_addr) { HIGH },
					  FRAMES_BY_ADDRESS_END - LOW, DMA_DEVICE_READS);
	struct decoy decoy;

	(void)state;
	assert_int_equal(whole.status, DMA_MAPPED);
	assert_false(decoy_make(&decoy, &device, 1, DMA_DEVICE_BOTH));
	assert_int_equal(dma_live(domain), 1);
	dma_unmap(&whole);
	expect_all_given_back();
}

/* No memory here has numbers of this window, as on most machines that have such a bridge. */
static void a_window_without_memory_has_numbers_of_its_own(void **state)
{
	struct decoy first, second;

	(void)state;
	assert_true(decoy_make(&first, &device, 1, DMA_DEVICE_BOTH));
	assert_true(decoy_make(&second, &device, 2, DMA_DEVICE_READS));
	assert_true(first.bus_alone);
	assert_false(frames_contain((phys_addr) { first.number }, 1));
	assert_int_equal(first.map.address.value, first.number);
	assert_int_equal(first.map.memory.value, first.bus_frame.value);
	assert_int_not_equal(first.physical_frame.value, first.bus_frame.value);
	assert_true(window_contains(&domain->windows[0], (bus_addr) { second.number }, 2 * FRAME_SIZE));
	assert_int_not_equal(first.number, second.number);
	decoy_release(&first);
	decoy_release(&second);
	expect_all_given_back();
}

static void an_area_is_zeroed_and_mapped(void **state)
{
	static const uint8_t zero[2 * FRAME_SIZE];
	struct dma_area area;

	(void)state;
	assert_true(dma_area_make(&area, &device, 2));
	assert_memory_equal(arch_pointer(area.memory), zero, sizeof(zero));
	assert_int_equal(area.frames, 2);
	assert_int_equal(area.map.status, DMA_MAPPED);
	assert_int_equal(area.map.memory.value, area.memory.value);
	assert_int_equal(area.map.size, 2 * FRAME_SIZE);
	assert_int_equal(area.map.direction, DMA_DEVICE_BOTH);
	dma_area_release(&area);
	expect_all_given_back();
	dma_area_release(&area);
	expect_all_given_back();
}

static void an_area_without_memory_is_released(void **state)
{
	struct dma_area area;

	(void)state;
	assert_false(dma_area_make(&area, &device, HIGH_SIZE / FRAME_SIZE + 1));
	dma_area_release(&area);
	expect_all_given_back();
}

static void an_area_without_a_window_is_released(void **state)
{
	struct dma_area area;

	(void)state;
	domain_close_window(domain, domain->driver->paged_window);
	assert_false(dma_area_make(&area, &device, 1));
	dma_area_release(&area);
	expect_all_given_back();
}

#define ON_BOTH(test) \
	{ "typhoon: " #test, test, typhoon, NULL, NULL }, \
	{ "sabre: " #test, test, sabre, NULL, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(one_number_two_frames),
		ON_BOTH(as_many_as_there_is_room_for),
		ON_BOTH(the_test_may_unmap_it),
		ON_BOTH(no_frame_for_the_bus),
		ON_BOTH(no_number_on_the_bus),
		cmocka_unit_test_setup(a_window_without_memory_has_numbers_of_its_own, psycho),
		ON_BOTH(an_area_is_zeroed_and_mapped),
		ON_BOTH(an_area_without_memory_is_released),
		ON_BOTH(an_area_without_a_window_is_released),
	};

	return cmocka_run_group_tests_name("decoy", tests, NULL, host_teardown);
}
