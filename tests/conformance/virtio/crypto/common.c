/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.crypto have in common: see crypto.h. */
#include "tests/conformance/virtio/crypto/crypto.h"

#include "boot/byteorder.h"
#include "boot/string.h"

uint64_t crypto_config(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	uint64_t value;

	return virtio_config_read(device, offset, width, &value) ? value : 0;
}

bool crypto_offers(const struct subject *subject, unsigned service)
{
	return CRYPTO_CONFIG(virtio_engine_of(subject->engine)->device, crypto_services) >> service & 1;
}

bool crypto_once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

const char *crypto_needs_cipher(const struct subject *subject)
{
	if (!crypto_offers(subject, VIRTIO_CRYPTO_SERVICE_CIPHER))
		return "the device does not offer the cipher service";
	return subject->engine->no_writes;
}

/* What is wrong with an answer, whatever its status. */
static bool answered(struct trial *trial, const char *what, enum engine_result result, const bool *strayed)
{
	if (!expect(trial, result == ENGINE_DONE, "%s: no answer: %s", what, trial->subject->engine->fault)) {
		engine_stop(trial->subject->engine);
		return false;
	}
	return expect(trial, !*strayed, "%s: bytes beside the answer were written", what);
}

bool crypto_asked_session(struct trial *trial, const char *what, struct crypto_control *request)
{
	const uint32_t size = sizeof(struct virtio_crypto_session_input);

	return answered(trial, what, crypto_ask_session(trial->subject->engine, request), &request->strayed) &&
	       expect(trial, request->length == size, "%s: the used length is %u, not %u", what, request->length, size);
}

bool crypto_asked_end(struct trial *trial, const char *what, uint32_t opcode, struct crypto_control *request)
{
	return answered(trial, what, crypto_ask_end(trial->subject->engine, opcode, request), &request->strayed) &&
	       expect(trial, request->length == 1, "%s: the used length is %u, not 1", what, request->length);
}

bool crypto_asked_data(struct trial *trial, const char *what, struct crypto_data *request)
{
	return answered(trial, what, crypto_ask_data(trial->subject->engine, request), &request->strayed);
}

static void expect_status(struct trial *trial, const char *what, uint32_t found, uint32_t expected)
{
	static const char *const names[] = { "OK", "ERR", "BADMSG", "NOTSUPP", "INVSESS", "NOSPC", "KEY_REJECTED" };

	expect(trial, found == expected, "%s: the status is %#x, not %#x (%s)", what, found, expected,
	       names[expected]);
}

void expect_session(struct trial *trial, const char *what, struct crypto_control *request, uint32_t status)
{
	if (trial_good(trial) && crypto_asked_session(trial, what, request))
		expect_status(trial, what, request->status, status);
}

void expect_end(struct trial *trial, const char *what, uint32_t opcode, struct crypto_control *request,
		uint32_t status)
{
	if (trial_good(trial) && crypto_asked_end(trial, what, opcode, request))
		expect_status(trial, what, request->status, status);
}

void expect_data(struct trial *trial, const char *what, struct crypto_data *request, uint8_t status)
{
	if (!trial_good(trial) || !crypto_asked_data(trial, what, request))
		return;
	expect_status(trial, what, request->status, status);
	/* What a failed request says is judged by virtio.crypto.failed-length. */
	if (status == VIRTIO_CRYPTO_OK && trial_good(trial))
		expect(trial, request->length == request->output_size + 1, "%s: the used length is %u, not %u", what,
		       request->length, request->output_size + 1);
	if (status != VIRTIO_CRYPTO_OK && trial_good(trial))
		expect(trial, request->untouched, "%s: it was refused, and yet something was written", what);
}

void crypto_cipher_session(struct crypto_control *request, const struct crypto_vector *vector, uint32_t operation)
{
	struct virtio_crypto_sym_create_session_req *create = &request->message.u.sym_create_session;

	*request = (struct crypto_control) { .key = vector->key, .size = vector->key_size };
	request->message.header.opcode = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_CREATE_SESSION);
	request->message.header.algo = cpu_to_le32(vector->algorithm);
	create->op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	create->u.cipher.para.algo = cpu_to_le32(vector->algorithm);
	create->u.cipher.para.keylen = cpu_to_le32(vector->key_size);
	create->u.cipher.para.op = cpu_to_le32(operation);
}

void crypto_cipher_data(struct crypto_data *request, const struct crypto_vector *vector, uint32_t operation,
			uint64_t session, void *output)
{
	bool encrypt = operation == VIRTIO_CRYPTO_OP_ENCRYPT;
	struct virtio_crypto_sym_data_req *sym = &request->message.u.sym_req;

	*request = (struct crypto_data) {
		.input = { vector->iv, encrypt ? crypto_plain : vector->cipher },
		.input_size = { vector->iv_size, CRYPTO_VECTOR_SIZE },
		.output = output, .output_size = CRYPTO_VECTOR_SIZE,
	};
	request->message.header.opcode = cpu_to_le32(encrypt ? VIRTIO_CRYPTO_CIPHER_ENCRYPT :
						     VIRTIO_CRYPTO_CIPHER_DECRYPT);
	request->message.header.algo = cpu_to_le32(vector->algorithm);
	request->message.header.session_id = cpu_to_le64(session);
	sym->op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	sym->u.cipher.para.iv_len = cpu_to_le32(vector->iv_size);
	sym->u.cipher.para.src_data_len = cpu_to_le32(CRYPTO_VECTOR_SIZE);
	sym->u.cipher.para.dst_data_len = cpu_to_le32(CRYPTO_VECTOR_SIZE);
}

bool crypto_open(struct trial *trial, const struct crypto_vector *vector, uint32_t operation, uint64_t *session)
{
	struct crypto_control request;

	crypto_cipher_session(&request, vector, operation);
	expect_session(trial, vector->name, &request, VIRTIO_CRYPTO_OK);
	*session = request.session;
	return trial_good(trial);
}

void crypto_close(struct trial *trial, uint64_t session)
{
	struct crypto_control request = { .session = session };

	expect_end(trial, "the end of a session", VIRTIO_CRYPTO_CIPHER_DESTROY_SESSION, &request, VIRTIO_CRYPTO_OK);
}
