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
 * The frames are those of drivers/net/echo.h. Source: Linux sunhme.h and OpenBSD hmereg.h for the registers.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/engine/engine.h"
#include "drivers/net/echo.h"

/* Shared Ethernet block. */
#define SEB_RESET		0x0000
#define   RESET_BOTH		0x3		/*   transmitter and receiver; clear themselves */
#define SEB_STATUS		0x0100		/* a read clears it */
#define   STATUS_DMA_ERRORS	0x3c3c0000	/*   error, late, parity and tag errors of both directions' DMA */
#define SEB_INTERRUPT_MASK	0x0104		/* ones: silent */
/* Transmitter. */
#define ETX_PENDING		0x2000		/* write 1: look at the ring */
#define ETX_CONFIG		0x2004
#define   ETX_DMA_ENABLE	0x1
#define   ETX_FIFO_THRESHOLD	0x3fe		/*   whole frames */
#define ETX_RING		0x2008		/* bus address; the low byte is the chip's place in the ring */
#define ETX_RING_SIZE		0x202c		/* descriptors / 16 - 1 */
/* Receiver. */
#define ERX_CONFIG		0x4000		/* 32 descriptors, frames at the start of their buffers */
#define   ERX_DMA_ENABLE	0x1
#define ERX_RING		0x4004
/* MAC. */
#define MAC_TX_CONFIG		0x620c
#define MAC_RX_CONFIG		0x630c
#define   MAC_ENABLE		0x1
#define MAC_RX_LARGEST		0x6310
#define MAC_ADDRESS2		0x6318		/* bytes 4 and 5; 0x631c bytes 2 and 3; 0x6320 bytes 0 and 1 */

#define REGISTERS_SIZE		0x8000

/* Descriptors are little-endian, as all of the chip is on PCI. */
struct descriptor {
	uint32_t flags;
	uint32_t address;
};
#define OWN			0x80000000	/* the chip's */
#define TX_FIRST		0x40000000
#define TX_LAST			0x20000000
#define RX_SIZE(n)		((uint32_t)(n) << 16)	/* of the buffer; then of the frame */
#define RX_SIZE_OF(flags)	((flags) >> 16 & 0x3fff)

#define TX_DESCRIPTORS		16
#define RX_DESCRIPTORS		32

/* The area. The rings are aligned to 2 KiB, the buffers to 64 bytes. */
#define AREA_TX_RING		0x0000
#define AREA_RX_RING		0x0800
#define AREA_SEND		0x1000
#define AREA_PAYLOAD		0x1400
#define AREA_RECEIVE		0x1800
#define RECEIVE_SIZE		0x0800

#define ECHO_ID			0xb5f1

#define NO_PEER			"nobody answers as 10.0.2.2 on its network: connect it to a -netdev user"

#define LARGEST			512u
#define GRANULE			128u		/* so that half of it is a multiple of the buffers' alignment */

static const uint8_t our_mac[ETH_ALEN] = { 0x52, 0x54, 0x00, 0xb5, 0x00, 0x02 };

struct hme_state {
	struct dma_area area;
	unsigned tx_next, rx_next;		/* places in the rings */
	struct echo echo;
	uint32_t status;			/* all bits that SEB_STATUS has shown since the transfer began */
	enum dma_direction direction;		/* of the transfer under way */
	uint32_t address, size;
	bool answered;				/* 10.0.2.2, at some time */
};

static phys_addr reg(const struct engine *engine, unsigned offset)
{
	return pci_bar_address(engine->function, 0, offset);
}

static void write(const struct engine *engine, unsigned offset, uint32_t value)
{
	mmio_write32_le(reg(engine, offset), value);
}

static bool has_registers(const struct engine *engine)
{
	const struct pci_bar *bar = &engine->function->bars[0];

	return bar->placed && bar->kind != PCI_BAR_IO && bar->size >= REGISTERS_SIZE;
}

static void *area_pointer(const struct hme_state *state, unsigned offset)
{
	return (char *)arch_pointer(state->area.memory) + offset;
}

static uint32_t area_number(const struct hme_state *state, unsigned offset)
{
	return (uint32_t)state->area.map.address.value + offset;
}

static bool fail(struct engine *engine, const char *fault)
{
	format(engine->fault, sizeof(engine->fault), "%s", fault);
	return false;
}

/* The address is in memory before the chip may see that the descriptor is its own. */
static void give(struct descriptor *descriptor, uint32_t flags, uint32_t address)
{
	descriptor->address = cpu_to_le32(address);
	barrier_write();
	*(volatile uint32_t *)&descriptor->flags = cpu_to_le32(flags | OWN);
}

static uint32_t flags_of(const struct descriptor *descriptor)
{
	return le32_to_cpu(*(const volatile uint32_t *)&descriptor->flags);
}

static struct descriptor *tx_descriptor(const struct hme_state *state, unsigned place)
{
	return (struct descriptor *)area_pointer(state, AREA_TX_RING) + place % TX_DESCRIPTORS;
}

static struct descriptor *rx_descriptor(const struct hme_state *state)
{
	return (struct descriptor *)area_pointer(state, AREA_RX_RING) + state->rx_next % RX_DESCRIPTORS;
}

/* One buffer for the next frame, the only one. */
static void post_receive(struct hme_state *state, uint32_t address, uint32_t size)
{
	give(rx_descriptor(state), RX_SIZE(size), address);
	dma_sync(&state->area.map, DMA_TO_DEVICE);
}

/* Sends the header in our own memory and a payload (size 0: none) at an address of anybody's. The first descriptor is
 * given last: until then the chip does not look at the second. */
static void send(struct engine *engine, uint32_t header_size, uint32_t payload, uint32_t size)
{
	struct hme_state *state = engine->state;

	if (size)
		give(tx_descriptor(state, state->tx_next + 1), TX_LAST | size, payload);
	give(tx_descriptor(state, state->tx_next), TX_FIRST | (size ? 0 : TX_LAST) | header_size,
	     area_number(state, AREA_SEND));
	state->tx_next += size ? 2 : 1;
	dma_sync(&state->area.map, DMA_TO_DEVICE);
	write(engine, ETX_PENDING, 1);
}

static bool given_back(struct engine *engine, const struct descriptor *descriptor)
{
	struct hme_state *state = engine->state;

	state->status |= mmio_read32_le(reg(engine, SEB_STATUS));
	return !(flags_of(descriptor) & OWN) || (state->status & STATUS_DMA_ERRORS);
}

/* Waits until the chip has given a descriptor back. */
static enum engine_result wait(struct engine *engine, const struct descriptor *descriptor, const char *what,
			       uint64_t limit)
{
	struct hme_state *state = engine->state;
	bool said = poll_until(given_back(engine, descriptor), limit);

	dma_sync(&state->area.map, DMA_TO_CPU);
	if (said && !(state->status & STATUS_DMA_ERRORS))
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_DONE;
	format(engine->fault, sizeof(engine->fault),
	       "%s descriptor: flags %#x, expected bit 31 clear; STATUS %#x, expected none of %#x", what,
	       flags_of(descriptor), state->status, STATUS_DMA_ERRORS);
	return engine_bus_error(engine) || said ? ENGINE_FAILED : ENGINE_SILENT;
}

/* Waits for a frame, and gets its size. */
static enum engine_result wait_received(struct engine *engine, uint64_t limit, uint32_t *size)
{
	struct hme_state *state = engine->state;
	enum engine_result result = wait(engine, rx_descriptor(state), "receive", limit);

	if (result != ENGINE_DONE)
		return result;
	*size = RX_SIZE_OF(flags_of(rx_descriptor(state)));
	state->rx_next++;
	return ENGINE_DONE;
}

static void send_arp(struct engine *engine)
{
	struct hme_state *state = engine->state;

	echo_write_arp(&state->echo, area_pointer(state, AREA_SEND));
	send(engine, ECHO_ARP_SIZE, 0, 0);
}

/* An echo request of size bytes of payload at an address of anybody's. */
static void send_echo(struct engine *engine, uint32_t payload, uint32_t size, uint16_t payload_checksum)
{
	struct hme_state *state = engine->state;

	echo_write_request(&state->echo, area_pointer(state, AREA_SEND), size, payload_checksum);
	send(engine, ECHO_HEADER_SIZE, payload, size);
}

static bool reset(struct engine *engine)
{
	uint32_t value;

	write(engine, MAC_TX_CONFIG, 0);
	write(engine, MAC_RX_CONFIG, 0);
	write(engine, SEB_RESET, RESET_BOTH);
	if (poll_until(!((value = mmio_read32_le(reg(engine, SEB_RESET))) & RESET_BOTH), MILLISECONDS(20)))
		return true;
	format(engine->fault, sizeof(engine->fault),
	       "the reset register is %#x after 20 ms, bits 0 and 1 must be clear", value);
	return false;
}

static void start_rings(struct engine *engine)
{
	struct hme_state *state = engine->state;

	state->tx_next = state->rx_next = 0;
	if (!state->echo.id)
		echo_make(&state->echo, our_mac, ECHO_ID);
	for (unsigned i = 0; i < ETH_ALEN / 2; i++)
		write(engine, MAC_ADDRESS2 + 4 * i, our_mac[4 - 2 * i] << 8 | our_mac[5 - 2 * i]);
	write(engine, SEB_INTERRUPT_MASK, ~0u);
	mmio_read32_le(reg(engine, SEB_STATUS));
	write(engine, ETX_RING, area_number(state, AREA_TX_RING));
	write(engine, ETX_RING_SIZE, TX_DESCRIPTORS / 16 - 1);
	write(engine, ETX_CONFIG, ETX_DMA_ENABLE | ETX_FIFO_THRESHOLD);
	write(engine, ERX_RING, area_number(state, AREA_RX_RING));
	write(engine, ERX_CONFIG, ERX_DMA_ENABLE);
	write(engine, MAC_RX_LARGEST, ETH_FRAME_LEN + ETH_FCS_LEN);
	write(engine, MAC_TX_CONFIG, MAC_ENABLE);
	write(engine, MAC_RX_CONFIG, MAC_ENABLE);
}

/* A buffer for the next frame: at the address under test when that is to be written. */
static void post(struct hme_state *state)
{
	if (state->direction == DMA_DEVICE_READS)
		post_receive(state, area_number(state, AREA_RECEIVE), RECEIVE_SIZE);
	else
		post_receive(state, state->address, state->size);
}

static bool is_gateway(struct hme_state *state, uint32_t size)
{
	return echo_take_arp_reply(&state->echo, area_pointer(state, AREA_RECEIVE), size);
}

/* A frame at the address under test is known by its size alone. */
static bool is_reply(struct hme_state *state, uint32_t size)
{
	if (state->direction == DMA_DEVICE_WRITES)
		return size == state->size;
	return echo_is_reply(&state->echo, area_pointer(state, AREA_RECEIVE), size);
}

/* After a frame was sent: waits for the answer that is wanted; other frames are let go. */
static enum engine_result wait_frame(struct engine *engine, uint64_t limit,
				     bool (*wanted)(struct hme_state *, uint32_t))
{
	struct hme_state *state = engine->state;
	uint64_t end = clock_now() + limit;
	enum engine_result result = wait(engine, tx_descriptor(state, state->tx_next - 1), "transmit", limit);
	uint32_t size;

	while (result == ENGINE_DONE && (result = wait_received(engine, limit, &size)) == ENGINE_DONE) {
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

	state->status = 0;
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
	if (result == ENGINE_SILENT && !state->answered &&
	    !(flags_of(tx_descriptor(state, state->tx_next - 1)) & OWN)) {
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

	if (!has_registers(engine))
		return fail(engine, "BAR 0 has no address");
	pci_command(engine->function, PCI_COMMAND_MEMORY, 0);
	if (!reset(engine))
		return false;
	if (!dma_area_make(&state->area, engine->function, 1))
		return fail(engine, "no memory for its rings");
	PCI_BUS_MASTER(engine->function);
	start_rings(engine);
	return find_gateway(engine);
}

static void stop(struct engine *engine)
{
	struct hme_state *state = engine->state;

	if (has_registers(engine)) {
		reset(engine);
		write(engine, ETX_CONFIG, 0);
		write(engine, ERX_CONFIG, 0);
	}
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	dma_area_release(&state->area);
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct hme_state *state = engine->state;
	uint8_t *payload = area_pointer(state, AREA_PAYLOAD);
	uint32_t rest = size - ECHO_HEADER_SIZE;

	if (size == 0 || size > LARGEST || size % GRANULE || address + size > 1ull << 32)
		return fail(engine, "a transfer is of 128 to 512 bytes, below 4 GiB");
	state->direction = direction;
	state->address = (uint32_t)address;
	state->size = size;
	state->status = 0;
	post(state);
	if (direction == DMA_DEVICE_READS) {
		send_echo(engine, state->address, size, ECHO_CHECKSUM_ZEROES);
		return true;
	}
	/* The reply is a frame of exactly the transfer's size. */
	memset(payload, 0xb5, rest);
	send_echo(engine, area_number(state, AREA_PAYLOAD), rest, echo_checksum(payload, rest));
	return true;
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct hme_state *state = engine->state;
	enum engine_result result = wait_frame(engine, limit, is_reply);

	if (result == ENGINE_DONE && seen && state->direction == DMA_DEVICE_READS)
		memcpy(seen, (uint8_t *)area_pointer(state, AREA_RECEIVE) + ECHO_HEADER_SIZE, state->size);
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
