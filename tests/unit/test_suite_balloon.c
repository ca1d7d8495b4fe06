/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/balloon.c tests/conformance/virtio/balloon/pages.c */
/*
 * Suite virtio.balloon on balloons of software: a right one passes, whether it takes pages or leaves them, and each
 * wrong one is found by the test that is there for it.
 */
#include <string.h>

#include "tests/conformance/virtio/balloon/reports.c"
#include "tests/unit/named_test.h"
#include "tests/unit/suite_case.h"

#define FEATURE(name)	VIRTIO_BIT(VIRTIO_BALLOON_F_##name)
#define ALL	(FEATURE(STATS_VQ) | FEATURE(FREE_PAGE_HINT) | FEATURE(PAGE_POISON) | FEATURE(REPORTING))

/* What the device does with pages that it is given, and with others; all zero: nothing. */
static struct {
	bool takes, takes_frame, deflate_takes;
	bool reports_take, report_beside, takes_hints, other_poison;
	unsigned silent_queue;
} does;

static void take(uint64_t page, uint32_t size)
{
	uint64_t from = does.takes_frame ? page & -FRAME_SIZE : page;

	if (frames_contain((phys_addr) { from }, does.takes_frame ? FRAME_SIZE : size))
		memset(arch_pointer((phys_addr) { from }), 0, does.takes_frame ? FRAME_SIZE : size);
}

static void take_list(const struct model_chain *chain)
{
	const uint32_t *list = case_piece(chain, 0);

	for (unsigned i = 0; i < chain->pieces[0].size / sizeof(*list); i++)
		take((uint64_t)list[i] * BALLOON_PAGE, BALLOON_PAGE);
}

static void take_pieces(const struct model_chain *chain, uint8_t value)
{
	for (unsigned i = 0; i < chain->count; i++)
		if (chain->pieces[i].device_writes)
			memset(case_piece(chain, i), value, chain->pieces[i].size);
	if (does.report_beside)
		memset((char *)case_piece(chain, 0) + chain->pieces[0].size, value, 1);
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	if (does.silent_queue == queue + 1)
		return CHAIN_KEPT;
	if (queue == BALLOON_STATS)
		return CHAIN_KEPT;
	if ((queue == BALLOON_INFLATE && (does.takes || does.takes_frame)) ||
	    (queue == BALLOON_DEFLATE && does.deflate_takes))
		take_list(chain);
	if (queue == BALLOON_REPORTS && does.reports_take)
		take_pieces(chain, case_config(struct virtio_balloon_config)->poison_val + does.other_poison);
	if (queue == BALLOON_HINTS && does.takes_hints)
		take_pieces(chain, 0);
	return 0;
}

static void make(uint64_t offered)
{
	memset(&does, 0, sizeof(does));
	case_answer = answer;
	engine_case_make(VIRTIO_ID_BALLOON, offered, "accepted");
	case_model->config_writable = 0xff0full << offsetof(struct virtio_balloon_config, actual);
	for (unsigned i = BALLOON_STATS; i < MODEL_QUEUES; i++)
		if (i >= BALLOON_QUEUES || !(offered & balloon_queue_feature(i)))
			case_model->queues[i].largest = 0;
}

/* Those of pages.c, by the names that they are known by. */
static void named_ends(const char *name, enum verdict verdict, const char *words)
{
	suite_expect_function(named_test(name)->run, verdict, words);
}

static void a_right_device(void **state)
{
	(void)state;
	make(ALL);
	for (unsigned i = 0; i < 2; i++) {
		does.takes = does.reports_take = i;
		named_ends("virtio.balloon.single-pages", VERDICT_PASS, i ? "all of 8" : "none of 8");
		named_ends("virtio.balloon.used-before-deflate", VERDICT_PASS, "");
		named_ends("virtio.balloon.no-such-page", VERDICT_PASS, "");
		named_ends("virtio.balloon.queues", VERDICT_PASS, "");
		suite_expect_function(reports, VERDICT_PASS, i ? "lost their" : "kept their");
		suite_expect_function(poison, VERDICT_PASS, i ? "were taken" : "stayed");
		suite_expect_function(stale_hints, VERDICT_PASS, "the command is STOP");
	}
}

static void pages_beside(void **state)
{
	(void)state;
	make(0);
	does.takes_frame = true;
	named_ends("virtio.balloon.single-pages", VERDICT_FAIL, "which is beside one that was given away");
}

static void taken_when_deflated(void **state)
{
	(void)state;
	make(0);
	does.deflate_takes = true;
	named_ends("virtio.balloon.used-before-deflate", VERDICT_FAIL, "before the host was told has lost");
}

static void queues_and_features(void **state)
{
	static const struct { uint64_t offered; unsigned queues; enum verdict verdict; const char *words; } rows[] = {
		{ FEATURE(STATS_VQ), 7, VERDICT_PASS, "no queue is left out" },
		{ FEATURE(STATS_VQ) | FEATURE(REPORTING), 0x17, VERDICT_PASS, "keeps its number" },
		{ FEATURE(STATS_VQ) | FEATURE(REPORTING), 0x0f, VERDICT_PASS, "without gaps" },
		{ FEATURE(STATS_VQ) | FEATURE(REPORTING), 0x07, VERDICT_FAIL, "(bits 0x7)" },
		{ FEATURE(STATS_VQ), 0x0f, VERDICT_FAIL, "(bits 0xf)" },
		{ FEATURE(STATS_VQ), 0x03, VERDICT_FAIL, "(bits 0x3)" },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		virtio_model_machine(state);
		make(rows[i].offered);
		for (unsigned queue = 0; queue < MODEL_QUEUES; queue++)
			case_model->queues[queue].largest = rows[i].queues >> queue & 1 ? 64 : 0;
		named_ends("virtio.balloon.queues", rows[i].verdict, rows[i].words);
	}
}

/* Reports are served where the queue is, with a gap before it or without. */
static void reports_without_a_gap(void **state)
{
	(void)state;
	make(FEATURE(STATS_VQ) | FEATURE(REPORTING));
	case_model->queues[BALLOON_HINTS].largest = 64;
	case_model->queues[BALLOON_REPORTS].largest = 0;
	suite_expect_function(reports, VERDICT_PASS, "");
	assert_int_equal(case_count(BALLOON_HINTS), RANGES);
	case_expect_only(BALLOON_HINTS, true);
}

static void reports_that_go_wrong(void **state)
{
	(void)state;
	make(ALL);
	does.reports_take = does.report_beside = true;
	suite_expect_function(reports, VERDICT_FAIL, "which no buffer covers, was written");
	does.report_beside = false;
	does.other_poison = true;
	suite_expect_function(poison, VERDICT_FAIL, "bytes of pages that hold 0x5a5a5a5a while they are free became");
	does.other_poison = false;
	does.silent_queue = BALLOON_REPORTS + 1;
	host_clock_step = MILLISECONDS(1);
	suite_expect_function(reports, VERDICT_FAIL, "of 4 buffers under way 0 came back");
}

static void hints_that_are_taken(void **state)
{
	(void)state;
	make(ALL);
	does.takes_hints = true;
	suite_expect_function(stale_hints, VERDICT_FAIL, "bytes of pages changed that were hinted at");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_right_device),
		ENGINE_TEST(pages_beside),
		ENGINE_TEST(taken_when_deflated),
		ENGINE_TEST(queues_and_features),
		ENGINE_CLAUSES(reports_without_a_gap, "DRV-BALLOON-14"),
		ENGINE_TEST(reports_that_go_wrong),
		ENGINE_TEST(hints_that_are_taken),
	};

	return cmocka_run_group_tests_name("suite-balloon", tests, NULL, NULL);
}
