/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.msix, the message for a configuration that the host has changed: on the line of the configuration's
 * vector and no other, and none without a vector. The change itself is judged by suite virtio.config.
 *
 * Source: VIRTIO 1.4, 4.1.5.4.
 */
#include "boot/clock.h"
#include "tests/conformance/probe/config_change.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/virtio/msix/rig.h"

static const char *needs_messages_and_host(const struct subject *subject)
{
	const char *lacking = needs_messages(subject);

	return lacking ? lacking : needs_host(subject);
}

static uint64_t come(void)
{
	return msix_rig.controller->driver->come(msix_rig.controller) & msix_rig.port->driver->lines(msix_rig.port);
}

/* What was used meanwhile, as a network's buffers may be, has messages of its own. */
static void judge(struct trial *trial, const struct config_change *change)
{
	uint64_t must = INTERRUPT_LINE(msix_rig.lines[msix_config_vector()]), found;

	poll_soon(come() & must, MSIX_LATE);
	clock_wait(clock_silence(MSIX_QUIET));
	found = come();
	expect(trial, found & must, "its %s was changed, and no message came to line %u (but to %#llx)",
	       change_name(change), msix_rig.lines[msix_config_vector()], (unsigned long long)found);
	expect(trial, !(found & ~(must | msix_owed())), "messages came to lines %#llx, and only %#llx is right",
	       (unsigned long long)found, (unsigned long long)must);
	msix_expect_no_pin(trial);
}

static void judge_silence(struct trial *trial, const struct config_change *change)
{
	(void)change;
	msix_expect_none(trial, "for a configuration without a vector");
	msix_expect_no_pin(trial);
}

/* There and back, so that the host's device is as it was. */
static void change_and_judge(struct trial *trial, bool unmapped,
			     void (*judge_change)(struct trial *trial, const struct config_change *change))
{
	struct engine *engine = trial->subject->engine;
	struct config_change change;

	virtio_engine_of(engine)->plan.also = change_features(engine);
	if (!msix_start(trial, unmapped))
		return;
	if (change_prepare(trial, engine, &change)) {
		for (unsigned back = 0; back < 2; back++) {
			msix_count();
			if (change_make(trial, &change, back) && trial_good(trial))
				judge_change(trial, &change);
		}
	}
	msix_stop();
}

static void config_changed(struct trial *trial)
{
	change_and_judge(trial, false, judge);
}
CONFORMANCE_TEST("virtio.msix.config-changed", config_changed,
		 "A change of the configuration sends the message of its vector and no other, and the pin is not used.",
		 .scope = &scope_changing, .skip = needs_messages_and_host, .clauses = "MSIX-4 DEF-6",
		 .judged_by = EVIDENCE);

static void config_no_vector(struct trial *trial)
{
	change_and_judge(trial, true, judge_silence);
}
CONFORMANCE_TEST("virtio.msix.config-no-vector", config_no_vector,
		 "A change of a configuration without a vector sends no message, and does not use the pin.",
		 .scope = &scope_changing, .skip = needs_messages_and_host, .clauses = "INTR-3 MSIX-5",
		 .judged_by = EVIDENCE);
