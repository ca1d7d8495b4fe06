/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See root_bus_model.h.
 */
#include "tests/unit/root_bus_model.h"

#include <string.h>

#include <linux/pci_regs.h>

#define CONFIG		0x4000000000ull
#define CONFIG_BYTES	(1 << 24)
#define SERIAL_CONTROLLER	0x0700		/* class and subclass */

struct root_function root_functions[ROOT_FUNCTIONS];

static struct root_function *function_at(uint64_t offset)
{
	for (unsigned i = 0; i < ROOT_FUNCTIONS; i++)
		if (offset >> 8 == root_functions[i].device << 3)
			return &root_functions[i];
	return NULL;
}

static uint64_t read_config(void *context, const struct host_access *access)
{
	const struct root_function *function = function_at(access->offset);
	uint64_t value = 0;

	(void)context;
	for (unsigned i = 0; i < access->width; i++)
		value |= (uint64_t)(function ? function->space[(access->offset & 0xff) + i] : 0xff) << 8 * i;
	return value;
}

static void write_config(void *context, const struct host_access *access, uint64_t value)
{
	struct root_function *function = function_at(access->offset);

	(void)context;
	for (unsigned i = 0; function && i < access->width; i++) {
		unsigned reg = (access->offset & 0xff) + i;
		uint8_t writable = function->writable[reg];

		function->space[reg] = (uint8_t)((function->space[reg] & ~writable) | (value >> 8 * i & writable));
	}
}

static void put(uint8_t *bytes, unsigned reg, uint32_t value, unsigned width)
{
	for (unsigned i = 0; i < width; i++)
		bytes[reg + i] = (uint8_t)(value >> 8 * i);
}

void root_function_set(unsigned number, unsigned device, uint16_t command, uint32_t bar, uint32_t bar_bits)
{
	struct root_function *function = &root_functions[number];

	memset(function, 0, sizeof(*function));
	function->device = device;
	put(function->space, PCI_VENDOR_ID, 0x1234, 2);
	put(function->space, PCI_DEVICE_ID, number + 1, 2);
	put(function->space, PCI_CLASS_DEVICE, SERIAL_CONTROLLER, 2);
	put(function->space, PCI_COMMAND, command, 2);
	put(function->space, PCI_BASE_ADDRESS_0, bar, 4);
	put(function->writable, PCI_COMMAND, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
	    PCI_COMMAND_INTX_DISABLE, 2);
	put(function->writable, PCI_BASE_ADDRESS_0, bar_bits, 4);
	put(function->writable, PCI_CACHE_LINE_SIZE, 0xff, 1);
	put(function->writable, PCI_LATENCY_TIMER, 0xff, 1);
	put(function->writable, PCI_INTERRUPT_LINE, 0xff, 1);
}

struct platform_node root_bus_add(const char *compatible)
{
	static const struct host_device config = { CONFIG, CONFIG_BYTES, read_config, write_config, NULL };

	host_add_device(&config);
	return (struct platform_node) {
		.compatible = compatible, .range_count = 3, .buses = { 0, 255 },
		.ranges = {
			{ RANGE_CONFIG, 0, { CONFIG }, CONFIG_BYTES, { 0, 0 } },
			{ RANGE_IO, 0, { 0 }, 0, { 0x9000, 0xffff } },
			{ RANGE_MEMORY, 0, { 0 }, 0, { 0x10000000, 0x1fffffff } },
		},
	};
}
