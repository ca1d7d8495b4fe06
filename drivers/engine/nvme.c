/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NVMe controllers, as engines, by their administration commands alone: no disk is needed, and none is touched.
 *
 * The controller writes memory with Get Log Page (the health log, which every controller has), and reads it with Set
 * Features, Host Behavior Support: 512 bytes, which Get Features brings back. QEMU keeps them all, where a real
 * controller keeps the bits it knows. A controller that says that it has no such feature is not asked to read.
 * Addresses are 64-bit numbers.
 *
 * Source: NVM Express Base Specification: controller registers, Get Log Page, Set Features.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/engine/chip.h"
#include "drivers/engine/nvme.h"

#define NVME_CAP		0x00		/* 64 bits */
#define   CAP_TIMEOUT(cap)	MILLISECONDS(500 * ((cap) >> 24 & 0xff))	/* for CSTS_READY to follow CC_ENABLE */
#define   CAP_STRIDE(cap)	(4u << ((cap) >> 32 & 0xf))	/* between doorbells */
#define   CAP_PAGE_SMALLEST(cap) ((cap) >> 48 & 0xf)	/* 4 KiB << this */
#define NVME_INTMS		0x0c		/* write ones: interrupts that stay silent */
#define NVME_CC			0x14
#define   CC_ENABLE		0x1
#define   CC_ENTRY_SIZES	0x00460000	/*   completions of 16 bytes, commands of 64; pages of 4 KiB */
#define NVME_CSTS		0x1c
#define   CSTS_READY		0x1
#define   CSTS_FATAL		0x2		/*   only a reset helps */
#define NVME_AQA		0x24		/* entries of both queues, less one: completions << 16 | commands */
#define NVME_ASQ		0x28		/* 64 bits: bus address of the commands */
#define NVME_ACQ		0x30		/* 64 bits: bus address of the completions */
#define NVME_DOORBELLS		0x1000

#define PAGE			4096u		/* the controller's */
#define QUEUE_ENTRIES		8u
#define TRANSFER_SIZE		512u

#define OPCODE_GET_LOG_PAGE	0x02
#define OPCODE_SET_FEATURES	0x09
#define OPCODE_GET_FEATURES	0x0a
#define LOG_HEALTH		0x02
#define FEATURE_HOST_BEHAVIOR	0x16
#define NAMESPACE_ALL		0xffffffff

/* The area: two queues, each in a page, and a buffer. */
#define AREA_COMMANDS		0
#define AREA_COMPLETIONS	PAGE
#define AREA_BUFFER		(2 * PAGE)
#define AREA_FRAMES		2

struct command {
	uint8_t opcode, flags;
	uint16_t id;
	uint32_t namespace;
	uint64_t reserved, metadata;
	uint64_t page1, page2;			/* of the data; page1 may begin anywhere in its page */
	uint32_t words[6];			/* command dwords 10 to 15 */
};
_Static_assert(sizeof(struct command) == 64, "a command is 64 bytes");

struct completion {
	uint32_t result, reserved;
	uint16_t commands_head, queue;
	uint16_t id;
	uint16_t status;			/* bit 0 turns over with each round of the queue */
};
_Static_assert(sizeof(struct completion) == 16, "a completion is 16 bytes");

struct nvme_state {
	struct chip chip;
	uint64_t capabilities;
	uint16_t next_id;
	uint16_t tail;				/* of the commands */
	uint16_t head;				/* of the completions */
	uint16_t phase;				/* bit 0 of a completion that is new */
	uint16_t status;			/* of the last completion */
};

/* In halves, which every controller takes. */
static uint64_t read64(const struct engine *engine, unsigned offset)
{
	return mmio_read32_le(chip_register(engine, offset)) |
	       (uint64_t)mmio_read32_le(chip_register(engine, offset + 4)) << 32;
}

static void write64(const struct engine *engine, unsigned offset, uint64_t value)
{
	mmio_write32_le(chip_register(engine, offset), (uint32_t)value);
	mmio_write32_le(chip_register(engine, offset + 4), value >> 32);
}

static void ring(const struct engine *engine, unsigned doorbell, uint16_t value)
{
	const struct nvme_state *state = engine->state;

	mmio_write32_le(chip_register(engine, NVME_DOORBELLS + doorbell * CAP_STRIDE(state->capabilities)), value);
}

/* Writes CC and waits until the controller has followed. */
static bool configure(struct engine *engine, uint32_t value)
{
	const struct nvme_state *state = engine->state;
	uint32_t expected = value & CC_ENABLE ? CSTS_READY : 0;
	uint64_t limit = CAP_TIMEOUT(state->capabilities) + MILLISECONDS(500);
	phys_addr csts = chip_register(engine, NVME_CSTS);
	uint32_t status;

	mmio_write32_le(chip_register(engine, NVME_CC), value);
	if (poll_until(((status = mmio_read32_le(csts)) & (CSTS_READY | CSTS_FATAL)) == expected, limit))
		return true;
	return engine_fail(engine, "CSTS is %#x %llu ms after CC became %#x, bits 0 and 1 must be %#x", status,
			   (unsigned long long)limit / 1000000, value, expected);
}

/* A command that moves the whole buffer of a transfer. */
static void submit_words(struct engine *engine, uint8_t opcode, uint32_t word10, uint32_t word11, uint64_t address)
{
	struct nvme_state *state = engine->state;
	struct command *command = (struct command *)chip_pointer(engine, AREA_COMMANDS) + state->tail;
	uint64_t next_page = (address | (PAGE - 1)) + 1;
	bool crosses = address + TRANSFER_SIZE > next_page;

	*command = (struct command) {
		.opcode = opcode,
		.id = cpu_to_le16(++state->next_id),
		.namespace = opcode == OPCODE_GET_LOG_PAGE ? cpu_to_le32(NAMESPACE_ALL) : 0,
		.page1 = cpu_to_le64(address),
		.page2 = crosses ? cpu_to_le64(next_page) : 0,
		.words = { cpu_to_le32(word10), cpu_to_le32(word11) },
	};
	state->tail = (state->tail + 1) % QUEUE_ENTRIES;
	dma_sync(&state->chip.area.map, DMA_TO_DEVICE);
	ring(engine, 0, state->tail);
}

static void submit(struct engine *engine, uint8_t opcode, uint32_t word10, uint64_t address)
{
	submit_words(engine, opcode, word10, 0, address);
}

static bool completed(const struct nvme_state *state, const volatile struct completion *completion)
{
	return (le16_to_cpu(completion->status) & 1) == state->phase;
}

/* Takes the completion off its queue, and gives its place back. */
static uint16_t take_status(struct engine *engine, const volatile struct completion *completion)
{
	struct nvme_state *state = engine->state;
	uint16_t status;

	dma_sync(&state->chip.area.map, DMA_TO_CPU);
	status = le16_to_cpu(completion->status);
	state->head = (state->head + 1) % QUEUE_ENTRIES;
	if (state->head == 0)
		state->phase ^= 1;
	ring(engine, 1, state->head);
	return status >> 1;
}

static enum engine_result wait(struct engine *engine, uint64_t limit)
{
	struct nvme_state *state = engine->state;
	const volatile struct completion *completion =
		(struct completion *)chip_pointer(engine, AREA_COMPLETIONS) + state->head;
	uint32_t csts = 0;
	uint16_t id;

	state->status = 0;
	if (!poll_until(completed(state, completion) ||
			((csts = mmio_read32_le(chip_register(engine, NVME_CSTS))) & CSTS_FATAL), limit)) {
		engine_fail(engine, "no completion of command %u in %llu us (CSTS %#x)", state->next_id,
			    (unsigned long long)limit / 1000, csts);
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
	}
	if (csts & CSTS_FATAL) {
		engine_fail(engine, "CSTS is %#x (fatal status), expected %#x", csts, CSTS_READY);
		return ENGINE_FAILED;
	}
	state->status = take_status(engine, completion);
	id = le16_to_cpu(completion->id);
	if (state->status == 0 && id == state->next_id)
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_DONE;
	engine_fail(engine, "completion of command %u with status %#x, expected command %u with status 0", id,
		    state->status, state->next_id);
	return ENGINE_FAILED;
}

/* The whole room behind the queues is the command's. */
int nvme_ask(struct engine *engine, uint8_t opcode, uint32_t word10, uint32_t word11)
{
	struct nvme_state *state = engine->state;

	_Static_assert(AREA_BUFFER + NVME_ANSWER <= AREA_FRAMES * FRAME_SIZE, "an answer has room");
	memset(chip_pointer(engine, AREA_BUFFER), 0, NVME_ANSWER);
	submit_words(engine, opcode, word10, word11, chip_number(engine, AREA_BUFFER));
	if (wait(engine, ENGINE_LIMIT) == ENGINE_DONE)
		return 0;
	return state->status ? state->status : NVME_SILENT;
}

const uint8_t *nvme_answer(const struct engine *engine)
{
	return chip_pointer(engine, AREA_BUFFER);
}

/* Get Log Page counts in dwords, less one. */
static void submit_write(struct engine *engine, uint64_t address)
{
	submit(engine, OPCODE_GET_LOG_PAGE, LOG_HEALTH | (TRANSFER_SIZE / 4 - 1) << 16, address);
}

/* What Set Features has read goes into our own buffer. */
static enum engine_result read_back(struct engine *engine, void *seen)
{
	enum engine_result result;

	memset(chip_pointer(engine, AREA_BUFFER), 0xee, TRANSFER_SIZE);
	submit(engine, OPCODE_GET_FEATURES, FEATURE_HOST_BEHAVIOR, chip_number(engine, AREA_BUFFER));
	result = wait(engine, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(seen, chip_pointer(engine, AREA_BUFFER), TRANSFER_SIZE);
	return result;
}

/* Reads once from our own buffer. A controller without the feature says so by a status; all else is a fault. */
static bool try_reading(struct engine *engine)
{
	struct nvme_state *state = engine->state;
	uint8_t given[TRANSFER_SIZE], kept[TRANSFER_SIZE];

	engine->no_reads = NULL;
	engine_payload(given, sizeof(given), 1);
	memcpy(chip_pointer(engine, AREA_BUFFER), given, sizeof(given));
	submit(engine, OPCODE_SET_FEATURES, FEATURE_HOST_BEHAVIOR, chip_number(engine, AREA_BUFFER));
	if (wait(engine, ENGINE_LIMIT) == ENGINE_DONE && read_back(engine, kept) == ENGINE_DONE)
		return memcmp(given, kept, sizeof(given)) == 0 ||
		       engine_fail(engine, "Host Behavior Support reads back other than it was set");
	if (state->status == 0)
		return false;
	engine->no_reads = "the controller has no Host Behavior Support feature";
	engine->fault[0] = 0;
	return true;
}

static bool start_queues(struct engine *engine)
{
	struct nvme_state *state = engine->state;

	state->tail = state->head = state->next_id = 0;
	state->phase = 1;
	mmio_write32_le(chip_register(engine, NVME_AQA), (QUEUE_ENTRIES - 1) << 16 | (QUEUE_ENTRIES - 1));
	write64(engine, NVME_ASQ, chip_number(engine, AREA_COMMANDS));
	write64(engine, NVME_ACQ, chip_number(engine, AREA_COMPLETIONS));
	if (!configure(engine, CC_ENTRY_SIZES | CC_ENABLE))
		return false;
	mmio_write32_le(chip_register(engine, NVME_INTMS), ~0u);
	return true;
}

/* Leaves the controller disabled, which ends all that it does. */
static bool nvme_reset(struct engine *engine)
{
	struct nvme_state *state = engine->state;

	state->capabilities = read64(engine, NVME_CAP);
	if (CAP_PAGE_SMALLEST(state->capabilities) != 0)
		return engine_fail(engine, "the controller does not take pages of 4 KiB");
	return configure(engine, 0);
}

static bool nvme_ready(struct engine *engine)
{
	return start_queues(engine) && try_reading(engine);
}

static bool nvme_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct nvme_state *state = engine->state;

	if (size != TRANSFER_SIZE || address % 4)
		return engine_fail(engine, "a transfer is of 512 bytes, from a multiple of 4");
	if (direction == DMA_DEVICE_READS && engine->no_reads)
		return engine_fail(engine, "%s", engine->no_reads);
	state->chip.direction = direction;
	if (direction == DMA_DEVICE_READS)
		submit(engine, OPCODE_SET_FEATURES, FEATURE_HOST_BEHAVIOR, address);
	else
		submit_write(engine, address);
	return true;
}

static enum engine_result nvme_finish(struct engine *engine, uint64_t limit, void *seen)
{
	const struct nvme_state *state = engine->state;
	enum engine_result result = wait(engine, limit);

	if (result != ENGINE_DONE || state->chip.direction != DMA_DEVICE_READS || !seen)
		return result;
	return read_back(engine, seen);
}

static const struct chip_model nvme_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = nvme_begin,
		.finish = nvme_finish,
	},
	.bars = { 0 },
	.bar_count = 1,
	.in_memory = true,
	.registers = 2 * PAGE,
	.frames = AREA_FRAMES,
	.frames_for = "its queues",
	.reset = nvme_reset,
	.ready = nvme_ready,
};

static const struct engine_driver nvme = {
	.kind = "nvme",
	.ops = &nvme_model.ops,
	.ids = { { 0x1b36, 0x0010 } },		/* QEMU's; any controller of class 010802 would do */
	.directions = DMA_DEVICE_BOTH,
	.largest = TRANSFER_SIZE,
	.granule = TRANSFER_SIZE,
	.address_bits = 64,
	.state_size = sizeof(struct nvme_state),
};
ENGINE_DRIVER(nvme);
