/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sun's HME as a chip: see hme_chip.h.
 *
 * Source: Linux sunhme.h and OpenBSD hmereg.h for the registers.
 */
#include "drivers/engine/hme_chip.h"

#include <linux/if_ether.h>
#include <linux/pci_regs.h>

#include "boot/byteorder.h"

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

/* The area: the rings, aligned to 2 KiB; what is behind them is the caller's. */
#define AREA_TX_RING		0x0000
#define AREA_RX_RING		0x0800

static void write(const struct engine *engine, unsigned offset, uint32_t value)
{
	mmio_write32_le(chip_register(engine, offset), value);
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

static struct descriptor *tx_descriptor(const struct engine *engine, unsigned place)
{
	return (struct descriptor *)chip_pointer(engine, AREA_TX_RING) + place % TX_DESCRIPTORS;
}

static struct descriptor *rx_descriptor(const struct engine *engine)
{
	const struct hme_chip *chip = engine->state;

	return (struct descriptor *)chip_pointer(engine, AREA_RX_RING) + chip->rx_next % RX_DESCRIPTORS;
}

void hme_post_receive(struct engine *engine, uint32_t address, uint32_t size)
{
	const struct hme_chip *chip = engine->state;

	give(rx_descriptor(engine), RX_SIZE(size), address);
	dma_sync(&chip->chip.area.map, DMA_TO_DEVICE);
}

/* The first descriptor is given last: until then the chip does not look at the second. */
void hme_send(struct engine *engine, uint32_t header_size, uint32_t payload, uint32_t size)
{
	struct hme_chip *chip = engine->state;

	if (size)
		give(tx_descriptor(engine, chip->tx_next + 1), TX_LAST | size, payload);
	give(tx_descriptor(engine, chip->tx_next), TX_FIRST | (size ? 0 : TX_LAST) | header_size,
	     chip_number(engine, HME_AREA_SEND));
	chip->tx_next += size ? 2 : 1;
	dma_sync(&chip->chip.area.map, DMA_TO_DEVICE);
	write(engine, ETX_PENDING, 1);
}

static bool given_back(struct engine *engine, const struct descriptor *descriptor)
{
	struct hme_chip *chip = engine->state;

	chip->status |= mmio_read32_le(chip_register(engine, SEB_STATUS));
	return !(flags_of(descriptor) & OWN) || (chip->status & STATUS_DMA_ERRORS);
}

/* Waits until the chip has given a descriptor back. */
static enum engine_result wait(struct engine *engine, const struct descriptor *descriptor, const char *what,
			       uint64_t limit)
{
	struct hme_chip *chip = engine->state;
	bool said = poll_until(given_back(engine, descriptor), limit);

	dma_sync(&chip->chip.area.map, DMA_TO_CPU);
	if (said && !(chip->status & STATUS_DMA_ERRORS))
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_DONE;
	engine_fail(engine, "%s descriptor: flags %#x, expected bit 31 clear; STATUS %#x, expected none of %#x", what,
		    flags_of(descriptor), chip->status, STATUS_DMA_ERRORS);
	return engine_bus_error(engine) || said ? ENGINE_FAILED : ENGINE_SILENT;
}

enum engine_result hme_wait_sent(struct engine *engine, uint64_t limit)
{
	struct hme_chip *chip = engine->state;

	return wait(engine, tx_descriptor(engine, chip->tx_next - 1), "transmit", limit);
}

bool hme_sent(const struct engine *engine)
{
	const struct hme_chip *chip = engine->state;

	return !(flags_of(tx_descriptor(engine, chip->tx_next - 1)) & OWN);
}

enum engine_result hme_wait_received(struct engine *engine, uint64_t limit, uint32_t *size)
{
	struct hme_chip *chip = engine->state;
	enum engine_result result = wait(engine, rx_descriptor(engine), "receive", limit);

	if (result != ENGINE_DONE)
		return result;
	*size = RX_SIZE_OF(flags_of(rx_descriptor(engine)));
	chip->rx_next++;
	return ENGINE_DONE;
}

bool hme_reset(struct engine *engine)
{
	uint32_t value;
	bool done;

	write(engine, MAC_TX_CONFIG, 0);
	write(engine, MAC_RX_CONFIG, 0);
	write(engine, SEB_RESET, RESET_BOTH);
	done = poll_until(!((value = mmio_read32_le(chip_register(engine, SEB_RESET))) & RESET_BOTH),
			  MILLISECONDS(20));
	write(engine, ETX_CONFIG, 0);
	write(engine, ERX_CONFIG, 0);
	if (done)
		return true;
	return engine_fail(engine, "the reset register is %#x after 20 ms, bits 0 and 1 must be clear", value);
}

void hme_start(struct engine *engine, const uint8_t *mac)
{
	struct hme_chip *chip = engine->state;

	chip->tx_next = chip->rx_next = 0;
	for (unsigned i = 0; i < ETH_ALEN / 2; i++)
		write(engine, MAC_ADDRESS2 + 4 * i, mac[4 - 2 * i] << 8 | mac[5 - 2 * i]);
	write(engine, SEB_INTERRUPT_MASK, ~0u);
	mmio_read32_le(chip_register(engine, SEB_STATUS));
	write(engine, ETX_RING, chip_number(engine, AREA_TX_RING));
	write(engine, ETX_RING_SIZE, TX_DESCRIPTORS / 16 - 1);
	write(engine, ETX_CONFIG, ETX_DMA_ENABLE | ETX_FIFO_THRESHOLD);
	write(engine, ERX_RING, chip_number(engine, AREA_RX_RING));
	write(engine, ERX_CONFIG, ERX_DMA_ENABLE);
	write(engine, MAC_RX_LARGEST, ETH_FRAME_LEN + ETH_FCS_LEN);
	write(engine, MAC_TX_CONFIG, MAC_ENABLE);
	write(engine, MAC_RX_CONFIG, MAC_ENABLE);
}
