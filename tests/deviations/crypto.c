/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of the crypto device. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation crypto[] = {
	{
		.name = "qemu-crypto-services-without-algorithms",
		.points = "virtio.crypto.masks/crypto@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "there is a service MAC without any algorithm",
		.reason = "The crypto device offers the MAC service, and its mask of MAC algorithms is 0. By hand: "
			  "read crypto_services and mac_algo_l of a device with cryptodev-backend-builtin.",
		.reference = "CRYPTO-6; QEMU backends/cryptodev-builtin.c, cryptodev_builtin_init()",
	},
	{
		.name = "qemu-crypto-services-unsupported",
		.points = "virtio.crypto.services/crypto@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the service hash is offered? and yet not supported",
		.reason = "The crypto device offers the services HASH and MAC, and knows neither: their sessions end "
			  "with NOTSUPP. By hand: a control request HASH_CREATE_SESSION of SHA-1.",
		.reference = "CRYPTO-5; QEMU hw/virtio/virtio-crypto.c, virtio_crypto_handle_ctrl()",
	},
	{
		.name = "qemu-crypto-failed-length",
		.points = "virtio.crypto.failed-length/crypto@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the used length says that * bytes were written? and the first of them was not",
		.reason = "A request that fails is returned with the length of all that the device could have written, "
			  "of which it wrote the last byte, the status. By hand: a cipher request in a session that "
			  "there is not, with 64 bytes of destination: the used length is 65.",
		.reference = "SPLIT-15; QEMU hw/virtio/virtio-crypto.c, virtio_crypto_req_complete()",
	},
	{
		.name = "qemu-crypto-rsa-zeroes",
		.points = "virtio.crypto.rsa/crypto@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "encryption: the used length is *",
		.reason = "A cipher text of RSA that begins with zeroes is returned without them, which one in 256 "
			  "does: padding is random. By hand: encrypt anything with a key of 1024 bits until the used "
			  "length is 128, and not 129.",
		.needs = "a cipher text that begins with zeroes: one in 256 does",
		.reference = "CRYPTO-56; RFC 8017, 7.2.1; QEMU crypto/akcipher-nettle.c.inc",
	},
};
DEVIATIONS(crypto);
