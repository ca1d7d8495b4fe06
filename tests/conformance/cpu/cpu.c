/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite cpu: the ground everything else stands on. Traps are provoked on purpose and must come back as results; the
 * clock runs and keeps running forward; memory and device registers have the byte order they claim.
 */
#include "arch/arch.h"
#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/trap.h"
#include "tests/conformance/framework/test.h"

static void provoke(void *argument)
{
	((const struct arch_provocation *)argument)->provoke();
}

static void trap_is_caught(struct trial *trial)
{
	static struct trap_record record;
	const struct arch_provocation *provocation = &arch_provocations[trial->subject->number];

	if (trap_guard(provoke, (void *)provocation, &record)) {
		trial_fail(trial, "no trap came");
		return;
	}
	trial_note(trial, "trap", "%s (%s), code %#llx, pc %#llx", trap_kind_name(record.kind), record.name,
		   (unsigned long long)record.code, (unsigned long long)record.pc);
	expect(trial, record.kind == provocation->kind, "the trap was %s and must be %s", trap_kind_name(record.kind),
	       trap_kind_name(provocation->kind));
	expect(trial, record.register_count >= 32, "the trap came without its registers");
}
CONFORMANCE_TEST("cpu.trap", trap_is_caught,
		 "A provoked trap comes back to the code that caused it, with its kind and its registers.",
		 .scope = &scope_provocation, .judged_by = EVIDENCE);

/* A trap that nobody expects. Only by name, because it always is an error: the gate looks how it is reported. */
static void uncaught_trap(struct trial *trial)
{
	arch_provocations[trial->subject->number].provoke();
	trial_fail(trial, "no trap came");
}
CONFORMANCE_TEST("cpu.uncaught-trap", uncaught_trap,
		 "A trap that nobody expects is reported as that point's error, with the registers.",
		 .scope = &scope_provocation, .judged_by = EVIDENCE, .only_by_name = true);

#define CLOCK_READINGS	1000

static void clock_runs_forward(struct trial *trial)
{
	uint64_t first = clock_now();
	uint64_t last = first;

	for (unsigned i = 0; i < CLOCK_READINGS; i++) {
		uint64_t now = clock_now();

		if (!expect(trial, now >= last, "the clock went back from %llu to %llu ns", (unsigned long long)last,
			    (unsigned long long)now))
			return;
		last = now;
	}
	expect(trial, last > first, "the clock stands still");
}
CONFORMANCE_TEST("cpu.clock", clock_runs_forward,
		 "The clock goes forward, and never back.",
		 .judged_by = EVIDENCE);

static void byte_order(struct trial *trial)
{
	volatile uint64_t word = 0x0102030405060708ull;
	uint8_t first = *(volatile uint8_t *)&word;

	expect_equal(trial, "first byte in memory of 0x0102030405060708", first, BYTEORDER_LITTLE ? 8 : 1);
	expect_equal(trial, "cpu_to_le64() and back", le64_to_cpu(cpu_to_le64(word)), word);
	word = cpu_to_le64(word);
	expect_equal(trial, "first byte of its little-endian form", *(volatile uint8_t *)&word, 8);
}
CONFORMANCE_TEST("cpu.byte-order", byte_order,
		 "Numbers lie in memory in the CPU's byte order, and conversions to little-endian and back lose "
		 "nothing.",
		 .judged_by = EVIDENCE);

/* Every frame is reached under its own address: what is stored in the first and in the last one stays there. */
static void memory_is_distinct(struct trial *trial)
{
	phys_addr frames[2];

	if (!frames_take(1, FRAME_SIZE, &frames[0]) ||
	    !frames_take_between((frames_highest() - 1) & -FRAME_SIZE, frames_highest(), 1, FRAME_SIZE, &frames[1])) {
		trial_error(trial, "the first and the last frame are not free");
		return;
	}
	for (unsigned i = 0; i < 2; i++)
		*(volatile uint64_t *)arch_pointer(frames[i]) = frames[i].value;
	for (unsigned i = 0; i < 2; i++) {
		expect_equal(trial, "word in a frame", *(volatile uint64_t *)arch_pointer(frames[i]), frames[i].value);
		expect_equal(trial, "address of a pointer to it", arch_physical(arch_pointer(frames[i])).value,
			     frames[i].value);
	}
}
CONFORMANCE_TEST("cpu.memory", memory_is_distinct,
		 "The first and the last frame of memory are two frames: what is stored in one stays out of the other.",
		 .judged_by = EVIDENCE);
