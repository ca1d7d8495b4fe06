/*
 * What drivers/pci made of the model: see pci_model.h. Compares its records with the registers, both with the rules.
 */
#include <linux/pci_regs.h>

#include "tests/unit/pci_model.h"

static bool same_place(const struct pci_function *found, const struct model_function *function)
{
	if (!found && !function)
		return true;
	return found && function && found->device == function->device && found->function == function->number &&
	       same_place(found->above, function->above);
}

struct pci_function *model_found(const struct model_function *function)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (same_place(pci_get(i), function))
			return pci_get(i);
	return NULL;
}

static bool inside(uint64_t first, uint64_t last, const struct bus_range *range)
{
	return range->first <= first && last <= range->last;
}

/* What takes part in the addresses of one space on a bus: BARs, then the bridge's window at number PCI_BARS. */
static bool occupied(const struct pci_function *function, bool io, unsigned number, struct bus_range *range)
{
	const struct pci_bar *bar = &function->bars[number];

	if (number == PCI_BARS) {
		*range = io ? function->io : function->mem;
		return range->first <= range->last;
	}
	if (!bar->placed || (bar->kind == PCI_BAR_IO) != io)
		return false;
	*range = (struct bus_range){ bar->address, bar->address + bar->size - 1 };
	return true;
}

static void check_bar(const struct pci_function *function, unsigned number)
{
	const struct host_ranges *ranges = &function->host->ranges;
	const struct pci_bar *bar = &function->bars[number];
	bool io = bar->kind == PCI_BAR_IO;
	uint32_t found = pci_read32(function, PCI_BASE_ADDRESS_0 + 4 * number);

	if (!bar->placed)
		return;
	assert_int_equal(bar->address % bar->size, 0);
	assert_int_equal(found & (io ? ~3u : ~15u), bar->address);
	if (bar->kind == PCI_BAR_MEM64)
		assert_int_equal(pci_read32(function, PCI_BASE_ADDRESS_0 + 4 * number + 4), 0);
	for (const struct pci_function *above = function->above; above; above = above->above)
		assert_true(inside(bar->address, bar->address + bar->size - 1, io ? &above->io : &above->mem));
	assert_true(inside(bar->address, bar->address + bar->size - 1, io ? &ranges->io : &ranges->mem));
}

/* Windows are where the registers say, and lie in those above. */
static void check_windows(const struct pci_function *function)
{
	uint32_t io = pci_read16(function, PCI_IO_BASE);
	uint32_t upper = pci_read32(function, PCI_IO_BASE_UPPER16);
	uint32_t mem = pci_read32(function, PCI_MEMORY_BASE);
	uint64_t io_first = (io & 0xf0) << 8 | upper << 16;
	uint64_t io_last = (io & 0xf000) | (upper & 0xffff0000) | 0xfff;
	uint64_t mem_first = (mem & 0xfff0) << 16;
	uint64_t mem_last = mem | 0xfffff;

	assert_true((pci_read32(function, PCI_PREF_MEMORY_BASE) & 0xfff0) == 0xfff0);
	assert_int_equal(io_first > io_last, function->io.first > function->io.last);
	assert_int_equal(mem_first > mem_last, function->mem.first > function->mem.last);
	if (io_first <= io_last) {
		assert_int_equal(io_first, function->io.first);
		assert_int_equal(io_last, function->io.last);
		if (function->above)
			assert_true(inside(io_first, io_last, &function->above->io));
	}
	if (mem_first <= mem_last) {
		assert_int_equal(mem_first, function->mem.first);
		assert_int_equal(mem_last, function->mem.last);
		if (function->above)
			assert_true(inside(mem_first, mem_last, &function->above->mem));
	}
}

static void check_overlap(const struct pci_function *a, const struct pci_function *b, bool io)
{
	struct bus_range one, other;

	for (unsigned i = 0; i <= PCI_BARS; i++)
		for (unsigned j = a == b ? i + 1 : 0; j <= PCI_BARS; j++)
			if (occupied(a, io, i, &one) && occupied(b, io, j, &other))
				assert_false(one.first <= other.last && other.first <= one.last);
}

void model_check_places(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_function *function = pci_get(i);

		for (unsigned j = 0; j < PCI_BARS; j++)
			check_bar(function, j);
		if ((function->header_type & 0x7f) == PCI_HEADER_TYPE_BRIDGE)
			check_windows(function);
		for (unsigned j = i; j < pci_count(); j++)
			if (pci_get(j)->above == function->above) {
				check_overlap(function, pci_get(j), true);
				check_overlap(function, pci_get(j), false);
			}
	}
}

void model_enumerate(void)
{
	pci_enumerate();
	model_check_places();
	assert_int_equal(model_offences.renumbered_while_mastering, 0);
	assert_int_equal(model_offences.bar_written_while_decoding, 0);
	assert_int_equal(model_offences.console_lost, 0);
	assert_int_equal(model_offences.two_claims, 0);
}

uint16_t model_command(struct model_function *function)
{
	return (uint16_t)model_read(function, PCI_COMMAND, 2);
}
