/*
 * What all domains have in common: finding the driver, the book of open windows, and page table entries in memory.
 */
#include "drivers/iommu/domain.h"

#include "boot/string.h"
#include "drivers/pci/pci.h"

TABLE_DECLARE(domains, const struct domain_driver);

/* One a host: none of those that busproof knows has functions with translations of their own. */
static struct dma_domain domains[HOST_BRIDGES];
static unsigned domain_count;

static const struct domain_driver *find_driver(const char *compatible)
{
	TABLE_EACH(domains, const struct domain_driver, entry)
		if (strcmp((*entry)->compatible, compatible) == 0)
			return *entry;
	return NULL;
}

void domain_attach(void)
{
	struct host_bridge *host;

	domain_count = 0;
	for (unsigned i = 0; (host = host_get(i)) != NULL; i++) {
		const struct domain_driver *driver = find_driver(host->at->compatible);

		host->domain = NULL;
		if (!driver)
			continue;
		host->domain = &domains[domain_count++];
		*host->domain = (struct dma_domain) { .driver = driver, .at = host->at };
	}
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

void domain_clear_entries(const struct dma_window *window, uint64_t index, uint64_t count)
{
	uint64_t *table = arch_pointer(window->table);

	for (uint64_t i = index; i < index + count; i++)
		table[i] = 0;
}

bool domain_entries_absent(const struct dma_window *window, uint64_t index, uint64_t count)
{
	const uint64_t *table = arch_pointer(window->table);

	for (uint64_t i = index; i < index + count; i++)
		if (table[i])
			return false;
	return true;
}
