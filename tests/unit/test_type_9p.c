/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/9p.c
 * drivers/virtio/device/9p_message.c */
/*
 * The 9P transport's driver: its one field of configuration, and what it makes of a folder, against a server of one
 * file. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_9p.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/device/9p.h"
#include "drivers/virtio/device/blk.h"
#include "tests/unit/engine_case.h"

/* The tag is there only with MOUNT_TAG: without it nobody looks. */
static void the_mount_tag(void **state)
{
	static const char name[] = "share";
	char tag[16] = "";

	for (unsigned offered = 0; offered < 2; offered++) {
		struct virtio_9p_config *config;

		virtio_model_machine(state);
		engine_case_make(VIRTIO_ID_9P, offered ? VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG) : 0, "accepted");
		config = case_config(struct virtio_9p_config);
		config->tag_len = sizeof(name) - 1;
		memcpy(config->tag, name, sizeof(name) - 1);
		case_model->config_reads = 0;
		assert_int_equal(p9_mount_tag(case_virtio->device, tag, sizeof(tag)), offered);
		assert_int_equal(case_model->config_reads > 0, offered);
		assert_string_equal(tag, offered ? name : "");
	}
}

#define R_LERROR	7
#define T_LOPEN		12
#define T_GETATTR	24
#define T_WALK		110
#define T_READ		116
#define O_RDWR		2
#define HEADER		7
#define EACCES_LE	"\x0d\0\0"

/* The file "scratch" of the folder. */
static struct folder {
	const char *name;
	bool there, opens, writable;
	uint32_t size;			/* of the file */
	const char *begins;
	uint8_t silent;			/* a type of message that is not answered */
	bool reads;			/* expected: a scratch file that can be read, */
	bool writes;			/* and written */
} folder;

/* An answer, cut as the chain is. */
static uint32_t reply(const struct model_chain *chain, uint8_t type, const void *body, uint32_t size)
{
	static uint8_t answer[8192];
	const uint8_t *message = case_piece(chain, 0);
	uint32_t total = HEADER + size, done = 0;

	memset(answer, 0, sizeof(answer));
	memcpy(answer, &total, 4);
	answer[4] = type;
	memcpy(answer + 5, message + 5, 2);
	if (body)
		memcpy(answer + HEADER, body, size);
	for (unsigned i = 1; i < chain->count && done < total; i++) {
		uint32_t part = chain->pieces[i].size < total - done ? chain->pieces[i].size : total - done;

		memcpy(case_piece(chain, i), answer + done, part);
		done += part;
	}
	return total;
}

static uint32_t reply_data(const struct model_chain *chain, uint64_t offset, uint32_t count)
{
	static uint8_t body[4 + 4096];
	uint32_t left = offset < folder.size ? folder.size - (uint32_t)offset : 0;

	memset(body, 'x', sizeof(body));
	count = count < left ? count : left;
	memcpy(body, &count, 4);
	if (offset == 0)
		memcpy(body + 4, folder.begins, strlen(folder.begins));
	return reply(chain, T_READ + 1, body, 4 + count);
}

static uint32_t serve(unsigned queue, const struct model_chain *chain)
{
	const uint8_t *message = case_piece(chain, 0);
	uint8_t type = message[4];
	uint64_t offset;
	uint32_t word;

	(void)queue;
	memcpy(&word, message + HEADER + 4, 4);
	if (type == folder.silent)
		return CHAIN_KEPT;
	if ((type == T_WALK && !folder.there) ||
	    (type == T_LOPEN && (!folder.opens || (word == O_RDWR && !folder.writable))))
		return reply(chain, R_LERROR, EACCES_LE, 4);
	if (type == T_GETATTR)
		return reply(chain, type + 1, NULL, 160 - HEADER);
	if (type != T_READ)
		return reply(chain, type + 1, NULL, 13);
	memcpy(&offset, message + HEADER + 4, 8);
	memcpy(&word, message + HEADER + 12, 4);
	return reply_data(chain, offset, word);
}

static void make(void **state, const struct folder *row)
{
	virtio_model_machine(state);
	case_answer = serve;
	folder = *row;
	engine_case_make(VIRTIO_ID_9P, VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG), "accepted");
}

/* What is not there, or not to be opened, is lacking, and the engine does what it can without; it stays so. */
static void what_a_folder_lacks(void **state)
{
	static const struct folder rows[] = {
		{ "scratch", true, true, true, 1 << 20, SCRATCH_SIGNATURE, 0, true, true },
		{ "read-only", true, true, false, 1 << 20, SCRATCH_SIGNATURE, 0, true, false },
		{ "not to be opened", true, false, false, 1 << 20, SCRATCH_SIGNATURE, 0, false, false },
		{ "another file", true, true, true, 1 << 20, "somebody's own data, that are none of our business", 0,
		  false, false },
		{ "too short", true, true, true, P9_TEXT, SCRATCH_SIGNATURE, 0, false, false },
		{ "empty file", true, true, true, 0, "", 0, false, false },
		{ "empty folder", false, false, false, 0, "", 0, false, false },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t number = 0;
		void *bytes;

		make(state, &rows[i]);
		for (unsigned round = 0; round < 2; round++) {
			engine_case_start();
			if (round == 0)
				number = case_buffer(P9_LARGEST, &bytes);
			if (!p9_no_scratch(case_engine) != rows[i].reads || !case_engine->no_reads != rows[i].writes ||
			    case_engine->largest != (rows[i].reads ? P9_LARGEST : 152))
				fail_msg("%s: largest %u, no reads: %s", rows[i].name, case_engine->largest,
					 case_engine->no_reads);
			if (case_transfer(DMA_DEVICE_WRITES, number, case_engine->largest, NULL) != ENGINE_DONE)
				fail_msg("%s: %s", rows[i].name, case_engine->fault);
			engine_stop(case_engine);
		}
		engine_case_stop(state);
	}
}

/* A device that does not answer lacks nothing. */
static void a_silent_server(void **state)
{
	static const uint8_t silent[] = { T_WALK, T_LOPEN, T_READ };
	struct folder row = { "silent", true, true, true, 1 << 20, SCRATCH_SIGNATURE, 0, false, false };

	for (unsigned i = 0; i < sizeof(silent); i++) {
		row.silent = silent[i];
		make(state, &row);
		host_clock_step = MILLISECONDS(1);
		for (unsigned round = 0; round < 2; round++) {
			assert_false(engine_start(case_engine));
			assert_null(case_engine->no_reads);
			engine_stop(case_engine);
		}
		engine_case_stop(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(the_mount_tag, "DRV-CFG-3"),
		ENGINE_TEST(what_a_folder_lacks),
		ENGINE_TEST(a_silent_server),
	};

	return cmocka_run_group_tests_name("type-9p", tests, NULL, NULL);
}
