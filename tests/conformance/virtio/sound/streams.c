/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.sound: streams: their parameters, what is played and recorded, what is under way when a stream is
 * released, and requests about streams that there are not.
 *
 * Source: VIRTIO 1.4, sections 5.14.6.6 and 5.14.6.8.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "boot/tap.h"
#include "tests/conformance/virtio/sound/sound.h"

VIRTIO_TYPE_SCOPE(sound, VIRTIO_ID_SOUND);

#define HEADER		((uint32_t)sizeof(struct virtio_snd_hdr))
#define STATUS_SIZE	((uint32_t)sizeof(struct virtio_snd_pcm_status))

/* The memory of transfers: each has a place of its own for its header, samples and status, amid a pattern. */
#define TRANSFERS	SOUND_PERIODS
#define AREA_HEADER	64u
#define AREA_SAMPLES	128u
#define AREA_STATUS	(AREA_SAMPLES + SOUND_PERIOD)	/* behind the samples that a device writes */
#define AREA_STEP	1024u
#define PATTERN		0x3c

struct transfers {
	struct dma_area area;
	uint32_t stream;
	bool recorded;			/* the device writes samples */
	unsigned submitted;
	uint32_t seed;			/* of the samples, which are played in this order */
	uint8_t samples[TRANSFERS][SOUND_PERIOD];
};

static uint8_t *transfer_memory(const struct transfers *transfers, unsigned number)
{
	return (uint8_t *)arch_pointer(transfers->area.memory) + number * AREA_STEP;
}

/* As tests/gate/lib/Gate/Wave.pm knows them; no byte is 0, so that silence is something else. */
static void fill_samples(struct transfers *transfers)
{
	uint32_t state = transfers->seed;

	for (unsigned i = 0; i < TRANSFERS; i++)
		for (unsigned j = 0; j < SOUND_PERIOD; j++) {
			state = state * 1664525 + 1013904223;
			transfers->samples[i][j] = state >> 24 | 1;
		}
}

static bool transfers_make(struct trial *trial, struct transfers *transfers, uint32_t stream, bool recorded)
{
	*transfers = (struct transfers) { .stream = stream, .recorded = recorded, .seed = trial_random(trial) };
	fill_samples(transfers);
	if (!virtio_area_make(virtio_engine_of(trial->subject->engine)->device, &transfers->area, 1)) {
		trial_error(trial, "no memory for samples");
		return false;
	}
	memset(arch_pointer(transfers->area.memory), PATTERN, FRAME_SIZE);
	return true;
}

/* Gives the next period to the device: to be played, or to be filled. */
static bool transfer_submit(struct trial *trial, struct transfers *transfers)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	unsigned number = transfers->submitted++;
	uint64_t at = number * AREA_STEP;
	uint8_t *memory = transfer_memory(transfers, number);
	struct virtqueue_buffer chain[] = {
		{ virtio_address(device, &transfers->area.map, at + AREA_HEADER), sizeof(struct virtio_snd_pcm_xfer),
		  false },
		{ virtio_address(device, &transfers->area.map, at + AREA_SAMPLES), SOUND_PERIOD, transfers->recorded },
		{ virtio_address(device, &transfers->area.map, at + AREA_STATUS), STATUS_SIZE, true },
	};

	((struct virtio_snd_pcm_xfer *)(memory + AREA_HEADER))->stream_id = cpu_to_le32(transfers->stream);
	if (!transfers->recorded)
		memcpy(memory + AREA_SAMPLES, transfers->samples[number], SOUND_PERIOD);
	if (virtio_engine_submit(engine, transfers->recorded ? VIRTIO_SND_VQ_RX : VIRTIO_SND_VQ_TX, chain, 3))
		return true;
	trial_error(trial, "samples cannot be given: %s", engine->fault);
	return false;
}

/* All bytes around what the device may write must be as they were. */
static void expect_no_stray(struct trial *trial, const struct transfers *transfers, unsigned number)
{
	const uint8_t *memory = transfer_memory(transfers, number);
	const uint32_t header = AREA_HEADER + sizeof(struct virtio_snd_pcm_xfer);

	for (unsigned i = 0; i < AREA_STEP && trial_good(trial); i++) {
		bool samples = i >= AREA_SAMPLES && i < AREA_STATUS;

		if ((i >= AREA_HEADER && i < header) || (samples && transfers->recorded) ||
		    (i >= AREA_STATUS && i < AREA_STATUS + STATUS_SIZE))
			continue;
		expect(trial, memory[i] == (samples ? transfers->samples[number][i - AREA_SAMPLES] : PATTERN),
		       "transfer %u: byte %u of its memory, which is not the device's to write, was written", number,
		       i);
	}
}

static const struct virtio_snd_pcm_status *status_of(const struct transfers *transfers, unsigned number)
{
	return (const void *)(transfer_memory(transfers, number) + AREA_STATUS);
}

/* Waits until all that was submitted is back, and looks at each. length: that each must have been written with; 0: the
 * status, or more. */
static void expect_back(struct trial *trial, struct transfers *transfers, uint32_t status, uint32_t length)
{
	struct engine *engine = trial->subject->engine;
	uint16_t queue = transfers->recorded ? VIRTIO_SND_VQ_RX : VIRTIO_SND_VQ_TX;
	struct virtqueue_used used;

	for (unsigned i = 0; i < transfers->submitted && trial_good(trial); i++) {
		if (!expect(trial, virtio_engine_wait(engine, queue, ENGINE_LIMIT, &used) == ENGINE_DONE,
			    "of %u transfers %u are back: %s", transfers->submitted, i, engine->fault))
			return;
		expect(trial, length ? used.length == length : used.length >= STATUS_SIZE,
		       "a transfer is back with %u bytes written, not %u", used.length, length ? length : STATUS_SIZE);
	}
	for (unsigned i = 0; i < transfers->submitted && trial_good(trial); i++) {
		uint32_t found = le32_to_cpu(status_of(transfers, i)->status);

		expect(trial, found == status, "the status of transfer %u is %#x, not %#x", i, found, status);
		expect_no_stray(trial, transfers, i);
	}
}

/* Whatever has come of the test, nothing may be under way when the memory goes, nor when the next test begins. */
static void release_memory(struct trial *trial, struct transfers *transfers)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_snd_pcm_hdr request = {
		{ cpu_to_le32(VIRTIO_SND_R_PCM_RELEASE) }, cpu_to_le32(transfers->stream),
	};
	uint32_t status;

	sound_control(engine, &request, sizeof(request), NULL, 0, &status);
	engine_stop(engine);
	dma_area_release(&transfers->area);
}

/* A device that was told nothing of events sends none. */
static void expect_no_events(struct trial *trial)
{
	const struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);

	expect_equal(trial, "events that nobody has asked for",
		     virtqueue_used_index(&virtio->queues[VIRTIO_SND_VQ_EVENT]), 0);
}

static void play(struct trial *trial)
{
	static struct transfers transfers;
	struct virtio_snd_pcm_info info;
	uint32_t stream;

	if (!trial_start(trial, trial->subject->engine) ||
	    !sound_find(trial, VIRTIO_SND_D_OUTPUT, &stream, &info) ||
	    !sound_prepare(trial, &info, stream) || !transfers_make(trial, &transfers, stream, false))
		return;
	while (transfers.submitted < TRANSFERS && transfer_submit(trial, &transfers))
		;
	if (expect_sound_done(trial, "START", VIRTIO_SND_R_PCM_START, stream))
		expect_back(trial, &transfers, VIRTIO_SND_S_OK, STATUS_SIZE);
	if (trial_good(trial))
		trial_note(trial, "latency", "%u bytes", le32_to_cpu(status_of(&transfers, 0)->latency_bytes));
	expect_sound_done(trial, "STOP", VIRTIO_SND_R_PCM_STOP, stream);
	expect_sound_done(trial, "RELEASE", VIRTIO_SND_R_PCM_RELEASE, stream);
	expect_no_events(trial);
	if (trial_good(trial))
		tap_comment("host-check: %s heard %u seed %08x", trial->subject->name, TRANSFERS * SOUND_PERIOD,
			    transfers.seed);
	release_memory(trial, &transfers);
}
CONFORMANCE_TEST("virtio.sound.play", play,
		 "Periods that are played come back, each with its status and nothing else written.",
		 .scope = &scope_sound, .about = on_each_layout, .clauses = "SND-8", .judged_by = FUNCTIONAL);

/* Every byte of a period that is recorded was written: none can still be the pattern, unless it is what was heard. */
static void expect_filled(struct trial *trial, const struct transfers *transfers, unsigned number)
{
	const uint8_t *samples = transfer_memory(transfers, number) + AREA_SAMPLES;
	unsigned left = 0;

	for (unsigned i = 0; i < SOUND_PERIOD; i++)
		left = samples[i] == PATTERN ? left + 1 : 0;
	expect(trial, left < 4, "the last %u bytes of recorded transfer %u were not written", left, number);
}

/* Some hosts hear nothing (-audiodev wav), and nothing comes then. */
static bool something_is_heard(struct trial *trial)
{
	const struct virtqueue *queue = &virtio_engine_of(trial->subject->engine)->queues[VIRTIO_SND_VQ_RX];

	if (poll_until(virtqueue_used_index(queue) != queue->used, ENGINE_LIMIT))
		return true;
	trial_skip(trial, "nothing is heard: give the device an audiodev that has an input");
	return false;
}

static void record(struct trial *trial)
{
	static struct transfers transfers;
	struct virtio_snd_pcm_info info;
	uint32_t stream;

	if (!trial_start(trial, trial->subject->engine) ||
	    !sound_find(trial, VIRTIO_SND_D_INPUT, &stream, &info) ||
	    !sound_prepare(trial, &info, stream) || !transfers_make(trial, &transfers, stream, true))
		return;
	while (transfers.submitted < TRANSFERS && transfer_submit(trial, &transfers))
		;
	if (expect_sound_done(trial, "START", VIRTIO_SND_R_PCM_START, stream) && something_is_heard(trial))
		expect_back(trial, &transfers, VIRTIO_SND_S_OK, SOUND_PERIOD + STATUS_SIZE);
	for (unsigned i = 0; i < TRANSFERS && trial_good(trial); i++)
		expect_filled(trial, &transfers, i);
	expect_sound_done(trial, "STOP", VIRTIO_SND_R_PCM_STOP, stream);
	expect_sound_done(trial, "RELEASE", VIRTIO_SND_R_PCM_RELEASE, stream);
	release_memory(trial, &transfers);
}
CONFORMANCE_TEST("virtio.sound.record", record,
		 "Periods that are recorded come back full, to the last byte, with nothing beside them written.",
		 .scope = &scope_sound, .about = on_each_layout, .clauses = "SND-9", .judged_by = EVIDENCE);

/* A request about something else: when it is answered, the device has seen what was given to it before. */
static void let_device_look(struct trial *trial)
{
	struct virtio_snd_pcm_info info;

	expect(trial, sound_stream(trial->subject->engine, 0, &info), "nothing is said of stream 0");
}

/*
 * Transfers of a stream that was prepared and never started wait. When its release is answered, they must be back: the
 * ring is looked at once, without waiting.
 */
static void release_pending(struct trial *trial, uint8_t direction)
{
	static struct transfers transfers;
	struct engine *engine = trial->subject->engine;
	bool input = direction == VIRTIO_SND_D_INPUT;
	const struct virtqueue *queue = &virtio_engine_of(engine)->queues[input ? VIRTIO_SND_VQ_RX : VIRTIO_SND_VQ_TX];
	struct virtio_snd_pcm_info info;
	uint32_t stream;

	if (!trial_start(trial, engine) || !sound_find(trial, direction, &stream, &info) ||
	    !sound_prepare(trial, &info, stream) || !transfers_make(trial, &transfers, stream, input))
		return;
	while (transfers.submitted < TRANSFERS && transfer_submit(trial, &transfers))
		;
	let_device_look(trial);
	trial_note(trial, "back-before", "%u of %u", virtqueue_used_index(queue), TRANSFERS);
	if (expect_sound_done(trial, "RELEASE", VIRTIO_SND_R_PCM_RELEASE, stream))
		expect(trial, virtqueue_used_index(queue) == TRANSFERS,
		       "RELEASE is answered, and of %u transfers %u are back", TRANSFERS, virtqueue_used_index(queue));
	for (unsigned i = 0; i < TRANSFERS && trial_good(trial); i++)
		expect_no_stray(trial, &transfers, i);
	release_memory(trial, &transfers);
}

/* The used ring's index counts them all at a glance. */
static bool on_split_ring(const struct subject *subject)
{
	return on_plain_ring(subject) && !(virtio_engine_of(subject->engine)->mode->features & VIRTIO_RING_PACKED);
}

static void release_output(struct trial *trial)
{
	release_pending(trial, VIRTIO_SND_D_OUTPUT);
}
CONFORMANCE_TEST("virtio.sound.release-output", release_output,
		 "When the release of an output stream is answered, all that was to be played on it is back.",
		 .scope = &scope_sound, .about = on_split_ring, .clauses = "SND-6 SND-7", .judged_by = EVIDENCE);

static void release_input(struct trial *trial)
{
	release_pending(trial, VIRTIO_SND_D_INPUT);
}
CONFORMANCE_TEST("virtio.sound.release-input", release_input,
		 "When the release of an input stream is answered, all that was to be filled from it is back.",
		 .scope = &scope_sound, .about = on_split_ring, .clauses = "SND-6 SND-7", .judged_by = EVIDENCE);

/* What was under way when the device was reset is forgotten: its memory is not written, and it does not come back. */
static void reset_pending(struct trial *trial)
{
	static struct transfers transfers;
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue = &virtio_engine_of(engine)->queues[VIRTIO_SND_VQ_TX];
	struct virtio_snd_pcm_info info;
	uint32_t stream;

	if (!trial_start(trial, engine) || !sound_find(trial, VIRTIO_SND_D_OUTPUT, &stream, &info) ||
	    !sound_prepare(trial, &info, stream) || !transfers_make(trial, &transfers, stream, false))
		return;
	while (transfers.submitted < TRANSFERS && transfer_submit(trial, &transfers))
		;
	let_device_look(trial);
	for (unsigned i = 0; i < TRANSFERS; i++)
		memset(transfer_memory(&transfers, i) + AREA_STATUS, PATTERN, STATUS_SIZE);
	engine_stop(engine);
	if (trial_start(trial, engine) && sound_prepare(trial, &info, stream) &&
	    expect_sound_done(trial, "RELEASE", VIRTIO_SND_R_PCM_RELEASE, stream))
		expect(trial, virtqueue_used_index(queue) == 0,
		       "%u transfers of before a reset come back in the new ring", virtqueue_used_index(queue));
	for (unsigned i = 0; i < TRANSFERS && trial_good(trial); i++) {
		const uint8_t *status = transfer_memory(&transfers, i) + AREA_STATUS;

		for (unsigned j = 0; j < STATUS_SIZE; j++)
			expect(trial, status[j] == PATTERN, "the status of transfer %u, of before a reset, was written",
			       i);
		expect_no_stray(trial, &transfers, i);
	}
	release_memory(trial, &transfers);
}
CONFORMANCE_TEST("virtio.sound.reset-pending", reset_pending,
		 "What was to be played when the device was reset does not come back, and nothing of it is written.",
		 .scope = &scope_sound, .about = on_split_ring, .clauses = "RESET-2", .judged_by = EVIDENCE);
