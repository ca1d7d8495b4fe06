/*
 * Suite virtio.intx: what an interrupt does to the program that it interrupts, which is nothing; an interrupt that
 * nobody expects, which is a trap; and the controller's registers afterwards, which are the firmware's again.
 */
#include "boot/clock.h"
#include "boot/trap.h"
#include "tests/conformance/virtio_intx.h"

/* The first engine behind each bridge that can interrupt. */
static unsigned count_bridges(void)
{
	return scope_bridge_engine.count();
}

static void get_bridge(unsigned number, struct subject *subject)
{
	scope_host_bridge.get(number, subject);
	for (unsigned i = 0; i < engine_count() && !subject->engine; i++) {
		const struct subject one = { .engine = engine_get(i), .function = engine_get(i)->function };

		if (one.function->host == subject->bridge && intx_engine(one.engine) && !needs_intx(&one)) {
			subject->engine = one.engine;
			subject->function = one.function;
		}
	}
}

static const struct conformance_scope scope_interrupter = { count_bridges, get_bridge };

static const char *needs_interrupter(const struct subject *subject)
{
	return subject->engine ? NULL : "no device behind this bridge can interrupt";
}

/* Tries to be interrupted while the registers are held; turns enough for any device, and no end of a second. */
#define TRIES		64
#define TURNS		10000000ull

/* Every register is what it was. A device that answers before the registers are filled is asked again. */
static void registers(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);
	int result = HOLD_EARLY;

	if (!listener)
		return;
	intx_rig.scramble = true;
	for (unsigned i = 0; i < TRIES && result == HOLD_EARLY && trial_good(trial); i++) {
		intx_count();
		arch_interrupts(true);
		if (intx_begin(trial, listener))
			result = arch_hold_registers(&intx_rig.came, TURNS);
		arch_interrupts(false);
		intx_finish(trial, listener);
		trial_note(trial, "result", "%d", result);
	}
	expect(trial, result != HOLD_LATE, "no interrupt came");
	expect(trial, result <= 0, "register number %d was changed by an interrupt", result);
	if (result == HOLD_EARLY)
		trial_skip(trial, "the device always interrupts before the registers can be filled");
	engine_stop(listener->engine);
	interrupts_close();
}
CONFORMANCE_TEST("virtio.intx.registers", registers, .scope = &scope_interrupter, .skip = needs_interrupter,
		 .judged_by = EVIDENCE);

static void be_interrupted(void *argument)
{
	(void)argument;
	arch_interrupts(true);
	clock_wait(INTX_DELIVERY);
	arch_interrupts(false);
}

/* An interrupt that the handler does not expect comes back as a trap, and the next one is handled as if nothing
 * had been. */
static void unexpected(struct trial *trial)
{
	static struct trap_record record;
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	if (!intx_request(trial, listener) || !intx_expect_pending(trial, listener, true))
		return;
	trap_set_interrupt_handler(NULL);
	if (!expect(trial, !trap_guard(be_interrupted, NULL, &record), "an interrupt that nobody expects was no trap"))
		return;
	expect(trial, record.kind == TRAP_INTERRUPT, "the trap was %s", trap_kind_name(record.kind));
	expect_equal(trial, "line of the trap's number", intx_rig.controller->line(intx_rig.bridge, record.address),
		     listener->line);
	interrupts_close();
	engine_stop(listener->engine);
	if (!trial_good(trial) || !(listener = intx_start(trial)) || !intx_request(trial, listener))
		return;
	intx_expect_pending(trial, listener, true);
	intx_count();
	intx_let_in(1);
	intx_judge(trial);
	intx_judge_served(trial, listener, true);
	engine_stop(listener->engine);
	interrupts_close();
}
CONFORMANCE_TEST("virtio.intx.unexpected", unexpected, .scope = &scope_interrupter, .skip = needs_interrupter,
		 .judged_by = EVIDENCE);

/* What the firmware left is there again when the rig is closed: a line of its own enabled, all others as they were. */
static void put_back(struct trial *trial)
{
	const struct host_bridge *bridge = trial->subject->bridge;
	const struct interrupt_controller *controller = bridge->driver->interrupts;
	uint64_t firmware[INTERRUPT_WORDS] = { 0 }, before[INTERRUPT_WORDS] = { 0 }, after[INTERRUPT_WORDS] = { 0 };
	struct intx_listener *listener;

	controller->save(bridge, firmware);
	controller->enable(bridge, INTERRUPT_LINE(trial->subject->function->line));
	controller->save(bridge, before);
	listener = intx_start(trial);
	if (listener && intx_request(trial, listener))
		intx_let_in(1);
	engine_stop(trial->subject->engine);
	interrupts_close();
	controller->save(bridge, after);
	for (unsigned i = 0; i < INTERRUPT_WORDS; i++)
		if (!expect_equal(trial, "a mask or mapping register", after[i], before[i]))
			trial_note(trial, "register", "number %u of those that are kept", i);
	controller->restore(bridge, firmware);
}
CONFORMANCE_TEST("virtio.intx.put-back", put_back, .scope = &scope_interrupter, .skip = needs_interrupter,
		 .judged_by = EVIDENCE);
