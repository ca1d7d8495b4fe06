/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Psycho of software: the registers of one chip, its IOMMU with a TLB, two PCI buses with a streaming buffer each,
 * and a device on either bus that reads and writes where it is told. It is as strict as the sources allow: what is in a
 * streaming buffer that is switched off is lost, what was flushed is in memory with the synchronization alone, and an
 * IOMMU that is off lets addresses through.
 *
 * Registers are written in tests as the sources' numbers, not as the driver's names.
 */
#ifndef PSYCHO_MODEL_H
#define PSYCHO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PSYCHO_A		0x1fe00000000ull	/* registers of the chip with UPA port 0x1f */
#define PSYCHO_BYTES		0x10000
#define PSYCHO_WINDOW_END	(1ull << 32)

struct psycho {
	uint64_t registers[PSYCHO_BYTES / 8];
	bool never_done;		/* no synchronization comes to an end */
	unsigned looks;			/* at memory, until one is done */
	unsigned untranslated;		/* accesses of devices that went through while the IOMMU was off */
	unsigned lost;			/* writes that were in a streaming buffer when that was switched off */
	unsigned long long waiting;	/* physical address that a synchronization was asked for at, and whose */
	unsigned waiting_bus;
	struct psycho_line {
		bool used, flushed;
		unsigned bus;
		uint64_t page, memory;
		unsigned char byte;
	} lines[1024];
	struct { bool valid; uint64_t page, entry; } tlb[16];
	unsigned tlb_next;
};

/* Adds the registers of a chip at an address; CONTROL has its version and the number of its group. */
void psycho_add(struct psycho *chip, uint64_t address, unsigned version, unsigned group);
uint64_t psycho_register(const struct psycho *chip, unsigned offset);
void psycho_set(struct psycho *chip, unsigned offset, uint64_t value);

/* The device of bus 0 (A) or 1 (B) writes or reads one byte at an address; false: it was refused. */
bool psycho_write(struct psycho *chip, unsigned bus, uint64_t address, unsigned char byte);
bool psycho_read(struct psycho *chip, unsigned bus, uint64_t address, unsigned char *byte);

#endif
