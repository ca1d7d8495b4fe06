/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.feature: what a device offers and takes, through the common configuration. What it shows before anybody
 * asks is judged by virtio.device.
 *
 * Source: VIRTIO 1.4, sections 2.2, 4.1.4.3 and 6; for the features of a type, its part of section 5.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>
#include <linux/virtio_pci.h>

#include "drivers/pci/extended.h"
#include "tests/conformance/probe/virtio_trial.h"

#define ANY_TYPE	0

/* A bit, and the bits of which at least one must be offered, and accepted, with it. */
static const struct requirement {
	uint16_t type;
	uint8_t bit;
	uint64_t needs;
} requirements[] = {
	{ VIRTIO_ID_NET, VIRTIO_NET_F_GUEST_TSO4, VIRTIO_BIT(VIRTIO_NET_F_GUEST_CSUM) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_GUEST_TSO6, VIRTIO_BIT(VIRTIO_NET_F_GUEST_CSUM) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_GUEST_UFO, VIRTIO_BIT(VIRTIO_NET_F_GUEST_CSUM) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_GUEST_ECN,
	  VIRTIO_BIT(VIRTIO_NET_F_GUEST_TSO4) | VIRTIO_BIT(VIRTIO_NET_F_GUEST_TSO6) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_HOST_TSO4, VIRTIO_BIT(VIRTIO_NET_F_CSUM) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_HOST_TSO6, VIRTIO_BIT(VIRTIO_NET_F_CSUM) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_HOST_UFO, VIRTIO_BIT(VIRTIO_NET_F_CSUM) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_HOST_ECN,
	  VIRTIO_BIT(VIRTIO_NET_F_HOST_TSO4) | VIRTIO_BIT(VIRTIO_NET_F_HOST_TSO6) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_CTRL_RX, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_CTRL_VLAN, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_CTRL_RX_EXTRA, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_GUEST_ANNOUNCE, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_MQ, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_CTRL_MAC_ADDR, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) },
	{ VIRTIO_ID_NET, VIRTIO_NET_F_RSS, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) },
	{ ANY_TYPE, 39 /* NOTIF_CONFIG_DATA */, VIRTIO_BIT(38) /* NOTIFICATION_DATA */ },
};

#define REQUIREMENTS	(sizeof(requirements) / sizeof(requirements[0]))

static uint64_t needs_of(const struct virtio_device *device, unsigned bit)
{
	for (unsigned i = 0; i < REQUIREMENTS; i++)
		if (requirements[i].bit == bit &&
		    (requirements[i].type == ANY_TYPE || requirements[i].type == device->type))
			return requirements[i].needs;
	return 0;
}

static void dependencies(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;

	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t needs = needs_of(device, bit);

		if (needs && (device->offered & VIRTIO_BIT(bit)))
			expect(trial, device->offered & needs,
			       "bit %u is offered, and none of %#llx, which it requires", bit,
			       (unsigned long long)needs);
	}
}
CONFORMANCE_TEST("virtio.feature.dependencies", dependencies,
		 "A feature is offered only together with one that it requires.",
		 .scope = &scope_virtio_device, .skip = needs_modern, .clauses = "FEAT-1", .judged_by = FUNCTIONAL);

/* Bits that no device may offer: reserved ones, and those of the legacy interface. */
#define RESERVED_BITS	(VIRTIO_BIT(43) | VIRTIO_BIT(44) | VIRTIO_BIT(45) | VIRTIO_BIT(46) | VIRTIO_BIT(47) | \
			 VIRTIO_BIT(48) | VIRTIO_BIT(49))
#define LEGACY_BITS	(VIRTIO_BIT(24) | VIRTIO_BIT(27) | VIRTIO_BIT(30))

/* Of conventional PCI no function can have the capability, and of a virtio-mmio device none is. */
static bool has_sr_iov(const struct subject *subject)
{
	const struct pci_function *function = subject->device->function;

	return function && function->host && pci_extended_capability(function, PCI_EXT_CAP_ID_SRIOV);
}

static void undefined_bits(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	uint64_t none = RESERVED_BITS | (has_sr_iov(trial->subject) ? 0 : VIRTIO_BIT(VIRTIO_F_SR_IOV)) |
			(device->transitional ? 0 : LEGACY_BITS);

	expect_equal(trial, "offered bits that are reserved, legacy or SR_IOV", device->offered & none, 0);
}
CONFORMANCE_TEST("virtio.feature.undefined", undefined_bits,
		 "Feature bits that are reserved or of the past, or SR-IOV without its capability, are not offered.",
		 .scope = &scope_virtio_device, .skip = needs_modern, .clauses = "FEAT-4 RSVD-10",
		 .judged_by = FUNCTIONAL);

static void sr_iov_offered(struct trial *trial)
{
	expect(trial, trial->subject->device->offered & VIRTIO_BIT(VIRTIO_F_SR_IOV),
	       "SR_IOV is not offered by a function that has the capability");
}
static const char *needs_sr_iov(const struct subject *subject)
{
	const char *lacking = needs_modern(subject);

	if (!lacking && !has_sr_iov(subject))
		return "no SR-IOV capability";
	return lacking;
}
CONFORMANCE_TEST("virtio.feature.sr-iov", sr_iov_offered,
		 "A function with an SR-IOV capability offers the feature bit of that name.",
		 .scope = &scope_virtio_device, .skip = needs_sr_iov, .clauses = "RSVD-9",
		 .judged_by = FUNCTIONAL);

/* Each offered bit by itself, with what it requires, is a legal subset: it must stick, and once more after a reset. */
static void each_bit(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint64_t base = VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM);

	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t features = base | VIRTIO_BIT(bit) | (needs_of(device, bit) & device->offered);

		if (!(device->offered & VIRTIO_BIT(bit)))
			continue;
		for (unsigned round = 0; round < 2; round++)
			expect(trial, virtio_negotiate(device, features),
			       "FEATURES_OK does not stick for %#llx, round %u", (unsigned long long)features,
			       round + 1);
	}
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.feature.each-bit", each_bit,
		 "Each offered feature by itself, with what it requires, can be accepted, and again after a reset.",
		 .scope = &scope_virtio_device, .skip = needs_modern, .clauses = "FEAT-2 FEAT-5",
		 .judged_by = FUNCTIONAL);

static uint32_t driver_feature(const struct virtio_device *device, uint32_t select)
{
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, select);
	return virtio_common_read32(device, VIRTIO_PCI_COMMON_GF);
}

/* driver_feature reads back what was accepted, in both orders of the selector, and nothing in words without bits. */
static void read_back(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	static const uint32_t beyond[] = { 4, 0x7fffffff, 0xffffffff };
	uint64_t features = VIRTIO_VERSION_1 | (device->offered & (VIRTIO_ACCESS_PLATFORM | 0xffffff));

	expect(trial, virtio_negotiate(device, features), "FEATURES_OK does not stick for %#llx",
	       (unsigned long long)features);
	for (unsigned round = 0; round < 2; round++) {
		expect_equal(trial, "driver_feature, bits 32 to 63", driver_feature(device, 1),
			     (uint32_t)(features >> 32));
		expect_equal(trial, "driver_feature, bits 0 to 31", driver_feature(device, 0), (uint32_t)features);
	}
	for (unsigned i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++)
		expect_equal(trial, "driver_feature with an absurd selector", driver_feature(device, beyond[i]), 0);
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.feature.read-back", read_back,
		 "Accepted features read back, and words without features read 0.",
		 .scope = &scope_virtio_device, .skip = needs_readable, .clauses = "COMMON-4", .judged_by = FUNCTIONAL);

/* The features are written before FEATURES_OK, bit by bit as far as a driver may. */
static void begin_features(struct virtio_device *device, uint64_t features)
{
	virtio_reset(device);
	virtio_set_status(device, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	virtio_set_status(device, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 0);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, (uint32_t)features);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 1);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, (uint32_t)(features >> 32));
}

/* A bit that no device offers: 49 is reserved. */
#define UNKNOWN_BIT	49

static void echo(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint64_t features = VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM);

	begin_features(device, features | VIRTIO_BIT(UNKNOWN_BIT));
	trial_record(trial, "a bit that is not offered reads back as %u",
		     driver_feature(device, 1) >> (UNKNOWN_BIT - 32) & 1);
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.feature.echo", echo,
		 "Records whether a feature that was not offered reads back when it is written.",
		 .scope = &scope_virtio_device, .skip = needs_readable, .clauses = "COMMON-5", .judged_by = RECORD);

static void version_1_declined(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	bool stuck = virtio_negotiate(device, device->offered & VIRTIO_ACCESS_PLATFORM);

	trial_record(trial, "VERSION_1 declined: FEATURES_OK %s", stuck ? "sticks" : "stays clear");
	virtio_reset(device);
	expect(trial, virtio_negotiate(device, VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM)),
	       "after that, FEATURES_OK does not stick for VERSION_1 either");
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.feature.version-1-declined", version_1_declined,
		 "Records whether FEATURES_OK sticks without VERSION_1; with it, it does so afterwards.",
		 .scope = &scope_virtio_device, .skip = needs_modern, .clauses = "RSVD-2", .judged_by = RECORD);

static const char *needs_no_offer(const struct subject *subject)
{
	if (subject->engine->view != VIEW_PHYSICAL)
		return "bit 33 is offered";
	return needs_writes(subject);
}

/* A device that does not offer bit 33 promises that nothing translates its addresses. */
static void offer(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	expect(trial, !(sighting.view & VIEW_BUS), "bit 33 is not offered, and yet the host bridge translates");
	expect(trial, sighting.result == ENGINE_DONE, "the request was not completed (%s)",
	       engine_result_name(sighting.result));
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.feature.platform-offer", offer,
		 "A device that does not offer bit 33 is not translated by the host bridge.",
		 .scope = &scope_split_engine, .skip = needs_no_offer, .clauses = "RSVD-3", .judged_by = EVIDENCE);
