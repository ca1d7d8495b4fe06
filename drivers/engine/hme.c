/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sun's HME ("Happy Meal") Ethernet, as an engine. It reads memory by sending an ICMP echo request whose payload lies
 * there, and writes memory by receiving an echo reply, the whole frame of it. The echo brings back what the chip saw.
 *
 * The other end is QEMU's user-mode network, which answers for 10.0.2.2. A real network has nobody there, and the
 * model has no loopback that would do without: so this is an engine under QEMU only, where the transceiver need not be
 * set up.
 *
 * The payload's checksum is that of zeroes, see engine_payload() in engine.h.
 *
 * The frames are those of drivers/net/echo.h; how the chip sends and receives them is in hme_chip.c.
 */
#include <linux/pci_regs.h>

#include "boot/string.h"
#include "drivers/engine/hme_chip.h"
#include "drivers/net/echo.h"

/* The area, behind what is the chip's and the header. */
#define AREA_PAYLOAD		0x1400
#define AREA_RECEIVE		0x1800
#define RECEIVE_SIZE		0x0800

#define ECHO_ID			0xb5f1

#define NO_PEER			"nobody answers as 10.0.2.2 on its network: connect it to a -netdev user"

#define LARGEST			512u
#define GRANULE			128u		/* so that half of it is a multiple of the buffers' alignment */

static const uint8_t our_mac[ETH_ALEN] = { 0x52, 0x54, 0x00, 0xb5, 0x00, 0x02 };

struct hme_state {
	struct hme_chip chip;
	struct echo echo;
	uint32_t address;			/* of the transfer under way */
	bool answered;				/* 10.0.2.2, at some time */
};
_Static_assert(offsetof(struct hme_state, chip) == 0, "the chip's functions find it where the state begins");

static void send_arp(struct engine *engine)
{
	struct hme_state *state = engine->state;

	echo_write_arp(&state->echo, chip_pointer(engine, HME_AREA_SEND));
	hme_send(engine, ECHO_ARP_SIZE, 0, 0);
}

/* An echo request of size bytes of payload at an address of anybody's. */
static void send_echo(struct engine *engine, uint32_t payload, uint32_t size, uint16_t payload_checksum)
{
	struct hme_state *state = engine->state;

	echo_write_request(&state->echo, chip_pointer(engine, HME_AREA_SEND), size, payload_checksum);
	hme_send(engine, ECHO_HEADER_SIZE, payload, size);
}

/* A buffer for the next frame: at the address under test when that is to be written. */
static void post(struct engine *engine)
{
	const struct hme_state *state = engine->state;

	if (state->chip.chip.direction == DMA_DEVICE_READS)
		hme_post_receive(engine, chip_number(engine, AREA_RECEIVE), RECEIVE_SIZE);
	else
		hme_post_receive(engine, state->address, state->chip.chip.size);
}

static bool is_gateway(struct engine *engine, uint32_t size)
{
	struct hme_state *state = engine->state;

	return echo_take_arp_reply(&state->echo, chip_pointer(engine, AREA_RECEIVE), size);
}

/* A frame at the address under test is known by its size alone. */
static bool is_reply(struct engine *engine, uint32_t size)
{
	const struct hme_state *state = engine->state;

	if (state->chip.chip.direction == DMA_DEVICE_WRITES)
		return size == state->chip.chip.size;
	return echo_is_reply(&state->echo, chip_pointer(engine, AREA_RECEIVE), size);
}

/* After a frame was sent: waits for the answer that is wanted; other frames are let go. */
static enum engine_result wait_frame(struct engine *engine, uint64_t limit,
				     bool (*wanted)(struct engine *, uint32_t))
{
	uint64_t end = clock_now() + limit;
	enum engine_result result = hme_wait_sent(engine, limit);
	uint32_t size;

	while (result == ENGINE_DONE && (result = hme_wait_received(engine, limit, &size)) == ENGINE_DONE) {
		if (wanted(engine, size))
			return ENGINE_DONE;
		if (clock_now() > end) {
			engine_fail(engine, "frames came, but no answer of 10.0.2.2 to ours");
			return ENGINE_SILENT;
		}
		post(engine);
	}
	return result;
}

static enum engine_result ask_gateway(struct engine *engine)
{
	struct hme_state *state = engine->state;

	state->chip.status = 0;
	send_arp(engine);
	return wait_frame(engine, ENGINE_LIMIT, is_gateway);
}

/*
 * Asked twice, and once it has answered it must. What the chip sent was given back without a DMA error by then: where
 * there never is an answer, there is nobody who could give one. The buffer stays posted from one try to the next.
 */
static bool find_gateway(struct engine *engine)
{
	struct hme_state *state = engine->state;
	char why[sizeof(engine->fault)];
	enum engine_result result;

	state->chip.chip.direction = DMA_DEVICE_READS;
	post(engine);
	result = ask_gateway(engine);
	if (result == ENGINE_SILENT)
		result = ask_gateway(engine);
	if (result == ENGINE_DONE) {
		state->answered = true;
		return true;
	}
	if (result == ENGINE_SILENT && !state->answered && hme_sent(engine)) {
		engine->no_writes = engine->no_reads = NO_PEER;
		return true;
	}
	memcpy(why, engine->fault, sizeof(why));
	return engine_fail(engine, "10.0.2.2 does not answer (-netdev user?): %s", why);
}

static bool hme_ready(struct engine *engine)
{
	struct hme_state *state = engine->state;

	if (!state->echo.id)
		echo_make(&state->echo, our_mac, ECHO_ID);
	hme_start(engine, our_mac);
	return find_gateway(engine);
}

static bool hme_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct hme_state *state = engine->state;
	uint8_t *payload = chip_pointer(engine, AREA_PAYLOAD);
	uint32_t rest = size - ECHO_HEADER_SIZE;

	if (size == 0 || size > LARGEST || size % GRANULE || address + size > 1ull << 32)
		return engine_fail(engine, "a transfer is of 128 to 512 bytes, below 4 GiB");
	state->chip.chip.direction = direction;
	state->address = (uint32_t)address;
	state->chip.chip.size = size;
	state->chip.status = 0;
	post(engine);
	if (direction == DMA_DEVICE_READS) {
		send_echo(engine, state->address, size, ECHO_CHECKSUM_ZEROES);
		return true;
	}
	/* The reply is a frame of exactly the transfer's size. */
	memset(payload, 0xb5, rest);
	send_echo(engine, chip_number(engine, AREA_PAYLOAD), rest, echo_checksum(payload, rest));
	return true;
}

static enum engine_result hme_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct hme_state *state = engine->state;
	enum engine_result result = wait_frame(engine, limit, is_reply);

	if (result == ENGINE_DONE && seen && state->chip.chip.direction == DMA_DEVICE_READS)
		memcpy(seen, (uint8_t *)chip_pointer(engine, AREA_RECEIVE) + ECHO_HEADER_SIZE, state->chip.chip.size);
	return result;
}

static bool hme_ours(const struct pci_function *function)
{
	(void)function;
	return arch_platform()->emulated;
}

static const struct chip_model hme_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = hme_begin,
		.finish = hme_finish,
	},
	.bars = { 0 },
	.bar_count = 1,
	.in_memory = true,
	.registers = HME_REGISTERS_SIZE,
	.frames = 1,
	.frames_for = "its rings",
	.reset = hme_reset,
	.ready = hme_ready,
};

static const struct engine_driver hme = {
	.kind = "hme",
	.ops = &hme_model.ops,
	.ids = { { 0x108e, 0x1001 } },
	.directions = DMA_DEVICE_BOTH,
	.largest = LARGEST,
	.granule = GRANULE,
	.address_bits = 32,
	.state_size = sizeof(struct hme_state),
	.ours = hme_ours,
};
ENGINE_DRIVER(hme);
