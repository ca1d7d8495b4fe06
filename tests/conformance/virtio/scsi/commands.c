/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.scsi: commands that do what they are for, with data. Several at once, in pieces, on all queues; of the
 * sizes that commands have. What a disk holds is told from outside by suite virtio.work.
 *
 * Source: VIRTIO 1.4, section 5.6.6.1; SCSI Primary Commands; SCSI Block Commands.
 */
#include "tests/conformance/virtio/scsi/scsi.h"

#include "boot/string.h"
#include "tests/conformance/probe/scratch.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

static bool ask(struct trial *trial, struct exchanges *all, const char *what, const struct scsi_command *command)
{
	exchange_command(all, 0, command);
	return exchange_ends(trial, all, 0, what, VIRTIO_SCSI_S_OK, SCSI_GOOD);
}

/* Lengths that a command asks for, less than there is and more. The buffer has room for all of it and a guard. */
#define INQUIRY_LEAST	5u
#define INQUIRY_WHOLE	36u
#define ADDITIONAL_LENGTH 4u		/* byte that says how many follow */
#define ROOM		255u

static void inquiry(struct trial *trial)
{
	static const uint8_t lengths[] = { ROOM, INQUIRY_WHOLE, INQUIRY_LEAST };
	static struct exchanges all;
	static uint8_t whole[ROOM];
	const uint8_t *data;

	if (!exchanges_start(trial, &all, 1))
		return;
	data = (uint8_t *)arch_pointer(all.area.memory) + EXCHANGE_DATA;
	for (unsigned i = 0; i < sizeof(lengths) && trial_good(trial); i++) {
		struct scsi_command command = scsi_inquiry(all.engine, lengths[i], ROOM);

		if (!ask(trial, &all, "INQUIRY", &command))
			break;
		if (i == 0)
			memcpy(whole, data, sizeof(whole));
		/* A unit may count the bytes behind by how many were asked for, as QEMU's do. */
		whole[ADDITIONAL_LENGTH] = data[ADDITIONAL_LENGTH];
		expect(trial, memcmp(data, whole, lengths[i]) == 0,
		       "%u bytes of INQUIRY are not the first ones of all of them", lengths[i]);
		for (unsigned at = lengths[i]; at < ROOM; at++)
			expect(trial, data[at] == SCSI_PATTERN, "INQUIRY asked for %u bytes, and byte %u was written",
			       lengths[i], at);
	}
	expect_equal(trial, "peripheral device type", whole[0], disk_of(all.engine)->kind);
	expect(trial, whole[ADDITIONAL_LENGTH] + INQUIRY_LEAST >= INQUIRY_WHOLE,
	       "INQUIRY says that it has %u bytes, less than %u", whole[ADDITIONAL_LENGTH] + INQUIRY_LEAST,
	       INQUIRY_WHOLE);
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.inquiry", inquiry,
		 "INQUIRY brings as many bytes as it asks for, always the same, and writes none behind them.",
		 .scope = &scope_scsi, .about = on_plain_ring, .skip = scsi_needs_unit, .clauses = "SCSI-13 SCSI-14",
		 .judged_by = EVIDENCE);

/* Both commands, with each other and with what the end of the disk is. */
static void capacity(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct disk *disk = disk_of(engine);
	static struct exchanges all;
	const uint8_t *data;
	uint64_t last;

	if (!exchanges_start(trial, &all, 1))
		return;
	data = (uint8_t *)arch_pointer(all.area.memory) + EXCHANGE_DATA;
	last = disk->sectors / (disk->block / SECTOR_SIZE) - 1;
	if (ask(trial, &all, "READ CAPACITY(10)", &(struct scsi_command) {
			.target = disk->target, .unit = disk->unit, .cdb = { READ_CAPACITY_10 }, .size = 8,
			.device_writes = true })) {
		expect_equal(trial, "last block, by READ CAPACITY(10)", scsi_number(data, 4), last);
		expect_equal(trial, "size of a block", scsi_number(data + 4, 4), disk->block);
	}
	if (trial_good(trial) && disk->kind == 0 && ask(trial, &all, "READ CAPACITY(16)", &(struct scsi_command) {
			.target = disk->target, .unit = disk->unit, .size = 32, .device_writes = true,
			.cdb = { [0] = SERVICE_ACTION_IN_16, [1] = READ_CAPACITY_16, [13] = 32 } })) {
		expect_equal(trial, "last block, by READ CAPACITY(16)", scsi_number(data, 8), last);
		expect_equal(trial, "size of a block, by READ CAPACITY(16)", scsi_number(data + 8, 4), disk->block);
	}
	for (unsigned behind = 0; behind < 2 && trial_good(trial); behind++) {
		struct scsi_command read = scsi_transfer(engine, READ_16, last + behind, 1);

		exchange_command(&all, 0, &read);
		if (exchange_run(trial, &all, 0))
			expect_answer(trial, &all, 0,
				      behind ? "a read behind the last block" : "a read of the last block",
				      VIRTIO_SCSI_S_OK, behind ? SCSI_CHECK_CONDITION : SCSI_GOOD);
	}
	exchanges_end(&all);
}

static const char *needs_small_disk(const struct subject *subject)
{
	const struct disk *disk = disk_of(subject->engine);

	if (scsi_needs_medium(subject))
		return scsi_needs_medium(subject);
	if (disk->kind != 0)
		return "the medium is a CD's, whose size READ CAPACITY(10) alone tells";
	return disk->sectors / (disk->block / SECTOR_SIZE) < 0xffffffff ? NULL :
	       "the disk has more blocks than READ CAPACITY(10) can say";
}
CONFORMANCE_TEST("virtio.scsi.capacity", capacity,
		 "The capacity that a SCSI disk says, in both forms, is the number of its last block: that one can be "
		 "read, and the next one not.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = needs_small_disk,
		 .clauses = "SCSI-13 SCSI-14", .judged_by = EVIDENCE);

/* Commands at once: so many as a unit takes, and as there is room for in the queue. */
static unsigned at_once(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);
	uint64_t most;
	unsigned count = virtio_engine_requests(virtio)->size / 3;

	if (!virtio_config_read(virtio->device, offsetof(struct virtio_scsi_config, cmd_per_lun), sizeof(__u32),
				&most) || most == 0)
		most = 1;
	if (count > most)
		count = most;
	return count < EXCHANGES ? count : EXCHANGES;
}

/* Reads of different blocks of the disk at once, the last one first: each must bring its own. */
static void batch(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint32_t block = disk_of(engine)->block;
	static struct exchanges all;
	static uint8_t expected[DISK_LARGEST];
	unsigned count;

	if (!exchanges_start(trial, &all, EXCHANGES))
		return;
	count = at_once(engine);
	if (count > disk_of(engine)->sectors * SECTOR_SIZE / block)
		count = disk_of(engine)->sectors * SECTOR_SIZE / block;
	for (unsigned i = 0; i < count && trial_good(trial); i++) {
		struct scsi_command read = scsi_transfer(engine, i % 2 ? READ_10 : READ_16, count - 1 - i, 1);

		exchange_command(&all, i, &read);
		exchange_tag(&all, &all.each[i], 0x1122334455667788 + i);
		exchange_add(trial, &all, i);
	}
	exchanges_show(&all, QUEUE_REQUESTS);
	for (unsigned i = 0; i < count && trial_good(trial); i++)
		if (exchange_wait(trial, &all, i))
			expect_answer(trial, &all, i, "a read", VIRTIO_SCSI_S_OK, SCSI_GOOD);
	for (unsigned i = 0; i < count && trial_good(trial); i++) {
		expect(trial, scsi_read(engine, (count - 1 - i) * (block / SECTOR_SIZE), block / SECTOR_SIZE,
					expected) == ENGINE_DONE, "a read fails: %s", engine->fault);
		expect(trial, memcmp(all.each[i].frame + EXCHANGE_DATA, expected, block) == 0,
		       "of %u reads at once, that of block %u brought something else than by itself", count,
		       count - 1 - i);
	}
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.batch", batch,
		 "Commands that are given at once, as many as a unit takes, each bring their own data.",
		 .scope = &scope_scsi, .about = on_each_layout, .skip = scsi_needs_medium, .clauses = "SCSI-14",
		 .judged_by = EVIDENCE);

/* Whole blocks of the sectors that anybody may write, by each kind of command and read back by each; and with the
 * blocks beside them, which must stay. */
static void write_and_read(struct trial *trial, struct exchanges *all, uint8_t writes, uint8_t reads, uint8_t seed)
{
	struct engine *engine = all->engine;
	uint32_t block = disk_of(engine)->block;
	uint64_t first = SCRATCH_FIRST_WRITABLE / (block / SECTOR_SIZE);
	uint32_t count = block <= DISK_LARGEST / 4 ? 2 : 1, size = count * block;
	static uint8_t sides[2][DISK_LARGEST], found[DISK_LARGEST];
	struct scsi_command write = scsi_transfer(engine, writes, first, count);
	struct scsi_command read = scsi_transfer(engine, reads, first, count);
	uint32_t sectors = block / SECTOR_SIZE;

	if (!expect(trial, scsi_read(engine, (first - 1) * sectors, sectors, sides[0]) == ENGINE_DONE &&
		    scsi_read(engine, (first + count) * sectors, sectors, sides[1]) == ENGINE_DONE, "a read fails: %s",
		    engine->fault))
		return;
	exchange_command(all, 0, &write);
	for (uint32_t i = 0; i < size; i++)
		all->each[0].frame[EXCHANGE_DATA + i] = seed + i + (i >> 8);
	if (!exchange_ends(trial, all, 0, "a write", VIRTIO_SCSI_S_OK, SCSI_GOOD) || !ask(trial, all, "a read", &read))
		return;
	for (uint32_t i = 0; i < size; i++)
		if (!expect(trial, all->each[0].frame[EXCHANGE_DATA + i] == (uint8_t)(seed + i + (i >> 8)),
			    "written with command %#x and read with %#x: byte %u of %u is %#x, not %#x", writes, reads,
			    i, size, all->each[0].frame[EXCHANGE_DATA + i], (uint8_t)(seed + i + (i >> 8))))
			return;
	for (unsigned i = 0; i < 2; i++)
		expect(trial, scsi_read(engine, (i ? first + count : first - 1) * sectors, sectors, found) ==
		       ENGINE_DONE && memcmp(found, sides[i], block) == 0, "a write changed the block %s",
		       i ? "behind" : "before");
}

static void sizes_of_commands(struct trial *trial)
{
	static const uint8_t pairs[][2] = { { WRITE_10, READ_16 }, { WRITE_16, READ_10 } };
	static struct exchanges all;

	if (!exchanges_start(trial, &all, 1))
		return;
	for (unsigned i = 0; i < sizeof(pairs) / sizeof(pairs[0]) && trial_good(trial); i++)
		write_and_read(trial, &all, pairs[i][0], pairs[i][1], trial_random(trial));
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.transfers", sizes_of_commands,
		 "Blocks that one form of WRITE has written are what another form of READ brings, and the blocks "
		 "beside them stay.",
		 .scope = &scope_scsi, .about = on_each_layout, .skip = scsi_needs_scratch,
		 .clauses = "SCSI-14 SCSI-26", .judged_by = EVIDENCE);

/* Each request queue by itself. */
static void queues(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	uint64_t count = 0;

	if (!trial_start(trial, engine))
		return;
	expect(trial, virtio_config_read(virtio->device, offsetof(struct virtio_scsi_config, num_queues),
					 sizeof(__u32), &count) && count > 0, "there are no request queues");
	engine_stop(engine);
	for (unsigned i = count < EXCHANGES ? count : EXCHANGES; i-- > 0 && trial_good(trial);) {
		static struct exchanges all;
		struct scsi_command luns = scsi_to_unit(engine, &(struct scsi_command) {
			.cdb = { [0] = REPORT_LUNS, [9] = 64 }, .size = 64, .device_writes = true,
		});

		luns.unit = 0;		/* the one that has the list, if there is no other of the target */
		virtio->plan = (struct virtio_plan) { .further = i };
		if (!exchanges_start(trial, &all, 1))
			return;
		if (ask(trial, &all, "REPORT LUNS", &luns))
			expect(trial, scsi_number(all.each[0].frame + EXCHANGE_DATA, 4) >= 8,
			       "request queue %u: the list of units is empty", i);
		exchanges_end(&all);
	}
	trial_record(trial, "%u request queues", (unsigned)count);
}
CONFORMANCE_TEST("virtio.scsi.queues", queues,
		 "Every request queue that the configuration counts carries commands by itself.",
		 .scope = &scope_scsi, .about = on_plain_ring, .skip = scsi_needs_unit, .clauses = "SCSI-14",
		 .judged_by = EVIDENCE);
