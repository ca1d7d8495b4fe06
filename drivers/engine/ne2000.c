/* SPDX-License-Identifier: BSD-2-Clause */
/* NE2000-compatible Ethernet on PCI: see ne2000.h. */
#include "drivers/engine/ne2000.h"

#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/string.h"

#define COMMAND		0x00
#define   STOP		0x01
#define   START		0x02
#define   TRANSMIT	0x04
#define   REMOTE_READ	0x08
#define   REMOTE_WRITE	0x10
#define   NO_REMOTE	0x20
#define   PAGE_1	0x40
/* Page 0, write. */
#define RING_START	0x01			/* pages of 256 bytes */
#define RING_END	0x02
#define BOUNDARY	0x03			/* the last page that was read */
#define SEND_PAGE	0x04
#define SEND_COUNT	0x05			/* two bytes */
#define INTERRUPTS	0x07			/* write 1 to clear */
#define REMOTE_ADDRESS	0x08			/* two bytes */
#define REMOTE_COUNT	0x0a			/* two bytes */
#define RECEIVE		0x0c
#define   BROADCASTS	0x04
#define   MULTICASTS	0x08
#define   ALL		0x10
#define SEND		0x0d
#define DATA_CONFIG	0x0e
#define   WORDS		0x49			/* 16 bits, normal operation, FIFO threshold of 8 bytes */
#define MASK		0x0f
/* Page 1. */
#define CURRENT		0x07			/* the page that is received into next */

#define DATA		0x10			/* 32 bits wide on PCI */
#define WORD		4u
#define RESET		0x1f

/* The chip's memory: one frame to send, and the ring of what is received. */
#define SEND_AT		0x40
#define RING_AT		0x46
#define RING_BEHIND	0x80
#define PAGE		256u

/* What stands in the ring before a frame: status, next page, size with itself. */
#define HEADER		4u

#define SEND_LIMIT	MILLISECONDS(100)

static phys_addr reg(const struct ne2000 *chip, unsigned offset)
{
	return pci_bar_address(chip->function, 0, offset);
}

static void put(const struct ne2000 *chip, unsigned offset, uint8_t value)
{
	mmio_write8(reg(chip, offset), value);
}

static void put16(const struct ne2000 *chip, unsigned offset, uint16_t value)
{
	put(chip, offset, value & 0xff);
	put(chip, offset + 1, value >> 8);
}

bool ne2000_find(unsigned number, struct ne2000 *chip)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_function *function = pci_get(i);

		if (function->vendor != 0x10ec || function->product != 0x8029 || !function->bars[0].placed ||
		    function->bars[0].kind != PCI_BAR_IO || pci_must_not_drive(function) || number-- > 0)
			continue;
		*chip = (struct ne2000) { .function = function };
		return true;
	}
	return false;
}

void ne2000_stop(const struct ne2000 *chip)
{
	put(chip, COMMAND, STOP | NO_REMOTE);
	put(chip, MASK, 0);
	put(chip, INTERRUPTS, 0xff);
}

void ne2000_start(struct ne2000 *chip)
{
	pci_command(chip->function, PCI_COMMAND_IO, 0);
	put(chip, RESET, mmio_read8(reg(chip, RESET)));
	ne2000_stop(chip);
	put(chip, DATA_CONFIG, WORDS);
	put16(chip, REMOTE_COUNT, 0);
	put(chip, RECEIVE, BROADCASTS | MULTICASTS | ALL);
	put(chip, SEND, 0);
	put(chip, RING_START, RING_AT);
	put(chip, RING_END, RING_BEHIND);
	put(chip, BOUNDARY, RING_AT);
	put(chip, COMMAND, STOP | NO_REMOTE | PAGE_1);
	put(chip, CURRENT, RING_AT + 1);
	put(chip, COMMAND, START | NO_REMOTE);
	chip->next = RING_AT + 1;
}

static void remote(const struct ne2000 *chip, uint16_t at, uint32_t size, uint8_t direction)
{
	put16(chip, REMOTE_ADDRESS, at);
	put16(chip, REMOTE_COUNT, size);
	put(chip, COMMAND, START | direction);
}

bool ne2000_send(const struct ne2000 *chip, const void *frame, uint32_t size)
{
	const uint8_t *bytes = frame;

	if (size > NE2000_LARGEST)
		return false;
	remote(chip, SEND_AT * PAGE, (size + WORD - 1) / WORD * WORD, REMOTE_WRITE);
	for (uint32_t i = 0; i < size; i += WORD) {
		uint8_t word[WORD] = { 0 };

		memcpy(word, bytes + i, size - i < WORD ? size - i : WORD);
		mmio_write32_le(reg(chip, DATA),
				word[0] | word[1] << 8 | word[2] << 16 | (uint32_t)word[3] << 24);
	}
	put(chip, SEND_PAGE, SEND_AT);
	put16(chip, SEND_COUNT, size);
	put(chip, COMMAND, START | TRANSMIT | NO_REMOTE);
	return poll_until(!(mmio_read8(reg(chip, COMMAND)) & TRANSMIT), SEND_LIMIT);
}

static uint8_t current(const struct ne2000 *chip)
{
	uint8_t page;

	put(chip, COMMAND, START | NO_REMOTE | PAGE_1);
	page = mmio_read8(reg(chip, CURRENT));
	put(chip, COMMAND, START | NO_REMOTE);
	return page;
}

static void read_memory(const struct ne2000 *chip, uint16_t at, uint8_t *bytes, uint32_t size)
{
	remote(chip, at, (size + WORD - 1) / WORD * WORD, REMOTE_READ);
	for (uint32_t i = 0; i < size; i += WORD) {
		uint32_t word = mmio_read32_le(reg(chip, DATA));

		for (uint32_t j = i; j < size && j < i + WORD; j++, word >>= 8)
			bytes[j] = word & 0xff;
	}
}

/* The chip itself goes on at the ring's start where a frame reaches its end. */
uint32_t ne2000_receive(struct ne2000 *chip, void *frame, uint32_t room)
{
	uint8_t header[HEADER];
	uint32_t size;
	uint16_t at = chip->next * PAGE;

	if (current(chip) == chip->next)
		return 0;
	read_memory(chip, at, header, HEADER);
	size = header[2] | header[3] << 8;
	size = size > HEADER ? size - HEADER : 0;
	read_memory(chip, at + HEADER, frame, size < room ? size : room);
	chip->next = header[1] >= RING_AT && header[1] < RING_BEHIND ? header[1] : RING_AT;
	put(chip, BOUNDARY, chip->next == RING_AT ? RING_BEHIND - 1 : chip->next - 1);
	return size;
}
