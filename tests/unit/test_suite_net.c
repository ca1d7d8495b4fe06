/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/net.c drivers/virtio/device/net_control.c drivers/net/echo.c
 * drivers/net/dhcp.c drivers/net/ip.c tests/conformance/virtio/net/hash.c
 * tests/conformance/virtio/net/mtu.c tests/conformance/virtio/net/station.c
 * tests/conformance/virtio/net/station_command.c tests/conformance/virtio/net/frame.c
 * tests/conformance/virtio/net/toeplitz.c tests/conformance/virtio/net/wire.c */
/*
 * Suite virtio.net on a network device of software that reports hashes, which no device of QEMU does on a network
 * without a vnet header, and keeps to its MTU, which none does at all: one that is right, and such as are wrong in one
 * thing each. The witness is of software too.
 */
#include <string.h>

#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>

#include "tests/conformance/virtio/net/station.h"
#include "tests/conformance/virtio/net/toeplitz.h"
#include "tests/unit/suite_case.h"

#define RECEIVE		0
#define TRANSMIT	1
#define MTU_BYTES	1500u
#define LAST_TYPE	(VIRTIO_NET_RSS_HASH_TYPE_UDPv6 << 1)

/* What is wrong; all zero: nothing. */
static struct {
	bool key, ports, addresses, order, report, none, frame, refuses, obeys, mtu;
} wrong;

static uint32_t hash_types;
static uint8_t hash_key[TOEPLITZ_KEY];
static uint8_t wire[STATION_FRAME];
static uint32_t wire_size;
static struct model_chain posted[STATION_SLOTS];
static unsigned posted_count;

/* ---- The device ------------------------------------------------------------------------------------------------- */

static bool is_right(const uint8_t *data, uint32_t size, bool rss)
{
	uint32_t entries = data[4] + 1u, key_at = 8 + 2 * entries + 3;

	return size >= key_at && data[6] == 0 && size >= key_at + data[key_at - 1] && (!rss || data[key_at - 3] == 1);
}

static uint8_t configure(const uint8_t *header, const uint8_t *data, uint32_t size)
{
	bool rss = header[1] == VIRTIO_NET_CTRL_MQ_RSS_CONFIG;

	if (header[0] != VIRTIO_NET_CTRL_MQ || wrong.refuses)
		return VIRTIO_NET_ERR;
	if (!is_right(data, size, rss))
		return wrong.obeys ? VIRTIO_NET_OK : VIRTIO_NET_ERR;
	hash_types = data[0] | (uint32_t)data[1] << 8;
	if (!wrong.key)
		memcpy(hash_key, data + 13, TOEPLITZ_KEY);
	return VIRTIO_NET_OK;
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const struct case_chain *noted = &case_chains[case_chain_count - 1];

	if (queue == RECEIVE) {
		posted[posted_count++] = *chain;
		return CHAIN_KEPT;
	}
	if (queue == TRANSMIT) {
		wire_size = noted->read_size - (case_model->accepted & NET_BIT(HASH_REPORT) ? 20 : 12);
		memcpy(wire, noted->read + noted->read_size - wire_size, wire_size);
		return 0;
	}
	*(uint8_t *)case_piece(chain, 2) = configure(case_piece(chain, 0), case_piece(chain, 1), chain->pieces[1].size);
	return 1;
}

/* Which type of hash a frame gets, as its number from 1 on, which is also that of the report; 0: none. */
static unsigned type_of(const uint8_t *frame)
{
	bool version6 = frame[12] == 0x86 && frame[13] == 0xdd;
	uint8_t protocol = frame[ETH_HLEN + (version6 ? 6 : 9)];
	unsigned first = version6 ? 3 : 0, with_ports = protocol == 6 ? 1 : protocol == 17 ? 2 : 0;

	if (!version6 && !(frame[12] == 8 && frame[13] == 0))
		return 0;
	if (with_ports && hash_types >> (first + with_ports) & 1)
		return first + with_ports + 1;
	return hash_types >> first & 1 ? first + 1 : 0;
}

static void put_hash(uint8_t *header, const uint8_t *frame)
{
	unsigned type = type_of(frame), with_ports = type == 0 || (type - 1) % 3 == 0 ? 0 : 4;
	uint32_t size = type > 3 ? 32 : 8, hash;

	if (type == 0) {
		header[16] = wrong.none;
		return;
	}
	hash = toeplitz(hash_key, frame + ETH_HLEN + (type > 3 ? 8 : 12) + wrong.addresses,
			size + (wrong.ports ? 0 : with_ports));
	for (unsigned i = 0; i < 4; i++)
		header[12 + i] = hash >> 8 * (wrong.order ? 3 - i : i);
	header[16] = wrong.report && type == 2 ? 1 : type;
}

/* ---- The witness ------------------------------------------------------------------------------------------------ */

bool ne2000_find(unsigned number, struct ne2000 *chip)
{
	*chip = (struct ne2000) { .function = &case_model->function };
	return number == 0;
}

void ne2000_start(struct ne2000 *chip)
{
	(void)chip;
	wire_size = 0;
}

void ne2000_stop(const struct ne2000 *chip)
{
	(void)chip;
}

bool ne2000_send(const struct ne2000 *chip, const void *frame, uint32_t size)
{
	uint32_t header = case_model->accepted & NET_BIT(HASH_REPORT) ? 20 : 12;
	uint8_t *bytes;

	(void)chip;
	assert_true(posted_count > 0);
	if (size > ETH_HLEN + MTU_BYTES && !wrong.mtu)
		return true;
	bytes = case_piece(&posted[0], 0);
	memset(bytes, 0, header);
	bytes[10] = 1;
	memcpy(bytes + header, frame, size);
	bytes[header + size - 1] ^= wrong.frame;
	if (header == 20)
		put_hash(bytes, frame);
	virtio_model_use(case_model, RECEIVE, posted[0].head, header + size);
	memmove(posted, posted + 1, --posted_count * sizeof(posted[0]));
	return true;
}

uint32_t ne2000_receive(struct ne2000 *chip, void *frame, uint32_t room)
{
	uint32_t size = wire_size < room ? wire_size : room;

	(void)chip;
	memcpy(frame, wire, size);
	wire_size = 0;
	return size;
}

/* ---- Tests ------------------------------------------------------------------------------------------------------ */

static void forget(struct virtio_model *model)
{
	(void)model;
	posted_count = 0;
	memset(hash_key, 0, sizeof(hash_key));
}

static void expect_run(void **state, const char *name, enum verdict verdict, const char *reason)
{
	static const uint8_t mac[ETH_ALEN] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
	uint32_t types = LAST_TYPE - 1;
	uint16_t mtu = MTU_BYTES;

	posted_count = 0;
	case_answer = answer;
	engine_case_make(VIRTIO_ID_NET, NET_BIT(MAC) | NET_BIT(CTRL_VQ) | NET_BIT(MQ) | NET_BIT(RSS) |
			 NET_BIT(HASH_REPORT) | NET_BIT(MTU), "accepted");
	case_model->at_reset = forget;
	memcpy(case_model->config, mac, ETH_ALEN);
	case_model->config[offsetof(struct virtio_net_config, max_virtqueue_pairs)] = 1;
	memcpy(case_model->config + offsetof(struct virtio_net_config, supported_hash_types), &types, sizeof(types));
	memcpy(case_model->config + offsetof(struct virtio_net_config, mtu), &mtu, sizeof(mtu));
	suite_expect(name, verdict, reason);
	engine_case_stop(state);
	virtio_model_machine(state);
	memset(&wrong, 0, sizeof(wrong));
}

static void right(void **state)
{
	expect_run(state, "virtio.net.hash-report", VERDICT_PASS, "");
	expect_run(state, "virtio.net.rss-hash-report", VERDICT_PASS, "");
	expect_run(state, "virtio.net.rss", VERDICT_PASS, "");
	expect_run(state, "virtio.net.rss-refused", VERDICT_PASS, "");
	expect_run(state, "virtio.net.mtu-received", VERDICT_PASS, "");
}

#define WRONG(name, what, complaint)									\
	static void name(void **state)									\
	{												\
		wrong.what = true;									\
		expect_run(state, "virtio.net.hash-report", VERDICT_FAIL, complaint);			\
		wrong.what = true;									\
		expect_run(state, "virtio.net.rss-hash-report", VERDICT_FAIL, complaint);		\
	}

WRONG(another_key, key, "TCP by IPv4, hash types 0x3f: the hash is 0, not ")
WRONG(no_ports, ports, "TCP by IPv4, hash types 0x3f: the hash is ")
WRONG(other_addresses, addresses, "TCP by IPv4, hash types 0x3f: the hash is ")
WRONG(another_order, order, "TCP by IPv4, hash types 0x3f: the hash is ")
WRONG(another_report, report, "TCP by IPv4, hash types 0x3f: the report is 1, not 2")
WRONG(a_hash_of_nothing, none, "neither IPv4 nor IPv6, hash types 0x3f: the report is 1, and not NONE")
WRONG(another_frame, frame, "TCP by IPv4: another frame than that is received")
WRONG(nothing_is_accepted, refuses, "hash types 0x3f: the answer is 0x1, not 0 (OK)")

static void everything_is_accepted(void **state)
{
	wrong.obeys = true;
	expect_run(state, "virtio.net.rss-refused", VERDICT_FAIL, "RSS_CONFIG with a key without its last byte: ");
}

static void frames_are_changed(void **state)
{
	wrong.frame = true;
	expect_run(state, "virtio.net.rss", VERDICT_FAIL, "TCP by IPv4: another frame than that is received");
}

static void frames_are_too_long(void **state)
{
	wrong.mtu = true;
	expect_run(state, "virtio.net.mtu-received", VERDICT_FAIL, "beyond the MTU: a frame of 1522 bytes ");
	wrong.frame = true;
	expect_run(state, "virtio.net.mtu-received", VERDICT_FAIL, "a frame of 1514 bytes, within the MTU: another ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(right), ENGINE_TEST(another_key), ENGINE_TEST(no_ports), ENGINE_TEST(other_addresses),
		ENGINE_TEST(another_order), ENGINE_TEST(another_report), ENGINE_TEST(a_hash_of_nothing),
		ENGINE_TEST(another_frame), ENGINE_TEST(nothing_is_accepted), ENGINE_TEST(everything_is_accepted),
		ENGINE_TEST(frames_are_changed), ENGINE_TEST(frames_are_too_long),
	};

	return cmocka_run_group_tests_name("suite-net", tests, NULL, NULL);
}
