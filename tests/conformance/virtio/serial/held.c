/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.serial: a host that does not read. What a port is sent waits: at the host while there is room, and then
 * in the port's queue. Other ports go on meanwhile, and when the host reads, all of it comes, in order, once.
 *
 * Whether a buffer waits or is only late is told by bytes that pass between two other ports after it was made
 * available.
 *
 * Source: VIRTIO 1.4, section 5.3.6.
 */
#include "boot/string.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/virtio/serial/rig.h"

VIRTIO_TYPE_SCOPE(serial, VIRTIO_ID_CONSOLE);

#define REQUESTS	16u		/* at once; */
#define SIZE		97u		/* small, because a socket has room for so many pieces rather than bytes */
#define BATCHES		1024u		/* until the host must be full */
#define PASSED		40u		/* bytes between the other ports */
#define BASIS		0x811c9dc5u	/* FNV-1a, as the host counts */
#define PRIME		0x01000193u

struct hold {
	struct serial_rig rig;
	struct flight held, sent, received;
	unsigned place, from, to;	/* of the port that is held; of two that are connected */
	uint32_t sum, bytes;		/* of all that the held port was sent */
};

/* What waits where has nothing to do with views or rings, and the host takes its time: one engine, without bit 33. */
static bool once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine)) && subject->engine->view != VIEW_BUS;
}

static const char *needs_host_and_loop(const struct subject *subject)
{
	return serial_needs_loop(subject) ? serial_needs_loop(subject) : needs_host(subject);
}

static bool host(struct trial *trial, struct hold *hold, uint64_t *answer, const char *verb, const char *more)
{
	char place[PCI_NAME];

	return host_event(trial, answer, "%s %s %u%s", verb, pci_name(trial->subject->function, place),
			  hold->rig.port[hold->place], more);
}

/* The bytes go on from request to request, so that one that is lost or twice there is seen. */
static bool send_batch(struct trial *trial, struct hold *hold)
{
	flight_again(&hold->held);
	for (unsigned i = 0; i < REQUESTS; i++) {
		uint8_t *bytes = flight_at(&hold->held, i * SIZE);

		for (unsigned j = 0; j < SIZE; j++, hold->bytes++) {
			bytes[j] = (uint8_t)(hold->bytes * 7 + (hold->bytes >> 8) * 13);
			hold->sum = (hold->sum ^ bytes[j]) * PRIME;
		}
		if (!expect(trial, flight_add(&hold->held, i * SIZE, SIZE, 1, false), "request %u finds no room", i))
			return false;
	}
	flight_go(&hold->held);
	return true;
}

/* From port to port; what it is differs each time. */
static bool others_go_on(struct trial *trial, struct hold *hold)
{
	uint32_t done = 0;

	flight_again(&hold->sent);
	for (unsigned i = 0; i < PASSED; i++)
		*flight_at(&hold->sent, i) = trial_random(trial);
	flight_add(&hold->sent, 0, PASSED, 1, false);
	flight_go(&hold->sent);
	while (done < PASSED) {
		struct flight_slot *slot;

		flight_again(&hold->received);
		flight_add(&hold->received, done, PASSED - done, 1, true);
		flight_go(&hold->received);
		slot = flight_next(trial, &hold->received);
		if (!slot || !expect(trial, slot->length > 0, "a port received nothing, while another one is held"))
			return false;
		done += slot->length;
	}
	return flight_wait(trial, &hold->sent) &&
	       expect(trial, memcmp(flight_at(&hold->sent, 0), flight_at(&hold->received, 0), PASSED) == 0,
		      "while a port is held, another one carries something else than it was sent");
}

/* Those that come back by then. */
static unsigned take_some(struct trial *trial, struct hold *hold)
{
	while (hold->held.returned < REQUESTS && flight_try(trial, &hold->held, 0))
		;
	return hold->held.returned;
}

/* Sends until a batch waits. */
static bool fill(struct trial *trial, struct hold *hold)
{
	for (unsigned i = 0; i < BATCHES; i++) {
		unsigned back;

		if (!send_batch(trial, hold))
			return false;
		if (take_some(trial, hold) == REQUESTS)
			continue;
		if (!others_go_on(trial, hold))
			return false;
		back = take_some(trial, hold);
		if (back == REQUESTS)
			continue;
		trial_note(trial, "held", "%u bytes, of which %u requests wait", hold->bytes, REQUESTS - back);
		return trial_good(trial) && others_go_on(trial, hold) &&
		       expect(trial, take_some(trial, hold) == back,
			      "nobody reads, and of %u requests that waited %u have come back", REQUESTS - back,
			      take_some(trial, hold) - back);
	}
	trial_skip(trial, "the host's socket has room for %u bytes", hold->bytes);
	return false;
}

static void judge(struct trial *trial, struct hold *hold)
{
	bool waits = fill(trial, hold);
	uint64_t sum;
	char bytes[16];

	format(bytes, sizeof(bytes), " %u", trial_good(trial) ? hold->bytes : 0);
	if (!host(trial, hold, &sum, "port-take", bytes) || !waits || !trial_good(trial))
		return;
	expect(trial, sum == hold->sum, "the host has read %u bytes, and they are others than the port was sent",
	       hold->bytes);
	flight_wait(trial, &hold->held);
}

/* Three ports that are set up: that which is held, and the two that are connected. */
static bool find_ports(struct trial *trial, struct hold *hold)
{
	const struct engine *engine = trial->subject->engine;
	const char *name;

	hold->place = rig_file_port(&hold->rig, &name);
	hold->from = rig_place_of(&hold->rig, serial_port(engine, 0));
	hold->to = rig_place_of(&hold->rig, serial_port(engine, serial_ends(engine) == 1 ? 0 : 1));
	if (hold->place < RIG_PORTS && hold->from < RIG_PORTS && hold->to < RIG_PORTS)
		return true;
	trial_skip(trial, "no port is called " RIG_FILE_PORT "NAME, or those that are connected stand behind it");
	return false;
}

static void held(struct trial *trial)
{
	static struct hold hold;

	hold = (struct hold) { .sum = BASIS };
	hold.held.engine = hold.sent.engine = hold.received.engine = trial->subject->engine;
	/* The ends of the loop are found by the driver. */
	if (!trial_start(trial, trial->subject->engine))
		return;
	engine_stop(trial->subject->engine);
	if (rig_begin(trial, &hold.rig) && find_ports(trial, &hold) &&
	    flight_begin(trial, &hold.held, rig_transmit_number(hold.place), 1) &&
	    flight_begin(trial, &hold.sent, rig_transmit_number(hold.from), 1) &&
	    flight_begin(trial, &hold.received, rig_receive_number(hold.to), 1) &&
	    host(trial, &hold, NULL, "port-hold", ""))
		judge(trial, &hold);
	rig_end(&hold.rig);
	flight_end(&hold.held);
	flight_end(&hold.sent);
	flight_end(&hold.received);
}
CONFORMANCE_TEST("virtio.serial.held", held,
		 "What a port is sent waits for a host that does not read, while others go on; then it comes in order.",
		 .scope = &scope_serial, .about = once, .skip = needs_host_and_loop, .judged_by = EVIDENCE);
