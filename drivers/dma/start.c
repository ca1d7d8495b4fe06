/* SPDX-License-Identifier: BSD-2-Clause */
/* The windows of a domain: opened at the start, and put back as they were then. See dma.h. */
#include "boot/fatal.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/dma/dma.h"
#include "drivers/dma/state.h"

static struct dma_state states[DOMAINS];

struct dma_state *dma_state(const struct dma_domain *domain)
{
	for (unsigned i = 0; i < DOMAINS; i++)
		if (states[i].domain == domain || !states[i].domain) {
			states[i].domain = domain;
			return &states[i];
		}
	fatal("more domains than a machine can have");
}

/* Numbers below are for those who ask for them, and 0 means "no ring" to some devices. */
uint64_t dma_lowest(const struct dma_window *window)
{
	struct memory_range kept = frames_by_address();
	uint64_t first = kept.start.value + kept.size;

	return window->base.value < first ? first : window->base.value;
}

/* An empty table for a paged window, where it has one. */
static bool make_table(const struct dma_domain *domain, struct dma_window *window)
{
	uint64_t bytes = domain->driver->ops->table_size(window->size);
	uint64_t align = bytes < FRAME_SIZE ? FRAME_SIZE : bytes;

	if (bytes == 0)
		return true;
	if (!frames_take(align / FRAME_SIZE, align, &window->table))
		return false;
	memset(arch_pointer(window->table), 0, bytes);
	return true;
}

static void make_state(struct dma_domain *domain)
{
	struct dma_state *state = dma_state(domain);

	state->like_memory = false;
	intervals_clear(&state->used);
	memcpy(state->standard, domain->windows, sizeof(domain->windows));
	if (domain_translates(domain))
		state->cursor = dma_lowest(&domain->windows[domain->driver->paged_window]);
}

bool dma_start(struct dma_domain *domain)
{
	const struct domain_driver *driver = domain->driver;

	driver->ops->quiet(domain);
	for (unsigned n = 0; n < driver->window_count; n++) {
		struct dma_window window = driver->windows[n];

		if (window.kind == WINDOW_CLOSED)
			continue;
		if (window.kind == WINDOW_PAGED && !make_table(domain, &window))
			return false;
		if (!domain_open_window(domain, n, &window))
			return false;
	}
	make_state(domain);
	return true;
}

static bool same_window(const struct dma_window *a, const struct dma_window *b)
{
	return a->kind == b->kind && a->base.value == b->base.value && a->size == b->size &&
	       a->target.value == b->target.value && a->table.value == b->table.value;
}

bool dma_restore(struct dma_domain *domain)
{
	const struct dma_window *standard = dma_state(domain)->standard;
	bool restored = true;

	dma_state(domain)->like_memory = false;
	for (unsigned n = 0; n < domain->driver->window_count; n++) {
		if (same_window(&domain->windows[n], &standard[n]))
			continue;
		if (standard[n].kind == WINDOW_CLOSED)
			domain_close_window(domain, n);
		else
			restored = domain_open_window(domain, n, &standard[n]) && restored;
	}
	return restored;
}

void dma_map_like_memory(struct dma_domain *domain)
{
	dma_state(domain)->like_memory = true;
}
