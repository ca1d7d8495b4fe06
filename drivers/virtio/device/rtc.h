/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock device, as an engine and for the tests that are about time. */
#ifndef VIRTIO_RTC_H
#define VIRTIO_RTC_H

#include "drivers/virtio/engine.h"

/* On an engine that is started: clocks of the device, and what one shows, in its own unit (nanoseconds, if it is a
 * usual one). False: the device refuses; engine->fault says how. */
bool rtc_clocks(struct engine *engine, uint16_t *count);
bool rtc_read(struct engine *engine, uint16_t clock, uint64_t *reading);

#define RTC_READ	0x0001u			/* types of messages */
#define RTC_READ_CROSS	0x0002u
#define RTC_CFG		0x1000u
#define RTC_CLOCK_CAP	0x1001u
#define RTC_CROSS_CAP	0x1002u
#define RTC_OK		0u			/* statuses */
#define RTC_EOPNOTSUPP	2u
#define RTC_ENODEV	3u
#define RTC_EINVAL	4u
#define RTC_NO_STATUS	0xeeu			/* none that the specification knows */

#define RTC_MOST	64u

/* A message as the caller wants it, and its answer: bytes and room need not be those that its type asks for. */
struct rtc_exchange {
	uint16_t type, clock;
	uint8_t counter;			/* hw_counter */
	uint32_t size, room;			/* of message and answer, at most RTC_MOST */
	uint8_t answer[RTC_MOST];		/* RTC_NO_STATUS where nothing was written */
	uint32_t length;			/* the used length */
	bool strayed;				/* bytes behind the room were written */
};
enum engine_result rtc_exchange(struct engine *engine, struct rtc_exchange *exchange);

#endif
