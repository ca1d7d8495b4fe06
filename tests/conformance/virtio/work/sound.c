/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the sound device: what it says of its streams, and one that is played.
 */
#include "boot/byteorder.h"
#include "drivers/virtio/device/sound.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(sound, VIRTIO_ID_SOUND);

#define FEATURES_KNOWN	0x1full		/* VIRTIO_SND_PCM_F_* */
#define FORMATS_KNOWN	((2ull << VIRTIO_SND_PCM_FMT_IEC958_SUBFRAME) - 1)
#define RATES_KNOWN	((2ull << VIRTIO_SND_PCM_RATE_384000) - 1)

/* What the device says of its streams has no undefined bits and no padding but zeroes. */
static void sound_streams(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct virtio_snd_pcm_info info;
	uint64_t streams = 0;

	if (!trial_start(trial, engine) ||
	    !virtio_config_read(device, offsetof(struct virtio_snd_config, streams), sizeof(__le32), &streams))
		return;
	expect(trial, streams > 0, "the device has no streams");
	for (uint32_t i = 0; i < streams && trial_good(trial); i++) {
		if (!expect(trial, sound_stream(engine, i, &info), "nothing is said of stream %u", i))
			return;
		expect_equal(trial, "undefined features", le32_to_cpu(info.features) & ~FEATURES_KNOWN, 0);
		expect_equal(trial, "undefined formats", le64_to_cpu(info.formats) & ~FORMATS_KNOWN, 0);
		expect_equal(trial, "undefined rates", le64_to_cpu(info.rates) & ~RATES_KNOWN, 0);
		expect(trial, info.direction <= VIRTIO_SND_D_INPUT, "direction %u is not defined", info.direction);
		for (unsigned k = 0; k < sizeof(info.padding); k++)
			expect_equal(trial, "padding", info.padding[k], 0);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.sound-streams", sound_streams,
		 "What a sound device says of its streams has no undefined bits and no padding but zeroes.",
		 .scope = &scope_sound, .clauses = "SND-3 SND-4", .judged_by = EVIDENCE);

static uint32_t stream_command(struct engine *engine, uint32_t code, uint32_t stream)
{
	struct virtio_snd_pcm_hdr request = { { cpu_to_le32(code) }, cpu_to_le32(stream) };
	uint32_t status = 0;

	sound_control(engine, &request, sizeof(request), NULL, 0, &status);
	return status;
}

static uint32_t set_parameters(struct engine *engine, uint32_t stream)
{
	struct virtio_snd_pcm_set_params request = {
		.hdr = { { cpu_to_le32(VIRTIO_SND_R_PCM_SET_PARAMS) }, cpu_to_le32(stream) },
		.buffer_bytes = cpu_to_le32(2 * SOUND_LARGEST), .period_bytes = cpu_to_le32(SOUND_LARGEST),
		.channels = 2, .format = VIRTIO_SND_PCM_FMT_S16, .rate = VIRTIO_SND_PCM_RATE_48000,
	};
	uint32_t status = 0;

	sound_control(engine, &request, sizeof(request), NULL, 0, &status);
	return status;
}

static const char *command_of(unsigned number, uint32_t *code)
{
	static const struct { uint32_t code; const char *what; } commands[] = {
		{ VIRTIO_SND_R_PCM_PREPARE, "status of PREPARE" }, { VIRTIO_SND_R_PCM_START, "status of START" },
		{ VIRTIO_SND_R_PCM_STOP, "status of STOP" }, { VIRTIO_SND_R_PCM_RELEASE, "status of RELEASE" },
	};

	*code = commands[number].code;
	return commands[number].what;
}

/* A stream from set-up to release, with a little silence played on it: stream 0 is an output wherever there is one.
 * */
static void sound_plays(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	static const uint8_t silence[SOUND_LARGEST];
	struct virtio_snd_pcm_info info;
	uint32_t code, status = 0;

	if (!trial_start(trial, engine) ||
	    !expect(trial, sound_stream(engine, 0, &info), "nothing is said of stream 0"))
		return;
	if (info.direction != VIRTIO_SND_D_OUTPUT) {
		trial_skip(trial, "stream 0 is an input");
		return;
	}
	expect_equal(trial, "status of SET_PARAMS", set_parameters(engine, 0), VIRTIO_SND_S_OK);
	for (unsigned i = 0; i < 4 && trial_good(trial); i++) {
		const char *what = command_of(i, &code);

		if (code == VIRTIO_SND_R_PCM_STOP &&
		    expect(trial, sound_play(engine, 0, silence, sizeof(silence)) && sound_played(engine, &status),
			   "samples are not used: %s", engine->fault))
			expect_equal(trial, "status of samples", status, VIRTIO_SND_S_OK);
		expect_equal(trial, what, stream_command(engine, code, 0), VIRTIO_SND_S_OK);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.sound-plays", sound_plays,
		 "A stream of a sound device goes from set-up to release, with silence played on it.",
		 .scope = &scope_sound, .clauses = "SND-8", .judged_by = FUNCTIONAL);
