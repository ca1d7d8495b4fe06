/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list tests/unit/psycho_case.list tests/conformance/dma/trial.c
 * tests/conformance/probe/landing.c tests/conformance/probe/engine_trial.c tests/conformance/probe/oracle.c
 * tests/conformance/probe/witness.c tests/conformance/framework/verdict.c tests/conformance/framework/known.c
 * tests/deviations/deviations.c boot/glob.c drivers/engine/engine.c drivers/engine/patience.c
 * drivers/dma/area.c drivers/dma/decoy.c drivers/pci/interrupt.c tests/unit/pci_stub.c tests/unit/trial_case.c */
/*
 * The suite dma's judgement of streaming buffers, on a Psycho of software (psycho_model.h) that does right, and on some
 * that do wrong.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "tests/conformance/dma/stream.c"
#include "tests/unit/pci_stub.h"
#include "tests/unit/psycho_case.h"
#include "tests/unit/trial_case.h"

static struct subject subject;
static struct engine *device;
static bool loses, passes_by, ignores_entries;	/* what is wrong: with the chip, or with where the device writes */
static uint64_t memory_of_page;

static bool start_engine(struct engine *engine)
{
	(void)engine;
	return true;
}

static void stop_engine(struct engine *engine)
{
	(void)engine;
}

/* Bytes that are none of the pattern. */
static bool begin_transfer(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)engine;
	(void)direction;
	for (uint32_t i = 0; i < size; i++) {
		if (loses && i >= LINE)
			break;
		if (!psycho_write(&psycho_chip, 0, address + i, 0x3c) && ignores_entries)
			*psycho_byte(memory_of_page + address % FRAME_SIZE + i) = 0x3c;
		if (passes_by)
			psycho_write(&psycho_chip, 0, address + i + 1024, 0x3c);
	}
	return true;
}

static enum engine_result finish_transfer(struct engine *engine, uint64_t limit, void *seen)
{
	(void)engine;
	(void)limit;
	(void)seen;
	return ENGINE_DONE;
}

static const struct engine_ops engine_ops = { start_engine, stop_engine, begin_transfer, finish_transfer, false };

static int make(void **state)
{
	static struct pci_function function;
	struct engine engine = {
		.ops = &engine_ops, .function = &function, .kind = "soft", .mode = "", .view = VIEW_BUS,
		.directions = DMA_DEVICE_BOTH, .largest = 256, .granule = 8, .address_bits = 32,
		.patience = { .slowest = 1000 },
	};

	psycho_start(state);
	frames_fill_free();
	function = (struct pci_function) { .host = host_get(0), .domain = psycho_domain };
	if (engine_count() == 0)
		assert_true(engine_add(&engine));
	device = engine_get(0);
	*device = engine;
	subject = (struct subject) { .engine = device, .function = &function, .domain = psycho_domain };
	trial_case_begin(&subject);
	loses = passes_by = ignores_entries = false;
	return 0;
}

static void run(enum verdict verdict, const char *reason)
{
	streamed(&case_trial);
	if (case_trial.verdict != verdict || !strstr(case_trial.reason, reason))
		fail_msg("verdict %u, \"%s\"; must be %u, \"%s\"", case_trial.verdict, case_trial.reason, verdict,
			 reason);
	psycho_chip.never_done = false;
}

/* Nothing was in memory before its flush, here; a chip that streams nothing is as good. */
static void what_is_flushed_is_there(void **state)
{
	(void)state;
	run(VERDICT_PASS, "");
	assert_non_null(strstr(case_trial.reason[0] ? case_trial.reason : case_evidence,
			       "0 of 4 writes were in memory before"));
	assert_int_equal(psycho_register(&psycho_chip, 0x2800) & 1, 0);
	assert_int_equal(psycho_chip.lost, 0);
}

static void what_is_lost_is_seen(void **state)
{
	(void)state;
	loses = true;
	device->granule = 4 * LINE;
	run(VERDICT_FAIL, "after a flush and its synchronization not all is in memory");
}

static void what_lands_beside_is_seen(void **state)
{
	(void)state;
	passes_by = true;
	run(VERDICT_FAIL, "memory beside the target moved");
}

static void a_flush_without_an_end_is_seen(void **state)
{
	(void)state;
	psycho_chip.never_done = true;
	run(VERDICT_FAIL, "the page cannot be flushed: the IOMMU did not answer in time");
}

/* A device that finds its page without the IOMMU still does when the page is gone. */
static void what_needs_no_entry_is_seen(void **state)
{
	phys_addr frame;

	(void)state;
	assert_true(frames_take(1, FRAME_SIZE, &frame));
	memory_of_page = frame.value;
	frames_give(frame, 1);
	ignores_entries = true;
	run(VERDICT_FAIL, "the page is not mapped any more, and yet a write arrived");
}

static void who_has_no_buffer_is_not_asked(void **state)
{
	static const struct domain_driver plain = { .compatible = "plain" };
	struct dma_domain domain = { .driver = &plain };

	(void)state;
	assert_null(needs_streaming(&subject));
	subject.domain = &domain;
	assert_string_equal(needs_streaming(&subject), "the bridge has no streaming buffer");
}

/* What the engines' users ask of drivers/pci and drivers/virtio, beside pci_stub.h, and the suite of its subjects. */
const struct conformance_scope scope_bridge_engine;

uint16_t pci_command(const struct pci_function *function, uint16_t set, uint16_t clear)
{
	(void)function;
	(void)set;
	(void)clear;
	return 0;
}

struct virtio_engine *virtio_engine_of(const struct engine *engine)
{
	(void)engine;
	return NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_flushed_is_there, make, host_teardown),
		cmocka_unit_test_setup_teardown(what_is_lost_is_seen, make, host_teardown),
		cmocka_unit_test_setup_teardown(what_lands_beside_is_seen, make, host_teardown),
		cmocka_unit_test_setup_teardown(a_flush_without_an_end_is_seen, make, host_teardown),
		cmocka_unit_test_setup_teardown(what_needs_no_entry_is_seen, make, host_teardown),
		cmocka_unit_test_setup_teardown(who_has_no_buffer_is_not_asked, make, host_teardown),
	};

	return cmocka_run_group_tests_name("dma_stream", tests, NULL, NULL);
}
