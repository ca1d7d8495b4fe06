/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all hosts have in common: finding the driver, and configuration space, which every host busproof knows maps
 * flat, one function after the other: 256 bytes of each on Tsunami and Sabre (bus << 16 | device << 11 | function << 8
 * | register), 4096 with ECAM.
 */
#include "drivers/host/host.h"

#include "boot/string.h"
#include "boot/tap.h"

/* Bytes of configuration space. */
#define CONVENTIONAL		256u
#define ECAM			4096u
#define FUNCTIONS_OF_BUS	256u
#define LAST_BUS		255u

TABLE_DECLARE(hosts, const struct host_bridge_driver);

static struct host_bridge hosts[HOST_BRIDGES];
static unsigned host_count;

static const struct host_bridge_driver *find_driver(const char *compatible)
{
	TABLE_EACH(hosts, const struct host_bridge_driver, entry)
		if (strcmp((*entry)->compatible, compatible) == 0)
			return *entry;
	return NULL;
}

static const struct platform_range *find_range(const struct platform_node *node, enum platform_space space)
{
	for (unsigned i = 0; i < node->range_count; i++)
		if (node->ranges[i].space == space)
			return &node->ranges[i];
	return NULL;
}

static phys_addr zero_of(const struct platform_node *node, enum platform_space space)
{
	const struct platform_range *range = find_range(node, space);

	return (phys_addr) { range ? range->start.value - range->first : 0 };
}

/* The numbers that BARs may get in a space, or `none` where the machine has no such space. */
static struct bus_range bars_of(const struct platform_node *node, enum platform_space space, struct bus_range none)
{
	const struct platform_range *range = find_range(node, space);

	if (!range)
		return none;
	if (range->bars.last)
		return (struct bus_range) { range->bars.first, range->bars.last };
	return (struct bus_range) { range->first, range->first + range->size - 1 };
}

/* By how much there is for all functions; where nobody has said that, 256. */
static unsigned config_bytes_of(const struct platform_node *node)
{
	const struct platform_range *range = find_range(node, RANGE_CONFIG);
	uint64_t functions = (node->buses.last - node->buses.first + 1) * FUNCTIONS_OF_BUS;

	return range && range->size >= functions * ECAM ? ECAM : CONVENTIONAL;
}

/* Of all of a host's buses, from the first on. */
static uint64_t config_start(const struct host_bridge *host)
{
	return host->config.value + (host->ranges.buses.first << 8) * host->ranges.config_bytes;
}

static uint64_t config_size(const struct host_bridge *host)
{
	return ((host->ranges.buses.last - host->ranges.buses.first + 1) << 8) * host->ranges.config_bytes;
}

/* The host before it with which it has bus numbers in the same configuration space, where everything would be found
 * twice; NULL: there is none. */
static const struct host_bridge *find_same(const struct host_bridge *host)
{
	for (unsigned i = 0; i < host_count; i++)
		if (config_start(host) < config_start(&hosts[i]) + config_size(&hosts[i]) &&
		    config_start(&hosts[i]) < config_start(host) + config_size(host))
			return &hosts[i];
	return NULL;
}

/* False, and says why: it cannot be what the machine has. */
static bool makes_sense(const struct host_bridge *host)
{
	const struct host_bridge *same;
	unsigned first = host->at->buses.first, last = host->at->buses.last;

	if (first > last || last > LAST_BUS) {
		tap_comment("%s %u: its buses are said to be %#x-%#x: nothing behind it is seen", host->at->compatible,
			    host->at->number, first, last);
		return false;
	}
	same = find_range(host->at, RANGE_CONFIG) ? find_same(host) : NULL;
	if (same)
		tap_comment("%s %u: some of its buses %#x-%#x are in the configuration space of %s %u: "
			    "nothing behind it is seen", host->at->compatible, host->at->number, first, last,
			    same->at->compatible, same->at->number);
	return !same;
}

static void add(const struct host_bridge_driver *driver, const struct platform_node *node)
{
	const struct bus_range empty = { 1, 0 }, not_its_own = { 0, 0 };

	hosts[host_count] = (struct host_bridge) {
		.driver = driver,
		.at = node,
		.ranges = {
			.buses = { node->buses.first, node->buses.last },
			.io = bars_of(node, RANGE_IO, empty),
			.mem = bars_of(node, RANGE_MEMORY, empty),
			.prefetchable = bars_of(node, RANGE_PREFETCHABLE, not_its_own),
			.config_bytes = config_bytes_of(node),
		},
		.config = zero_of(node, RANGE_CONFIG),
		.io = zero_of(node, RANGE_IO),
		.memory = zero_of(node, RANGE_MEMORY),
	};
	host_count += makes_sense(&hosts[host_count]);
}

unsigned host_attach(const struct platform *platform, const char *unknown[HOST_UNKNOWN + 1])
{
	unsigned unknown_count = 0;

	host_count = 0;
	for (unsigned i = 0; i < platform->node_count; i++) {
		const struct platform_node *node = &platform->nodes[i];
		const struct host_bridge_driver *driver = find_driver(node->compatible);

		if (driver && host_count < HOST_BRIDGES)
			add(driver, node);
		else if (!driver && node->range_count > 0 && unknown && unknown_count < HOST_UNKNOWN)
			unknown[unknown_count++] = node->compatible;
	}
	if (unknown)
		unknown[unknown_count] = NULL;
	return host_count;
}

struct host_bridge *host_get(unsigned number)
{
	return number < host_count ? &hosts[number] : NULL;
}

int host_pin_line(const struct host_bridge *host, unsigned slot, unsigned pin)
{
	const struct platform_node *at = host->at;

	for (unsigned i = 0; i < at->pin_count; i++)
		if (at->pins[i].pin == pin && at->pins[i].slot == (slot & at->pin_slots))
			return at->pins[i].line;
	return -1;
}

unsigned host_config_bytes(const struct host_bridge *host)
{
	return host->ranges.config_bytes;
}

/* False: behind its end is the next function. */
static bool config_address(const struct host_bridge *host, unsigned bdf, unsigned reg, unsigned size,
			   phys_addr *address)
{
	unsigned bytes = host_config_bytes(host);

	address->value = host->config.value + (uint64_t)bdf * bytes + reg;
	return size <= bytes && reg <= bytes - size;
}

uint32_t host_config_read(struct host_bridge *host, unsigned bdf, unsigned reg, unsigned size)
{
	phys_addr address;

	if (!config_address(host, bdf, reg, size, &address))
		return ~0u;
	switch (size) {
	case 1:
		return mmio_read8(address);
	case 2:
		return mmio_read16_le(address);
	default:
		return mmio_read32_le(address);
	}
}

void host_config_write(struct host_bridge *host, unsigned bdf, unsigned reg, unsigned size, uint32_t value)
{
	phys_addr address;

	if (!config_address(host, bdf, reg, size, &address))
		return;
	switch (size) {
	case 1:
		mmio_write8(address, value);
		break;
	case 2:
		mmio_write16_le(address, value);
		break;
	default:
		mmio_write32_le(address, value);
		break;
	}
}
