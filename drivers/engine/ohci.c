/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OHCI USB host controllers, as engines. No USB device is needed: in its operational state the controller writes the
 * number of each frame, one a millisecond, to its communications area (HCCA), at an address of our choice. It is the
 * only model of a real part in QEMU that reports a failed access: UnrecoverableError in HcInterruptStatus.
 *
 * An HCCA is 256 bytes, aligned to them, of which 4 to 8 bytes are written. A transfer puts an HCCA at every 256 bytes
 * of the target, one after the other, so that every part of it is written; begin() starts the first.
 *
 * The controller reads its area as well, but nothing says what it has read, so this engine only writes.
 *
 * Source: OpenHCI for USB, release 1.0a: the HCCA and the operational registers; ids from the BSDs' ohci drivers.
 */
#include <linux/pci_regs.h>

#include "drivers/engine/chip.h"

#define HC_CONTROL		0x04
#define   HCFS_OPERATIONAL	0x80		/* frames begin; the lists stay disabled */
#define HC_COMMAND_STATUS	0x08
#define   HOST_CONTROLLER_RESET	0x1		/* clears itself, in 10 us */
#define HC_INTERRUPT_STATUS	0x0c		/* write ones to clear */
#define   START_OF_FRAME	0x4		/* a frame number has been written */
#define   UNRECOVERABLE_ERROR	0x10		/* the bus refused an access; only a reset helps */
#define HC_INTERRUPT_DISABLE	0x14
#define   EVERY_INTERRUPT	0xc000007f
#define HC_HCCA			0x18
#define HC_FM_INTERVAL		0x34
#define   FM_INTERVAL		0x27782edf	/* frames of 12000 bit times, and the largest packet for them */

#define HCCA_SIZE		256u
#define RESET_LIMIT		MILLISECONDS(10)
#define CLASS_OHCI		0x0c0310

/* The transfer under way. */
struct ohci_state {
	struct chip chip;
	uint64_t hcca;			/* that is written now */
	uint64_t end;
};

/* Ends all activity: leaves the controller suspended, all registers as after power-on. */
static bool ohci_reset(struct engine *engine)
{
	uint32_t status;

	mmio_write32_le(chip_register(engine, HC_COMMAND_STATUS), HOST_CONTROLLER_RESET);
	if (poll_until(!((status = mmio_read32_le(chip_register(engine, HC_COMMAND_STATUS))) & HOST_CONTROLLER_RESET),
		       RESET_LIMIT))
		return true;
	return engine_fail(engine, "HcCommandStatus is %#x 10 ms after a reset, bit 0 must be clear", status);
}

/* The frame number goes into an area at this address, from now on and every millisecond. */
static bool run_frames(struct engine *engine, uint64_t hcca)
{
	if (!ohci_reset(engine))
		return false;
	mmio_write32_le(chip_register(engine, HC_INTERRUPT_DISABLE), EVERY_INTERRUPT);
	mmio_write32_le(chip_register(engine, HC_FM_INTERVAL), FM_INTERVAL);
	mmio_write32_le(chip_register(engine, HC_HCCA), (uint32_t)hcca);
	mmio_write32_le(chip_register(engine, HC_INTERRUPT_STATUS), START_OF_FRAME | UNRECOVERABLE_ERROR);
	mmio_write32_le(chip_register(engine, HC_CONTROL), HCFS_OPERATIONAL);
	return true;
}

static bool ohci_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct ohci_state *state = engine->state;

	if (direction != DMA_DEVICE_WRITES || size == 0 || (address | size) % HCCA_SIZE ||
	    address + size > 1ull << 32)
		return engine_fail(engine, "no HCCA can be at %#llx, %u bytes: it writes, and takes 256 bytes "
				   "aligned to them, below 4 GiB", (unsigned long long)address, size);
	state->hcca = address;
	state->end = address + size;
	return run_frames(engine, address);
}

/* Waits for one frame number. The status is read once more after it, because the write may fail as the last thing. */
static enum engine_result wait_frame(struct engine *engine, uint64_t limit)
{
	const struct ohci_state *state = engine->state;
	phys_addr status_register = chip_register(engine, HC_INTERRUPT_STATUS);
	bool said = poll_until(mmio_read32_le(status_register) & (START_OF_FRAME | UNRECOVERABLE_ERROR), limit);
	uint32_t status = mmio_read32_le(status_register);

	if (said && !(status & UNRECOVERABLE_ERROR))
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_DONE;
	engine_fail(engine, "HCCA at %#llx: HcInterruptStatus is %#x, expected StartOfFrame (0x4)%s",
		    (unsigned long long)state->hcca, status, said ? " and not UnrecoverableError (0x10)" : "");
	return engine_bus_error(engine) || said ? ENGINE_FAILED : ENGINE_SILENT;
}

static enum engine_result ohci_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct ohci_state *state = engine->state;
	uint64_t end = clock_now() + limit;
	enum engine_result result;

	(void)seen;
	for (;;) {
		uint64_t now = clock_now();

		result = wait_frame(engine, now < end ? end - now : 0);
		state->hcca += HCCA_SIZE;
		if (result != ENGINE_DONE || state->hcca >= state->end)
			break;
		if (!run_frames(engine, state->hcca))
			return ENGINE_FAILED;
	}
	/* No more frame numbers: the memory is the caller's again. */
	return ohci_reset(engine) ? result : ENGINE_FAILED;
}

/* The Cypress part has the same id for all its functions. */
static bool ohci_ours(const struct pci_function *function)
{
	return function->class_code == CLASS_OHCI;
}

static const struct chip_model ohci_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = ohci_begin,
		.finish = ohci_finish,
	},
	.bars = { 0 },
	.bar_count = 1,
	.in_memory = true,
	.reset = ohci_reset,
};

static const struct engine_driver ohci = {
	.kind = "ohci",
	.ops = &ohci_model.ops,
	.ids = {
		{ 0x106b, 0x003f },		/* Apple KeyLargo, and QEMU's pci-ohci */
		{ 0x108e, 0x1103 },		/* Sun PCIO-2 */
		{ 0x10b9, 0x5237 },		/* ALi M5237 */
		{ 0x1080, 0xc693 },		/* Cypress CY82C693 */
		{ 0x1033, 0x0035 },		/* NEC uPD9210 and successors */
		{ 0x1045, 0xc861 },		/* OPTi 82C861 */
	},
	.directions = DMA_DEVICE_WRITES,
	/* Two areas, so that a transfer over the border of two pages has one on either side. */
	.largest = 4 * HCCA_SIZE,
	.granule = 2 * HCCA_SIZE,
	.address_bits = 32,
	.state_size = sizeof(struct ohci_state),
	.ours = ohci_ours,
};
ENGINE_DRIVER(ohci);
