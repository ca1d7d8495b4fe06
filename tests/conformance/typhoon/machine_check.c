/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite typhoon: what PALcode says of a machine check, which is all that a bring-up has to go by: its vector, and the
 * logout frame. That the registers come back is in registers.c.
 *
 * A frame names its size and where its parts are, and is read by nothing else: their contents differ from CPU to CPU.
 * Only the address of the instruction is common to all 21264.
 *
 * Source: Alpha Architecture Reference Manual, OSF/1 PALcode: machine checks, logout area; AlphaServer ES40 Service
 * Guide, appendix D.
 */
#include "boot/string.h"
#include "boot/trap.h"
#include "tests/conformance/typhoon/rig.h"

#define VECTOR_SYSTEM		0x660	/* not corrected, found by the system */
#define VECTOR_PROCESSOR	0x670	/* not corrected, found by the processor */

#define FRAME_HEAD		0x18	/* size and flags; offsets of both parts; code and revision */
#define FRAME_LARGEST		0x2000
#define CPU_EXC_ADDR		0x40	/* in the part of the CPU; bit 0: it was in PALmode */

struct logout {
	const uint64_t *words;
	uint32_t size, cpu, system, code;
	uint64_t exc_addr;
};

static uint64_t value_of(const struct trap_record *record, const char *name)
{
	for (unsigned i = 0; i < record->register_count; i++)
		if (strcmp(record->register_names[i], name) == 0)
			return record->registers[i];
	return 0;
}

static bool has_parts(const struct logout *logout)
{
	return logout->size % 8 == 0 && logout->size <= FRAME_LARGEST && logout->cpu == FRAME_HEAD &&
	       logout->cpu + CPU_EXC_ADDR < logout->system && logout->system <= logout->size;
}

/* Its address may lead nowhere. */
static void read_logout(void *argument)
{
	struct logout *logout = argument;

	logout->size = (uint32_t)logout->words[0];
	logout->cpu = (uint32_t)logout->words[1];
	logout->system = (uint32_t)(logout->words[1] >> 32);
	logout->code = (uint32_t)logout->words[2];
	if (has_parts(logout))
		logout->exc_addr = logout->words[(logout->cpu + CPU_EXC_ADDR) / 8] & ~3ull;
}

static const struct arch_provocation *provocation(void)
{
	for (unsigned i = 0; i < arch_provocation_count; i++)
		if (arch_provocations[i].kind == TRAP_MACHINE_CHECK)
			return &arch_provocations[i];
	return NULL;
}

static void judge_frame(struct trial *trial, const struct trap_record *record, uint64_t vector)
{
	struct logout logout = { .words = (const uint64_t *)value_of(record, "trap_a2") };

	if (!expect(trial, trap_guard(read_logout, &logout, NULL), "the logout frame cannot be read at %p",
		    (const void *)logout.words))
		return;
	trial_note(trial, "logout", "size %#x, parts at %#x and %#x, code %#x", logout.size, logout.cpu, logout.system,
		   logout.code);
	if (!expect(trial, has_parts(&logout), "the logout frame of %#x bytes has its parts at %#x and %#x",
		    logout.size, logout.cpu, logout.system))
		return;
	expect(trial, logout.code, "the logout frame has no code");
	/* A check that the system has found may leave the CPU's part empty. An instruction may be done with or not. */
	if (vector == VECTOR_PROCESSOR && logout.exc_addr != record->pc - 4)
		expect_equal(trial, "EXC_ADDR in the logout frame", logout.exc_addr, record->pc);
}

static void machine_check_frame(struct trial *trial)
{
	static struct trap_record record;
	const struct arch_provocation *provoked = provocation();
	uint64_t vector;

	if (!provoked) {
		trial_skip(trial, "this port provokes no machine check");
		return;
	}
	if (!expect(trial, !trap_guard((void (*)(void *))provoked->provoke, NULL, &record),
		    "no machine check came"))
		return;
	vector = value_of(&record, "trap_a1");
	if (expect(trial, vector == VECTOR_SYSTEM || vector == VECTOR_PROCESSOR,
		   "a machine check comes with vector %#llx, which is neither 0x660 nor 0x670",
		   (unsigned long long)vector))
		judge_frame(trial, &record, vector);
}
PCHIP_TEST("typhoon.machine-check-frame", machine_check_frame,
	   "A machine check comes with its vector, and with a logout frame that says where it was.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);
