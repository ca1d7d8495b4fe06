/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the CPU's words to those of arch.h: what kind of trap it was, and where. What a trap means is decided in
 * boot/trap.c.
 *
 * Source: Arm Architecture Reference Manual (DDI 0487), D17.2.37, ESR_EL1.
 */
#include "arch/aarch64/aarch64.h"
#include "arch/aarch64/cpu.h"

#define CLASS(syndrome)		((syndrome) >> 26 & 0x3f)
#define   CLASS_UNKNOWN			0x00	/* an instruction that there is not */
#define   CLASS_FLOATING_POINT		0x07
#define   CLASS_ILLEGAL_STATE		0x0e
#define   CLASS_SVC			0x15
#define   CLASS_HVC			0x16
#define   CLASS_SYSTEM_REGISTER		0x18
#define   CLASS_INSTRUCTION_ABORT	0x21	/* of this level */
#define   CLASS_PC_ALIGNMENT		0x22
#define   CLASS_DATA_ABORT		0x25	/* of this level */
#define   CLASS_SP_ALIGNMENT		0x26
#define   CLASS_BREAKPOINT		0x3c	/* brk */
#define FAULT(syndrome)		((syndrome) & 0x3f)
#define   FAULT_EXTERNAL		0x10
#define   FAULT_ALIGNMENT		0x21

struct trap_class {
	unsigned number;
	enum trap_kind kind;
	bool has_address;
	const char *name;
};

static const struct trap_class classes[] = {
	{ CLASS_UNKNOWN, TRAP_ILLEGAL, false, "unknown instruction" },
	{ CLASS_FLOATING_POINT, TRAP_OTHER, false, "floating point" },
	{ CLASS_ILLEGAL_STATE, TRAP_ILLEGAL, false, "illegal execution state" },
	{ CLASS_SVC, TRAP_OTHER, false, "svc" },
	{ CLASS_HVC, TRAP_OTHER, false, "hvc" },
	{ CLASS_SYSTEM_REGISTER, TRAP_ILLEGAL, false, "system register" },
	{ CLASS_INSTRUCTION_ABORT, TRAP_BAD_ADDRESS, true, "instruction abort" },
	{ CLASS_PC_ALIGNMENT, TRAP_UNALIGNED, true, "PC alignment" },
	{ CLASS_DATA_ABORT, TRAP_BAD_ADDRESS, true, "data abort" },
	{ CLASS_SP_ALIGNMENT, TRAP_UNALIGNED, false, "SP alignment" },
	{ CLASS_BREAKPOINT, TRAP_BREAKPOINT, false, "brk" },
};

static const char *const register_names[SAVED_COUNT] = {
	"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16",
	"x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp",
	"pc", "pstate", "esr", "far",
};

static void classify(struct trap_frame *frame, uint64_t syndrome)
{
	unsigned class = CLASS(syndrome);

	for (unsigned i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (classes[i].number != class)
			continue;
		frame->kind = classes[i].kind;
		frame->name = classes[i].name;
		frame->has_address = classes[i].has_address;
	}
	if (class != CLASS_DATA_ABORT && class != CLASS_INSTRUCTION_ABORT)
		return;
	if (FAULT(syndrome) == FAULT_EXTERNAL)
		frame->kind = TRAP_MACHINE_CHECK;
	if (FAULT(syndrome) == FAULT_ALIGNMENT)
		frame->kind = TRAP_UNALIGNED;
}

/* False: there was none, when it was to be taken. */
static bool is_interrupt(struct trap_frame *frame)
{
	unsigned number = gic_take();

	frame->kind = TRAP_INTERRUPT;
	frame->name = "interrupt";
	frame->has_address = true;
	frame->address = number;
	return number != GIC_NONE;
}

void aarch64_trap(unsigned entry, uint64_t *registers)
{
	uint64_t syndrome = registers[SAVED_SYNDROME];
	struct trap_frame frame = {
		.kind = TRAP_OTHER,
		.name = "exception",
		.code = syndrome,
		.pc = registers[SAVED_PC],
		.address = registers[SAVED_ADDRESS],
		.register_count = SAVED_COUNT,
		.register_names = register_names,
		.registers = registers,
	};

	if (entry == ENTRY_SYNCHRONOUS)
		classify(&frame, syndrome);
	if (entry == ENTRY_SERROR) {
		frame.kind = TRAP_MACHINE_CHECK;
		frame.name = "SError";
	}
	if ((entry == ENTRY_IRQ || entry == ENTRY_FIQ) && !is_interrupt(&frame))
		return;
	trap(&frame);
	/* The program cannot go on behind anything but an interrupt. */
	if (frame.kind != TRAP_INTERRUPT)
		arch_power_off();
}

void arch_interrupts(bool on)
{
	if (on)
		__asm__ volatile("msr daifclr, #2" ::: "memory");
	else
		__asm__ volatile("msr daifset, #2\n\tisb" ::: "memory");
}

/* What waits in the GIC is taken there, and is done with at once, as by a trap. */
bool arch_interrupt_take(uint64_t *number)
{
	unsigned taken = gic_take();

	*number = taken;
	return taken != GIC_NONE;
}
