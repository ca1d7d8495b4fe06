/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps: guards that catch them, and the way down when there is none.
 *
 * The port brings every trap to trap() (arch.h). Interrupts are off, unless a test lets in those of devices; one that
 * nobody expects is a trap like any other, so that a line that nobody silences cannot keep the run busy for ever.
 */
#include "boot/trap.h"

#include "boot/fatal.h"

struct guard {
	struct arch_context context;
	struct guard *outer;
	struct trap_record *record;
};

static struct guard *innermost;
static void (*last_words)(const struct trap_record *record);
static bool (*interrupt_handler)(uint64_t number);
static unsigned traps_without_guard;

bool trap_guard(void (*function)(void *argument), void *argument, struct trap_record *record)
{
	struct guard guard = { .outer = innermost, .record = record };

	/* trap() has already put the outer guard back when it comes here a second time. */
	if (arch_save_context(&guard.context))
		return false;
	innermost = &guard;
	function(argument);
	innermost = guard.outer;
	return true;
}

static void keep(struct trap_record *record, const struct trap_frame *frame)
{
	unsigned count = frame->register_count < TRAP_REGISTERS ? frame->register_count : TRAP_REGISTERS;

	record->kind = frame->kind;
	record->name = frame->name;
	record->code = frame->code;
	record->pc = frame->pc;
	record->has_address = frame->has_address;
	record->address = frame->address;
	record->register_count = count;
	record->register_names = frame->register_names;
	for (unsigned i = 0; i < count; i++)
		record->registers[i] = frame->registers[i];
	for (unsigned i = 0; i < TRAP_ERRORS; i++)
		record->errors[i] = frame->errors[i];
}

static _Noreturn void say_last_words(const struct trap_record *record)
{
	char summary_text[160], dump_text[4096];
	struct text summary = { summary_text, sizeof summary_text, 0, false };
	struct text dump = { dump_text, sizeof dump_text, 0, false };

	summary_text[0] = dump_text[0] = 0;
	trap_summarize(&summary, record);
	trap_describe(&dump, record, "# ");
	print("\n%s", dump_text);
	fatal("trap outside of any guard: %s", summary_text);
}

/*
 * A trap with no guard. Each further one that comes on the way down finds less to do, so that a broken console, or even
 * a broken switch, cannot make it go round.
 */
static _Noreturn void give_up(const struct trap_frame *frame)
{
	static struct trap_record record;

	switch (traps_without_guard++) {
	case 0:
		keep(&record, frame);
		if (last_words)
			last_words(&record);
		say_last_words(&record);
	case 1:
		fatal("trap while a trap was reported: %s, code %#llx, pc %#llx", frame->name,
		      (unsigned long long)frame->code, (unsigned long long)frame->pc);
	case 2:
		arch_power_off();
	case 3:
		arch_reboot();
	default:
		for (;;)
			cpu_relax();
	}
}

void trap(const struct trap_frame *frame)
{
	struct guard *guard = innermost;

	if (frame->kind == TRAP_INTERRUPT && frame->has_address && interrupt_handler &&
	    interrupt_handler(frame->address))
		return;
	if (!guard)
		give_up(frame);
	innermost = guard->outer;
	if (guard->record)
		keep(guard->record, frame);
	arch_resume_context(&guard->context);
}

void trap_set_last_words(void (*function)(const struct trap_record *record))
{
	last_words = function;
}

void trap_set_interrupt_handler(bool (*handler)(uint64_t number))
{
	interrupt_handler = handler;
}

const char *trap_kind_name(enum trap_kind kind)
{
	static const char *const names[] = {
		[TRAP_INTERRUPT] = "an interrupt",
		[TRAP_BAD_ADDRESS] = "a bad address",
		[TRAP_MACHINE_CHECK] = "a machine check",
		[TRAP_UNALIGNED] = "an unaligned access",
		[TRAP_ILLEGAL] = "an illegal instruction",
		[TRAP_ARITHMETIC] = "an arithmetic trap",
		[TRAP_BREAKPOINT] = "a breakpoint",
		[TRAP_OTHER] = "a trap of another kind",
	};

	if ((unsigned)kind >= sizeof names / sizeof names[0])
		return "a trap of an unknown kind";
	return names[kind];
}

void trap_summarize(struct text *text, const struct trap_record *record)
{
	append(text, "%s (%s, code %#llx, pc %#llx", trap_kind_name(record->kind), record->name,
	       (unsigned long long)record->code, (unsigned long long)record->pc);
	if (record->has_address)
		append(text, ", address %#llx", (unsigned long long)record->address);
	for (unsigned i = 0; i < TRAP_ERRORS && record->errors[i]; i++)
		append(text, "%s%s", i ? " " : ", errors ", record->errors[i]);
	append(text, ")");
}

void trap_describe(struct text *text, const struct trap_record *record, const char *indent)
{
	for (unsigned i = 0; i < record->register_count; i++) {
		bool last = i % 4 == 3 || i + 1 == record->register_count;

		append(text, "%s%s: 0x%016llx%s", i % 4 == 0 ? indent : "  ", record->register_names[i],
		       (unsigned long long)record->registers[i], last ? "\n" : "");
	}
}
