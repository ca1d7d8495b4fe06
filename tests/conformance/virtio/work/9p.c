/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the 9P transport. The file that it shares is laid out like a disk, and checked from the host's
 * side too: lines "# host-check:" promise what a sector holds after the run.
 */
#include "boot/string.h"
#include "boot/tap.h"
#include "drivers/virtio/device/9p.h"
#include "tests/conformance/probe/scratch.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(p9, VIRTIO_ID_9P);

#define TAG_SIZE	32

static const char *needs_file(const struct subject *subject)
{
	return p9_no_scratch(subject->engine);
}

/* The same of the file in a shared folder, whose name is its mount tag. A user's file has no pattern. */
static const char *find_file_pattern(struct trial *trial, char *name)
{
	struct engine *engine = trial->subject->engine;
	char sector[SECTOR_SIZE], tag[TAG_SIZE];

	if (!expect(trial, p9_mount_tag(virtio_engine_of(engine)->device, tag, TAG_SIZE),
		    "the device has no mount tag") ||
	    !expect(trial, p9_read(engine, NAME_SECTOR * SECTOR_SIZE, sector, SECTOR_SIZE) == ENGINE_DONE,
		    "a read fails: %s", engine->fault))
		return NULL;
	if (!pattern_name(sector, name, TAG_SIZE))
		return "the file carries no host pattern: tests/gate/boot makes folders with one that does";
	return strcmp(tag, name) == 0 ? NULL :
	       "the host pattern of the file has another name than the folder's mount tag: give it the same";
}

static void p9_host_to_guest(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	char name[TAG_SIZE], found[SECTOR_SIZE], expected[SECTOR_SIZE];
	const char *lacking;

	if (!trial_start(trial, engine))
		return;
	lacking = find_file_pattern(trial, name);
	if (lacking)
		trial_skip(trial, "%s", lacking);
	if (!trial_good(trial))
		return;
	if (p9_read(engine, HOST_SECTOR * SECTOR_SIZE, found, SECTOR_SIZE) != ENGINE_DONE) {
		trial_fail(trial, "a read fails: %s", engine->fault);
		return;
	}
	host_sector(expected, sizeof(expected), HOST_SECTOR, name);
	expect(trial, memcmp(found, expected, SECTOR_SIZE) == 0, "the file is not what the host wrote: '%.32s'", found);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.9p-host-to-guest", p9_host_to_guest,
		 "A file that the host has written is read byte for byte through 9P.",
		 .scope = &scope_p9, .skip = needs_file, .judged_by = EVIDENCE);

static void p9_guest_to_host(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	char name[TAG_SIZE] = "a user's file", found[SECTOR_SIZE], expected[SECTOR_SIZE];
	uint64_t seed = trial_random(trial);
	bool promised;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	promised = !find_file_pattern(trial, name);
	if (!trial_good(trial))
		return;
	promise_sector(trial, &oracle, P9_TEXT / SECTOR_SIZE, name, seed);
	if (p9_write_from(engine, P9_TEXT, oracle_number(&oracle), SECTOR_SIZE) != ENGINE_DONE ||
	    p9_read(engine, P9_TEXT, found, SECTOR_SIZE) != ENGINE_DONE) {
		trial_fail(trial, "a request fails: %s", engine->fault);
		return;
	}
	guest_sector(expected, sizeof(expected), P9_TEXT / SECTOR_SIZE, name, seed);
	expect(trial, memcmp(found, expected, SECTOR_SIZE) == 0, "the file reads back as something else");
	if (promised)
		tap_comment("host-check: %s sector %u seed %016llx", name, P9_TEXT / SECTOR_SIZE,
			    (unsigned long long)seed);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.work.9p-guest-to-host", p9_guest_to_host,
		 "What is written to a file through 9P reads back, and is what the host finds in it.",
		 .scope = &scope_p9, .skip = needs_scratch, .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);
