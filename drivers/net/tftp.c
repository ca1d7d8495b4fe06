/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP frames: see tftp.h. */
#include "drivers/net/tftp.h"

#include "boot/string.h"

#define SERVER_PORT	69

#define ASK		1	/* operations */
#define DATA		3
#define ACKNOWLEDGE	4
#define ERROR		5

#define OPERATION	2	/* bytes */
#define HEADER		4	/* with the block's number */

uint32_t tftp_ask(struct tftp *tftp, const struct ip_ends *ends, const char *name, uint8_t *frame)
{
	static const char mode[] = "octet";
	uint8_t *message = frame + UDP_DATA;
	uint32_t length = strlen(name) + 1;
	struct ip_ends server = *ends;

	*tftp = (struct tftp) { .ends = *ends };
	tftp->ends.peer_port = 0;
	server.peer_port = SERVER_PORT;
	ip_put16(message, ASK);
	memcpy(message + OPERATION, name, length);
	memcpy(message + OPERATION + length, mode, sizeof(mode));
	return udp_write(&server, frame, OPERATION + length + sizeof(mode));
}

uint32_t tftp_acknowledge(const struct tftp *tftp, uint8_t *frame)
{
	ip_put16(frame + UDP_DATA, ACKNOWLEDGE);
	ip_put16(frame + UDP_DATA + OPERATION, tftp->block);
	return udp_write(&tftp->ends, frame, HEADER);
}

bool tftp_take(struct tftp *tftp, const uint8_t *frame, uint32_t size, const uint8_t **data, uint32_t *count)
{
	const uint8_t *message = frame + UDP_DATA;
	uint32_t all = udp_take(&tftp->ends, frame, size);

	*count = 0;
	if (all < HEADER || all > HEADER + TFTP_BLOCK)
		return false;
	if (ip_get16(message) == ERROR) {
		tftp->refused = true;
		return true;
	}
	if (ip_get16(message) != DATA)
		return false;
	tftp->ends.peer_port = ip_get16(frame + IP_DATA);
	if (ip_get16(message + OPERATION) != (uint16_t)(tftp->block + 1))
		return true;
	tftp->block++;
	*data = message + HEADER;
	*count = all - HEADER;
	tftp->done = *count < TFTP_BLOCK;
	return true;
}
