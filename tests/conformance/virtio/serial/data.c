/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.serial: what ports carry, byte for byte and in order, between two ports that the host has connected, or
 * one with itself.
 *
 * Source: VIRTIO 1.4, section 5.3.6.
 */
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/virtio/serial/rig.h"

VIRTIO_TYPE_SCOPE(serial, VIRTIO_ID_CONSOLE);

/* What is sent and what is received has frames of its own each, and does not begin at an even address. */
#define LARGEST		(2 * FRAME_SIZE)
#define FRAMES		3u
#define BEGINS		33u

struct pass {
	struct flight sent, received;
	unsigned from, to;
};

static bool begin(struct trial *trial, struct pass *pass, unsigned from)
{
	struct engine *engine = trial->subject->engine;

	*pass = (struct pass) { .from = from, .to = serial_ends(engine) == 1 ? from : !from };
	return flight_begin(trial, &pass->sent, serial_transmit_number(from), FRAMES) &&
	       flight_begin(trial, &pass->received, serial_receive_number(pass->to), FRAMES);
}

/* The engine has been stopped. */
static void end(struct pass *pass)
{
	flight_end(&pass->sent);
	flight_end(&pass->received);
}

static void make_bytes(struct trial *trial, const struct pass *pass, uint32_t size)
{
	uint8_t *bytes = flight_at(&pass->sent, BEGINS);

	for (uint32_t i = 0; i < size; i += sizeof(uint64_t)) {
		uint64_t word = trial_random(trial);

		memcpy(bytes + i, &word, size - i < sizeof(word) ? size - i : sizeof(word));
	}
}

/* A buffer that came back goes on with what was sent: its bytes are those that follow the ones before it. */
static bool judge_received(struct trial *trial, const struct pass *pass, const struct flight_slot *slot, uint32_t size,
			   uint32_t *done)
{
	uint32_t port = serial_port(pass->sent.engine, pass->to);
	const uint8_t *sent = flight_at(&pass->sent, BEGINS), *bytes = flight_at(&pass->received, slot->offset);

	if (!expect(trial, slot->length > 0 && slot->length <= slot->size,
		    "port %u: a buffer of %u bytes came back with %u", port, slot->size, slot->length) ||
	    !expect(trial, slot->length <= size - *done, "port %u: %u bytes came after %u of %u", port, slot->length,
		    *done, size))
		return false;
	for (uint32_t i = 0; i < slot->length; i++, ++*done)
		if (!expect(trial, bytes[i] == sent[*done], "port %u: byte %u of %u is %#x, and %#x was sent", port,
			    *done, size, bytes[i], sent[*done]))
			return false;
	return true;
}

/* Small buffers and a large one, in one piece and in several: what comes goes into them one after the other. */
static bool post_buffers(struct trial *trial, struct flight *flight)
{
	static const struct { uint32_t size; unsigned pieces; } buffers[] = {
		{ 1, 1 }, { 3, 1 }, { 64, 2 }, { LARGEST, 4 },
	};
	uint32_t offset = BEGINS;

	flight_again(flight);
	for (unsigned i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++) {
		if (!flight_add(flight, offset, buffers[i].size, buffers[i].pieces, true))
			return expect(trial, false, "receive buffer %u finds no room in the queue", i);
		offset += buffers[i].size + 7;
	}
	flight_go(flight);
	return true;
}

/* Buffers that are left over are there for what is sent next. */
static bool receive(struct trial *trial, struct pass *pass, uint32_t size)
{
	uint32_t done = 0;

	while (done < size) {
		struct flight *flight = &pass->received;
		struct flight_slot *slot;

		if (flight->count == flight->returned && !post_buffers(trial, flight))
			return false;
		slot = flight_next(trial, flight);
		if (!slot || !judge_received(trial, pass, slot, size, &done))
			return false;
	}
	return expect_flight_beside(trial, &pass->received);
}

static bool send(struct trial *trial, struct pass *pass, uint32_t size, unsigned requests, unsigned pieces)
{
	uint32_t step = size / requests;

	flight_again(&pass->sent);
	flight_fill(&pass->sent, 0, FRAMES * FRAME_SIZE);
	make_bytes(trial, pass, size);
	for (unsigned i = 0; i < requests; i++)
		if (!flight_add(&pass->sent, BEGINS + i * step, i + 1 < requests ? step : size - i * step, pieces,
				false))
			return expect(trial, false, "request %u finds no room in the queue", i);
	flight_go(&pass->sent);
	return true;
}

static void sizes(struct trial *trial)
{
	static const uint32_t all[] = { 1, 2, 7, 64, 65, 511, 1024, 4095, 4096, LARGEST };
	struct engine *engine = trial->subject->engine;
	bool good = trial_start(trial, engine);

	for (unsigned from = 0; from < serial_ends(engine) && good; from++) {
		struct pass pass;

		good = begin(trial, &pass, from);
		for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]) && good; i++)
			good = send(trial, &pass, all[i], 1, all[i] < 4 ? 1 : 1 + i % 4) &&
			       receive(trial, &pass, all[i]) && flight_wait(trial, &pass.sent) &&
			       expect_flight_beside(trial, &pass.sent);
		/* Buffers of this end are under way yet. */
		engine_stop(engine);
		end(&pass);
		good = good && from + 1 < serial_ends(engine) && trial_start(trial, engine);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.serial.sizes", sizes,
		 "One byte and many thousands pass from port to port whole and in order, in buffers of any kind.",
		 .scope = &scope_serial, .about = does_dma, .skip = serial_needs_loop, .judged_by = EVIDENCE);

/* What is sent while nobody has a buffer for it waits somewhere: with the sender, at the host, or at the receiver. */
#define WAITING		3000u
#define REQUESTS	6u
#define A_WHILE		MILLISECONDS(20)

static void without_buffers(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	bool good = trial_start(trial, engine);

	for (unsigned from = 0; from < serial_ends(engine) && good; from++) {
		struct pass pass;

		good = begin(trial, &pass, from) && send(trial, &pass, WAITING, REQUESTS, 1);
		/* It may keep them until there is room. */
		while (good && pass.sent.returned < REQUESTS && flight_try(trial, &pass.sent, A_WHILE))
			;
		good = good && trial_good(trial) && receive(trial, &pass, WAITING) && flight_wait(trial, &pass.sent);
		engine_stop(engine);
		end(&pass);
		good = good && from + 1 < serial_ends(engine) && trial_start(trial, engine);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.serial.without-buffers", without_buffers,
		 "Bytes that come while a port has no buffers for them are there when it has, all and in order.",
		 .scope = &scope_serial, .about = on_plain_ring, .skip = serial_needs_loop, .judged_by = EVIDENCE);
