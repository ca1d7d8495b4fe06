/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.9p: files and folders, made, written, read, renamed and removed, in a folder that is ours. One file
 * stays for the host to look at: "guest-" and a number, which "# host-check:" promises as if it were a sector of the
 * disk that a shared folder is judged like.
 *
 * Source: 9P2000.L.
 */
#include "tests/conformance/virtio/9p/9p.h"

#include "boot/string.h"
#include "boot/tap.h"
#include "tests/conformance/probe/scratch.h"

VIRTIO_TYPE_SCOPE(p9, VIRTIO_ID_9P);

#define FOLDER		10u
#define FILE		11u
#define OTHER		12u

#define FOLDER_NAME	"busproof-folder"
#define TAG_SIZE	32
/* Behind all sectors of a scratch disk: tests/gate/lib/Gate/Disk.pm. */
#define KEPT		9000u
#define KEPT_NAME	"guest-9000"

static struct p9_exchange exchange;

static bool write_at(struct trial *trial, uint32_t fid, uint64_t offset, const void *bytes, uint32_t size, uint32_t cut)
{
	p9_make_write(&exchange, fid, offset, bytes, size);
	exchange.cut = cut;
	return p9_done(trial, "Twrite", &exchange) &&
	       expect_equal(trial, "bytes that were written", p9_get(&exchange, 0, 4), size);
}

/* Bytes of a file: those that there are, of as many as are asked for. */
static void expect_read(struct trial *trial, uint32_t fid, uint64_t offset, uint32_t asked, const void *bytes,
			uint32_t there, uint32_t cut)
{
	p9_make_read(&exchange, fid, offset, asked);
	exchange.cut = cut;
	if (!p9_done(trial, "Tread", &exchange))
		return;
	expect(trial, p9_get(&exchange, 0, 4) == there, "%u bytes from %u on: %u were read, not %u", asked,
	       (unsigned)offset, (unsigned)p9_get(&exchange, 0, 4), there);
	expect(trial, exchange.answer_size == P9_HEADER + 4 + there, "the answer has %u bytes, not %u",
	       exchange.answer_size, P9_HEADER + 4 + there);
	expect(trial, !there || memcmp(exchange.answer + P9_HEADER + 4, bytes, there) == 0,
	       "%u bytes from %u on: they are not those that were written", asked, (unsigned)offset);
}

static void expect_size(struct trial *trial, uint32_t fid, uint64_t size)
{
	p9_make_attributes(&exchange, fid);
	if (!p9_done(trial, "Tgetattr", &exchange))
		return;
	expect_equal(trial, "type of a file's qid", p9_get(&exchange, 8, 1), 0);
	expect_equal(trial, "size of the file", p9_get(&exchange, 49, 8), size);
}

/* The text is written in parts that begin at odd places, the last ones first. */
static bool write_text(struct trial *trial, uint32_t fid, const char *text)
{
	return write_at(trial, fid, SECTOR_SIZE - 1, &text[SECTOR_SIZE - 1], 1, 0) &&
	       write_at(trial, fid, 0, text, 101, 7) &&
	       write_at(trial, fid, 101, text + 101, SECTOR_SIZE - 102, 0);
}

/* The host's own name for the folder, as in the pattern of its scratch file. */
static bool find_name(struct trial *trial, char *name)
{
	struct engine *engine = trial->subject->engine;
	char sector[SECTOR_SIZE];

	return expect(trial, p9_read(engine, NAME_SECTOR * SECTOR_SIZE, sector, SECTOR_SIZE) == ENGINE_DONE,
		      "a read fails: %s", engine->fault) && pattern_name(sector, name, TAG_SIZE);
}

static void written(struct trial *trial)
{
	char name[TAG_SIZE] = "a user's folder", text[SECTOR_SIZE];
	uint64_t seed = trial_random(trial);
	bool promised;

	if (!trial_start(trial, trial->subject->engine))
		return;
	promised = find_name(trial, name);
	guest_sector(text, sizeof(text), KEPT, name, seed);
	if (!trial_good(trial) || !p9_create(trial, P9_ROOT, FILE, KEPT_NAME) || !write_text(trial, FILE, text))
		return;
	expect_size(trial, FILE, SECTOR_SIZE);
	expect_read(trial, FILE, 0, SECTOR_SIZE, text, SECTOR_SIZE, 31);
	expect_read(trial, FILE, 3, 5, text + 3, 5, 1);
	expect_read(trial, FILE, 257, 123, text + 257, 123, 0);
	expect_read(trial, FILE, SECTOR_SIZE - 9, 100, text + SECTOR_SIZE - 9, 9, 0);
	expect_read(trial, FILE, SECTOR_SIZE, 1, NULL, 0, 0);
	expect_read(trial, FILE, 1ull << 40, 100, NULL, 0, 0);
	if (!trial_good(trial) || !p9_clunk(trial, FILE))
		return;
	if (promised) {
		tap_comment("host-check: %s sector %u seed %016llx", name, KEPT, (unsigned long long)seed);
	} else {
		p9_make_unlink(&exchange, P9_ROOT, KEPT_NAME, 0);
		p9_done(trial, "Tunlinkat", &exchange);
	}
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.9p.written", written,
		 "A new file holds what was written at odd places, reads back so from odd places, and ends where it "
		 "ends; the host finds the same.",
		 .scope = &scope_p9, .about = p9_once, .skip = p9_needs_folder, .judged_by = EVIDENCE);

/* Where its name is in an entry of Treaddir: behind a qid, where to go on, a type, and the name's length. */
#define ENTRY_NAME	(P9_QID_SIZE + 8 + 1 + 2)

/* Is this name in the folder, which is read from its beginning to its end? */
static bool lists(struct trial *trial, uint32_t fid, const char *name)
{
	uint64_t offset = 0;
	bool found = false;

	for (unsigned rounds = 0; rounds < 64; rounds++) {
		uint32_t at = 4, end;

		p9_begin(&exchange, P9_TREADDIR, 7);
		p9_put(&exchange, fid, 4);
		p9_put(&exchange, offset, 8);
		p9_put(&exchange, 512, 4);
		if (!p9_done(trial, "Treaddir", &exchange))
			return false;
		end = 4 + p9_get(&exchange, 0, 4);
		if (end == 4 || !expect(trial, end <= 4 + 512, "Treaddir has given more than was asked for"))
			return found;
		while (at + ENTRY_NAME <= end) {
			uint32_t length = p9_get(&exchange, at + ENTRY_NAME - 2, 2);

			offset = p9_get(&exchange, at + P9_QID_SIZE, 8);
			found = found || (length == strlen(name) &&
					  memcmp(exchange.answer + P9_HEADER + at + ENTRY_NAME, name, length) == 0);
			at += ENTRY_NAME + length;
		}
		if (!expect(trial, at == end, "Treaddir: an entry is cut off"))
			return found;
	}
	expect(trial, false, "Treaddir has no end");
	return found;
}

static void expect_listed(struct trial *trial, const char *name, bool must)
{
	static const char *const here[] = { NULL };

	p9_make_walk(&exchange, FOLDER, OTHER, here);
	if (!p9_done(trial, "Twalk", &exchange))
		return;
	p9_begin(&exchange, P9_TLOPEN, 8);
	p9_put(&exchange, OTHER, 4);
	p9_put(&exchange, P9_RDONLY, 4);
	if (!p9_done(trial, "Tlopen of a folder", &exchange))
		return;
	if (lists(trial, OTHER, name) != must && trial_good(trial))
		trial_fail(trial, "%s is %sin the folder", name, must ? "not " : "");
	p9_clunk(trial, OTHER);
}

/* As a walk sees it: there, of this type; or ENOENT. */
static void expect_there(struct trial *trial, const char *const *names, bool must, uint8_t type)
{
	p9_make_walk(&exchange, P9_ROOT, OTHER, names);
	if (!must) {
		unsigned count = 0;

		while (names[count])
			count++;
		/* All but the last are there: the answer has the qids of those, and the fid stands for nothing. */
		if (count == 1) {
			expect_p9_error(trial, names[0], &exchange, P9_ENOENT);
			return;
		}
		if (p9_done(trial, "a walk that is cut off", &exchange))
			expect_equal(trial, "qids of a walk to a name that there is not", p9_get(&exchange, 0, 2),
				     count - 1);
		p9_make_attributes(&exchange, OTHER);
		expect_p9_error(trial, "the fid of a walk that was cut off", &exchange, 0);
		return;
	}
	if (!p9_done(trial, "a walk to what was made", &exchange))
		return;
	expect_equal(trial, "type of the last qid",
		     p9_get(&exchange, 2 + (p9_get(&exchange, 0, 2) - 1) * P9_QID_SIZE, 1), type);
	p9_clunk(trial, OTHER);
}

/* What a run that was broken off may have left. */
static bool clean(struct trial *trial)
{
	static const char *const names[] = { "one", "two" };
	static const char *const folder[] = { FOLDER_NAME, NULL };

	p9_make_walk(&exchange, P9_ROOT, FOLDER, folder);
	if (!p9_asked(trial, "Twalk", &exchange))
		return false;
	if (exchange.type == P9_RLERROR)
		return true;
	for (unsigned i = 0; i < 2; i++) {
		p9_make_unlink(&exchange, FOLDER, names[i], 0);
		if (!p9_asked(trial, "Tunlinkat", &exchange))
			return false;
	}
	p9_clunk(trial, FOLDER);
	p9_make_unlink(&exchange, P9_ROOT, FOLDER_NAME, P9_REMOVEDIR);
	return p9_asked(trial, "Tunlinkat of a folder", &exchange);
}

static void names(struct trial *trial)
{
	static const char *const one[] = { FOLDER_NAME, "one", NULL }, *const two[] = { FOLDER_NAME, "two", NULL };
	static const char *const folder[] = { FOLDER_NAME, NULL };

	if (!trial_start(trial, trial->subject->engine) || !clean(trial))
		return;
	p9_make_folder(&exchange, P9_ROOT, FOLDER_NAME);
	if (!p9_made(trial, "Tmkdir", &exchange))
		return;
	expect_equal(trial, "type of a new folder's qid", p9_get(&exchange, 0, 1), P9_QID_DIR);
	p9_make_folder(&exchange, P9_ROOT, FOLDER_NAME);
	expect_p9_error(trial, "Tmkdir of a folder that is there", &exchange, P9_EEXIST);
	expect_there(trial, folder, true, P9_QID_DIR);
	if (!p9_walk(trial, P9_ROOT, FOLDER, FOLDER_NAME) || !p9_create(trial, FOLDER, FILE, "one"))
		return;
	p9_clunk(trial, FILE);
	expect_there(trial, one, true, 0);
	expect_listed(trial, "one", true);
	p9_make_rename(&exchange, FOLDER, "one", FOLDER, "two");
	p9_done(trial, "Trenameat", &exchange);
	expect_there(trial, one, false, 0);
	expect_there(trial, two, true, 0);
	expect_listed(trial, "one", false);
	expect_listed(trial, "two", true);
	p9_make_unlink(&exchange, P9_ROOT, FOLDER_NAME, P9_REMOVEDIR);
	expect_p9_error(trial, "Tunlinkat of a folder with a file in it", &exchange, P9_ENOTEMPTY);
	p9_make_unlink(&exchange, FOLDER, "two", 0);
	p9_done(trial, "Tunlinkat", &exchange);
	expect_there(trial, two, false, 0);
	p9_make_unlink(&exchange, P9_ROOT, FOLDER_NAME, P9_REMOVEDIR);
	p9_done(trial, "Tunlinkat of a folder", &exchange);
	expect_there(trial, folder, false, 0);
	if (trial_good(trial))
		engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.9p.names", names,
		 "Folders and files that are made, renamed and removed are found where they are, listed, and nowhere "
		 "else.",
		 .scope = &scope_p9, .about = p9_once, .skip = p9_needs_folder, .judged_by = FUNCTIONAL);
