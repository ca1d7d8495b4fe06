/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.sound: requests that make no sense: about streams that there are not, with parameters that are not
 * defined or that a stream does not have, cut short, or in an order that no driver uses.
 *
 * Source: VIRTIO 1.4, sections 5.14.6.1 and 5.14.6.6.
 */
#include "boot/frames.h"
#include "tests/conformance/virtio/sound/sound.h"

VIRTIO_TYPE_SCOPE(sound, VIRTIO_ID_SOUND);

#define HEADER		((uint32_t)sizeof(struct virtio_snd_hdr))
#define STATUS_SIZE	((uint32_t)sizeof(struct virtio_snd_pcm_status))
#define FAR_AWAY	0x7fffffffu

static const char *needs_stream(const struct subject *subject)
{
	return SOUND_COUNT(subject->engine, streams) ? NULL : "the device has no stream: give it streams=1, or more";
}

/* A status that is an error; that of no answer has been complained of. */
static void expect_refused(struct trial *trial, const char *what, uint32_t status)
{
	if (trial_good(trial))
		expect(trial, status != VIRTIO_SND_S_OK, "%s is answered by OK", what);
}

static const struct { uint32_t code; const char *what; } commands[] = {
	{ VIRTIO_SND_R_PCM_PREPARE, "PREPARE" }, { VIRTIO_SND_R_PCM_START, "START" },
	{ VIRTIO_SND_R_PCM_STOP, "STOP" }, { VIRTIO_SND_R_PCM_RELEASE, "RELEASE" },
};

static void streams_beyond(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint32_t streams;
	char what[64];

	if (!trial_start(trial, engine))
		return;
	streams = SOUND_COUNT(engine, streams);
	for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		for (unsigned far = 0; far < 2 && trial_good(trial); far++) {
			uint32_t stream = far ? FAR_AWAY : streams;

			format(what, sizeof(what), "%s of stream %u of %u", commands[i].what, stream,
			       streams);
			expect_refused(trial, what, sound_command(trial, what, commands[i].code, stream));
		}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.sound.streams-beyond", streams_beyond,
		 "Requests about streams that there are not are refused, and the device goes on.",
		 .scope = &scope_sound, .about = sound_once, .skip = needs_stream, .judged_by = FUNCTIONAL);

static uint32_t set_parameters(struct trial *trial, const char *what, const struct virtio_snd_pcm_set_params *request)
{
	struct sound_question question = { .request = request, .size = sizeof(*request), .room = HEADER };

	return sound_asked(trial, what, &question) ? question.status : 0;
}

static void parameters_beyond(struct trial *trial)
{
	struct virtio_snd_pcm_info info;
	struct virtio_snd_pcm_set_params request;

	if (!trial_start(trial, trial->subject->engine) ||
	    !expect(trial, sound_stream(trial->subject->engine, 0, &info), "nothing is said of stream 0"))
		return;
	request = sound_parameters(&info, SOUND_COUNT(trial->subject->engine, streams));
	expect_refused(trial, "SET_PARAMS of a stream that there is not",
		       set_parameters(trial, "SET_PARAMS of a stream that there is not", &request));
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.sound.parameters-beyond", parameters_beyond,
		 "Parameters for a stream that there is not are refused, and the device goes on.",
		 .scope = &scope_sound, .about = sound_once, .skip = needs_stream, .judged_by = FUNCTIONAL);

/* A bit that this stream does not have, the lowest of so many; 64 where it has all of them. */
static uint8_t lacking(uint64_t has, uint8_t many)
{
	for (uint8_t i = 0; i < many; i++)
		if (!(has >> i & 1))
			return i;
	return 64;
}

/*
 * Each is a good request but for one field. Values that are not defined are refused; the last ones come round to a good
 * one in 6 bits. Those that are defined, and that this stream lacks, no driver may ask for: that a device takes them is
 * noted.
 */
static void parameter_errors(struct trial *trial)
{
	struct virtio_snd_pcm_info info;
	struct virtio_snd_pcm_set_params good, bad;
	uint8_t format_lacking, rate_lacking;
	char taken[160] = "";
	struct text text = { .buffer = taken, .size = sizeof(taken) };
	uint32_t status;

	if (!trial_start(trial, trial->subject->engine) ||
	    !expect(trial, sound_stream(trial->subject->engine, 0, &info), "nothing is said of stream 0"))
		return;
	good = sound_parameters(&info, 0);
	format_lacking = lacking(le64_to_cpu(info.formats), VIRTIO_SND_PCM_FMT_IEC958_SUBFRAME + 1);
	rate_lacking = lacking(le64_to_cpu(info.rates), VIRTIO_SND_PCM_RATE_384000 + 1);
	const struct { const char *what; uint8_t channels, format, rate; bool lacking; } rows[] = {
		{ "SET_PARAMS of no channels", 0, good.format, good.rate, false },
		{ "SET_PARAMS of a channel too many", info.channels_max + 1, good.format, good.rate, true },
		{ "SET_PARAMS of a format that it lacks", good.channels, format_lacking, good.rate, true },
		{ "SET_PARAMS of a rate that it lacks", good.channels, good.format, rate_lacking, true },
		{ "SET_PARAMS of format 63", good.channels, 63, good.rate, false },
		{ "SET_PARAMS of rate 63", good.channels, good.format, 63, false },
		{ "SET_PARAMS of a format from 64 on", good.channels, 64 + good.format, good.rate, false },
		{ "SET_PARAMS of a rate from 64 on", good.channels, good.format, 64 + good.rate, false },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (i == 1 && info.channels_max == 0xff)
			continue;
		bad = good;
		bad.channels = rows[i].channels;
		bad.format = rows[i].format;
		bad.rate = rows[i].rate;
		status = trial_good(trial) ? set_parameters(trial, rows[i].what, &bad) : 0;
		if (!rows[i].lacking)
			expect_refused(trial, rows[i].what, status);
		else if (status == VIRTIO_SND_S_OK)
			append(&text, "; %s is taken", rows[i].what);
	}
	/* None of them is in the way of good ones. */
	if (trial_good(trial)) {
		trial_record(trial, "%s", taken[0] ? taken + 2 : "none that a stream lacks is taken");
		expect_equal(trial, "status of SET_PARAMS", set_parameters(trial, "SET_PARAMS", &good),
			     VIRTIO_SND_S_OK);
	}
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.sound.parameter-errors", parameter_errors,
		 "Parameters that are not defined are refused, and are not in the way of good ones.",
		 .scope = &scope_sound, .about = sound_once, .skip = needs_stream, .judged_by = FUNCTIONAL);

/* Requests that end before their fields do. */
static void short_requests(struct trial *trial)
{
	const struct { const char *what; uint32_t code, size; } rows[] = {
		{ "PCM_INFO cut short", VIRTIO_SND_R_PCM_INFO, sizeof(struct virtio_snd_query_info) - 4 },
		{ "SET_PARAMS cut short", VIRTIO_SND_R_PCM_SET_PARAMS, sizeof(struct virtio_snd_pcm_set_params) - 4 },
		{ "PREPARE cut short", VIRTIO_SND_R_PCM_PREPARE, HEADER },
		{ "START cut short", VIRTIO_SND_R_PCM_START, HEADER },
		{ "RELEASE cut short", VIRTIO_SND_R_PCM_RELEASE, HEADER },
	};

	if (!trial_start(trial, trial->subject->engine))
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++) {
		const struct virtio_snd_pcm_set_params request = {
			.hdr = { { cpu_to_le32(rows[i].code) }, cpu_to_le32(0) },
		};
		struct sound_question question = { .request = &request, .size = rows[i].size, .room = 2 * HEADER };

		if (sound_asked(trial, rows[i].what, &question))
			expect_refused(trial, rows[i].what, question.status);
	}
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.sound.short-requests", short_requests,
		 "Requests that end before their fields do are refused, and the device goes on.",
		 .scope = &scope_sound, .about = sound_once, .skip = needs_stream, .judged_by = FUNCTIONAL);

/* Samples for a stream that there is not are given back, with an error. */
static void samples_beyond(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	struct virtqueue_used used = { 0 };
	struct dma_area area;
	struct virtio_snd_pcm_xfer *header;
	struct virtio_snd_pcm_status *status;

	if (!trial_start(trial, engine))
		return;
	if (!virtio_area_make(device, &area, 1)) {
		trial_error(trial, "no memory for samples");
		return;
	}
	header = arch_pointer(area.memory);
	status = (void *)((uint8_t *)arch_pointer(area.memory) + 1024);
	header->stream_id = cpu_to_le32(SOUND_COUNT(engine, streams));
	*status = (struct virtio_snd_pcm_status) { 0, 0 };
	const struct virtqueue_buffer chain[] = {
		{ virtio_address(device, &area.map, 0), sizeof(*header) + SOUND_PERIOD, false },
		{ virtio_address(device, &area.map, 1024), STATUS_SIZE, true },
	};

	if (expect(trial, virtio_engine_submit(engine, VIRTIO_SND_VQ_TX, chain, 2) &&
		   virtio_engine_wait(engine, VIRTIO_SND_VQ_TX, ENGINE_LIMIT, &used) == ENGINE_DONE,
		   "samples of a stream that there is not are not given back: %s", engine->fault)) {
		expect_equal(trial, "bytes written", used.length, STATUS_SIZE);
		expect(trial, le32_to_cpu(status->status) > VIRTIO_SND_S_OK &&
		       le32_to_cpu(status->status) <= VIRTIO_SND_S_IO_ERR,
		       "the status of samples of a stream that there is not is %#x", le32_to_cpu(status->status));
	}
	engine_stop(engine);
	dma_area_release(&area);
}
CONFORMANCE_TEST("virtio.sound.samples-beyond", samples_beyond,
		 "Samples for a stream that there is not come back with an error for their status.",
		 .scope = &scope_sound, .about = sound_once, .skip = needs_stream, .judged_by = EVIDENCE);

/*
 * What a device makes of steps that a driver leaves out is its choice: nothing says what must come of it. It must
 * answer, and go through all steps in order afterwards.
 */
static void steps(struct trial *trial)
{
	struct virtio_snd_pcm_info info;
	char seen[128];
	struct text text = { .buffer = seen, .size = sizeof(seen) };

	if (!trial_start(trial, trial->subject->engine) ||
	    !expect(trial, sound_stream(trial->subject->engine, 0, &info), "nothing is said of stream 0"))
		return;
	for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]) && trial_good(trial); i++)
		append(&text, "%s%s %#x", i ? ", " : "", commands[i].what,
			 sound_command(trial, commands[i].what, commands[i].code, 0));
	if (!trial_good(trial) || !sound_prepare(trial, &info, 0))
		return;
	for (unsigned i = 1; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!expect_sound_done(trial, commands[i].what, commands[i].code, 0))
			return;
	trial_record(trial, "without parameters: %s", seen);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.sound.steps", steps,
		 "Steps of a stream without its parameters are answered, and all steps in order go well afterwards.",
		 .scope = &scope_sound, .about = sound_once, .skip = needs_stream, .judged_by = FUNCTIONAL);
