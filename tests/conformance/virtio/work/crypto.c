/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the crypto device, by a known cipher text and by what there is not.
 */
#include "boot/string.h"
#include "drivers/virtio/device/crypto.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(crypto, VIRTIO_ID_CRYPTO);

/* Independent of this device: 32 times 'A' under the key 00 01 ... 0f with an IV of zeroes, AES-128 in CBC mode. */
static const uint8_t plain_byte = 'A';
static const uint8_t cipher_text[] = {
	0xdd, 0x4b, 0x1a, 0x0b, 0x47, 0xda, 0xa7, 0x06, 0x7d, 0x0b, 0x59, 0xd9, 0x5d, 0x58, 0xa6, 0xae,
	0x0f, 0xdb, 0xc4, 0xe2, 0xee, 0xa7, 0x79, 0x88, 0xb2, 0x1f, 0xaa, 0xe0, 0x55, 0xca, 0x59, 0x99,
};

static void crypto_vector(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint8_t plain[sizeof(cipher_text)], found[sizeof(cipher_text)], status;

	if (!trial_start(trial, engine))
		return;
	memset(plain, plain_byte, sizeof(plain));
	if (crypto_run(engine, CRYPTO_ENCRYPT, plain, found, sizeof(plain), &status) != ENGINE_DONE) {
		trial_fail(trial, "no answer: %s", engine->fault);
		return;
	}
	expect_equal(trial, "status of encryption", status, VIRTIO_CRYPTO_OK);
	expect(trial, memcmp(found, cipher_text, sizeof(found)) == 0, "the cipher text is not AES-128-CBC's");
	if (crypto_run(engine, CRYPTO_DECRYPT, cipher_text, found, sizeof(found), &status) != ENGINE_DONE) {
		trial_fail(trial, "no answer: %s", engine->fault);
		return;
	}
	expect_equal(trial, "status of decryption", status, VIRTIO_CRYPTO_OK);
	expect(trial, memcmp(found, plain, sizeof(found)) == 0, "the cipher text is not decrypted to its plain text");
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.crypto-vector", crypto_vector,
		 "A text is encrypted to the known cipher text of AES-128-CBC, and decrypted again.",
		 .scope = &scope_crypto, .skip = needs_writes,
		 .clauses = "CRYPTO-4 CRYPTO-11 CRYPTO-14 CRYPTO-36 CRYPTO-37 CRYPTO-39 CRYPTO-42",
		 .judged_by = EVIDENCE);

/* Far above what any device numbers its sessions with. */
#define NO_SESSION	0x7fffffff12345678ull
#define NO_ALGORITHM	0x5a5au

static void crypto_unknown_session(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint8_t status;

	if (!trial_start(trial, engine))
		return;
	if (crypto_run_in(engine, NO_SESSION, &status) != ENGINE_DONE)
		trial_fail(trial, "no answer: %s", engine->fault);
	expect_equal(trial, "status in a session that does not exist", status, VIRTIO_CRYPTO_INVSESS);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.crypto-unknown-session", crypto_unknown_session,
		 "A request in a session that does not exist ends with INVSESS.",
		 .scope = &scope_crypto, .skip = needs_writes, .clauses = "CRYPTO-44", .judged_by = EVIDENCE);

static void crypto_unknown_algorithm(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t session;
	uint32_t status;

	if (!trial_start(trial, engine))
		return;
	if (crypto_create(engine, CRYPTO_ENCRYPT, NO_ALGORITHM, &session, &status) != ENGINE_DONE)
		trial_fail(trial, "no answer: %s", engine->fault);
	expect_equal(trial, "status of a session of an algorithm that does not exist", status, VIRTIO_CRYPTO_NOTSUPP);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.crypto-unknown-algorithm", crypto_unknown_algorithm,
		 "A session of an algorithm that does not exist ends with NOTSUPP.",
		 .scope = &scope_crypto, .clauses = "CRYPTO-15", .judged_by = EVIDENCE);
