/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C part of a trap: from the registers that traps.S saved to the frame that trap() gets.
 *
 * Interrupts are acknowledged at the CPU before trap() is called, as trap() may choose not to come back. The
 * interrupt controller's part is its driver's.
 *
 * Source: The SPARC Architecture Manual, Version 9, trap types; UltraSPARC-I/II User's Manual and
 * UltraSPARC-IIi User's Manual (805-0087), the chapters on the MMU (what a miss records), interrupts and errors.
 */
#include "arch/arch.h"
#include "arch/sparc64/cpu.h"

void trap_handle(uint64_t *saved);
_Noreturn void trap_handle_emergency(uint64_t *saved);

#define TT_DATA_ACCESS_ERROR	0x32
#define TT_INTERRUPT_LEVEL(n)	(0x40 + (n))	/* n = 1..15 */
#define TT_INTERRUPT_VECTOR	0x60

/* Where the address of an access is found. */
enum address_source {
	NOWHERE,
	IN_TPC,			/* the instruction's own */
	IN_TAG_ACCESS,		/* the page; the rest is in the instruction */
	IN_SFAR,
	IN_INSTRUCTION,		/* only there: no register of the MMU has it */
	IN_STACK_POINTER,	/* of the window to be spilled: the stack is full */
	IN_MONDO,		/* an interrupt number */
};

struct trap_type {
	uint16_t first;
	uint16_t last;
	enum trap_kind kind;
	enum address_source source;
	const char *name;
};

static const struct trap_type trap_types[] = {
	{ 0x008, 0x008, TRAP_BAD_ADDRESS, IN_TPC, "instruction_access_exception" },
	{ 0x00a, 0x00a, TRAP_MACHINE_CHECK, IN_TPC, "instruction_access_error" },
	{ 0x010, 0x010, TRAP_ILLEGAL, NOWHERE, "illegal_instruction" },
	{ 0x011, 0x011, TRAP_ILLEGAL, NOWHERE, "privileged_opcode" },
	{ 0x020, 0x020, TRAP_OTHER, NOWHERE, "fp_disabled" },
	{ 0x021, 0x021, TRAP_ARITHMETIC, NOWHERE, "fp_exception_ieee_754" },
	{ 0x022, 0x022, TRAP_ARITHMETIC, NOWHERE, "fp_exception_other" },
	{ 0x023, 0x023, TRAP_ARITHMETIC, NOWHERE, "tag_overflow" },
	{ 0x028, 0x028, TRAP_ARITHMETIC, NOWHERE, "division_by_zero" },
	{ 0x030, 0x030, TRAP_BAD_ADDRESS, IN_SFAR, "data_access_exception" },
	{ TT_DATA_ACCESS_ERROR, TT_DATA_ACCESS_ERROR, TRAP_MACHINE_CHECK, IN_INSTRUCTION, "data_access_error" },
	{ 0x034, 0x034, TRAP_UNALIGNED, IN_SFAR, "mem_address_not_aligned" },
	{ 0x035, 0x035, TRAP_UNALIGNED, IN_SFAR, "LDDF_mem_address_not_aligned" },
	{ 0x036, 0x036, TRAP_UNALIGNED, IN_SFAR, "STDF_mem_address_not_aligned" },
	{ 0x037, 0x037, TRAP_ILLEGAL, NOWHERE, "privileged_action" },
	{ 0x041, 0x041, TRAP_INTERRUPT, NOWHERE, "interrupt_level_1" },
	{ 0x042, 0x042, TRAP_INTERRUPT, NOWHERE, "interrupt_level_2" },
	{ 0x043, 0x043, TRAP_INTERRUPT, NOWHERE, "interrupt_level_3" },
	{ 0x044, 0x044, TRAP_INTERRUPT, NOWHERE, "interrupt_level_4" },
	{ 0x045, 0x045, TRAP_INTERRUPT, NOWHERE, "interrupt_level_5" },
	{ 0x046, 0x046, TRAP_INTERRUPT, NOWHERE, "interrupt_level_6" },
	{ 0x047, 0x047, TRAP_INTERRUPT, NOWHERE, "interrupt_level_7" },
	{ 0x048, 0x048, TRAP_INTERRUPT, NOWHERE, "interrupt_level_8" },
	{ 0x049, 0x049, TRAP_INTERRUPT, NOWHERE, "interrupt_level_9" },
	{ 0x04a, 0x04a, TRAP_INTERRUPT, NOWHERE, "interrupt_level_10" },
	{ 0x04b, 0x04b, TRAP_INTERRUPT, NOWHERE, "interrupt_level_11" },
	{ 0x04c, 0x04c, TRAP_INTERRUPT, NOWHERE, "interrupt_level_12" },
	{ 0x04d, 0x04d, TRAP_INTERRUPT, NOWHERE, "interrupt_level_13" },
	{ 0x04e, 0x04e, TRAP_INTERRUPT, NOWHERE, "interrupt_level_14" },
	{ 0x04f, 0x04f, TRAP_INTERRUPT, NOWHERE, "interrupt_level_15" },
	{ 0x060, 0x060, TRAP_INTERRUPT, IN_MONDO, "interrupt_vector" },
	{ 0x061, 0x061, TRAP_OTHER, IN_INSTRUCTION, "PA_watchpoint" },
	{ 0x062, 0x062, TRAP_OTHER, IN_SFAR, "VA_watchpoint" },
	{ 0x063, 0x063, TRAP_MACHINE_CHECK, NOWHERE, "corrected_ECC_error" },
	{ 0x064, 0x067, TRAP_BAD_ADDRESS, IN_TPC, "fast_instruction_access_MMU_miss" },
	{ 0x068, 0x06b, TRAP_BAD_ADDRESS, IN_TAG_ACCESS, "fast_data_access_MMU_miss" },
	{ 0x06c, 0x06f, TRAP_BAD_ADDRESS, IN_SFAR, "fast_data_access_protection" },
	{ 0x080, 0x083, TRAP_BAD_ADDRESS, IN_STACK_POINTER, "spill_0_normal" },
	{ 0x100, 0x17f, TRAP_BREAKPOINT, NOWHERE, "trap_instruction" },
};

static const struct trap_type unknown_type = { 0, 0, TRAP_OTHER, NOWHERE, "reserved" };

/* The indices are those of cpu.h. */
static const char *const saved_names[SAVED_WORDS] = {
	"g1", "g2", "g3", "g4", "g5", "g6", "g7",
	"o0", "o1", "o2", "o3", "o4", "o5", "sp", "o7",
	"l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7",
	"i0", "i1", "i2", "i3", "i4", "i5", "fp", "i7",
	"tstate", "tpc", "tnpc", "tt", "tl", "pil", "y", "sfsr", "sfar", "tag", "tt1", "tpc1", "afsr", "afar",
};

/* Bits of the CPU's AFSR that name an error. Source: UltraSPARC-IIi User's Manual, the AFSR. */
static const struct error_bit {
	uint64_t bit;
	const char *name;
} afsr_bits[] = {
	{ 1ul << 21, "AFSR.UE" },	/* memory, not correctable */
	{ 1ul << 27, "AFSR.TO" },	/* nobody answered */
	{ 1ul << 26, "AFSR.BERR" },	/* answered with an error */
	{ 1ul << 24, "AFSR.CP" },	/* parity of data that was copied out */
	{ 1ul << 25, "AFSR.LDP" },
	{ 1ul << 23, "AFSR.WP" },
	{ 1ul << 22, "AFSR.EDP" },
	{ 1ul << 28, "AFSR.IVUE" },
	{ 1ul << 29, "AFSR.ETP" },
	{ 1ul << 30, "AFSR.ISAP" },
	{ 1ul << 20, "AFSR.CE" },	/* memory, corrected */
	{ 1ul << 32, "AFSR.ME" },	/* more of them */
};

static void name_errors(struct trap_frame *frame, uint64_t afsr)
{
	unsigned named = 0;

	for (size_t i = 0; i < sizeof afsr_bits / sizeof afsr_bits[0] && named < TRAP_ERRORS; i++)
		if (afsr & afsr_bits[i].bit)
			frame->errors[named++] = afsr_bits[i].name;
}

/* Traps in a row that a broken stack pointer or broken windows have caused; a resumed context sets it back. */
#define EMERGENCIES_MAX		4
uint64_t trap_emergencies;

extern const char image_start[], text_end[];

static uint64_t read_asi(uint64_t address, unsigned space)
{
	uint64_t value;

	__asm__ volatile ("wr %2, 0, %%asi\n\tldxa [%1] %%asi, %0" : "=r" (value) : "r" (address), "r" (space));
	return value;
}

static void write_asi(uint64_t address, unsigned space, uint64_t value)
{
	__asm__ volatile ("wr %2, 0, %%asi\n\tstxa %0, [%1] %%asi\n\tmembar #Sync"
			  : : "r" (value), "r" (address), "r" (space) : "memory");
}

/* A mondo comes whatever the level is; the levels themselves stay off. */
void arch_interrupts(bool on)
{
	__asm__ volatile ("wrpr %0, 0, %%pstate" : : "r" ((uint64_t)(PSTATE_PRIV | (on ? PSTATE_IE : 0))) : "memory");
}

static uint64_t mondo_number(void)
{
	return read_asi(INTR_DATA_0, ASI_INTR_DATA) & INTR_NUMBER;
}

bool arch_interrupt_take(uint64_t *number)
{
	if (!(read_asi(0, ASI_INTR_RECEIVE) & INTR_BUSY))
		return false;
	*number = mondo_number();
	write_asi(0, ASI_INTR_RECEIVE, 0);
	return true;
}

static const struct trap_type *find_type(uint64_t tt)
{
	for (size_t i = 0; i < sizeof trap_types / sizeof trap_types[0]; i++)
		if (tt >= trap_types[i].first && tt <= trap_types[i].last)
			return &trap_types[i];
	return &unknown_type;
}

static uint64_t register_value(const uint64_t *saved, unsigned number)
{
	return number ? saved[SAVED_G1 + number - 1] : 0;
}

#define LOAD_STORE(instruction)	((instruction) >> 30 == 3)
#define RS1(instruction)	((instruction) >> 14 & 31)
#define IMMEDIATE(instruction)	((instruction) >> 13 & 1)
#define SIMM13(instruction)	((int32_t)((instruction) << 19) >> 19)
#define RS2(instruction)	((instruction) & 31)

/*
 * The address that the load or store at %tpc used, from the registers it named. A membar after a device access may
 * stand in for it (mmio.c); then nothing is known but what the error registers say.
 */
static bool accessed_address(const uint64_t *saved, uint64_t *address)
{
	uint64_t pc = saved[SAVED_TPC];
	uint32_t instruction;

	if (pc < (uintptr_t)image_start || pc >= (uintptr_t)text_end)
		return false;
	instruction = *(const uint32_t *)pc;
	if (!LOAD_STORE(instruction))
		return false;
	*address = register_value(saved, RS1(instruction));
	if (IMMEDIATE(instruction))
		*address += SIMM13(instruction);
	else
		*address += register_value(saved, RS2(instruction));
	return true;
}

static bool find_address(const uint64_t *saved, enum address_source source, uint64_t *address)
{
	uint64_t page = saved[SAVED_TAG] & -CPU_PAGE_SIZE;

	switch (source) {
	case IN_TPC:
		*address = saved[SAVED_TPC];
		return true;
	case IN_TAG_ACCESS:
		if (!accessed_address(saved, address) || (*address & -CPU_PAGE_SIZE) != page)
			*address = page;
		return true;
	case IN_SFAR:
		*address = saved[SAVED_SFAR];
		return true;
	case IN_INSTRUCTION:
		return accessed_address(saved, address);
	case IN_STACK_POINTER:
		*address = saved[SAVED_SP] + STACK_BIAS;
		return true;
	case IN_MONDO:
		*address = mondo_number();
		return true;
	case NOWHERE:
		break;
	}
	return false;
}

/* Level 14 is also the timer's, whose bits are 0 (%tick) and 16 (%stick). */
static void acknowledge_interrupt(uint64_t tt)
{
	uint64_t softint;

	if (tt == TT_INTERRUPT_VECTOR) {
		write_asi(0, ASI_INTR_RECEIVE, 0);
		return;
	}
	softint = 1ul << (tt - TT_INTERRUPT_LEVEL(0));
	if (tt == TT_INTERRUPT_LEVEL(14))
		softint |= 0x10001;
	__asm__ volatile ("wr %0, 0, %%clear_softint" : : "r" (softint));
}

/*
 * After an asynchronous error the CPU has switched its caches off, and what they hold may be wrong: they are cleared
 * before they are used again (nothing is lost, as the D-cache writes through). QEMU has no caches, and reads 0 from the
 * error registers.
 */
static void recover_from_error(uint64_t *saved)
{
	write_asi(0, ASI_ESTATE_ERROR, 0);
	saved[SAVED_AFSR] = read_asi(0, ASI_AFSR);
	saved[SAVED_AFAR] = read_asi(0, ASI_AFAR);
	write_asi(0, ASI_AFSR, saved[SAVED_AFSR]);
	for (uint64_t line = 0; line < DCACHE_SIZE; line += 32)
		write_asi(line, ASI_DCACHE_TAG, 0);
	for (uint64_t line = 0; line < ICACHE_SIZE; line += 32)
		write_asi(line, ASI_ICACHE_TAG, 0);
	write_asi(0, ASI_LSU_CONTROL, LSU_CACHES_MMUS);
	__asm__ volatile ("flush %0" : : "r" (image_start) : "memory");
	write_asi(0, ASI_ESTATE_ERROR, ESTATE_ALL);
}

void trap_handle(uint64_t *saved)
{
	const struct trap_type *type = find_type(saved[SAVED_TT]);
	struct trap_frame frame = {
		.kind = type->kind,
		.name = type->name,
		.code = saved[SAVED_TT],
		.pc = saved[SAVED_TPC1],
		.register_count = SAVED_WORDS,
		.register_names = saved_names,
		.registers = saved,
	};

	frame.has_address = find_address(saved, type->source, &frame.address);
	saved[SAVED_AFSR] = 0;
	saved[SAVED_AFAR] = 0;
	if (type->kind == TRAP_MACHINE_CHECK)
		recover_from_error(saved);
	if (saved[SAVED_AFSR]) {
		frame.has_address = true;
		frame.address = saved[SAVED_AFAR];
		name_errors(&frame, saved[SAVED_AFSR]);
	}
	if (type->kind == TRAP_INTERRUPT)
		acknowledge_interrupt(saved[SAVED_TT]);
	write_asi(MMU_SFSR, ASI_DMMU, 0);
	write_asi(MMU_SFSR, ASI_IMMU, 0);
	trap(&frame);
	if (type->kind != TRAP_INTERRUPT)
		arch_power_off();
}

void trap_handle_emergency(uint64_t *saved)
{
	if (++trap_emergencies > EMERGENCIES_MAX)
		arch_power_off();
	trap_handle(saved);
	arch_power_off();
}
