/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's firmware configuration device: an item is selected, and read byte by byte.
 *
 * The numbers of the directory may come from anywhere (-fw_cfg takes files): how far it is read has a limit, and sizes
 * are only compared.
 *
 * Source: QEMU docs/specs/fw_cfg.rst; hw/nvram/fw_cfg.c for the registers of the I/O port variant.
 */
#include "arch/sparc64/fw_cfg.h"

/* Both at one port: two bytes wide it takes the item, one byte wide it gives the next of its bytes. */
#define SELECTOR(device)	(device)
#define DATA(device)		(device)

#define SIGNATURE		0x00		/* "QEMU" */
#define FILE_DIRECTORY		0x19		/* the number of files, and an entry for each; big-endian */
#define FILE_FIRST		0x20		/* of the items that are files */
#define   FILE_NUMBER		0x3fff		/*   the rest of an item's number says of what kind it is */
#define FILE_NAME		56		/* with its NUL */
#define FILES_MOST		1024		/* a machine of QEMU's has some dozens */

static void select(phys_addr device, uint16_t item)
{
	mmio_write16_le(SELECTOR(device), item);
}

static uint8_t next(phys_addr device)
{
	return mmio_read8(DATA(device));
}

static uint32_t next_big_endian(phys_addr device, unsigned bytes)
{
	uint32_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | next(device);
	return value;
}

bool fw_cfg_present(phys_addr device)
{
	static const char signature[] = { 'Q', 'E', 'M', 'U' };

	select(device, SIGNATURE);
	for (unsigned i = 0; i < sizeof signature; i++)
		if (next(device) != (uint8_t)signature[i])
			return false;
	return true;
}

uint64_t fw_cfg_number(phys_addr device, uint16_t item, unsigned bytes)
{
	uint64_t value = 0;

	select(device, item);
	for (unsigned i = 0; i < bytes && i < sizeof value; i++)
		value |= (uint64_t)next(device) << 8 * i;
	return value;
}

/* Reads the whole name, whatever is in it, so that the next entry follows. */
static bool next_name_is(phys_addr device, const char *name)
{
	bool same = true;
	bool ended = false;

	for (unsigned i = 0; i < FILE_NAME; i++) {
		char c = (char)next(device);

		if (ended || !same)
			continue;
		same = c == *name++;
		ended = c == 0;
	}
	return same && ended;
}

bool fw_cfg_find(phys_addr device, const char *name, struct fw_cfg_file *file)
{
	uint32_t count;

	select(device, FILE_DIRECTORY);
	count = next_big_endian(device, 4);
	for (uint32_t i = 0; i < count && i < FILES_MOST; i++) {
		file->size = next_big_endian(device, 4);
		file->item = (uint16_t)next_big_endian(device, 2);
		next_big_endian(device, 2);
		if (next_name_is(device, name))
			return (file->item & FILE_NUMBER) >= FILE_FIRST;
	}
	return false;
}

size_t fw_cfg_text(phys_addr device, uint16_t item, uint64_t length, char *buffer, size_t size, bool *cut)
{
	size_t count = 0;

	select(device, item);
	while (count < length) {
		char c = (char)next(device);

		if (c == 0)
			break;
		if (count + 1 == size) {
			*cut = true;
			break;
		}
		buffer[count++] = c;
	}
	buffer[count] = 0;
	return count;
}
