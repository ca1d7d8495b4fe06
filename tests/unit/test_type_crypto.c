/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/crypto.c */
/*
 * The crypto device's driver, against a device whose cipher changes nothing. DRV-* are clauses of the specification
 * that our driver is held to.
 */
#include <limits.h>
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/virtio/device/crypto.h"
#include "tests/unit/engine_case.h"

#define DATA		0
#define CONTROL		1
#define FIRST_SESSION	0x1122334455667788ull

static uint64_t sessions;

/* Which data requests the device keeps, by their numbers, until one has come that it cannot do; how it then goes on. */
static struct {
	unsigned from, to, seen;
	enum { ANSWERS_FIRST, ANSWERS_LAST, ANSWERS_NEVER } answers;
	struct model_chain chain;
	bool has;
} held;

static void let_go(void)
{
	held.has = false;
	*(uint8_t *)case_piece(&held.chain, 4) = VIRTIO_CRYPTO_OK;
	virtio_model_use(case_model, DATA, held.chain.head, held.chain.pieces[3].size + 1);
}

static uint32_t decline(const struct model_chain *chain)
{
	if (held.has && held.answers == ANSWERS_FIRST)
		let_go();
	*(uint8_t *)case_piece(chain, chain->count - 1) = VIRTIO_CRYPTO_NOTSUPP;
	virtio_model_use(case_model, DATA, chain->head, 1);
	if (held.has && held.answers == ANSWERS_LAST)
		let_go();
	return CHAIN_KEPT;
}

static uint32_t answer_control(const struct model_chain *chain)
{
	struct virtio_crypto_session_input *outcome = case_piece(chain, chain->count - 1);
	const struct virtio_crypto_op_ctrl_req *request = case_piece(chain, 0);

	if (request->header.algo != VIRTIO_CRYPTO_CIPHER_AES_CBC) {
		*outcome = (struct virtio_crypto_session_input) { .status = VIRTIO_CRYPTO_NOTSUPP };
		return sizeof(*outcome);
	}
	*outcome = (struct virtio_crypto_session_input) {
		.session_id = FIRST_SESSION + sessions++, .status = VIRTIO_CRYPTO_OK,
	};
	return sizeof(*outcome);
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	if (queue == CONTROL)
		return answer_control(chain);
	if (chain->count == 2)
		return decline(chain);
	if (held.seen++ >= held.from && held.seen <= held.to) {
		held.chain = *chain;
		held.has = true;
		return CHAIN_KEPT;
	}
	memcpy(case_piece(chain, 3), case_piece(chain, 2), chain->pieces[2].size);
	*(uint8_t *)case_piece(chain, 4) = VIRTIO_CRYPTO_OK;
	return chain->pieces[3].size + 1;
}

static struct virtio_crypto_config *make(void)
{
	struct virtio_crypto_config *config;

	case_answer = answer;
	sessions = 0;
	held.to = 0;
	engine_case_make(VIRTIO_ID_CRYPTO, 0, "accepted");
	config = case_config(struct virtio_crypto_config);
	*config = (struct virtio_crypto_config) {
		.status = VIRTIO_CRYPTO_S_HW_READY, .max_dataqueues = 1, .crypto_services = UINT32_MAX,
		.cipher_algo_l = UINT32_MAX, .max_cipher_key_len = 16, .max_size = 1 << 20,
	};
	return config;
}

static void expect_refused(const char *fault)
{
	case_chain_count = 0;
	assert_false(engine_start(case_engine));
	if (!strstr(case_engine->fault, fault))
		fail_msg("\"%s\" does not say \"%s\"", case_engine->fault, fault);
	assert_int_equal(case_chain_count, 0);
	assert_true(case_model->status & VIRTIO_CONFIG_S_FAILED);
	engine_stop(case_engine);
}

/* Each start reads anew what the device can do, and asks nothing of one that cannot. */
static void what_the_device_can_do(void **state)
{
	struct virtio_crypto_config *config = make(), good = *config;

	(void)state;
	config->status = 0;
	expect_refused("not ready");
	*config = good;
	config->max_dataqueues = 2;
	expect_refused("one data queue");
	*config = good;
	config->crypto_services = ~(1u << VIRTIO_CRYPTO_SERVICE_CIPHER);
	expect_refused("AES-CBC");
	*config = good;
	config->cipher_algo_l = ~(1u << VIRTIO_CRYPTO_CIPHER_AES_CBC);
	expect_refused("AES-CBC");
	*config = good;
	config->max_cipher_key_len = 15;
	expect_refused("our size");
	*config = good;
	config->max_size = 2 * CRYPTO_LARGEST;
	expect_refused("our size");
	*config = good;
	engine_case_start();
	assert_true(case_model->queues[DATA].enabled && case_model->queues[CONTROL].enabled);
	engine_stop(case_engine);
	config->status = 0;
	expect_refused("not ready");
}

static void a_session(void **state)
{
	const struct case_chain *seen = &case_chains[0];
	const struct virtio_crypto_op_ctrl_req *request = (const void *)seen->read;

	(void)state;
	make();
	engine_case_start();
	assert_int_equal(seen->queue, CONTROL);
	assert_int_equal(request->header.opcode, VIRTIO_CRYPTO_CIPHER_CREATE_SESSION);
	assert_int_equal(request->header.algo, VIRTIO_CRYPTO_CIPHER_AES_CBC);
	assert_int_equal(request->header.queue_id, 0);
	assert_int_equal(request->header.flag, 0);
	assert_int_equal(request->u.sym_create_session.op_type, VIRTIO_CRYPTO_SYM_OP_CIPHER);
	assert_int_equal(request->u.sym_create_session.u.cipher.para.keylen, 16);
	assert_int_equal(seen->chain.count, 3);
	assert_int_equal(seen->chain.pieces[0].size, sizeof(*request));
	assert_int_equal(seen->chain.pieces[1].size, 16);
	assert_int_equal(seen->chain.pieces[2].size, sizeof(struct virtio_crypto_session_input));
	assert_int_equal(sessions, CRYPTO_OPERATIONS);
}

/* Fixed part, IV, source, destination, status; in the session of its operation. */
static void a_request(void **state)
{
	static const uint32_t opcodes[] = { VIRTIO_CRYPTO_CIPHER_ENCRYPT, VIRTIO_CRYPTO_CIPHER_DECRYPT };
	const struct virtio_crypto_op_data_req *request = (const void *)case_chains[0].read;
	uint8_t block[2 * CRYPTO_BLOCK] = { 1, 2, 3 };
	uint8_t status;

	(void)state;
	make();
	engine_case_start();
	for (unsigned operation = 0; operation < CRYPTO_OPERATIONS; operation++) {
		const struct virtio_crypto_cipher_para *para = &request->u.sym_req.u.cipher.para;

		case_chain_count = 0;
		assert_int_equal(crypto_run(case_engine, operation, block, block, sizeof(block), &status), ENGINE_DONE);
		assert_int_equal(status, VIRTIO_CRYPTO_OK);
		assert_int_equal(case_chains[0].chain.count, 5);
		assert_int_equal(request->header.opcode, opcodes[operation]);
		assert_int_equal(request->header.session_id, FIRST_SESSION + operation);
		assert_int_equal(request->header.padding, 0);
		assert_int_equal(request->u.sym_req.op_type, VIRTIO_CRYPTO_SYM_OP_CIPHER);
		assert_int_equal(para->iv_len, CRYPTO_BLOCK);
		assert_int_equal(para->src_data_len, sizeof(block));
		assert_int_equal(para->dst_data_len, sizeof(block));
		assert_int_equal(case_chains[0].read_size, sizeof(*request) + CRYPTO_BLOCK + sizeof(block));
		assert_int_equal(case_chains[0].write_size, sizeof(block) + sizeof(struct virtio_crypto_inhdr));
	}
}

/* A request that is not there yet when one has come back that was begun later is held back. A device that has never
 * answered any is broken. */
static void held_back(void **state)
{
	static const struct { const char *name; unsigned from, to, answers; bool starts, lacks; } rows[] = {
		{ "late", 0, 128, ANSWERS_FIRST, true, false }, { "close behind", 0, 128, ANSWERS_LAST, true, false },
		{ "held", 1, 128, ANSWERS_NEVER, false, true }, { "held later", 100, 128, ANSWERS_NEVER, false, true },
		{ "never answered", 0, 128, ANSWERS_NEVER, false, false },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		virtio_model_machine(state);
		make();
		memset(&held, 0, sizeof(held));
		held.from = rows[i].from;
		held.to = rows[i].to;
		held.answers = rows[i].answers;
		host_clock_step = MILLISECONDS(1);
		if (engine_start(case_engine) != rows[i].starts || !!case_engine->no_writes != rows[i].lacks ||
		    case_engine->no_writes != case_engine->no_reads)
			fail_msg("%s: lacks %s, fault %s", rows[i].name, case_engine->no_writes, case_engine->fault);
		engine_stop(case_engine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(what_the_device_can_do, "DRV-CRYPTO-1 DRV-CRYPTO-2 DRV-CRYPTO-3 DRV-CRYPTO-4 "
						       "DRV-CRYPTO-5 DRV-CRYPTO-6 DRV-CRYPTO-7 "
						       "DRV-CRYPTO-8 DRV-CRYPTO-10"),
		ENGINE_CLAUSES(a_session, "DRV-CRYPTO-11 DRV-CRYPTO-12 DRV-CRYPTO-13"),
		ENGINE_CLAUSES(a_request, "DRV-CRYPTO-14 DRV-CRYPTO-16 DRV-CRYPTO-17"),
		ENGINE_TEST(held_back),
	};

	return cmocka_run_group_tests_name("type-crypto", tests, NULL, NULL);
}
