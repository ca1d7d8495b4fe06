/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all domains have in common: finding the driver, and the book of open windows.
 */
#include "drivers/iommu/domain.h"

#include "boot/string.h"
#include "drivers/iommu/window.h"
#include "drivers/pci/pci.h"

TABLE_DECLARE(domains, const struct domain_driver);

/* One a host, or for several: none of those that busproof knows has functions with translations of their own. */
static struct dma_domain domains[DOMAINS];
static unsigned domain_count;
static unsigned page_wanted;

static const struct domain_driver *find_driver(const char *compatible)
{
	TABLE_EACH(domains, const struct domain_driver, entry)
		if (strcmp((*entry)->compatible, compatible) == 0)
			return *entry;
	return NULL;
}

/* Several hosts may have one translator. */
static struct dma_domain *find_shared(const struct platform_node *at)
{
	for (unsigned i = 0; i < domain_count; i++)
		if (domains[i].at == at)
			return &domains[i];
	return NULL;
}

static struct dma_domain *add(const struct platform_node *at, const struct domain_driver *driver)
{
	domains[domain_count] = (struct dma_domain) { .driver = driver, .at = at };
	return &domains[domain_count++];
}

/* One that cannot be driven is left as it is. */
static void attach(struct host_bridge *host, const struct platform_node *at, const struct domain_driver *driver)
{
	host->domain = add(at, driver);
	if (!driver->ops->usable || driver->ops->usable(host->domain))
		return;
	host->domain = NULL;
	domain_count--;
}

void domain_choose_page(unsigned bytes)
{
	page_wanted = bytes;
}

unsigned domain_chosen_page(void)
{
	return page_wanted;
}

bool domain_has_page(unsigned bytes)
{
	for (unsigned i = 0; i < domain_count; i++)
		if (domains[i].driver->table_page == bytes)
			return true;
	return false;
}

void domain_attach(void)
{
	struct host_bridge *host;

	domain_count = 0;
	for (unsigned i = 0; (host = host_get(i)) != NULL; i++) {
		const struct platform_node *at = host->at->translator ? host->at->translator : host->at;
		const struct domain_driver *driver = find_driver(at->compatible);

		host->domain = driver ? find_shared(at) : NULL;
		if (driver && !host->domain)
			attach(host, at, driver);
	}
}

struct dma_domain *domain_add(struct host_bridge *host, const struct domain_driver *driver)
{
	host->domain = add(host->at, driver);
	return host->domain;
}

struct dma_domain *domain_get(unsigned number)
{
	return number < domain_count ? &domains[number] : NULL;
}

void domain_restore(void)
{
	for (unsigned i = 0; i < domain_count; i++)
		domains[i].driver->ops->restore(&domains[i]);
}

static void append_registers(struct text *text, const struct host_bridge *host)
{
	append(text, " ");
	if (host->domain)
		host->domain->driver->ops->describe(host->domain, text);
}

static const struct pci_handoff_note note = { .append_host = append_registers };
PCI_HANDOFF_NOTE(note);

bool domain_open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	if (number >= domain->driver->window_count || !domain->driver->ops->open_window(domain, number, window))
		return false;
	domain->windows[number] = *window;
	return true;
}

void domain_close_window(struct dma_domain *domain, unsigned number)
{
	if (number >= domain->driver->window_count)
		return;
	domain->driver->ops->close_window(domain, number);
	domain->windows[number] = (struct dma_window) { .kind = WINDOW_CLOSED };
}

const struct dma_window *domain_paged_window(const struct dma_domain *domain, bus_addr start, uint64_t size)
{
	for (unsigned n = 0; n < domain->driver->window_count; n++)
		if (domain->windows[n].kind == WINDOW_PAGED && window_contains(&domain->windows[n], start, size))
			return &domain->windows[n];
	return NULL;
}

bool domain_walk(struct dma_domain *domain, uint64_t number, struct domain_walk *walk)
{
	if (!domain->driver->ops->walk)
		return domain_walk_ends(walk, "this kind of domain does not say where an address leads");
	return domain->driver->ops->walk(domain, (bus_addr) { number }, walk);
}

void domain_step(struct domain_walk *walk, const char *text, ...)
{
	va_list list;

	if (!walk->steps)
		return;
	va_start(list, text);
	append_list(walk->steps, text, list);
	va_end(list);
	append(walk->steps, "\n");
}

bool domain_walk_ends(struct domain_walk *walk, const char *why)
{
	walk->why = why;
	domain_step(walk, "nowhere: %s", why);
	return false;
}

const char *domain_status_name(enum domain_status status)
{
	static const char *const names[] = {
		[DOMAIN_DONE] = "done",
		[DOMAIN_NO_APERTURE] = "no window claims these bus addresses",
		[DOMAIN_NO_REACH] = "an entry cannot say this physical address",
		[DOMAIN_REFUSED] = "the IOMMU has refused it",
		[DOMAIN_SILENT] = "the IOMMU did not answer in time",
	};

	return names[status];
}
