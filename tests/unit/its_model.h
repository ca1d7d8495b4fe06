/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ITS and the redistributor of one CPU, in software: registers, tables and the queue of commands in the memory of
 * the test, and the LPIs that come of messages.
 *
 * It watches: a register that is written when that must not be, a command that the architecture calls an error, one
 * behind which there is no SYNC. What comes first is its fault, in words; its_model_good() fails the test for it. It
 * does no more for a driver than it must: an LPI's byte is looked at anew by INV and INVALL alone.
 *
 * Source: Arm GIC Architecture Specification, version 3 (IHI 0069), 5.1 to 5.3, 12.11 and 12.19.
 */
#ifndef ITS_MODEL_H
#define ITS_MODEL_H

#include "tests/unit/host/host.h"

#define MODEL_ITS		0x8000200000ull
#define MODEL_DISTRIBUTOR	0x8000000000ull
#define MODEL_REDISTRIBUTOR	0x8000100000ull
#define MODEL_LPIS		8192u		/* from LPI 8192 on */
#define MODEL_LOG		1024u
#define MODEL_DEVICES		64u
#define MODEL_EVENTS		32u

/* The commands, by the numbers of the manual. */
enum {
	MODEL_INT = 0x03, MODEL_CLEAR = 0x04, MODEL_SYNC = 0x05, MODEL_MAPD = 0x08, MODEL_MAPC = 0x09,
	MODEL_MAPTI = 0x0a, MODEL_INV = 0x0c, MODEL_INVALL = 0x0d, MODEL_DISCARD = 0x0f,
};

struct its_model {
	/* What it is like: to be said before it is used; its_model_reset() gives what QEMU has. */
	uint64_t its_type, cpu_type;		/* GITS_TYPER, GICR_TYPER */
	uint64_t tables[8];			/* GITS_BASER as found */
	uint64_t table_stuck;			/* bits of GITS_BASER that cannot be written */
	uint64_t unshareable;			/* bits of registers with an address that cannot be set */
	bool no_way_back;			/* GICR_CTLR.CES is 0, and LPIs stay enabled */
	bool never_quiescent, never_applied;	/* bits that tell of an end do not come */
	unsigned answers;			/* commands that it does before it is dead; UINT_MAX: all */
	unsigned stalls_at;			/* the number, from 1, of the command at which it stops; 0: none */

	/* What it has. */
	uint32_t control, cpu_control;
	uint64_t queue, write_at, read_at, properties, pending_table;
	struct { bool valid; uint32_t id; unsigned bits; uint64_t table; } devices[MODEL_DEVICES];
	struct { bool valid; uint32_t lpi, collection; } events[MODEL_DEVICES][MODEL_EVENTS];
	bool collection;			/* number 0 is mapped to the CPU */
	uint8_t known[MODEL_LPIS];		/* of each LPI: its byte, as it was looked at last */
	bool pending[MODEL_LPIS];

	/* What was seen. */
	uint8_t log[MODEL_LOG];			/* kinds of the commands done, the first MODEL_LOG of them */
	unsigned done;
	const char *fault;
};
extern struct its_model its_model;

void its_model_reset(void);
/* Adds its registers, and those of a distributor that only keeps what is written. */
void its_model_add(void);
/* A function writes the number of an event to where messages go. */
void its_model_message(uint32_t device, uint32_t event);
/* The number of LPIs that are pending. */
unsigned its_model_pending(void);
void its_model_good(void);

/* Between its files: the first wrong thing is kept; what is in the queue is done; GITS_CWRITER was written. */
void its_model_blame(const char *what);
void its_model_run_queue(void);
void its_model_write_queue(uint64_t value);

#endif
