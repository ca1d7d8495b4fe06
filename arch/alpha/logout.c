/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The logout frame of an EV6 with a 21272: a head, what the CPU has recorded, and what the system has. Corrected and
 * uncorrected errors have frames of two sizes, whose parts begin alike and end early.
 *
 * Which trap was a machine check, and what is done about it, is trap.c's.
 *
 * Source: AlphaServer ES40 Service Guide, tables D-17 and D-19; 21272 Hardware Reference Manual (MISC, PERROR).
 */
#include "arch/alpha/logout.h"

#define FRAME_SIZE	0x00	/* bits 31:0 */
#define FRAME_OFFSETS	0x08	/* bits 31:0 of the CPU's part, bits 63:32 of the system's */
#define FRAME_CODE	0x10	/* bits 31:0; above them the revision of the frame */
#define FRAME_HEAD	0x18
#define FRAME_LARGEST	0x1000

static const char *const cpu_names[] = {
	"i_stat", "dc_stat", "c_addr", "syndrome1", "syndrome0", "c_stat", "c_sts", "mm_stat", "exc_addr", "ier_cm",
	"isum", "reserved0", "pal_base", "i_ctl", "pctx",
};

enum { FLAGS, DIR, MISC, P0_PERROR, P1_PERROR, SYSTEM_WORDS };

static const char *const system_names[SYSTEM_WORDS] = {
	[FLAGS] = "flags", [DIR] = "dir", [MISC] = "misc", [P0_PERROR] = "p0_perror", [P1_PERROR] = "p1_perror",
};

/* Bits of the system's part that name an error. */
static const struct error_bit {
	unsigned word;
	uint64_t bit;
	const char *name;
} error_bits[] = {
	{ MISC, 1ul << 28, "MISC.NXM" },		/* memory that is not there */
	{ P0_PERROR, 1ul << 1, "P0_PERROR.SERR" },
	{ P0_PERROR, 1ul << 2, "P0_PERROR.PERR" },
	{ P0_PERROR, 1ul << 3, "P0_PERROR.DCRTO" },	/* a delayed read that nobody came back for */
	{ P0_PERROR, 1ul << 4, "P0_PERROR.SGE" },	/* a page table entry that was not valid */
	{ P0_PERROR, 1ul << 5, "P0_PERROR.APE" },	/* parity of an address */
	{ P0_PERROR, 1ul << 6, "P0_PERROR.TA" },	/* target abort */
	{ P0_PERROR, 1ul << 7, "P0_PERROR.RDPE" },	/* parity of data read */
	{ P0_PERROR, 1ul << 8, "P0_PERROR.NDS" },	/* nobody claimed the address */
	{ P0_PERROR, 1ul << 10, "P0_PERROR.UECC" },
	{ P0_PERROR, 1ul << 11, "P0_PERROR.CRE" },	/* corrected */
	{ P1_PERROR, 1ul << 1, "P1_PERROR.SERR" },
	{ P1_PERROR, 1ul << 2, "P1_PERROR.PERR" },
	{ P1_PERROR, 1ul << 3, "P1_PERROR.DCRTO" },
	{ P1_PERROR, 1ul << 4, "P1_PERROR.SGE" },
	{ P1_PERROR, 1ul << 5, "P1_PERROR.APE" },
	{ P1_PERROR, 1ul << 6, "P1_PERROR.TA" },
	{ P1_PERROR, 1ul << 7, "P1_PERROR.RDPE" },
	{ P1_PERROR, 1ul << 8, "P1_PERROR.NDS" },
	{ P1_PERROR, 1ul << 10, "P1_PERROR.UECC" },
	{ P1_PERROR, 1ul << 11, "P1_PERROR.CRE" },
};

struct part {
	uint64_t from, to;
	const char *const *names;
	unsigned count;
};

static void add_word(struct logout *logout, const char *name, uint64_t value)
{
	if (logout->count == LOGOUT_WORDS)
		return;
	logout->names[logout->count] = name;
	logout->words[logout->count++] = value;
}

static void name_errors(struct logout *logout, unsigned word, uint64_t value)
{
	unsigned named = 0;

	while (named < TRAP_ERRORS && logout->errors[named])
		named++;
	for (size_t i = 0; i < sizeof error_bits / sizeof error_bits[0] && named < TRAP_ERRORS; i++)
		if (error_bits[i].word == word && value & error_bits[i].bit)
			logout->errors[named++] = error_bits[i].name;
}

static bool read_part(struct logout *logout, uint64_t address, const struct part *part,
		      bool (*peek)(uint64_t, uint64_t *))
{
	uint64_t value;

	for (unsigned i = 0; i < part->count && part->from + 8 * i + 8 <= part->to; i++) {
		if (!peek(address + part->from + 8 * i, &value))
			return false;
		add_word(logout, part->names[i], value);
		if (part->names == system_names)
			name_errors(logout, i, value);
	}
	return true;
}

void logout_read(struct logout *logout, uint64_t address, bool (*peek)(uint64_t, uint64_t *))
{
	uint64_t size, offsets, code, cpu, system;

	*logout = (struct logout){ 0 };
	if (address % 8 || !peek(address + FRAME_SIZE, &size) || !peek(address + FRAME_OFFSETS, &offsets) ||
	    !peek(address + FRAME_CODE, &code))
		return;
	size &= 0xffffffff;
	cpu = offsets & 0xffffffff;
	system = offsets >> 32;
	if (size > FRAME_LARGEST || cpu % 8 || system % 8 || cpu < FRAME_HEAD || system < cpu || size < system)
		return;
	add_word(logout, "code", code);
	if (!read_part(logout, address,
		       &(struct part){ cpu, system, cpu_names, sizeof cpu_names / sizeof cpu_names[0] }, peek) ||
	    !read_part(logout, address, &(struct part){ system, size, system_names, SYSTEM_WORDS }, peek))
		*logout = (struct logout){ 0 };
}
