/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.net: answers of the control queue, and what a device offers and says in its configuration.
 *
 * Source: VIRTIO 1.4, sections 5.1.3, 5.1.4 and 5.1.6.5.
 */
#include "tests/conformance/virtio/net/station.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);

#define KEY_LEAST		40u
#define TABLE_LEAST		128u
#define CONFIG_DUPLEX		16u
#define CONFIG_SPEED		12u
#define MTU_LEAST		68u
#define MTU_GOOD		1280u

static bool offers(const struct virtio_device *device, uint64_t features)
{
	return (device->offered & features) == features;
}

static const char *needs_control(const struct subject *subject)
{
	return offers(virtio_engine_of(subject->engine)->device, NET_BIT(CTRL_VQ)) ? NULL :
	       "CTRL_VQ is not offered: give it ctrl_vq=on";
}

/* Commands that no device knows, or that were not negotiated, and those whose data are too short or mean nothing. */
static void refused_commands(struct trial *trial)
{
	static const uint8_t data[8];
	static const struct { const char *what; uint8_t class, command; uint32_t size; } rows[] = {
		{ "a class that there is not", 0xb5, 0, 1 },
		{ "a class that there is not, without data", 0xb5, 0, 0 },
		{ "a command of class RX that there is not", VIRTIO_NET_CTRL_RX, 0x77, 1 },
		{ "a command of class MAC that there is not", VIRTIO_NET_CTRL_MAC, 0x77, ETH_ALEN },
		{ "a command of class VLAN that there is not", VIRTIO_NET_CTRL_VLAN, 0x77, 2 },
		{ "PROMISC without data", VIRTIO_NET_CTRL_RX, VIRTIO_NET_CTRL_RX_PROMISC, 0 },
		{ "VLAN_ADD with one byte", VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD, 1 },
		{ "MAC_ADDR_SET with five bytes", VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_ADDR_SET, ETH_ALEN - 1 },
		{ "a table of addresses without an end", VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_TABLE_SET, 3 },
	};
	struct station station;

	if (!station_start(trial, &station, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX) | NET_BIT(CTRL_VLAN) |
			   NET_BIT(CTRL_MAC_ADDR)))
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++) {
		uint8_t answer = station_command(&station, rows[i].class, rows[i].command, data, rows[i].size);

		expect(trial, answer == VIRTIO_NET_ERR, "%s: the answer is %#x, not %#x (ERR)", rows[i].what, answer,
		       VIRTIO_NET_ERR);
	}
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.refused-commands", refused_commands,
		 "Commands that there are not, or whose data are too short, are answered with ERR, in one byte.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_control, .judged_by = EVIDENCE);

static const char *needs_pairs(const struct subject *subject)
{
	return offers(virtio_engine_of(subject->engine)->device, NET_BIT(CTRL_VQ) | NET_BIT(MQ)) ? NULL :
	       "MQ is not offered: give it mq=on";
}

/* In the wrong byte order a count of 1 would be 0x100. */
static void pairs(struct trial *trial)
{
	struct station station;
	uint64_t most = 0;

	if (!station_start(trial, &station, NET_BIT(CTRL_VQ) | NET_BIT(MQ)))
		return;
	if (!virtio_config_read(station.virtio->device, offsetof(struct virtio_net_config, max_virtqueue_pairs), 2,
				&most))
		trial_error(trial, "max_virtqueue_pairs cannot be read");
	for (unsigned i = 0; i < 3 && trial_good(trial); i++) {
		const uint16_t counts[] = { 1, 0, (uint16_t)(most + 1) };
		uint16_t count = cpu_to_virtio16(station.virtio->device, counts[i]);
		uint8_t answer = station_command(&station, VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET,
						 &count, sizeof(count));

		expect(trial, answer == (i ? VIRTIO_NET_ERR : VIRTIO_NET_OK),
		       "VQ_PAIRS_SET %u of %u: the answer is %#x", counts[i], (unsigned)most, answer);
	}
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.pairs", pairs,
		 "A number of queue pairs that there are is accepted, none and more than there are are refused.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_pairs, .clauses = "NETLEG-7",
		 .judged_by = FUNCTIONAL);

static bool is_net(const struct subject *subject)
{
	return subject->device->type == VIRTIO_ID_NET;
}

static const char *needs_modern(const struct subject *subject)
{
	return subject->device->fault[0] ? "the device has no modern interface" : NULL;
}

static void features(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;

	expect(trial, !offers(device, NET_BIT(HASH_REPORT)) || offers(device, NET_BIT(CTRL_VQ)),
	       "HASH_REPORT is offered without CTRL_VQ");
	expect(trial, !offers(device, NET_BIT(CTRL_RX_EXTRA)) || offers(device, NET_BIT(CTRL_VQ)),
	       "CTRL_RX_EXTRA is offered without CTRL_VQ");
	trial_record(trial, "MQ is %soffered, RSS is %soffered", offers(device, NET_BIT(MQ)) ? "" : "not ",
		     offers(device, NET_BIT(RSS)) ? "" : "not ");
}
CONFORMANCE_TEST("virtio.net.features", features,
		 "Features that need the control queue are not offered without it.",
		 .scope = &scope_virtio_device, .about = is_net, .skip = needs_modern,
		 .clauses = "NET-14 NET-15 NET-111 NET-112", .judged_by = FUNCTIONAL);

/* A field of the configuration, where its feature is offered, and the values that it may have. */
struct field {
	const char *name;
	uint64_t features;			/* any of them */
	uint32_t offset, width;
	uint64_t least, most;
};

/* Through the modern interface: by the other one, suite virtio.legacy looks at fields that both have. */
static bool on_plain_modern(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

/* All of it is read from a device that was started: only then its byte order is settled. */
static void config(struct trial *trial)
{
	static const struct field fields[] = {
		{ "max_virtqueue_pairs", NET_BIT(MQ) | NET_BIT(RSS),
		  offsetof(struct virtio_net_config, max_virtqueue_pairs), 2, 1, VIRTIO_NET_CTRL_MQ_VQ_PAIRS_MAX },
		{ "mtu", NET_BIT(MTU), offsetof(struct virtio_net_config, mtu), 2, MTU_LEAST, UINT16_MAX },
		{ "rss_max_key_size", NET_BIT(RSS) | NET_BIT(HASH_REPORT),
		  offsetof(struct virtio_net_config, rss_max_key_size), 1, KEY_LEAST, UINT8_MAX },
		{ "rss_max_indirection_table_length", NET_BIT(RSS),
		  offsetof(struct virtio_net_config, rss_max_indirection_table_length), 2, TABLE_LEAST, UINT16_MAX },
		{ "speed", NET_BIT(SPEED_DUPLEX), CONFIG_SPEED, 4, 0, INT32_MAX },
		{ "duplex", NET_BIT(SPEED_DUPLEX), CONFIG_DUPLEX, 1, 0, 1 },
	};
	const struct virtio_device *device;
	struct station station;

	if (!station_start(trial, &station, 0))
		return;
	device = station.virtio->device;
	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct field *field = &fields[i];
		uint64_t value, again, unknown = field->width == 4 ? UINT32_MAX : UINT8_MAX;

		if (!(device->offered & field->features))
			continue;
		if (!expect(trial, virtio_config_read(device, field->offset, field->width, &value) &&
			    virtio_config_read(device, field->offset, field->width, &again),
			    "%s cannot be read, although its feature is offered", field->name))
			continue;
		expect(trial, (value >= field->least && value <= field->most) ||
		       (field->features == NET_BIT(SPEED_DUPLEX) && value == unknown), "%s is %#llx", field->name,
		       (unsigned long long)value);
		expect(trial, value == again, "%s is %#llx, and then %#llx", field->name, (unsigned long long)value,
		       (unsigned long long)again);
		if (field->features == NET_BIT(MTU))
			expect(trial, value >= MTU_GOOD, "mtu is %u, below %u", (unsigned)value, MTU_GOOD);
	}
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.config", config,
		 "Fields of the configuration that go with what is offered have values that they may have, and keep "
		 "them.",
		 .scope = &scope_net, .about = on_plain_modern,
		 .clauses = "NET-2 NET-3 NET-4 NET-5 NET-8 NET-9 NET-11 NET-12 NET-13", .judged_by = FUNCTIONAL);
