/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.crypto: requests that come to nothing. Each must be answered with the status that says why, and nothing
 * may have been written but that status.
 *
 * Source: VIRTIO 1.4, sections 5.9.7.3 to 5.9.7.8.
 */
#include "tests/conformance/virtio/crypto/crypto.h"

#include "boot/byteorder.h"

VIRTIO_TYPE_SCOPE(crypto, VIRTIO_ID_CRYPTO);

/* Far above what any device numbers its sessions with. */
#define NO_SESSION	0x7fffffff12345678ull
#define NO_OPERATION	0x5a5au

/* Behind the header of a request of any service but the ciphers: lengths that are good for each. */
static void make_request(struct crypto_data *request, uint32_t opcode)
{
	struct virtio_crypto_op_data_req *message = &request->message;

	*request = (struct crypto_data) {
		.input = { CRYPTO_CBC->iv, crypto_plain }, .input_size = { 0, CRYPTO_VECTOR_SIZE },
		.output_size = CRYPTO_VECTOR_SIZE,
	};
	message->header.opcode = cpu_to_le32(opcode);
	message->header.session_id = cpu_to_le64(NO_SESSION);
	switch (opcode >> 8) {
	case VIRTIO_CRYPTO_SERVICE_HASH:
	case VIRTIO_CRYPTO_SERVICE_MAC:
		message->u.hash_req.para.src_data_len = cpu_to_le32(CRYPTO_VECTOR_SIZE);
		message->u.hash_req.para.hash_result_len = cpu_to_le32(CRYPTO_VECTOR_SIZE);
		break;
	case VIRTIO_CRYPTO_SERVICE_AEAD:
		request->input_size[0] = CRYPTO_CBC->iv_size;
		message->u.aead_req.para.iv_len = cpu_to_le32(CRYPTO_CBC->iv_size);
		message->u.aead_req.para.src_data_len = cpu_to_le32(CRYPTO_VECTOR_SIZE);
		message->u.aead_req.para.dst_data_len = cpu_to_le32(CRYPTO_VECTOR_SIZE);
		break;
	default:
		message->u.akcipher_req.para.src_data_len = cpu_to_le32(CRYPTO_VECTOR_SIZE);
		message->u.akcipher_req.para.dst_data_len = cpu_to_le32(CRYPTO_VECTOR_SIZE);
	}
}

static const struct service_row {
	uint32_t opcode;
	const char *name;
} service_rows[] = {
	{ VIRTIO_CRYPTO_HASH, "HASH" }, { VIRTIO_CRYPTO_MAC, "MAC" }, { VIRTIO_CRYPTO_AEAD_ENCRYPT, "AEAD_ENCRYPT" },
	{ VIRTIO_CRYPTO_AEAD_DECRYPT, "AEAD_DECRYPT" }, { VIRTIO_CRYPTO_AKCIPHER_ENCRYPT, "AKCIPHER_ENCRYPT" },
	{ VIRTIO_CRYPTO_AKCIPHER_SIGN, "AKCIPHER_SIGN" },
};
#define SERVICE_ROWS	(sizeof(service_rows) / sizeof(service_rows[0]))

/* Of a service that there is, but no session of it: INVSESS. A device that offers what it has not (which
 * virtio.crypto.services judges) may say so here as well. */
static void other_services(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct crypto_data request;

	if (!trial_start(trial, engine))
		return;
	for (unsigned i = 0; i < SERVICE_ROWS && trial_good(trial); i++) {
		const struct service_row *row = &service_rows[i];
		bool offered = crypto_offers(trial->subject, row->opcode >> 8);

		make_request(&request, row->opcode);
		if (!crypto_asked_data(trial, row->name, &request))
			return;
		expect(trial, request.status == VIRTIO_CRYPTO_NOTSUPP ||
			      (offered && request.status == VIRTIO_CRYPTO_INVSESS),
		       "%s, which is %soffered, in a session that there is not: the status is %#x", row->name,
		       offered ? "" : "not ", request.status);
		expect(trial, request.untouched, "%s: it was refused, and yet something was written", row->name);
	}
	make_request(&request, NO_OPERATION);
	expect_data(trial, "an opcode that there is not", &request, VIRTIO_CRYPTO_NOTSUPP);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.other-services", other_services,
		 "Requests of services that a crypto device does not offer end with NOTSUPP, those in no session with "
		 "INVSESS, and write nothing.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher,
		 .clauses = "CRYPTO-11 CRYPTO-26 CRYPTO-27 CRYPTO-32 CRYPTO-33 CRYPTO-50 CRYPTO-52 CRYPTO-58 CRYPTO-60",
		 .judged_by = EVIDENCE);

/* What is wrong with a cipher request in a session that is good. */
enum wrong { WRONG_SESSION, WRONG_OPCODE, WRONG_TYPE_NONE, WRONG_TYPE, WRONG_SIZE, WRONG_IV };

static const struct wrong_row {
	enum wrong wrong;
	const char *name;
	uint8_t status;
} wrong_rows[] = {
	{ WRONG_SESSION, "a session that there is not", VIRTIO_CRYPTO_INVSESS },
	{ WRONG_OPCODE, "an opcode that there is not", VIRTIO_CRYPTO_NOTSUPP },
	{ WRONG_TYPE_NONE, "op_type NONE", VIRTIO_CRYPTO_NOTSUPP },
	{ WRONG_TYPE, "an op_type that there is not", VIRTIO_CRYPTO_NOTSUPP },
	{ WRONG_SIZE, "15 bytes for AES-CBC", VIRTIO_CRYPTO_ERR },
	{ WRONG_IV, "an IV of 8 bytes for AES-CBC", VIRTIO_CRYPTO_ERR },
};
#define WRONG_ROWS	(sizeof(wrong_rows) / sizeof(wrong_rows[0]))

static void make_wrong(struct crypto_data *request, enum wrong wrong, uint64_t session)
{
	struct virtio_crypto_sym_data_req *sym = &request->message.u.sym_req;

	crypto_cipher_data(request, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, session, NULL);
	if (wrong == WRONG_SESSION)
		request->message.header.session_id = cpu_to_le64(NO_SESSION);
	if (wrong == WRONG_OPCODE)
		request->message.header.opcode = cpu_to_le32(NO_OPERATION);
	if (wrong == WRONG_TYPE_NONE || wrong == WRONG_TYPE)
		sym->op_type = cpu_to_le32(wrong == WRONG_TYPE ? 0x5a : VIRTIO_CRYPTO_SYM_OP_NONE);
	if (wrong == WRONG_SIZE) {
		request->input_size[1] = request->output_size = 15;
		sym->u.cipher.para.src_data_len = sym->u.cipher.para.dst_data_len = cpu_to_le32(15);
	}
	if (wrong == WRONG_IV) {
		request->input_size[0] = 8;
		sym->u.cipher.para.iv_len = cpu_to_le32(8);
	}
}

/* The good request behind each goes on as if nothing had been. */
static void refused_requests(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct crypto_data request;
	uint64_t session;

	if (!trial_start(trial, engine) || !crypto_open(trial, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, &session))
		return;
	for (unsigned i = 0; i < WRONG_ROWS && trial_good(trial); i++) {
		make_wrong(&request, wrong_rows[i].wrong, session);
		expect_data(trial, wrong_rows[i].name, &request, wrong_rows[i].status);
		make_wrong(&request, WRONG_ROWS, session);
		expect_data(trial, "a good request behind it", &request, VIRTIO_CRYPTO_OK);
	}
	crypto_close(trial, session);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.refused-requests", refused_requests,
		 "Cipher requests that make no sense end with INVSESS, NOTSUPP or ERR and write nothing, and the next "
		 "one that is good ends well.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher,
		 .clauses = "CRYPTO-11 CRYPTO-36 CRYPTO-43 CRYPTO-44 CRYPTO-45", .judged_by = EVIDENCE);

/* The used length of a request that failed counts bytes from the first that the device may write. Nothing but the last
 * one, the status, was written. */
static void failed_length(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct crypto_data request;
	uint64_t session;

	if (!trial_start(trial, engine) || !crypto_open(trial, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, &session))
		return;
	make_wrong(&request, WRONG_SESSION, session);
	if (crypto_asked_data(trial, "a session that there is not", &request))
		expect(trial, !request.untouched || request.length == 0,
		       "the used length says that %u bytes were written, and the first of them was not",
		       request.length);
	crypto_close(trial, session);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.failed-length", failed_length,
		 "A request that fails does not say that its destination was written.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher, .clauses = "SPLIT-15",
		 .judged_by = EVIDENCE);

/* Lengths that do not go together. */
enum wrong_length { SHORT_DESTINATION, SHORT_SOURCE, TOO_LARGE };

static void make_wrong_length(struct crypto_data *request, enum wrong_length wrong, uint64_t largest, uint64_t session)
{
	struct virtio_crypto_cipher_para *para = &request->message.u.sym_req.u.cipher.para;
	uint32_t beyond = largest < UINT32_MAX ? (largest + 16) & ~15ull : UINT32_MAX & ~15u;

	make_wrong(request, WRONG_ROWS, session);
	if (wrong == SHORT_DESTINATION)
		para->dst_data_len = cpu_to_le32(request->output_size = CRYPTO_VECTOR_SIZE / 2);
	if (wrong == SHORT_SOURCE)
		request->input_size[1] = CRYPTO_VECTOR_SIZE / 2;
	if (wrong == TOO_LARGE)
		para->src_data_len = para->dst_data_len = cpu_to_le32(beyond);
}

/*
 * The driver has broken a rule, so a device may ask for a reset instead of an answer; what it may not do is to write
 * anything, to say that all is well, or to be of no use after the reset.
 */
static void wrong_lengths(struct trial *trial)
{
	static const char *const names[] = {
		"a destination that is shorter than the source", "a source that is shorter than it is said to be",
		"a request larger than max_size",
	};
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint64_t largest = CRYPTO_CONFIG(device, max_size);
	unsigned resets = 0;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]) && trial_good(trial); i++) {
		struct crypto_data request;
		enum engine_result result;
		uint64_t session;

		if (!trial_start(trial, engine) ||
		    !crypto_open(trial, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, &session))
			return;
		make_wrong_length(&request, i, largest, session);
		result = crypto_ask_data(engine, &request);
		if (virtio_status(device) & VIRTIO_CONFIG_S_NEEDS_RESET)
			resets++;
		else
			expect(trial, result == ENGINE_DONE && request.status == VIRTIO_CRYPTO_ERR,
			       "%s: the status is %#x, not %#x (ERR), and the device does not ask for a reset",
			       names[i], request.status, VIRTIO_CRYPTO_ERR);
		expect(trial, request.untouched && !request.strayed, "%s: something was written", names[i]);
		engine_stop(engine);
		if (!trial_start(trial, engine))
			return;
		crypto_close(trial, session);
		engine_stop(engine);
	}
	if (trial_good(trial))
		trial_record(trial, "lengths that do not go together: %u of 3 make it ask for a reset", resets);
}

static const char *needs_unbroken(const struct subject *subject)
{
	const char *reason = crypto_needs_cipher(subject);

	return reason ? reason : hangs_when_disabled(subject);
}
CONFORMANCE_TEST("virtio.crypto.wrong-lengths", wrong_lengths,
		 "Requests whose lengths do not go together are refused or make the device ask for a reset, write "
		 "nothing, and after a reset it works.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = needs_unbroken,
		 .clauses = "CRYPTO-8 CRYPTO-45 STATUS-2", .judged_by = EVIDENCE);
