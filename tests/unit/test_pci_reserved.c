/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_model.list */
/*
 * Functions that the firmware keeps while it is alive: they and the way to them stay as they are, all others find room
 * beside them, and nobody is told that they may be driven.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "tests/unit/pci_model.h"

#define MIB	(1ull << 20)
#define WHY	"the firmware keeps it: its console"

/* The room begins where the firmware has put its own. */
static int start(void **state)
{
	(void)state;
	model_start((struct bus_range){ 0x9000, 0xffff }, (struct bus_range){ 0x10000000, 0x3fffffff });
	return 0;
}

static void reserve(unsigned hose, unsigned depth, uint8_t first, uint8_t second)
{
	host_platform.reserved[host_platform.reserved_count++] = (struct platform_reserved){
		.hose = hose, .depth = depth, .path = { first, second }, .why = WHY,
	};
}

static void store(struct model_function *function, unsigned reg, unsigned size, uint32_t value)
{
	for (unsigned i = 0; i < size; i++)
		function->space[reg + i] = (uint8_t)(value >> 8 * i);
}

static struct model_function *add_device(struct model_function *above, unsigned device)
{
	struct model_function *function = model_add(above, device, 0, 0x1af41004);

	model_bar(function, 0, PCI_BAR_IO, 64, MODEL_BAR_GOOD);
	model_bar(function, 1, PCI_BAR_MEM32, MIB, MODEL_BAR_GOOD);
	model_bar(function, 4, PCI_BAR_MEM64, 16384, MODEL_BAR_GOOD);
	return function;
}

static void place_console(struct model_function *console, uint32_t io, uint32_t memory, uint32_t prefetchable)
{
	store(console, PCI_BASE_ADDRESS_0, 4, io | 1);
	store(console, PCI_BASE_ADDRESS_1, 4, memory);
	store(console, PCI_BASE_ADDRESS_4, 4, prefetchable | 0xc);
	store(console, PCI_BASE_ADDRESS_5, 4, 0);
}

static void expect_apart(const struct pci_function *function, const struct pci_function *console)
{
	for (unsigned i = 0; i < PCI_BARS; i++)
		for (unsigned j = 0; j < PCI_BARS; j++) {
			const struct pci_bar *bar = &function->bars[i];
			struct bus_range kept = pci_kept_range(&console->bars[j]);

			if (bar->placed && console->bars[j].kind != PCI_BAR_NONE &&
			    (bar->kind == PCI_BAR_IO) == (console->bars[j].kind == PCI_BAR_IO))
				assert_true(bar->address > kept.last || bar->address + bar->size - 1 < kept.first);
		}
}

/* All but the bus master bit: its DMA would go through windows that are ours now. */
static void expect_untouched(const struct model_function *console, const uint8_t *before)
{
	for (unsigned reg = 0; reg < 256; reg++)
		if (reg != PCI_COMMAND && console->space[reg] != before[reg])
			fail_msg("register %#x: %#x instead of %#x", reg, console->space[reg], before[reg]);
	assert_int_equal(console->space[PCI_COMMAND], before[PCI_COMMAND] & ~PCI_COMMAND_MASTER);
}

static void on_the_root_bus(void **state)
{
	struct model_function *console, *other;
	const struct pci_function *found;
	uint8_t before[256];

	(void)state;
	console = add_device(NULL, 3);
	place_console(console, 0x9000, 0x10000000, 0x11000000);
	memcpy(before, console->space, sizeof before);
	other = add_device(NULL, 4);
	reserve(0, 1, 3 << 3, 0);
	pci_enumerate();
	expect_untouched(console, before);
	found = model_found(console);
	assert_string_equal(found->reserved, WHY);
	assert_string_equal(pci_must_not_drive(found), WHY);
	assert_null(pci_must_not_drive(model_found(other)));
	assert_true(found->bars[1].kept);
	assert_int_equal(found->bars[0].address, 0x9000);
	assert_int_equal(found->bars[1].address, 0x10000000);
	assert_int_equal(found->bars[4].address, 0x11000000);
	assert_int_equal(pci_not_placed(), 0);
	for (unsigned i = 0; i < 5; i++)
		assert_true(model_found(other)->bars[i].placed || i == 2 || i == 3);
	expect_apart(model_found(other), found);
	assert_int_equal(model_offences.bar_written_while_decoding, 0);
	pci_print_tree();
	assert_non_null(strstr(host_output, "BAR1 memory 0x100000 kept at 0x10000000"));
	assert_non_null(strstr(host_output, ", reserved: " WHY));
}

/* Its bridge keeps its windows, which are all the room there is behind it, and are nobody else's. */
static void behind_a_bridge(void **state)
{
	struct model_function *bridge, *console, *neighbour, *other;
	const struct pci_function *at;
	uint8_t before[256], bridge_before[256];

	(void)state;
	bridge = model_add_bridge(NULL, 5);
	store(bridge, PCI_PRIMARY_BUS, 4, 0x00090900);
	store(bridge, PCI_IO_BASE, 2, 0x9191);
	store(bridge, PCI_IO_BASE_UPPER16, 4, 0);
	store(bridge, PCI_MEMORY_BASE, 4, 0x10701000);
	store(bridge, PCI_PREF_MEMORY_BASE, 4, 0x10f01080);
	console = add_device(bridge, 2);
	place_console(console, 0x9000, 0x10000000, 0x10800000);
	neighbour = add_device(bridge, 3);
	other = add_device(NULL, 6);
	memcpy(before, console->space, sizeof before);
	memcpy(bridge_before, bridge->space, sizeof bridge_before);
	reserve(0, 2, 5 << 3, 2 << 3);
	pci_enumerate();

	at = model_found(bridge);
	assert_int_equal(at->secondary, 1);
	assert_null(at->reserved);
	assert_int_equal(at->io.first, 0x9000);
	assert_int_equal(at->io.last, 0x9fff);
	assert_int_equal(at->mem.first, 0x10000000);
	assert_int_equal(at->mem.last, 0x107fffff);
	assert_memory_equal(bridge->space + PCI_IO_BASE, bridge_before + PCI_IO_BASE, 2);
	assert_memory_equal(bridge->space + PCI_MEMORY_BASE, bridge_before + PCI_MEMORY_BASE, 20);
	expect_untouched(console, before);
	assert_string_equal(model_found(console)->reserved, WHY);
	expect_apart(model_found(neighbour), model_found(console));
	assert_true(model_found(neighbour)->bars[1].placed);
	assert_true(model_found(neighbour)->bars[1].address <= 0x10700000);
	assert_true(model_found(other)->bars[1].address >= 0x11000000);
	assert_true(model_found(other)->bars[4].address >= 0x11000000);
	assert_true(model_found(other)->bars[0].address >= 0xa000);
	assert_int_equal(pci_not_placed(), 0);
}

/* Not one of another hose, nor one that only begins alike, nor a bridge of which nothing behind it is named. */
static void only_the_way_itself(void **state)
{
	struct model_function *bridge = model_add_bridge(NULL, 5);
	struct model_function *device = add_device(bridge, 2);

	(void)state;
	reserve(1, 2, 5 << 3, 2 << 3);
	reserve(0, 2, 5 << 3, 1 << 3);
	reserve(0, 1, 6 << 3, 0);
	model_add(NULL, 6, 0, 0x12340000);
	model_add(NULL, 6, 1, 0x12340001);
	pci_enumerate();
	assert_null(model_found(device)->reserved);
	assert_null(model_found(bridge)->reserved);
	assert_string_equal(pci_get(1)->reserved, WHY);
	assert_null(pci_get(2)->reserved);
}

/* Where it is not known how large a BAR is, its address says the most: no BAR lies across its own size. */
static void sizes(void **state)
{
	static const struct { enum pci_bar_kind kind; uint64_t address, last, size; } rows[] = {
		{ PCI_BAR_MEM32, 0x10000000, 0x100fffff, 0x100000 }, { PCI_BAR_IO, 0x9000, 0x903f, 64 },
		{ PCI_BAR_IO, 0x9040, 0x907f, 0 }, { PCI_BAR_IO, 0x9000, 0x90ff, 0 },
		{ PCI_BAR_MEM32, 0x10000000, 0x1fffffff, 0 }, { PCI_BAR_MEM32, 0x10301000, 0x10301fff, 0 },
		{ PCI_BAR_MEM64, 0x8000000000, 0xffffffffff, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pci_bar bar = { .kind = rows[i].kind, .address = rows[i].address, .size = rows[i].size };

		assert_int_equal(pci_kept_range(&bar).first, rows[i].address);
		assert_int_equal(pci_kept_range(&bar).last, rows[i].last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(on_the_root_bus, start),
		cmocka_unit_test_setup(behind_a_bridge, start),
		cmocka_unit_test_setup(only_the_way_itself, start),
		cmocka_unit_test_setup(sizes, start),
	};

	return cmocka_run_group_tests_name("pci reserved", tests, NULL, NULL);
}
