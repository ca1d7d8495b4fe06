/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.intx: two and more devices that raise their interrupts at the same time. None may be lost, none may be
 * spurious, whether they have lines of their own or share one.
 *
 * "At the same time" is made certain: interrupts are let in when all of them are known to be raised.
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "tests/conformance/virtio/intx/rig.h"

/* All pairs would be many where there are many devices. */
#define PAIRS_LARGEST	4

/* How the lines of a pair stand to each other. */
enum relation {
	APART,			/* they are switched apart from each other */
	TOGETHER,		/* two lines that the controller switches together */
	SHARED,			/* one line */
};

static bool takes_part(const struct engine *engine)
{
	const struct subject subject = { .engine = (struct engine *)engine, .function = engine->function };

	return intx_engine(engine) && virtio_engine_plain(virtio_engine_of(engine)) && !needs_intx(&subject);
}

static enum relation relation_of(const struct engine *first, const struct engine *second)
{
	unsigned line = first->function->line, other = second->function->line;

	if (line == other)
		return SHARED;
	return first->function->interrupts->driver->together(line) >> other & 1 ? TOGETHER : APART;
}

/* Each engine with those behind it in the table, near ones first. */
static bool is_pair(unsigned number, const struct conformance_scope *scope)
{
	unsigned first_number = number / engine_count(), second_number = number % engine_count();
	const struct engine *first = engine_get(first_number), *second = engine_get(second_number);

	return first_number < second_number && first->function != second->function &&
	       first->function->host == second->function->host && takes_part(first) && takes_part(second) &&
	       relation_of(first, second) == scope->what;
}

#define PAIR_SCOPE(name, relation) \
	static const struct conformance_scope scope_##name = { .of = &scope_pair, .only = is_pair, .what = relation, \
							       .most = PAIRS_LARGEST, \
							       .words = "each pair of virtio devices whose lines " \
								       "are " #name }

PAIR_SCOPE(apart, APART);
PAIR_SCOPE(together, TOGETHER);
PAIR_SCOPE(shared, SHARED);

static bool start_pair(struct trial *trial)
{
	if (!intx_open(trial) || !intx_listen(trial, trial->subject->engine) ||
	    !intx_listen(trial, trial->subject->partner))
		return false;
	intx_enable(trial);
	return true;
}

/* All that is raised is served: exactly once for each device, and nothing is left. */
static void expect_all_served(struct trial *trial, unsigned entries)
{
	intx_count();
	intx_let_in(entries);
	intx_judge(trial);
	for (unsigned i = 0; i < intx_rig.count; i++) {
		intx_judge_served(trial, &intx_rig.listeners[i], true);
		if (trial_good(trial))
			intx_expect_pending(trial, &intx_rig.listeners[i], false);
	}
}

/* Both raised, in either order. */
static void raise_both(struct trial *trial, unsigned entries)
{
	for (unsigned first = 0; first < 2 && trial_good(trial); first++)
		if (intx_raise(trial, &intx_rig.listeners[first]) && intx_raise(trial, &intx_rig.listeners[!first]))
			expect_all_served(trial, entries);
}

static void two(struct trial *trial)
{
	if (start_pair(trial))
		raise_both(trial, 2);
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.two", two,
		 "Two devices on lines of their own, raised at once, are both served.",
		 .scope = &scope_apart, .clauses = "ISR-3 ISR-5 DEF-29 SPLIT-10", .judged_by = EVIDENCE);

/* The same with nothing but what the manual asks of a handler: see look_again() in interrupt.h. */
static void by_the_book(struct trial *trial)
{
	if (start_pair(trial)) {
		intx_rig.by_the_book = true;
		raise_both(trial, 2);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.two-by-the-book", by_the_book,
		 "Two devices raised at once are both served by a handler that does only what the manual asks for.",
		 .scope = &scope_apart, .judged_by = EVIDENCE);

/* Lines that the controller switches together are two lines all the same. */
static void in_one_slot(struct trial *trial)
{
	by_the_book(trial);
}
CONFORMANCE_TEST("virtio.intx.two-in-one-slot", in_one_slot,
		 "Two lines that the controller switches together are both served.",
		 .scope = &scope_together, .judged_by = EVIDENCE);

static unsigned used_by_all(void)
{
	unsigned used = 0;

	for (unsigned i = 0; i < intx_rig.count; i++)
		used += intx_used(&intx_rig.listeners[i]);
	return used;
}

/* One line for two devices: one interrupt is enough when the handler asks both; and when it stops at the first that has
 * something to say, the line stays raised for the other, and interrupts again. */
static void shared(struct trial *trial)
{
	if (start_pair(trial)) {
		raise_both(trial, 1);
		expect(trial, intx_rig.entries <= 1 + used_by_all(), "%u interrupts came for one line that fell once",
		       intx_rig.entries);
		intx_rig.serve_one = true;
		raise_both(trial, 2);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.shared", shared,
		 "Two devices on one line are both served, whether the handler asks both or stops at the first.",
		 .scope = &scope_shared, .clauses = "ISR-3 ISR-5 DEF-29", .judged_by = EVIDENCE);

/* The bridges, with what is behind each. */
static unsigned behind(const struct host_bridge *bridge, struct engine **engines)
{
	unsigned count = 0;

	for (unsigned i = 0; i < engine_count() && count < INTX_LISTENERS; i++) {
		struct engine *engine = engine_get(i);

		if (engine->function->host == bridge && takes_part(engine))
			engines[count++] = engine;
	}
	return count;
}

static const char *needs_three(const struct subject *subject)
{
	struct engine *engines[INTX_LISTENERS];

	return behind(subject->bridge, engines) < 3 ? "no three devices behind this bridge interrupt" : NULL;
}

static bool start_all(struct trial *trial)
{
	struct engine *engines[INTX_LISTENERS];
	unsigned count = behind(trial->subject->bridge, engines);

	if (!intx_open(trial))
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!intx_listen(trial, engines[i]))
			return false;
	intx_enable(trial);
	return true;
}

/* All devices behind a bridge are raised before any interrupt is let in. */
static void all(struct trial *trial)
{
	if (start_all(trial)) {
		for (unsigned i = 0; i < intx_rig.count && trial_good(trial); i++)
			intx_raise(trial, &intx_rig.listeners[i]);
		if (trial_good(trial))
			expect_all_served(trial, intx_rig.count);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.all", all,
		 "All devices behind a bridge, raised before any interrupt is let in, are served.",
		 .scope = &scope_host_bridge, .skip = needs_three, .clauses = "ISR-3 ISR-5 DEF-29 SPLIT-10",
		 .judged_by = EVIDENCE);

/* Begun one after another while interrupts are let in, so that some come while others are handled. */
static void run_all(struct trial *trial)
{
	bool begun[INTX_LISTENERS] = { false };

	intx_count();
	arch_interrupts(true);
	for (unsigned i = 0; i < intx_rig.count; i++)
		begun[i] = intx_begin(trial, &intx_rig.listeners[i]);
	for (unsigned i = 0; i < intx_rig.count; i++)
		if (begun[i] && intx_finish(trial, &intx_rig.listeners[i]))
			poll_soon(intx_rig.listeners[i].served > 0, INTX_LATE);
	intx_let_in(0);
	intx_judge_lines(trial);
}

#define ROUNDS	3

/* All devices at work while interrupts come: none is lost. */
static void running(struct trial *trial)
{
	bool started = start_all(trial);

	for (unsigned round = 0; started && round < ROUNDS && trial_good(trial); round++) {
		run_all(trial);
		for (unsigned i = 0; i < intx_rig.count; i++)
			intx_judge_served(trial, &intx_rig.listeners[i], false);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.running", running,
		 "With all devices at work while interrupts come, none is lost.",
		 .scope = &scope_host_bridge, .skip = needs_three, .clauses = "ISR-3 ISR-5 DEF-29 SPLIT-10",
		 .judged_by = EVIDENCE);

/* The same, and none is spurious: a point of its own, so that a controller that is known for them can still lose
 * none. */
static void running_spurious(struct trial *trial)
{
	bool started = start_all(trial);

	for (unsigned round = 0; started && round < ROUNDS && trial_good(trial); round++) {
		run_all(trial);
		intx_judge_spurious(trial);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.running-spurious", running_spurious,
		 "With all devices at work while interrupts come, none is spurious.",
		 .scope = &scope_host_bridge, .skip = needs_three, .judged_by = EVIDENCE);
