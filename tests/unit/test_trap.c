/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/fatal.c boot/tap.c boot/format.c boot/print.c */
/*
 * Traps: guards, nested guards, what a record keeps, and the way down when there is no guard. boot/trap.c is included,
 * so that each test can begin with no trap behind it.
 */
#include "boot/trap.c"

#include <string.h>

#include "boot/console.h"
#include "tests/unit/host/host.h"

static const char *const names[] = { "r0", "r1", "r2", "r3", "r4", "r5" };
static const uint64_t values[] = { 0x10, 0x11, 0x12, 0x13, 0x14, UINT64_MAX };

static const struct trap_frame unaligned = {
	.kind = TRAP_UNALIGNED, .name = "entUna", .code = 0x40003, .pc = 0x1234, .has_address = true, .address = 0x5671,
	.register_count = 6, .register_names = names, .registers = values,
};

static bool trap_in_console;

/* Takes the place of the host's. */
void console_write(const char *text, size_t length)
{
	if (trap_in_console)
		trap(&unaligned);
	memcpy(host_output + host_output_length, text, length);
	host_output_length += length;
	host_output[host_output_length] = 0;
}

static int start(void **state)
{
	host_setup(state);
	innermost = NULL;
	last_words = NULL;
	traps_without_guard = 0;
	trap_in_console = false;
	return 0;
}

static void nothing(void *argument)
{
	*(int *)argument += 1;
}

static void take_trap(void *argument)
{
	trap(argument);
}

static void without_trap(void **state)
{
	struct trap_record record = { .code = 77 };
	int calls = 0;

	(void)state;
	assert_true(trap_guard(nothing, &calls, &record));
	assert_true(trap_guard(nothing, &calls, NULL));
	assert_int_equal(calls, 2);
	assert_int_equal(record.code, 77);
	assert_null(innermost);
}

static void record_keeps_all(void **state)
{
	struct trap_record record;

	(void)state;
	memset(&record, 0xa5, sizeof record);
	assert_false(trap_guard(take_trap, (void *)&unaligned, &record));
	assert_int_equal(record.kind, TRAP_UNALIGNED);
	assert_string_equal(record.name, "entUna");
	assert_int_equal(record.code, 0x40003);
	assert_int_equal(record.pc, 0x1234);
	assert_true(record.has_address);
	assert_int_equal(record.address, 0x5671);
	assert_int_equal(record.register_count, 6);
	assert_ptr_equal(record.register_names, names);
	assert_memory_equal(record.registers, values, sizeof values);
	assert_null(record.errors[0]);
	assert_false(trap_guard(take_trap, (void *)&unaligned, NULL));
	assert_null(innermost);
}

/* More registers than a record holds: the first of them, and nothing beyond. */
static void too_many_registers(void **state)
{
	uint64_t many[TRAP_REGISTERS + 8];
	struct trap_frame frame = unaligned;
	struct { struct trap_record record; uint64_t after; } kept = { .after = 42 };

	(void)state;
	memset(many, 1, sizeof many);
	frame.registers = many;
	frame.register_count = TRAP_REGISTERS + 8;
	assert_false(trap_guard(take_trap, &frame, &kept.record));
	assert_int_equal(kept.record.register_count, TRAP_REGISTERS);
	assert_int_equal(kept.after, 42);
}

struct nest {
	struct trap_frame inner;
	struct trap_frame outer;
	struct trap_record record;
	bool inner_held;
	bool after;
};

static void nested(void *argument)
{
	struct nest *nest = argument;

	nest->inner_held = !trap_guard(take_trap, &nest->inner, &nest->record);
	trap(&nest->outer);
	nest->after = true;
}

/* The inner guard takes the inner trap and is gone; the next trap belongs to the outer one. */
static void guards_nest(void **state)
{
	struct nest nest = { .inner = unaligned, .outer = unaligned };
	struct trap_record record;

	(void)state;
	nest.inner.code = 1;
	nest.outer.code = 2;
	assert_false(trap_guard(nested, &nest, &record));
	assert_true(nest.inner_held);
	assert_false(nest.after);
	assert_int_equal(nest.record.code, 1);
	assert_int_equal(record.code, 2);
	assert_null(innermost);
}

static void guard_inside_ends(void *argument)
{
	const struct guard *outer = innermost;
	struct trap_record record;
	int calls = 0;

	trap_guard(nothing, &calls, &record);
	assert_ptr_equal(innermost, outer);
	trap_guard(nothing, &calls, NULL);
	assert_ptr_equal(innermost, outer);
	trap(argument);
}

/* A guard that ended without a trap must not catch the next one: its place on the stack is gone. */
static void ended_guard_is_forgotten(void **state)
{
	struct trap_record record;

	(void)state;
	assert_false(trap_guard(guard_inside_ends, (void *)&unaligned, &record));
	assert_int_equal(record.code, 0x40003);
	assert_null(innermost);
}

/* An interrupt that nobody has asked for is a trap as well: it must not come back for ever. */
static void interrupt_is_caught(void **state)
{
	struct trap_frame frame = { .kind = TRAP_INTERRUPT, .name = "entInt" };
	struct trap_record record;

	(void)state;
	assert_false(trap_guard(take_trap, &frame, &record));
	assert_int_equal(record.kind, TRAP_INTERRUPT);
	assert_int_equal(record.register_count, 0);
}

static void without_guard(void **state)
{
	(void)state;
	assert_int_equal(host_run(take_trap, (void *)&unaligned), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\nBail out! trap outside of any guard: an unaligned access (entUna, code "
			       "0x40003, pc 0x1234, address 0x5671)\n"));
	assert_non_null(strstr(host_output, "\n# r4: 0x0000000000000014  r5: 0xffffffffffffffff\n"));
	assert_string_equal(host_output + strlen(host_output) - strlen("\n# busproof: FAIL 1\n"),
			    "\n# busproof: FAIL 1\n");
}

static void say_and_switch_off(const struct trap_record *record)
{
	print("last words: %llx\n", (unsigned long long)record->code);
	arch_power_off();
}

static void own_last_words(void **state)
{
	(void)state;
	trap_set_last_words(say_and_switch_off);
	assert_int_equal(host_run(take_trap, (void *)&unaligned), HOST_POWERED_OFF);
	assert_string_equal(host_output, "last words: 40003\n");
}

static void trap_again(const struct trap_record *record)
{
	(void)record;
	trap(&unaligned);
}

/* Last words that trap: a line without them, and off. */
static void last_words_trap(void **state)
{
	(void)state;
	trap_set_last_words(trap_again);
	assert_int_equal(host_run(take_trap, (void *)&unaligned), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "trap while a trap was reported: entUna"));
	assert_non_null(strstr(host_output, "\n# busproof: FAIL 1\n"));
}

/* The console itself traps: off without a word. */
static void console_traps(void **state)
{
	(void)state;
	trap_in_console = true;
	assert_int_equal(host_run(take_trap, (void *)&unaligned), HOST_POWERED_OFF);
	assert_int_equal(host_output_length, 0);
	assert_int_equal(traps_without_guard, 3);
}

/* The switch does not work either. */
static void power_off_traps(void **state)
{
	(void)state;
	traps_without_guard = 3;
	assert_int_equal(host_run(take_trap, (void *)&unaligned), HOST_REBOOTED);
}

/* Last words may use guards of their own. */
static void guard_in_last_words(const struct trap_record *record)
{
	(void)record;
	print("caught: %d\n", !trap_guard(take_trap, (void *)&unaligned, NULL));
	arch_power_off();
}

static void last_words_may_guard(void **state)
{
	(void)state;
	trap_set_last_words(guard_in_last_words);
	assert_int_equal(host_run(take_trap, (void *)&unaligned), HOST_POWERED_OFF);
	assert_string_equal(host_output, "caught: 1\n");
}

static void unclaimed_address(void *argument)
{
	(void)argument;
	mmio_read32_le((phys_addr){ 0x1234 });
}

/* The host's own port: an address that nothing answers. */
static void unclaimed_address_traps(void **state)
{
	struct trap_record record;

	(void)state;
	host_unclaimed_traps = true;
	assert_false(trap_guard(unclaimed_address, NULL, &record));
	assert_int_equal(record.kind, TRAP_MACHINE_CHECK);
	assert_int_equal(record.address, 0x1234);
}

static void kinds_have_names(void **state)
{
	(void)state;
	for (unsigned i = TRAP_INTERRUPT; i <= TRAP_OTHER; i++) {
		assert_non_null(trap_kind_name((enum trap_kind)i));
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(trap_kind_name((enum trap_kind)i), trap_kind_name((enum trap_kind)k));
	}
	assert_string_equal(trap_kind_name(TRAP_MACHINE_CHECK), "a machine check");
	assert_string_equal(trap_kind_name((enum trap_kind)99), "a trap of an unknown kind");
}

static void description(void **state)
{
	char buffer[1024] = "";
	struct text text = { buffer, sizeof buffer, 0, false };
	struct trap_record record;

	(void)state;
	keep(&record, &unaligned);
	trap_describe(&text, &record, "  ");
	assert_string_equal(buffer,
			    "  r0: 0x0000000000000010  r1: 0x0000000000000011  r2: 0x0000000000000012"
			    "  r3: 0x0000000000000013\n"
			    "  r4: 0x0000000000000014  r5: 0xffffffffffffffff\n");
}

/* Error bits are told behind the address, and stay when the frame is gone. */
static void errors_are_named(void **state)
{
	char buffer[256] = "";
	struct text text = { buffer, sizeof buffer, 0, false };
	struct trap_frame frame = unaligned;
	struct trap_record record;

	(void)state;
	frame.errors[0] = "AFSR.TO";
	frame.errors[1] = "AFSR.ME";
	assert_false(trap_guard(take_trap, &frame, &record));
	frame.errors[0] = NULL;
	trap_summarize(&text, &record);
	assert_string_equal(buffer, "an unaligned access (entUna, code 0x40003, pc 0x1234, address 0x5671, "
				    "errors AFSR.TO AFSR.ME)");
	for (unsigned i = 0; i < TRAP_ERRORS; i++)
		record.errors[i] = "X";
	buffer[text.length = 0] = 0;
	trap_summarize(&text, &record);
	assert_non_null(strstr(buffer, "errors X X X X)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(without_trap, start),
		cmocka_unit_test_setup(record_keeps_all, start),
		cmocka_unit_test_setup(too_many_registers, start),
		cmocka_unit_test_setup(guards_nest, start),
		cmocka_unit_test_setup(ended_guard_is_forgotten, start),
		cmocka_unit_test_setup(interrupt_is_caught, start),
		cmocka_unit_test_setup(without_guard, start),
		cmocka_unit_test_setup(own_last_words, start),
		cmocka_unit_test_setup(last_words_trap, start),
		cmocka_unit_test_setup(console_traps, start),
		cmocka_unit_test_setup(power_off_traps, start),
		cmocka_unit_test_setup(last_words_may_guard, start),
		cmocka_unit_test_setup(unclaimed_address_traps, start),
		cmocka_unit_test_setup(kinds_have_names, start),
		cmocka_unit_test_setup(description, start),
		cmocka_unit_test_setup(errors_are_named, start),
	};

	return cmocka_run_group_tests_name("trap", tests, NULL, NULL);
}
