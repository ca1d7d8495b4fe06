/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.9p: versions, fids, the mount tag, and what must not work. No file is changed.
 *
 * Source: version(5), attach(5), walk(5) and clunk(5) of Plan 9; 9P2000.L.
 */
#include "tests/conformance/virtio/9p/9p.h"

#include <linux/virtio_9p.h>

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(p9, VIRTIO_ID_9P);

#define FID		10u
#define NO_SUCH_FID	4711u
#define MSIZE_LARGE	0x7fffffffu
#define MSIZE_SMALL	8192u
#define TAG_MOST	64u

static struct p9_exchange exchange;

static void make_version(uint32_t msize, const char *version)
{
	p9_begin(&exchange, P9_TVERSION, P9_NO_TAG);
	p9_put(&exchange, msize, 4);
	p9_put_text(&exchange, version);
}

static bool says(const char *version)
{
	return p9_get(&exchange, 4, 2) == strlen(version) &&
	       memcmp(exchange.answer + P9_HEADER + 6, version, strlen(version)) == 0;
}

static void expect_msize(struct trial *trial, uint32_t asked)
{
	uint32_t agreed;

	make_version(asked, "9P2000.L");
	if (!p9_done(trial, "Tversion", &exchange))
		return;
	agreed = p9_get(&exchange, 0, 4);
	expect(trial, agreed > 0 && agreed <= asked, "msize %#x was asked for, and it is %#x", asked, agreed);
	expect(trial, says("9P2000.L"), "the version is another than was asked for");
	trial_note(trial, "msize", "%#x of %#x", agreed, asked);
}

/* What is asked for may become less, and never more. A version that there is not is answered, not an error. */
static void version(struct trial *trial)
{
	if (!trial_start(trial, trial->subject->engine))
		return;
	expect_msize(trial, MSIZE_LARGE);
	expect_msize(trial, MSIZE_SMALL);
	make_version(MSIZE_SMALL, "9X4711");
	if (p9_done(trial, "Tversion of none", &exchange))
		expect(trial, says("unknown"), "a version that there is not is not answered with 'unknown'");
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.9p.version", version,
		 "The size of messages is negotiated down and not up, and a version that there is not is unknown.",
		 .scope = &scope_p9, .about = p9_once, .judged_by = FUNCTIONAL);

static void make_attach(uint32_t fid)
{
	p9_begin(&exchange, P9_TATTACH, 1);
	p9_put(&exchange, fid, 4);
	p9_put(&exchange, P9_NO_FID, 4);
	p9_put_text(&exchange, "");
	p9_put_text(&exchange, "");
	p9_put(&exchange, P9_NO_FID, 4);
}

/* Version ends all fids; what is attached is a folder, and the same one as before. */
static void attach(struct trial *trial)
{
	uint64_t path;

	if (!trial_start(trial, trial->subject->engine))
		return;
	make_version(MSIZE_SMALL, "9P2000.L");
	if (!p9_done(trial, "Tversion", &exchange))
		return;
	p9_make_attributes(&exchange, P9_ROOT);
	expect_p9_error(trial, "a fid from before Tversion", &exchange, 0);
	make_attach(FID);
	if (!p9_done(trial, "Tattach", &exchange))
		return;
	expect_equal(trial, "size of the answer to Tattach", exchange.answer_size, P9_HEADER + P9_QID_SIZE);
	expect_equal(trial, "type of the root's qid", p9_get(&exchange, 0, 1), P9_QID_DIR);
	path = p9_get(&exchange, 5, 8);
	p9_make_attributes(&exchange, FID);
	if (!p9_done(trial, "Tgetattr", &exchange))
		return;
	expect_equal(trial, "path of the root's qid", p9_get(&exchange, 13, 8), path);
	make_attach(FID);
	expect_p9_error(trial, "Tattach to a fid that is in use", &exchange, 0);
	p9_clunk(trial, FID);
	p9_make_attributes(&exchange, FID);
	expect_p9_error(trial, "a fid that was clunked", &exchange, 0);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.9p.attach", attach,
		 "The root is a folder, and a fid is good from its attach to its clunk and not beyond Tversion.",
		 .scope = &scope_p9, .about = p9_once, .judged_by = FUNCTIONAL);

/* Fids, names and messages that there are not; a good request behind each of them still works. */
static void errors(struct trial *trial)
{
	static const char *const absent[] = { "busproof-absent", NULL };

	if (!trial_start(trial, trial->subject->engine))
		return;
	p9_make_walk(&exchange, P9_ROOT, FID, absent);
	expect_p9_error(trial, "a name that there is not", &exchange, P9_ENOENT);
	p9_make_attributes(&exchange, FID);
	expect_p9_error(trial, "the fid of a walk that led nowhere", &exchange, 0);
	p9_make_walk(&exchange, NO_SUCH_FID, FID, (const char *const[]) { NULL });
	expect_p9_error(trial, "a walk from a fid that there is not", &exchange, 0);
	p9_make_read(&exchange, NO_SUCH_FID, 0, 8);
	expect_p9_error(trial, "a read of a fid that there is not", &exchange, 0);
	p9_make_plain(&exchange, P9_TCLUNK, NO_SUCH_FID);
	expect_p9_error(trial, "a clunk of a fid that there is not", &exchange, 0);
	p9_begin(&exchange, 2, 99);
	expect_p9_error(trial, "a message that there is not", &exchange, 0);
	p9_walk(trial, P9_ROOT, FID, NULL);
	p9_make_read(&exchange, FID, 0, 8);
	expect_p9_error(trial, "a read of a fid that is not open", &exchange, 0);
	p9_make_plain(&exchange, P9_TSTATFS, FID);
	if (p9_done(trial, "Tstatfs", &exchange))
		expect(trial, p9_get(&exchange, 4, 4) > 0, "the file system has blocks of no size");
	p9_clunk(trial, FID);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.9p.errors", errors,
		 "Fids, names and messages that there are not are answered with an error, and the next request works.",
		 .scope = &scope_p9, .about = p9_once, .judged_by = FUNCTIONAL);

/* The tag has neither a length of 0 nor bytes of 0 in it. */
static void mount_tag(struct trial *trial)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	char tag[TAG_MOST];
	uint64_t length = 0;

	if (!expect(trial, virtio_config_read(device, 0, 2, &length) && length > 0, "the mount tag is empty") ||
	    !p9_mount_tag(device, tag, sizeof(tag)))
		return;
	expect(trial, strlen(tag) == length, "the mount tag has %u bytes, and byte %u is 0", (unsigned)length,
	       (unsigned)strlen(tag));
	trial_record(trial, "the mount tag is '%s'", tag);
}

static const char *needs_tag(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->device->offered & VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG) ? NULL :
	       "MOUNT_TAG is not offered";
}
CONFORMANCE_TEST("virtio.9p.mount-tag", mount_tag,
		 "The mount tag has as many bytes as its length says, none of them 0.",
		 .scope = &scope_p9, .about = p9_once, .skip = needs_tag, .judged_by = FUNCTIONAL);
