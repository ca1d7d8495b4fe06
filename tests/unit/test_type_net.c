/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/net.c
 * drivers/virtio/device/net_control.c drivers/net/echo.c drivers/net/dhcp.c drivers/net/ip.c */
/*
 * The network device's driver, against the other end of a network in software, which answers ARP and echo requests.
 * DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>

#include "drivers/net/echo.h"
#include "drivers/virtio/device/net.h"
#include "tests/unit/engine_case.h"

#define RECEIVE		0
#define TRANSMIT	1
#define CONTROL		2
#define ICMP		34			/* offset in a frame */
#define SIZE		64u

static const uint8_t gateway[ETH_ALEN] = { 2, 3, 4, 5, 6, 7 };

/* The other end's answer to the last frame, with a header before it, and whether it is still to be received. */
static uint8_t answer_bytes[2048];
static uint32_t answer_size;
static struct model_chain posted;
static bool is_posted;
/* Of a reply, bytes that the device does not speak of. */
static uint32_t cut;
static uint32_t header_size;
static uint8_t received_header[12];
/* The other end: answers, answers DHCP alone and for another address, is not there; or frames are not even taken, or
 * answers go past the buffer. */
static enum { ANSWERS, ANSWERS_ELSEWHERE, ABSENT, DEAF, PAST_THE_BUFFER } other_end;
static const uint8_t offered_ip[4] = { 192, 168, 76, 15 }, server_ip[4] = { 192, 168, 76, 9 };
static bool control_is_silent;

static void swap(uint8_t *a, uint8_t *b, unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		uint8_t byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

/* The question of a DHCP client, turned into an offer. */
static void make_offer(uint8_t *frame)
{
	const uint8_t options[] = { 53, 1, 2, 0, 54, 4, server_ip[0], server_ip[1], server_ip[2], server_ip[3], 255 };
	uint8_t *dhcp = frame + 42;

	swap(frame + 34, frame + 36, 2);
	memset(frame + 40, 0, 2);		/* there need be no checksum */
	dhcp[0] = 2;
	memcpy(dhcp + 16, offered_ip, sizeof(offered_ip));
	memcpy(dhcp + 240, options, sizeof(options));
}

static bool answers(const uint8_t *frame)
{
	if (other_end == ANSWERS || other_end == PAST_THE_BUFFER)
		return true;
	if (other_end != ANSWERS_ELSEWHERE)
		return false;
	return frame[13] != 6 || memcmp(frame + ETH_HLEN + 24, server_ip, sizeof(server_ip)) == 0;
}

static void make_answer(const struct case_chain *sent)
{
	uint8_t *frame = answer_bytes + header_size;

	answer_size = sent->read_size;
	memcpy(answer_bytes, sent->read, answer_size);
	memcpy(answer_bytes, received_header, header_size);
	memcpy(frame, frame + ETH_ALEN, ETH_ALEN);
	memcpy(frame + ETH_ALEN, gateway, ETH_ALEN);
	if (frame[13] == 6) {
		frame[ETH_HLEN + 7] = 2;
		swap(frame + ETH_HLEN + 8, frame + ETH_HLEN + 18, 10);
		memcpy(frame + ETH_HLEN + 8, gateway, ETH_ALEN);
	} else if (frame[ETH_HLEN + 9] == 17) {
		make_offer(frame);
	} else {
		frame[ICMP] = 0;
	}
}

static void deliver(void)
{
	uint32_t done = 0;

	for (unsigned i = 0; i < posted.count; i++) {
		uint32_t part = answer_size - done < posted.pieces[i].size ? answer_size - done : posted.pieces[i].size;

		if (other_end != PAST_THE_BUFFER)
			memcpy(case_piece(&posted, i), answer_bytes + done, part);
		done += part;
	}
	virtio_model_use(case_model, RECEIVE, posted.head, answer_size > 100 ? done - cut : done);
	answer_size = 0;
	is_posted = false;
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	if (queue == RECEIVE) {
		posted = *chain;
		is_posted = true;
		return CHAIN_KEPT;
	}
	if (queue == CONTROL) {
		assert_int_equal(chain->count, 3);
		if (!control_is_silent)
			*(uint8_t *)case_piece(chain, 2) = 0;
		return control_is_silent ? CHAIN_KEPT : 1;
	}
	if (other_end == DEAF)
		return CHAIN_KEPT;
	virtio_model_use(case_model, TRANSMIT, chain->head, 0);
	if (!answers(case_chains[case_chain_count - 1].read + header_size))
		return CHAIN_KEPT;
	make_answer(&case_chains[case_chain_count - 1]);
	if (is_posted)
		deliver();
	return CHAIN_KEPT;
}

static void forget(struct virtio_model *model)
{
	(void)model;
	is_posted = false;
}

static void make(uint64_t offered)
{
	static const uint8_t mac[ETH_ALEN] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

	case_answer = answer;
	is_posted = false;
	cut = 0;
	header_size = sizeof(struct virtio_net_hdr_v1);
	memset(received_header, 0, sizeof(received_header));
	engine_case_make(VIRTIO_ID_NET, offered, "accepted");
	case_model->at_reset = forget;
	memcpy(case_model->config, mac, ETH_ALEN);
	engine_case_start();
}

static int answering_machine(void **state)
{
	other_end = ANSWERS;
	control_is_silent = false;
	return virtio_model_machine(state);
}

/* Of all features only the address; no field of the configuration is written, which the model would not let pass. */
static void features(void **state)
{
	(void)state;
	make(UINT32_MAX | VIRTIO_BIT(VIRTIO_NET_F_HASH_REPORT) | VIRTIO_BIT(VIRTIO_NET_F_STANDBY));
	assert_int_equal(case_model->accepted & ~(VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM),
			 VIRTIO_BIT(VIRTIO_NET_F_MAC));
	assert_true(net_arp(case_engine, ENGINE_LIMIT, NULL));
}

static const uint8_t *last_sent(void)
{
	for (unsigned i = case_chain_count; i-- > 0;)
		if (case_chains[i].queue == TRANSMIT)
			return case_chains[i].read;
	fail_msg("nothing was sent");
	return NULL;
}

/* The device's address, or one of our own that is marked as such. */
static void addresses(void **state)
{
	(void)state;
	make(VIRTIO_BIT(VIRTIO_NET_F_MAC));
	assert_true(net_arp(case_engine, ENGINE_LIMIT, NULL));
	assert_memory_equal(last_sent() + header_size + ETH_ALEN, case_model->config, ETH_ALEN);
	engine_stop(case_engine);
	virtio_model_machine(state);
	make(0);
	assert_true(net_arp(case_engine, ENGINE_LIMIT, NULL));
	assert_memory_not_equal(last_sent() + header_size + ETH_ALEN, case_model->config, ETH_ALEN);
	assert_int_equal(last_sent()[header_size + ETH_ALEN] & 3, 2);
	assert_int_equal(case_model->config_reads, 0);
}

/* The Internet checksum of a good packet is 0, its own field included. */
static void expect_checksums(const uint8_t *frame, uint32_t size)
{
	assert_int_equal(echo_checksum(frame + ETH_HLEN, 20), 0);
	assert_int_equal(echo_checksum(frame + ICMP, size - ICMP), 0);
}

static void what_is_sent(void **state)
{
	static const uint8_t zeroes[sizeof(struct virtio_net_hdr_v1)];
	uint8_t seen[SIZE];
	uint64_t number;
	void *bytes;

	(void)state;
	make(VIRTIO_BIT(VIRTIO_NET_F_MAC));
	number = case_buffer(SIZE, &bytes);
	engine_payload(bytes, SIZE, 3);
	assert_int_equal(case_transfer(DMA_DEVICE_READS, number, SIZE, seen), ENGINE_DONE);
	assert_memory_equal(seen, bytes, SIZE);
	for (unsigned i = 0; i < case_chain_count; i++) {
		if (case_chains[i].queue != TRANSMIT)
			continue;
		assert_memory_equal(case_chains[i].read, zeroes, sizeof(zeroes));
		assert_int_equal(case_chains[i].write_size, 0);
	}
	expect_checksums(last_sent() + header_size, ECHO_HEADER_SIZE + SIZE);
	/* Two queues, and nothing in another one: there are no commands. */
	assert_int_equal(case_count(RECEIVE) + case_count(TRANSMIT), case_chain_count);
}

/* Whatever a header says that is received: all but the frame is ignored. */
static void headers_that_are_received(void **state)
{
	uint8_t seen[SIZE];
	uint64_t number;
	void *bytes;

	(void)state;
	make(0);
	memset(received_header, 0xff, sizeof(received_header));
	number = case_buffer(SIZE, &bytes);
	engine_payload(bytes, SIZE, 4);
	assert_int_equal(case_transfer(DMA_DEVICE_READS, number, SIZE, seen), ENGINE_DONE);
	assert_memory_equal(seen, bytes, SIZE);
}

/* Bytes behind the used length are not there, whatever stands in the buffer. */
static void a_reply_that_is_cut_short(void **state)
{
	uint64_t number;
	void *bytes;

	(void)state;
	make(0);
	number = case_buffer(SIZE, &bytes);
	engine_payload(bytes, SIZE, 5);
	cut = 1;
	assert_int_equal(case_transfer(DMA_DEVICE_READS, number, SIZE, NULL), ENGINE_SILENT);
}

/* Without VERSION_1 the header is shorter, and a descriptor by itself where ANY_LAYOUT is not accepted. */
static void the_header_without_version_1(void **state)
{
	const struct case_chain *sent;

	(void)state;
	case_answer = answer;
	is_posted = false;
	header_size = sizeof(struct virtio_net_hdr);
	engine_case_make(VIRTIO_ID_NET, 0, "accepted");
	case_virtio->plan = (struct virtio_plan) { .omit = OMIT_VERSION_1 };
	engine_case_start();
	assert_true(net_arp(case_engine, ENGINE_LIMIT, NULL));
	sent = &case_chains[case_chain_count - 1];
	assert_int_equal(sent->queue, TRANSMIT);
	assert_int_equal(sent->chain.count, 2);
	assert_int_equal(sent->chain.pieces[0].size, sizeof(struct virtio_net_hdr));
	assert_int_equal(sent->chain.pieces[1].size, ECHO_ARP_SIZE);
	assert_int_equal(case_chains[0].chain.pieces[0].size, sizeof(struct virtio_net_hdr));
}

/* QEMU's network where it was given other addresses: DHCP tells them. */
static void other_addresses(void **state)
{
	uint8_t seen[SIZE];
	uint64_t number;
	void *bytes;

	(void)state;
	other_end = ANSWERS_ELSEWHERE;
	make(VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ));
	assert_memory_equal(net_gateway(case_engine), server_ip, sizeof(server_ip));
	assert_string_equal(case_engine->kind, "net");
	assert_null(case_engine->no_reads);
	number = case_buffer(SIZE, &bytes);
	engine_payload(bytes, SIZE, 6);
	assert_int_equal(case_transfer(DMA_DEVICE_READS, number, SIZE, seen), ENGINE_DONE);
	assert_memory_equal(last_sent() + header_size + ETH_HLEN + 12, offered_ip, sizeof(offered_ip));
	assert_memory_equal(last_sent() + header_size + ETH_HLEN + 16, server_ip, sizeof(server_ip));
}

/* Nobody answers, or nobody takes a frame: the control queue does, with a byte where it is told. */
static void nobody(void **state)
{
	uint64_t number;
	uint8_t *byte;
	void *bytes;

	(void)state;
	for (other_end = ABSENT; other_end <= DEAF; other_end++) {
		make(VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) | VIRTIO_BIT(VIRTIO_NET_F_CTRL_RX));
		assert_string_equal(case_engine->kind, "net-control");
		assert_null(case_engine->no_writes);
		assert_non_null(case_engine->no_reads);
		assert_int_equal(case_engine->largest, 1);
		number = case_buffer(2, &bytes);
		byte = bytes;
		byte[0] = byte[1] = 0xff;
		assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 1, NULL), ENGINE_DONE);
		assert_int_equal(byte[0], 0);
		assert_int_equal(byte[1], 0xff);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}

static void nobody_and_no_control_queue(void **state)
{
	for (other_end = ABSENT; other_end <= DEAF; other_end++) {
		make(0);
		assert_non_null(case_engine->no_writes);
		assert_ptr_equal(case_engine->no_reads, case_engine->no_writes);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}

/* None of them lacks anything: a device that neither transmits nor answers, and one whose frames go past the buffer. */
static void broken(void **state)
{
	uint64_t number;
	uint32_t size;
	void *bytes;

	(void)state;
	control_is_silent = true;
	for (unsigned round = 0; round < 2; round++) {
		other_end = round ? PAST_THE_BUFFER : DEAF;
		make(VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ));
		assert_null(case_engine->no_writes);
		number = case_buffer(SIZE, &bytes);
		size = case_engine->largest > 1 ? SIZE : 1;
		assert_int_not_equal(case_transfer(DMA_DEVICE_WRITES, number, size, NULL), ENGINE_DONE);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}

#define NET_TEST(name)	cmocka_unit_test_setup_teardown(name, answering_machine, engine_case_stop)
#define NET_CLAUSES(name, clauses)	host_clause_test(name, clauses, answering_machine, engine_case_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NET_CLAUSES(features, "DRV-NET-1 DRV-NET-2 DRV-NET-12 DRV-FEAT-2 DRV-FEAT-4 DRV-FEAT-5"),
		NET_CLAUSES(addresses, "DRV-NET-3 DRV-NET-4 DRV-CFG-3"),
		NET_CLAUSES(what_is_sent, "DRV-NET-13 DRV-NET-14 DRV-NET-15 DRV-NET-16 DRV-NET-17 DRV-NET-18 "
					     "DRV-NET-24 DRV-NET-25 DRV-NETLEG-2"),
		NET_CLAUSES(headers_that_are_received, "DRV-NET-20 DRV-NET-21 DRV-NET-22"),
		NET_CLAUSES(a_reply_that_is_cut_short, "DRV-SPLIT-17 DRV-SPLIT-18"),
		NET_CLAUSES(the_header_without_version_1, "DRV-NETLEG-3 DRV-NETLEG-4"),
		NET_TEST(other_addresses),
		NET_TEST(nobody),
		NET_TEST(nobody_and_no_control_queue),
		NET_TEST(broken),
	};

	return cmocka_run_group_tests_name("type-net", tests, NULL, NULL);
}
