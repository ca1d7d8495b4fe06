/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.intx: the interrupt of one device at a time, from its ISR over PCI's status bit and the interrupt
 * controller to the CPU, and back when the ISR is read. Two and more of them at once: two.c;
 * what is a matter of the controller or of the CPU alone: bridge.c.
 *
 * Every device is tried, because each has its own way to the line; only with the plainest of rings, because what a
 * ring asks for is judged by its ISR elsewhere (virtio.work.isr, virtio.view.driver-events).
 *
 * Source: VIRTIO 1.4, 4.1.4.5; PCI Local Bus Specification 2.3 and later, 6.2.2 and 6.2.3 (interrupt disable and
 * status).
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/witness.h"
#include "tests/conformance/virtio/intx/rig.h"

/* A device that has used nothing does not interrupt. */
static void idle(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	intx_let_in(0);
	intx_judge(trial);
	expect(trial, intx_rig.entries <= intx_used(listener), "%u interrupts came before any request (ISR %#x)",
	       intx_rig.entries, listener->isr);
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.idle", idle,
		 "A device that has used no buffer does not interrupt.",
		 .scope = &scope_intx_engine, .skip = needs_intx, .judged_by = EVIDENCE);

/*
 * With interrupts off at the CPU, the controller shows the line that the device's pin leads to and no other; it does so
 * as long as the ISR is not read, however often the controller is told that the interrupt is ended; and then no longer.
 */
static void polled(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	intx_expect_none_waiting(trial, "before any request");
	if (intx_raise(trial, listener) && intx_expect_waiting(trial, listener, "after a buffer was used")) {
		intx_end(listener);
		intx_expect_waiting(trial, listener, "ended, but not served");
		expect_equal(trial, "ISR", virtio_isr(listener->device) & 1, 1);
		intx_end(listener);
		intx_expect_none_waiting(trial, "after the ISR was read");
		intx_expect_pending(trial, listener, false);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.polled", polled,
		 "A used buffer raises the line of the device's pin and no other, until the ISR is read.",
		 .scope = &scope_intx_engine, .skip = needs_intx, .clauses = "ISR-3 ISR-4 ISR-5 DEF-29",
		 .judged_by = EVIDENCE);

/* A raise interrupts once, whether it was there before interrupts were let in or comes while they are. */
static void delivered(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	if (intx_raise(trial, listener)) {
		intx_count();
		intx_expect_served(trial, listener, true);
		intx_expect_pending(trial, listener, false);
	}
	intx_count();
	arch_interrupts(true);
	if (trial_good(trial) && intx_request(trial, listener)) {
		poll_soon(intx_rig.came, INTX_LATE);
		intx_expect_served(trial, listener, false);
	}
	arch_interrupts(false);
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.delivered", delivered,
		 "A raised line interrupts the CPU once, whether it rose before interrupts were let in or after.",
		 .scope = &scope_intx_engine, .skip = needs_intx, .clauses = "ISR-3 ISR-5 DEF-29 SPLIT-10",
		 .judged_by = EVIDENCE);

/* A masked line does not interrupt; once it is unmasked, what was raised meanwhile does. */
static void masked(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	intx_mask(listener);
	if (intx_raise(trial, listener)) {
		intx_count();
		intx_expect_none(trial, "came through a masked line");
		intx_count();
		intx_unmask(listener);
		intx_expect_served(trial, listener, true);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.masked", masked,
		 "A masked line does not interrupt, and does for what was raised meanwhile once it is unmasked.",
		 .scope = &scope_intx_engine, .skip = needs_intx, .judged_by = EVIDENCE);

static const char *needs_pci_intx(const struct subject *subject)
{
	return needs_pci(subject) ? needs_pci(subject) : needs_intx(subject);
}

static void set_disable(const struct intx_listener *listener, bool disable)
{
	pci_command(listener->engine->function, disable ? PCI_COMMAND_INTX_DISABLE : 0,
		    disable ? 0 : PCI_COMMAND_INTX_DISABLE);
	/* The read comes back behind the write. */
	pci_read16(listener->engine->function, PCI_COMMAND);
}

/*
 * Interrupt disable of the command register: the line is not driven, while the status bit shows what is pending all the
 * same; cleared, the function drives the line for what has been pending, and set again it lets go of it.
 */
static void disabled(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	set_disable(listener, true);
	if (intx_raise(trial, listener)) {
		intx_count();
		intx_expect_none(trial, "came although the function's are disabled");
		intx_count();
		set_disable(listener, false);
		intx_expect_waiting(trial, listener, "disable cleared");
		set_disable(listener, true);
		intx_end(listener);
		intx_expect_none_waiting(trial, "disable set while the line was raised");
		intx_expect_pending(trial, listener, true);
		set_disable(listener, false);
		intx_expect_served(trial, listener, true);
	}
	set_disable(listener, false);
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.disabled", disabled,
		 "With interrupts disabled in PCI the line is not driven, while the status bit shows what is pending.",
		 .scope = &scope_intx_engine, .skip = needs_pci_intx, .clauses = "ISR-4", .judged_by = EVIDENCE);

/* The interrupt bit of PCI status is read only: a write neither clears nor sets it, nor does it interrupt. Only
 * this bit is written as one, because ones clear others of the register. */
static void status(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);
	static const uint16_t values[] = { PCI_STATUS_INTERRUPT, 0 };

	if (!listener)
		return;
	for (unsigned i = 0; i < 2; i++) {
		pci_write16(listener->engine->function, PCI_STATUS, values[i]);
		expect(trial, !intx_pending(listener), "a write of %#x to PCI status has set its interrupt bit",
		       values[i]);
	}
	intx_expect_none_waiting(trial, "after a write to PCI status");
	if (intx_raise(trial, listener))
		for (unsigned i = 0; i < 2; i++) {
			pci_write16(listener->engine->function, PCI_STATUS, values[i]);
			expect(trial, intx_pending(listener), "a write of %#x to PCI status clears its interrupt bit",
			       values[i]);
		}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.status", status,
		 "The interrupt bit of PCI status cannot be written.",
		 .scope = &scope_intx_engine, .skip = needs_pci_intx, .clauses = "ISR-4", .judged_by = EVIDENCE);

/* After a reset nothing is pending, and nothing that was raised before comes through. */
static void reset(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	intx_mask(listener);
	if (intx_raise(trial, listener)) {
		expect(trial, virtio_reset(listener->device), "the device does not end its reset");
		intx_expect_pending(trial, listener, false);
		intx_count();
		/* What the controller has seen of the raise is forgotten: only a line that is still raised comes
		 * through. */
		intx_end(listener);
		intx_unmask(listener);
		intx_expect_none(trial, "came after the reset");
		expect_equal(trial, "ISR after the reset", virtio_isr(listener->device), 0);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.reset", reset,
		 "After a reset no interrupt is pending, and none that was raised before comes through.",
		 .scope = &scope_intx_engine, .skip = needs_intx, .clauses = "RESET-2", .judged_by = EVIDENCE);

static const char *needs_reset_status(const struct subject *subject)
{
	if (virtio_engine_of(subject->engine)->mode->legacy)
		return "a legacy device cannot ask for a reset";
	return needs_intx(subject);
}

/* More entries than the ring has: a device that looks can only ask for a reset. */
static bool break_ring(struct intx_listener *listener)
{
	struct virtqueue *queue = virtio_engine_requests(virtio_engine_of(listener->engine));

	queue->available += queue->size + 1000;
	virtqueue_available(queue)->idx = cpu_to_virtio16(listener->device, queue->available);
	virtqueue_notify(queue);
	return poll_witnessed(virtio_status(listener->device) & VIRTIO_CONFIG_S_NEEDS_RESET, listener->engine);
}

/* A used buffer and a configuration change (the device needs a reset) before any interrupt is let in: the ISR
 * tells both. One interrupt may stand for both, and does unless the line falls between them. */
static void configuration(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);

	if (!listener)
		return;
	if (intx_raise(trial, listener)) {
		if (break_ring(listener)) {
			intx_count();
			intx_let_in(1);
			intx_judge(trial);
			expect_equal(trial, "ISR after a used buffer and a configuration change", listener->isr & 3, 3);
			intx_expect_pending(trial, listener, false);
			trial_record(trial, "interrupts for a used buffer and a configuration change: %u",
				     intx_rig.entries);
		} else {
			trial_skip(trial, "the device does not ask for a reset when its ring makes no sense");
		}
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.configuration", configuration,
		 "A used buffer and a configuration change before any interrupt is let in both show in the ISR.",
		 .scope = &scope_intx_engine, .skip = needs_reset_status, .clauses = "ISR-2 ISR-3 INTR-2 STATUS-3",
		 .judged_by = EVIDENCE);

/* The driver wants no interrupts (NO_INTERRUPT): one should not come, but may, and must then be a sound one. A second
 * request is the witness: when it is over, the device is done with the first and with what it raised for it. */
static void suppressed(struct trial *trial)
{
	struct intx_listener *listener = intx_start(trial);
	struct virtio_engine *virtio;

	if (!listener)
		return;
	virtio = virtio_engine_of(listener->engine);
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1)
			virtqueue_interrupts(&virtio->queues[i], false);
	if (intx_request(trial, listener) && intx_request(trial, listener)) {
		intx_let_in(0);
		intx_judge(trial);
		expect(trial, intx_rig.entries <= intx_used(listener), "%u interrupts for %u used buffers",
		       intx_rig.entries, intx_used(listener));
		trial_record(trial, "%s although the driver wanted no interrupts",
			     intx_rig.entries ? "some came" : "none came");
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.suppressed", suppressed,
		 "Where the driver wants no interrupts, one that comes all the same is a sound one.",
		 .scope = &scope_intx_engine, .skip = needs_intx, .clauses = "SPLIT-9", .judged_by = RECORD,
		 .witnessed = true);
