/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/dma_case.list drivers/dma/area.c drivers/dma/decoy.c */
/*
 * A machine of software that is like none of today: functions of one bus in different domains, one of them with pages
 * of 64 KiB in a table that nobody but the domain can read, one in none at all, and memory that begins high up.
 */
#include <string.h>

#include "tests/unit/dma_case.h"
#include "tests/unit/memory_case.h"

#define PAGE		0x10000ull
#define PAGE_FRAMES	(PAGE / FRAME_SIZE)
#define APERTURE	GIB
#define PAGES		1024			/* of the aperture */
#define HIGH		(APERTURE + 8 * MIB)	/* memory below is kept by address */
#define HIGH_SIZE	(4 * MIB)

/* Where the pages lead, with the permission in the low bits, as the domain knows it. */
static uint64_t pages[PAGES];
static unsigned maps, unmaps, remaps, invalidations;
static enum domain_status answer;		/* to the next changes */

static uint64_t *page_at(bus_addr start)
{
	assert_true(start.value >= APERTURE && start.value < APERTURE + PAGES * PAGE);
	return &pages[(start.value - APERTURE) / PAGE];
}

static void set_pages(bus_addr start, uint64_t size, phys_addr memory, unsigned permission)
{
	assert_true(start.value % PAGE == 0 && size % PAGE == 0 && memory.value % PAGE == 0);
	for (uint64_t i = 0; i < size / PAGE; i++)
		page_at(start)[i] = permission ? (memory.value + i * PAGE) | permission : 0;
}

static enum domain_status map(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
			      enum dma_direction permission)
{
	(void)domain;
	maps++;
	if (answer == DOMAIN_DONE)
		set_pages(start, size, memory, permission);
	return answer;
}

static enum domain_status unmap(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	(void)domain;
	unmaps++;
	set_pages(start, size, (phys_addr) { 0 }, 0);
	return DOMAIN_DONE;
}

static enum domain_status remap(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
				enum dma_direction permission)
{
	(void)domain;
	remaps++;
	assert_true(*page_at(start) != 0);
	if (answer == DOMAIN_DONE)
		set_pages(start, size, memory, permission);
	return answer;
}

static enum domain_status invalidate(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	(void)domain;
	(void)start;
	(void)size;
	invalidations++;
	return DOMAIN_DONE;
}

static void quiet(struct dma_domain *domain)
{
	(void)domain;
}

static bool open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	(void)domain;
	return number == 0 && window->table.value == 0;
}

static uint64_t no_table(uint64_t size)
{
	(void)size;
	return 0;
}

static const struct domain_ops ops = {
	.quiet = quiet, .open_window = open_window, .map = map, .unmap = unmap, .remap = remap,
	.invalidate = invalidate, .table_size = no_table,
};
static const struct dma_window aperture[] = { { WINDOW_PAGED, { APERTURE }, PAGES * PAGE, { 0 }, { 0 } } };
static const struct domain_driver large_pages = {
	.compatible = "large-pages", .ops = &ops, .page_shift = 16, .window_count = 1, .windows = aperture,
};
DOMAIN_DRIVER(large_pages);

static const struct domain_ops no_ops = { .quiet = quiet };
static const struct domain_driver bypass = {
	.compatible = "bypass", .ops = &no_ops, .can = DOMAIN_IDENTITY,
};
DOMAIN_DRIVER(bypass);

static const struct host_bridge_driver large_host = { .compatible = "large-pages" };
static const struct host_bridge_driver bypass_host = { .compatible = "bypass" };
static const struct host_bridge_driver bare_host = { .compatible = "bare" };
HOST_DRIVER(large_host);
HOST_DRIVER(bypass_host);
HOST_DRIVER(bare_host);

/* Functions of one bus, each with another domain. */
static struct pci_function large, identity, bare, small;

static void attach(const char *const *names, unsigned count)
{
	host_platform.node_count = count;
	for (unsigned i = 0; i < count; i++)
		host_platform.nodes[i] = (struct platform_node) { .compatible = names[i] };
	assert_int_equal(host_attach(&host_platform, NULL), count);
	domain_attach();
}

static void add_high_memory(void)
{
	memory_case_add(APERTURE, HIGH - APERTURE + HIGH_SIZE);
	frames_fill_free();
}

static int start(void **state)
{
	static const char *const names[] = { "large-pages", "bypass", "bare", "recording" };

	host_setup(state);
	add_high_memory();
	memset(pages, 0, sizeof(pages));
	maps = unmaps = remaps = invalidations = 0;
	answer = DOMAIN_DONE;
	case_opens = 0;
	case_refuse_window = case_refuse_page = ~0u;
	attach(names, 4);
	dma_choose_numbers();
	for (unsigned i = 0; domain_get(i); i++)
		assert_true(dma_start(domain_get(i)));
	case_domain = host_get(3)->domain;
	large = (struct pci_function) { .host = host_get(0), .domain = host_get(0)->domain };
	identity = (struct pci_function) { .host = host_get(0), .domain = host_get(1)->domain };
	bare = (struct pci_function) { .host = host_get(0), .domain = host_get(2)->domain };
	small = (struct pci_function) { .host = host_get(0), .domain = host_get(3)->domain };
	return 0;
}

static struct dma_map map_large(uint64_t memory, uint64_t size)
{
	return dma_map(&large, (phys_addr) { memory }, size, DMA_DEVICE_BOTH);
}

static void each_has_its_own(void **state)
{
	(void)state;
	assert_true(dma_translates(&large));
	assert_true(dma_translates(&small));
	assert_false(dma_translates(&identity));
	assert_false(dma_translates(&bare));
	assert_null(bare.domain);
	assert_int_equal(domain_page_size(large.domain), PAGE);
	assert_int_equal(dma_alignment(&large), PAGE);
	assert_int_equal(dma_alignment(&small), FRAME_SIZE);
	assert_int_equal(dma_alignment(&bare), FRAME_SIZE);
}

/* There is no memory from 8 to 16 MiB here; what is kept is the lowest that is on the bus of most. */
static void numbers_are_those_of_memory_and_bus(void **state)
{
	struct memory_range kept = frames_by_address();
	struct bus_range numbers = decoy_numbers(large.domain);
	phys_addr frame;

	(void)state;
	assert_int_equal(kept.start.value, APERTURE);
	assert_int_equal(kept.size, 8 * MIB);
	assert_int_equal(numbers.first, APERTURE);
	assert_int_equal(numbers.last, HIGH - 1);
	numbers = decoy_numbers(small.domain);
	assert_true(numbers.first == APERTURE && numbers.last < numbers.first + CASE_PAGES * FRAME_SIZE);
	assert_int_equal(decoy_numbers(bare.domain).last, HIGH - 1);
	assert_true(frames_take(1, FRAME_SIZE, &frame));
	assert_true(frame.value >= HIGH);
}

/* Without anything that translates they are memory all the same. */
static void numbers_without_a_bus(void **state)
{
	static const char *const names[] = { "bare", "bypass" };

	host_setup(state);
	add_high_memory();
	attach(names, 2);
	dma_choose_numbers();
	assert_int_equal(frames_by_address().start.value, APERTURE);
}

static void large_pages_keep_their_offsets(void **state)
{
	struct dma_map first = map_large(HIGH + 0x2100, 1), second = map_large(HIGH + PAGE - 1, 2), at;

	(void)state;
	assert_int_equal(first.status, DMA_MAPPED);
	assert_int_equal(first.address.value, HIGH + 0x2100);		/* the lowest that is not kept */
	assert_int_equal(*page_at(first.address), HIGH | DMA_DEVICE_BOTH);
	assert_int_equal(second.status, DMA_MAPPED);
	assert_int_equal(second.address.value, HIGH + 2 * PAGE - 1);
	assert_int_equal(page_at(second.address)[1], (HIGH + PAGE) | DMA_DEVICE_BOTH);
	at = dma_map_at(&large, (bus_addr) { APERTURE + 0x2000 }, (phys_addr) { HIGH }, 1, DMA_DEVICE_READS);
	assert_int_equal(at.status, DMA_NO_WINDOW);			/* whole frames apart, and not whole pages */
	at = dma_map_at(&large, (bus_addr) { APERTURE + 0x2000 }, (phys_addr) { HIGH + 0x2000 }, 1, DMA_DEVICE_READS);
	assert_int_equal(at.status, DMA_MAPPED);
	at = dma_map_at(&large, (bus_addr) { APERTURE + 0x4000 }, (phys_addr) { HIGH + 0x4000 }, 1, DMA_DEVICE_READS);
	assert_int_equal(at.status, DMA_NO_SPACE);			/* the same page */
	assert_int_equal(dma_live(large.domain), 3);
	dma_unmap(&first);
	assert_int_equal(*page_at(first.address), 0);
	dma_unmap_all(large.domain);
	for (unsigned i = 0; i < PAGES; i++)
		assert_int_equal(pages[i], 0);
}

/* What shares a page with a driver's memory would be reachable with it. */
static void an_area_has_its_pages_alone(void **state)
{
	struct dma_area area, other;
	phys_addr frame;

	(void)state;
	assert_true(frames_take(1, FRAME_SIZE, &frame));
	assert_true(dma_area_make(&area, &large, 1));
	assert_int_equal(area.frames, PAGE_FRAMES);
	assert_int_equal(area.memory.value % PAGE, 0);
	assert_true(dma_area_make(&other, &bare, 1));
	assert_int_equal(other.frames, 1);
	assert_true(other.memory.value / PAGE != area.memory.value / PAGE);
	assert_true(frame.value / PAGE != area.memory.value / PAGE);
	dma_area_release(&area);
	dma_area_release(&other);
	assert_int_equal(dma_live(large.domain), 0);
}

static void a_decoy_of_whole_pages(void **state)
{
	size_t taken = frames_taken();
	struct decoy decoy;
	struct dma_area common;

	(void)state;
	assert_true(decoy_make(&decoy, &large, 1, DMA_DEVICE_READS));
	assert_false(decoy.identity);
	assert_int_equal(decoy.frames, PAGE_FRAMES);
	assert_int_equal(decoy.number % PAGE, 0);
	assert_in_range(decoy.number, APERTURE, HIGH - PAGE);
	assert_true(decoy.bus_frame.value >= HIGH);
	assert_int_equal(*page_at(decoy.map.address), decoy.bus_frame.value | DMA_DEVICE_READS);
	decoy_release(&decoy);
	assert_true(dma_area_make_common(&common, &large, PAGE_FRAMES + 1));
	assert_int_equal(common.frames, 2 * PAGE_FRAMES);
	assert_int_equal(common.map.address.value, common.memory.value);
	dma_area_release(&common);
	assert_int_equal(frames_taken(), taken);
	assert_int_equal(dma_live(large.domain), 0);
}

static void domains_do_not_share_addresses(void **state)
{
	struct dma_map one = dma_map_at(&large, (bus_addr) { CASE_BASE + PAGE }, (phys_addr) { HIGH }, 1,
					DMA_DEVICE_BOTH);
	struct dma_map other = dma_map_at(&small, one.address, (phys_addr) { HIGH + PAGE }, 1, DMA_DEVICE_BOTH);

	(void)state;
	assert_int_equal(one.status, DMA_MAPPED);
	assert_int_equal(other.status, DMA_MAPPED);
	assert_int_equal(one.address.value, other.address.value);
	dma_unmap(&one);
	assert_int_equal(dma_live(large.domain), 0);
	assert_int_equal(dma_live(small.domain), 1);
	assert_int_equal(case_entries_present(), 1);
}

/* In one step, so that the device finds the page all the time. */
static void remap_in_one_step(void **state)
{
	struct dma_map made = map_large(HIGH + 8, 16);
	uint64_t address = made.address.value;

	(void)state;
	invalidations = 0;
	dma_remap(&made, (phys_addr) { HIGH + PAGE + 8 }, DMA_DEVICE_READS);
	assert_int_equal(made.status, DMA_MAPPED);
	assert_int_equal(made.address.value, address);
	assert_int_equal(*page_at(made.address), (HIGH + PAGE) | DMA_DEVICE_READS);
	assert_int_equal(maps, 1);
	assert_int_equal(unmaps, 0);
	assert_int_equal(remaps, 1);
	assert_int_equal(invalidations, 1);
	answer = DOMAIN_REFUSED;
	dma_remap(&made, (phys_addr) { HIGH + 8 }, DMA_DEVICE_READS);
	assert_int_equal(made.status, DMA_REFUSED);
	assert_string_equal(domain_status_name(made.refusal), "the IOMMU has refused it");
	assert_int_equal(dma_live(large.domain), 1);
	answer = DOMAIN_DONE;
	dma_remap(&made, (phys_addr) { HIGH }, DMA_DEVICE_READS);	/* another offset, and no longer mapped */
	assert_int_equal(made.status, DMA_NO_WINDOW);
}

static void expect_identity(struct pci_function *device)
{
	struct dma_map made = dma_map(device, (phys_addr) { HIGH + 5 }, 3 * FRAME_SIZE, DMA_DEVICE_READS);
	bus_addr elsewhere = { HIGH + PAGE + 5 };

	assert_int_equal(made.status, DMA_MAPPED);
	assert_int_equal(made.address.value, HIGH + 5);
	assert_int_equal(dma_map_at(device, made.address, made.memory, 1, DMA_DEVICE_READS).status, DMA_MAPPED);
	assert_int_equal(dma_map_at(device, elsewhere, made.memory, 1, DMA_DEVICE_READS).status, DMA_NO_WINDOW);
	assert_int_equal(dma_map_through(device, made.memory, 1, DMA_DEVICE_READS, DMA_DIRECT).status, DMA_NO_WINDOW);
	assert_int_equal(dma_map(device, made.memory, 0, DMA_DEVICE_READS).status, DMA_BAD_RANGE);
	dma_unmap(&made);
	assert_int_equal(made.status, DMA_UNMAPPED);
	dma_remap(&made, (phys_addr) { HIGH }, DMA_DEVICE_READS);
	assert_int_equal(made.status, DMA_NO_WINDOW);
	assert_int_equal(dma_live(device->domain), 0);
}

static void without_translation_an_address_is_the_memorys(void **state)
{
	size_t taken = frames_taken();
	struct pci_function *const devices[] = { &bare, &identity };
	struct decoy decoy;
	struct dma_area area;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		expect_identity(devices[i]);
		assert_true(decoy_make(&decoy, devices[i], 2, DMA_DEVICE_BOTH));
		assert_true(decoy.identity);
		assert_int_equal(decoy.number, decoy.physical_frame.value);
		assert_int_equal(decoy.number, decoy.bus_frame.value);
		assert_int_equal(decoy.map.address.value, decoy.number);
		decoy_release(&decoy);
		assert_true(dma_area_make_common(&area, devices[i], 1));
		assert_int_equal(area.map.address.value, area.memory.value);
		dma_area_release(&area);
		assert_int_equal(frames_taken(), taken);
	}
	assert_int_equal(maps + unmaps + remaps, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_has_its_own, start),
		cmocka_unit_test_setup(numbers_are_those_of_memory_and_bus, start),
		cmocka_unit_test(numbers_without_a_bus),
		cmocka_unit_test_setup(large_pages_keep_their_offsets, start),
		cmocka_unit_test_setup(an_area_has_its_pages_alone, start),
		cmocka_unit_test_setup(a_decoy_of_whole_pages, start),
		cmocka_unit_test_setup(domains_do_not_share_addresses, start),
		cmocka_unit_test_setup(remap_in_one_step, start),
		cmocka_unit_test_setup(without_translation_an_address_is_the_memorys, start),
	};

	return cmocka_run_group_tests_name("domains", tests, NULL, host_teardown);
}
