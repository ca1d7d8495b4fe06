/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.rng: what comes of an entropy device, byte by byte. In which view its buffers are, suite virtio.view
 * says.
 *
 * Random bytes may be anything, so a complaint here can be wrong by chance. Each is about so many bytes that this
 * happens less than once in 2^60 runs of the test; the comment at it says how that is counted.
 *
 * Source: VIRTIO 1.4, section 5.4.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/flight.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(rng, VIRTIO_ID_RNG);

/* Buffers under way at once, so that each has two descriptors of the device's eight. */
#define TOGETHER	4u
/* Each buffer has a place of its own, between bytes that nobody may write, and does not begin at an even address. */
#define PLACE		(FRAME_SIZE)
#define PLACE_BEGINS	33u
#define LARGEST		4096u

static uint32_t place(unsigned number)
{
	return number * PLACE + PLACE_BEGINS;
}

/*
 * Of a source that is filled up now and then the driver takes whole transfers only, so that none finds less than it
 * asked for: see drivers/virtio/device/rng.c.
 */
static bool fits(const struct engine *engine, uint32_t size)
{
	return size <= engine->largest && (engine->largest > engine->granule || size % engine->granule == 0);
}

static bool begin(struct trial *trial, struct flight *flight)
{
	struct engine *engine = trial->subject->engine;

	return trial_start(trial, engine) &&
	       flight_begin(trial, flight, virtio_engine_of(engine)->driver->request_queue, TOGETHER);
}

static void end(struct flight *flight)
{
	engine_stop(flight->engine);
	flight_end(flight);
}

/* Asks for as many bytes as sizes say, all at once; each answer has one byte at least and no more than its buffer. */
static bool ask(struct trial *trial, struct flight *flight, const uint32_t *sizes, unsigned count, unsigned *shorter)
{
	flight_again(flight);
	flight_fill(flight, 0, TOGETHER * PLACE);
	for (unsigned i = 0; i < count; i++)
		if (!flight_add(flight, place(i), sizes[i], 1, true))
			return expect(trial, false, "buffer %u of %u finds no room in the queue", i, count);
	flight_go(flight);
	if (!flight_wait(trial, flight))
		return false;
	for (unsigned i = 0; i < count; i++) {
		expect(trial, flight->slots[i].length > 0, "a buffer of %u bytes came back empty", sizes[i]);
		expect(trial, flight->slots[i].length <= sizes[i], "a buffer of %u bytes came back with %u", sizes[i],
		       flight->slots[i].length);
		*shorter += flight->slots[i].length < sizes[i];
	}
	return trial_good(trial) && expect_flight_beside(trial, flight);
}

static void sizes(struct trial *trial)
{
	static const uint32_t all[] = { 1, 2, 3, 4, 5, 7, 8, 9, 16, 63, 64, 65, 511, 512, 4095, LARGEST };
	uint32_t some[TOGETHER];
	unsigned count = 0, shorter = 0, asked = 0;
	struct flight flight;

	if (!begin(trial, &flight))
		return;
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		/* The last one in its place must end before the next place, and before the memory's end. */
		uint32_t size = all[i] > PLACE - 2 * PLACE_BEGINS ? PLACE - 2 * PLACE_BEGINS : all[i];

		if (fits(trial->subject->engine, size))
			some[count++] = size;
		if (count < TOGETHER && i + 1 < sizeof(all) / sizeof(all[0]))
			continue;
		asked += count;
		if (count && !ask(trial, &flight, some, count, &shorter))
			break;
		count = 0;
	}
	end(&flight);
	trial_record(trial, "%u of %u answers were shorter than their buffer", shorter, asked);
}
CONFORMANCE_TEST("virtio.rng.sizes", sizes,
		 "Buffers of one byte and of thousands come back with one random byte at least, and none beside them.",
		 .scope = &scope_rng, .about = does_dma, .skip = needs_writes, .clauses = "RNG-1 RNG-2",
		 .judged_by = EVIDENCE);

/* The first bytes of many answers. */
#define ANSWERS		12u
#define LOOKED_AT	64u

struct sample {
	uint8_t bytes[ANSWERS][LOOKED_AT];
	uint32_t length[ANSWERS];
};

static bool take_sample(struct trial *trial, struct sample *sample)
{
	uint32_t size = trial->subject->engine->largest < LOOKED_AT ? trial->subject->engine->largest : LOOKED_AT;
	uint32_t some[TOGETHER] = { size, size, size, size };
	unsigned shorter = 0;
	struct flight flight;
	bool good = begin(trial, &flight);

	if (!good)
		return false;
	for (unsigned i = 0; i < ANSWERS && good; i += TOGETHER) {
		good = ask(trial, &flight, some, TOGETHER, &shorter);
		for (unsigned j = 0; j < TOGETHER && good; j++) {
			sample->length[i + j] = flight.slots[j].length;
			memcpy(sample->bytes[i + j], flight_at(&flight, place(j)), size);
		}
	}
	end(&flight);
	return good;
}

/*
 * Is it the same byte in all answers that are long enough to have it? Not judged where these are less than ten: the
 * chance that ten random bytes are equal is 2^-72, and that one of 64 places has such ones 2^-66.
 */
#define ENOUGH		10u

static bool is_constant(const struct sample *sample, unsigned at, uint8_t *value)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < ANSWERS; i++) {
		if (sample->length[i] <= at)
			continue;
		if (seen++ && sample->bytes[i][at] != *value)
			return false;
		*value = sample->bytes[i][at];
	}
	return seen >= ENOUGH;
}

static void every_byte(struct trial *trial)
{
	struct sample sample = { 0 };
	uint8_t value = 0;

	if (!take_sample(trial, &sample))
		return;
	for (unsigned at = 0; at < LOOKED_AT && trial_good(trial); at++)
		if (is_constant(&sample, at, &value))
			trial_fail(trial, "byte %u of all %u answers is %#x%s", at, ANSWERS, value,
				   value == FLIGHT_FILL ? ", as it was before" : "");
}
CONFORMANCE_TEST("virtio.rng.every-byte", every_byte,
		 "No byte of an answer is the same in all answers: each was written, and none with a constant.",
		 .scope = &scope_rng, .about = does_dma, .skip = needs_writes, .clauses = "RNG-1",
		 .judged_by = EVIDENCE);

/* The chance that two of 12 answers begin with the same 12 random bytes is 66 times 2^-96. */
#define BEGINNING	12u

static void distinct(struct trial *trial)
{
	struct sample sample = { 0 };

	if (!take_sample(trial, &sample))
		return;
	for (unsigned i = 0; i < ANSWERS; i++)
		for (unsigned j = 0; j < i; j++)
			if (sample.length[i] >= BEGINNING && sample.length[j] >= BEGINNING &&
			    !expect(trial, memcmp(sample.bytes[i], sample.bytes[j], BEGINNING),
				    "answers %u and %u begin with the same %u bytes", j, i, BEGINNING))
				return;
}

static const char *needs_beginnings(const struct subject *subject)
{
	if (subject->engine->largest < BEGINNING)
		return "the device gives too little at once for two answers to be compared: leave out max-bytes=";
	return needs_writes(subject);
}
CONFORMANCE_TEST("virtio.rng.distinct", distinct,
		 "No two answers of an entropy device are alike, also of buffers that were under way at once.",
		 .scope = &scope_rng, .about = on_plain_ring, .skip = needs_beginnings, .judged_by = EVIDENCE);
