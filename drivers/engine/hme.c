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
	enum dma_direction direction;		/* of the transfer under way */
	uint32_t address, size;
	bool answered;				/* 10.0.2.2, at some time */
};
_Static_assert(offsetof(struct hme_state, chip) == 0, "the chip's functions find it where the state begins");

static bool fail(struct engine *engine, const char *fault)
{
	format(engine->fault, sizeof(engine->fault), "%s", fault);
	return false;
}

static void send_arp(struct engine *engine)
{
	struct hme_state *state = engine->state;

	echo_write_arp(&state->echo, hme_area_pointer(&state->chip, HME_AREA_SEND));
	hme_send(engine, ECHO_ARP_SIZE, 0, 0);
}

/* An echo request of size bytes of payload at an address of anybody's. */
static void send_echo(struct engine *engine, uint32_t payload, uint32_t size, uint16_t payload_checksum)
{
	struct hme_state *state = engine->state;

	echo_write_request(&state->echo, hme_area_pointer(&state->chip, HME_AREA_SEND), size, payload_checksum);
	hme_send(engine, ECHO_HEADER_SIZE, payload, size);
}

/* A buffer for the next frame: at the address under test when that is to be written. */
static void post(struct hme_state *state)
{
	if (state->direction == DMA_DEVICE_READS)
		hme_post_receive(&state->chip, hme_area_number(&state->chip, AREA_RECEIVE), RECEIVE_SIZE);
	else
		hme_post_receive(&state->chip, state->address, state->size);
}

static bool is_gateway(struct hme_state *state, uint32_t size)
{
	return echo_take_arp_reply(&state->echo, hme_area_pointer(&state->chip, AREA_RECEIVE), size);
}

/* A frame at the address under test is known by its size alone. */
static bool is_reply(struct hme_state *state, uint32_t size)
{
	if (state->direction == DMA_DEVICE_WRITES)
		return size == state->size;
	return echo_is_reply(&state->echo, hme_area_pointer(&state->chip, AREA_RECEIVE), size);
}

/* After a frame was sent: waits for the answer that is wanted; other frames are let go. */
static enum engine_result wait_frame(struct engine *engine, uint64_t limit,
				     bool (*wanted)(struct hme_state *, uint32_t))
{
	struct hme_state *state = engine->state;
	uint64_t end = clock_now() + limit;
	enum engine_result result = hme_wait_sent(engine, limit);
	uint32_t size;

	while (result == ENGINE_DONE && (result = hme_wait_received(engine, limit, &size)) == ENGINE_DONE) {
		if (wanted(state, size))
			return ENGINE_DONE;
		if (clock_now() > end) {
			fail(engine, "frames came, but no answer of 10.0.2.2 to ours");
			return ENGINE_SILENT;
		}
		post(state);
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

	state->direction = DMA_DEVICE_READS;
	post(state);
	result = ask_gateway(engine);
	if (result == ENGINE_SILENT)
		result = ask_gateway(engine);
	if (result == ENGINE_DONE) {
		state->answered = true;
		return true;
	}
	if (result == ENGINE_SILENT && !state->answered && hme_sent(&state->chip)) {
		engine->no_writes = engine->no_reads = NO_PEER;
		return true;
	}
	memcpy(why, engine->fault, sizeof(why));
	format(engine->fault, sizeof(engine->fault), "10.0.2.2 does not answer (-netdev user?): %s", why);
	return false;
}

static bool start(struct engine *engine)
{
	struct hme_state *state = engine->state;

	if (!hme_has_registers(engine))
		return fail(engine, "BAR 0 has no address");
	pci_command(engine->function, PCI_COMMAND_MEMORY, 0);
	if (!hme_reset(engine))
		return false;
	if (!dma_area_make(&state->chip.area, engine->function, 1))
		return fail(engine, "no memory for its rings");
	PCI_BUS_MASTER(engine->function);
	if (!state->echo.id)
		echo_make(&state->echo, our_mac, ECHO_ID);
	hme_start(engine, our_mac);
	return find_gateway(engine);
}

static void stop(struct engine *engine)
{
	struct hme_state *state = engine->state;

	if (hme_has_registers(engine))
		hme_stop(engine);
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	dma_area_release(&state->chip.area);
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct hme_state *state = engine->state;
	uint8_t *payload = hme_area_pointer(&state->chip, AREA_PAYLOAD);
	uint32_t rest = size - ECHO_HEADER_SIZE;

	if (size == 0 || size > LARGEST || size % GRANULE || address + size > 1ull << 32)
		return fail(engine, "a transfer is of 128 to 512 bytes, below 4 GiB");
	state->direction = direction;
	state->address = (uint32_t)address;
	state->size = size;
	state->chip.status = 0;
	post(state);
	if (direction == DMA_DEVICE_READS) {
		send_echo(engine, state->address, size, ECHO_CHECKSUM_ZEROES);
		return true;
	}
	/* The reply is a frame of exactly the transfer's size. */
	memset(payload, 0xb5, rest);
	send_echo(engine, hme_area_number(&state->chip, AREA_PAYLOAD), rest, echo_checksum(payload, rest));
	return true;
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct hme_state *state = engine->state;
	enum engine_result result = wait_frame(engine, limit, is_reply);

	if (result == ENGINE_DONE && seen && state->direction == DMA_DEVICE_READS)
		memcpy(seen, (uint8_t *)hme_area_pointer(&state->chip, AREA_RECEIVE) + ECHO_HEADER_SIZE, state->size);
	return result;
}

static bool ours(const struct pci_function *function)
{
	(void)function;
	return arch_platform()->emulated;
}

static const struct engine_ops ops = {
	.start = start,
	.stop = stop,
	.begin = begin,
	.finish = finish,
};

static const struct engine_driver hme = {
	.kind = "hme",
	.ops = &ops,
	.ids = { { 0x108e, 0x1001 } },
	.directions = DMA_DEVICE_BOTH,
	.largest = LARGEST,
	.granule = GRANULE,
	.address_bits = 32,
	.state_size = sizeof(struct hme_state),
	.ours = ours,
};
ENGINE_DRIVER(hme);
