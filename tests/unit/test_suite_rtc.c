/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/rtc.c tests/conformance/virtio/rtc/rtc.c */
/*
 * Suite virtio.rtc on clock devices of software: one that is right, and such as are wrong in one thing each.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/virtio/device/rtc.h"
#include "tests/unit/suite_case.h"

/* What is wrong; all zero: nothing. */
static struct {
	bool reserved_header, reserved_tail, type, smear, flags, changes, length, beside, backwards, monotonic;
	uint8_t clock, message, counter, size, room, cross;	/* 1 + statuses in place of the right ones */
} wrong;

static unsigned asked;
static uint64_t now;

static uint8_t instead(uint8_t wrong_one, uint8_t right)
{
	return wrong_one ? wrong_one - 1 : right;
}

static uint8_t status_of(uint16_t type, uint16_t clock, uint8_t counter, uint32_t size, uint32_t room)
{
	if (type != RTC_READ && type != RTC_READ_CROSS && type != RTC_CFG && type != RTC_CLOCK_CAP &&
	    type != RTC_CROSS_CAP)
		return instead(wrong.message, RTC_EOPNOTSUPP);
	if (size < (type == RTC_CFG ? 8 : 16))
		return instead(wrong.size, RTC_EINVAL);
	if (room < 16)
		return instead(wrong.room, RTC_EINVAL);
	if (type != RTC_CFG && clock >= 1)
		return instead(wrong.clock, RTC_ENODEV);
	if (type == RTC_READ_CROSS)
		return instead(wrong.cross, RTC_EOPNOTSUPP);
	if (type == RTC_CROSS_CAP && counter > 1)
		return instead(wrong.counter, RTC_EOPNOTSUPP);
	return RTC_OK;
}

static void fill(uint8_t *answer, uint16_t type)
{
	if (type == RTC_CFG) {
		answer[8] = 1;
		answer[15] = wrong.reserved_tail;
	} else if (type == RTC_CLOCK_CAP) {
		answer[8] = wrong.type ? 0x77 : wrong.monotonic ? 2 : wrong.changes ? asked++ % 3 : 0;
		answer[9] = wrong.smear;
		answer[10] = wrong.flags;
	} else if (type == RTC_READ) {
		now += wrong.backwards ? -1ull : 1;
		memcpy(answer + 8, &now, 8);
	}
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const uint8_t *request = case_piece(chain, 0);
	uint8_t *bytes = case_piece(chain, 1);
	uint8_t whole[16] = { 0 };
	uint32_t room = chain->pieces[1].size, size = room < 16 ? room : 16;
	uint16_t type, clock;

	(void)queue;
	memcpy(&type, request, 2);
	memcpy(&clock, request + 8, 2);
	whole[0] = status_of(type, clock, request[10], chain->pieces[0].size, room);
	whole[7] = wrong.reserved_header;
	if (whole[0] == RTC_OK)
		fill(whole, type);
	memcpy(bytes, whole, size);
	if (wrong.beside)
		bytes[room] = 0;
	return wrong.length ? size - 1 : size;
}

/* All is right again. */
static void mend(void)
{
	memset(&wrong, 0, sizeof(wrong));
	asked = 0;
	now = 1000;
}

static void make(void)
{
	mend();
	case_answer = answer;
	engine_case_make(VIRTIO_ID_CLOCK, 0, "accepted");
}

static void a_right_clock(void **state)
{
	static const char *const names[] = {
		"virtio.rtc.clocks", "virtio.rtc.reads", "virtio.rtc.unknown", "virtio.rtc.short-message",
		"virtio.rtc.short-room", "virtio.rtc.cross", "virtio.rtc.unknown-counter",
	};

	(void)state;
	make();
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		suite_expect(names[i], VERDICT_PASS, "");
	wrong.monotonic = true;
	suite_expect("virtio.rtc.reads", VERDICT_PASS, "");
}

static void wrong_answers(void **state)
{
	(void)state;
	make();
	wrong.reserved_header = true;
	suite_expect("virtio.rtc.clocks", VERDICT_FAIL, "CFG: reserved byte 7 is 0x1");
	mend();
	wrong.reserved_tail = true;
	suite_expect("virtio.rtc.clocks", VERDICT_FAIL, "CFG: reserved byte 15 is 0x1");
	mend();
	wrong.type = true;
	suite_expect("virtio.rtc.clocks", VERDICT_FAIL, "type is 0x77");
	mend();
	wrong.smear = true;
	suite_expect("virtio.rtc.clocks", VERDICT_FAIL, "smeared in way 0x1");
	mend();
	wrong.flags = true;
	suite_expect("virtio.rtc.clocks", VERDICT_FAIL, "flags 0x1 of a clock");
	mend();
	wrong.changes = true;
	suite_expect("virtio.rtc.clocks", VERDICT_FAIL, "clock 0 has become another");
	mend();
	wrong.length = true;
	suite_expect("virtio.rtc.reads", VERDICT_FAIL, "the used length is 15, not 16");
	mend();
	wrong.beside = true;
	suite_expect("virtio.rtc.reads", VERDICT_FAIL, "bytes behind the answer were written");
	mend();
	wrong.backwards = wrong.monotonic = true;
	suite_expect("virtio.rtc.reads", VERDICT_FAIL, "is monotonic, and went back");
}

static void wrong_statuses(void **state)
{
	(void)state;
	make();
	wrong.clock = 1 + RTC_OK;
	suite_expect("virtio.rtc.unknown", VERDICT_FAIL, "a clock that there is not: the status is 0, not 0x3");
	mend();
	wrong.message = 1 + RTC_EINVAL;
	suite_expect("virtio.rtc.unknown", VERDICT_FAIL, "a message that there is not: the status is 0x4, not 0x2");
	mend();
	wrong.size = 1 + RTC_OK;
	suite_expect("virtio.rtc.short-message", VERDICT_FAIL, "the status is 0, not 0x4");
	mend();
	wrong.room = 1 + RTC_OK;
	suite_expect("virtio.rtc.short-room", VERDICT_FAIL, "the status is 0, not 0x4");
	mend();
	wrong.cross = 1 + RTC_OK;
	suite_expect("virtio.rtc.cross", VERDICT_FAIL, "READ_CROSS of a counter that it cannot: the status is 0");
	mend();
	wrong.counter = 1 + RTC_OK;
	suite_expect("virtio.rtc.unknown-counter", VERDICT_FAIL, "the status is 0, not 0x2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_right_clock),
		ENGINE_TEST(wrong_answers),
		ENGINE_TEST(wrong_statuses),
	};

	return cmocka_run_group_tests_name("suite-rtc", tests, NULL, NULL);
}
