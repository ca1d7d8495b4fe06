/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of the SRM console, for QEMU's clipper: what its files share. It keeps the contract between a console and
 * what it boots as strictly as a real one at least, and says at the end what of it was not kept.
 *
 * All of it, also what is in C, runs in PALmode, in KSEG. The boot image runs in user mode as long as the VMS PALcode
 * is said to be there: so KSEG does not answer, and each privileged CALL_PAL is an illegal instruction, which is where
 * the VMS functions are made (vms.c). SWPPAL changes to kernel mode and to the OSF/1 PALcode.
 *
 * Source: Alpha Architecture Reference Manual, console interface; DEC 3000 AXP System Programmer's Manual.
 */
#ifndef MODELS_SRM_MODEL_H
#define MODELS_SRM_MODEL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/alpha/pal/pal_image.h"

#define PAGE		0x2000ul
#define KSEG		0xfffffc0000000000ul
#define MIB		0x100000ul

/* Physical addresses. The lowest 2 MiB are a cluster of the console's. */
#define AT_HWRPB	0x2000ul	/* two pages */
#define AT_ROUTINES	0x6000ul
#define AT_LOGOUT	0x8000ul	/* one for each CPU */
#define   LOGOUT_BYTES	0x200ul
#define AT_MODEL	0x10000ul	/* code, data and stack of this program */
#define AT_HEAP		0x100000ul	/* of the console, to the end of its cluster */
#define AT_CONSOLE_END	0x200000ul
#define AT_FIRMWARE	0x1010000ul	/* where the firmware wants to be: the last page of the image lies here */
#define IMAGE_STRIDE	(6 * PAGE)	/* from a page of it down to the next one */
#define AT_REQUEST	0x3f00000ul	/* what QEMU's loader has put into memory: what to boot */
#define AT_MEDIUM	0x4000000ul	/* and the medium */

/* From the end of memory down: 2 MiB that are free but for the tables, 1 that is no memory, 1 of the console's. */
#define TOP_FREE	(2 * MIB)
#define TOP_HOLE	(1 * MIB)
#define TOP_CONSOLE	(1 * MIB)
#define TOP_TABLES	(64 * 1024ul)	/* at the very end */

/* Virtual ones. */
#define VA_HWRPB	0x10000000ul
#define VA_ROUTINES	0x10004000ul
#define VA_IMAGE	0x20000000ul
#define IMAGE_LEAST	0x40000ul

#define HWRPB_BYTES	0x1000ul
#define OFFSET_SLOT	0x180ul
#define   SLOT_SIZE	0x280ul
#define IPL_HIGHEST	31		/* of the VMS PALcode: all are kept out */
#define POISON		0xa5a5f00df00da5a5ul

struct model {
	uint64_t memory;		/* bytes */
	const char *medium;		/* "disk", "cd", "net" */
	const char *fault;		/* what is wrong with this console on purpose; "" nothing */
	const char *flags;
	uint64_t medium_bytes;		/* 0: not said */
	uint64_t image_pages;		/* at least IMAGE_LEAST */
	uint64_t image_bytes;		/* as loaded, in whole blocks */
	uint64_t cpus;
	uint64_t primary;		/* the one that boots */
	uint64_t level;			/* of the VMS PALcode: which interrupts are kept out */
	bool osf;			/* the OSF/1 PALcode is there */
};
extern struct model model;

/* What a trap finds: $0 to $31 at their numbers, then what QEMU tells. */
enum { FRAME_ARGUMENTS = 32, FRAME_PC = 35, FRAME_KIND = 36, FRAME_WORDS = 38 };
enum trap_kind { TRAP_MACHINE_CHECK = 1, TRAP_INTERRUPT, TRAP_MEMORY, TRAP_UNALIGNED, TRAP_OPCODE, TRAP_ARITHMETIC,
	TRAP_FLOATING, TRAP_CALL, TRAP_ROUTINE, TRAP_CLOCK };

static inline void *kseg(uint64_t physical) { return (void *)(KSEG + physical); }
static inline volatile uint64_t *quad(uint64_t physical) { return kseg(physical); }

/* Devices: physical bit 43 is virtual bit 40. */
#define IO		0xfffffd0000000000ul
#define PCHIP		(IO + 0x180000000ul)
#define CCHIP		(IO + 0x1a0000000ul)
#define PCI_IO		(IO + 0x1fc000000ul)
#define PCI_CONFIG	(IO + 0x1fe000000ul)
static inline volatile uint64_t *chip(uint64_t address) { return (volatile uint64_t *)address; }
static inline void mb(void) { __asm__ volatile("mb" : : : "memory"); }

/* print.c */
void put(const char *text, uint64_t length);
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));	/* %s %x (unsigned long) %d */
void say_list(const char *format, va_list list);
/* Ends QEMU; with the status of a failure if not good. */
_Noreturn void end(bool good);
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool same(const char *a, const char *b);

/* clock.c: the interval clock. wait_for_tick(): until one waits to be let in; false if none comes for long. */
void start_clock(void);
bool wait_for_tick(void);
void console_ticks(void);
void check_clock(void);

/* layout.c: memory and its tables, the HWRPB. */
uint64_t image_page(uint64_t number);		/* physical, as is all here */
uint64_t slot_of(uint64_t cpu);
uint64_t stack_page(void);
uint64_t tables(void);
uint64_t table_bytes(void);
uint64_t top_console(void);
void lay_out(void);
void build_hwrpb(void);
uint64_t sum_of_hwrpb(void);
/* What a virtual address leads to by our tables; false where nothing is mapped. */
bool mapped(uint64_t address, uint64_t *physical);
void *image_byte(uint64_t offset);

/* medium.c: its adapter's name at the prompt, the device string that OPEN takes, bytes of a block and of all. */
const char *medium_name(void);
const char *medium_path(void);
uint64_t medium_block(void);
uint64_t medium_bytes(void);
volatile uint64_t *medium_at(uint64_t byte);

/* channels.c: as the console's routines are called. */
uint64_t channel_open(uint64_t address, uint64_t length);
uint64_t channel_close(uint64_t channel);
uint64_t channel_read(uint64_t channel, uint64_t bytes, uint64_t address, uint64_t block);
void check_channels(void);

/* routines.c: memory that a routine may use, or the end. */
char *buffer(uint64_t address, uint64_t length, const char *of);

/* load.c: the boot block and the image. False: refused, and said why. */
bool load(void);

/* devices.c: PCI, windows and a bus master as a console leaves them. */
void start_devices(void);
void check_devices(void);
void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));	/* judge.c: counts */

/* vms.c, routines.c, judge.c */
void model_trap(uint64_t *frame);
uint64_t routine(const uint64_t *arguments);
void poison(void);
uint64_t filling(uint64_t address);		/* a different word for each place */
_Noreturn void judge(void);			/* a HALT has come */

_Noreturn void model_main(uint64_t memory, uint64_t options);
_Noreturn void boot(void);			/* on the CPU that boots */

/* pal.S */
_Noreturn void enter(uint64_t pc, uint64_t sp, uint64_t ptbr, uint64_t vptb);
void set_status(uint64_t status);
_Noreturn void call_cpu(uint64_t number);	/* to boot(), and this one sleeps */
uint64_t nanoseconds(void);
void switch_to_osf(uint64_t control_block, uint64_t logout);
void flush_translations(void);

#endif
