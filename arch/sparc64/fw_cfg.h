/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's firmware configuration device, through which QEMU tells a firmware about the machine and what its user wants.
 */
#ifndef FW_CFG_H
#define FW_CFG_H

#include "arch/arch.h"

#define FW_CFG_RAM_SIZE		0x03	/* bytes of RAM: 8 bytes */
#define FW_CFG_CMDLINE_SIZE	0x14	/* length of -append's text with its NUL: 4 bytes */
#define FW_CFG_CMDLINE		0x15

/* A file of the user's or of QEMU's own, in the directory of the device. */
struct fw_cfg_file {
	uint16_t item;
	uint32_t size;
};

/* Does the device answer with its signature? */
bool fw_cfg_present(phys_addr device);

/* The first bytes of an item as a number, least significant first. Zeroes stand behind an item's end. */
uint64_t fw_cfg_number(phys_addr device, uint16_t item, unsigned bytes);

/* Finds a file. False if the directory, as far as it makes sense, has none of the name. */
bool fw_cfg_find(phys_addr device, const char *name, struct fw_cfg_file *file);

/*
 * Reads at most size - 1 bytes of an item that has length bytes, up to its first NUL, and ends them with a NUL. Returns
 * how many characters that are. *cut becomes true if there were more; otherwise it stays as it was.
 */
size_t fw_cfg_text(phys_addr device, uint16_t item, uint64_t length, char *buffer, size_t size, bool *cut);

#endif
