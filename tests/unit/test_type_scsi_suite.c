/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/scsi.c
 * drivers/virtio/device/scsi_units.c drivers/virtio/device/disk.c tests/conformance/virtio/scsi/exchange.c
 * tests/conformance/virtio/scsi/sizes.c tests/conformance/virtio/scsi/commands.c
 * tests/conformance/virtio/scsi/answers.c tests/conformance/virtio/scsi/choices.c
 * tests/conformance/virtio/scsi/functions.c tests/conformance/virtio/scsi/pending.c
 * tests/conformance/virtio/scsi/events.c tests/conformance/virtio/scsi/stage.c
 * tests/conformance/probe/virtio_type.c tests/conformance/probe/engine_trial.c tests/conformance/probe/oracle.c
 * tests/conformance/probe/landing.c tests/conformance/probe/witness.c tests/conformance/framework/verdict.c
 * tests/conformance/framework/known.c tests/deviations/deviations.c boot/glob.c drivers/virtio/device/blk.c
 * tests/unit/scsi_host.c tests/unit/scsi_host_disk.c tests/unit/named_test.c */
/*
 * Suite virtio.scsi against a SCSI host in software (scsi_host.h): each test passes on one that does what it must, and
 * fails on one that does one thing wrong, with a reason that says so.
 */
#include <stdio.h>
#include <string.h>

#include <linux/virtio_ids.h>
#include <linux/virtio_scsi.h>

#include "boot/command_line.h"
#include "boot/table.h"
#include "tests/unit/engine_case.h"
#include "tests/unit/named_test.h"
#include "tests/unit/scsi_host.h"

TABLE_DECLARE(tests, const struct conformance_test);

/* No scope is counted here. */
const struct conformance_scope scope_engine;

static struct trial trial;
static char evidence[4096];

/* Runs it on a host with this fault. */
static enum verdict run(const char *name, enum host_fault fault)
{
	static struct subject subject;

	engine_case_make(VIRTIO_ID_SCSI, VIRTIO_BIT(VIRTIO_SCSI_F_HOTPLUG) | VIRTIO_BIT(VIRTIO_SCSI_F_CHANGE),
			 "accepted");
	scsi_host_make(fault);
	/* What its disk is, is learnt at the first start. */
	engine_case_start();
	engine_stop(case_engine);
	subject = (struct subject) { .name = "scsi", .engine = case_engine, .device = case_virtio->device };
	trial = (struct trial) {
		.test = named_test(name), .subject = &subject,
		.evidence = { .buffer = evidence, .size = sizeof(evidence) },
	};
	scsi_host_begin();
	trial.test->run(&trial);
	engine_stop(case_engine);
	/* A test that fails leaves its memory to the runner. */
	dma_unmap_all(domain_get(0));
	return trial.verdict;
}

static int next_host(void **state)
{
	engine_case_stop(state);
	return virtio_model_machine(state);
}

/* On a host that is right: a record says what it saw, and a skip would say that the host lacks something. */
static void a_host_that_is_right(void **state)
{
	unsigned count = 0;

	TABLE_EACH(tests, const struct conformance_test, entry) {
		enum verdict verdict = run((*entry)->name, HOST_IS_RIGHT);

		if (verdict != VERDICT_PASS)
			fail_msg("%s: verdict %u: %s", (*entry)->name, verdict, trial.reason);
		count++;
		next_host(state);
	}
	assert_true(count > 0);
}

static const struct row {
	enum host_fault fault;
	const char *test;
	const char *reason;			/* a glob */
} rows[] = {
	{ SENSE_SIZE_NOT_96, "defaults", "sense_size is 18? not 96 to 96" },
	{ CDB_SIZE_NOT_32, "defaults", "cdb_size is 16? not 32 to 32" },
	{ CHANNELS, "defaults", "max_channel is 1? not 0 to 0" },
	{ TOO_MANY_TARGETS, "defaults", "max_target is 256? not 0 to 255" },
	{ TOO_MANY_UNITS, "defaults", "max_lun is 16384? not 0 to 16383" },
	{ SIZES_STAY, "sizes", "sense_size after a reset is 18? not 96 to 96" },
	{ SENSE_IN_FULL, "sizes", "a byte beside what the device may write has moved: *" },
	{ CDB_SIZE_IGNORED, "sizes", "an unknown command: status 0? not 0x2 *" },
	{ INQUIRY_IN_FULL, "inquiry", "INQUIRY asked for 36 bytes? and byte 36 was written" },
	{ INQUIRY_CHANGES, "inquiry", "36 bytes of INQUIRY are not the first ones of all of them" },
	{ CAPACITY_ONE_MORE, "capacity", "last block? by READ CAPACITY(16): expected *" },
	{ END_NOT_LOOKED_AT, "capacity", "a read behind the last block: status 0? not 0x2 *" },
	{ BATCH_EXCHANGED, "batch", "of 5 reads at once? that of block * brought something else than by itself" },
	{ READ_16_OFF_BY_ONE, "transfers", "written with command 0x2a and read with 0x88: byte 0 of 1024 is *" },
	{ LAST_BYTE_MISSING, "transfers", "written with command *: byte 1023 of 1024 is *" },
	{ WRITES_BEHIND, "transfers", "a write changed the block behind" },
	{ NO_QUEUES, "queues", "there are no request queues" },
	{ EMPTY_LIST, "queues", "request queue *: the list of units is empty" },
	{ STATUS_GOOD_ALWAYS, "sense", "an unknown command: status 0? not 0x2 *" },
	{ RESPONSE_FAILURE, "sense", "an unknown command: response 9? not 0" },
	{ WRONG_SENSE, "sense", "an unknown command: sense key 3? code *" },
	{ SENSE_BEHIND, "sense", "sense data have 18 bytes? and byte 18 was written" },
	{ NO_SENSE_LENGTH, "sense", "the length of sense data is 0" },
	{ DATA_WITHOUT_REASON, "sense", "an unknown command: byte 0 of the data was written" },
	{ STRAYS, "sense", "a byte beside what the device may write has moved: -1 from the response*" },
	{ NO_RESPONSE, "sense", "an unknown command: response 165? not 0" },
	{ KEEPS_IT, "sense", "a request in queue 2 does not come back: *" },
	{ EVERY_UNIT_IS_THERE, "absent-unit", "INQUIRY of a unit that is not there brings 0 first" },
	{ ADDRESSES_NOT_LOOKED_AT, "addresses", "all zeroes: response 0? not 3" },
	{ SHORT_BUFFERS_GOOD, "overrun", "a read into half the room: response 0? not 1" },
	{ OVERRUN_MOVES, "overrun", "a read into half the room: byte 0 of the data was written" },
	{ OVERRUN_WRITES, "overrun", "a write of half a block: the disk has changed" },
	{ BOTH_DIRECTIONS_GOOD, "both-directions", "a read with data of both directions: response 0? not 9" },
	{ RESIDUAL_ZERO, "residual", "of a buffer of 136 bytes 36 were written? and the residual is 0" },
	{ RESIDUAL_ALWAYS, "residual", "all of the buffer was used? and the residual is 1" },
	{ LENGTH_WITH_DATA, "used-length", "a write: the used length is 620? and the response has 108 bytes" },
	{ LENGTH_ZERO, "used-length", "INQUIRY: the used length is 0? *" },
	{ NO_WELL_KNOWN, "report-luns", "the well-known unit REPORT LUNS: response 3? not 0" },
	{ UNHEARD_OF_RESPONSE, "well-known-units", "unit REPORT LUNS: response 77 is none that there is" },
	{ UNHEARD_OF_RESPONSE, "attributes", "task attribute 0: response 77 is none that there is" },
	{ FUNCTIONS_FAIL, "functions", "ABORT TASK: response 9? not 0" },
	{ UNITS_NOT_LOOKED_AT, "functions", "ABORT TASK? no unit: response 0? not 12" },
	{ TARGETS_NOT_LOOKED_AT, "functions", "ABORT TASK? no target: response 0? not 3" },
	{ ANY_FUNCTION, "functions", "no function: response 0? not 11" },
	{ FUNCTION_LENGTH, "functions", "ABORT TASK: the used length is 0? not 1" },
	{ FUNCTION_STRAYS, "functions", "a byte beside what the device may write has moved: 1 from the response*" },
	{ NO_ATTENTION, "resets", "the first command after a reset: status 0? not 0x2 *" },
	{ ENDLESS_ATTENTION, "resets", "unit 0 at target 0 does not become ready" },
	{ WRONG_ATTENTION, "resets", "after LOGICAL UNIT RESET: sense key 6? code 0x2a00? *" },
	{ MORE_EVENTS, "notifications", "request 1 about events 0x7e is answered with 0x80*" },
	{ NO_NOTIFICATIONS, "notifications", "request 1: response 9? not 0" },
	{ ABORTS_LATER, "pending", "ABORT TASK has been completed? and command 0 of 2 has not" },
	{ ABORTS_ALL, "pending", "ABORT TASK: command 1 of 2 has response 2? *" },
	{ ABORTS_ANY, "pending", "ABORT TASK of no task: command 0 of 2 has response 2? *" },
	{ ABORTS_AS_RESET, "pending", "ABORT TASK: command 0 of 2 has response 4? *" },
	{ RESETS_AS_ABORT, "pending", "LOGICAL UNIT RESET: command 0 of 2 has response 2? *" },
	{ QUERY_FINDS_NOTHING, "pending", "QUERY TASK: response 0? not 10" },
	{ QUERY_FINDS_ANY, "pending", "QUERY TASK of no task: response 10? not 0" },
	{ NO_EVENTS, "hotplug", "a request in queue 1 does not come back: *" },
	{ EVENT_OF_ANOTHER, "hotplug", "a disk is gone: event 0x1? reason 0x2 of unit 0 at target 0? not *" },
	{ WRONG_REASON, "hotplug", "a disk is gone: event 0x1? reason 0x3 *" },
	{ EVENT_LENGTH, "hotplug", "a disk is gone: the used length of the event is 0" },
	{ EVENT_TWICE, "hotplug", "a third event came? *" },
	{ STILL_THERE, "hotplug", "a disk is gone? and its target answers" },
	{ NEVER_BACK, "hotplug", "a disk is there? and its target does not answer" },
	{ EVENTS_UNASKED, "no-hotplug", "HOTPLUG was not accepted? and an event says *: reason 0x2" },
	{ NEVER_BACK, "no-hotplug", "a disk is there again? and its target does not answer" },
	{ LOST_IN_SILENCE, "lost-events", "events were lost? and the next one is 0x1? without bit 31" },
	{ SHORT_WITH_EVENT, "short-event-buffer", "a buffer that is too short for an event came back with event 0x1" },
	{ NO_EVENTS, "change", "a request in queue 1 does not come back: *" },
	{ WRONG_REASON, "change", "a disk has another size: event 0x3? reason 0x92b *" },
	{ NO_UNIT_ATTENTION, "change", "the first command after a change: status 0? not 0x2 *" },
	{ OLD_CAPACITY, "change", "the size of the disk: expected *" },
};

static void each_fault_is_seen(void **state)
{
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[64];
		enum verdict verdict;

		snprintf(name, sizeof(name), "virtio.scsi.%s", rows[i].test);
		print_message("# fault %u: %s\n", rows[i].fault, name);
		verdict = run(name, rows[i].fault);
		if (verdict != VERDICT_FAIL || !glob_match_any(rows[i].reason, trial.reason))
			fail_msg("row %u, %s: verdict %u: %s", i, name, verdict, trial.reason);
		next_host(state);
	}
}

/* A unit whose commands are over before a function can come shows nothing, which is no fault of it. */
static void a_unit_that_is_fast(void **state)
{
	(void)state;
	assert_int_equal(run("virtio.scsi.pending", HOST_IS_FAST), VERDICT_SKIP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_host_that_is_right),
		ENGINE_TEST(each_fault_is_seen),
		ENGINE_TEST(a_unit_that_is_fast),
	};

	return cmocka_run_group_tests_name("type-scsi-suite", tests, NULL, NULL);
}
