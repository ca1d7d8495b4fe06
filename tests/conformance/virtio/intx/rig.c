/* SPDX-License-Identifier: BSD-2-Clause */
/* The rig of suite virtio.intx: see rig.h. */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "tests/conformance/virtio/intx/rig.h"

struct intx_rig intx_rig;

#define STORMS_MOST	2

static struct intx_rig *const rig = &intx_rig;

bool intx_engine(const struct engine *engine)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);

	return virtio && virtio->mode->features == 0;
}

static bool is_intx_engine(unsigned number, const struct conformance_scope *scope)
{
	(void)scope;
	return intx_engine(engine_get(number));
}

const struct conformance_scope scope_intx_engine = {
	.of = &scope_engine, .only = is_intx_engine,
	.words = "each virtio device with a plain split ring, modern or legacy",
};

const char *needs_line(const struct subject *subject)
{
	if (!subject->function->interrupts)
		return "busproof does not know this machine's interrupt controller";
	if (arch_platform()->no_interrupts)
		return arch_platform()->no_interrupts;
	if (!subject->function->pin)
		return "the function has no interrupt pin";
	if (subject->function->line_beyond >= 0)
		return "its interrupt pin leads beyond the machine's last line: a lower slot has one";
	if (subject->function->line < 0)
		return "its interrupt pin leads to no line that busproof knows";
	return NULL;
}

const char *needs_intx(const struct subject *subject)
{
	const char *lacking = needs_line(subject);

	return lacking ? lacking : needs_writes(subject);
}

/* Asks the devices on a line. False: none had a reason to interrupt. */
static bool serve(unsigned line)
{
	bool any = false;

	for (unsigned i = 0; i < rig->count; i++) {
		struct intx_listener *listener = &rig->listeners[i];
		uint8_t isr = listener->line == line ? virtio_isr(listener->device) : 0;

		if (!isr)
			continue;
		any = true;
		listener->isr |= isr;
		listener->served++;
		if (rig->serve_one)
			break;
	}
	return any;
}

/* What is on its way of a line that does not fall is taken back: a model that sends it again whatever its mask says
 * would never come to an end. To end an interrupt may enable its line, so the mask follows. */
static void stop_storm(unsigned line)
{
	uint64_t lines = rig->controller->driver->together(line);

	rig->storm = true;
	rig->controller->driver->mask(rig->controller, lines);
	rig->controller->driver->end(rig->controller, line);
	rig->controller->driver->mask(rig->controller, lines);
}

/* More than two storms can only be one that cannot be stopped: a trap ends the trial. */
static bool handle(unsigned line)
{
	static const uint32_t set = 1;

	if (rig->entries++ > STORMS_MOST * INTX_STORM)
		return false;
	rig->lines |= INTERRUPT_LINE(line);
	if (!serve(line))
		rig->spurious++;
	if (rig->entries >= INTX_STORM) {
		stop_storm(line);
		return true;
	}
	rig->came = 1;
	if (rig->scramble)
		arch_hold_registers(&set, 0, (phys_addr) { 0 }, 0);
	if (rig->never_end)
		return true;
	rig->controller->driver->end(rig->controller, line);
	if (rig->controller->driver->look_again && !rig->by_the_book)
		rig->controller->driver->look_again(rig->controller);
	return true;
}

bool intx_open(struct trial *trial)
{
	memset(rig, 0, sizeof(*rig));
	rig->controller = trial->subject->function ? trial->subject->function->interrupts :
						     trial->subject->bridge->interrupts;
	if (interrupts_open(rig->controller, handle))
		return true;
	trial_skip(trial, "busproof does not know this machine's interrupt controller");
	return false;
}

static unsigned used_total(const struct intx_listener *listener)
{
	const struct virtio_engine *virtio = virtio_engine_of(listener->engine);
	unsigned total = 0;

	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1)
			total += virtqueue_used_index(&virtio->queues[i]);
	return total;
}

/* What the device has raised while it was started: an interrupt may follow the used index by a little, so where a
 * buffer was used the silence must last. */
static bool settle(const struct intx_listener *listener)
{
	uint64_t silence = used_total(listener) > 0 ? clock_silence(patience_grace(&listener->engine->patience)) : 0;
	uint64_t end = clock_now() + INTX_LATE + silence;

	do {
		if (!poll_soon(virtio_isr(listener->device) == 0 && !intx_pending(listener), INTX_LATE))
			return false;
		if (silence == 0 || !poll_until(intx_pending(listener), silence))
			return true;
	} while (clock_now() < end);
	return false;
}

struct intx_listener *intx_listen(struct trial *trial, struct engine *engine)
{
	struct intx_listener *listener = &rig->listeners[rig->count];

	if (rig->count == INTX_LISTENERS || !trial_start(trial, engine))
		return NULL;
	*listener = (struct intx_listener) {
		.engine = engine, .device = virtio_engine_of(engine)->device, .line = engine->function->line,
	};
	if (!dma_area_make(&listener->area, engine->function, 1)) {
		trial_error(trial, "no room for a buffer");
		return NULL;
	}
	pci_command(engine->function, 0, PCI_COMMAND_INTX_DISABLE);
	if (!settle(listener)) {
		trial_fail(trial, "%s interrupts without end: its ISR does not stay 0 when it is read", engine->kind);
		return NULL;
	}
	rig->count++;
	intx_count();
	return listener;
}

/* A last interrupt of before. */
static void drain(uint64_t lines)
{
	for (unsigned i = 0; i < rig->count; i++)
		if (lines & INTERRUPT_LINE(rig->listeners[i].line))
			virtio_isr(rig->listeners[i].device);
}

void intx_enable(struct trial *trial)
{
	uint64_t held;

	rig->controller->driver->enable(rig->controller, rig->controller->driver->lines);
	drain(rig->controller->driver->waiting(rig->controller));
	for (unsigned i = 0; i < 64 && (held = rig->controller->driver->waiting(rig->controller)); i++) {
		trial_note(trial, "held", "lines %#llx are raised by somebody else, and stay masked",
			   (unsigned long long)held);
		rig->controller->driver->mask(rig->controller, held);
	}
}

struct intx_listener *intx_start(struct trial *trial)
{
	struct intx_listener *listener;

	if (!intx_open(trial))
		return NULL;
	listener = intx_listen(trial, trial->subject->engine);
	if (listener)
		intx_enable(trial);
	return listener;
}

bool intx_begin(struct trial *trial, struct intx_listener *listener)
{
	struct engine *engine = listener->engine;
	uint64_t number = virtio_address(listener->device, &listener->area.map, 0);

	if (engine->ops->begin(engine, DMA_DEVICE_WRITES, number, transfer_size(engine)))
		return true;
	trial_fail(trial, "%s takes no request: %s", engine->kind, engine->fault);
	return false;
}

bool intx_finish(struct trial *trial, struct intx_listener *listener)
{
	struct engine *engine = listener->engine;
	enum engine_result result = engine->ops->finish(engine, ENGINE_LIMIT, NULL);

	return expect(trial, result == ENGINE_DONE, "%s does not complete its request (%s): %s", engine->kind,
		      engine_result_name(result), engine->fault);
}

bool intx_request(struct trial *trial, struct intx_listener *listener)
{
	return intx_begin(trial, listener) && intx_finish(trial, listener);
}

bool intx_pending(const struct intx_listener *listener)
{
	return virtio_interrupt_pending(listener->device);
}

bool intx_expect_pending(struct trial *trial, const struct intx_listener *listener, bool must)
{
	bool pending = poll_soon(intx_pending(listener) == must, INTX_LATE) ? must : !must;

	return expect(trial, pending == must, "PCI status of %s shows %s interrupt%s", listener->engine->kind,
		      pending ? "an" : "no", must ? " although it has used a buffer" : "");
}

bool intx_raise(struct trial *trial, struct intx_listener *listener)
{
	return intx_request(trial, listener) && intx_expect_pending(trial, listener, true);
}

void intx_mask(const struct intx_listener *listener)
{
	rig->controller->driver->mask(rig->controller, rig->controller->driver->together(listener->line));
}

void intx_unmask(const struct intx_listener *listener)
{
	rig->controller->driver->enable(rig->controller, rig->controller->driver->together(listener->line));
}

void intx_end(const struct intx_listener *listener)
{
	rig->controller->driver->end(rig->controller, listener->line);
}

void intx_count(void)
{
	rig->entries = rig->spurious = 0;
	rig->lines = 0;
	rig->storm = false;
	rig->came = 0;
	for (unsigned i = 0; i < rig->count; i++) {
		rig->listeners[i].served = rig->listeners[i].isr = 0;
		rig->listeners[i].used = used_total(&rig->listeners[i]);
	}
}

unsigned intx_used(const struct intx_listener *listener)
{
	return used_total(listener) - listener->used;
}

void intx_let_in(unsigned entries)
{
	arch_interrupts(true);
	if (entries)
		poll_soon(rig->entries >= entries, INTX_DELIVERY);
	clock_wait(clock_silence(INTX_QUIET));
	arch_interrupts(false);
}

void intx_judge_lines(struct trial *trial)
{
	uint64_t own = 0;

	for (unsigned i = 0; i < rig->count; i++)
		own |= INTERRUPT_LINE(rig->listeners[i].line);
	trial_note(trial, "interrupts", "%u, lines %#llx of %#llx, %u of them spurious", rig->entries,
		   (unsigned long long)rig->lines, (unsigned long long)own, rig->spurious);
	expect(trial, !(rig->lines & ~own), "an interrupt came on lines %#llx, and only %#llx are right",
	       (unsigned long long)rig->lines, (unsigned long long)own);
	expect(trial, !rig->storm, "a storm: %u interrupts, and the line does not fall", rig->entries);
}

void intx_judge_spurious(struct trial *trial)
{
	expect(trial, rig->spurious == 0, "%u of %u interrupts were spurious: no device on the line had set its ISR",
	       rig->spurious, rig->entries);
}

void intx_judge(struct trial *trial)
{
	intx_judge_lines(trial);
	intx_judge_spurious(trial);
}

static bool shares_line(const struct intx_listener *listener)
{
	for (unsigned i = 0; i < rig->count; i++)
		if (&rig->listeners[i] != listener && rig->listeners[i].line == listener->line)
			return true;
	return false;
}

/*
 * A device may set its ISR some time before it raises its line. Where a handler that came for another device of the
 * line takes the bit first, the notification may be made once more, as QEMU's guest notifiers do; nothing forbids that.
 */
void intx_judge_served(struct trial *trial, const struct intx_listener *listener, bool raised)
{
	unsigned raises = raised + intx_used(listener);
	unsigned most = shares_line(listener) ? 2 * raises : raises;

	trial_note(trial, "served", "%s on line %#x: %u interrupts, ISR %#x, %u buffers used", listener->engine->kind,
		   listener->line, listener->served, listener->isr, intx_used(listener));
	if (!listener->served) {
		trial_fail(trial, "the interrupt of %s on line %#x is lost (PCI status %#x, used %u buffers)",
			   listener->engine->kind, listener->line, pci_read16(listener->engine->function, PCI_STATUS),
			   intx_used(listener));
		return;
	}
	expect(trial, listener->isr & 1, "%s interrupts, and its ISR does not say that it used buffers (%#x)",
	       listener->engine->kind, listener->isr);
	expect(trial, listener->served <= most, "%s interrupts %u times for %u raises", listener->engine->kind,
	       listener->served, raises);
}

void intx_expect_served(struct trial *trial, const struct intx_listener *listener, bool raised)
{
	intx_let_in(1);
	intx_judge(trial);
	intx_judge_served(trial, listener, raised);
}

void intx_expect_none(struct trial *trial, const char *came)
{
	intx_let_in(0);
	expect(trial, rig->entries == 0, "%u interrupts %s", rig->entries, came);
}

bool intx_expect_waiting(struct trial *trial, const struct intx_listener *listener, const char *when)
{
	uint64_t line = INTERRUPT_LINE(listener->line);
	uint64_t waiting = 0;

	poll_soon((waiting = rig->controller->driver->waiting(rig->controller)), INTX_LATE);
	return expect(trial, waiting == line, "%s: the controller shows lines %#llx and must show %#llx", when,
		      (unsigned long long)waiting, (unsigned long long)line);
}

bool intx_expect_none_waiting(struct trial *trial, const char *when)
{
	uint64_t waiting = rig->controller->driver->waiting(rig->controller);

	return expect(trial, waiting == 0, "%s: the controller shows lines %#llx and must show none", when,
		      (unsigned long long)waiting);
}

void intx_stop(void)
{
	for (unsigned i = 0; i < rig->count; i++) {
		engine_stop(rig->listeners[i].engine);
		dma_area_release(&rig->listeners[i].area);
	}
	interrupts_close();
}
