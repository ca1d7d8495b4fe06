/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/net/ip.c drivers/net/dhcp.c drivers/net/tcp.c drivers/net/tftp.c */
/*
 * What is said on a network by our own drivers: frames of UDP, DHCP, TFTP and TCP, between two ends that both are ours,
 * and each of them broken in every byte that matters.
 */
#include <string.h>

#include "drivers/net/dhcp.h"
#include "drivers/net/tcp.h"
#include "drivers/net/tftp.h"
#include "tests/unit/host/host.h"

static const struct ip_ends ours = {
	.mac = { 2, 0, 0, 0, 0, 1 }, .peer_mac = { 2, 0, 0, 0, 0, 2 },
	.ip = { 10, 0, 2, 15 }, .peer_ip = { 10, 0, 2, 100 }, .port = 0x6001, .peer_port = 7,
};
static const struct ip_ends theirs = {
	.mac = { 2, 0, 0, 0, 0, 2 }, .peer_mac = { 2, 0, 0, 0, 0, 1 },
	.ip = { 10, 0, 2, 100 }, .peer_ip = { 10, 0, 2, 15 }, .port = 7, .peer_port = 0x6001,
};

static uint8_t frame[1600];

/* The example of RFC 1071, and an odd byte, which counts as the upper half of a word. */
static void checksums(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	assert_int_equal(ip_checksum(bytes, sizeof(bytes)), 0x220d);
	assert_int_equal(ip_checksum(bytes, 3), (uint16_t)~0xf201);
}

/* A frame that has changed in any bit behind Ethernet's addresses is none. */
static void datagrams(void **state)
{
	uint32_t size;

	(void)state;
	for (unsigned bytes = 1; bytes < 20; bytes++) {
		memset(frame + UDP_DATA, 0xa0 + bytes, bytes);
		size = udp_write(&theirs, frame, bytes);
		assert_int_equal(size, UDP_DATA + bytes);
		assert_int_equal(udp_take(&ours, frame, size), bytes);
		assert_int_equal(udp_take(&ours, frame, size + 18), bytes);	/* padded */
		assert_int_equal(udp_take(&ours, frame, size - 1), 0);
		assert_int_equal(udp_take(&theirs, frame, size), 0);
		for (uint32_t at = 2 * ETH_ALEN; at < size; at++) {
			frame[at] ^= 0x20;
			assert_int_equal(udp_take(&ours, frame, size), 0);
			frame[at] ^= 0x20;
		}
	}
}

static void a_file(void **state)
{
	struct ip_ends server = theirs;
	const uint8_t *data = NULL;
	struct tftp tftp;
	uint32_t size, count;

	(void)state;
	size = tftp_ask(&tftp, &ours, "name", frame);
	assert_int_equal(size, UDP_DATA + 2 + 5 + 6);
	assert_memory_equal(frame + UDP_DATA, "\0\1name\0octet", 13);
	for (unsigned i = 0; i < 3; i++) {
		uint32_t bytes = i == 2 ? 5 : TFTP_BLOCK;

		server.port = 2000;
		memset(frame + UDP_DATA, i, 4 + bytes);
		memcpy(frame + UDP_DATA, (uint8_t []) { 0, 3, 0, i + 1 }, 4);
		size = udp_write(&server, frame, 4 + bytes);
		assert_true(tftp_take(&tftp, frame, size, &data, &count));
		assert_int_equal(count, bytes);
		assert_int_equal(data[count - 1], i);
		assert_int_equal(tftp.done, i == 2);
		/* The same again is acknowledged again, and brings nothing. */
		assert_true(tftp_take(&tftp, frame, size, &data, &count));
		assert_int_equal(count, 0);
		server.port = 2001;
		size = udp_write(&server, frame, 4 + bytes);
		assert_false(tftp_take(&tftp, frame, size, &data, &count));
		tftp_acknowledge(&tftp, frame);
		assert_memory_equal(frame + UDP_DATA, ((uint8_t []) { 0, 4, 0, i + 1 }), 4);
		assert_int_equal(ip_get16(frame + IP_DATA + 2), 2000);
	}
	tftp_ask(&tftp, &ours, "name", frame);
	memcpy(frame + UDP_DATA, (uint8_t []) { 0, 5, 0, 1, 0 }, 5);
	assert_true(tftp_take(&tftp, frame, udp_write(&server, frame, 5), &data, &count));
	assert_true(tftp.refused && !tftp.done);
}

/* Both ends of a connection, the other of which begins by hand. */
static struct tcp client, server;

static void open_both(uint32_t first)
{
	const uint8_t *data;
	uint32_t size, count;

	tcp_connect(&client, &ours, first, frame);
	assert_int_equal(frame[IP_DATA + 13], 0x02);
	tcp_connect(&server, &theirs, 0xfffffffe, frame);
	server.expected = first + 1;
	frame[IP_DATA + 13] = 0x12;
	ip_put32(frame + IP_DATA + 8, first + 1);
	ip_put16(frame + IP_DATA + 16, 0);
	size = IP_DATA + 24;
	ip_put16(frame + IP_DATA + 16, ip_data_checksum(frame, 24));
	assert_int_equal(tcp_take(&client, frame, size, &data, &count), TCP_ANSWER);
	assert_int_equal(client.state, TCP_OPEN);
	server.state = TCP_OPEN;
	size = tcp_acknowledge(&client, frame);
	assert_int_equal(tcp_take(&server, frame, size, &data, &count), TCP_TAKEN);
	assert_int_equal(server.acknowledged, server.next);
}

/* Numbers wrap on both sides while bytes go both ways; what is lost, doubled or broken brings nothing. */
static void a_connection(void **state)
{
	static uint8_t lost[1600];
	const uint8_t *data = NULL;
	uint32_t size, lost_size, count;

	(void)state;
	open_both(0xfffffff0);
	assert_int_equal(tcp_room(&client), 4096);
	size = tcp_send(&client, frame, "0123456789abcdefghijk", 21);
	assert_int_equal(tcp_room(&client), 4096 - 21);
	for (uint32_t at = 2 * ETH_ALEN; at < size; at++) {
		frame[at] ^= 0x40;
		assert_int_equal(tcp_take(&server, frame, size, &data, &count), TCP_OTHER);
		frame[at] ^= 0x40;
	}
	assert_int_equal(tcp_take(&server, frame, size, &data, &count), TCP_ANSWER);
	assert_int_equal(count, 21);
	assert_memory_equal(data, "0123456789abcdefghijk", 21);
	assert_int_equal(tcp_take(&server, frame, size, &data, &count), TCP_ANSWER);
	assert_int_equal(count, 0);
	lost_size = tcp_send(&client, lost, "lost", 4);
	size = tcp_send(&client, frame, "later", 5);
	assert_int_equal(tcp_take(&server, frame, size, &data, &count), TCP_ANSWER);
	assert_int_equal(count, 0);
	assert_int_equal(tcp_take(&server, lost, lost_size, &data, &count), TCP_ANSWER);
	assert_int_equal(count, 4);
	assert_int_equal(tcp_take(&server, frame, size, &data, &count), TCP_ANSWER);
	assert_memory_equal(data, "later", 5);
	size = tcp_close(&client, frame);
	assert_int_equal(tcp_take(&server, frame, size, &data, &count), TCP_ANSWER);
	assert_true(server.peer_done);
	size = tcp_close(&server, frame);
	assert_int_equal(tcp_take(&client, frame, size, &data, &count), TCP_ANSWER);
	assert_true(client.peer_done);
	assert_int_equal(client.acknowledged, client.next);
}

/* A refusal ends a connection, where it is one of it. */
static void a_reset(void **state)
{
	const uint8_t *data;
	uint32_t size, count;

	(void)state;
	open_both(5);
	for (unsigned right = 0; right < 2; right++) {
		size = tcp_acknowledge(&server, frame);
		frame[IP_DATA + 13] = 0x14;
		ip_put32(frame + IP_DATA + 4, server.next + !right);
		ip_put16(frame + IP_DATA + 16, 0);
		ip_put16(frame + IP_DATA + 16, ip_data_checksum(frame, TCP_HEADER));
		assert_int_equal(tcp_take(&client, frame, size, &data, &count), right ? TCP_TAKEN : TCP_OTHER);
		assert_int_equal(client.state, right ? TCP_RESET : TCP_OPEN);
	}
}

/* A question turned into an answer: who it is for, and what it says. */
static void addresses(void **state)
{
	static const uint8_t options[] = { 54, 4, 10, 0, 2, 2, 0, 53, 1, DHCP_ACK, 255 };
	struct dhcp dhcp = { .mac = { 2, 0, 0, 0, 0, 1 }, .id = 0x1234, .ip = { 10, 0, 2, 15 } };
	struct ip_ends back = { .ip = { 10, 0, 2, 2 }, .peer_ip = { 255, 255, 255, 255 }, .port = 67, .peer_port = 68 };
	uint8_t *message = frame + UDP_DATA;

	(void)state;
	dhcp_write(&dhcp, frame, DHCP_REQUEST);
	assert_memory_equal(message + 240, ((uint8_t []) { 53, 1, 3, 50, 4, 10, 0, 2, 15 }), 9);
	assert_int_equal(dhcp_take(&dhcp, frame, DHCP_SIZE), DHCP_OTHER);
	message[0] = 2;
	message[19] = 77;
	strcpy((char *)message + 108, "a-file");
	memcpy(message + 240, options, sizeof(options));
	udp_write(&back, frame, DHCP_SIZE - UDP_DATA);
	assert_int_equal(dhcp_take(&dhcp, frame, DHCP_SIZE - 1), DHCP_OTHER);
	assert_int_equal(dhcp_take(&dhcp, frame, DHCP_SIZE), DHCP_ACK);
	assert_int_equal(dhcp.ip[3], 77);
	assert_int_equal(dhcp.server[3], 2);
	assert_string_equal(dhcp.file, "a-file");
	dhcp.id++;
	assert_int_equal(dhcp_take(&dhcp, frame, DHCP_SIZE), DHCP_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksums), cmocka_unit_test(datagrams), cmocka_unit_test(a_file),
		cmocka_unit_test(a_connection), cmocka_unit_test(a_reset), cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
