/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.intx: the interrupt for a configuration that the host has changed, on the device's line and no other,
 * from the ISR's second bit to the CPU. What is then read of the configuration is virtio.config.changed's.
 *
 * Source: VIRTIO 1.4, 4.1.4.5 and 4.1.5.4.
 */
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "tests/conformance/probe/config_change.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/virtio/intx/rig.h"

static const char *needs_line_and_host(const struct subject *subject)
{
	const char *lacking = needs_line(subject);

	return lacking ? lacking : needs_host(subject);
}

/* Polled first, and then let in: once for a change, whatever else has been used. */
static void judge(struct trial *trial, const struct intx_listener *listener, const struct config_change *change)
{
	if (!intx_expect_pending(trial, listener, true) ||
	    !intx_expect_waiting(trial, listener, "after the configuration has changed"))
		return;
	intx_rig.controller->driver->end(intx_rig.controller, listener->line);
	intx_count();
	intx_let_in(1);
	intx_judge(trial);
	expect_equal(trial, "interrupts for a change", listener->served, 1);
	expect(trial, listener->isr & VIRTIO_PCI_ISR_CONFIG,
	       "its %s was changed, and the ISR at the interrupt does not say so (%#x)", change_name(change),
	       listener->isr);
	intx_expect_pending(trial, listener, false);
}

static void config_changed(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct intx_listener *listener;
	struct config_change change;

	virtio_engine_of(engine)->plan.also = change_features(engine);
	listener = intx_start(trial);
	if (!listener)
		return;
	if (change_prepare(trial, engine, &change)) {
		intx_expect_none_waiting(trial, "before the configuration has changed");
		for (unsigned back = 0; back < 2; back++)
			if (change_make(trial, &change, back) && trial_good(trial))
				judge(trial, listener, &change);
	}
	intx_stop();
}
CONFORMANCE_TEST("virtio.intx.config-changed", config_changed,
		 "A change of the configuration raises the line of the device's pin and no other, and interrupts once.",
		 .scope = &scope_changing, .skip = needs_line_and_host, .clauses = "DEF-6 ISR-2 ISR-4 DEF-29",
		 .judged_by = EVIDENCE);
