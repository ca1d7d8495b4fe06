/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/blk_case.list
 * tests/conformance/virtio/view/beside.c tests/conformance/probe/chain.c tests/conformance/probe/virtio_trial.c */
/*
 * Memory beside what a request gives to the device, on a disk of software: virtio.view.beside passes on one that does
 * all as it must, and names what one has written that does it otherwise.
 */
#include <string.h>

#include "tests/unit/blk_case.h"

const struct conformance_scope scope_virtio_engine;

static uint32_t (*right_answer)(unsigned queue, const struct model_chain *chain);
static void (*harm)(void);

/* The disk does what it must, and then what it must not. */
static uint32_t answer_with_harm(unsigned queue, const struct model_chain *chain)
{
	uint32_t written = right_answer(queue, chain);

	if (harm)
		harm();
	return written;
}

static struct virtqueue *requests(void)
{
	return virtio_engine_requests(case_virtio);
}

static void behind_descriptors(void)
{
	((uint8_t *)(virtqueue_descriptors(requests()) + requests()->size))[3] = 0;
}

static void behind_available(void)
{
	((uint8_t *)&virtqueue_available(requests())->ring[requests()->size + 1])[0] = 0;
}

static void behind_used(void)
{
	((uint8_t *)&virtqueue_used_ring(requests())->ring[requests()->size])[2] = 0;
}

static void used_event(void)
{
	virtqueue_available(requests())->ring[requests()->size] = 1;
}

static void run(void **state, struct case_faults faults, void (*what)(void), const char *reason)
{
	enum verdict verdict;

	case_faults = faults;
	harm = what;
	blk_case_make(0);
	right_answer = case_answer;
	case_answer = answer_with_harm;
	verdict = blk_case_run("virtio.view.beside");
	if (verdict != (reason ? VERDICT_FAIL : VERDICT_PASS) || (reason && !strstr(blk_case_reason, reason)))
		fail_msg("verdict %u, '%s', and not '%s'", verdict, blk_case_reason, reason ? reason : "");
	case_faults = (struct case_faults) { 0 };
	engine_case_stop(state);
	virtio_model_machine(state);
}

static void a_right_disk_passes(void **state)
{
	run(state, (struct case_faults) { 0 }, NULL, NULL);
}

static void what_is_beside_a_request(void **state)
{
	run(state, (struct case_faults) { .writes_behind_status = true }, NULL,
	    "memory beside 1 bytes of a request on queue 0 moved, 1 bytes behind");
	run(state, (struct case_faults) { .writes_header = true }, NULL,
	    "of what the device may only read has changed");
}

static void what_is_behind_a_ring(void **state)
{
	run(state, (struct case_faults) { 0 }, behind_descriptors, "byte 3 behind part 0 of queue 0 moved");
	run(state, (struct case_faults) { 0 }, behind_available, "byte 0 behind part 1 of queue 0 moved");
	run(state, (struct case_faults) { 0 }, behind_used, "byte 0 behind part 2 of queue 0 moved");
	run(state, (struct case_faults) { 0 }, used_event, "what asks for interrupts of queue 0 has changed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_right_disk_passes),
		ENGINE_TEST(what_is_beside_a_request),
		ENGINE_TEST(what_is_behind_a_ring),
	};

	return cmocka_run_group_tests_name("beside", tests, NULL, NULL);
}
