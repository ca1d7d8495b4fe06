/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.rtc: the clock that says UTC, between two looks at the clock of the host, which the host is asked for
 * (tests/conformance/probe/host_event.h): a reading that was obtained after the one and before the other lies between
 * them, in nanoseconds since 1970. How long any of it takes does not matter.
 *
 * Source: VIRTIO 1.4, the section on the RTC device.
 */
#include "drivers/virtio/device/rtc.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(rtc, VIRTIO_ID_CLOCK);

#define TYPE_UTC	0u
#define TYPE_AT		8u		/* of the answer to CLOCK_CAP */

static bool once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

static bool host_clock(struct trial *trial, uint64_t *nanoseconds)
{
	char place[PCI_NAME];

	return host_event(trial, nanoseconds, "clock %s", pci_name(trial->subject->engine->function, place));
}

/* The first clock that says UTC; false: there is none. */
static bool find_utc(struct engine *engine, uint16_t *clock)
{
	uint16_t count = 0;

	rtc_clocks(engine, &count);
	for (*clock = 0; *clock < count; ++*clock) {
		struct rtc_exchange exchange = { .type = RTC_CLOCK_CAP, .clock = *clock, .size = 16, .room = 16 };

		if (rtc_exchange(engine, &exchange) == ENGINE_DONE && exchange.answer[0] == RTC_OK &&
		    exchange.answer[TYPE_AT] == TYPE_UTC)
			return true;
	}
	return false;
}

static void between(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t before, reading, after;
	uint16_t clock;

	if (!trial_start(trial, engine))
		return;
	if (!find_utc(engine, &clock)) {
		trial_skip(trial, "no clock of the device says UTC");
		return;
	}
	if (!host_clock(trial, &before))
		return;
	if (!expect(trial, rtc_read(engine, clock, &reading), "clock %u cannot be read: %s", clock, engine->fault) ||
	    !host_clock(trial, &after))
		return;
	trial_note(trial, "clocks", "host %llu, device %llu, host %llu", (unsigned long long)before,
		   (unsigned long long)reading, (unsigned long long)after);
	if (after < before)
		trial_error(trial, "the host's clock was set back meanwhile");
	else
		expect(trial, reading >= before && reading <= after,
		       "clock %u says UTC, and reads %llu between %llu and %llu of the host", clock,
		       (unsigned long long)reading, (unsigned long long)before, (unsigned long long)after);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.rtc.host-clock", between,
		 "A reading of UTC lies between two looks at the host's clock, in nanoseconds since 1970.",
		 .scope = &scope_rtc, .about = once, .skip = needs_host, .clauses = "RTC-19 RTC-28 RTC-29",
		 .judged_by = EVIDENCE);
