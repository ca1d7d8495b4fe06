/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the clock.
 */
#include "boot/clock.h"
#include "drivers/virtio/device/rtc.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(rtc, VIRTIO_ID_CLOCK);

/* Clock 0 goes, and about as fast as ours. */
static void rtc_goes(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t first, second, before, after;
	uint16_t clocks;

	if (!trial_start(trial, engine))
		return;
	if (!rtc_clocks(engine, &clocks) || clocks == 0) {
		trial_fail(trial, "there is no clock: %s", engine->fault);
		return;
	}
	before = clock_now();
	if (!rtc_read(engine, 0, &first)) {
		trial_fail(trial, "clock 0 cannot be read: %s", engine->fault);
		return;
	}
	clock_wait(MILLISECONDS(2));
	if (!rtc_read(engine, 0, &second)) {
		trial_fail(trial, "clock 0 cannot be read again: %s", engine->fault);
		return;
	}
	after = clock_now();
	trial_note(trial, "clock", "%llu ns, then %llu; %u clocks", (unsigned long long)first,
		   (unsigned long long)second, clocks);
	expect(trial, second > first && second - first < SECONDS(1) + 4 * (after - before),
	       "clock 0 went from %llu to %llu while %llu ns went by", (unsigned long long)first,
	       (unsigned long long)second, (unsigned long long)(after - before));
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.rtc", rtc_goes,
		 "A clock device's clock goes, about as fast as the CPU's.",
		 .scope = &scope_rtc, .judged_by = EVIDENCE);
