/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.crypto: ciphers by their known answers, with IVs that are not zero, in both directions.
 *
 * Source: VIRTIO 1.4, section 5.9.7.
 */
#include "tests/conformance/virtio/crypto/crypto.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(crypto, VIRTIO_ID_CRYPTO);

/* One direction of a vector, in a session of its own. */
static void expect_answer(struct trial *trial, const struct crypto_vector *vector, uint32_t operation, uint64_t session,
			  uint32_t cut)
{
	const uint8_t *expected = operation == VIRTIO_CRYPTO_OP_ENCRYPT ? vector->cipher : crypto_plain;
	uint8_t found[CRYPTO_VECTOR_SIZE] = { 0 };
	struct crypto_data request;

	crypto_cipher_data(&request, vector, operation, session, found);
	request.cut = cut;
	expect_data(trial, vector->name, &request, VIRTIO_CRYPTO_OK);
	for (unsigned i = 0; i < sizeof(found) && trial_good(trial); i++)
		expect(trial, found[i] == expected[i], "%s, %s: byte %u is %#x, not %#x", vector->name,
		       operation == VIRTIO_CRYPTO_OP_ENCRYPT ? "encrypted" : "decrypted", i, found[i], expected[i]);
}

static void expect_vector(struct trial *trial, const struct crypto_vector *vector)
{
	static const uint32_t operations[] = { VIRTIO_CRYPTO_OP_ENCRYPT, VIRTIO_CRYPTO_OP_DECRYPT };
	uint64_t session;

	for (unsigned i = 0; i < 2 && trial_good(trial); i++) {
		if (!crypto_open(trial, vector, operations[i], &session))
			return;
		/* Twice: the IV is the request's, and not what the one before has left. */
		expect_answer(trial, vector, operations[i], session, 0);
		expect_answer(trial, vector, operations[i], session, 0);
		crypto_close(trial, session);
	}
}

/* Can a session be had? One that can is ended again. */
static bool is_known(struct trial *trial, const struct crypto_vector *vector)
{
	struct crypto_control request;

	crypto_cipher_session(&request, vector, VIRTIO_CRYPTO_OP_ENCRYPT);
	if (!crypto_asked_session(trial, vector->name, &request) || request.status != VIRTIO_CRYPTO_OK)
		return false;
	crypto_close(trial, request.session);
	return trial_good(trial);
}

/* A device need not know those that it does not offer; if it does, then well. */
static void answers(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	unsigned offered = 0, beyond = 0;
	uint64_t mask;

	if (!trial_start(trial, engine))
		return;
	mask = CRYPTO_CONFIG(device, cipher_algo_l) | CRYPTO_CONFIG(device, cipher_algo_h) << 32;
	for (unsigned i = 0; i < crypto_vector_count && trial_good(trial); i++) {
		const struct crypto_vector *vector = &crypto_vectors[i];
		bool in_mask = mask >> vector->algorithm & 1 &&
			       vector->key_size <= CRYPTO_CONFIG(device, max_cipher_key_len);

		if (!in_mask && !is_known(trial, vector))
			continue;
		offered += in_mask;
		beyond += !in_mask;
		expect_vector(trial, vector);
	}
	if (trial_good(trial))
		trial_record(trial, "%u known answers of ciphers that are offered, and %u of others", offered, beyond);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.answers", answers,
		 "Every cipher gives its known answers in both directions, with each size of key and an IV of its own.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher,
		 .clauses = "CRYPTO-11 CRYPTO-12 CRYPTO-13 CRYPTO-14 CRYPTO-36 CRYPTO-37 CRYPTO-39 CRYPTO-42",
		 .judged_by = EVIDENCE);

/* Pieces that cut key, IV, text and answer at odd places; the bytes beside all that is written must stay. */
static void pieces(struct trial *trial)
{
	static const uint32_t cuts[] = { 1, 3, 7, 13, 31 };
	struct engine *engine = trial->subject->engine;

	if (!trial_start(trial, engine))
		return;
	for (unsigned i = 0; i < sizeof(cuts) / sizeof(cuts[0]) && trial_good(trial); i++) {
		uint32_t operation = i & 1 ? VIRTIO_CRYPTO_OP_DECRYPT : VIRTIO_CRYPTO_OP_ENCRYPT;
		struct crypto_control request;

		crypto_cipher_session(&request, CRYPTO_CBC, operation);
		request.cut = cuts[i];
		expect_session(trial, "a session in pieces", &request, VIRTIO_CRYPTO_OK);
		if (!trial_good(trial))
			return;
		expect_answer(trial, CRYPTO_CBC, operation, request.session, cuts[i]);
		crypto_close(trial, request.session);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.pieces", pieces,
		 "Key, text and answer in many pieces of odd sizes give the same cipher text, and nothing beside them "
		 "is written.",
		 .scope = &scope_crypto, .skip = crypto_needs_cipher,
		 .clauses = "CRYPTO-11 CRYPTO-14 CRYPTO-19 CRYPTO-37 CRYPTO-39 SPLIT-15", .judged_by = EVIDENCE);
