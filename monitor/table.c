/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command "table": which pages of a domain lead somewhere, by following each as "walk" does. Pages that lead to
 * memory in a row, with one permission, are one line.
 */
#include "boot/string.h"
#include "drivers/iommu/virtio_iommu.h"
#include "monitor/command.h"
#include "monitor/space.h"

/* Pages in a row. */
struct stretch {
	uint64_t bus, size, memory;
	enum dma_direction permission;
};

static const char *permission_name(enum dma_direction permission)
{
	static const char *const names[] = { "nothing", "read", "write", "read and write" };

	return names[permission & DMA_DEVICE_BOTH];
}

static void say_stretch(const struct stretch *stretch)
{
	if (stretch->size)
		say("  bus %llx-%llx -> memory %llx, to %s\n", (unsigned long long)stretch->bus,
		    (unsigned long long)(stretch->bus + (stretch->size - 1)), (unsigned long long)stretch->memory,
		    permission_name(stretch->permission));
}

static bool goes_on(const struct stretch *stretch, const struct domain_walk *walk)
{
	return stretch->size && walk->memory.value == stretch->memory + stretch->size &&
	       walk->permission == stretch->permission;
}

/* Returns how many pages of the range lead somewhere. */
static uint64_t say_range(struct dma_domain *domain, uint64_t first, uint64_t last)
{
	uint64_t page = domain_page_size(domain), found = 0;
	struct stretch stretch = { .size = 0 };

	for (uint64_t at = first & -page; at <= last && !say_stopped(); at += page) {
		struct domain_walk walk = { .steps = NULL };
		bool leads = domain_walk(domain, at, &walk);

		found += leads;
		if (!leads || !goes_on(&stretch, &walk)) {
			say_stretch(&stretch);
			stretch = (struct stretch) { at, 0, walk.memory.value, walk.permission };
		}
		stretch.size += leads ? page : 0;
		if (at + page < at)
			break;
	}
	say_stretch(&stretch);
	return found;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What of the range is in windows whose pages are looked up; the others lead where "windows" says. */
static bool say_windows(struct dma_domain *domain, uint64_t first, uint64_t last)
{
	uint64_t found = 0;

	for (unsigned i = 0; i < domain->driver->window_count; i++) {
		const struct dma_window *window = &domain->windows[i];
		uint64_t base = window->base.value, end = base + (window->size - 1);

		if (window->kind == WINDOW_PAGED && larger(first, base) <= smaller(last, end))
			found += say_range(domain, larger(first, base), smaller(last, end));
	}
	say("%llx pages of %llu KiB lead somewhere\n", (unsigned long long)found,
	    (unsigned long long)domain_page_size(domain) >> 10);
	return true;
}

static bool table(const struct words *words)
{
	struct dma_domain *domain = space_read_domain(words->word[1]);
	uint64_t first = 0, size = 0;

	if (!domain || (words->count > 2 && !read_number(words->word[2], &first)) ||
	    (words->count > 3 && !read_number(words->word[3], &size)))
		return false;
	if (virtio_iommu_of(domain))
		return wrong("the device has its mappings to itself; \"walk\" asks it for one, \"maps\" names yours");
	if (words->count > 3 && (size == 0 || size - 1 > UINT64_MAX - first))
		return wrong_word(words->word[3], "is no size of a range that begins there");
	return say_windows(domain, first, words->count > 3 ? first + (size - 1) : UINT64_MAX);
}

static const struct monitor_command table_commands[] = {
	{ "table", "DOMAIN|FUNCTION [BUS-ADDRESS [SIZE]]", "pages of a domain that lead somewhere", NULL, table,
	  .follows = { name_function }, .least = 1, .most = 3 },
};
MONITOR_GROUP(table_commands, "tables of domains");
