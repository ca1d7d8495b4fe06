/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The logout frame of an EV6 with a 21272: a head, what the CPU has recorded, and what the system has. Corrected and
 * uncorrected errors have frames of two sizes, whose parts begin alike and end early. Which cache an error was in the
 * CPU's part says, the Icache, the Dcache or the Bcache, and at which address C_ADDR.
 *
 * Which trap was a machine check, and what is done about it, is trap.c's.
 *
 * Source: AlphaServer ES40 Service Guide, tables D-17 and D-19; 21264 Hardware Reference Manual (I_STAT, DC_STAT,
 * MM_STAT, C_STAT); 21272 Hardware Reference Manual (MISC, PERROR).
 */
#include "arch/alpha/logout.h"

#define FRAME_SIZE	0x00	/* bits 31:0 */
#define FRAME_OFFSETS	0x08	/* bits 31:0 of the CPU's part, bits 63:32 of the system's */
#define FRAME_CODE	0x10	/* bits 31:0; above them the revision of the frame */
#define FRAME_HEAD	0x18
#define FRAME_LARGEST	0x1000

enum { I_STAT, DC_STAT, C_ADDR, SYNDROME1, SYNDROME0, C_STAT, C_STS, MM_STAT, EXC_ADDR, IER_CM, ISUM, RESERVED0,
	PAL_BASE, I_CTL, PCTX, CPU_WORDS };

static const char *const cpu_names[CPU_WORDS] = {
	[I_STAT] = "i_stat", [DC_STAT] = "dc_stat", [C_ADDR] = "c_addr", [SYNDROME1] = "syndrome1",
	[SYNDROME0] = "syndrome0", [C_STAT] = "c_stat", [C_STS] = "c_sts", [MM_STAT] = "mm_stat",
	[EXC_ADDR] = "exc_addr", [IER_CM] = "ier_cm", [ISUM] = "isum", [RESERVED0] = "reserved0",
	[PAL_BASE] = "pal_base", [I_CTL] = "i_ctl", [PCTX] = "pctx",
};

enum { FLAGS, DIR, MISC, P0_PERROR, P1_PERROR, SYSTEM_WORDS };

static const char *const system_names[SYSTEM_WORDS] = {
	[FLAGS] = "flags", [DIR] = "dir", [MISC] = "misc", [P0_PERROR] = "p0_perror", [P1_PERROR] = "p1_perror",
};

/* C_STAT<4:0> is a number; all others are bits of their own. */
#define C_STAT_CODE	0x1f

/* What in the CPU's part names an error of a cache. */
static const struct cpu_error {
	unsigned word;
	uint64_t mask, value;
	const char *name;
} cpu_errors[] = {
	{ I_STAT, 1ul << 29, 1ul << 29, "I_STAT.PAR" },		/* parity, Icache: data or tag */
	{ DC_STAT, 1ul << 0, 1ul << 0, "DC_STAT.TPERR_P0" },	/* parity, Dcache: a tag, pipe 0 */
	{ DC_STAT, 1ul << 1, 1ul << 1, "DC_STAT.TPERR_P1" },
	{ DC_STAT, 1ul << 2, 1ul << 2, "DC_STAT.ECC_ERR_ST" },	/* Dcache, corrected: a small store */
	{ DC_STAT, 1ul << 3, 1ul << 3, "DC_STAT.ECC_ERR_LD" },	/* corrected: a load */
	{ DC_STAT, 1ul << 4, 1ul << 4, "DC_STAT.SEO" },		/* a second one */
	{ MM_STAT, 1ul << 10, 1ul << 10, "MM_STAT.DC_TAG_PERR" },
	{ C_STAT, C_STAT_CODE, 0x01, "C_STAT.BC_PERR" },	/* parity, Bcache: a tag */
	{ C_STAT, C_STAT_CODE, 0x02, "C_STAT.DC_PERR" },	/* parity, Dcache: a tag's copy */
	{ C_STAT, C_STAT_CODE, 0x03, "C_STAT.DSTREAM_MEM_ERR" },	/* ERR: one bit; DBL: two */
	{ C_STAT, C_STAT_CODE, 0x04, "C_STAT.DSTREAM_BC_ERR" },
	{ C_STAT, C_STAT_CODE, 0x05, "C_STAT.DSTREAM_DC_ERR" },
	{ C_STAT, C_STAT_CODE, 0x06, "C_STAT.PROBE_BC_ERR" },
	{ C_STAT, C_STAT_CODE, 0x07, "C_STAT.PROBE_BC_ERR" },
	{ C_STAT, C_STAT_CODE, 0x0b, "C_STAT.ISTREAM_MEM_ERR" },
	{ C_STAT, C_STAT_CODE, 0x0c, "C_STAT.ISTREAM_BC_ERR" },
	{ C_STAT, C_STAT_CODE, 0x13, "C_STAT.DSTREAM_MEM_DBL" },
	{ C_STAT, C_STAT_CODE, 0x14, "C_STAT.DSTREAM_BC_DBL" },
	{ C_STAT, C_STAT_CODE, 0x1b, "C_STAT.ISTREAM_MEM_DBL" },
	{ C_STAT, C_STAT_CODE, 0x1c, "C_STAT.ISTREAM_BC_DBL" },
};

/* Bits of the system's part that do. */
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
	void (*name_errors)(struct logout *logout, unsigned word, uint64_t value);
};

static void add_word(struct logout *logout, const char *name, uint64_t value)
{
	if (logout->count == LOGOUT_WORDS)
		return;
	logout->names[logout->count] = name;
	logout->words[logout->count++] = value;
}

static void add_error(struct logout *logout, const char *name)
{
	unsigned named = 0;

	while (named < TRAP_ERRORS && logout->errors[named])
		named++;
	if (named < TRAP_ERRORS)
		logout->errors[named] = name;
}

static void name_cpu_errors(struct logout *logout, unsigned word, uint64_t value)
{
	for (size_t i = 0; i < sizeof cpu_errors / sizeof cpu_errors[0]; i++)
		if (cpu_errors[i].word == word && (value & cpu_errors[i].mask) == cpu_errors[i].value)
			add_error(logout, cpu_errors[i].name);
}

static void name_system_errors(struct logout *logout, unsigned word, uint64_t value)
{
	for (size_t i = 0; i < sizeof error_bits / sizeof error_bits[0]; i++)
		if (error_bits[i].word == word && value & error_bits[i].bit)
			add_error(logout, error_bits[i].name);
}

static bool read_part(struct logout *logout, uint64_t address, const struct part *part,
		      bool (*peek)(uint64_t, uint64_t *))
{
	uint64_t value;

	for (unsigned i = 0; i < part->count && part->from + 8 * i + 8 <= part->to; i++) {
		if (!peek(address + part->from + 8 * i, &value))
			return false;
		add_word(logout, part->names[i], value);
		part->name_errors(logout, i, value);
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
	if (!read_part(logout, address, &(struct part){ cpu, system, cpu_names, CPU_WORDS, name_cpu_errors }, peek) ||
	    !read_part(logout, address, &(struct part){ system, size, system_names, SYSTEM_WORDS, name_system_errors },
		       peek))
		*logout = (struct logout){ 0 };
}
