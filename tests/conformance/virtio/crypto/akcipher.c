/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.crypto: RSA, where it is offered. Most answers are compared with such as were computed elsewhere.
 *
 * Source: VIRTIO 1.4, section 5.9.7.9.
 */
#include "tests/conformance/virtio/crypto/crypto.h"

#include "boot/byteorder.h"
#include "boot/string.h"

VIRTIO_TYPE_SCOPE(crypto, VIRTIO_ID_CRYPTO);

#define NO_SESSION	0x7fffffff12345678ull

static const char *needs_akcipher(const struct subject *subject)
{
	return crypto_offers(subject, VIRTIO_CRYPTO_SERVICE_AKCIPHER) ? subject->engine->no_writes :
	       "the device does not offer the akcipher service";
}

static void make_session(struct crypto_control *request, bool private)
{
	struct virtio_crypto_akcipher_session_para *para = &request->message.u.akcipher_create_session.para;

	*request = (struct crypto_control) {
		.key = private ? crypto_rsa_private : crypto_rsa_public,
		.size = private ? RSA_PRIVATE_SIZE : RSA_PUBLIC_SIZE,
	};
	request->message.header.opcode = cpu_to_le32(VIRTIO_CRYPTO_AKCIPHER_CREATE_SESSION);
	request->message.header.algo = cpu_to_le32(VIRTIO_CRYPTO_AKCIPHER_RSA);
	para->algo = cpu_to_le32(VIRTIO_CRYPTO_AKCIPHER_RSA);
	para->keytype = cpu_to_le32(private ? VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PRIVATE :
				    VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PUBLIC);
	para->keylen = cpu_to_le32(request->size);
	para->u.rsa.padding_algo = cpu_to_le32(VIRTIO_CRYPTO_RSA_PKCS1_PADDING);
	para->u.rsa.hash_algo = cpu_to_le32(VIRTIO_CRYPTO_RSA_SHA256);
}

/* From size bytes to at most RSA_SIZE. */
static void make_request(struct crypto_data *request, uint32_t opcode, uint64_t session, const uint8_t *source,
			 uint32_t size, uint8_t *output)
{
	struct virtio_crypto_akcipher_para *para = &request->message.u.akcipher_req.para;

	*request = (struct crypto_data) {
		.input = { source }, .input_size = { size }, .output = output, .output_size = RSA_SIZE,
	};
	request->message.header.opcode = cpu_to_le32(opcode);
	request->message.header.algo = cpu_to_le32(VIRTIO_CRYPTO_AKCIPHER_RSA);
	request->message.header.session_id = cpu_to_le64(session);
	para->src_data_len = cpu_to_le32(size);
	para->dst_data_len = cpu_to_le32(RSA_SIZE);
}

/* The signature, and behind it what it is of. There is no result but the status. */
static void make_verification(struct crypto_data *request, uint64_t session, const uint8_t *signature,
			      const uint8_t *digest)
{
	make_request(request, VIRTIO_CRYPTO_AKCIPHER_VERIFY, session, signature, RSA_SIZE, NULL);
	request->input[1] = digest;
	request->input_size[1] = RSA_DIGEST_SIZE;
	request->output_size = 0;
	request->message.u.akcipher_req.para.dst_data_len = cpu_to_le32(RSA_DIGEST_SIZE);
}

static void end(struct trial *trial, uint64_t session)
{
	struct crypto_control request = { .session = session };

	expect_end(trial, "the end of a session of RSA", VIRTIO_CRYPTO_AKCIPHER_DESTROY_SESSION, &request,
		   VIRTIO_CRYPTO_OK);
}

static bool begin(struct trial *trial, uint64_t *public, uint64_t *private)
{
	struct crypto_control request;

	if (!trial_start(trial, trial->subject->engine))
		return false;
	make_session(&request, false);
	expect_session(trial, "a session of RSA with a public key", &request, VIRTIO_CRYPTO_OK);
	*public = request.session;
	make_session(&request, true);
	expect_session(trial, "a session of RSA with a private key", &request, VIRTIO_CRYPTO_OK);
	*private = request.session;
	return trial_good(trial);
}

static void finish(struct trial *trial, uint64_t public, uint64_t private)
{
	end(trial, public);
	end(trial, private);
	engine_stop(trial->subject->engine);
}

/* The result may be shorter than the room for it; the used length says by how much. */
static void expect_result(struct trial *trial, const char *what, struct crypto_data *request, const uint8_t *expected,
			  uint32_t size)
{
	if (!trial_good(trial) || !crypto_asked_data(trial, what, request))
		return;
	expect(trial, request->status == VIRTIO_CRYPTO_OK, "%s: the status is %#x, not 0 (OK)", what, request->status);
	expect(trial, request->length == size + 1, "%s: the used length is %u, not %u", what, request->length,
	       size + 1);
	expect(trial, !expected || memcmp(request->output, expected, size) == 0, "%s is not that of RSA", what);
}

static void answers(struct trial *trial)
{
	uint8_t found[RSA_SIZE] = { 0 }, encrypted[RSA_SIZE] = { 0 };
	struct crypto_data request;
	uint64_t public, private;

	if (!begin(trial, &public, &private))
		return;
	make_request(&request, VIRTIO_CRYPTO_AKCIPHER_SIGN, private, crypto_rsa_digest, RSA_DIGEST_SIZE, found);
	expect_result(trial, "a signature", &request, crypto_rsa_signature, RSA_SIZE);
	make_request(&request, VIRTIO_CRYPTO_AKCIPHER_DECRYPT, private, crypto_rsa_encrypted, RSA_SIZE, found);
	expect_result(trial, "a text that was decrypted", &request, crypto_rsa_digest, RSA_DIGEST_SIZE);
	/* Padding makes each encryption another. */
	make_request(&request, VIRTIO_CRYPTO_AKCIPHER_ENCRYPT, public, crypto_rsa_digest, RSA_DIGEST_SIZE, encrypted);
	expect_result(trial, "encryption", &request, NULL, RSA_SIZE);
	make_request(&request, VIRTIO_CRYPTO_AKCIPHER_DECRYPT, private, encrypted, RSA_SIZE, found);
	expect_result(trial, "what was encrypted", &request, crypto_rsa_digest, RSA_DIGEST_SIZE);
	if (trial_good(trial))
		finish(trial, public, private);
}
CONFORMANCE_TEST("virtio.crypto.rsa", answers,
		 "RSA signs and decrypts with the known answers, and what it encrypts is decrypted again.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = needs_akcipher,
		 .clauses = "CRYPTO-5 CRYPTO-12 CRYPTO-13 CRYPTO-56 CRYPTO-57", .judged_by = EVIDENCE);

/* Two statuses are for the same thing: BADMSG for a wrong result, KEY_REJECTED for a signature that fails. */
static void expect_rejected(struct trial *trial, const char *what, struct crypto_data *request)
{
	if (trial_good(trial) && crypto_asked_data(trial, what, request))
		expect(trial, request->status == VIRTIO_CRYPTO_KEY_REJECTED || request->status == VIRTIO_CRYPTO_BADMSG,
		       "%s: the status is %#x, neither %#x (KEY_REJECTED) nor %#x (BADMSG)", what, request->status,
		       VIRTIO_CRYPTO_KEY_REJECTED, VIRTIO_CRYPTO_BADMSG);
}

/* A good signature, one of another digest, and the same with one bit turned. */
static void verify(struct trial *trial)
{
	uint8_t digest[RSA_DIGEST_SIZE], signature[RSA_SIZE];
	struct crypto_data request;
	uint64_t public, private;

	if (!begin(trial, &public, &private))
		return;
	memcpy(digest, crypto_rsa_digest, sizeof(digest));
	memcpy(signature, crypto_rsa_signature, sizeof(signature));
	make_verification(&request, public, signature, digest);
	expect_data(trial, "a good signature", &request, VIRTIO_CRYPTO_OK);
	digest[0] ^= 1;
	expect_rejected(trial, "a signature of something else", &request);
	digest[0] ^= 1;
	signature[RSA_SIZE - 1] ^= 1;
	expect_rejected(trial, "a signature with a bit turned", &request);
	if (trial_good(trial))
		finish(trial, public, private);
}
CONFORMANCE_TEST("virtio.crypto.rsa-verify", verify,
		 "A good signature of RSA is verified, and a wrong one is rejected.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = needs_akcipher,
		 .clauses = "CRYPTO-57 CRYPTO-59 CRYPTO-61", .judged_by = FUNCTIONAL);

static void refused(struct trial *trial)
{
	struct crypto_control session;
	struct crypto_data request;
	uint64_t public, private;

	if (!begin(trial, &public, &private))
		return;
	make_request(&request, VIRTIO_CRYPTO_AKCIPHER_ENCRYPT, NO_SESSION, crypto_rsa_digest, RSA_DIGEST_SIZE, NULL);
	expect_data(trial, "a session that there is not", &request, VIRTIO_CRYPTO_INVSESS);
	make_request(&request, VIRTIO_CRYPTO_AKCIPHER_DECRYPT, private, crypto_rsa_signature, RSA_SIZE - 1, NULL);
	expect_data(trial, "a cipher text that is one byte short", &request, VIRTIO_CRYPTO_ERR);
	make_session(&session, true);
	session.size = RSA_PRIVATE_SIZE / 2;
	session.message.u.akcipher_create_session.para.keylen = cpu_to_le32(session.size);
	expect_session(trial, "half a key", &session, VIRTIO_CRYPTO_ERR);
	make_session(&session, false);
	session.message.u.akcipher_create_session.para.keytype = cpu_to_le32(0x5a);
	expect_session(trial, "a type of key that there is not", &session, VIRTIO_CRYPTO_NOTSUPP);
	if (trial_good(trial))
		finish(trial, public, private);
}
CONFORMANCE_TEST("virtio.crypto.rsa-refused", refused,
		 "Requests and sessions of RSA that make no sense end with INVSESS, ERR and NOTSUPP.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = needs_akcipher,
		 .clauses = "CRYPTO-17 CRYPTO-60 CRYPTO-62", .judged_by = FUNCTIONAL);
