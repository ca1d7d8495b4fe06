/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.net: what a device does with the packets that it receives, once it was told how to hash them, and what
 * it says of them where it reports hashes. A witness on the same network sends packets of each kind, and we compute the
 * hash too. All devices of these machines have one pair of queues, so which queue a hash leads to is not seen.
 *
 * Source: VIRTIO 1.4, sections 5.1.6.4.3 and 5.1.6.5.6.
 */
#include "tests/conformance/virtio/net/station.h"

#include "boot/string.h"
#include "drivers/net/echo.h"
#include "tests/conformance/virtio/net/toeplitz.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);

#define IP4_HEADER	20u
#define IP6_HEADER	40u
#define PACKET		128u			/* bytes of each frame */
#define TYPE(name)	VIRTIO_NET_RSS_HASH_TYPE_##name
#define REPORT(name)	VIRTIO_NET_HASH_REPORT_##name
#define TCP		6
#define UDP		17
#define NEXT_NONE	59			/* neither, in both kinds of IP */

/* A kind of packet: the types of hash that fit it, the first one best; 0 where there is no such. */
static const struct kind {
	const char *name;
	unsigned version, protocol;
	uint32_t types[2];
	uint16_t reports[2];
} kinds[] = {
	{ "TCP by IPv4", 4, TCP, { TYPE(TCPv4), TYPE(IPv4) }, { REPORT(TCPv4), REPORT(IPv4) } },
	{ "UDP by IPv4", 4, UDP, { TYPE(UDPv4), TYPE(IPv4) }, { REPORT(UDPv4), REPORT(IPv4) } },
	{ "another protocol by IPv4", 4, NEXT_NONE, { 0, TYPE(IPv4) }, { 0, REPORT(IPv4) } },
	{ "TCP by IPv6", 6, TCP, { TYPE(TCPv6), TYPE(IPv6) }, { REPORT(TCPv6), REPORT(IPv6) } },
	{ "UDP by IPv6", 6, UDP, { TYPE(UDPv6), TYPE(IPv6) }, { REPORT(UDPv6), REPORT(IPv6) } },
	{ "no header behind IPv6", 6, NEXT_NONE, { 0, TYPE(IPv6) }, { 0, REPORT(IPv6) } },
	{ "neither IPv4 nor IPv6", 0, 0, { 0, 0 }, { 0, 0 } },
};
#define KINDS	((unsigned)(sizeof(kinds) / sizeof(kinds[0])))

/* What the device is told to hash, one after the other. */
static const uint32_t wishes[] = {
	TYPE(IPv4) | TYPE(TCPv4) | TYPE(UDPv4) | TYPE(IPv6) | TYPE(TCPv6) | TYPE(UDPv6),
	TYPE(IPv4) | TYPE(IPv6), TYPE(TCPv4) | TYPE(UDPv6), TYPE(UDPv4) | TYPE(TCPv6),
};

/* Where a packet of a kind has what is hashed, and how many bytes of it are addresses: ports follow. */
static uint32_t hashed_at(const struct kind *kind)
{
	return ETH_HLEN + (kind->version == 4 ? 12 : 8);
}

static uint32_t addresses_size(const struct kind *kind)
{
	return kind->version == 4 ? 8 : 32;
}

/* Behind the headers, and in addresses and ports, are the bytes of frame_make(). */
static void make_packet(const struct station *station, const struct kind *kind, uint16_t number, uint8_t *frame)
{
	uint8_t *ip = frame + ETH_HLEN;
	uint16_t payload = PACKET - ETH_HLEN - IP6_HEADER, sum;

	frame_make(frame, PACKET, station->mac, witness_mac, number);
	if (kind->version == 4) {
		const uint8_t header[] = { 0x45, 0, 0, PACKET - ETH_HLEN, 0, number, 0, 0, 64, kind->protocol, 0, 0 };

		memcpy(ip, header, sizeof(header));
		memcpy(frame + ETH_HLEN - 2, "\x08\x00", 2);
		sum = echo_checksum(ip, IP4_HEADER);
		ip[10] = sum >> 8;
		ip[11] = sum & 0xff;
	} else if (kind->version == 6) {
		const uint8_t header[] = { 0x60, 0, 0, number, 0, payload, kind->protocol, 64 };

		memcpy(ip, header, sizeof(header));
		memcpy(frame + ETH_HLEN - 2, "\x86\xdd", 2);
	}
}

static uint32_t le_bytes(const uint8_t *bytes, unsigned count)
{
	uint32_t value = 0;

	for (unsigned i = count; i-- > 0;)
		value = value << 8 | bytes[i];
	return value;
}

static void put_le(uint8_t *bytes, uint32_t value, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		bytes[i] = value >> 8 * i & 0xff;
}

static void expect_hash(struct station *station, const struct kind *kind, uint32_t types, const uint8_t *key,
			const uint8_t *frame, const uint8_t *header)
{
	uint32_t value = le_bytes(header + sizeof(struct virtio_net_hdr_v1), 4);
	uint16_t report = le_bytes(header + sizeof(struct virtio_net_hdr_v1) + 4, 2);
	uint32_t size = addresses_size(kind), right;
	unsigned i = types & kind->types[0] ? 0 : 1;

	if (station->header < sizeof(struct virtio_net_hdr_v1_hash))
		return;
	if (!(types & kind->types[i])) {
		expect(station->trial, report == REPORT(NONE), "%s, hash types %#x: the report is %u, and not NONE",
		       kind->name, types, report);
		return;
	}
	right = toeplitz(key, frame + hashed_at(kind), i == 0 ? size + 4 : size);
	expect(station->trial, report == kind->reports[i], "%s, hash types %#x: the report is %u, not %u", kind->name,
	       types, report, kind->reports[i]);
	expect(station->trial, value == right, "%s, hash types %#x: the hash is %#x, not %#x", kind->name, types, value,
	       right);
}

static void expect_hashes(struct station *station, uint32_t types, const uint8_t *key)
{
	static uint8_t frame[PACKET];
	static struct received received;

	for (unsigned i = 0; i < KINDS && trial_good(station->trial); i++) {
		make_packet(station, &kinds[i], i, frame);
		if (!witness_send(station, frame, PACKET) || !station_receive(station, &received))
			return;
		if (expect(station->trial, received.size == PACKET && memcmp(received.frame, frame, PACKET) == 0,
			   "%s: another frame than that is received", kinds[i].name))
			expect_hash(station, &kinds[i], types, key, frame, received.header);
		station_post(station);
	}
}

/* A command that tells how to hash, by either name: that of RSS has a table (of one entry here) and queues as well. */
struct config {
	uint32_t types;
	uint16_t mask, unclassified, queues;
	uint8_t key_size;
	uint8_t cut;				/* bytes that are not given */
};

#define RSS_HEAD	8u
#define RSS_QUEUES	10u
#define RSS_KEY_SIZE	12u
#define RSS_KEY		13u

static uint8_t configure(struct station *station, uint8_t command, const struct config *config, const uint8_t *key)
{
	bool rss = command == VIRTIO_NET_CTRL_MQ_RSS_CONFIG;
	uint8_t data[RSS_KEY + UINT8_MAX] = { 0 };

	put_le(data, config->types, 4);
	put_le(data + 4, rss ? config->mask : 0, 2);
	put_le(data + 6, rss ? config->unclassified : 0, 2);
	put_le(data + RSS_QUEUES, rss ? config->queues : 0, 2);
	data[RSS_KEY_SIZE] = config->key_size;
	memcpy(data + RSS_KEY, key, config->key_size < TOEPLITZ_KEY ? config->key_size : TOEPLITZ_KEY);
	return station_command(station, VIRTIO_NET_CTRL_MQ, command, data, RSS_KEY + config->key_size - config->cut);
}

/* Started with a pair of queues: behind more of them the control queue is another one. */
static bool start(struct trial *trial, struct station *station, uint64_t features)
{
	uint64_t pairs = 0;

	if (!station_watched(trial, station, NET_BIT(CTRL_VQ) | features, STATION_BUFFER, 1))
		return false;
	if (virtio_config_read(station->virtio->device, offsetof(struct virtio_net_config, max_virtqueue_pairs), 2,
			       &pairs) && pairs == 1)
		return true;
	trial_skip(trial, "there are %u pairs of queues: give its network one", (unsigned)pairs);
	station_stop(station);
	return false;
}

static void make_key(struct trial *trial, uint8_t *key)
{
	for (unsigned i = 0; i < TOEPLITZ_KEY; i++)
		key[i] = trial_random(trial);
}

static void run_hashes(struct trial *trial, uint64_t features, uint8_t command)
{
	uint8_t key[TOEPLITZ_KEY];
	struct station station;
	uint64_t supported = 0;

	if (!start(trial, &station, features))
		return;
	virtio_config_read(station.virtio->device, offsetof(struct virtio_net_config, supported_hash_types), 4,
			   &supported);
	trial_record(trial, "hash types %#x", (unsigned)supported);
	for (unsigned i = 0; i < sizeof(wishes) / sizeof(wishes[0]) && trial_good(trial); i++) {
		struct config config = { wishes[i] & supported, .queues = 1, .key_size = TOEPLITZ_KEY };
		uint8_t answer;

		make_key(trial, key);
		answer = configure(&station, command, &config, key);
		if (expect(trial, answer == VIRTIO_NET_OK, "hash types %#x: the answer is %#x, not %#x (OK)",
			   config.types, answer, VIRTIO_NET_OK))
			expect_hashes(&station, config.types, key);
	}
	station_stop(&station);
}

static const char *needs_features(const struct subject *subject, uint64_t features, const char *not_offered)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	if (virtio->mode->legacy)
		return "the legacy interface has no bits for HASH_REPORT and RSS";
	features |= NET_BIT(CTRL_VQ);
	return (virtio->device->offered & features) == features ? needs_witness(subject) : not_offered;
}

static const char *needs_hash(const struct subject *subject)
{
	return needs_features(subject, NET_BIT(HASH_REPORT) | NET_BIT(MQ),
			      "HASH_REPORT or MQ is not offered: give it hash=on, mq=on, and a network with a vnet "
			      "header");
}

static const char *needs_rss(const struct subject *subject)
{
	return needs_features(subject, NET_BIT(RSS), "RSS is not offered: give it rss=on");
}

static const char *needs_rss_hash(const struct subject *subject)
{
	return needs_features(subject, NET_BIT(RSS) | NET_BIT(HASH_REPORT),
			      "RSS or HASH_REPORT is not offered: give it rss=on, hash=on, and a network with a vnet "
			      "header");
}

static void hash_report(struct trial *trial)
{
	run_hashes(trial, NET_BIT(HASH_REPORT) | NET_BIT(MQ), VIRTIO_NET_CTRL_MQ_HASH_CONFIG);
}
CONFORMANCE_TEST("virtio.net.hash-report", hash_report,
		 "HASH_CONFIG tells which packets are hashed and by which key, and the header of each says so.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_hash,
		 .clauses = "NET-80 NET-82 NET-120", .judged_by = EVIDENCE);

static void rss_hash_report(struct trial *trial)
{
	run_hashes(trial, NET_BIT(HASH_REPORT) | NET_BIT(RSS), VIRTIO_NET_CTRL_MQ_RSS_CONFIG);
}
CONFORMANCE_TEST("virtio.net.rss-hash-report", rss_hash_report,
		 "RSS_CONFIG tells which packets are hashed and by which key, and the header of each says so.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rss_hash, .clauses = "NET-81",
		 .judged_by = EVIDENCE);

static void rss(struct trial *trial)
{
	run_hashes(trial, NET_BIT(RSS), VIRTIO_NET_CTRL_MQ_RSS_CONFIG);
}
CONFORMANCE_TEST("virtio.net.rss", rss,
		 "Packets of every kind are received whole whatever a device is told to hash of them.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rss, .judged_by = EVIDENCE);

/* What no device can do that has a pair of queues and keys of 40 bytes; and each is the good one but for one thing. */
static void rss_refused(struct trial *trial)
{
	static const uint8_t key[TOEPLITZ_KEY] = { 1 };
	static const struct { const char *what; struct config config; } rows[] = {
		{ "a good one", { TYPE(IPv4), .queues = 1, .key_size = TOEPLITZ_KEY } },
		{ "a key without its last byte", { TYPE(IPv4), .queues = 1, .key_size = TOEPLITZ_KEY, .cut = 1 } },
		{ "a table that is not there", { TYPE(IPv4), .queues = 1, .key_size = 0, .cut = RSS_KEY - RSS_HEAD } },
		{ "a table of 128 entries that is not there",
		  { TYPE(IPv4), .mask = 127, .queues = 1, .key_size = TOEPLITZ_KEY } },
		{ "a queue that there is not for what has no hash",
		  { TYPE(IPv4), .unclassified = 1, .queues = 1, .key_size = TOEPLITZ_KEY } },
		{ "no queue for sending", { TYPE(IPv4), .queues = 0, .key_size = TOEPLITZ_KEY } },
		{ "more queues for sending than there are", { TYPE(IPv4), .queues = 2, .key_size = TOEPLITZ_KEY } },
	};
	struct station station;

	if (!start(trial, &station, NET_BIT(RSS)))
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++) {
		uint8_t answer = configure(&station, VIRTIO_NET_CTRL_MQ_RSS_CONFIG, &rows[i].config, key);
		uint8_t right = i ? VIRTIO_NET_ERR : VIRTIO_NET_OK;

		expect(trial, answer == right, "RSS_CONFIG with %s: the answer is %#x, not %#x", rows[i].what, answer,
		       right);
	}
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.rss-refused", rss_refused,
		 "RSS_CONFIG that is cut short, or names queues that there are not, is answered with ERR.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_rss, .judged_by = EVIDENCE);
