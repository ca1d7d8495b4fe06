/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.msix, messages as interrupts: which line each comes to, that the CPU is interrupted once, and that an
 * event without a vector has none.
 *
 * Source: VIRTIO 1.4, 4.1.4.5, 4.1.5.1.2, 4.1.5.3; PCI Local Bus Specification 3.0, 6.8.3.
 */
#include "boot/clock.h"
#include "tests/conformance/virtio/msix/rig.h"

/*
 * With interrupts off at the CPU. The ISR need not be used while messages are on, and may be: nothing says so, and what
 * is found is recorded.
 */
static void arrives(struct trial *trial)
{
	if (!msix_start(trial, false))
		return;
	msix_expect_none(trial, "before any request");
	if (trial_good(trial) && msix_request(trial)) {
		msix_expect_owed(trial, "after a buffer was used");
		msix_expect_no_pin(trial);
		if (trial_good(trial))
			trial_record(trial, "the ISR says %#x while messages are on", virtio_isr(msix_rig.device));
	}
	msix_stop();
}
CONFORMANCE_TEST("virtio.msix.arrives", arrives,
		 "A used buffer sends the message of its queue's vector and no other, and the pin is not used.",
		 .scope = &scope_msix_engine, .skip = needs_messages, .clauses = "MSIX-4 SPLIT-10",
		 .judged_by = EVIDENCE);

/* Messages of two queues are told apart, where one request needs both. */
static void queues(struct trial *trial)
{
	uint64_t owed;

	if (!msix_start(trial, false))
		return;
	if (msix_request(trial)) {
		owed = msix_owed();
		if (owed & (owed - 1))
			msix_expect_owed(trial, "after two queues have used buffers");
		else
			trial_skip(trial, "its request does not use two queues that have vectors of their own");
	}
	msix_stop();
}
CONFORMANCE_TEST("virtio.msix.queues", queues,
		 "Two queues with vectors of their own each send their own message.",
		 .scope = &scope_msix_engine, .skip = needs_messages, .clauses = "MSIX-4", .judged_by = EVIDENCE);

#define REQUESTS	3

/* Each message lets the CPU be interrupted once, whether it comes before interrupts are let in or while they are. */
static void delivered(struct trial *trial)
{
	uint64_t owed;

	if (!msix_start(trial, false))
		return;
	msix_rig.controller->driver->enable(msix_rig.controller, msix_rig.port->driver->lines(msix_rig.port));
	for (unsigned i = 0; i < REQUESTS && trial_good(trial); i++) {
		msix_count();
		arch_interrupts(i % 2 != 0);
		if (!msix_request(trial))
			break;
		owed = msix_owed();
		arch_interrupts(true);
		poll_soon((msix_rig.entered & owed) == owed, MSIX_LATE);
		clock_wait(clock_silence(MSIX_QUIET));
		arch_interrupts(false);
		expect(trial, (msix_rig.entered & owed) == owed && !(msix_rig.entered & ~msix_owed()),
		       "interrupts came on lines %#llx, and %#llx are right",
		       (unsigned long long)msix_rig.entered, (unsigned long long)msix_owed());
		expect(trial, msix_rig.entries > 0, "no interrupt came for a message");
	}
	arch_interrupts(false);
	msix_stop();
}
CONFORMANCE_TEST("virtio.msix.delivered", delivered,
		 "Messages interrupt the CPU on their own lines, sent before interrupts are let in or after.",
		 .scope = &scope_msix_engine, .skip = needs_messages, .clauses = "MSIX-4 SPLIT-10",
		 .judged_by = EVIDENCE);

/* The same request twice: it is the vector that makes the message, so that silence is not for want of anything else. */
static void no_vector(struct trial *trial)
{
	if (!msix_start(trial, true))
		return;
	if (msix_request(trial)) {
		msix_expect_none(trial, "for a queue without a vector");
		msix_expect_no_pin(trial);
	}
	msix_stop();
	if (!trial_good(trial) || !msix_start(trial, false))
		return;
	if (msix_request(trial))
		msix_expect_owed(trial, "for the queue with one");
	msix_stop();
}
CONFORMANCE_TEST("virtio.msix.no-vector", no_vector,
		 "A queue without a vector sends no message and does not use the pin, and does send one with a vector.",
		 .scope = &scope_msix_engine, .skip = needs_messages, .clauses = "INTR-1 MSIX-5",
		 .judged_by = EVIDENCE);
