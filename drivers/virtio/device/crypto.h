/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The crypto device, as an engine and for the tests that are about ciphers: AES-128 in CBC mode, with the key 00 01
 * ... 0f and an IV of zeroes.
 */
#ifndef VIRTIO_CRYPTO_H
#define VIRTIO_CRYPTO_H

#include <linux/virtio_crypto.h>

#include "drivers/virtio/engine.h"

#define CRYPTO_BLOCK	16u
#define CRYPTO_LARGEST	1024u

enum crypto_operation { CRYPTO_ENCRYPT, CRYPTO_DECRYPT, CRYPTO_OPERATIONS };

/* On an engine that is started: size bytes (blocks, at most CRYPTO_LARGEST). status gets the device's. */
enum engine_result crypto_run(struct engine *engine, enum crypto_operation operation, const void *source, void *result,
			      uint32_t size, uint8_t *status);
/* The same in a session of that number, which may be none. */
enum engine_result crypto_run_in(struct engine *engine, uint64_t session, uint8_t *status);
/* Asks for a session of an algorithm that need not exist. */
enum engine_result crypto_create(struct engine *engine, enum crypto_operation operation, uint32_t algorithm,
				 uint64_t *session, uint32_t *status);

#endif
