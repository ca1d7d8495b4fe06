/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See pci_model.h. The model follows bus numbers as bridges do: an access for a bus goes to the bridge that claims it.
 */
#include "tests/unit/pci_model.h"

#include <string.h>

#include <linux/pci_regs.h>

#include "boot/tap.h"

struct model_offences model_offences;
bool model_absent_traps;

static struct model_function functions[MODEL_FUNCTIONS];
static unsigned function_count;
static struct host_bridge_driver driver;
static struct host_bridge host;
static const struct platform_node place = { .compatible = "model" };

static void append_registers(struct text *text, const struct host_bridge *bridge)
{
	(void)bridge;
	append(text, " WINDOW 0");
}

static const struct pci_handoff_note note = { .append_host = append_registers };
PCI_HANDOFF_NOTE(note);

/* Tells the arguments apart, for the tests. */
static int intx_line(const struct host_bridge *bridge, unsigned slot, unsigned pin)
{
	(void)bridge;
	return (int)(slot << 8 | pin);
}

struct host_bridge *host_get(unsigned number)
{
	return number == 0 ? &host : NULL;
}

static uint64_t own_address(void *context, const struct host_access *access)
{
	(void)context;
	return access->offset;
}

static uint32_t get(const struct model_function *function, unsigned reg, unsigned size)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value |= (uint32_t)function->space[reg + i] << 8 * i;
	return value;
}

static void set(struct model_function *function, unsigned reg, unsigned size, uint32_t value)
{
	for (unsigned i = 0; i < size; i++)
		function->space[reg + i] = (uint8_t)(value >> 8 * i);
}

static void allow(struct model_function *function, unsigned reg, unsigned size, uint32_t mask)
{
	for (unsigned i = 0; i < size; i++)
		function->writable[reg + i] = (uint8_t)(mask >> 8 * i);
}

static int bar_of(const struct model_function *function, unsigned reg)
{
	unsigned end = function->bridge ? PCI_PRIMARY_BUS : PCI_CARDBUS_CIS;

	return reg >= PCI_BASE_ADDRESS_0 && reg < end ? (int)(reg - PCI_BASE_ADDRESS_0) / 4 : -1;
}

uint32_t model_read(struct model_function *function, unsigned reg, unsigned size)
{
	uint32_t value = get(function, reg, size);
	int bar = bar_of(function, reg);

	if (bar >= 0 && function->bars[bar].fault == MODEL_BAR_CHANGES && ++function->reads % 2)
		value &= ~(uint32_t)function->bars[bar].size;
	if (bar >= 0 && function->bars[bar].fault == MODEL_BAR_TYPE && value >> 28 == 0xf)
		value &= ~0xfu;
	return value;
}

static bool claims(const struct model_function *bridge, unsigned bus)
{
	unsigned secondary = bridge->space[PCI_SECONDARY_BUS];

	if (bridge->claims_everything)
		return true;
	return secondary != 0 && secondary <= bus && bus <= bridge->space[PCI_SUBORDINATE_BUS];
}

/* Is it on the bus behind above? A mirror is behind itself. */
static bool is_on(const struct model_function *function, const struct model_function *above)
{
	return !function->root_bus && (function->above == above || (function == above && function->mirror));
}

static struct model_function *claimer(const struct model_function *above, unsigned bus)
{
	struct model_function *found = NULL;

	for (unsigned i = 0; i < function_count; i++) {
		if (!functions[i].bridge || functions[i].above != above || !claims(&functions[i], bus))
			continue;
		model_offences.two_claims += found != NULL && !found->claims_everything &&
					     !functions[i].claims_everything;
		if (!found)
			found = &functions[i];
	}
	return found;
}

/* The bridge, or the root bus of an expander, that a bus is behind; NULL: there is none. A root bus has its number
 * whatever bridges claim. */
static struct model_function *leads_to(unsigned bus)
{
	struct model_function *above = claimer(NULL, bus);

	for (unsigned i = 0; i < function_count; i++)
		if (functions[i].root_bus == bus)
			return &functions[i];
	for (unsigned i = 0; !above && i < function_count; i++)
		if (functions[i].root_bus)
			above = claimer(&functions[i], bus);
	while (above && above->space[PCI_SECONDARY_BUS] != bus && !above->claims_everything)
		above = claimer(above, bus);
	return above;
}

static struct model_function *find(unsigned bdf)
{
	unsigned bus = bdf >> 8;
	struct model_function *above = NULL;

	if (bus != host.ranges.buses.first) {
		above = leads_to(bus);
		if (!above)
			return NULL;
	}
	for (unsigned i = 0; i < function_count; i++)
		if (is_on(&functions[i], above) && functions[i].device == (bdf >> 3 & 31) &&
		    functions[i].number == (bdf & 7))
			return &functions[i];
	return NULL;
}

static bool may_master(const struct model_function *function)
{
	for (; function; function = function->above)
		if (!(function->space[PCI_COMMAND] & PCI_COMMAND_MASTER))
			return false;
	return true;
}

static bool console_reachable(void)
{
	for (unsigned i = 0; i < function_count; i++) {
		const struct model_function *simba = &functions[i];
		uint32_t base = (get(simba, PCI_IO_BASE, 1) & 0xf0) << 8 | get(simba, PCI_IO_BASE_UPPER16, 2) << 16;
		uint32_t limit = (get(simba, PCI_IO_LIMIT, 1) & 0xf0) << 8 | get(simba, PCI_IO_LIMIT_UPPER16, 2) << 16;

		if (get(simba, PCI_VENDOR_ID, 2) == MODEL_SIMBA >> 16 && simba->bridge && simba->number == 1 &&
		    simba->space[PCI_COMMAND] & PCI_COMMAND_IO && base <= 0x3f8 && limit >= 0x3f8)
			return true;
	}
	return false;
}

static void watch(const struct model_function *function, unsigned reg)
{
	int bar = bar_of(function, reg);
	uint8_t decoding;

	model_offences.writes++;
	for (unsigned i = 0; i < function_count && function->bridge && reg == PCI_SECONDARY_BUS; i++) {
		if (functions[i].root_bus)
			continue;
		model_offences.renumbered_while_mastering += may_master(&functions[i]);
		model_offences.renumbered_with_master_bits += functions[i].space[PCI_COMMAND] >> 2 & 1;
	}
	if (bar < 0)
		return;
	decoding = function->bars[bar].io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
	if (function->bars[bar].size != 0 && function->space[PCI_COMMAND] & decoding)
		model_offences.bar_written_while_decoding++;
}

uint32_t host_config_read(struct host_bridge *bridge, unsigned bdf, unsigned reg, unsigned size)
{
	static const struct trap_frame absent = { .kind = TRAP_MACHINE_CHECK, .name = "absent function" };
	struct model_function *function = find(bdf);

	assert_ptr_equal(bridge, &host);
	assert_true(reg % size == 0 && reg + size <= host_config_bytes(bridge));
	if (function)
		return model_read(function, reg, size);
	if (model_absent_traps)
		trap(&absent);
	return size == 4 ? ~0u : (1u << 8 * size) - 1;
}

void model_prefetchable(struct bus_range range)
{
	host.ranges.prefetchable = range;
}

void model_extend(void)
{
	host.ranges.config_bytes = PCI_CFG_SPACE_EXP_SIZE;
}

unsigned host_config_bytes(const struct host_bridge *bridge)
{
	return bridge->ranges.config_bytes;
}

static void write_function(struct model_function *function, unsigned reg, unsigned size, uint32_t value)
{
	for (unsigned i = 0; i < size; i++) {
		uint8_t mask = function->writable[reg + i];
		uint8_t *byte = &function->space[reg + i];

		*byte = (uint8_t)((*byte & ~mask) | ((value >> 8 * i) & mask));
	}
}

void host_config_write(struct host_bridge *bridge, unsigned bdf, unsigned reg, unsigned size, uint32_t value)
{
	struct model_function *function = find(bdf);
	bool reachable = console_reachable();
	int bar;

	assert_ptr_equal(bridge, &host);
	assert_true(reg % size == 0 && reg + size <= host_config_bytes(bridge));
	if (!function)
		return;
	watch(function, reg);
	bar = bar_of(function, reg);
	if (bar >= 0 && function->bars[bar].fault == MODEL_BAR_DEAF && value != 0 && value != ~0u)
		return;
	write_function(function, reg, size, value);
	if (reachable && !console_reachable())
		model_offences.console_lost++;
}

void model_start(struct bus_range io, struct bus_range mem)
{
	/* Comments wait for the plan. */
	tap_plan(1, NULL);
	host_reset();
	host_add_device(&(struct host_device){ .size = 1ull << 32, .read = own_address });
	memset(functions, 0, function_count * sizeof functions[0]);
	memset(&model_offences, 0, sizeof model_offences);
	function_count = 0;
	model_absent_traps = false;
	driver = (struct host_bridge_driver){ .compatible = "model", .intx_line = intx_line };
	host = (struct host_bridge){ .driver = &driver, .at = &place };
	host.ranges = (struct host_ranges){ .buses = { 0, 255 }, .io = io, .mem = mem,
					  .config_bytes = PCI_CFG_SPACE_SIZE };
}

void model_limit_lines(uint64_t lines)
{
	driver.lines = lines;
}

struct model_function *model_add(struct model_function *above, unsigned device, unsigned number, uint32_t id)
{
	struct model_function *function = &functions[function_count++];

	assert_true(function_count <= MODEL_FUNCTIONS);
	function->above = above;
	function->device = device;
	function->number = number;
	set(function, PCI_VENDOR_ID, 2, id >> 16);
	set(function, PCI_DEVICE_ID, 2, id & 0xffff);
	set(function, PCI_CLASS_REVISION, 4, 0x00ff0001);
	set(function, PCI_INTERRUPT_PIN, 1, 1);
	allow(function, PCI_COMMAND, 2, 0x07ff);
	allow(function, PCI_CACHE_LINE_SIZE, 2, 0xffff);
	allow(function, PCI_INTERRUPT_LINE, 1, 0xff);
	/* The firmware left the wildest function possible: all of it is on. */
	set(function, PCI_COMMAND, 2, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	for (unsigned i = 0; number != 0 && i < function_count; i++)
		if (functions[i].above == above && functions[i].device == device && functions[i].number == 0)
			functions[i].space[PCI_HEADER_TYPE] |= 0x80;
	return function;
}

struct model_function *model_add_root(unsigned bus)
{
	struct model_function *root = &functions[function_count++];

	assert_true(function_count <= MODEL_FUNCTIONS && bus != 0);
	root->root_bus = bus;
	set(root, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	return root;
}

struct model_function *model_add_bridge(struct model_function *above, unsigned device)
{
	struct model_function *bridge = model_add(above, device, 0, 0x1b360001);

	bridge->bridge = true;
	bridge->space[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_BRIDGE;
	set(bridge, PCI_CLASS_REVISION, 4, 0x06040000);
	allow(bridge, PCI_PRIMARY_BUS, 4, ~0u);
	allow(bridge, PCI_IO_BASE, 2, 0xf0f0);
	allow(bridge, PCI_IO_BASE_UPPER16, 4, ~0u);
	set(bridge, PCI_IO_BASE, 2, PCI_IO_RANGE_TYPE_32 << 8 | PCI_IO_RANGE_TYPE_32);
	allow(bridge, PCI_MEMORY_BASE, 4, 0xfff0fff0);
	allow(bridge, PCI_PREF_MEMORY_BASE, 4, 0xfff0fff0);
	allow(bridge, PCI_PREF_BASE_UPPER32, 4, ~0u);
	allow(bridge, PCI_PREF_LIMIT_UPPER32, 4, ~0u);
	allow(bridge, PCI_BRIDGE_CONTROL, 2, 0x0fff);
	set(bridge, PCI_PREF_MEMORY_BASE, 4, PCI_PREF_RANGE_TYPE_64 << 16 | PCI_PREF_RANGE_TYPE_64);
	/* What QEMU's PALcode leaves: a header taken for one of type 0. */
	set(bridge, PCI_PRIMARY_BUS, 4, 0x10000100);
	set(bridge, PCI_MEMORY_BASE, 4, 0xff601f20);
	return bridge;
}

void model_narrow_io(struct model_function *bridge)
{
	allow(bridge, PCI_IO_BASE_UPPER16, 4, 0);
	set(bridge, PCI_IO_BASE_UPPER16, 4, 0);
	set(bridge, PCI_IO_BASE, 2, 0);
}

void model_narrow_prefetchable(struct model_function *bridge)
{
	allow(bridge, PCI_PREF_BASE_UPPER32, 4, 0);
	allow(bridge, PCI_PREF_LIMIT_UPPER32, 4, 0);
	set(bridge, PCI_PREF_MEMORY_BASE, 4, PCI_PREF_RANGE_TYPE_32 << 16 | PCI_PREF_RANGE_TYPE_32);
}

void model_no_prefetchable(struct model_function *bridge)
{
	model_narrow_prefetchable(bridge);
	allow(bridge, PCI_PREF_MEMORY_BASE, 4, 0);
}

/* As OpenBIOS leaves it, with the I/O windows open. */
struct model_function *model_add_simba(unsigned number)
{
	struct model_function *simba = model_add_bridge(NULL, 1);

	simba->number = number;
	set(simba, PCI_VENDOR_ID, 4, 0x5000108e);
	allow(simba, 0xde, 2, 0xffff);
	set(simba, PCI_PRIMARY_BUS, 4, number == 1 ? 0x00010100 : 0x00020200);
	set(simba, PCI_IO_BASE, 2, 0xf101);
	set(simba, PCI_IO_BASE_UPPER16, 4, number == 1 ? 0x007f0000 : 0x00ff0080);
	simba->space[PCI_HEADER_TYPE] |= 0x80;
	return simba;
}

void model_bar(struct model_function *function, unsigned bar, enum pci_bar_kind kind, uint64_t size,
	       enum model_bar_fault fault)
{
	unsigned reg = PCI_BASE_ADDRESS_0 + 4 * bar;
	uint64_t mask = ~(size - 1);
	uint32_t type = kind == PCI_BAR_IO ? PCI_BASE_ADDRESS_SPACE_IO :
			kind == PCI_BAR_MEM64 ? PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH : 0;

	if (fault == MODEL_BAR_HOLE)
		mask &= ~(size << 2);
	if (fault == MODEL_BAR_STUCK) {
		mask &= ~size;
		type |= (uint32_t)size;
	}
	function->bars[bar].io = kind == PCI_BAR_IO;
	function->bars[bar].wide = kind == PCI_BAR_MEM64;
	function->bars[bar].size = size;
	function->bars[bar].fault = fault;
	allow(function, reg, 4, (uint32_t)mask);
	/* The firmware's address: all BARs on top of each other. */
	set(function, reg, 4, type | (0x40000000u & (uint32_t)mask));
	if (kind == PCI_BAR_MEM64 && bar + 1 < PCI_BARS) {
		allow(function, reg + 4, 4, (uint32_t)(mask >> 32));
		set(function, reg + 4, 4, 0x5a & (uint32_t)(mask >> 32));
	}
}

void model_capability(struct model_function *function, unsigned where, uint8_t pointer, uint8_t id)
{
	function->space[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	function->space[where] = pointer;
	function->space[pointer & 0xfc] = id;
}
