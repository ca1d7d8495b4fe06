/* SPDX-License-Identifier: BSD-2-Clause */
/* The disk of software: see blk_case.h. Types and statuses without a name in the kernel's headers are refused. */
#include "tests/unit/blk_case.h"

#include <string.h>

#include <linux/virtio_ids.h>

#include "tests/conformance/probe/scratch.h"

TABLE_DECLARE(tests, const struct conformance_test);

#define ID	CASE_SERIAL "\0\0\0\0"

/* What the tests are run on is the case's choice. */
const struct conformance_scope scope_engine, scope_virtio_device;

struct case_faults case_faults;
char blk_case_reason[200];

static uint8_t disk[CASE_SECTORS][SECTOR_SIZE];
static char evidence[4096];

/* A chain, as the disk looks at it. */
struct request {
	const struct model_chain *chain;
	struct virtio_blk_outhdr *header;
	uint8_t *status;
	uint32_t size;				/* bytes of data */
	uint32_t writable;			/* of those, for the device to write */
};

/* Moves so many bytes from the disk to the pieces of data, or the other way. */
static void move(const struct request *request, uint8_t *at, uint32_t size, bool to_memory)
{
	for (unsigned i = 1; i + 1 < request->chain->count && size > 0; i++) {
		uint32_t part = request->chain->pieces[i].size < size ? request->chain->pieces[i].size : size;
		uint8_t *bytes = case_piece(request->chain, i);

		memcpy(to_memory ? bytes : at, to_memory ? at : bytes, part);
		at += part;
		size -= part;
	}
}

static uint64_t find_sector(uint64_t sector, uint32_t size)
{
	if (case_faults.forgets_high_half)
		sector = (uint32_t)sector;
	if (case_faults.off_from && size >= case_faults.off_from)
		sector = sector > CASE_SECTORS / 2 ? sector - 1 : sector + 1;
	return sector;
}

static uint8_t transfer(const struct request *request, bool to_memory)
{
	uint64_t sector = find_sector(request->header->sector, request->size);
	uint32_t size = request->size;
	bool is_read_only = case_model->offered & VIRTIO_BIT(VIRTIO_BLK_F_RO);

	if (size % SECTOR_SIZE || sector >= CASE_SECTORS || size / SECTOR_SIZE > CASE_SECTORS - sector)
		return VIRTIO_BLK_S_IOERR;
	if (case_faults.cut_from && size >= case_faults.cut_from)
		size--;
	if (!to_memory && case_faults.loses_writes_through && !case_config(struct virtio_blk_config)->wce)
		return VIRTIO_BLK_S_OK;
	if (to_memory || !is_read_only || case_faults.writes_read_only)
		move(request, disk[sector], size, to_memory);
	return !to_memory && is_read_only ? VIRTIO_BLK_S_IOERR : VIRTIO_BLK_S_OK;
}

static uint8_t number(const struct request *request)
{
	uint8_t *bytes = case_piece(request->chain, 1);
	uint32_t size = case_faults.number_bytes ? case_faults.number_bytes : VIRTIO_BLK_ID_BYTES;

	if (size > request->size)
		size = request->size;
	memset(bytes, 0x11, size);
	memcpy(bytes, ID, size < VIRTIO_BLK_ID_BYTES ? size : VIRTIO_BLK_ID_BYTES);
	if (case_faults.number_not_padded && size == VIRTIO_BLK_ID_BYTES)
		bytes[VIRTIO_BLK_ID_BYTES - 1] = 0x22;
	return VIRTIO_BLK_S_OK;
}

static uint8_t lifetime(const struct request *request)
{
	for (unsigned i = 0; i < request->size / sizeof(case_faults.lifetime); i++)
		((uint16_t *)case_piece(request->chain, 1))[i] = case_faults.lifetime;
	return VIRTIO_BLK_S_OK;
}

static uint32_t defined_flags(uint32_t type)
{
	if (case_faults.takes_flags)
		return ~0u;
	return type == VIRTIO_BLK_T_WRITE_ZEROES ? VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP : 0;
}

static uint8_t ranges(const struct request *request)
{
	const struct virtio_blk_discard_write_zeroes *range = case_piece(request->chain, 1);
	unsigned count = case_faults.first_range_only ? 1 : request->size / sizeof(*range);
	uint8_t fill = case_faults.zeroes_are_none ? 0x33 : 0;

	for (unsigned i = 0; i < request->size / sizeof(*range); i++) {
		uint64_t sector = find_sector(range[i].sector, 0);

		if (range[i].flags & ~defined_flags(request->header->type))
			return VIRTIO_BLK_S_UNSUPP;
		if (sector >= CASE_SECTORS || range[i].num_sectors > CASE_SECTORS - sector)
			return VIRTIO_BLK_S_IOERR;
		if (i < count)
			memset(disk[sector], fill, (range[i].num_sectors + case_faults.range_more) * SECTOR_SIZE);
	}
	return VIRTIO_BLK_S_OK;
}

static uint8_t status_of(const struct request *request)
{
	switch (request->header->type) {
	case VIRTIO_BLK_T_IN:
	case VIRTIO_BLK_T_OUT:
		return transfer(request, request->header->type == VIRTIO_BLK_T_IN);
	case VIRTIO_BLK_T_FLUSH:
		return VIRTIO_BLK_S_OK;
	case VIRTIO_BLK_T_GET_ID:
		return number(request);
	case 10:				/* GET_LIFETIME */
		return lifetime(request);
	case VIRTIO_BLK_T_DISCARD:
	case VIRTIO_BLK_T_WRITE_ZEROES:
	case VIRTIO_BLK_T_SECURE_ERASE:
		return ranges(request);
	default:
		if (case_faults.unknown_writes && request->size && !request->writable)
			transfer(request, false);
		return VIRTIO_BLK_S_UNSUPP;
	}
}

/* Is there memory behind all pieces? */
static bool is_reachable(const struct model_chain *chain)
{
	for (unsigned i = 0; i < chain->count; i++)
		if (!virtio_model_reaches(case_model, chain->pieces[i].number))
			return false;
	return true;
}

static void do_harm(const struct request *request)
{
	unsigned last = request->chain->count - 2;

	if (case_faults.writes_behind_status)
		request->status[1] ^= 0xff;
	if (case_faults.writes_header)
		request->header->ioprio ^= 1;
	if (request->size == 0)
		return;
	if (case_faults.writes_behind_data && request->writable)
		((uint8_t *)case_piece(request->chain, last))[request->chain->pieces[last].size] ^= 0xff;
	if (case_faults.writes_data && !request->writable)
		((uint8_t *)case_piece(request->chain, last))[0] ^= 0xff;
}

/* The sector of a request that was made in the queue before this one. */
static void mix_queues(unsigned queue, struct virtio_blk_outhdr *header)
{
	if (case_faults.mixes_queues && queue > 0 && header->type == VIRTIO_BLK_T_IN)
		header->sector -= DISK_LARGEST / SECTOR_SIZE;
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	unsigned last = chain->count - 1;
	struct request request = { .chain = chain };
	struct virtio_blk_outhdr header;

	case_chain_count = 0;
	if (!chain->pieces[last].device_writes)
		return case_faults.ends_well ? 1 : CHAIN_KEPT;
	request.header = case_piece(chain, 0);
	request.status = case_piece(chain, last);
	for (unsigned i = 1; i < last; i++) {
		request.size += chain->pieces[i].size;
		request.writable += chain->pieces[i].device_writes ? chain->pieces[i].size : 0;
	}
	if (is_reachable(chain)) {
		header = *request.header;
		mix_queues(queue, request.header);
		*request.status = status_of(&request);
		*request.header = header;
		do_harm(&request);
	} else {
		*request.status = VIRTIO_BLK_S_IOERR;
	}
	if (case_faults.ends_well)
		*request.status = VIRTIO_BLK_S_OK;
	return request.writable + 1 + case_faults.says_too_much;
}

/* Its cache's mode after a reset. */
static void settle_config(struct virtio_model *model)
{
	struct virtio_blk_config *config = case_config(struct virtio_blk_config);

	(void)model;
	config->wce = case_faults.caches_without_flush;
}

static void make_config(void)
{
	struct virtio_blk_config *config = case_config(struct virtio_blk_config);

	config->capacity = CASE_SECTORS;
	config->blk_size = case_faults.odd_blocks ? 700 : SECTOR_SIZE;
	config->num_queues = MODEL_QUEUES;
	config->max_discard_sectors = config->max_write_zeroes_sectors = 1024;
	config->max_discard_seg = config->max_write_zeroes_seg = 2;
	config->max_secure_erase_sectors = 1024;
	config->max_secure_erase_seg = 1;
	case_model->config_writable = 1ull << offsetof(struct virtio_blk_config, wce);
	case_model->at_reset = settle_config;
}

void blk_case_make(uint64_t offered)
{
	for (unsigned i = 1; i < CASE_SECTORS; i++)
		host_sector((char *)disk[i], SECTOR_SIZE, i, CASE_SERIAL);
	memset(disk[0], 0, SECTOR_SIZE);
	strcpy((char *)disk[0], SCRATCH_SIGNATURE);
	case_answer = answer;
	engine_case_make(VIRTIO_ID_BLOCK, offered, "accepted");
	make_config();
}

/* Of suite virtio.blk, or by its whole name. */
static const struct conformance_test *find_test(const char *name)
{
	size_t own = strlen("virtio.blk.");

	TABLE_EACH(tests, const struct conformance_test, entry) {
		const char *found = (*entry)->name;

		if (strcmp(found, name) == 0 ||
		    (strncmp(found, "virtio.blk.", own) == 0 && strcmp(found + own, name) == 0))
			return *entry;
	}
	fail_msg("no test %s", name);
	return NULL;
}

enum verdict blk_case_run(const char *name)
{
	const struct conformance_test *test = find_test(name);
	struct subject subject = {
		.device = case_virtio->device, .function = case_virtio->device->function, .engine = case_engine,
		.name = "blk@software",
	};
	struct trial trial = {
		.test = test, .subject = &subject, .random = 1, .evidence = { evidence, sizeof(evidence), 0, false },
	};
	const char *reason;

	/* As suite engine does: the first start looks at the disk. */
	engine_case_start();
	engine_stop(case_engine);
	assert_true(!test->about || test->about(&subject));
	reason = test->skip ? (test->skip)(&subject) : NULL;
	if (reason)
		trial_skip(&trial, "%s", reason);
	else
		test->run(&trial);
	strcpy(blk_case_reason, trial.reason);
	engine_stop(case_engine);
	return trial.verdict;
}

void blk_case_row(void **state, unsigned row, const char *name, const char *reason)
{
	enum verdict verdict = blk_case_run(name);

	if (verdict != (reason ? VERDICT_FAIL : VERDICT_PASS) || (reason && !strstr(blk_case_reason, reason)))
		fail_msg("row %u, %s: verdict %u, '%s'", row, name, verdict, blk_case_reason);
	engine_case_stop(state);
	virtio_model_machine(state);
}
