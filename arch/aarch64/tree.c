/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree: which memory, hosts of PCI, interrupt controllers and consoles the machine says it has, as nodes of
 * arch.h. Reading the blob is libfdt's. Of devices only those on the root bus are looked at, whose addresses are the
 * CPU's.
 *
 * Source: Devicetree Specification 0.4; PCI Bus Binding to IEEE 1275 ("ranges", "interrupt-map").
 */
#include "arch/aarch64/aarch64.h"

#include <libfdt.h>

/* Cells of 32 bits. */
#define PCI_ADDRESS_CELLS	3
#define PCI_INTERRUPT_CELLS	1
#define GIC_INTERRUPT_CELLS	3		/* kind, number, flags */
#define   GIC_SHARED		0		/*   the kind: an SPI */
#define   GIC_FIRST_SPI		32
#define FRAME_MESSAGES		0x40		/* where functions write, from the registers on */
#define ITS_MESSAGES		0x10040
#define MAP_CELLS		4		/* requesters from, who takes what they send, as which, how many */
#define CELLS_MOST		4

/* In the first cell of an address of PCI. */
#define SPACE(cell)		((cell) >> 24 & 3)
#define   SPACE_IO		1
#define   SPACE_MEMORY		2
#define   SPACE_MEMORY_64	3
#define SLOT(cell)		((cell) >> 11 & 0x1f)

/* What drivers of busproof look for, in this order: who is named as a controller of interrupts, as what takes messages
 * or as what translates, comes before those who name it. */
static const char message_frame[] = "arm,gic-v2m-frame", translation_service[] = "arm,gic-v3-its";
static const char smmu[] = "arm,smmu-v3";
static const char virtio_slot[] = "virtio,mmio";
static const char *const known[] = {
	gic_version_2, gic_version_3, message_frame, translation_service, smmu, "arm,pl011", "pci-host-ecam-generic",
	virtio_slot,
};

static const void *tree;
static int root_address_cells, root_size_cells;

static uint32_t cell(const fdt32_t *cells, int number)
{
	return fdt32_to_cpu(cells[number]);
}

static uint64_t join(const fdt32_t *cells, int count)
{
	uint64_t value = 0;

	for (int i = 0; i < count; i++)
		value = value << 32 | cell(cells, i);
	return value;
}

bool tree_open(phys_addr blob, uint64_t room)
{
	const void *found = arch_pointer(blob);

	if (!blob.value || blob.value % 8 || fdt_check_header(found) != 0 || fdt_totalsize(found) > room)
		return false;
	tree = found;
	root_address_cells = fdt_address_cells(tree, 0);
	root_size_cells = fdt_size_cells(tree, 0);
	if (root_address_cells > 0 && root_address_cells <= 2 && root_size_cells > 0 && root_size_cells <= 2)
		return true;
	tree = NULL;
	return false;
}

struct memory_range tree_extent(void)
{
	return (struct memory_range) { arch_physical(tree), tree ? fdt_totalsize(tree) : 0 };
}

/* Is a property this text? */
static bool says(int node, const char *property, const char *text)
{
	int length;
	const char *found = fdt_getprop(tree, node, property, &length);

	return found && fdt_stringlist_contains(found, length, text);
}

/* One pair of "reg", by number. */
static bool read_registers(int node, int number, struct memory_range *range)
{
	int step = root_address_cells + root_size_cells, length;
	const fdt32_t *reg = fdt_getprop(tree, node, "reg", &length);

	if (!reg || length < 0 || (number + 1) * step > length / (int)sizeof(*reg))
		return false;
	reg += number * step;
	range->start.value = join(reg, root_address_cells);
	range->size = join(reg + root_address_cells, root_size_cells);
	return true;
}

/* The number-th pair of all nodes below this one; of memory, of those that say they are. */
static bool registers_below(int parent, bool memory, unsigned number, struct memory_range *range)
{
	int node;

	fdt_for_each_subnode(node, tree, parent) {
		if (memory && !says(node, "device_type", "memory"))
			continue;
		for (int i = 0; read_registers(node, i, range); i++)
			if (number-- == 0)
				return true;
	}
	return false;
}

bool tree_memory(unsigned number, struct memory_range *range)
{
	return tree && registers_below(0, true, number, range);
}

bool tree_reserved(unsigned number, struct memory_range *range)
{
	int entries = tree ? fdt_num_mem_rsv(tree) : 0, below;

	if (!tree)
		return false;
	if (entries > 0 && number < (unsigned)entries)
		return fdt_get_mem_rsv(tree, (int)number, &range->start.value, &range->size) == 0;
	below = fdt_path_offset(tree, "/reserved-memory");
	return below >= 0 && registers_below(below, false, number - (entries > 0 ? (unsigned)entries : 0), range);
}

const char *tree_text(const char *path, const char *property)
{
	int node = !tree ? -1 : path[0] ? fdt_path_offset(tree, path) : 0;

	return node < 0 ? NULL : fdt_getprop(tree, node, property, NULL);
}

phys_addr tree_registers(const char *compatible)
{
	int node = tree ? fdt_node_offset_by_compatible(tree, -1, compatible) : -1;
	struct memory_range range;

	return node >= 0 && read_registers(node, 0, &range) ? range.start : (phys_addr) { 0 };
}

/* ---- A host of PCI ---- */

static void read_buses(int node, struct platform_node *host)
{
	int length;
	const fdt32_t *range = fdt_getprop(tree, node, "bus-range", &length);

	host->buses.last = 255;
	if (!range || length < (int)(2 * sizeof(*range)))
		return;
	host->buses.first = cell(range, 0);
	host->buses.last = cell(range, 1);
}

static void add_range(struct platform_node *host, const struct platform_range *range)
{
	if (host->range_count < NODE_RANGES && range->size > 0)
		host->ranges[host->range_count++] = *range;
}

/* "reg" is ECAM, from the first bus on. */
static void read_config(struct platform_node *host)
{
	add_range(host, &(struct platform_range) {
		.space = RANGE_CONFIG, .first = (uint64_t)host->buses.first << 20, .start = host->registers[0].start,
		.size = host->registers[0].size,
	});
}

/* 64-bit memory is for prefetchable BARs, which are those that a bridge hands on above 4 GiB. */
static void read_ranges(int node, struct platform_node *host)
{
	static const enum platform_space spaces[] = {
		[SPACE_IO] = RANGE_IO, [SPACE_MEMORY] = RANGE_MEMORY, [SPACE_MEMORY_64] = RANGE_PREFETCHABLE,
	};
	int length, step = PCI_ADDRESS_CELLS + root_address_cells + 2;
	const fdt32_t *at = fdt_getprop(tree, node, "ranges", &length);

	for (int left = at ? length / (int)sizeof(*at) : 0; left >= step; left -= step, at += step) {
		if (SPACE(cell(at, 0)) == 0)
			continue;
		add_range(host, &(struct platform_range) {
			.space = spaces[SPACE(cell(at, 0))],
			.first = join(at + 1, 2),
			.start = { join(at + PCI_ADDRESS_CELLS, root_address_cells) },
			.size = join(at + PCI_ADDRESS_CELLS + root_address_cells, 2),
		});
	}
}

/* Bridges of a bus pass pins on to it, so that those of the root bus are all. */
static void read_pins(int node, struct platform_node *host)
{
	int length, mask_length, controller, cells, step;
	const fdt32_t *mask = fdt_getprop(tree, node, "interrupt-map-mask", &mask_length);
	const fdt32_t *at = fdt_getprop(tree, node, "interrupt-map", &length);

	if (!mask || !at || mask_length < (PCI_ADDRESS_CELLS + PCI_INTERRUPT_CELLS) * (int)sizeof(*mask))
		return;
	host->pin_slots = SLOT(cell(mask, 0));
	for (int left = length / (int)sizeof(*at); left > PCI_ADDRESS_CELLS + PCI_INTERRUPT_CELLS;
	     left -= step, at += step) {
		controller = fdt_node_offset_by_phandle(tree, cell(at, PCI_ADDRESS_CELLS + PCI_INTERRUPT_CELLS));
		cells = controller < 0 ? -1 : fdt_address_cells(tree, controller);
		if (cells < 0 || cells > CELLS_MOST)
			return;
		step = PCI_ADDRESS_CELLS + PCI_INTERRUPT_CELLS + 1 + cells + GIC_INTERRUPT_CELLS;
		if (left < step || host->pin_count == NODE_PINS)
			return;
		if (cell(at, step - 3) == GIC_SHARED)
			host->pins[host->pin_count++] = (struct platform_pin) {
				(uint8_t)SLOT(cell(at, 0)), (uint8_t)cell(at, PCI_ADDRESS_CELLS),
				(uint16_t)cell(at, step - 2),
			};
	}
}

/* The node of a kind that was added for what a phandle names. */
static const struct platform_node *find_added(const struct platform *platform, uint32_t phandle, const char *kind)
{
	int found = fdt_node_offset_by_phandle(tree, phandle);
	struct memory_range range;

	if (found < 0 || !read_registers(found, 0, &range))
		return NULL;
	for (unsigned i = 0; i < platform->node_count; i++)
		if (platform->nodes[i].compatible == kind &&
		    platform->nodes[i].registers[0].start.value == range.start.value)
			return &platform->nodes[i];
	return NULL;
}

/* Who takes something of functions: what the first row of a map of requester IDs names, if it is of one of these kinds,
 * and the rows that name the same, up to NODE_STREAMS. */
static const struct platform_node *read_map(int node, const char *property, const struct platform *platform,
					    const char *const *kinds, struct platform_stream *rows, unsigned *count)
{
	const struct platform_node *taker = NULL;
	int length;
	const fdt32_t *at = fdt_getprop(tree, node, property, &length);

	if (!at || length < MAP_CELLS * (int)sizeof(*at))
		return NULL;
	for (; *kinds && !taker; kinds++)
		taker = find_added(platform, cell(at, 1), *kinds);
	for (int left = length / (int)sizeof(*at); left >= MAP_CELLS && *count < NODE_STREAMS;
	     left -= MAP_CELLS, at += MAP_CELLS)
		if (taker && find_added(platform, cell(at, 1), taker->compatible) == taker)
			rows[(*count)++] = (struct platform_stream) { cell(at, 0), cell(at, 2), cell(at, 3) };
	return taker;
}

static const char *const takers_of_messages[] = { message_frame, translation_service, NULL };
static const char *const translators[] = { smmu, NULL };

static void read_host(int node, struct platform_node *host, const struct platform *platform)
{
	const struct platform_node *controller = platform->nodes == host ? NULL : &platform->nodes[0];

	host->interrupts = controller;
	host->messages = read_map(node, "msi-map", platform, takers_of_messages, host->senders, &host->sender_count);
	host->translator = read_map(node, "iommu-map", platform, translators, host->streams, &host->stream_count);
	read_buses(node, host);
	read_config(host);
	read_ranges(node, host);
	read_pins(node, host);
}

/* ---- A device with a line of its own ---- */

/* The first of its "interrupts", where that is one of the GIC's that devices share. */
static void read_line(int node, struct platform_node *device, const struct platform *platform)
{
	int length;
	const fdt32_t *line = fdt_getprop(tree, node, "interrupts", &length);

	if (platform->nodes == device || !line || length < GIC_INTERRUPT_CELLS * (int)sizeof(*line) ||
	    cell(line, 0) != GIC_SHARED || cell(line, 1) > UINT16_MAX)
		return;
	device->interrupts = &platform->nodes[0];
	device->pins[device->pin_count++] = (struct platform_pin) { 0, 1, (uint16_t)cell(line, 1) };
}

/* Nobody here cleans caches for a device that is not coherent with them. */
static bool is_coherent(int node, const char *compatible)
{
	return compatible != virtio_slot || fdt_getprop(tree, node, "dma-coherent", NULL);
}

/* ---- All of them ---- */

static bool add_node(struct platform *platform, int found, const char *compatible, unsigned number)
{
	struct platform_node *node = &platform->nodes[platform->node_count];
	struct memory_range range;

	if (platform->node_count == PLATFORM_NODES || !read_registers(found, 0, &range))
		return false;
	platform->node_count++;
	*node = (struct platform_node) { .compatible = compatible, .number = number };
	for (int i = 0; i < NODE_REGISTERS && read_registers(found, i, &range); i++)
		node->registers[i] = (struct platform_registers) { range.start, range.size };
	return true;
}

static void add_nodes(struct platform *platform, const char *compatible)
{
	unsigned number = 0;
	int node;

	fdt_for_each_subnode(node, tree, 0) {
		if (fdt_node_check_compatible(tree, node, compatible) != 0 || says(node, "status", "disabled") ||
		    !is_coherent(node, compatible))
			continue;
		if (!add_node(platform, node, compatible, number++))
			return;
		if (fdt_getprop(tree, node, "interrupt-map", NULL))
			read_host(node, &platform->nodes[platform->node_count - 1], platform);
		else if (compatible == virtio_slot)
			read_line(node, &platform->nodes[platform->node_count - 1], platform);
	}
}

/* A number in a property of one cell, or 0. */
static uint32_t number_in(int node, const char *property)
{
	int length;
	const fdt32_t *found = fdt_getprop(tree, node, property, &length);

	return found && length >= (int)sizeof(*found) ? cell(found, 0) : 0;
}

/* What takes messages is a node below its GIC's, whose addresses are the root bus's where it says so by empty "ranges".
 * Lines of a frame are counted from the first SPI on. */
static void add_taker(struct platform *platform, int found, const char *compatible, unsigned number)
{
	int parent = fdt_parent_offset(tree, found), length;
	uint32_t first = number_in(found, "arm,msi-base-spi"), count = number_in(found, "arm,msi-num-spis");
	struct platform_node *taker = &platform->nodes[platform->node_count];

	if (parent < 0 || fdt_node_check_compatible(tree, parent, platform->nodes[0].compatible) != 0 ||
	    !fdt_getprop(tree, parent, "ranges", &length) || length != 0 ||
	    fdt_address_cells(tree, parent) != root_address_cells || fdt_size_cells(tree, parent) != root_size_cells ||
	    !add_node(platform, found, compatible, number))
		return;
	taker->interrupts = &platform->nodes[0];
	taker->messages_at.value =
		taker->registers[0].start.value + (compatible == message_frame ? FRAME_MESSAGES : ITS_MESSAGES);
	if (first >= GIC_FIRST_SPI) {
		taker->message_lines.first = (uint16_t)(first - GIC_FIRST_SPI);
		taker->message_lines.count = (uint16_t)count;
	}
}

static void add_takers(struct platform *platform, const char *compatible)
{
	unsigned number = 0;
	int node = -1;

	while (platform->node_count > 0 && (node = fdt_node_offset_by_compatible(tree, node, compatible)) >= 0)
		add_taker(platform, node, compatible, number++);
}

void tree_nodes(struct platform *platform)
{
	for (unsigned i = 0; tree && i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i] == message_frame || known[i] == translation_service)
			add_takers(platform, known[i]);
		else
			add_nodes(platform, known[i]);
}
