/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/blk_case.list */
/*
 * Suite virtio.blk on a disk of software: each of its tests passes on one that does all as it must, and fails, with a
 * reason that names what is wrong, on one that does it otherwise.
 */
#include <string.h>

#include "tests/unit/blk_case.h"

#define DISCARD		VIRTIO_BIT(VIRTIO_BLK_F_DISCARD)
#define ZEROES		VIRTIO_BIT(VIRTIO_BLK_F_WRITE_ZEROES)
#define ERASE		VIRTIO_BIT(VIRTIO_BLK_F_SECURE_ERASE)
#define FLUSH		VIRTIO_BIT(VIRTIO_BLK_F_FLUSH)
#define WCE		(FLUSH | VIRTIO_BIT(VIRTIO_BLK_F_CONFIG_WCE))
#define QUEUES		VIRTIO_BIT(VIRTIO_BLK_F_MQ)
#define BLOCKS		VIRTIO_BIT(VIRTIO_BLK_F_BLK_SIZE)
#define LIFETIME	VIRTIO_BIT(15)
#define RO		VIRTIO_BIT(VIRTIO_BLK_F_RO)

#define LARGE		(64 * 1024)

struct row {
	const char *test;
	uint64_t offered;
	struct case_faults faults;
	const char *reason;		/* part of it; NULL: it passes */
};

static void run_rows(void **state, const struct row *rows, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		case_faults = rows[i].faults;
		blk_case_make(rows[i].offered);
		blk_case_row(state, i, rows[i].test, rows[i].reason);
	}
	case_faults = (struct case_faults) { 0 };
}
#define RUN(rows)	run_rows(state, rows, sizeof(rows) / sizeof((rows)[0]))

/* no-status and unreachable-data end with a request at a decoy, which this machine has no memory for. */
static void right_disks_pass(void **state)
{
	static const struct row rows[] = {
		{ "read-sizes", 0, { 0 }, NULL }, { "write-sizes", FLUSH, { 0 }, NULL },
		{ "scattered-read", 0, { 0 }, NULL }, { "scattered-write", 0, { 0 }, NULL },
		{ "discard", DISCARD, { 0 }, NULL }, { "write-zeroes", ZEROES, { 0 }, NULL },
		{ "discard-image", DISCARD, { 0 }, NULL }, { "zeroes-image", ZEROES, { 0 }, NULL },
		{ "erase-image", ERASE, { 0 }, NULL }, { "number", 0, { 0 }, NULL }, { "number-room", 0, { 0 }, NULL },
		{ "flush", FLUSH, { 0 }, NULL }, { "unsupported", 0, { 0 }, NULL },
		{ "beyond-the-end", 0, { 0 }, NULL }, { "write-beyond-the-end", DISCARD | ZEROES | ERASE, { 0 }, NULL },
		{ "read-only", RO, { 0 }, NULL }, { "all-queues", QUEUES, { 0 }, NULL },
		{ "cache-mode", WCE, { 0 }, NULL }, { "cache-mode-without-flush", WCE, { 0 }, NULL },
		{ "geometry", BLOCKS | QUEUES, { 0 }, NULL }, { "lifetime", LIFETIME, { .lifetime = 3 }, NULL },
	};

	RUN(rows);
}

static void data_that_are_wrong(void **state)
{
	static const struct row rows[] = {
		{ "read-sizes", 0, { .off_from = LARGE }, "a read of 65536 bytes: sector 6016 is wrong from byte 24" },
		{ "read-sizes", 0, { .off_from = 16 * LARGE }, "a read of 1048576 bytes: sector 4096 is wrong" },
		{ "read-sizes", 0, { .cut_from = 16 * LARGE }, "sector 6143 is wrong from byte 511" },
		{ "read-sizes", 0, { .cut_from = SECTOR_SIZE }, "a read of 512 bytes: sector 6143 is wrong" },
		{ "read-sizes", 0, { .writes_behind_data = true }, "behind the 512 bytes of a request's data" },
		{ "read-sizes", 0, { .says_too_much = true }, "the used length is 514, not 513" },
		{ "write-sizes", 0, { .off_from = 2 * LARGE }, "a write of 1048576 bytes: the first" },
		{ "write-sizes", 0, { .cut_from = 2 * LARGE }, "a write of 1048576 bytes: the last" },
		{ "write-sizes", 0, { .writes_data = true }, "data that the device was to read have changed" },
		{ "write-sizes", 0, { .says_too_much = true }, "the used length is 2, not 1" },
		{ "scattered-read", 0, { .cut_from = 2 * DISK_LARGEST }, "of piece" },
		{ "scattered-write", 0, { .writes_header = true }, "its header" },
	};

	RUN(rows);
}

static void ranges_that_are_wrong(void **state)
{
	static const struct row rows[] = {
		{ "discard", DISCARD, { .range_more = 1 }, "byte 0 of sector 12" },
		{ "discard", DISCARD, { .takes_flags = true }, "DISCARD with flags 0x1: the status is 0" },
		{ "discard-image", DISCARD, { .range_more = 1 }, "sector 528, beside the range" },
		{ "zeroes-image", ZEROES, { .range_more = 1 }, "sector 568, beside the range" },
		{ "zeroes-image", ZEROES, { .range_more = -1 }, "sector 567, within the range" },
		{ "zeroes-image", ZEROES, { .zeroes_are_none = true }, "sector 560, within the range" },
		{ "zeroes-image", ZEROES, { .first_range_only = true }, "sector 576, within the range" },
		{ "write-zeroes", ZEROES, { .takes_flags = true }, "WRITE_ZEROES with flags 0x80000000" },
		{ "erase-image", ERASE, { .takes_flags = true }, "with an unknown flag: expected 0x2, found 0" },
		{ "erase-image", ERASE, { .range_more = 1 }, "sector 608, beside the range" },
		{ "write-beyond-the-end", 0, { .forgets_high_half = true }, "a write of sector 0x100000008" },
		{ "write-beyond-the-end", DISCARD, { .ends_well = true }, "a write of sector 0x1800" },
		{ "beyond-the-end", 0, { .forgets_high_half = true }, "the status is 0, not 0x1 (IOERR)" },
	};

	RUN(rows);
}

static void answers_that_are_wrong(void **state)
{
	static const struct row rows[] = {
		{ "number", 0, { .number_not_padded = true }, "is 0x22 and no padding" },
		{ "number", 0, { .writes_behind_data = true }, "behind the 20 bytes" },
		{ "number-room", 0, { .number_bytes = 32 }, "byte 20 of the memory behind the 20 bytes" },
		{ "flush", FLUSH, { .writes_behind_status = true }, "beside its status byte" },
		{ "flush", FLUSH, { .writes_header = true }, "its header" },
		{ "flush", FLUSH, { .says_too_much = true }, "the used length is 2, not 1" },
		{ "unsupported", 0, { .ends_well = true }, "the status is 0, not 0x2 (UNSUPP)" },
		{ "unsupported", 0, { .writes_data = true }, "behind the 0 bytes" },
		{ "unsupported", 0, { .unknown_writes = true }, "an unsupported type has changed the disk" },
		{ "read-only", RO, { .writes_read_only = true }, "a read-only disk was written" },
		{ "read-only", RO, { .ends_well = true }, "the status is 0, not 0x1" },
		{ "no-status", 0, { .ends_well = true }, "1 bytes are said to be written" },
		{ "unreachable-data", 0, { .ends_well = true }, "half of the data of a write, and ends it well" },
		{ "all-queues", QUEUES, { .mixes_queues = true }, "of 6 brings other data than it has written" },
		{ "cache-mode", WCE, { .loses_writes_through = true }, "with writeback 0 sector 1264 reads back" },
		{ "cache-mode-without-flush", WCE, { .caches_without_flush = true }, "expected 0, found 0x1" },
		{ "lifetime", LIFETIME, { .lifetime = 4 }, "field 0 of the lifetime is 4" },
		{ "lifetime", LIFETIME, { .writes_behind_data = true }, "behind the 6 bytes" },
		{ "geometry", BLOCKS, { .odd_blocks = true }, "a block has 700 bytes" },
	};

	RUN(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(right_disks_pass),
		ENGINE_TEST(data_that_are_wrong),
		ENGINE_TEST(ranges_that_are_wrong),
		ENGINE_TEST(answers_that_are_wrong),
	};

	return cmocka_run_group_tests_name("blk-suite", tests, NULL, NULL);
}
