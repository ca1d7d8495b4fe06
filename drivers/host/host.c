/*
 * What all hosts have in common: finding the driver, and configuration space, which every host busproof knows maps
 * flat: bus << 16 | device << 11 | function << 8 | register (Tsunami, Sabre), or four bits more of each (ECAM of PCI
 * Express, whose first bus has address 0).
 */
#include "drivers/host/host.h"

#include "boot/string.h"

TABLE_DECLARE(hosts, const struct host_bridge_driver);

static struct host_bridge hosts[PLATFORM_BRIDGES];
static unsigned host_count;

static const struct host_bridge_driver *find_driver(const char *compatible)
{
	TABLE_EACH(hosts, const struct host_bridge_driver, entry)
		if (strcmp((*entry)->compatible, compatible) == 0)
			return *entry;
	return NULL;
}

unsigned host_attach(const struct platform *platform, const char **unknown)
{
	if (unknown)
		*unknown = NULL;
	host_count = 0;
	for (unsigned i = 0; i < platform->bridge_count && i < PLATFORM_BRIDGES; i++) {
		const struct host_bridge_driver *driver = find_driver(platform->bridges[i].compatible);

		if (!driver) {
			if (unknown)
				*unknown = platform->bridges[i].compatible;
			continue;
		}
		hosts[host_count++] = (struct host_bridge) {
			.driver = driver, .at = &platform->bridges[i], .ranges = driver->ranges,
		};
	}
	return host_count;
}

struct host_bridge *host_get(unsigned number)
{
	return number < host_count ? &hosts[number] : NULL;
}

static phys_addr config_address(const struct host_bridge *host, unsigned bdf, unsigned reg)
{
	uint64_t function = bdf - (host->ranges.buses.first << 8);

	return (phys_addr) { host->at->config.value + (function << host->ranges.config_shift) + reg };
}

uint32_t host_config_read(struct host_bridge *host, unsigned bdf, unsigned reg, unsigned size)
{
	phys_addr address = config_address(host, bdf, reg);

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
	phys_addr address = config_address(host, bdf, reg);

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
