/*
 * What all host bridges have in common: finding the driver, the book of open windows, page table entries in memory,
 * and configuration space, which every bridge busproof knows maps flat (the PCI "memory-mapped configuration" of
 * Tsunami and of Sabre: bus << 16 | device << 11 | function << 8 | register).
 */
#include "drivers/bridge/bridge.h"

#include "boot/string.h"

TABLE_DECLARE(bridges, const struct host_bridge_driver);

static struct host_bridge bridges[PLATFORM_BRIDGES];
static unsigned bridge_count;

static const struct host_bridge_driver *find_driver(const char *compatible)
{
	TABLE_EACH(bridges, const struct host_bridge_driver, entry)
		if (strcmp((*entry)->compatible, compatible) == 0)
			return *entry;
	return NULL;
}

unsigned bridge_attach(const struct platform *platform, const char **unknown)
{
	if (unknown)
		*unknown = NULL;
	bridge_count = 0;
	for (unsigned i = 0; i < platform->bridge_count && i < PLATFORM_BRIDGES; i++) {
		const struct host_bridge_driver *driver = find_driver(platform->bridges[i].compatible);

		if (!driver) {
			if (unknown)
				*unknown = platform->bridges[i].compatible;
			continue;
		}
		bridges[bridge_count++] = (struct host_bridge) { .driver = driver, .at = &platform->bridges[i] };
	}
	return bridge_count;
}

struct host_bridge *bridge_get(unsigned number)
{
	return number < bridge_count ? &bridges[number] : NULL;
}

bool bridge_open_window(struct host_bridge *bridge, unsigned number, const struct dma_window *window)
{
	if (number >= bridge->driver->window_count || !bridge->driver->ops->open_window(bridge, number, window))
		return false;
	bridge->windows[number] = *window;
	return true;
}

void bridge_close_window(struct host_bridge *bridge, unsigned number)
{
	if (number >= bridge->driver->window_count)
		return;
	bridge->driver->ops->close_window(bridge, number);
	bridge->windows[number] = (struct dma_window) { .kind = WINDOW_CLOSED };
}

void bridge_clear_entries(const struct dma_window *window, uint64_t index, uint64_t count)
{
	uint64_t *table = arch_pointer(window->table);

	for (uint64_t i = index; i < index + count; i++)
		table[i] = 0;
}

bool bridge_entries_absent(const struct dma_window *window, uint64_t index, uint64_t count)
{
	const uint64_t *table = arch_pointer(window->table);

	for (uint64_t i = index; i < index + count; i++)
		if (table[i])
			return false;
	return true;
}

static phys_addr config_address(const struct host_bridge *bridge, unsigned bdf, unsigned reg)
{
	return (phys_addr) { bridge->at->config.value + ((uint64_t)bdf << 8) + reg };
}

uint32_t bridge_config_read(struct host_bridge *bridge, unsigned bdf, unsigned reg, unsigned size)
{
	phys_addr address = config_address(bridge, bdf, reg);

	switch (size) {
	case 1:
		return mmio_read8(address);
	case 2:
		return mmio_read16_le(address);
	default:
		return mmio_read32_le(address);
	}
}

void bridge_config_write(struct host_bridge *bridge, unsigned bdf, unsigned reg, unsigned size, uint32_t value)
{
	phys_addr address = config_address(bridge, bdf, reg);

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
