/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.net: which frames a device lets in after commands to its filters. A witness on the same network sends
 * one frame of each kind, the last of them one that must come: what came before it and is not there was kept out.
 *
 * Source: VIRTIO 1.4, sections 5.1.6.5.1 to 5.1.6.5.3.
 */
#include "tests/conformance/virtio/net/station.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);

/* Kinds of frames by where they go, in the order in which they are sent. */
enum { STRANGER, LISTED, GROUP, LISTED_GROUP, OWN, BROADCAST, KINDS };
#define KIND(kind)	(1u << (kind))
#define UNICAST		(KIND(STRANGER) | KIND(LISTED) | KIND(OWN))
#define MULTICAST	(KIND(GROUP) | KIND(LISTED_GROUP))
#define USUAL		(KIND(OWN) | KIND(BROADCAST))
#define EVERY		(KIND(KINDS) - 1)

static const uint8_t addresses[KINDS][ETH_ALEN] = {
	[STRANGER] = { 0x52, 0x54, 0x00, 0xb5, 0x11, 0x11 }, [LISTED] = { 0x52, 0x54, 0x00, 0xb5, 0x22, 0x22 },
	[GROUP] = { 0x01, 0x00, 0x5e, 0x11, 0x11, 0x11 }, [LISTED_GROUP] = { 0x01, 0x00, 0x5e, 0x22, 0x22, 0x22 },
	[BROADCAST] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
};
static const char *const kind_names[KINDS] = {
	"a stranger's", "a listed one", "a group", "a listed group", "the device's own", "that of everybody",
};

/* Commands of class RX are numbered from PROMISC on; here each is a bit. */
#define RX(command)	(1u << VIRTIO_NET_CTRL_RX_##command)
#define RX_COMMANDS	6u

/* Commands that are on, all others are off; whether the table has its entries; and what comes then. */
struct rule {
	unsigned on;
	bool table;
	unsigned comes;
};

static const char *needs_filters(const struct subject *subject, uint64_t features, const char *not_offered)
{
	if ((virtio_engine_of(subject->engine)->device->offered & features) != features)
		return not_offered;
	return needs_witness(subject);
}

static const char *needs_rx(const struct subject *subject)
{
	return needs_filters(subject, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX),
			     "CTRL_RX is not offered: give it ctrl_vq=on, ctrl_rx=on");
}

static const char *needs_rx_extra(const struct subject *subject)
{
	return needs_filters(subject, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX) | NET_BIT(CTRL_RX_EXTRA),
			     "CTRL_RX_EXTRA is not offered: give it ctrl_vq=on, ctrl_rx_extra=on");
}

/* Two tables, each a count and its addresses: those of one device, those of groups. */
static bool set_table(struct station *station, unsigned entries)
{
	const struct virtio_device *device = station->virtio->device;
	uint8_t table[2 * (sizeof(uint32_t) + ETH_ALEN)];
	uint32_t count = cpu_to_virtio32(device, entries), size = 0;

	for (unsigned kind = LISTED; kind <= LISTED_GROUP; kind += LISTED_GROUP - LISTED) {
		memcpy(table + size, &count, sizeof(count));
		size += sizeof(count);
		memcpy(table + size, addresses[kind], entries * ETH_ALEN);
		size += entries * ETH_ALEN;
	}
	return station_commanded(station, "MAC_TABLE_SET", VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_TABLE_SET, table,
				 size);
}

static bool set_modes(struct station *station, unsigned on)
{
	bool extra = station->virtio->device->accepted & NET_BIT(CTRL_RX_EXTRA);
	unsigned count = extra ? RX_COMMANDS : VIRTIO_NET_CTRL_RX_ALLMULTI + 1;
	bool good = true;

	for (unsigned command = 0; command < count && good; command++) {
		uint8_t value = on >> command & 1;

		good = station_commanded(station, "a command of class RX", VIRTIO_NET_CTRL_RX, command, &value, 1);
	}
	return good;
}

static const uint8_t *address_of(const struct station *station, unsigned kind)
{
	return kind == OWN ? station->mac : addresses[kind];
}

/* One frame of each kind, the one that is waited for last; which came, by bits. */
static unsigned send_all(struct station *station, unsigned last)
{
	static uint8_t frame[STATION_FRAME];
	static struct received received;
	unsigned came = 0;

	for (unsigned i = 0; i < KINDS; i++) {
		unsigned kind = i == KINDS - 1 ? last : i == last ? KINDS - 1 : i;

		frame_make(frame, 64, address_of(station, kind), witness_mac, kind);
		if (!witness_send(station, frame, 64))
			return 0;
	}
	while (!(came & KIND(last))) {
		int kind;

		if (!station_receive(station, &received))
			return came;
		kind = frame_number(received.frame, received.size);
		if (!expect(station->trial, kind >= 0 && kind < KINDS &&
			    memcmp(received.frame, address_of(station, kind), ETH_ALEN) == 0 &&
			    !(came & KIND(kind)), "a frame was received that was not sent, or sent once"))
			return came;
		came |= KIND(kind);
	}
	station_post(station);
	return came;
}

static void expect_rule(struct station *station, const struct rule *rule)
{
	unsigned last = rule->comes & KIND(BROADCAST) ? BROADCAST : OWN;
	unsigned came = send_all(station, last);

	for (unsigned kind = 0; kind < KINDS && trial_good(station->trial); kind++)
		expect(station->trial, ((came ^ rule->comes) >> kind & 1) == 0,
		       "modes %#x, %s in the table: a frame for %s is %sreceived", rule->on,
		       rule->table ? "two" : "none", kind_names[kind], came >> kind & 1 ? "" : "not ");
}

/* RX_EXTRA where the rules need it: a device without it has no such modes to be off. */
static void run_rules(struct trial *trial, uint64_t features, const struct rule *rules, unsigned count)
{
	struct station station;

	if (!station_watched(trial, &station, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX) | features, STATION_BUFFER, 1))
		return;
	for (unsigned i = 0; i < count && trial_good(trial); i++)
		if (set_table(&station, rules[i].table) && set_modes(&station, rules[i].on))
			expect_rule(&station, &rules[i]);
	station_stop(&station);
}
#define RUN_RULES(trial, features, rules)	run_rules(trial, features, rules, sizeof(rules) / sizeof((rules)[0]))

static void promiscuous(struct trial *trial)
{
	static const struct rule rules[] = {
		{ RX(PROMISC), false, EVERY }, { 0, false, USUAL }, { RX(PROMISC) | RX(ALLMULTI), true, EVERY },
	};

	RUN_RULES(trial, 0, rules);
}
CONFORMANCE_TEST("virtio.net.promiscuous", promiscuous,
		 "A promiscuous device receives every frame, and otherwise none for strangers.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rx,
		 .clauses = "NET-86 NET-88 NET-106", .judged_by = EVIDENCE);

static void promiscuous_wins(struct trial *trial)
{
	static const struct rule rules[] = {
		{ RX(PROMISC) | RX(NOMULTI) | RX(NOUNI) | RX(NOBCAST), false, EVERY },
	};

	RUN_RULES(trial, NET_BIT(CTRL_RX_EXTRA), rules);
}
CONFORMANCE_TEST("virtio.net.promiscuous-wins", promiscuous_wins,
		 "A promiscuous device receives every frame whatever its other modes say.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rx_extra, .clauses = "NET-89",
		 .judged_by = EVIDENCE);

static void all_multicast(struct trial *trial)
{
	static const struct rule rules[] = {
		{ RX(ALLMULTI), false, USUAL | MULTICAST }, { 0, false, USUAL },
	};

	RUN_RULES(trial, 0, rules);
}
CONFORMANCE_TEST("virtio.net.all-multicast", all_multicast,
		 "With all-multicast on a device receives frames for every group, and otherwise for none.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rx, .clauses = "NET-87 NET-90",
		 .judged_by = EVIDENCE);

static void extra_modes(struct trial *trial)
{
	static const struct rule rules[] = {
		{ RX(ALLUNI), false, KIND(BROADCAST) | UNICAST },
		{ RX(NOMULTI), true, USUAL | KIND(LISTED) },
		{ RX(NOMULTI) | RX(ALLMULTI), true, USUAL | KIND(LISTED) },
		{ RX(NOUNI), true, KIND(BROADCAST) | KIND(LISTED_GROUP) },
		{ RX(NOUNI) | RX(ALLUNI), true, KIND(BROADCAST) | KIND(LISTED_GROUP) },
		{ RX(NOBCAST), true, KIND(OWN) | KIND(LISTED) | KIND(LISTED_GROUP) },
		{ RX(NOBCAST) | RX(ALLMULTI), false, KIND(OWN) | MULTICAST },
	};

	RUN_RULES(trial, NET_BIT(CTRL_RX_EXTRA), rules);
}
CONFORMANCE_TEST("virtio.net.extra-modes", extra_modes,
		 "Modes that let all frames of a kind in do so, and those that keep a kind out win over them.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rx_extra,
		 .clauses = "NET-91 NET-92 NET-93 NET-94 NET-95 NET-96 NET-97 NET-98 NET-99 NET-100 NET-101 NET-102",
		 .judged_by = EVIDENCE);

/* The table is empty after a reset, although it was not before. */
static void mac_table(struct trial *trial)
{
	static const struct rule listed[] = { { 0, true, USUAL | KIND(LISTED) | KIND(LISTED_GROUP) } };
	static const struct rule reset = { 0, false, USUAL };
	struct station station;

	RUN_RULES(trial, 0, listed);
	if (!trial_good(trial) ||
	    !station_watched(trial, &station, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX), STATION_BUFFER, 1))
		return;
	if (set_modes(&station, 0))
		expect_rule(&station, &reset);
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.mac-table", mac_table,
		 "Frames for the addresses in the filter's table are received as soon as it is set, and none after a "
		 "reset.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rx,
		 .clauses = "NET-103 NET-104 NETLEG-3", .judged_by = EVIDENCE);

static const char *needs_mac(const struct subject *subject)
{
	return needs_filters(subject, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX) | NET_BIT(CTRL_MAC_ADDR) | NET_BIT(MAC),
			     "CTRL_MAC_ADDR or MAC is not offered: give it ctrl_vq=on, ctrl_mac_addr=on");
}

/* The table has an entry, which then is the device's own address: what was its own is a stranger's. */
static void mac_address(struct trial *trial)
{
	struct station station;
	uint8_t old[ETH_ALEN];
	uint64_t byte = 0;

	if (!station_watched(trial, &station, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX) | NET_BIT(CTRL_MAC_ADDR),
			     STATION_BUFFER, 1))
		return;
	memcpy(old, station.mac, ETH_ALEN);
	if (set_modes(&station, 0) &&
	    station_commanded(&station, "MAC_ADDR_SET", VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_ADDR_SET,
			      addresses[STRANGER], ETH_ALEN)) {
		static const struct rule rule = { 0, false, USUAL | KIND(STRANGER) };

		for (unsigned i = 0; i < ETH_ALEN; i++)
			expect(trial, virtio_config_read(station.virtio->device, i, 1, &byte) &&
			       byte == addresses[STRANGER][i], "byte %u of mac is %#x behind MAC_ADDR_SET, not %#x", i,
			       (unsigned)byte, addresses[STRANGER][i]);
		memcpy(station.mac, addresses[STRANGER], ETH_ALEN);
		expect_rule(&station, &rule);
		station_commanded(&station, "MAC_ADDR_SET back", VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_ADDR_SET,
				  old, ETH_ALEN);
	}
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.mac-address", mac_address,
		 "An address that a command sets is in the configuration when the command is done, and frames for it "
		 "are received.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_mac, .clauses = "NET-105",
		 .judged_by = EVIDENCE);

#define TAG_TYPE	0x8100u
#define TAG_SIZE	4u

/* A tagged frame of a VLAN, whose number tells it; so that the last that must come can be known. */
static bool send_tagged(struct station *station, uint16_t vlan)
{
	uint8_t plain[64], frame[64 + TAG_SIZE];

	frame_make(plain, sizeof(plain), station->mac, witness_mac, vlan);
	memcpy(frame, plain, ETH_HLEN - 2);
	frame[ETH_HLEN - 2] = TAG_TYPE >> 8;
	frame[ETH_HLEN - 1] = TAG_TYPE & 0xff;
	frame[ETH_HLEN] = vlan >> 8;
	frame[ETH_HLEN + 1] = vlan & 0xff;
	memcpy(frame + ETH_HLEN + 2, plain + ETH_HLEN - 2, sizeof(plain) - (ETH_HLEN - 2));
	return witness_send(station, frame, sizeof(frame));
}

static const uint16_t vlans[] = { 1, 5, 0x100, 0x500, 4094 };
#define VLANS	((unsigned)(sizeof(vlans) / sizeof(vlans[0])))

/* Of frames of all VLANs, and behind them one without a tag, which ones come: bits. */
static unsigned send_vlans(struct station *station)
{
	static struct received received;
	uint8_t frame[64];
	unsigned came = 0;

	for (unsigned i = 0; i < VLANS; i++)
		if (!send_tagged(station, vlans[i]))
			return 0;
	frame_make(frame, sizeof(frame), station->mac, witness_mac, 0);
	if (!witness_send(station, frame, sizeof(frame)))
		return 0;
	while (station_receive(station, &received)) {
		if (frame_number(received.frame, received.size) == 0)
			break;
		for (unsigned i = 0; i < VLANS; i++)
			if (received.frame[ETH_HLEN] == vlans[i] >> 8 &&
			    received.frame[ETH_HLEN + 1] == (vlans[i] & 0xff))
				came |= 1u << i;
	}
	station_post(station);
	return came;
}

static void expect_vlans(struct station *station, const char *when, unsigned expected)
{
	unsigned came = trial_good(station->trial) ? send_vlans(station) : 0;

	for (unsigned i = 0; i < VLANS && trial_good(station->trial); i++)
		expect(station->trial, ((came ^ expected) >> i & 1) == 0, "%s: a frame of VLAN %u is %sreceived", when,
		       vlans[i], came >> i & 1 ? "" : "not ");
}

static const char *needs_vlan(const struct subject *subject)
{
	return needs_filters(subject, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX) | NET_BIT(CTRL_VLAN),
			     "CTRL_VLAN is not offered: give it ctrl_vq=on, ctrl_vlan=on");
}

/* VLAN 5 and 0x500 are each other with their bytes exchanged, as are 1 and 0x100. */
static void vlan_table(struct trial *trial)
{
	struct station station;
	uint16_t vlan;

	if (!station_watched(trial, &station, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX) | NET_BIT(CTRL_VLAN),
			     STATION_BUFFER, 1))
		return;
	if (set_modes(&station, 0))
		expect_vlans(&station, "an empty table", 0);
	vlan = cpu_to_virtio16(station.virtio->device, vlans[1]);
	station_commanded(&station, "VLAN_ADD", VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD, &vlan, sizeof(vlan));
	expect_vlans(&station, "VLAN 5 added", 1 << 1);
	vlan = cpu_to_virtio16(station.virtio->device, vlans[4]);
	station_commanded(&station, "VLAN_ADD", VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD, &vlan, sizeof(vlan));
	vlan = cpu_to_virtio16(station.virtio->device, vlans[1]);
	station_commanded(&station, "VLAN_DEL", VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_DEL, &vlan, sizeof(vlan));
	expect_vlans(&station, "VLAN 4094 added, VLAN 5 deleted", 1 << 4);
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.vlan-table", vlan_table,
		 "Of tagged frames those of the VLANs in the filter's table are received, and no others.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_vlan,
		 .clauses = "NET-108 NET-109 NETLEG-6", .judged_by = EVIDENCE);

static void vlan_unfiltered(struct trial *trial)
{
	struct station station;

	if (!station_watched(trial, &station, NET_BIT(CTRL_VQ) | NET_BIT(CTRL_RX), STATION_BUFFER, 1))
		return;
	if (set_modes(&station, 0))
		expect_vlans(&station, "CTRL_VLAN not accepted", (1 << VLANS) - 1);
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.vlan-unfiltered", vlan_unfiltered,
		 "Where the filter of VLANs was not accepted all tagged frames are received.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rx, .clauses = "NET-107",
		 .judged_by = EVIDENCE);
