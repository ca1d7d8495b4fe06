/* SPDX-License-Identifier: BSD-2-Clause */
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
#include "drivers/engine/chip.h"

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

static bool testdev_reset(struct engine *engine)
{
	mmio_write32_le(chip_register(engine, ITD_DOORBELL), 0);
	return true;
}

static bool testdev_ready(struct engine *engine)
{
	uint32_t *words = chip_pointer(engine, 0);

	for (unsigned i = 0; i < FRAME_SIZE / sizeof(*words); i++)
		words[i] = cpu_to_le32(PATTERN);
	return true;
}

/* The transfer has happened when this returns. */
static bool testdev_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	const struct chip *chip = engine->state;

	if (direction != DMA_DEVICE_WRITES || size > FRAME_SIZE)
		return engine_fail(engine, "the device can only write, one frame at the most");
	mmio_write32_le(chip_register(engine, ITD_ADDRESS_LOW), (uint32_t)address);
	mmio_write32_le(chip_register(engine, ITD_ADDRESS_HIGH), address >> 32);
	mmio_write32_le(chip_register(engine, ITD_COMPARE_LOW), (uint32_t)chip->area.memory.value);
	mmio_write32_le(chip_register(engine, ITD_COMPARE_HIGH), chip->area.memory.value >> 32);
	mmio_write32_le(chip_register(engine, ITD_LENGTH), size);
	dma_sync(&chip->area.map, DMA_TO_DEVICE);
	mmio_write32_le(chip_register(engine, ITD_DOORBELL), DOORBELL_ARM);
	mmio_read32_le(chip_register(engine, ITD_GO));
	return true;
}

static const char *meaning(uint32_t result)
{
	for (unsigned i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (results[i].value == result)
			return results[i].meaning;
	return "unknown";
}

static enum engine_result testdev_finish(struct engine *engine, uint64_t limit, void *seen)
{
	uint32_t result;

	(void)seen;
	if (!poll_until((result = mmio_read32_le(chip_register(engine, ITD_RESULT))) != RESULT_BUSY, limit)) {
		engine_fail(engine, "the result register stays busy (0xfffffffe), expected 0");
		return ENGINE_SILENT;
	}
	if (result == 0)
		return ENGINE_DONE;
	engine_fail(engine, "the result register is %#x (%s), expected 0", result, meaning(result));
	return ENGINE_FAILED;
}

/* pci-testdev has the same id, and an I/O BAR 1. */
static bool testdev_ours(const struct pci_function *function)
{
	return function->bars[0].kind == PCI_BAR_MEM32 && function->bars[1].kind == PCI_BAR_NONE;
}

static const struct chip_model testdev_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = testdev_begin,
		.finish = testdev_finish,
	},
	.bars = { 0 },
	.bar_count = 1,
	.frames = 1,
	.frames_for = "its pattern",
	.reset = testdev_reset,
	.ready = testdev_ready,
};

static const struct engine_driver iommu_testdev = {
	.kind = "iommu-testdev",
	.ops = &testdev_model.ops,
	.ids = { { 0x1b36, 0x0005 } },
	.directions = DMA_DEVICE_WRITES,
	.largest = 4096,
	.granule = 4,
	.address_bits = 64,
	.state_size = sizeof(struct chip),
	.ours = testdev_ours,
};
ENGINE_DRIVER(iommu_testdev);
