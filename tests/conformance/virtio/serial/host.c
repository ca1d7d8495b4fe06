/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.serial: what comes out of a console device at the host: bytes of a port that the host keeps in a file,
 * and those of an emergency, which a port shows that the host has connected with the console.
 *
 * A line "# host-check:" promises what the file holds after the run (tests/gate/lib/Gate/PortFile.pm).
 *
 * Source: VIRTIO 1.4, sections 5.3.4 and 5.3.5.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "boot/tap.h"
#include "tests/conformance/virtio/serial/rig.h"

VIRTIO_TYPE_SCOPE(serial, VIRTIO_ID_CONSOLE);

#define FILE_BYTES	5000u
#define FILE_REQUESTS	4u
#define AT_DATA		33u

/* The same sentence again and again, in requests of several pieces that are under way at once. */
static bool write_to_file(struct trial *trial, unsigned place, const char *name, uint64_t seed)
{
	struct flight flight;
	char text[96];
	bool good = flight_begin(trial, &flight, rig_transmit_number(place), 1);
	uint32_t step = FILE_BYTES / FILE_REQUESTS, length;

	format(text, sizeof(text), "busproof guest port %s seed %016llx\n", name, (unsigned long long)seed);
	length = strlen(text);
	for (uint32_t i = 0; i < FILE_BYTES && good; i++)
		*flight_at(&flight, AT_DATA + i) = text[i % length];
	for (unsigned i = 0; i < FILE_REQUESTS && good; i++)
		good = expect(trial, flight_add(&flight, AT_DATA + i * step, step, 1 + i % 2, false),
			      "request %u finds no room in the queue", i);
	if (good) {
		flight_go(&flight);
		good = flight_wait(trial, &flight);
	}
	engine_stop(flight.engine);
	flight_end(&flight);
	return good;
}

static void to_file(struct trial *trial)
{
	uint64_t seed = trial_random(trial);
	struct serial_rig rig;
	const char *name;

	if (rig_begin(trial, &rig)) {
		unsigned place = rig_file_port(&rig, &name);

		if (place == RIG_PORTS)
			trial_skip(trial, "no port is called " RIG_FILE_PORT "NAME: add -device virtserialport,"
				   "name=" RIG_FILE_PORT "NAME,chardev=ID with -chardev file,id=ID,path=P");
		else if (write_to_file(trial, place, name, seed))
			tap_comment("host-check: %s bytes %u seed %016llx", name, FILE_BYTES,
				    (unsigned long long)seed);
	}
	rig_end(&rig);
}
CONFORMANCE_TEST("virtio.serial.to-file", to_file,
		 "What a named port is sent stands in the host's file, byte for byte.",
		 .scope = &scope_serial, .about = on_plain_ring, .skip = serial_needs_ports, .judged_by = EVIDENCE);

/* ---- Emergencies --------------------------------------------------------------------------------------------- */

/* What a driver may be doing when an emergency comes: nothing yet, or any part of the handshake. */
static const struct { uint8_t status; const char *when; } states[] = {
	{ 0, "after a reset" },
	{ VIRTIO_CONFIG_S_ACKNOWLEDGE, "at ACKNOWLEDGE" },
	{ VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER, "at DRIVER" },
};
#define STATES		(sizeof(states) / sizeof(states[0]))
#define BYTES		(STATES + 1)		/* and at DRIVER_OK */
#define TOKEN		8u
#define WINDOW		4000u

static const char *needs_emergency(const struct subject *subject)
{
	const struct engine *engine = subject->engine;

	if (!(virtio_engine_of(engine)->device->offered & VIRTIO_BIT(VIRTIO_CONSOLE_F_EMERG_WRITE)))
		return "EMERG_WRITE is not offered";
	return serial_needs_loop(subject);
}

static bool write_emergency(struct trial *trial, struct virtio_device *device, uint8_t byte, const char *when)
{
	/* The bytes above the lowest are nobody's. */
	return expect(trial, virtio_config_write(device, offsetof(struct virtio_console_config, emerg_wr),
						 sizeof(__u32), 0x5a5a00u | byte),
		      "%s emerg_wr cannot be written", when);
}

/* Takes what the other port receives, until a token that was sent after all of it has come. */
static uint32_t receive_until(struct trial *trial, struct flight *flight, const uint8_t *token)
{
	uint32_t length = 0;

	while (length + TOKEN <= WINDOW) {
		const uint8_t *bytes = flight_at(flight, AT_DATA);
		struct flight_slot *slot;

		flight_again(flight);
		flight_add(flight, AT_DATA + length, WINDOW - length, 1, true);
		flight_go(flight);
		slot = flight_next(trial, flight);
		if (!slot)
			return 0;
		length += slot->length;
		if (length >= TOKEN && memcmp(bytes + length - TOKEN, token, TOKEN) == 0)
			return length - TOKEN;
	}
	return 0;
}

/* What came before the token is what was written, each byte once; or nothing, where another output shows it. */
static void judge_emergency(struct trial *trial, const uint8_t *came, uint32_t length, const uint8_t *written)
{
	if (length == 0) {
		trial_skip(trial, "bytes written to emerg_wr come out of no port that is connected with one");
		return;
	}
	for (unsigned i = 0; i < BYTES && i < length; i++)
		expect(trial, came[i] == written[i], "byte %#x, written to emerg_wr %s, came out of the console as %#x",
		       written[i], i < STATES ? states[i].when : "at DRIVER_OK", came[i]);
	expect(trial, length == BYTES, "%u bytes were written to emerg_wr, and %u came out", (unsigned)BYTES, length);
}

static bool emergency_before_start(struct trial *trial, struct engine *engine, const uint8_t *bytes)
{
	struct virtio_device *device = virtio_engine_of(engine)->device;
	bool good = expect(trial, virtio_reset(device), "the device is not reset");

	/* Nothing is accepted yet: a modern interface is little-endian all the same. */
	for (unsigned i = 0; i < STATES && good; i++) {
		if (states[i].status)
			virtio_set_status(device, states[i].status);
		good = write_emergency(trial, device, bytes[i], states[i].when);
	}
	return good;
}

/* The end of the loop that is a console, or 2. */
static unsigned console_end(const struct serial_rig *rig)
{
	for (unsigned end = 0; end < 2; end++)
		if (rig_message_about(rig, serial_port(rig->engine, end), VIRTIO_CONSOLE_CONSOLE_PORT))
			return end;
	return 2;
}

/* At DRIVER_OK as well; then a token that is sent through the console's queue follows it all. */
static void emergency_after_start(struct trial *trial, struct serial_rig *rig, const uint8_t *written)
{
	struct virtio_device *device = virtio_engine_of(rig->engine)->device;
	unsigned end = console_end(rig);
	struct flight sent = { .engine = rig->engine }, received = { .engine = rig->engine };
	uint64_t token = trial_random(trial);
	unsigned from = rig_place_of(rig, serial_port(rig->engine, end & 1));
	unsigned to = rig_place_of(rig, serial_port(rig->engine, serial_ends(rig->engine) == 1 ? end & 1 : !end));

	if (end == 2 || from == RIG_PORTS || to == RIG_PORTS) {
		trial_skip(trial, "none of the first ports that is connected with another is a console: add "
			   "-device virtconsole");
		return;
	}
	if (write_emergency(trial, device, written[STATES], "at DRIVER_OK") &&
	    flight_begin(trial, &sent, rig_transmit_number(from), 1) &&
	    flight_begin(trial, &received, rig_receive_number(to), 1)) {
		uint32_t length;

		memcpy(flight_at(&sent, AT_DATA), &token, TOKEN);
		flight_add(&sent, AT_DATA, TOKEN, 1, false);
		flight_go(&sent);
		length = receive_until(trial, &received, flight_at(&sent, AT_DATA));
		if (trial_good(trial))
			judge_emergency(trial, flight_at(&received, AT_DATA), length, written);
	}
	engine_stop(rig->engine);
	flight_end(&sent);
	flight_end(&received);
}

static void emergency(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct serial_rig rig = { .engine = engine, .control.engine = engine };
	uint8_t written[BYTES];

	/* No two of them alike; none is 0, which need be no emergency. */
	for (unsigned i = 0; i < BYTES; i++)
		written[i] = 'A' + 5 * i + trial_random(trial) % 5;
	/* Takes from the way what is there of before. */
	if (!trial_start(trial, engine))
		return;
	engine_stop(engine);
	if (emergency_before_start(trial, engine, written) && rig_begin(trial, &rig))
		emergency_after_start(trial, &rig, written);
	rig_end(&rig);
}
CONFORMANCE_TEST("virtio.serial.emergency", emergency,
		 "Bytes written to the configuration come out of the console, before the device is set up and after.",
		 .scope = &scope_serial, .about = on_plain_ring, .skip = needs_emergency, .clauses = "CON-3 CON-4",
		 .judged_by = EVIDENCE);
