/* SPDX-License-Identifier: BSD-2-Clause */
/* Known answers for suite virtio.crypto: vectors.c and rsa.c say where they come from. */
#ifndef CRYPTO_VECTORS_H
#define CRYPTO_VECTORS_H

#include <stdint.h>

#include <linux/virtio_crypto.h>

#define CRYPTO_VECTOR_SIZE	64u

/* One key of one cipher: crypto_plain is encrypted to cipher. */
struct crypto_vector {
	const char *name;
	uint32_t algorithm;		/* VIRTIO_CRYPTO_CIPHER_* */
	uint32_t key_size, iv_size;
	uint8_t key[64], iv[16], cipher[CRYPTO_VECTOR_SIZE];
};

extern const uint8_t crypto_plain[CRYPTO_VECTOR_SIZE];
extern const struct crypto_vector crypto_vectors[];
extern const unsigned crypto_vector_count;
/* The one that each device of ours can do: AES-128-CBC. */
#define CRYPTO_CBC		(&crypto_vectors[1])

#define RSA_SIZE		128u
#define RSA_PUBLIC_SIZE		140u
#define RSA_PRIVATE_SIZE	610u
#define RSA_DIGEST_SIZE		32u

extern const uint8_t crypto_rsa_public[RSA_PUBLIC_SIZE], crypto_rsa_private[RSA_PRIVATE_SIZE];
/* A digest, one cipher text of it, and its only signature. */
extern const uint8_t crypto_rsa_digest[RSA_DIGEST_SIZE], crypto_rsa_encrypted[RSA_SIZE], crypto_rsa_signature[RSA_SIZE];

#endif
