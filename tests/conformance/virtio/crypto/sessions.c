/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.crypto: sessions. Many at once, ended, ended twice, more than there is room for, and those that must not
 * come about.
 *
 * Source: VIRTIO 1.4, section 5.9.7.2.
 */
#include "tests/conformance/virtio/crypto/crypto.h"

#include "boot/byteorder.h"
#include "boot/string.h"

VIRTIO_TYPE_SCOPE(crypto, VIRTIO_ID_CRYPTO);

#define MANY		24u
#define KNOWN		11u		/* which of them has the vector's own key */
#define SESSIONS_MOST	1024u

/* A key that is like no other: the vector's with one byte changed. */
static void number_key(struct crypto_vector *vector, unsigned number)
{
	*vector = *CRYPTO_CBC;
	vector->key[0] ^= number ^ KNOWN;
}

static bool is_taken(const uint64_t *sessions, unsigned count, uint64_t session)
{
	for (unsigned i = 0; i < count; i++)
		if (sessions[i] == session)
			return true;
	return false;
}

static void encrypt_in(struct trial *trial, uint64_t session, uint8_t *found)
{
	struct crypto_data request;

	crypto_cipher_data(&request, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, session, found);
	expect_data(trial, "a request in one of many sessions", &request, VIRTIO_CRYPTO_OK);
}

/* Each session has a key of its own: what one encrypts differs from what all others make of it, as often as asked. */
static void many(struct trial *trial)
{
	static uint8_t found[MANY][CRYPTO_VECTOR_SIZE];
	struct engine *engine = trial->subject->engine;
	uint8_t again[CRYPTO_VECTOR_SIZE];
	uint64_t sessions[MANY];
	struct crypto_vector vector;

	if (!trial_start(trial, engine))
		return;
	for (unsigned i = 0; i < MANY && trial_good(trial); i++) {
		number_key(&vector, i);
		if (!crypto_open(trial, &vector, VIRTIO_CRYPTO_OP_ENCRYPT, &sessions[i]) ||
		    !expect(trial, !is_taken(sessions, i, sessions[i]), "two sessions have the number %#llx",
			    (unsigned long long)sessions[i]))
			return;
		encrypt_in(trial, sessions[i], found[i]);
	}
	for (unsigned i = 0; i < MANY && trial_good(trial); i++) {
		encrypt_in(trial, sessions[i], again);
		expect(trial, memcmp(again, found[i], sizeof(again)) == 0, "session %u has lost its key", i);
		expect(trial, i != KNOWN || memcmp(again, CRYPTO_CBC->cipher, sizeof(again)) == 0,
		       "the session of a known key gives another answer");
		for (unsigned j = 0; j < i; j++)
			expect(trial, memcmp(found[j], found[i], sizeof(again)) != 0,
			       "sessions %u and %u have the same key", j, i);
	}
	for (unsigned i = 0; i < MANY && trial_good(trial); i++)
		crypto_close(trial, sessions[i]);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.many-sessions", many,
		 "Many sessions at once have numbers and keys of their own, and each can be ended.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher,
		 .clauses = "CRYPTO-14 CRYPTO-18 CRYPTO-19", .judged_by = EVIDENCE);

/* The session beside it goes on; and a session made later has nothing of the one that has ended. */
static void ended(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t first, second, third;
	struct crypto_data request;
	uint8_t found[CRYPTO_VECTOR_SIZE];
	struct crypto_vector vector;

	number_key(&vector, 1);
	if (!trial_start(trial, engine) ||
	    !crypto_open(trial, &vector, VIRTIO_CRYPTO_OP_ENCRYPT, &first) ||
	    !crypto_open(trial, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, &second))
		return;
	crypto_close(trial, first);
	crypto_cipher_data(&request, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, first, NULL);
	expect_data(trial, "a request in a session that has ended", &request, VIRTIO_CRYPTO_INVSESS);
	if (!trial_good(trial))
		return;
	encrypt_in(trial, second, found);
	expect(trial, memcmp(found, CRYPTO_CBC->cipher, sizeof(found)) == 0, "the session beside it has lost its key");
	if (!crypto_open(trial, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, &third))
		return;
	encrypt_in(trial, third, found);
	expect(trial, memcmp(found, CRYPTO_CBC->cipher, sizeof(found)) == 0, "a new session has another's key");
	crypto_close(trial, second);
	crypto_close(trial, third);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.session-ended", ended,
		 "A request in a session that has ended is refused with INVSESS, and writes nothing; others go on.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher,
		 .clauses = "CRYPTO-18 CRYPTO-19 CRYPTO-44", .judged_by = EVIDENCE);

/* Numbers that no device gives its sessions, and one that it has given to a session that has ended. */
static void end_unknown(struct trial *trial)
{
	static const uint64_t unknown[] = { 255, 256, 0x7fffffff12345678ull, UINT64_MAX };
	struct engine *engine = trial->subject->engine;
	struct crypto_control request = { 0 };

	if (!trial_start(trial, engine) ||
	    !crypto_open(trial, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, &request.session))
		return;
	crypto_close(trial, request.session);
	expect_end(trial, "the second end of a session", VIRTIO_CRYPTO_CIPHER_DESTROY_SESSION, &request,
		   VIRTIO_CRYPTO_ERR);
	for (unsigned i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		request.session = unknown[i];
		expect_end(trial, "the end of a session that there is not", VIRTIO_CRYPTO_CIPHER_DESTROY_SESSION,
			   &request, VIRTIO_CRYPTO_ERR);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.end-unknown", end_unknown,
		 "The end of a session that there is not, or no longer, is refused with ERR.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher, .clauses = "CRYPTO-20",
		 .judged_by = FUNCTIONAL);

/* Until the device has no more; without REVISION_1 that is any other failure. All are given back. */
static void exhausted(struct trial *trial)
{
	static uint64_t sessions[SESSIONS_MOST];
	struct engine *engine = trial->subject->engine;
	struct crypto_control request = { .status = VIRTIO_CRYPTO_OK };
	unsigned count = 0;

	if (!trial_start(trial, engine))
		return;
	while (count < SESSIONS_MOST) {
		crypto_cipher_session(&request, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT);
		if (!crypto_asked_session(trial, "one more session", &request) || request.status != VIRTIO_CRYPTO_OK)
			break;
		sessions[count++] = request.session;
	}
	if (trial_good(trial) && count < SESSIONS_MOST)
		expect(trial, request.status == VIRTIO_CRYPTO_ERR, "session %u: the status is %#x, not %#x (ERR)",
		       count + 1, request.status, VIRTIO_CRYPTO_ERR);
	/* How many is no fact of the device alone: QEMU keeps those that a reset has left behind. */
	trial_record(trial, "%s %u sessions at a time", count < SESSIONS_MOST ? "fewer than" : "at least",
		     SESSIONS_MOST);
	while (count && crypto_asked_end(trial, "an end", VIRTIO_CRYPTO_CIPHER_DESTROY_SESSION,
					 &(struct crypto_control) { .session = sessions[count - 1] }))
		count--;
	if (trial_good(trial) && crypto_open(trial, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, &sessions[0]))
		crypto_close(trial, sessions[0]);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.exhausted", exhausted,
		 "A crypto device that has no more sessions says ERR, and has them again when others have ended.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher,
		 .clauses = "CRYPTO-14 CRYPTO-17 CRYPTO-19", .judged_by = FUNCTIONAL);

/* Changes that make no session of the request. Unknown algorithms: virtio.work.crypto-unknown-algorithm. */
enum refused_change { KEY_TOO_LONG, KEY_ODD, KEY_NONE, TYPE_NONE, TYPE_UNKNOWN, OPCODE_UNKNOWN };

static const struct refused {
	enum refused_change change;
	const char *name;
	uint32_t status;
} refused_rows[] = {
	{ KEY_TOO_LONG, "a key longer than max_cipher_key_len", VIRTIO_CRYPTO_ERR },
	{ KEY_ODD, "a key of 15 bytes", VIRTIO_CRYPTO_ERR },
	{ KEY_NONE, "no key", VIRTIO_CRYPTO_ERR },
	{ TYPE_NONE, "op_type NONE", VIRTIO_CRYPTO_NOTSUPP },
	{ TYPE_UNKNOWN, "an op_type that there is not", VIRTIO_CRYPTO_NOTSUPP },
	{ OPCODE_UNKNOWN, "an opcode that there is not", VIRTIO_CRYPTO_NOTSUPP },
};

static void make_refused(struct crypto_control *request, enum refused_change change, uint32_t longest)
{
	static const uint8_t long_key[CRYPTO_INPUT_MOST];
	struct virtio_crypto_sym_create_session_req *create = &request->message.u.sym_create_session;

	crypto_cipher_session(request, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT);
	if (change == KEY_TOO_LONG) {
		request->key = long_key;
		request->size = longest + 1;
	} else if (change == KEY_ODD) {
		request->size = 15;
	} else if (change == KEY_NONE) {
		request->size = 0;
	}
	create->u.cipher.para.keylen = cpu_to_le32(request->size);
	if (change == TYPE_NONE || change == TYPE_UNKNOWN)
		create->op_type = cpu_to_le32(change == TYPE_NONE ? VIRTIO_CRYPTO_SYM_OP_NONE : 0x5a);
	if (change == OPCODE_UNKNOWN)
		request->message.header.opcode = cpu_to_le32(0x5a5a);
}

static void refused(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t longest = CRYPTO_CONFIG(virtio_engine_of(engine)->device, max_cipher_key_len);
	struct crypto_control request;

	if (!trial_start(trial, engine))
		return;
	for (unsigned i = 0; i < sizeof(refused_rows) / sizeof(refused_rows[0]); i++) {
		const struct refused *row = &refused_rows[i];

		if (row->change == KEY_TOO_LONG && longest >= CRYPTO_INPUT_MOST)
			continue;
		make_refused(&request, row->change, longest);
		expect_session(trial, row->name, &request, row->status);
	}
	if (trial_good(trial) && crypto_open(trial, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, &request.session))
		crypto_close(trial, request.session);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.refused-sessions", refused,
		 "Sessions that make no sense are refused with ERR, those that there are not with NOTSUPP, and then "
		 "one that is good is had.",
		 .scope = &scope_crypto, .about = crypto_once, .skip = crypto_needs_cipher,
		 .clauses = "CRYPTO-9 CRYPTO-11 CRYPTO-15 CRYPTO-17", .judged_by = FUNCTIONAL);
