/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a station and its witness have put on the wire, as one number each, for the host: it has the same wire in a file
 * (tests/gate/lib/Gate/Capture.pm) and compares. Nothing is judged here.
 *
 * Source: the CRC-32 of ISO 3309, which is that of Ethernet itself.
 */
#include "tests/conformance/virtio/net/station_area.h"

#include "boot/tap.h"

#define CRC_POLYNOMIAL	0xedb88320u

static uint32_t crc_of[256];			/* of each byte; made when it is first needed */

static void make_table(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t value = byte;

		for (unsigned bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? CRC_POLYNOMIAL : 0);
		crc_of[byte] = value;
	}
}

void wire_add(struct wire_sum *sum, const uint8_t *frame, uint32_t size)
{
	uint32_t crc = ~sum->crc;

	if (crc_of[1] == 0)
		make_table();
	crc = crc >> 8 ^ crc_of[(crc ^ size >> 8) & 0xff];
	crc = crc >> 8 ^ crc_of[(crc ^ size) & 0xff];
	for (uint32_t i = 0; i < size; i++)
		crc = crc >> 8 ^ crc_of[(crc ^ frame[i]) & 0xff];
	sum->crc = ~crc;
	sum->frames++;
}

#define MAC_TEXT	18u

static const char *mac_text(char *text, const uint8_t *mac)
{
	format(text, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return text;
}

void wire_say(const struct station *station)
{
	char device[MAC_TEXT], witness[MAC_TEXT];

	if (station->sent.frames == 0 && station->offered.frames == 0)
		return;
	tap_comment("host-check: %s wire %s %u %08x %s %u %08x received %u %08x", station->trial->subject->name,
		    mac_text(device, station->mac), station->sent.frames, station->sent.crc,
		    mac_text(witness, witness_mac), station->offered.frames, station->offered.crc,
		    station->received.frames, station->received.crc);
}

void wire_say_stream(const struct station *station, uint16_t port, const uint8_t *bytes, uint32_t size)
{
	struct wire_sum sum = { 0 };
	char device[MAC_TEXT];

	wire_add(&sum, bytes, size);
	tap_comment("host-check: %s stream %s %u %u %08x", station->trial->subject->name,
		    mac_text(device, station->mac), port, size, sum.crc);
}

void wire_say_file(const struct station *station, const char *name, const uint8_t *bytes, uint32_t size)
{
	struct wire_sum sum = { 0 };

	wire_add(&sum, bytes, size);
	tap_comment("host-check: %s file %s %u %08x", station->trial->subject->name, name, size, sum.crc);
}
