/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the image may do before SWPPAL: the functions of the VMS PALcode, which come as illegal instructions, and the
 * console's routines. Anything else ends the run, as on a real machine it would end at the prompt or nowhere.
 */
#include "tests/models/srm/model.h"
#include "tests/models/srm/status.h"

#define OPCODE(instruction)	((instruction) >> 26)
#define FUNCTION(instruction)	((instruction) & 0x3ffffff)
#define IPL_DEVICES		20		/* below this level they interrupt */
#define IPL_CLOCK		22
#define UNDEFINED		0xdeadul << 40 | 0xbad

static const char *const kinds[] = {
	[TRAP_MACHINE_CHECK] = "machine check", [TRAP_INTERRUPT] = "interrupt",
	[TRAP_MEMORY] = "no translation, or no right",
	[TRAP_UNALIGNED] = "unaligned access", [TRAP_OPCODE] = "illegal instruction",
	[TRAP_ARITHMETIC] = "arithmetic trap", [TRAP_FLOATING] = "floating point, which is off (FEN 0)",
	[TRAP_CALL] = "CALL_PAL", [TRAP_CLOCK] = "interrupt of the interval clock",
};

static _Noreturn void stray(const uint64_t *frame)
{
	die("%s at %lx (%lx %lx %lx), $26 %lx, sp %lx, before the change of PALcode: a real console is at its prompt "
	    "now",
	    kinds[frame[FRAME_KIND]], frame[FRAME_PC], frame[FRAME_ARGUMENTS], frame[FRAME_ARGUMENTS + 1],
	    frame[FRAME_ARGUMENTS + 2], frame[26], frame[30]);
}

/* $16 to $20 as the Architecture Reference Manual has them; all but $0 and the stack pointer is undefined behind it. */
static void swap_pal(uint64_t *frame)
{
	uint64_t pc = frame[17], pcb = frame[18], vptb = frame[19];

	if (frame[16] != 2 || same(model.fault, "no-osf")) {
		frame[0] = frame[16] == 2 ? 2 : 1;
		return;
	}
	if (pcb % 128 || pcb >= model.memory)
		die("SWPPAL: the control block at physical %lx is not aligned to 128 bytes, or not in memory", pcb);
	if (vptb != VPTB || quad(pcb)[2] != tables() / PAGE)
		die("SWPPAL: with page tables that are not the console's");
	for (unsigned i = 0; i < 30; i++)
		frame[i] = UNDEFINED;
	frame[0] = 0;
	frame[30] = quad(pcb)[0];
	frame[FRAME_PC] = pc;
	model.osf = true;
	switch_to_osf(pcb, (uint64_t)kseg(AT_LOGOUT + model.primary * LOGOUT_BYTES));
	wait_for_tick();
}

/* What is let in goes to the console's own table of vectors, on the image's stack. Some tick always waits. */
static void change_level(uint64_t *frame)
{
	frame[0] = model.level;
	model.level = frame[16] & IPL_HIGHEST;
	if (model.level < IPL_CLOCK)
		wait_for_tick();
	set_status(model.level < IPL_DEVICES ? PS_IMAGE_ALL : model.level < IPL_CLOCK ? PS_IMAGE_CLOCK : PS_IMAGE);
}

static void vms(uint64_t *frame, uint64_t function)
{
	switch (function) {
	case 0x00: judge();
	case 0x02: break;						/* DRAINA */
	case 0x0a: swap_pal(frame); break;
	case 0x0b: frame[0] = 0; break;					/* MFPR_FEN */
	case 0x0e: frame[0] = model.level; break;			/* MFPR_IPL */
	case 0x0f: change_level(frame); break;				/* MTPR_IPL */
	case 0x10: frame[0] = 0; break;					/* MFPR_MCES */
	case 0x11: break;						/* MTPR_MCES */
	case 0x15: frame[0] = tables() / PAGE; break;			/* MFPR_PTBR */
	case 0x1b: case 0x1d: flush_translations(); break;		/* MTPR_TBIA, MTPR_TBIS */
	case 0x29: frame[0] = VPTB; break;				/* MFPR_VPTB */
	case 0x3f: frame[0] = model.primary; break;				/* MFPR_WHAMI */
	default:
		die("CALL_PAL %lx at %lx is no function of the VMS PALcode that the model knows", function,
		    frame[FRAME_PC] - 4);
	}
}

void model_trap(uint64_t *frame)
{
	uint64_t physical;

	if (frame[FRAME_PC] & 1)
		die("a trap of kind %lx within the model, at %lx (%lx %lx)", frame[FRAME_KIND], frame[FRAME_PC],
		    frame[FRAME_ARGUMENTS], frame[FRAME_ARGUMENTS + 1]);
	if (frame[FRAME_KIND] == TRAP_ROUTINE) {
		console_ticks();
		frame[0] = routine(frame + 16);
		return;
	}
	if (frame[FRAME_KIND] == TRAP_OPCODE && mapped(frame[FRAME_PC] - 4, &physical)) {
		uint32_t instruction = *(const volatile uint32_t *)kseg(physical);

		if (OPCODE(instruction) == 0) {
			vms(frame, FUNCTION(instruction));
			return;
		}
	}
	stray(frame);
}
