/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.intx: what is a matter of the interrupt controller or of the CPU, for which one device behind each
 * bridge speaks. What an interrupt does to the program that it interrupts, which is nothing; one that nobody expects,
 * which is a trap; the states of a line; and the controller's registers afterwards, which are the firmware's again.
 */
#include "boot/clock.h"
#include "boot/trap.h"
#include "tests/conformance/virtio/intx/rig.h"

/* The first engine behind each bridge that can interrupt. */
static void add_interrupter(struct subject *subject)
{
	for (unsigned i = 0; i < engine_count() && !subject->engine; i++) {
		const struct subject one = { .engine = engine_get(i), .function = engine_get(i)->function };

		if (one.function->host == subject->bridge && intx_engine(one.engine) && !needs_intx(&one)) {
			subject->engine = one.engine;
			subject->function = one.function;
		}
	}
}

static const struct conformance_scope scope_interrupter = {
	.of = &scope_host_bridge, .complete = add_interrupter,
	.words = "each host bridge, by one device that interrupts",
};

static const char *needs_interrupter(const struct subject *subject)
{
	return subject->engine ? NULL : "no device behind this bridge can interrupt";
}

/* Far more than a CPU takes to notice. */
#define TURNS		10000000ull

/* Every register is what it was. The interrupt comes while they are held, because the line is enabled only then. */
static void registers(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);
	phys_addr at;
	uint64_t value;
	int result;

	if (!listener)
		return;
	intx_rig.scramble = true;
	intx_mask(listener);
	if (intx_raise(trial, listener)) {
		value = intx_rig.controller->driver->enabling(intx_rig.controller, listener->line, &at);
		intx_count();
		arch_interrupts(true);
		result = arch_hold_registers(&intx_rig.came, TURNS, at, value);
		arch_interrupts(false);
		expect(trial, result != HOLD_EARLY, "an interrupt came through a masked line");
		expect(trial, result != HOLD_LATE, "no interrupt came when the line was enabled");
		expect(trial, result <= 0, "register number %d was changed by an interrupt", result);
		intx_judge(trial);
		intx_judge_served(trial, listener, true);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.registers", registers,
		 "An interrupt leaves every register of the CPU as it was.",
		 .scope = &scope_interrupter, .skip = needs_interrupter, .judged_by = EVIDENCE);

static void be_interrupted(void *argument)
{
	(void)argument;
	arch_interrupts(true);
	poll_soon(false, INTX_DELIVERY);
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
	if (!intx_raise(trial, listener))
		return;
	trap_set_interrupt_handler(NULL);
	if (!expect(trial, !trap_guard(be_interrupted, NULL, &record), "an interrupt that nobody expects was no trap"))
		return;
	expect(trial, record.kind == TRAP_INTERRUPT, "the trap was %s", trap_kind_name(record.kind));
	expect_equal(trial, "line of the trap's number",
		     intx_rig.controller->driver->line(intx_rig.controller, record.address), listener->line);
	intx_stop();
	if (!trial_good(trial) || !(listener = intx_start(trial)) || !intx_request(trial, listener))
		return;
	intx_expect_pending(trial, listener, true);
	intx_count();
	intx_expect_served(trial, listener, true);
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.unexpected", unexpected,
		 "An interrupt that no handler expects is a trap, and the next one is handled.",
		 .scope = &scope_interrupter, .skip = needs_interrupter, .judged_by = EVIDENCE);

/* What the firmware left is there again when the rig is closed: a line of its own enabled, all others as they were. */
static void put_back(struct trial *trial)
{
	const struct interrupt_controller *controller = trial->subject->bridge->interrupts;
	uint64_t firmware[INTERRUPT_WORDS] = { 0 }, before[INTERRUPT_WORDS] = { 0 }, after[INTERRUPT_WORDS] = { 0 };
	struct intx_listener *listener;

	controller->driver->save(controller, firmware);
	controller->driver->enable(controller, INTERRUPT_LINE(trial->subject->function->line));
	controller->driver->save(controller, before);
	listener = intx_start(trial);
	if (listener && intx_request(trial, listener))
		intx_let_in(1);
	intx_stop();
	controller->driver->save(controller, after);
	for (unsigned i = 0; i < INTERRUPT_WORDS; i++)
		if (!expect_equal(trial, "a mask or mapping register", after[i], before[i]))
			trial_note(trial, "register", "number %u of those that are kept", i);
	controller->driver->restore(controller, firmware);
}
CONFORMANCE_TEST("virtio.intx.put-back", put_back,
		 "The firmware's interrupt set-up is there again when the tests have used the controller.",
		 .scope = &scope_interrupter, .skip = needs_interrupter, .judged_by = EVIDENCE);

/* Until the controller is told that an interrupt is ended, its line does not interrupt again, though the device
 * was served and raises it anew; then it does. */
static void not_ended(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	intx_rig.never_end = true;
	if (intx_raise(trial, listener)) {
		intx_count();
		intx_expect_served(trial, listener, true);
	}
	intx_count();
	if (trial_good(trial) && intx_raise(trial, listener)) {
		intx_expect_none(trial, "came before the one before was ended");
		intx_end(listener);
		intx_expect_served(trial, listener, false);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.not-ended", not_ended,
		 "A line does not interrupt again until its interrupt has been ended, and then it does.",
		 .scope = &scope_interrupter, .skip = needs_interrupter, .judged_by = EVIDENCE);

/* Masked when its interrupt has been sent already, a line sends none again; enabled, and the one that was sent
 * ended, it does, for it is still raised. */
static void masked_late(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	if (intx_raise(trial, listener) && intx_expect_waiting(trial, listener, "after a buffer was used")) {
		intx_mask(listener);
		intx_expect_none_waiting(trial, "masked");
		intx_unmask(listener);
		intx_end(listener);
		intx_expect_waiting(trial, listener, "enabled and ended, but not served");
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.masked-late", masked_late,
		 "A line that is masked when its interrupt has already been sent sends none again until it is enabled.",
		 .scope = &scope_interrupter, .skip = needs_interrupter, .judged_by = EVIDENCE);

/* The controller's state register shows the line while the device holds it, masked or not, and no longer. */
static void raised(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);
	uint64_t line, before;

	if (!listener)
		return;
	line = INTERRUPT_LINE(listener->line);
	intx_rig.controller->driver->mask(intx_rig.controller, intx_rig.controller->driver->lines);
	before = intx_rig.controller->driver->raised(intx_rig.controller);
	expect(trial, !(before & line), "the line is raised before any request (%#llx)", (unsigned long long)before);
	if (intx_raise(trial, listener)) {
		poll_soon(intx_rig.controller->driver->raised(intx_rig.controller) & line, INTX_DELIVERY);
		expect_equal(trial, "lines that the controller's state register shows",
			     intx_rig.controller->driver->raised(intx_rig.controller), before | line);
		virtio_isr(listener->device);
		intx_end(listener);
		expect_equal(trial, "lines that it shows after the ISR was read",
			     intx_rig.controller->driver->raised(intx_rig.controller), before);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.raised", raised,
		 "The controller's state register shows the line while the device holds it, masked or not, and no "
		 "longer.",
		 .scope = &scope_interrupter, .skip = needs_interrupter, .judged_by = EVIDENCE);
