/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the firmware told us before we took over, or, where our own PROM stands in its place, what that found out. All
 * is bounded, every string ends; whether the numbers make sense is judged where they are used.
 */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"

#define FIRMWARE_BANKS		32
#define FIRMWARE_BRIDGES	8
#define FIRMWARE_OTHERS		8
#define FIRMWARE_STRING		64
#define FIRMWARE_OTHER_NAME	(FIRMWARE_STRING + 48)
#define FIRMWARE_COMMAND_LINE	1024

struct firmware_bank {
	uint64_t start;
	uint64_t size;
};

/* Numbers of a space of PCI, and where the CPU finds the first of them. */
struct firmware_range {
	uint64_t first, start, size;
};

struct firmware_bridge {
	const char *driver;			/* which drives it: "sabre" */
	uint32_t node;
	uint64_t registers;			/* of the chip */
	uint64_t bus_registers;			/* of this one of its buses; 0: it has only one */
	uint32_t buses[2];			/* the first and the last number */
	struct firmware_range config, io, memory;
	unsigned pin_count;			/* where the tree says to which lines pins lead */
	struct platform_pin pins[NODE_PINS];
};

struct firmware {
	char name[2 * FIRMWARE_STRING];		/* its own, for people */
	bool of_emulators;			/* it has only ever run in emulators */
	char cpu[FIRMWARE_STRING];
	uint64_t clock_hz;			/* of the CPU; 0 if it was not said */
	char command_line[FIRMWARE_COMMAND_LINE];
	bool command_line_cut;
	uint32_t mmu, stdin, stdout;		/* instances, for the client interface */
	/* The PCI function that stdout is, or is behind: the node of its host, and the way from there as in struct
	 * platform_reserved. No steps: it is on no PCI bus, or further away. */
	uint32_t console_host;
	unsigned console_depth;
	uint8_t console_path[RESERVED_DEPTH];
	size_t bank_count;
	struct firmware_bank banks[FIRMWARE_BANKS];
	size_t available_count;
	struct firmware_bank available[FIRMWARE_BANKS];	/* what of them the firmware does not use itself */
	size_t bridge_count;
	struct firmware_bridge bridges[FIRMWARE_BRIDGES];	/* with all their spaces */
	size_t other_count;
	/* Host bridges that busproof does not drive, as they are shown to people: nothing of them is accessed. */
	char others[FIRMWARE_OTHERS][FIRMWARE_OTHER_NAME];
};

extern struct firmware firmware;

/* A record of why we were started (RESET_* in cpu.h) if our PROM was what started us. */
extern uint64_t reset_record[];

/* Fills in firmware. Only entry.S calls it, once, while the firmware still owns the MMU and the trap table. */
void firmware_read(uint64_t client_interface);

/*
 * The second step of entry.S: the image has locked translations, and the client interface goes through
 * firmware_switch() from now on. Where the firmware refuses, it says so and leaves to the firmware's prompt.
 */
void takeover_prepare(void);

/* Calls the client interface as it was when we were started: for the time of the call the machine is the firmware's. */
int firmware_switch(uint64_t *cells);

/* Whether a console firmware has started us that stays alive, because it may be a real one. */
bool firmware_stays(void);

/* Whether its first bridge is a Sabre, so that the CPU is an UltraSPARC-IIi. */
bool firmware_has_sabre(void);

/* Whether our PROM has started us. It then fills in firmware, once everything is ours. */
bool prom_started_us(void);
void prom_read(void);

/* The error that has reset the machine, or NULL. */
const struct trap_frame *prom_error(void);

#endif
