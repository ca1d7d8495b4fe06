/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * tests/conformance/virtio/held/throttled.c */
/*
 * Reads that wait when their memory is taken back, on a disk of software whose host holds it back when it is asked to:
 * the tests pass on one that forgets such a read, and fail on one that writes any part of its answer later.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/pci_regs.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>

#include "tests/conformance/probe/host_event.h"
#include "tests/unit/suite_case.h"

#define SECTORS		64u
#define AT_ONCE		3u	/* requests that the host does before it holds others back */

/* What the disk does to a read that waits, when its memory is no longer its own. */
enum fault {
	FORGETS, ENDS_FIRST,				/* as it may */
	LATE_DATA, LATE_STATUS, LATE_USED, LATE_AT_RESET,
	DIES, NEVER_WAITS, MUTE_HOST,
};
static enum fault fault;

static struct {
	bool throttled, waits;
	unsigned served;
	uint8_t *data, *status;
	struct vring_used *used;
	uint32_t size;
} disk;

static void write_data(void)
{
	memset(disk.data, 0x77, disk.size);
}

static void write_late(void)
{
	if (!disk.waits || fault == DIES)
		return;
	disk.waits = false;
	if (fault == LATE_DATA || fault == LATE_AT_RESET)
		write_data();
	if (fault == LATE_STATUS)
		*disk.status = 0;
	if (fault == LATE_USED)
		disk.used->idx++;
}

static bool is_gone(void)
{
	return !case_model->queues[0].enabled || !(case_model->status & VIRTIO_CONFIG_S_DRIVER_OK) ||
	       !(case_model->space[PCI_COMMAND] & PCI_COMMAND_MASTER);
}

static void at_reset(struct virtio_model *model)
{
	(void)model;
	if (fault == ENDS_FIRST && disk.waits)
		write_data();
	if (fault == LATE_AT_RESET && is_gone())
		write_late();
	if (fault == FORGETS || fault == ENDS_FIRST)
		disk.waits = false;
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const struct virtio_blk_outhdr *header = case_piece(chain, 0);
	bool reads = header->type == VIRTIO_BLK_T_IN;

	(void)queue;
	case_chain_count = 0;
	disk.data = case_piece(chain, 1);
	disk.size = chain->count > 2 ? chain->pieces[1].size : 0;
	disk.status = case_piece(chain, chain->count - 1);
	if (fault == DIES && disk.waits)
		return CHAIN_KEPT;
	if (disk.throttled && reads && fault != NEVER_WAITS && disk.served++ >= AT_ONCE) {
		disk.used = virtio_model_pointer(case_model, case_model->queues[0].parts[PART_USED], 1);
		disk.waits = true;
		return CHAIN_KEPT;
	}
	if (disk.size)
		write_data();
	*disk.status = VIRTIO_BLK_S_OK;
	return disk.size + 1;
}

const char *needs_host(const struct subject *subject)
{
	(void)subject;
	return NULL;
}

bool host_event(struct trial *trial, uint64_t *number, const char *format, ...)
{
	char words[64];
	va_list list;

	(void)number;
	va_start(list, format);
	vsnprintf(words, sizeof(words), format, list);
	va_end(list);
	if (fault == MUTE_HOST) {
		trial_skip(trial, "the machine lacks a throttle");
		return false;
	}
	disk.throttled = strcmp(words, "throttle 00:00.0 on") == 0;
	disk.served = 0;
	if (!disk.throttled)
		assert_string_equal(words, "throttle 00:00.0 off");
	if (!disk.throttled && fault != LATE_AT_RESET && is_gone())
		write_late();
	return true;
}

static void make(unsigned number)
{
	fault = number;
	memset(&disk, 0, sizeof(disk));
	case_answer = answer;
	engine_case_make(VIRTIO_ID_BLOCK, VIRTIO_RING_RESET, "accepted");
	case_config(struct virtio_blk_config)->capacity = SECTORS;
	case_model->at_reset = at_reset;
}

#define DEVICE		"virtio.held.reset-under-way"
#define QUEUE		"virtio.held.queue-reset-under-way"
#define MASTER		"virtio.held.bus-master-cleared-under-way"

static void right_disks(void **state)
{
	static const struct suite_row rows[] = {
		{ DEVICE, FORGETS, VERDICT_PASS, "" }, { QUEUE, FORGETS, VERDICT_PASS, "" },
		{ MASTER, FORGETS, VERDICT_PASS, "" }, { DEVICE, ENDS_FIRST, VERDICT_PASS, "" },
		{ DEVICE, NEVER_WAITS, VERDICT_SKIP, "the host holds no request back" },
		{ QUEUE, MUTE_HOST, VERDICT_SKIP, "the machine lacks a throttle" },
	};

	host_clock_step = MICROSECONDS(100);
	suite_case_rows(state, rows, sizeof(rows) / sizeof(rows[0]), make);
}

static void late_disks(void **state)
{
	static const struct suite_row rows[] = {
		{ DEVICE, LATE_DATA, VERDICT_FAIL,
		  "the device was reset, and when the host goes on the data of a read from before arrive" },
		{ DEVICE, LATE_STATUS, VERDICT_FAIL,
		  "the device was reset, and when the host goes on the status of a read from before arrives" },
		{ DEVICE, LATE_USED, VERDICT_FAIL,
		  "the device was reset, and when the host goes on the memory of its queue moves" },
		{ DEVICE, LATE_AT_RESET, VERDICT_FAIL,
		  "the device was reset, and with the next reset the data of a read from before arrive" },
		{ QUEUE, LATE_DATA, VERDICT_FAIL,
		  "the queue was reset, and when the host goes on the data of a read from before arrive" },
		{ QUEUE, LATE_STATUS, VERDICT_FAIL,
		  "the queue was reset, and when the host goes on the status of a read from before arrives" },
		{ QUEUE, LATE_USED, VERDICT_FAIL,
		  "the queue was reset, and when the host goes on the memory of its queue moves" },
		{ QUEUE, LATE_AT_RESET, VERDICT_FAIL,
		  "the queue was reset, and with the next reset the data of a read from before arrive" },
		{ QUEUE, DIES, VERDICT_FAIL, "wedged: after a reset a good read does not work (silent)" },
		{ MASTER, LATE_DATA, VERDICT_FAIL,
		  "bus mastering was switched off, and when the host goes on the data of a read from before arrive" },
		{ MASTER, LATE_USED, VERDICT_FAIL,
		  "bus mastering was switched off, and when the host goes on the memory of its queue moves" },
		{ MASTER, LATE_AT_RESET, VERDICT_FAIL,
		  "bus mastering was switched off, and with the next reset the data of a read from before arrive" },
	};

	host_clock_step = MICROSECONDS(100);
	suite_case_rows(state, rows, sizeof(rows) / sizeof(rows[0]), make);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(right_disks),
		ENGINE_TEST(late_disks),
	};

	return cmocka_run_group_tests_name("suite-under-way", tests, NULL, NULL);
}
