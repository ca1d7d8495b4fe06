/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of the clock device, which came after QEMU 10.0. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation rtc[] = {
	{
		.name = "qemu-rtc-short-room",
		.points = "virtio.rtc.short-room/rtc@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.since = { 10, 1, 0 },
		.because = "an answer without room: the status is *",
		.reason = "The clock device writes as much of an answer as there is room for, with status OK. By hand: "
			  "a READ with 8 writable bytes.",
		.reference = "RTC-9; QEMU hw/virtio/virtio-rtc.c, virtio_rtc_handle_request()",
	},
	{
		.name = "qemu-rtc-unknown-counter",
		.points = "virtio.rtc.unknown-counter/rtc@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.since = { 10, 1, 0 },
		.because = "a counter that there is not: the status is *",
		.reason = "The clock device does not look at hw_counter: a CROSS_CAP of a counter that there is not "
			  "ends with OK. By hand: a CROSS_CAP with hw_counter 0x42.",
		.reference = "RTC-5; QEMU hw/virtio/virtio-rtc.c, virtio_rtc_handle_request()",
	},
};
DEVIATIONS(rtc);
