/* SPDX-License-Identifier: BSD-2-Clause */
/* What engines that are a PCI function by themselves have in common: see chip.h. */
#include "drivers/engine/chip.h"

#include <linux/pci_regs.h>

#include "boot/string.h"

#define UNTOUCHED	0x5a	/* what the driver's memory holds before a read */
#define SEED		0x44	/* of what it holds before a write */

static const struct chip_model *model_of(const struct engine *engine)
{
	return (const struct chip_model *)engine->ops;
}
_Static_assert(offsetof(struct chip_model, ops) == 0, "a model is found by its operations");

static bool has_registers(const struct chip_model *model, const struct pci_bar *bar)
{
	return bar->placed && (!model->in_memory || bar->kind != PCI_BAR_IO) && bar->size >= model->registers;
}

/* False: none of its BARs will do. */
static bool find_bar(const struct engine *engine, unsigned *number)
{
	const struct chip_model *model = model_of(engine);

	for (unsigned i = 0; i < model->bar_count; i++)
		if (has_registers(model, &engine->function->bars[model->bars[i]])) {
			*number = model->bars[i];
			return true;
		}
	return false;
}

bool chip_start(struct engine *engine)
{
	const struct chip_model *model = model_of(engine);
	bool two = model->bar_count > 1;
	struct chip *chip = engine->state;

	if (!find_bar(engine, &chip->bar))
		return engine_fail(engine, two ? "neither BAR 0 nor BAR 1 has an address" : "BAR 0 has no address");
	pci_command(engine->function, PCI_COMMAND_MEMORY | (two ? PCI_COMMAND_IO : 0), 0);
	if (!model->reset(engine))
		return false;
	if (model->frames && !dma_area_make(&chip->area, engine->function, model->frames))
		return engine_fail(engine, "no memory for %s", model->frames_for);
	PCI_BUS_MASTER(engine->function);
	return !model->ready || model->ready(engine);
}

void chip_stop(struct engine *engine)
{
	struct chip *chip = engine->state;

	if (find_bar(engine, &chip->bar))
		model_of(engine)->reset(engine);
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	dma_area_release(&chip->area);
}

phys_addr chip_register(const struct engine *engine, unsigned offset)
{
	const struct chip *chip = engine->state;

	return pci_bar_address(engine->function, chip->bar, offset);
}

void *chip_pointer(const struct engine *engine, uint32_t offset)
{
	const struct chip *chip = engine->state;

	return (char *)arch_pointer(chip->area.memory) + offset;
}

uint64_t chip_number(const struct engine *engine, uint32_t offset)
{
	const struct chip *chip = engine->state;

	return chip->area.map.address.value + offset;
}

struct chip_copy chip_copy(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size,
			   uint32_t sent, uint32_t received)
{
	struct chip *chip = engine->state;

	chip->direction = direction;
	chip->size = size;
	if (direction == DMA_DEVICE_READS) {
		memset(chip_pointer(engine, received), UNTOUCHED, size);
		return (struct chip_copy) { address, chip_number(engine, received) };
	}
	engine_payload(chip_pointer(engine, sent), size, SEED);
	return (struct chip_copy) { chip_number(engine, sent), address };
}

void chip_copied(const struct engine *engine, uint32_t received, void *seen)
{
	const struct chip *chip = engine->state;

	if (chip->direction == DMA_DEVICE_READS && seen)
		memcpy(seen, chip_pointer(engine, received), chip->size);
}
