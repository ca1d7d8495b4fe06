/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/9p.c drivers/virtio/device/9p_message.c drivers/virtio/device/9p_request.c
 * tests/conformance/virtio/9p/common.c tests/conformance/virtio/9p/messages.c */
/*
 * Suite virtio.9p on a server of an empty folder, in software: one that is right, and such as are wrong in one thing
 * each.
 */
#include <string.h>

#include <linux/virtio_9p.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/device/9p_request.h"
#include "tests/unit/suite_case.h"

#define FIDS		64u
#define MSIZE		4096u
#define EBADF_LE	9u
#define ENOENT_LE	2u
#define GETATTR_SIZE	153u

static bool fids[FIDS];

/* What is wrong; all zero: nothing. */
static struct {
	bool tag, length, beside;
	bool msize, version, unknown, keeps_fids, file, path, twice, keeps_clunked, enoent, keeps_walked;
} wrong;

static uint8_t reply[512];
static uint32_t reply_size;

static void put(uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		reply[reply_size++] = value >> 8 * i;
}

static void refuse(uint32_t error)
{
	reply[4] = P9_RLERROR;
	put(error, 4);
}

static uint32_t word(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static void set_fid(uint32_t fid, bool used)
{
	if (fid < FIDS)
		fids[fid] = used;
}

static void answer_version(const uint8_t *body)
{
	bool known = body[4] == 8 && memcmp(body + 6, "9P2000.L", 8) == 0;
	const char *name = wrong.version ? "9P2000.u" : known || wrong.unknown ? "9P2000.L" : "unknown";

	if (!wrong.keeps_fids)
		memset(fids, 0, sizeof(fids));
	put(wrong.msize ? word(body) + 1 : MSIZE, 4);
	put(strlen(name), 2);
	for (; *name; name++)
		put(*name, 1);
}

static void put_qid(uint64_t path)
{
	put(wrong.file ? 0 : P9_QID_DIR, 1);
	put(0, 4);
	put(path, 8);
}

/* The folder is empty: no name leads anywhere. */
static void answer_walk(const uint8_t *body)
{
	uint32_t to = word(body + 4);
	bool names = body[8] > 0;

	if (!names || wrong.keeps_walked)
		set_fid(to, true);
	if (names)
		refuse(wrong.enoent ? EBADF_LE : ENOENT_LE);
	else
		put(0, 2);
}

static void answer_attributes(void)
{
	put(0x7ff, 8);
	put_qid(wrong.path ? 8 : 7);
	memset(reply + reply_size, 0, 128);
	reply_size += GETATTR_SIZE - 21;
}

static void answer_known(uint8_t type, const uint8_t *body)
{
	uint32_t fid = word(body);

	if (type == P9_TVERSION) {
		answer_version(body);
	} else if (type == P9_TATTACH && (fid >= FIDS || !fids[fid] || wrong.twice)) {
		set_fid(fid, true);
		put_qid(7);
	} else if (type == P9_TATTACH || fid >= FIDS || !fids[fid]) {
		refuse(EBADF_LE);
	} else if (type == P9_TWALK) {
		answer_walk(body);
	} else if (type == P9_TGETATTR) {
		answer_attributes();
	} else if (type == P9_TCLUNK) {
		set_fid(fid, wrong.keeps_clunked);
	} else if (type == P9_TSTATFS) {
		put(0, 4);
		put(512, 4);
		reply_size += 52;
	} else {
		refuse(EBADF_LE);
	}
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const uint8_t *message = case_piece(chain, 0);
	uint32_t at = 0;

	(void)queue;
	memset(reply, 0, sizeof(reply));
	reply_size = 4;
	put(message[4] + 1, 1);
	put(message[5] | message[6] << 8, 2);
	answer_known(message[4], message + P9_HEADER);
	/* Not of messages of the driver's own, whose tags begin at 1. */
	reply[5] ^= wrong.tag && message[6] == 0x12;
	reply[0] = reply_size;
	for (unsigned i = 1; i < chain->count && at < reply_size; i++) {
		uint32_t left = reply_size - at;

		memcpy(case_piece(chain, i), reply + at, chain->pieces[i].size < left ? chain->pieces[i].size : left);
		if (wrong.beside)
			((uint8_t *)case_piece(chain, i))[reply_size] = 0;
		at += chain->pieces[i].size;
	}
	return reply_size - wrong.length;
}

static void make(void)
{
	static const char tag[] = "share";
	struct virtio_9p_config *config;

	memset(&wrong, 0, sizeof(wrong));
	case_answer = answer;
	engine_case_make(VIRTIO_ID_9P, VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG), "accepted");
	config = case_config(struct virtio_9p_config);
	config->tag_len = sizeof(tag) - 1;
	memcpy(config->tag, tag, sizeof(tag) - 1);
	engine_case_start();
	engine_stop(case_engine);
}

static void a_right_server(void **state)
{
	(void)state;
	make();
	suite_expect("virtio.9p.version", VERDICT_PASS, "");
	suite_expect("virtio.9p.attach", VERDICT_PASS, "");
	suite_expect("virtio.9p.errors", VERDICT_PASS, "");
	suite_expect("virtio.9p.mount-tag", VERDICT_PASS, "the mount tag is 'share'");
}

static void wrong_servers(void **state)
{
	static const struct { bool *what; const char *test, *reason; } rows[] = {
		{ &wrong.length, "virtio.9p.version", "the used length is 20, and the answer has 21 bytes" },
		{ &wrong.beside, "virtio.9p.version", "bytes beside the answer were written" },
		{ &wrong.msize, "virtio.9p.version", "msize 0x7fffffff was asked for, and it is 0x80000000" },
		{ &wrong.version, "virtio.9p.version", "the version is another than was asked for" },
		{ &wrong.unknown, "virtio.9p.version", "is not answered with 'unknown'" },
		{ &wrong.keeps_fids, "virtio.9p.attach", "a fid from before Tversion: the answer is of type 25" },
		{ &wrong.file, "virtio.9p.attach", "type of the root's qid: expected 0x80, found 0" },
		{ &wrong.path, "virtio.9p.attach", "path of the root's qid: expected 0x7, found 0x8" },
		{ &wrong.twice, "virtio.9p.attach", "Tattach to a fid that is in use" },
		{ &wrong.keeps_clunked, "virtio.9p.attach", "a fid that was clunked" },
		{ &wrong.enoent, "virtio.9p.errors", "a name that there is not: the error is 9, not 2" },
		{ &wrong.tag, "virtio.9p.errors", "the answer has tag 0x1235, not 0x1234" },
		{ &wrong.keeps_walked, "virtio.9p.errors", "the fid of a walk that led nowhere" },
	};

	(void)state;
	make();
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&wrong, 0, sizeof(wrong));
		memset(fids, 0, sizeof(fids));
		*rows[i].what = true;
		suite_expect(rows[i].test, VERDICT_FAIL, rows[i].reason);
	}
}

static void a_wrong_mount_tag(void **state)
{
	struct virtio_9p_config *config;

	(void)state;
	make();
	config = case_config(struct virtio_9p_config);
	config->tag[2] = 0;
	suite_expect("virtio.9p.mount-tag", VERDICT_FAIL, "the mount tag has 5 bytes, and byte 2 is 0");
	config->tag_len = 0;
	suite_expect("virtio.9p.mount-tag", VERDICT_FAIL, "the mount tag is empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_right_server),
		ENGINE_TEST(wrong_servers),
		ENGINE_TEST(a_wrong_mount_tag),
	};

	return cmocka_run_group_tests_name("suite-9p", tests, NULL, NULL);
}
