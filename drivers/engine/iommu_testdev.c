/*
 * iommu-testdev, QEMU's device for tests of IOMMUs, as an engine. It exists only in QEMU, from version 11 on.
 *
 * A read of its first register writes a fixed pattern to a bus address, then reads a physical address without any
 * translation and compares. The engine uses the first half: what it lets the device compare is memory of the driver's
 * own that already holds the pattern, so that the result says whether the write was accepted. Where the write went is
 * for the tests to find out. The device never reads through its bus address, and does not mind bus mastering being off.
 *
 * Source: QEMU, include/hw/misc/iommu-testdev.h; behaviour as of QEMU 11.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/frames.h"
#include "drivers/engine/engine.h"

#define ITD_GO			0x00		/* a read runs the transfer that is armed, and returns after it */
#define ITD_ADDRESS_LOW		0x04		/* the bus address */
#define ITD_ADDRESS_HIGH	0x08
#define ITD_LENGTH		0x0c		/* bytes */
#define ITD_RESULT		0x10		/* 0: written, and the comparison was equal; else see results */
#define   RESULT_BUSY		0xfffffffe
#define ITD_DOORBELL		0x14
#define   DOORBELL_ARM		0x1		/*   the next read of ITD_GO counts */
#define ITD_COMPARE_LOW		0x1c		/* the physical address */
#define ITD_COMPARE_HIGH	0x20

#define PATTERN			0x12345678u	/* stored little-endian, again and again */

static const struct { uint32_t value; const char *meaning; } results[] = {
	{ 0xdead0001, "bad length" },
	{ 0xdead0002, "the DMA write failed" },
	{ 0xdead0003, "the read of the physical address failed" },
	{ 0xdead0004, "the physical address holds something else" },
	{ 0xdead0005, "not armed" },
	{ 0xdead0006, "bad attributes" },
	{ 0xffffffff, "idle" },
};

struct testdev_state {
	struct dma_area area;		/* holds the pattern */
};

static phys_addr reg(const struct engine *engine, unsigned offset)
{
	return pci_bar_address(engine->function, 0, offset);
}

static bool has_registers(const struct engine *engine)
{
	return engine->function->bars[0].placed;
}

static bool fail(struct engine *engine, const char *fault)
{
	format(engine->fault, sizeof(engine->fault), "%s", fault);
	return false;
}

static bool start(struct engine *engine)
{
	struct testdev_state *state = engine->state;
	uint32_t *words;

	if (!has_registers(engine))
		return fail(engine, "BAR 0 has no address");
	pci_command(engine->function, PCI_COMMAND_MEMORY, 0);
	mmio_write32_le(reg(engine, ITD_DOORBELL), 0);
	if (!dma_area_make(&state->area, engine->function, 1))
		return fail(engine, "no memory for its pattern");
	words = arch_pointer(state->area.memory);
	for (unsigned i = 0; i < FRAME_SIZE / sizeof(*words); i++)
		words[i] = cpu_to_le32(PATTERN);
	PCI_BUS_MASTER(engine->function);
	return true;
}

static void stop(struct engine *engine)
{
	struct testdev_state *state = engine->state;

	if (has_registers(engine))
		mmio_write32_le(reg(engine, ITD_DOORBELL), 0);
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	dma_area_release(&state->area);
}

/* The transfer has happened when this returns. */
static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	const struct testdev_state *state = engine->state;

	if (direction != DMA_DEVICE_WRITES || size > FRAME_SIZE)
		return fail(engine, "the device can only write, one frame at the most");
	mmio_write32_le(reg(engine, ITD_ADDRESS_LOW), (uint32_t)address);
	mmio_write32_le(reg(engine, ITD_ADDRESS_HIGH), address >> 32);
	mmio_write32_le(reg(engine, ITD_COMPARE_LOW), (uint32_t)state->area.memory.value);
	mmio_write32_le(reg(engine, ITD_COMPARE_HIGH), state->area.memory.value >> 32);
	mmio_write32_le(reg(engine, ITD_LENGTH), size);
	dma_sync(&state->area.map, DMA_TO_DEVICE);
	mmio_write32_le(reg(engine, ITD_DOORBELL), DOORBELL_ARM);
	mmio_read32_le(reg(engine, ITD_GO));
	return true;
}

static const char *meaning(uint32_t result)
{
	for (unsigned i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (results[i].value == result)
			return results[i].meaning;
	return "unknown";
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	uint32_t result;

	(void)seen;
	if (!poll_until((result = mmio_read32_le(reg(engine, ITD_RESULT))) != RESULT_BUSY, limit)) {
		fail(engine, "the result register stays busy (0xfffffffe), expected 0");
		return ENGINE_SILENT;
	}
	if (result == 0)
		return ENGINE_DONE;
	format(engine->fault, sizeof(engine->fault), "the result register is %#x (%s), expected 0", result,
	       meaning(result));
	return ENGINE_FAILED;
}

/* pci-testdev has the same id, and an I/O BAR 1. */
static bool ours(const struct pci_function *function)
{
	return function->bars[0].kind == PCI_BAR_MEM32 && function->bars[1].kind == PCI_BAR_NONE;
}

static const struct engine_ops ops = {
	.start = start,
	.stop = stop,
	.begin = begin,
	.finish = finish,
};

static const struct engine_driver iommu_testdev = {
	.kind = "iommu-testdev",
	.ops = &ops,
	.ids = { { 0x1b36, 0x0005 } },
	.directions = DMA_DEVICE_WRITES,
	.largest = 4096,
	.granule = 4,
	.address_bits = 64,
	.state_size = sizeof(struct testdev_state),
	.ours = ours,
};
ENGINE_DRIVER(iommu_testdev);
