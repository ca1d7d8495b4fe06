/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.rtc: what a clock device says of its clocks, and how it refuses what there is not. Whether a clock goes
 * is virtio.work.rtc's, and what the host's clock says of it is in host.c.
 *
 * Source: VIRTIO 1.4, the section on the RTC device. Alarms are left out: our driver never accepts ALARM.
 */
#include "drivers/virtio/device/rtc.h"

#include "boot/string.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(rtc, VIRTIO_ID_CLOCK);

#define HEADER		8u		/* of messages and of answers */
#define WHOLE		16u
#define CLOCKS_MOST	16u		/* that are looked at */

#define TYPE_MONOTONIC	2u
#define TYPE_SMEARED	3u
#define TYPE_LAST	4u		/* that is defined; from IMPLEMENTED on are those of implementations */
#define SMEAR_LAST	2u
#define IMPLEMENTED	0xf0u

static bool once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

static bool asked(struct trial *trial, const char *what, struct rtc_exchange *exchange)
{
	struct engine *engine = trial->subject->engine;

	if (!trial_good(trial))
		return false;
	if (!expect(trial, rtc_exchange(engine, exchange) == ENGINE_DONE, "%s: no answer: %s", what, engine->fault)) {
		engine_stop(engine);
		return false;
	}
	return expect(trial, !exchange->strayed, "%s: bytes behind the answer were written", what);
}

/* What was written and means nothing must be 0: in this part of an answer. */
static void expect_reserved(struct trial *trial, const char *what, const struct rtc_exchange *exchange, uint32_t from,
			    uint32_t end)
{
	for (uint32_t i = from; i < end; i++)
		if (!expect(trial, exchange->answer[i] == 0, "%s: reserved byte %u is %#x", what, i,
			    exchange->answer[i]))
			return;
}

static struct rtc_exchange make(uint16_t type, uint16_t clock)
{
	return (struct rtc_exchange) { .type = type, .clock = clock, .size = type == RTC_CFG ? HEADER : WHOLE,
				       .room = WHOLE };
}

static bool good(struct trial *trial, const char *what, struct rtc_exchange *exchange)
{
	if (!asked(trial, what, exchange) ||
	    !expect(trial, exchange->answer[0] == RTC_OK, "%s: the status is %#x", what, exchange->answer[0]) ||
	    !expect(trial, exchange->length == WHOLE, "%s: the used length is %u, not %u", what, exchange->length,
		    WHOLE))
		return false;
	expect_reserved(trial, what, exchange, 1, HEADER);
	return trial_good(trial);
}

static void refused(struct trial *trial, const char *what, struct rtc_exchange *exchange, uint8_t status)
{
	if (asked(trial, what, exchange))
		expect(trial, exchange->answer[0] == status, "%s: the status is %#x, not %#x", what,
		       exchange->answer[0], status);
}

static unsigned clocks_of(struct trial *trial)
{
	struct rtc_exchange exchange = make(RTC_CFG, 0);

	if (!good(trial, "CFG", &exchange))
		return 0;
	expect_reserved(trial, "CFG", &exchange, HEADER + 2, WHOLE);
	return exchange.answer[HEADER] | exchange.answer[HEADER + 1] << 8;
}

static void expect_capabilities(struct trial *trial, const struct rtc_exchange *exchange)
{
	uint8_t type = exchange->answer[HEADER], smear = exchange->answer[HEADER + 1];

	expect(trial, type <= TYPE_LAST || type >= IMPLEMENTED, "a clock's type is %#x", type);
	expect(trial, smear == 0 || (type == TYPE_SMEARED && (smear <= SMEAR_LAST || smear >= IMPLEMENTED)),
	       "a clock of type %#x is smeared in way %#x", type, smear);
	expect(trial, exchange->answer[HEADER + 2] == 0, "flags %#x of a clock, and ALARM was not negotiated",
	       exchange->answer[HEADER + 2]);
	expect_reserved(trial, "CLOCK_CAP", exchange, HEADER + 3, WHOLE);
}

/* All clocks that there are, and the same answers again and after a reset. */
static void clocks(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint8_t before[CLOCKS_MOST][WHOLE];
	unsigned count = 0;

	for (unsigned round = 0; round < 4 && trial_good(trial); round++) {
		unsigned found;

		if (round % 2 == 0 && !trial_start(trial, engine))
			return;
		found = clocks_of(trial);
		expect(trial, round == 0 || found == count, "there are %u clocks, and there were %u", found, count);
		count = found;
		for (unsigned i = 0; i < count && i < CLOCKS_MOST && trial_good(trial); i++) {
			struct rtc_exchange exchange = make(RTC_CLOCK_CAP, i);

			if (!good(trial, "CLOCK_CAP", &exchange))
				return;
			expect_capabilities(trial, &exchange);
			expect(trial, round == 0 || memcmp(before[i], exchange.answer, WHOLE) == 0,
			       "clock %u has become another", i);
			memcpy(before[i], exchange.answer, WHOLE);
		}
		if (round % 2 == 1)
			engine_stop(engine);
	}
	if (trial_good(trial))
		trial_record(trial, "%u clocks, the first of type %u", count, count ? before[0][HEADER] : 0);
}
CONFORMANCE_TEST("virtio.rtc.clocks", clocks,
		 "Clocks are of types that there are, reserved bytes are 0, and all is the same after a reset.",
		 .scope = &scope_rtc, .about = once,
		 .clauses = "RTC-1 RTC-14 RTC-15 RTC-16 RTC-17 RTC-18 RTC-20 RTC-21", .judged_by = FUNCTIONAL);

static uint64_t reading_of(const struct rtc_exchange *exchange)
{
	uint64_t reading = 0;

	for (unsigned i = 0; i < 8; i++)
		reading |= (uint64_t)exchange->answer[HEADER + i] << 8 * i;
	return reading;
}

/* Only a monotonic clock must not go back. Messages and room that are larger than they need to be change nothing. */
static void reads(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	unsigned count;

	if (!trial_start(trial, engine))
		return;
	count = clocks_of(trial);
	for (unsigned i = 0; i < count && i < CLOCKS_MOST && trial_good(trial); i++) {
		struct rtc_exchange capabilities = make(RTC_CLOCK_CAP, i), exchange = make(RTC_READ, i);
		uint64_t first;

		if (!good(trial, "CLOCK_CAP", &capabilities) || !good(trial, "READ", &exchange))
			return;
		first = reading_of(&exchange);
		exchange.size = exchange.room = RTC_MOST;
		if (!good(trial, "READ with more room than it needs", &exchange))
			return;
		for (unsigned j = WHOLE; j < RTC_MOST; j++)
			expect(trial, exchange.answer[j] == RTC_NO_STATUS, "byte %u behind the answer was written", j);
		expect(trial, capabilities.answer[HEADER] != TYPE_MONOTONIC || reading_of(&exchange) >= first,
		       "clock %u is monotonic, and went back", i);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.rtc.reads", reads,
		 "Every clock can be read, a monotonic one does not go back, and room that is not needed is let be.",
		 .scope = &scope_rtc, .about = once, .clauses = "RTC-12 RTC-13 RTC-23 RTC-26 RTC-27",
		 .judged_by = EVIDENCE);

static void unknown(struct trial *trial)
{
	static const uint16_t types[] = { RTC_READ, RTC_CLOCK_CAP, RTC_CROSS_CAP };
	struct engine *engine = trial->subject->engine;
	struct rtc_exchange exchange;
	unsigned count;

	if (!trial_start(trial, engine))
		return;
	count = clocks_of(trial);
	for (unsigned i = 0; i < 3; i++) {
		exchange = make(types[i], count);
		refused(trial, "a clock that there is not", &exchange, RTC_ENODEV);
		exchange = make(types[i], 0xffff);
		if (count < 0xffff)
			refused(trial, "clock 0xffff", &exchange, RTC_ENODEV);
	}
	exchange = make(0x5a5a, 0);
	refused(trial, "a message that there is not", &exchange, RTC_EOPNOTSUPP);
	exchange = make(RTC_READ, 0);
	if (count)
		good(trial, "READ behind all that", &exchange);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.rtc.unknown", unknown,
		 "Clocks that there are not end with ENODEV, messages that there are not with EOPNOTSUPP.",
		 .scope = &scope_rtc, .about = once, .clauses = "RTC-2 RTC-4 RTC-6", .judged_by = FUNCTIONAL);

/* A message that ends before the clock's number; room that ends behind the status. */
static void too_short(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct rtc_exchange exchange;

	if (!trial_start(trial, engine))
		return;
	exchange = make(RTC_READ, 0);
	exchange.size = HEADER;
	refused(trial, "a message that is too short", &exchange, RTC_EINVAL);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.rtc.short-message", too_short,
		 "A message that is too short for its type ends with EINVAL.",
		 .scope = &scope_rtc, .about = once, .clauses = "RTC-2 RTC-8", .judged_by = FUNCTIONAL);

static void no_room(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct rtc_exchange exchange;

	if (!trial_start(trial, engine))
		return;
	exchange = make(RTC_READ, 0);
	exchange.room = HEADER;
	refused(trial, "an answer without room", &exchange, RTC_EINVAL);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.rtc.short-room", no_room,
		 "A message whose answer has no room ends with EINVAL, and writes nothing behind the room.",
		 .scope = &scope_rtc, .about = once, .clauses = "RTC-2 RTC-9", .judged_by = EVIDENCE);

/* Of the counters that are defined, where their capability is denied, and of one that is not. */
static void cross(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	unsigned can = 0;

	if (!trial_start(trial, engine))
		return;
	for (unsigned counter = 0; counter < 2 && clocks_of(trial) && trial_good(trial); counter++) {
		struct rtc_exchange capability = make(RTC_CROSS_CAP, 0), exchange = make(RTC_READ_CROSS, 0);

		capability.counter = exchange.counter = counter;
		exchange.room = WHOLE + 8;
		if (!good(trial, "CROSS_CAP", &capability))
			return;
		expect(trial, capability.answer[HEADER] <= 1, "CROSS_CAP has flags %#x", capability.answer[HEADER]);
		expect_reserved(trial, "CROSS_CAP", &capability, HEADER + 1, WHOLE);
		can += capability.answer[HEADER] & 1;
		if (!(capability.answer[HEADER] & 1))
			refused(trial, "READ_CROSS of a counter that it cannot", &exchange, RTC_EOPNOTSUPP);
	}
	if (trial_good(trial))
		trial_record(trial, "cross-timestamps with %u of 2 counters", can);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.rtc.cross", cross,
		 "Where a clock cannot be read with a counter, the device says so, and such a read ends with "
		 "EOPNOTSUPP.",
		 .scope = &scope_rtc, .about = once, .clauses = "RTC-3 RTC-14 RTC-22 RTC-31", .judged_by = FUNCTIONAL);

#define NO_COUNTER	0x42u

static void unknown_counter(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct rtc_exchange exchange = make(RTC_CROSS_CAP, 0);

	if (!trial_start(trial, engine))
		return;
	exchange.counter = NO_COUNTER;
	if (clocks_of(trial))
		refused(trial, "a counter that there is not", &exchange, RTC_EOPNOTSUPP);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.rtc.unknown-counter", unknown_counter,
		 "A counter that there is not ends with EOPNOTSUPP.",
		 .scope = &scope_rtc, .about = once, .clauses = "RTC-5", .judged_by = FUNCTIONAL);
