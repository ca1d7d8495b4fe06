/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock device, as an engine and for the tests that are about time. */
#ifndef VIRTIO_RTC_H
#define VIRTIO_RTC_H

#include "drivers/virtio/engine.h"

/* On an engine that is started: clocks of the device, and what one shows, in its own unit (nanoseconds, if it is a
 * usual one). False: the device refuses; engine->fault says how. */
bool rtc_clocks(struct engine *engine, uint16_t *count);
bool rtc_read(struct engine *engine, uint16_t clock, uint64_t *reading);

#endif
