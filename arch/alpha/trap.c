/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From PALcode's words to those of arch.h: what kind of trap it was, where, and what must be acknowledged.
 *
 * Owns machine check and interrupt acknowledgement, and the probing load alpha_peek(), the only trap that is the
 * port's own doing. What a trap means is decided in boot/trap.c.
 *
 * Source: Alpha Architecture Reference Manual, OSF/1 PALcode; 21272 Hardware Reference Manual (DIM, MISC).
 */
#include "arch/alpha/alpha.h"
#include "arch/alpha/logout.h"

/* What an entry point tells. Its arguments are $16 to $18, here 0 to 2. */
struct entry_point {
	const char *name;
	enum trap_kind kind;
	unsigned cause;		/* the argument that tells more */
	bool has_address;
	unsigned address;	/* the argument that is an address or a vector */
	unsigned past;		/* the saved PC is so many bytes after the instruction */
};

static const struct entry_point entry_points[ENT_COUNT] = {
	[ENT_INT] = { "entInt", TRAP_INTERRUPT, 0, true, 1, 0 },
	[ENT_ARITH] = { "entArith", TRAP_ARITHMETIC, 0, false, 0, 4 },
	[ENT_MM] = { "entMM", TRAP_BAD_ADDRESS, 1, true, 0, 0 },
	[ENT_IF] = { "entIF", TRAP_OTHER, 0, false, 0, 4 },
	[ENT_UNA] = { "entUna", TRAP_UNALIGNED, 1, true, 0, 4 },
	[ENT_SYS] = { "entSys", TRAP_OTHER, 0, false, 0, 4 },
};

/*
 * Causes that deserve a name or a kind of their own. A gentrap is raised by software on purpose: the one in this image
 * is division by zero (divide.S).
 */
static const struct cause {
	unsigned entry;
	uint64_t cause;
	enum trap_kind kind;
	const char *name;
} causes[] = {
	{ ENT_INT, INT_INTERPROCESSOR, TRAP_INTERRUPT, "entInt interprocessor" },
	{ ENT_INT, INT_CLOCK, TRAP_INTERRUPT, "entInt clock" },
	{ ENT_INT, INT_MACHINE_CHECK, TRAP_MACHINE_CHECK, "entInt machine check" },
	{ ENT_INT, INT_DEVICE, TRAP_INTERRUPT, "entInt device" },
	{ ENT_INT, INT_PERFORMANCE, TRAP_INTERRUPT, "entInt performance monitor" },
	{ ENT_IF, IF_BPT, TRAP_BREAKPOINT, "entIF bpt" },
	{ ENT_IF, IF_BUGCHK, TRAP_OTHER, "entIF bugchk" },
	{ ENT_IF, IF_GENTRAP, TRAP_ARITHMETIC, "entIF gentrap" },
	{ ENT_IF, IF_FEN, TRAP_ILLEGAL, "entIF fen" },
	{ ENT_IF, IF_OPCDEC, TRAP_ILLEGAL, "entIF opcdec" },
};

/* Behind the registers stand the words of a logout frame, whose names are known when there is one. */
static const char *register_names[SAVED_COUNT + LOGOUT_WORDS] = {
	"v0", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "s0", "s1", "s2", "s3", "s4", "s5", "fp",
	"a0", "a1", "a2", "a3", "a4", "a5", "t8", "t9", "t10", "t11", "ra", "t12", "at", "gp", "sp",
	"pc", "ps", "trap_a0", "trap_a1", "trap_a2",
};

/* Vectors of machine checks that hardware has repaired already: system, processor. Nothing was lost. */
#define VECTOR_CORRECTED_SYSTEM		0x620
#define VECTOR_CORRECTED_PROCESSOR	0x630

/* Vectors of device interrupts: 16 for each ISA line, then 16 for each bit of the Cchip's request register. */
#define VECTOR_ISA	0x800
#define VECTOR_DEVICE	0x900
#define   DRIR_ISA	55	/* the bit that the ISA interrupt controller drives */
#define   DRIR_BITS	64

static const unsigned cchip_dim[] = { 0x200, 0x240, 0x600, 0x640 };	/* device interrupt mask of CPU 0 to 3 */

/* Where alpha_peek() goes back to; NULL while nobody peeks. */
static const struct arch_context *volatile peeking;

/* Device interrupts are let in. */
static bool letting_in;

bool alpha_has_cchip;

void arch_interrupts(bool on)
{
	letting_in = on;
	pal_swpipl(on ? IPL_DEVICES : IPL_NONE);
}

/* Requests wait in the Cchip, not in the CPU. */
bool arch_interrupt_take(uint64_t *number)
{
	(void)number;
	return false;
}

bool alpha_peek(uint64_t address, uint64_t *value)
{
	struct arch_context here;

	if (arch_save_context(&here))
		return false;
	peeking = &here;
	barrier_full();
	*value = *(const volatile uint64_t *)address;
	/* A machine check may come some time after its load; here it has come, or never will. */
	pal_draina();
	peeking = NULL;
	return true;
}

/*
 * Only the trap that a load of alpha_peek() can raise: not an interrupt, and not an unknown one.
 */
static void return_to_peek(enum trap_kind kind)
{
	const struct arch_context *back = peeking;

	if (!back || (kind != TRAP_BAD_ADDRESS && kind != TRAP_MACHINE_CHECK && kind != TRAP_UNALIGNED))
		return;
	peeking = NULL;
	arch_resume_context(back);
}

/* Without this the next machine check would be a double one, which halts the machine. */
static void acknowledge_machine_check(void)
{
	register uint64_t v0 __asm__("$0");
	register uint64_t a0 __asm__("$16");

	__asm__ volatile("call_pal %1" : "=r"(v0) : "i"(PAL_RDMCES) : PAL_DESTROYS);
	a0 = v0 | MCES_REPORTS;
	__asm__ volatile("call_pal %1" : "+r"(a0) : "i"(PAL_WRMCES) : "$0", PAL_DESTROYS);

	/* Memory that is not there: the Cchip goes on reporting it until told that it was seen. */
	if (alpha_has_cchip)
		mmio_write64_le((phys_addr){ CCHIP + CCHIP_MISC }, MISC_NXM);
}

/*
 * A device's request stays until the device is served, and nobody may know how: it would interrupt again after each
 * return. So its line is masked before trap() is told; who wants another interrupt of it sets its bit in DIM again.
 * PALcode has acknowledged clock and interprocessor interrupts by itself.
 */
static void mask_device_interrupt(uint64_t vector)
{
	uint64_t cpu = pal_whami();
	uint64_t line = DRIR_ISA;
	phys_addr dim;

	if (vector >= VECTOR_DEVICE)
		line = (vector - VECTOR_DEVICE) / 16;
	if (!alpha_has_cchip || vector < VECTOR_ISA || line >= DRIR_BITS)
		return;
	if (cpu >= sizeof cchip_dim / sizeof cchip_dim[0])
		return;
	dim.value = CCHIP + cchip_dim[cpu];
	mmio_write64_le(dim, mmio_read64_le(dim) & ~(1ul << line));
	/* The request line falls before the read returns. */
	mmio_read64_le(dim);
}

static void classify(struct trap_frame *frame, unsigned entry, uint64_t cause)
{
	frame->kind = entry_points[entry].kind;
	frame->name = entry_points[entry].name;
	for (unsigned i = 0; i < sizeof causes / sizeof causes[0]; i++) {
		if (causes[i].entry != entry || causes[i].cause != cause)
			continue;
		frame->kind = causes[i].kind;
		frame->name = causes[i].name;
	}
}

static void acknowledge(struct trap_frame *frame, uint64_t cause, uint64_t vector)
{
	if (cause == INT_DEVICE)
		mask_device_interrupt(vector);
	if (cause != INT_MACHINE_CHECK)
		return;
	acknowledge_machine_check();
	if (vector == VECTOR_CORRECTED_SYSTEM || vector == VECTOR_CORRECTED_PROCESSOR) {
		frame->kind = TRAP_INTERRUPT;
		frame->name = "entInt corrected error";
	}
}

/* Each word of a frame must be in memory, as a look could change a device. */
static bool peek_memory(uint64_t address, uint64_t *value)
{
	return (address & ~KSEG_ADDRESS) == KSEG && alpha_peek(address, value);
}

/*
 * What the console's logout frame of a machine check says goes behind the registers. Nobody looks on behalf of
 * alpha_peek(), which expects a trap and may not be entered twice.
 */
static void add_logout(struct trap_frame *frame, uint64_t address)
{
	static uint64_t registers[SAVED_COUNT + LOGOUT_WORDS];
	struct logout logout;

	if (peeking)
		return;
	logout_read(&logout, address, peek_memory);
	for (unsigned i = 0; i < SAVED_COUNT; i++)
		registers[i] = frame->registers[i];
	for (unsigned i = 0; i < logout.count; i++) {
		registers[SAVED_COUNT + i] = logout.words[i];
		register_names[SAVED_COUNT + i] = logout.names[i];
	}
	frame->registers = registers;
	frame->register_count = SAVED_COUNT + logout.count;
	for (unsigned i = 0; i < TRAP_ERRORS; i++)
		frame->errors[i] = logout.errors[i];
}

/*
 * The PC of a machine check is where PALcode would go on: with QEMU the instruction after the access, on hardware
 * anywhere behind it.
 */
void alpha_trap(unsigned entry, uint64_t *registers)
{
	const struct entry_point *point = &entry_points[entry];
	const uint64_t *arguments = registers + SAVED_ARGUMENTS;
	uint64_t cause = arguments[point->cause];
	struct trap_frame frame = {
		.code = (uint64_t)entry << 16 | (cause & 0xffff),
		.pc = registers[SAVED_PC] - point->past,
		.has_address = point->has_address,
		.address = point->has_address ? arguments[point->address] : 0,
		.register_count = SAVED_COUNT,
		.register_names = register_names,
		.registers = registers,
	};

	pal_swpipl(IPL_NONE);
	/* SRM leaves the clock at 1024 interrupts a second (QEMU's is off), and no level lets devices in without it. */
	if (entry == ENT_INT && cause == INT_CLOCK && letting_in)
		return;
	classify(&frame, entry, cause);
	if (frame.kind == TRAP_MACHINE_CHECK)
		add_logout(&frame, arguments[2]);
	if (entry == ENT_INT)
		acknowledge(&frame, cause, arguments[1]);
	return_to_peek(frame.kind);
	trap(&frame);
	/* The program cannot go on behind anything but an interrupt. */
	if (frame.kind != TRAP_INTERRUPT)
		arch_power_off();
}
