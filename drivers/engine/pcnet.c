/*
 * AMD PCnet-PCI Ethernet controllers (Am79C970 and successors), as engines: a frame sent in internal loopback is read
 * from one address and written to another one. Which of the two is memory of the driver's own depends on the direction.
 *
 * A frame takes two descriptors on either side. The first ones have the data of the transfer; the second ones lead to
 * the driver's own memory and hold the rest: filling, so that no frame is too short, and the checksum. So the chip
 * touches no byte more than was asked for. Each transfer begins with a new initialization block, and the station
 * address that the chip then shows in its registers proves that it can read memory of ours at all.
 *
 * Source: Am79C970A PCnet-PCI II data sheet, sections on registers, initialization, descriptors and loopback; NetBSD
 * if_pcnreg.h and am79900reg.h.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/engine/engine.h"

/* Registers, as 32-bit ones. After power-on they are 16-bit ones; no way but a hardware reset leads back there. */
#define RDP			0x10		/* control and status register that RAP points at */
#define RAP			0x14
#define RESET			0x18		/* read: stops everything, at once */
#define BDP			0x1c		/* bus configuration register that RAP points at */
#define WORD_RESET		0x14		/* the same as RESET, while registers are 16-bit ones */

#define CSR_STATUS		0
#define   STATUS_MEMORY_ERROR	0x0800
#define   STATUS_INITIALIZED	0x0100
#define   STATUS_SEND		0x0008
#define   STATUS_STOP		0x0004
#define   STATUS_START		0x0002
#define   STATUS_INITIALIZE	0x0001
#define CSR_BLOCK_LOW		1		/* address of the initialization block */
#define CSR_BLOCK_HIGH		2
#define CSR_EXTENDED		5
#define   EXTENDED_BUS_ERROR	0x0800		/* parity, master abort or target abort; write 1 to clear */
#define CSR_STATION		12		/* and 13, 14: the station address */
#define BCR_STYLE		20
#define   STYLE_32_BITS		2		/* of the initialization block and the descriptors */

struct initialization {
	uint16_t mode;
	uint8_t rx_length;			/* log2 of descriptors, << 4 */
	uint8_t tx_length;
	uint16_t station[3];
	uint16_t reserved;
	uint32_t multicast[2];
	uint32_t rx_ring;
	uint32_t tx_ring;
};
#define   MODE_PROMISCUOUS	0x8000
#define   MODE_INTERNAL		0x0040
#define   MODE_LOOPBACK		0x0004
#define   TWO_DESCRIPTORS	0x10

struct descriptor {
	uint32_t buffer;
	uint32_t flags;
	uint32_t length;			/* received: in the last one of a frame, with the checksum */
	uint32_t reserved;
};
#define   FLAGS_OWN		0x80000000	/* the chip's */
#define   FLAGS_ERROR		0x40000000
#define   FLAGS_BUS_PARITY	0x00800000
#define   FLAGS_FIRST		0x02000000
#define   FLAGS_LAST		0x01000000
#define   FLAGS_SIZE(bytes)	(0xf000 | (-(bytes) & 0xfff))
#define   RX_LENGTH(length)	((length) & 0xfff)

/* The area. */
#define AREA_BLOCK		0
#define AREA_RX			64
#define AREA_TX			128
#define AREA_FILLING		192		/* behind the data of the frame, as sent */
#define AREA_REST		256		/* and as received */
#define AREA_SENT		1024
#define AREA_RECEIVED		4096

#define FILLING			64u
#define CHECKSUM		4u
#define LARGEST			1024u

#define INITIALIZE_LIMIT	MILLISECONDS(10)
#define UNTOUCHED		0x5a		/* what the buffer holds before a read */
#define SEED			0x44

/* A locally administered address, in the order of the wire: 02:00 and "busp". */
static const uint16_t station[3] = { 0x0002, 0x7562, 0x7073 };

struct pcnet_state {
	struct dma_area area;
	enum dma_direction direction;
	uint32_t size;
};

/* BAR 0 is I/O, BAR 1 memory: the same registers. */
static int registers_bar(const struct engine *engine)
{
	for (int bar = 1; bar >= 0; bar--)
		if (engine->function->bars[bar].placed)
			return bar;
	return -1;
}

static phys_addr reg(const struct engine *engine, unsigned offset)
{
	return pci_bar_address(engine->function, registers_bar(engine), offset);
}

static uint16_t read_csr(const struct engine *engine, unsigned csr)
{
	mmio_write32_le(reg(engine, RAP), csr);
	return (uint16_t)mmio_read32_le(reg(engine, RDP));
}

static void write_csr(const struct engine *engine, unsigned csr, uint16_t value)
{
	mmio_write32_le(reg(engine, RAP), csr);
	mmio_write32_le(reg(engine, RDP), value);
}

static void *own_memory(const struct pcnet_state *pcnet, uint32_t offset)
{
	return (char *)arch_pointer(pcnet->area.memory) + offset;
}

static uint32_t own_address(const struct pcnet_state *pcnet, uint32_t offset)
{
	return (uint32_t)pcnet->area.map.address.value + offset;
}

/* Works in either mode of the registers, and leaves them 32-bit ones: that is what a 32-bit write to RDP is for. */
static bool reset(struct engine *engine)
{
	uint16_t status;

	mmio_read32_le(reg(engine, RESET));
	mmio_read16_le(reg(engine, WORD_RESET));
	mmio_write32_le(reg(engine, RDP), 0);
	mmio_write32_le(reg(engine, RAP), BCR_STYLE);
	mmio_write32_le(reg(engine, BDP), STYLE_32_BITS);
	status = read_csr(engine, CSR_STATUS);
	if (status == STATUS_STOP)
		return true;
	format(engine->fault, sizeof(engine->fault), "CSR0 is %#x after a reset, expected %#x (stopped)", status,
	       STATUS_STOP);
	return false;
}

static bool start(struct engine *engine)
{
	struct pcnet_state *pcnet = engine->state;

	if (registers_bar(engine) < 0) {
		format(engine->fault, sizeof(engine->fault), "neither BAR 0 nor BAR 1 has an address");
		return false;
	}
	pci_command(engine->function, PCI_COMMAND_IO | PCI_COMMAND_MEMORY, 0);
	if (!reset(engine))
		return false;
	if (!dma_area_make(&pcnet->area, engine->function, 1)) {
		format(engine->fault, sizeof(engine->fault), "no memory for its descriptors");
		return false;
	}
	PCI_BUS_MASTER(engine->function);
	return true;
}

static void stop(struct engine *engine)
{
	struct pcnet_state *pcnet = engine->state;

	if (registers_bar(engine) >= 0)
		reset(engine);
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	dma_area_release(&pcnet->area);
}

static void write_descriptor(struct descriptor *descriptor, uint32_t buffer, uint32_t size, uint32_t flags)
{
	*descriptor = (struct descriptor) {
		.buffer = cpu_to_le32(buffer),
		.flags = cpu_to_le32(FLAGS_OWN | flags | FLAGS_SIZE(size)),
	};
}

/* One frame from here to there. The chip is stopped, so nothing of it is looked at before all is there. */
static void write_rings(const struct pcnet_state *pcnet, uint32_t from, uint32_t to)
{
	struct initialization *block = own_memory(pcnet, AREA_BLOCK);
	struct descriptor *rx = own_memory(pcnet, AREA_RX);
	struct descriptor *tx = own_memory(pcnet, AREA_TX);

	write_descriptor(&rx[0], to, pcnet->size, 0);
	write_descriptor(&rx[1], own_address(pcnet, AREA_REST), FILLING + CHECKSUM, 0);
	write_descriptor(&tx[0], from, pcnet->size, FLAGS_FIRST);
	write_descriptor(&tx[1], own_address(pcnet, AREA_FILLING), FILLING, FLAGS_LAST);
	*block = (struct initialization) {
		.mode = cpu_to_le16(MODE_PROMISCUOUS | MODE_INTERNAL | MODE_LOOPBACK),
		.rx_length = TWO_DESCRIPTORS,
		.tx_length = TWO_DESCRIPTORS,
		.station = { cpu_to_le16(station[0]), cpu_to_le16(station[1]), cpu_to_le16(station[2]) },
		.rx_ring = cpu_to_le32(own_address(pcnet, AREA_RX)),
		.tx_ring = cpu_to_le32(own_address(pcnet, AREA_TX)),
	};
	dma_sync(&pcnet->area.map, DMA_TO_DEVICE);
}

/* Lets the chip read the initialization block. */
static bool initialize(struct engine *engine)
{
	uint32_t block = own_address(engine->state, AREA_BLOCK);
	uint16_t status;

	write_csr(engine, CSR_BLOCK_LOW, (uint16_t)block);
	write_csr(engine, CSR_BLOCK_HIGH, block >> 16);
	write_csr(engine, CSR_STATUS, STATUS_INITIALIZE);
	if (!poll_until((status = read_csr(engine, CSR_STATUS)) & STATUS_INITIALIZED, INITIALIZE_LIMIT)) {
		format(engine->fault, sizeof(engine->fault), "CSR0 is %#x 10 ms after INIT, bit 8 must be set (done)",
		       status);
		return false;
	}
	for (unsigned i = 0; i < 3; i++) {
		uint16_t word = read_csr(engine, CSR_STATION + i);

		if (word == station[i])
			continue;
		format(engine->fault, sizeof(engine->fault),
		       "CSR%u is %#x, expected %#x: the initialization block was not read", CSR_STATION + i, word,
		       station[i]);
		return false;
	}
	return true;
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct pcnet_state *pcnet = engine->state;
	bool reads = direction == DMA_DEVICE_READS;

	if (size == 0 || size > LARGEST || address + size > 1ull << 32) {
		format(engine->fault, sizeof(engine->fault),
		       "no buffer can be at %#llx, %u bytes: at most %u, below 4 GiB",
		       (unsigned long long)address, size, LARGEST);
		return false;
	}
	/* From a clean state, whatever became of the transfer before. */
	if (!reset(engine))
		return false;
	pcnet->direction = direction;
	pcnet->size = size;
	engine_payload(own_memory(pcnet, AREA_SENT), size, SEED);
	memset(own_memory(pcnet, AREA_RECEIVED), UNTOUCHED, size);
	write_rings(pcnet, reads ? (uint32_t)address : own_address(pcnet, AREA_SENT),
		    reads ? own_address(pcnet, AREA_RECEIVED) : (uint32_t)address);
	if (!initialize(engine))
		return false;
	write_csr(engine, CSR_STATUS, STATUS_INITIALIZED | STATUS_START);
	write_csr(engine, CSR_STATUS, STATUS_SEND);
	return true;
}

/* The frame has come back: all of it? */
static bool received_well(struct engine *engine)
{
	const struct pcnet_state *pcnet = engine->state;
	const volatile struct descriptor *rx = own_memory(pcnet, AREA_RX);
	uint32_t first = le32_to_cpu(rx[0].flags), last = le32_to_cpu(rx[1].flags);
	uint32_t length = RX_LENGTH(le32_to_cpu(rx[1].length));
	uint32_t expected = pcnet->size + FILLING + CHECKSUM;

	if (!((first | last) & (FLAGS_OWN | FLAGS_ERROR | FLAGS_BUS_PARITY)) && (first & FLAGS_FIRST) &&
	    (last & FLAGS_LAST) && length == expected)
		return true;
	format(engine->fault, sizeof(engine->fault),
	       "RMD1 is %#x and %#x, %u bytes: expected a whole frame of %u bytes without errors", first, last,
	       length, expected);
	return false;
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	const struct pcnet_state *pcnet = engine->state;
	const volatile struct descriptor *rx = own_memory(pcnet, AREA_RX);
	bool received = poll_until(!(le32_to_cpu(rx[1].flags) & FLAGS_OWN), limit);
	uint16_t status = read_csr(engine, CSR_STATUS), extended = read_csr(engine, CSR_EXTENDED);
	bool error = (status & STATUS_MEMORY_ERROR) || (extended & EXTENDED_BUS_ERROR);

	dma_sync(&pcnet->area.map, DMA_TO_CPU);
	if (!received || error) {
		format(engine->fault, sizeof(engine->fault),
		       "after %llu us RMD1 is %#x, expected bit 31 clear (received); CSR0 %#x, CSR5 %#x%s",
		       (unsigned long long)limit / 1000, le32_to_cpu(rx[1].flags), status, extended,
		       error ? ": bus error" : "");
		return error || engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
	}
	if (!received_well(engine) || engine_bus_error(engine))
		return ENGINE_FAILED;
	if (pcnet->direction == DMA_DEVICE_READS && seen)
		memcpy(seen, own_memory(pcnet, AREA_RECEIVED), pcnet->size);
	return ENGINE_DONE;
}

static const struct engine_ops ops = {
	.start = start,
	.stop = stop,
	.begin = begin,
	.finish = finish,
};

static const struct engine_driver pcnet = {
	.kind = "pcnet",
	.ops = &ops,
	.ids = {
		{ 0x1022, 0x2000 },		/* Am79C970 to Am79C976 */
		{ 0x1022, 0x2001 },		/* Am79C978 */
	},
	.directions = DMA_DEVICE_BOTH,
	.largest = LARGEST,
	.granule = 8,
	.address_bits = 32,
	.state_size = sizeof(struct pcnet_state),
};
ENGINE_DRIVER(pcnet);
