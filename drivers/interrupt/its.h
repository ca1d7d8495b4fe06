/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ITS, the interrupt translation service of a GIC of version 3: what a function writes to it is the number of an
 * event, which counts together with the number by which it knows the function. A table for each function says which LPI
 * an event raises, and a collection which CPU that goes to. LPIs are interrupts of tables in memory: whether each is
 * enabled, and whether it is pending.
 *
 * its.c is what messages go to, and the controller of their lines; its_start.c brings up its tables and those of the
 * CPU's redistributor; its_commands.c tells it things, through a queue in memory. All of it is read by the ITS past no
 * cache, which is asked before.
 *
 * Source: Arm GIC Architecture Specification, version 3 (IHI 0069), 5 (the ITS and its commands), 12.11 and 12.19.
 */
#ifndef INTERRUPT_ITS_H
#define INTERRUPT_ITS_H

#include "drivers/interrupt/message.h"

#define GITS_CTLR		0x0000
#define   GITS_ENABLED		0x00000001u
#define   GITS_QUIESCENT	0x80000000u
#define GITS_TYPER		0x0008
#define   TYPER_PHYSICAL	0x1ull			/* it has LPIs */
#define   TYPER_ENTRY(v)	(((v) >> 4 & 0xf) + 1)	/* bytes of an event in a function's table */
#define   TYPER_EVENT_BITS(v)	(((v) >> 8 & 0x1f) + 1)
#define   TYPER_DEVICE_BITS(v)	(((v) >> 13 & 0x1f) + 1)
#define   TYPER_BY_ADDRESS	(1ull << 19)		/* a redistributor is named by its address, not by its number */
#define GITS_CBASER		0x0080			/* the queue, and its 4 KiB pages but one in bits 7:0 */
#define GITS_CWRITER		0x0088
#define GITS_CREADR		0x0090
#define   CREADR_STALLED	0x1u
#define GITS_BASER(n)		(0x0100 + 8 * (n))	/* a table each, and its pages but one in bits 7:0 */
#define   GITS_BASERS		8u
#define   BASER_TYPE(v)		((v) >> 56 & 7)
#define     BASER_DEVICES	1
#define     BASER_COLLECTIONS	4
#define   BASER_ENTRY(v)	(((v) >> 48 & 0x1f) + 1)	/* bytes */
#define   BASER_PAGES		0xffull			/* of them, but one */
#define   BASER_PAGE		(3ull << 8)
#define   BASER_PAGE_64K	(2ull << 8)
#define   BASER_INDIRECT	(1ull << 62)		/* it is a table of such tables */
#define GITS_TRANSLATER		0x10040			/* what functions write to */

#define GICR_CTLR		0x0000			/* of the CPU's redistributor */
#define   GICR_LPIS		0x1u			/*   it has LPIs: its tables are looked at */
#define   GICR_MAY_END		0x2u			/*   that can be taken back */
#define   GICR_PENDING		0x8u			/*   a write does not count yet */
#define GICR_TYPER		0x0008
#define   GICR_HAS_LPIS		0x1ull
#define   GICR_NUMBER(v)	((v) >> 8 & 0xffff)
#define GICR_PROPBASER		0x0070			/* a byte for each LPI; bits of their numbers but one in 4:0 */
#define   LPI_ENABLED		0x01
#define   LPI_ONE		0x02			/*   reserved: is 1 */
#define   LPI_PRIORITY		0xa0
#define GICR_PENDBASER		0x0078			/* a bit for each interrupt of any kind */
#define   PENDBASER_ZERO	(1ull << 62)		/*   the table is all zero */

/* Of all registers with an address of memory. */
#define ITS_VALID		(1ull << 63)
#define ITS_SHAREABLE		(1ull << 10)		/* inner; what cannot be is read past caches */
#define ITS_SHARED(v)		((v) >> 10 & 3)
#define ITS_CACHED		(7ull << 59)		/* inner, read and write allocate: of GITS registers */
#define GICR_CACHED		(7ull << 7)		/* the same of GICR's */

/* A command: four words, whose fields are those of the second where nothing else is said. */
struct its_command { uint64_t words[4]; };
#define ITS_MOVI		0x01ull			/* an event to another collection */
#define ITS_INT			0x03ull			/* as if it had been sent */
#define ITS_CLEAR		0x04ull			/* its LPI is pending no longer */
#define ITS_SYNC		0x05ull			/* third word: a redistributor */
#define ITS_MAPD		0x08ull			/* bits of events but one; third word: their table */
#define ITS_MAPC		0x09ull			/* third word: a redistributor, and the collection */
#define ITS_MAPTI		0x0aull			/* third word: the collection */
#define ITS_INV			0x0cull			/* looks at its LPI's byte anew */
#define ITS_INVALL		0x0dull			/* third word: all those of a collection */
#define ITS_DISCARD		0x0full			/* it is no event any more, and is pending no longer */
#define   COMMAND_DEVICE(id)	((uint64_t)(id) << 32)	/* in the first word */
#define   COMMAND_LPI(number)	((uint64_t)(number) << 32)

#define LPI_FIRST		8192u			/* by the GIC's numbers */
#define LPI_BITS		14u			/* of them: twice as many as there are below the first */

#define ITS_EVENTS		16u			/* of a function that we use */
#define ITS_DEVICES		16u			/* that have events at a time: as many as we have events */
#define ITS_COLLECTION		0u
#define ITS_TABLE_ALIGNMENT	256u

struct its {
	const struct message_port *port;		/* NULL: not used */
	phys_addr registers, redistributor;
	bool up;					/* its tables are filled, and it takes commands */
	uint64_t target;				/* our redistributor, as commands name it */
	phys_addr queue, devices, collections, tables, properties, pending;
	uint64_t device_pages, table_bytes;
	uint32_t functions;				/* as many IDs as it has, from 0 on */
	uint32_t next;					/* where the next command goes, in bytes */
	struct { bool used; uint32_t id; uint16_t events; } known[ITS_DEVICES];
	uint16_t arrived;				/* events that were taken at the CPU, and not handed on */
	uint16_t enabled;
	struct { uint32_t control, redistributor; uint64_t properties, pending, queue, tables[GITS_BASERS]; } kept;
};

/* ---- its_start.c ---- */

/* NULL, or why it cannot be used. Takes memory for its tables, for ever, and changes nothing. */
const char *its_why_unusable(struct its *its);
/* Brings it up with no event, keeping what was there, and takes that back. False: it does not answer. */
bool its_start(struct its *its);
void its_stop(struct its *its);

/* ---- its_commands.c ---- */

/* Sends these and a SYNC behind them, and waits until all are done. False: it does not answer in time, or has stopped
 * at one, and takes none any more. */
bool its_send(struct its *its, const struct its_command *commands, unsigned count);

#endif
