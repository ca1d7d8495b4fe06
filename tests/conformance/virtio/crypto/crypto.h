/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.crypto have in common. */
#ifndef VIRTIO_CRYPTO_SUITE_H
#define VIRTIO_CRYPTO_SUITE_H

#include "drivers/virtio/device/crypto_request.h"
#include "tests/conformance/probe/virtio_type.h"
#include "tests/conformance/virtio/crypto/vectors.h"

/* Fields of the configuration, 0 where they cannot be read. */
#define CRYPTO_CONFIG(device, field) \
	crypto_config(device, offsetof(struct virtio_crypto_config, field), \
		      sizeof(((struct virtio_crypto_config *)0)->field))
uint64_t crypto_config(const struct virtio_device *device, uint32_t offset, uint32_t width);
bool crypto_offers(const struct subject *subject, unsigned service);

/* .about: what is the same in each mode is judged in one. */
bool crypto_once(const struct subject *subject);
/* Reasons to skip: the device has no cipher service, or takes no request. */
const char *crypto_needs_cipher(const struct subject *subject);

/* They make a request. False, and the trial has failed, where it is not answered, where bytes beside the answer were
 * written, or the used length is not that of the whole answer. */
bool crypto_asked_session(struct trial *trial, const char *what, struct crypto_control *request);
bool crypto_asked_end(struct trial *trial, const char *what, uint32_t opcode, struct crypto_control *request);
bool crypto_asked_data(struct trial *trial, const char *what, struct crypto_data *request);
/* The same, and the status must be this one. */
void expect_session(struct trial *trial, const char *what, struct crypto_control *request, uint32_t status);
void expect_end(struct trial *trial, const char *what, uint32_t opcode, struct crypto_control *request,
		uint32_t status);
void expect_data(struct trial *trial, const char *what, struct crypto_data *request, uint8_t status);

/* Fills in what creates a session of a cipher, with the vector's key: VIRTIO_CRYPTO_OP_*. */
void crypto_cipher_session(struct crypto_control *request, const struct crypto_vector *vector, uint32_t operation);
/* Fills in a request in such a session, of the whole text. */
void crypto_cipher_data(struct crypto_data *request, const struct crypto_vector *vector, uint32_t operation,
			uint64_t session, void *output);
/* Creates it; false, and the trial has failed, if the status is not OK. And the other way round. */
bool crypto_open(struct trial *trial, const struct crypto_vector *vector, uint32_t operation, uint64_t *session);
void crypto_close(struct trial *trial, uint64_t session);

#endif
