/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.net: what a network is for. An address by DHCP, a file by UDP, and a connection of TCP with a program of
 * the host's that sends back what it gets; byte by byte, through buffers of one piece and of many, whole and merged.
 *
 * Source: VIRTIO 1.4, section 5.1.6; the protocols are those of drivers/net.
 */
#include "tests/conformance/virtio/net/talk.h"

#include "boot/string.h"
#include "drivers/net/tcp.h"
#include "drivers/net/tftp.h"
#include "tests/conformance/virtio/net/station_area.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);

#define FRAMES_MOST	256u
#define FILE_MOST	0x4000u

#define ECHO_PORT	7
#define ECHO_HOST	100		/* the last byte of its address */
#define OUR_PORT	0x6000u		/* ports of ours, another one for each connection */

#define MERGED_BUFFER	300u		/* bytes of a buffer where a frame may need several */

static struct talk talk;

static const char *needs_mergeable_network(const struct subject *subject)
{
	if (!(virtio_engine_of(subject->engine)->device->offered & NET_BIT(MRG_RXBUF)))
		return "MRG_RXBUF is not offered: give it mrg_rxbuf=on";
	return needs_network(subject);
}

/* The blocks of a file, one after the other, each acknowledged. How many bytes, or 0 and the trial is over. */
static uint32_t take_file(struct trial *trial, uint8_t *file)
{
	struct tftp tftp;
	uint32_t total = 0, size = tftp_ask(&tftp, &talk.ends, talk.dhcp.file, talk.frame);

	for (unsigned i = 0; i < FRAMES_MOST && talk_say(&talk, size); i++) {
		const uint8_t *data;
		uint32_t count;

		do {
			if (!talk_hear(&talk, "a block of a file (TFTP)"))
				return 0;
		} while (!tftp_take(&tftp, talk.received.frame, talk.received.size, &data, &count) &&
			 ++i < FRAMES_MOST);
		if (tftp.refused)
			trial_skip(trial, "the server has no file %s: add tftp=FOLDER,bootfile=NAME to its "
				   "-netdev user", talk.dhcp.file);
		if (tftp.refused || !expect(trial, count <= FILE_MOST - total, "file %s goes on beyond %u bytes",
					    talk.dhcp.file, FILE_MOST))
			return 0;
		if (count > 0)
			memcpy(file + total, data, count);
		total += count;
		size = tftp_acknowledge(&tftp, talk.frame);
		if (tftp.done)
			return talk_say(&talk, size) ? total : 0;
	}
	expect(trial, !trial_good(trial), "file %s does not end within %u frames", talk.dhcp.file, FRAMES_MOST);
	return 0;
}

static void datagrams(struct trial *trial)
{
	static uint8_t file[FILE_MOST];
	uint32_t size;

	if (!talk_start(trial, &talk, 0, STATION_BUFFER, STATION_PIECES))
		return;
	talk.ends.port = OUR_PORT + trial_random(trial) % OUR_PORT;
	if (talk.dhcp.file[0] == '\0')
		trial_skip(trial, "an address comes by DHCP, and no name of a file: add tftp=FOLDER,bootfile=NAME to "
			   "its -netdev user");
	size = trial_good(trial) && talk.dhcp.file[0] ? take_file(trial, file) : 0;
	if (size > 0)
		wire_say_file(&talk.station, talk.dhcp.file, file, size);
	talk_stop(&talk);
}
CONFORMANCE_TEST("virtio.net.datagrams", datagrams,
		 "An address is offered, asked for and given, and a file of the host's comes in datagrams of UDP.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_network, .judged_by = EVIDENCE);

/* What is sent: odd and even sizes, the largest among them, none of them alike. */
static const uint16_t parts[] = { 1, 1460, 2, 997, 512, 63 };
#define PARTS		((unsigned)(sizeof(parts) / sizeof(parts[0])))
#define STREAM		(1u + 1460u + 2u + 997u + 512u + 63u)

struct stream {
	struct tcp tcp;
	uint8_t bytes[STREAM];		/* what is said */
	uint8_t echo[STREAM];		/* what has come back */
	uint32_t said, heard;
};
static struct stream stream;

/* Takes a frame, and answers it. False, and the trial is over, when none comes or what is said must not be. */
static bool listen(struct trial *trial, const char *what)
{
	const uint8_t *data;
	uint32_t count;

	if (!talk_hear(&talk, what))
		return false;
	if (tcp_take(&stream.tcp, talk.received.frame, talk.received.size, &data, &count) == TCP_ANSWER &&
	    !talk_say(&talk, tcp_acknowledge(&stream.tcp, talk.frame)))
		return false;
	if (!expect(trial, stream.tcp.state != TCP_RESET, "the other end breaks the connection: %s", what) ||
	    !expect(trial, count <= STREAM - stream.heard, "%u bytes come back on a connection: %u were sent",
		    stream.heard + count, stream.said))
		return false;
	if (count > 0)
		memcpy(stream.echo + stream.heard, data, count);
	stream.heard += count;
	return true;
}

/* Listens until something is so, at most so many frames. */
#define LISTEN_UNTIL(trial, condition, what)								\
	do {												\
		for (unsigned i_ = 0; i_ < FRAMES_MOST && !(condition); i_++)				\
			if (!listen(trial, what))							\
				return false;								\
		if (!expect(trial, condition, "%u frames came, and not %s", FRAMES_MOST, what))		\
			return false;									\
	} while (0)

static bool converse(struct trial *trial)
{
	struct tcp *tcp = &stream.tcp;

	if (!talk_say(&talk, tcp_connect(tcp, &talk.ends, trial_random(trial), talk.frame)))
		return false;
	LISTEN_UNTIL(trial, tcp->state == TCP_OPEN, "an answer to TCP's SYN");
	for (unsigned i = 0; i < PARTS; i++) {
		LISTEN_UNTIL(trial, tcp_room(tcp) >= parts[i], "room for a segment of TCP");
		if (!talk_say(&talk, tcp_send(tcp, talk.frame, stream.bytes + stream.said, parts[i])))
			return false;
		stream.said += parts[i];
	}
	LISTEN_UNTIL(trial, stream.heard == STREAM, "all bytes of a connection");
	if (!talk_say(&talk, tcp_close(tcp, talk.frame)))
		return false;
	LISTEN_UNTIL(trial, tcp->peer_done && tcp->acknowledged == tcp->next, "the end of a connection of TCP");
	return true;
}

static void talk_by_tcp(struct trial *trial)
{
	uint8_t host[IP_ADDRESS], mac[ETH_ALEN] = { 0 };
	int found;

	memcpy(host, talk.dhcp.server, IP_ADDRESS);
	host[IP_ADDRESS - 1] = ECHO_HOST;
	found = talk_find(&talk, host, mac);
	if (found == 0)
		trial_skip(trial, "nobody has %u.%u.%u.%u: add guestfwd=tcp:%u.%u.%u.%u:%u-cmd:cat to its -netdev "
			   "user", host[0], host[1], host[2], host[3], host[0], host[1], host[2], host[3], ECHO_PORT);
	if (found != 1)
		return;
	memcpy(talk.ends.peer_ip, host, IP_ADDRESS);
	memcpy(talk.ends.peer_mac, mac, ETH_ALEN);
	talk.ends.port = OUR_PORT + trial_random(trial) % OUR_PORT;
	talk.ends.peer_port = ECHO_PORT;
	stream.said = stream.heard = 0;
	for (uint32_t i = 0; i < STREAM; i++)
		stream.bytes[i] = trial_random(trial);
	memset(stream.echo, 0, STREAM);
	if (!converse(trial))
		return;
	for (uint32_t i = 0; i < STREAM && memcmp(stream.echo, stream.bytes, STREAM) != 0; i++)
		if (!expect(trial, stream.echo[i] == stream.bytes[i], "byte %u of a connection comes back as %#x, not "
			    "%#x", i, stream.echo[i], stream.bytes[i]))
			return;
	wire_say_stream(&talk.station, talk.ends.port, stream.bytes, STREAM);
}

static void connection(struct trial *trial)
{
	if (!talk_start(trial, &talk, 0, STATION_BUFFER, 1))
		return;
	talk_by_tcp(trial);
	talk_stop(&talk);
}
CONFORMANCE_TEST("virtio.net.connection", connection,
		 "On a connection of TCP a program of the host's gets what was sent, and what it sends back arrives.",
		 .scope = &scope_net, .about = on_plain_ring, .skip = needs_network, .clauses = "NET-48 NET-61",
		 .judged_by = EVIDENCE);

static void connection_merged(struct trial *trial)
{
	if (!talk_start(trial, &talk, NET_BIT(MRG_RXBUF), MERGED_BUFFER, 1))
		return;
	talk_by_tcp(trial);
	talk_stop(&talk);
}
CONFORMANCE_TEST("virtio.net.connection-merged", connection_merged,
		 "The same through buffers of which a frame needs several.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_mergeable_network,
		 .clauses = "NET-31 NET-37 NET-38 NET-39", .judged_by = EVIDENCE);
