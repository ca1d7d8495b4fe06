/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/crypto.c drivers/virtio/device/crypto_request.c
 * tests/conformance/virtio/crypto/common.c tests/conformance/virtio/crypto/vectors.c
 * tests/conformance/virtio/crypto/cipher.c tests/conformance/virtio/crypto/configuration.c
 * tests/conformance/virtio/crypto/requests.c tests/conformance/virtio/crypto/sessions.c */
/*
 * Suite virtio.crypto on crypto devices of software: one that is right, and such as are wrong in one thing each. It
 * knows the answers of the vectors, and for anything else it has a cipher that adds key and IV.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/virtio/device/crypto_request.h"
#include "tests/conformance/virtio/crypto/vectors.h"
#include "tests/unit/suite_case.h"

#define CONTROL		1
#define SESSIONS	64u
#define BLOCK		16u

static struct session {
	bool used;
	uint32_t algorithm, operation, key_size;
	uint8_t key[64];
} sessions[SESSIONS];

/* What is wrong; all zero: nothing. */
static struct {
	bool cipher, last_byte, one_direction, keeps_iv, beside, length;
	bool twins, one_key, survives, end_unknown, end_beside, leaks, any_key, any_type, any_opcode, exhausted;
	bool any_session, any_size, writes_failed, long_failed, any_length;
	bool aead_works;
} wrong;

static struct virtio_crypto_config *config;
static uint8_t last_iv[BLOCK];

/* All of a chain's readable bytes, one behind the other. */
static uint32_t gather(const struct model_chain *chain, uint8_t *bytes)
{
	uint32_t size = 0;

	for (unsigned i = 0; i < chain->count && !chain->pieces[i].device_writes; i++) {
		memcpy(bytes + size, case_piece(chain, i), chain->pieces[i].size);
		size += chain->pieces[i].size;
	}
	return size;
}

static uint32_t room_of(const struct model_chain *chain)
{
	uint32_t size = 0;

	for (unsigned i = 0; i < chain->count; i++)
		size += chain->pieces[i].device_writes ? chain->pieces[i].size : 0;
	return size;
}

static void scatter(const struct model_chain *chain, uint32_t offset, const void *bytes, uint32_t size)
{
	uint32_t at = 0;

	for (unsigned i = 0; i < chain->count; i++) {
		uint8_t *piece = case_piece(chain, i);

		for (uint32_t j = 0; chain->pieces[i].device_writes && j < chain->pieces[i].size; j++, at++)
			if (at >= offset && at < offset + size)
				piece[j] = ((const uint8_t *)bytes)[at - offset];
	}
}

static uint32_t status_of_session(const struct virtio_crypto_op_ctrl_req *request)
{
	const struct virtio_crypto_cipher_session_para *para = &request->u.sym_create_session.u.cipher.para;

	if (request->header.opcode == VIRTIO_CRYPTO_OPCODE(VIRTIO_CRYPTO_SERVICE_AEAD, 2) && wrong.aead_works)
		return VIRTIO_CRYPTO_OK;
	if (request->header.opcode != VIRTIO_CRYPTO_CIPHER_CREATE_SESSION)
		return wrong.any_opcode ? VIRTIO_CRYPTO_ERR : VIRTIO_CRYPTO_NOTSUPP;
	if (request->u.sym_create_session.op_type != VIRTIO_CRYPTO_SYM_OP_CIPHER)
		return wrong.any_type ? VIRTIO_CRYPTO_OK : VIRTIO_CRYPTO_NOTSUPP;
	if (!(config->cipher_algo_l >> para->algo & 1))
		return VIRTIO_CRYPTO_NOTSUPP;
	if (para->keylen > config->max_cipher_key_len || !para->keylen || para->keylen % 8)
		return wrong.any_key ? VIRTIO_CRYPTO_OK : VIRTIO_CRYPTO_ERR;
	return VIRTIO_CRYPTO_OK;
}

static uint32_t create(const struct model_chain *chain, const struct virtio_crypto_op_ctrl_req *request,
		       const uint8_t *key)
{
	const struct virtio_crypto_cipher_session_para *para = &request->u.sym_create_session.u.cipher.para;
	struct virtio_crypto_session_input answer = { .status = status_of_session(request) };
	unsigned i = 0;

	while (i < SESSIONS && sessions[i].used)
		i++;
	if (answer.status == VIRTIO_CRYPTO_OK && i == SESSIONS)
		answer.status = wrong.exhausted ? VIRTIO_CRYPTO_NOSPC : VIRTIO_CRYPTO_ERR;
	if (answer.status == VIRTIO_CRYPTO_OK) {
		sessions[i] = (struct session) { true, para->algo, para->op, para->keylen, { 0 } };
		memcpy(sessions[i].key, key, para->keylen < 64 ? para->keylen : 64);
		answer.session_id = wrong.twins ? 1 : i;
	}
	scatter(chain, 0, &answer, sizeof(answer));
	return sizeof(answer) - (wrong.length ? 1 : 0);
}

static uint32_t destroy(const struct model_chain *chain, uint64_t number)
{
	uint8_t status = VIRTIO_CRYPTO_ERR;

	if (number < SESSIONS && sessions[number].used) {
		sessions[number].used = wrong.survives || wrong.leaks;
		status = VIRTIO_CRYPTO_OK;
	}
	if (wrong.end_unknown)
		status = VIRTIO_CRYPTO_OK;
	scatter(chain, 0, &status, 1);
	if (wrong.end_beside)
		((uint8_t *)case_piece(chain, chain->count - 1))[1] = 0;
	return 1;
}

static uint32_t answer_control(const struct model_chain *chain)
{
	static uint8_t bytes[4096];
	const struct virtio_crypto_op_ctrl_req *request = (const void *)bytes;

	gather(chain, bytes);
	if (request->header.opcode == VIRTIO_CRYPTO_CIPHER_DESTROY_SESSION ||
	    request->header.opcode == VIRTIO_CRYPTO_OPCODE(VIRTIO_CRYPTO_SERVICE_AEAD, 3))
		return destroy(chain, request->u.destroy_session.session_id);
	return create(chain, request, bytes + sizeof(*request));
}

static const struct crypto_vector *vector_of(const struct session *session, const uint8_t *iv)
{
	for (unsigned i = 0; i < crypto_vector_count; i++) {
		const struct crypto_vector *vector = &crypto_vectors[i];

		if (vector->algorithm == session->algorithm && vector->key_size == session->key_size &&
		    memcmp(vector->key, session->key, vector->key_size) == 0 &&
		    memcmp(vector->iv, iv, vector->iv_size) == 0)
			return vector;
	}
	return NULL;
}

static void cipher(const struct session *session, const uint8_t *iv, const uint8_t *source, uint8_t *output,
		   uint32_t size)
{
	const struct crypto_vector *vector = vector_of(session, wrong.keeps_iv ? last_iv : iv);
	bool encrypt = session->operation == VIRTIO_CRYPTO_OP_ENCRYPT || wrong.one_direction;

	memcpy(last_iv, source, BLOCK);
	if (vector && size == CRYPTO_VECTOR_SIZE) {
		memcpy(output, encrypt ? vector->cipher : crypto_plain, size);
	} else {
		for (uint32_t i = 0; i < size; i++)
			output[i] = source[i] ^ (wrong.one_key ? 0 : session->key[0]);
	}
	if (wrong.cipher)
		output[0] ^= 1;
}

static uint8_t status_of_data(const struct virtio_crypto_op_data_req *request, uint32_t input)
{
	const struct virtio_crypto_cipher_para *para = &request->u.sym_req.u.cipher.para;

	if (request->header.opcode > VIRTIO_CRYPTO_CIPHER_DECRYPT)
		return wrong.any_opcode ? VIRTIO_CRYPTO_ERR : VIRTIO_CRYPTO_NOTSUPP;
	if (request->header.session_id >= SESSIONS || !sessions[request->header.session_id].used)
		return wrong.any_session ? VIRTIO_CRYPTO_ERR : VIRTIO_CRYPTO_INVSESS;
	if (request->u.sym_req.op_type != VIRTIO_CRYPTO_SYM_OP_CIPHER)
		return wrong.any_type ? VIRTIO_CRYPTO_ERR : VIRTIO_CRYPTO_NOTSUPP;
	if (para->src_data_len % BLOCK || (para->iv_len && para->iv_len != BLOCK))
		return wrong.any_size ? VIRTIO_CRYPTO_OK : VIRTIO_CRYPTO_ERR;
	if (para->src_data_len != para->dst_data_len || input != para->iv_len + para->src_data_len)
		return wrong.any_length ? VIRTIO_CRYPTO_OK : VIRTIO_CRYPTO_ERR;
	return VIRTIO_CRYPTO_OK;
}

static uint32_t answer_data(const struct model_chain *chain)
{
	static uint8_t bytes[4096], output[4096];
	const struct virtio_crypto_op_data_req *request = (const void *)bytes;
	const struct virtio_crypto_cipher_para *para = &request->u.sym_req.u.cipher.para;
	uint32_t input = gather(chain, bytes) - sizeof(*request), room = room_of(chain) - 1;
	uint8_t status = status_of_data(request, input);

	if (status == VIRTIO_CRYPTO_OK && request->header.session_id < SESSIONS) {
		const uint8_t *iv = bytes + sizeof(*request);

		cipher(&sessions[request->header.session_id], iv, iv + para->iv_len, output, room);
		scatter(chain, 0, output, room - (wrong.last_byte ? 1 : 0));
	} else if (wrong.writes_failed) {
		scatter(chain, 0, "x", 1);
	}
	if (wrong.beside)
		((uint8_t *)case_piece(chain, chain->count - 1))[1] = 0;
	scatter(chain, room, &status, 1);
	if (status != VIRTIO_CRYPTO_OK)
		return wrong.long_failed ? room + 1 : 0;
	return room + 1 - (wrong.length ? 1 : 0);
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	return queue == CONTROL ? answer_control(chain) : answer_data(chain);
}

static void mend(void)
{
	memset(&wrong, 0, sizeof(wrong));
	*config = (struct virtio_crypto_config) {
		.status = VIRTIO_CRYPTO_S_HW_READY, .max_dataqueues = 1,
		.crypto_services = 1 << VIRTIO_CRYPTO_SERVICE_CIPHER,
		.cipher_algo_l = 1 << VIRTIO_CRYPTO_CIPHER_AES_CBC, .max_cipher_key_len = 32, .max_size = 1 << 20,
	};
}

static void make(void)
{
	memset(sessions, 0, sizeof(sessions));
	case_answer = answer;
	engine_case_make(VIRTIO_ID_CRYPTO, 0, "accepted");
	config = case_config(struct virtio_crypto_config);
	mend();
	engine_case_start();
	engine_stop(case_engine);
}

static void a_right_device(void **state)
{
	static const char *const names[] = {
		"virtio.crypto.answers", "virtio.crypto.pieces", "virtio.crypto.configuration", "virtio.crypto.masks",
		"virtio.crypto.services", "virtio.crypto.other-services", "virtio.crypto.refused-requests",
		"virtio.crypto.failed-length", "virtio.crypto.wrong-lengths", "virtio.crypto.many-sessions",
		"virtio.crypto.session-ended", "virtio.crypto.end-unknown", "virtio.crypto.exhausted",
		"virtio.crypto.refused-sessions",
	};

	(void)state;
	make();
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		suite_expect(names[i], VERDICT_PASS, "");
	/* It may offer more than the vectors know. */
	config->cipher_algo_l |= 1 << VIRTIO_CRYPTO_CIPHER_AES_ECB | 1 << VIRTIO_CRYPTO_CIPHER_ARC4;
	suite_expect("virtio.crypto.answers", VERDICT_PASS, "6 known answers");
}

/* Each row sets one thing wrong, which the test must find; the others of its kind are right. */
struct wrong_row {
	bool *what;
	const char *test, *reason;
};

static void expect_rows(const struct wrong_row *rows, unsigned count)
{
	make();
	for (unsigned i = 0; i < count; i++) {
		mend();
		*rows[i].what = true;
		suite_expect(rows[i].test, VERDICT_FAIL, rows[i].reason);
		memset(sessions + 2, 0, sizeof(sessions) - 2 * sizeof(sessions[0]));
	}
}
#define EXPECT_ROWS(rows)	expect_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void wrong_ciphers(void **state)
{
	static const struct wrong_row rows[] = {
		{ &wrong.cipher, "virtio.crypto.answers", "encrypted: byte 0 is 0x77, not 0x76" },
		{ &wrong.last_byte, "virtio.crypto.answers", "encrypted: byte 63 is 0x5a, not 0xa7" },
		{ &wrong.one_direction, "virtio.crypto.answers", "decrypted: byte 0 is 0x76" },
		{ &wrong.keeps_iv, "virtio.crypto.answers", "AES-128-CBC, encrypted: byte 0" },
		{ &wrong.beside, "virtio.crypto.answers", "bytes beside the answer were written" },
		{ &wrong.length, "virtio.crypto.answers", "the used length is 15, not 16" },
		{ &wrong.last_byte, "virtio.crypto.pieces", "byte 63 is 0x5a" },
		{ &wrong.beside, "virtio.crypto.pieces", "bytes beside the answer were written" },
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void wrong_sessions(void **state)
{
	static const struct wrong_row rows[] = {
		{ &wrong.twins, "virtio.crypto.many-sessions", "two sessions have the number 0x1" },
		{ &wrong.one_key, "virtio.crypto.many-sessions", "sessions 0 and 1 have the same key" },
		{ &wrong.end_beside, "virtio.crypto.many-sessions", "bytes beside the answer were written" },
		{ &wrong.survives, "virtio.crypto.session-ended", "the status is 0, not 0x4 (INVSESS)" },
		{ &wrong.any_session, "virtio.crypto.session-ended", "the status is 0x1, not 0x4 (INVSESS)" },
		{ &wrong.end_unknown, "virtio.crypto.end-unknown", "the status is 0, not 0x1 (ERR)" },
		{ &wrong.exhausted, "virtio.crypto.exhausted", "the status is 0x5, not 0x1 (ERR)" },
		{ &wrong.leaks, "virtio.crypto.exhausted", "AES-128-CBC: the status is 0x1, not 0 (OK)" },
		{ &wrong.any_key, "virtio.crypto.refused-sessions", "max_cipher_key_len: the status is 0, not 0x1" },
		{ &wrong.any_type, "virtio.crypto.refused-sessions", "op_type NONE: the status is 0, not 0x3" },
		{ &wrong.any_opcode, "virtio.crypto.refused-sessions", "opcode that there is not: the status is 0x1" },
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void wrong_refusals(void **state)
{
	static const struct wrong_row rows[] = {
		{ &wrong.any_session, "virtio.crypto.refused-requests", "there is not: the status is 0x1, not 0x4" },
		{ &wrong.any_opcode, "virtio.crypto.refused-requests", "there is not: the status is 0x1, not 0x3" },
		{ &wrong.any_type, "virtio.crypto.refused-requests", "NONE: the status is 0x1, not 0x3" },
		{ &wrong.any_size, "virtio.crypto.refused-requests", "15 bytes for AES-CBC: the status is 0, not 0x1" },
		{ &wrong.writes_failed, "virtio.crypto.refused-requests", "and yet something was written" },
		{ &wrong.any_opcode, "virtio.crypto.other-services", "HASH, which is not offered" },
		{ &wrong.writes_failed, "virtio.crypto.other-services", "and yet something was written" },
		{ &wrong.long_failed, "virtio.crypto.failed-length", "says that 65 bytes were written" },
		{ &wrong.any_length, "virtio.crypto.wrong-lengths", "shorter than the source: the status is 0" },
		{ &wrong.writes_failed, "virtio.crypto.wrong-lengths", "something was written" },
		{ &wrong.aead_works, "virtio.crypto.services", "the service AEAD is not offered" },
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void a_wrong_configuration(void **state)
{
	(void)state;
	make();
	config->max_dataqueues = 0;
	suite_expect("virtio.crypto.configuration", VERDICT_FAIL, "max_dataqueues is 0");
	mend();
	config->max_dataqueues = 65536;
	suite_expect("virtio.crypto.configuration", VERDICT_FAIL, "max_dataqueues is 65536");
	mend();
	config->status |= 2;
	suite_expect("virtio.crypto.configuration", VERDICT_FAIL, "undefined bits of status");
	mend();
	config->crypto_services |= 1 << 6;
	suite_expect("virtio.crypto.configuration", VERDICT_FAIL, "undefined bits of crypto_services");
	mend();
	config->mac_algo_h = 1 << 23;
	suite_expect("virtio.crypto.configuration", VERDICT_FAIL, "the mask of MAC algorithms");
	mend();
	config->max_cipher_key_len = 0;
	suite_expect("virtio.crypto.configuration", VERDICT_FAIL, "max_cipher_key_len is 0");
	mend();
	config->crypto_services |= 1 << VIRTIO_CRYPTO_SERVICE_MAC;
	suite_expect("virtio.crypto.configuration", VERDICT_FAIL, "max_auth_key_len is 0");
	suite_expect("virtio.crypto.masks", VERDICT_FAIL, "a service MAC without any algorithm");
	suite_expect("virtio.crypto.services", VERDICT_FAIL, "the service MAC is offered, and yet not supported");
	mend();
	config->max_size = 0;
	suite_expect("virtio.crypto.configuration", VERDICT_FAIL, "max_size is 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_right_device),
		ENGINE_TEST(wrong_ciphers),
		ENGINE_TEST(wrong_sessions),
		ENGINE_TEST(wrong_refusals),
		ENGINE_TEST(a_wrong_configuration),
	};

	return cmocka_run_group_tests_name("suite-crypto", tests, NULL, NULL);
}
