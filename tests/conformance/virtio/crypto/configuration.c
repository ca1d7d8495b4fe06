/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.crypto: what the configuration says, and whether it is so.
 *
 * Source: VIRTIO 1.4, section 5.9.5.
 */
#include "tests/conformance/virtio/crypto/crypto.h"

#include "boot/byteorder.h"

VIRTIO_TYPE_SCOPE(crypto, VIRTIO_ID_CRYPTO);

#define QUEUES_MOST	65535u
#define BITS(from, to)	((2ull << (to)) - (1ull << (from)))

/* Masks of algorithms, with the bits that the specification defines; 0 is "none" in each. */
static const struct mask {
	const char *name;
	unsigned service;
	uint32_t low, high;		/* offsets of the fields; high 0: there is none */
	uint64_t defined;
} masks[] = {
	{ "cipher", VIRTIO_CRYPTO_SERVICE_CIPHER, offsetof(struct virtio_crypto_config, cipher_algo_l),
	  offsetof(struct virtio_crypto_config, cipher_algo_h), BITS(0, 14) },
	{ "hash", VIRTIO_CRYPTO_SERVICE_HASH, offsetof(struct virtio_crypto_config, hash_algo), 0, BITS(0, 12) },
	{ "MAC", VIRTIO_CRYPTO_SERVICE_MAC, offsetof(struct virtio_crypto_config, mac_algo_l),
	  offsetof(struct virtio_crypto_config, mac_algo_h),
	  BITS(0, 6) | BITS(25, 28) | BITS(41, 42) | BITS(49, 50) | BITS(53, 54) },
	{ "AEAD", VIRTIO_CRYPTO_SERVICE_AEAD, offsetof(struct virtio_crypto_config, aead_algo), 0, BITS(0, 3) },
	{ "akcipher", VIRTIO_CRYPTO_SERVICE_AKCIPHER, offsetof(struct virtio_crypto_config, akcipher_algo), 0,
	  BITS(0, 2) },
};
#define MASKS		(sizeof(masks) / sizeof(masks[0]))
#define SERVICE_IPSEC	5u

static uint64_t read_mask(const struct virtio_device *device, const struct mask *mask)
{
	return crypto_config(device, mask->low, 4) | (mask->high ? crypto_config(device, mask->high, 4) << 32 : 0);
}

static const struct virtio_device *device_of(const struct trial *trial)
{
	return virtio_engine_of(trial->subject->engine)->device;
}

static void configuration(struct trial *trial)
{
	const struct virtio_device *device = device_of(trial);
	uint64_t queues = CRYPTO_CONFIG(device, max_dataqueues), services = CRYPTO_CONFIG(device, crypto_services);

	expect(trial, queues >= 1 && queues <= QUEUES_MOST, "max_dataqueues is %llu", (unsigned long long)queues);
	expect_equal(trial, "undefined bits of status", CRYPTO_CONFIG(device, status) & ~VIRTIO_CRYPTO_S_HW_READY, 0);
	expect_equal(trial, "undefined bits of crypto_services", services & ~BITS(0, SERVICE_IPSEC), 0);
	for (unsigned i = 0; i < MASKS; i++)
		expect(trial, !(read_mask(device, &masks[i]) & ~masks[i].defined),
		       "the mask of %s algorithms has undefined bits: %#llx", masks[i].name,
		       (unsigned long long)read_mask(device, &masks[i]));
	expect(trial, !(services >> VIRTIO_CRYPTO_SERVICE_CIPHER & 1) || CRYPTO_CONFIG(device, max_cipher_key_len),
	       "there is a cipher service, and max_cipher_key_len is 0");
	expect(trial, !(services >> VIRTIO_CRYPTO_SERVICE_MAC & 1) || CRYPTO_CONFIG(device, max_auth_key_len),
	       "there is a MAC service, and max_auth_key_len is 0");
	expect(trial, CRYPTO_CONFIG(device, max_size) > 0, "max_size is 0");
	trial_record(trial, "services %#llx, %llu data queues, keys of %llu and %llu bytes, requests of %#llx",
		     (unsigned long long)services, (unsigned long long)queues,
		     (unsigned long long)CRYPTO_CONFIG(device, max_cipher_key_len),
		     (unsigned long long)CRYPTO_CONFIG(device, max_auth_key_len),
		     (unsigned long long)CRYPTO_CONFIG(device, max_size));
}
CONFORMANCE_TEST("virtio.crypto.configuration", configuration,
		 "A crypto device's configuration has sensible numbers and no undefined bits.",
		 .scope = &scope_crypto, .about = crypto_once,
		 .clauses = "CRYPTO-1 CRYPTO-2 CRYPTO-3 CRYPTO-7 CRYPTO-8 CRYPTO-9 CRYPTO-10",
		 .judged_by = FUNCTIONAL);

static void filled(struct trial *trial)
{
	const struct virtio_device *device = device_of(trial);

	for (unsigned i = 0; i < MASKS; i++)
		expect(trial, !crypto_offers(trial->subject, masks[i].service) || read_mask(device, &masks[i]) & ~1ull,
		       "there is a service %s without any algorithm", masks[i].name);
}
CONFORMANCE_TEST("virtio.crypto.masks", filled,
		 "Each service that a crypto device offers has algorithms.",
		 .scope = &scope_crypto, .about = crypto_once, .clauses = "CRYPTO-6", .judged_by = FUNCTIONAL);

/* Sessions of the simplest kind, one for each service; the algorithm is chosen by the mask. */
static bool make_session(const struct virtio_device *device, const struct mask *mask, struct crypto_control *request)
{
	uint64_t algorithms = read_mask(device, mask) & ~1ull;
	struct virtio_crypto_op_ctrl_req *message = &request->message;
	uint32_t algorithm = 1;

	while (algorithms && !(algorithms >> algorithm & 1))
		algorithm++;
	*request = (struct crypto_control) { .key = CRYPTO_CBC->key, .size = CRYPTO_CBC->key_size };
	switch (mask->service) {
	case VIRTIO_CRYPTO_SERVICE_HASH:
		message->u.hash_create_session.para.algo = cpu_to_le32(algorithm);
		message->u.hash_create_session.para.hash_result_len = cpu_to_le32(16);
		request->size = 0;
		break;
	case VIRTIO_CRYPTO_SERVICE_MAC:
		message->u.mac_create_session.para.algo = cpu_to_le32(algorithm);
		message->u.mac_create_session.para.hash_result_len = cpu_to_le32(16);
		message->u.mac_create_session.para.auth_key_len = cpu_to_le32(request->size);
		break;
	case VIRTIO_CRYPTO_SERVICE_AEAD:
		message->u.aead_create_session.para.algo = cpu_to_le32(algorithm);
		message->u.aead_create_session.para.key_len = cpu_to_le32(request->size);
		message->u.aead_create_session.para.hash_result_len = cpu_to_le32(16);
		message->u.aead_create_session.para.op = cpu_to_le32(VIRTIO_CRYPTO_OP_ENCRYPT);
		break;
	default:
		return false;
	}
	message->header.opcode = cpu_to_le32(VIRTIO_CRYPTO_OPCODE(mask->service, 2));
	message->header.algo = cpu_to_le32(algorithm);
	return true;
}

static bool is_refused(uint32_t status)
{
	return status == VIRTIO_CRYPTO_NOTSUPP;
}

/* Of ciphers and of akciphers, which need keys of their own, there are tests of their own. */
static void services(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct crypto_control request;

	if (!trial_start(trial, engine))
		return;
	for (unsigned i = 0; i < MASKS && trial_good(trial); i++) {
		bool offered = crypto_offers(trial->subject, masks[i].service);

		if (!make_session(device_of(trial), &masks[i], &request) ||
		    !crypto_asked_session(trial, masks[i].name, &request))
			continue;
		if (offered)
			expect(trial, !is_refused(request.status), "the service %s is offered, and yet not supported",
			       masks[i].name);
		else
			expect(trial, is_refused(request.status),
			       "the service %s is not offered; a session's status is %#x, not %#x (NOTSUPP)",
			       masks[i].name, request.status, VIRTIO_CRYPTO_NOTSUPP);
		if (request.status == VIRTIO_CRYPTO_OK)
			expect_end(trial, masks[i].name, VIRTIO_CRYPTO_OPCODE(masks[i].service, 3), &request,
				   VIRTIO_CRYPTO_OK);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.crypto.services", services,
		 "Services that a crypto device offers are supported, and others are not.",
		 .scope = &scope_crypto, .about = crypto_once, .clauses = "CRYPTO-5 CRYPTO-12 CRYPTO-15",
		 .judged_by = FUNCTIONAL);
