/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands about domains: windows, where an address leads, maps of the monitor, faults.
 *
 * A map of the monitor is one of drivers/dma like those of tests, for a function of the domain.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/dma/dma.h"
#include "monitor/command.h"
#include "monitor/space.h"

#define MAPS	32u

static struct dma_map maps[MAPS];

unsigned maps_live(void)
{
	unsigned live = 0;

	for (unsigned i = 0; i < MAPS; i++)
		live += maps[i].status == DMA_MAPPED && maps[i].device;
	return live;
}

void maps_give_back(void)
{
	for (unsigned i = 0; i < MAPS; i++) {
		if (maps[i].device)
			dma_unmap(&maps[i]);
		maps[i].device = NULL;
	}
}

struct dma_domain *space_read_domain(const char *word)
{
	const struct pci_function *function;
	uint64_t number;

	if (words_number(word, &number) && number < DOMAINS) {
		if (!domain_get((unsigned)number))
			wrong_word(word, "there is no such domain; \"windows\" names them");
		return domain_get((unsigned)number);
	}
	function = read_function(word);
	if (function && !function->domain)
		wrong_word(word, "nothing translates the addresses of this function");
	return function ? function->domain : NULL;
}

/* The map of the monitor that has this address in a domain. */
static const struct dma_map *map_at(const struct dma_domain *domain, uint64_t address)
{
	for (unsigned i = 0; i < MAPS; i++)
		if (maps[i].device && maps[i].device->domain == domain && maps[i].status == DMA_MAPPED &&
		    address >= maps[i].pages.first && address <= maps[i].pages.last)
			return &maps[i];
	return NULL;
}

static void say_window(unsigned number, const struct dma_window *window)
{
	static const char *const kinds[] = { "closed", "direct", "paged", "64-bit" };

	if (window->kind == WINDOW_CLOSED)
		return;
	say("  window %u: %s, bus %llx-%llx", number, kinds[window->kind], (unsigned long long)window->base.value,
	    (unsigned long long)(window->base.value + (window->size - 1)));
	if (window->kind == WINDOW_PAGED)
		say(", table %llx\n", (unsigned long long)window->table.value);
	else
		say(" to %llx\n", (unsigned long long)window->target.value);
}

static bool windows(const struct words *words)
{
	char text[512];

	(void)words;
	for (unsigned i = 0; domain_get(i) && !say_stopped(); i++) {
		struct dma_domain *domain = domain_get(i);
		struct text registers = { text, sizeof(text), 0, false };

		text[0] = 0;
		domain->driver->ops->describe(domain, &registers);
		say("domain %u: %s, pages of %llu KiB, %u live maps\n  %s\n", i, domain->driver->compatible,
		    (unsigned long long)domain_page_size(domain) >> 10, dma_live(domain), text);
		for (unsigned n = 0; n < domain->driver->window_count; n++)
			say_window(n, &domain->windows[n]);
	}
	if (!domain_get(0))
		say("nothing translates here: addresses of devices are those of memory\n");
	return true;
}

bool space_leads(struct dma_domain *domain, uint64_t address, phys_addr *memory, const char **why)
{
	struct domain_walk walk = { .steps = NULL };
	const struct dma_map *map = map_at(domain, address);

	if (domain_walk(domain, address, &walk)) {
		*memory = walk.memory;
		return true;
	}
	if (why)
		*why = walk.why;
	if (map)
		memory->value = map->memory.value - map->address.value + address;
	return map;
}

static bool walk(const struct words *words)
{
	char text[1024];
	struct text steps = { text, sizeof(text), 0, false };
	struct domain_walk walked = { .steps = &steps };
	struct dma_domain *domain = space_read_domain(words->word[1]);
	const struct dma_map *map;
	uint64_t address;

	if (!domain || !read_number(words->word[2], &address))
		return false;
	text[0] = 0;
	if (domain_walk(domain, address, &walked))
		append(&steps, "%s\n", frames_contain(walked.memory, 1) ? "that is memory of busproof" :
									  "that is no memory of busproof");
	say("%s", text);
	map = map_at(domain, address);
	if (map)
		say("map of the monitor: memory %llx\n", (unsigned long long)(map->memory.value - map->address.value +
										address));
	return true;
}

/* ---- Maps ---- */

static const char *why_not(const struct dma_map *map)
{
	switch (map->status) {
	case DMA_NO_WINDOW:
		return "no window has this bus address, or reaches the memory";
	case DMA_NO_SPACE:
		return "the window is full, or that bus address is mapped already";
	case DMA_REFUSED:
		return domain_status_name(map->refusal);
	default:
		return "the range is empty, or too long";
	}
}

static struct dma_map make(struct pci_function *function, phys_addr memory, uint64_t size, const char *at)
{
	uint64_t number;
	struct dma_map map = { .status = DMA_BAD_RANGE };

	if (!at)
		return dma_map(function, memory, size, DMA_DEVICE_BOTH);
	if (read_number(at, &number))
		map = dma_map_number(function, number, memory, size, DMA_DEVICE_BOTH);
	return map;
}

static void say_map(unsigned number, const struct dma_map *map)
{
	char name[PCI_NAME];

	say("map %u of %s: bus %llx-%llx -> memory %llx\n", number, pci_name(map->device, name),
	    (unsigned long long)map->address.value, (unsigned long long)(map->address.value + (map->size - 1)),
	    (unsigned long long)map->memory.value);
}

/* The n-th that is not in use. */
static struct dma_map *free_map(void)
{
	for (unsigned i = 0; i < MAPS; i++)
		if (!maps[i].device)
			return &maps[i];
	wrong("%u maps are live already; \"unmap\" takes one away", MAPS);
	return NULL;
}

static bool map(const struct words *words)
{
	struct pci_function *function = read_function(words->word[1]);
	struct dma_map *made = free_map();
	uint64_t memory, size;

	if (!function || !made || !read_number(words->word[2], &memory) || !read_number(words->word[3], &size))
		return false;
	if (!owned((phys_addr) { memory }, size) &&
	    !must_force("that memory was not taken by \"frames take\", and devices could write it"))
		return false;
	*made = make(function, (phys_addr) { memory }, size, words->count > 4 ? words->word[4] : NULL);
	if (made->status != DMA_MAPPED) {
		made->device = NULL;
		return wrong("it is not mapped: %s", why_not(made));
	}
	say_map((unsigned)(made - maps), made);
	return true;
}

static bool unmap(const struct words *words)
{
	uint64_t number;

	if (strcmp(words->word[1], "all") == 0) {
		say("%u maps -> 0\n", maps_live());
		maps_give_back();
		return true;
	}
	if (!read_number(words->word[1], &number))
		return false;
	if (number >= MAPS || !maps[number].device)
		return wrong_word(words->word[1], "is no map; \"maps\" names them");
	say_map((unsigned)number, &maps[number]);
	dma_unmap(&maps[number]);
	if (maps[number].status != DMA_UNMAPPED)
		return wrong("the pages may be there yet: %s", domain_status_name(maps[number].refusal));
	say("-> nowhere\n");
	maps[number].device = NULL;
	return true;
}

static bool list_maps(const struct words *words)
{
	(void)words;
	for (unsigned i = 0; i < MAPS; i++)
		if (maps[i].device)
			say_map(i, &maps[i]);
	say("%u maps\n", maps_live());
	return true;
}

/* ---- Caches and faults ---- */

static bool flush(const struct words *words)
{
	struct dma_domain *domain = space_read_domain(words->word[1]);
	enum domain_status status;
	uint64_t address;

	if (!domain)
		return false;
	if (words->count == 2)
		status = dma_forget(domain, 0, 1ull << 32);
	else if (read_number(words->word[2], &address))
		status = dma_forget(domain, address & -domain_page_size(domain), domain_page_size(domain));
	else
		return false;
	say("cached translations -> %s\n", status == DOMAIN_DONE ? "forgotten" : domain_status_name(status));
	return status == DOMAIN_DONE || wrong("%s", domain_status_name(status));
}

/* Looking is without effect; what was recorded is read, and gone, with "clear". */
static bool faults(const struct words *words)
{
	static const char *const choices[] = { "clear", NULL };
	struct domain_fault fault;
	unsigned chosen;

	if (words->count == 1)
		return say_error_registers();
	if (!read_choice(words->word[1], choices, &chosen))
		return false;
	for (unsigned i = 0; domain_get(i); i++)
		say("domain %u: %s\n", i, domain_get(i)->driver->ops->fault(domain_get(i), &fault) ? fault.text :
													"no fault");
	return true;
}

FOLLOWS(fault_choices, "clear")

static const struct monitor_command domain_commands[] = {
	{ "windows", "", "domains, their registers and the windows that are open", NULL, windows, .most = 0 },
	{ "walk", "DOMAIN|FUNCTION ADDRESS", "where a bus address leads, step by step", NULL, walk,
	  .follows = { name_function }, .least = 2, .most = 2 },
	{ "map", "FUNCTION MEMORY SIZE [BUS-ADDRESS]", "make memory reachable for a function", NULL, map,
	  .follows = { name_function }, .least = 3, .most = 4, .may_force = true },
	{ "unmap", "NUMBER|all", "take a map of the monitor away", NULL, unmap, .least = 1, .most = 1 },
	{ "maps", "", "maps of the monitor", NULL, list_maps, .most = 0 },
	{ "flush", "DOMAIN|FUNCTION [ADDRESS]", "have cached translations forgotten", NULL, flush,
	  .follows = { name_function }, .least = 1, .most = 2 },
	{ "err", "[clear]", "error registers, decoded; \"clear\" reads and clears faults", NULL, faults,
	  .follows = { fault_choices }, .most = 1 },
};
MONITOR_GROUP(domain_commands, "domains");
