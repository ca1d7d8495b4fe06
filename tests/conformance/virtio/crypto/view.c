/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.crypto: the view of the control queue's buffers. The data queue is suite virtio.view's.
 */
#include "tests/conformance/virtio/crypto/crypto.h"

#include "boot/byteorder.h"
#include "boot/string.h"

VIRTIO_TYPE_SCOPE(crypto, VIRTIO_ID_CRYPTO);

static uint8_t *frame_of(const struct oracle *oracle, bool bus)
{
	return (uint8_t *)arch_pointer(bus ? oracle->decoy.bus_frame : oracle->decoy.physical_frame) + oracle->offset;
}

/* The vector's key where the right view leads, another one in the other frame: the cipher text tells which it has. */
static void key(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	bool bus = engine->view == VIEW_BUS;
	uint8_t found[CRYPTO_VECTOR_SIZE];
	struct crypto_control session;
	struct crypto_data request;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_READS, &oracle))
		return;
	crypto_cipher_session(&session, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT);
	memset(frame_of(&oracle, !bus), 0, session.size);
	memcpy(frame_of(&oracle, bus), CRYPTO_CBC->key, session.size);
	dma_sync(&oracle.decoy.map, DMA_TO_DEVICE);
	session.key_at = oracle_number(&oracle);
	expect_session(trial, "a session with its key at a decoy", &session, VIRTIO_CRYPTO_OK);
	crypto_cipher_data(&request, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT, session.session, found);
	expect_data(trial, CRYPTO_CBC->name, &request, VIRTIO_CRYPTO_OK);
	oracle_note(trial, &oracle);
	if (!trial_good(trial))
		return;
	expect(trial, memcmp(found, CRYPTO_CBC->cipher, sizeof(found)) == 0,
	       "the device has not read its key in view %s", view_name(engine->view));
	crypto_close(trial, session.session);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.crypto.control-key", key,
		 "A session's key, which the control queue brings, is read in the view that was negotiated.",
		 .scope = &scope_crypto, .about = does_dma, .skip = crypto_needs_cipher,
		 .clauses = "DEF-1 DEF-3 CRYPTO-13", .judged_by = EVIDENCE);

static void answer(struct trial *trial)
{
	const uint32_t size = sizeof(struct virtio_crypto_session_input);
	struct engine *engine = trial->subject->engine;
	struct virtio_crypto_session_input found;
	struct crypto_control session;
	struct oracle oracle;
	enum view view;

	if (!trial_start_oracle(trial, DMA_DEVICE_WRITES, &oracle))
		return;
	oracle.size = size;
	crypto_cipher_session(&session, CRYPTO_CBC, VIRTIO_CRYPTO_OP_ENCRYPT);
	session.answer_at = oracle_number(&oracle);
	oracle_note(trial, &oracle);
	if (!crypto_asked_session(trial, "a session with its answer at a decoy", &session))
		return;
	memcpy(&found, frame_of(&oracle, engine->view == VIEW_BUS), size);
	view = oracle_look(trial, &oracle);
	if (!expect(trial, view == engine->view, "the answer was seen in view %s, not %s", view_name(view),
		    view_name(engine->view)) ||
	    !expect_equal(trial, "status of a session", le32_to_cpu(found.status), VIRTIO_CRYPTO_OK))
		return;
	crypto_close(trial, le64_to_cpu(found.session_id));
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.crypto.control-answer", answer,
		 "The answer in the control queue arrives in the view that was negotiated, and in no other.",
		 .scope = &scope_crypto, .about = does_dma, .skip = crypto_needs_cipher, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);
