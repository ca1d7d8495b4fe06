/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/engine/engine.c drivers/engine/patience.c drivers/pci/interrupt.c
 * boot/clock.c boot/format.c boot/print.c tests/unit/pci_stub.c */
/* The table of engines: what finds no room is counted, and those that run are stopped. */
#include <string.h>

#include "drivers/engine/engine.h"
#include "tests/unit/host/host.h"
#include "tests/unit/pci_stub.h"

/* As many functions of a known kind as a test says. */
static struct pci_function functions[ENGINE_FUNCTIONS + 4];

static const struct engine_driver driver = {
	.kind = "known", .ids = { { 0x1234, 0x5678 } }, .state_size = ENGINE_STATE,
};
ENGINE_DRIVER(driver);

static void counts_what_is_left_out(void **state)
{
	static const struct engine another = { .kind = "another", .function = &functions[0] };

	(void)state;
	pci_stub_functions = functions;
	pci_stub_count = ENGINE_FUNCTIONS + 4;
	for (unsigned i = 0; i < pci_stub_count; i++)
		functions[i] = (struct pci_function) { .vendor = 0x1234, .product = i == 1 ? 1 : 0x5678 };
	functions[0].reserved = "the firmware keeps it";
	engine_add_functions();
	assert_int_equal(engine_count(), ENGINE_FUNCTIONS);
	assert_ptr_equal(engine_get(0)->function, &functions[2]);
	assert_int_equal(engine_left_out(), 2);
	while (engine_count() < ENGINES)
		assert_true(engine_add(&another));
	assert_int_equal(engine_left_out(), 2);
	assert_false(engine_add(&another));
	assert_false(engine_add(NULL));
	assert_int_equal(engine_left_out(), 4);
	assert_int_equal(engine_count(), ENGINES);
	assert_null(engine_get(ENGINES));
}

static unsigned stops;

static bool start(struct engine *engine)
{
	return !engine->state;
}

static void stop(struct engine *engine)
{
	(void)engine;
	stops++;
}

/* Those that were started, whether they came up or not, and each of them once. */
static void stops_what_was_started(void **state)
{
	static const struct engine_ops ops = { .start = start, .stop = stop };
	static int failing;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		engine_get(i)->ops = &ops;
	engine_get(1)->state = &failing;
	engine_get(2)->state = NULL;
	assert_false(engine_start(engine_get(1)));
	assert_true(engine_start(engine_get(2)));
	engine_stop_all();
	assert_int_equal(stops, 2);
	engine_stop_all();
	engine_stop(engine_get(2));
	assert_int_equal(stops, 2);
}

/* 3 ms; a long one takes 30. */
static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)engine;
	(void)direction;
	(void)address;
	host_clock += size > 4096 ? MILLISECONDS(30) : MILLISECONDS(3);
	return true;
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	(void)engine;
	(void)limit;
	(void)seen;
	return ENGINE_DONE;
}

/* A transfer that must not happen is a short one, and is not waited for as if it were long. */
static void a_long_transfer_makes_no_wait_longer(void **state)
{
	static const struct engine_ops ops = { .begin = begin, .finish = finish };
	struct engine engine = { .ops = &ops };

	(void)state;
	host_clock_step = 0;
	clock_init(1000000000, 64);
	assert_int_equal(engine_transfer(&engine, DMA_DEVICE_WRITES, 0, 512, ENGINE_LIMIT, NULL), ENGINE_DONE);
	assert_int_equal(patience_grace(&engine.patience), PATIENCE_GRACE_TIMES * MILLISECONDS(3));
	assert_int_equal(engine_transfer(&engine, DMA_DEVICE_WRITES, 0, 65536, ENGINE_LIMIT, NULL), ENGINE_DONE);
	assert_int_equal(patience_grace(&engine.patience), PATIENCE_GRACE_TIMES * MILLISECONDS(3));
}

/* Only what the device said within the limit is an answer, and only silence is one that did not come. */
static void a_failure_is_neither_answer_nor_silence(void **state)
{
	struct engine engine = { .kind = "one", .function = &functions[0] };
	unsigned before = clock_limits_reached();

	(void)state;
	engine_waited(&engine, ENGINE_LIMIT, ENGINE_DONE);
	assert_int_equal(engine.patience.answers, 1);
	engine_waited(&engine, ENGINE_LIMIT, ENGINE_FAILED);
	assert_int_equal(engine.patience.answers, 1);
	assert_int_equal(engine.patience.silences, 0);
	assert_int_equal(clock_limits_reached(), before);
	engine_waited(&engine, ENGINE_LIMIT, ENGINE_SILENT);
	assert_int_equal(engine.patience.silences, 1);
	assert_int_equal(clock_limits_reached(), before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_is_left_out),
		cmocka_unit_test(stops_what_was_started),
		cmocka_unit_test_setup(a_long_transfer_makes_no_wait_longer, host_setup),
		cmocka_unit_test(a_failure_is_neither_answer_nor_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
