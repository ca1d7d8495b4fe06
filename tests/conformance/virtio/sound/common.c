/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.sound have in common: see sound.h. */
#include "tests/conformance/virtio/sound/sound.h"

#define HEADER	((uint32_t)sizeof(struct virtio_snd_hdr))

bool sound_once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

uint32_t sound_count(const struct engine *engine, uint32_t offset)
{
	uint64_t count = 0;

	return virtio_config_read(virtio_engine_of(engine)->device, offset, sizeof(__le32), &count) ? count : 0;
}

bool sound_asked(struct trial *trial, const char *what, struct sound_question *question)
{
	struct engine *engine = trial->subject->engine;

	return expect(trial, sound_ask(engine, question) == ENGINE_DONE, "%s is not answered: %s", what,
		      engine->fault) &&
	       expect(trial, !question->strayed, "%s: bytes beside its answer were written", what) &&
	       expect(trial, question->length >= HEADER && question->length <= question->room,
		      "%s: it says that its answer has %u bytes, in room for %u", what, question->length,
		      question->room) &&
	       expect(trial, question->status >= VIRTIO_SND_S_OK && question->status <= VIRTIO_SND_S_IO_ERR,
		      "%s: the status is %#x, which is none", what, question->status);
}

uint32_t sound_command(struct trial *trial, const char *what, uint32_t code, uint32_t stream)
{
	const struct virtio_snd_pcm_hdr request = { { cpu_to_le32(code) }, cpu_to_le32(stream) };
	struct sound_question question = { .request = &request, .size = sizeof(request), .room = HEADER };

	return sound_asked(trial, what, &question) ? question.status : 0;
}

bool expect_sound_done(struct trial *trial, const char *what, uint32_t code, uint32_t stream)
{
	uint32_t status = trial_good(trial) ? sound_command(trial, what, code, stream) : 0;

	return trial_good(trial) &&
	       expect(trial, status == VIRTIO_SND_S_OK, "%s: the status is %#x, not %#x", what, status,
		      VIRTIO_SND_S_OK);
}

/* The first of these bits that the stream has as well, the best first; the lowest of all where it has none. */
static uint8_t choose(uint64_t has, const uint8_t *wanted, unsigned count)
{
	uint8_t lowest = 0;

	for (unsigned i = 0; i < count; i++)
		if (has >> wanted[i] & 1)
			return wanted[i];
	while (lowest < 63 && !(has >> lowest & 1))
		lowest++;
	return lowest;
}

struct virtio_snd_pcm_set_params sound_parameters(const struct virtio_snd_pcm_info *info, uint32_t stream)
{
	static const uint8_t formats[] = { VIRTIO_SND_PCM_FMT_S16, VIRTIO_SND_PCM_FMT_U16 };
	static const uint8_t rates[] = { VIRTIO_SND_PCM_RATE_48000, VIRTIO_SND_PCM_RATE_44100 };

	return (struct virtio_snd_pcm_set_params) {
		.hdr = { { cpu_to_le32(VIRTIO_SND_R_PCM_SET_PARAMS) }, cpu_to_le32(stream) },
		.buffer_bytes = cpu_to_le32(SOUND_PERIODS * SOUND_PERIOD), .period_bytes = cpu_to_le32(SOUND_PERIOD),
		.channels = info->channels_max < 2 ? info->channels_max : 2,
		.format = choose(le64_to_cpu(info->formats), formats, sizeof(formats)),
		.rate = choose(le64_to_cpu(info->rates), rates, sizeof(rates)),
	};
}

bool sound_prepare(struct trial *trial, const struct virtio_snd_pcm_info *info, uint32_t stream)
{
	const struct virtio_snd_pcm_set_params request = sound_parameters(info, stream);
	struct sound_question question = { .request = &request, .size = sizeof(request), .room = HEADER };

	return sound_asked(trial, "SET_PARAMS", &question) &&
	       expect_equal(trial, "status of SET_PARAMS", question.status, VIRTIO_SND_S_OK) &&
	       expect_sound_done(trial, "PREPARE", VIRTIO_SND_R_PCM_PREPARE, stream);
}

bool sound_find(struct trial *trial, uint8_t direction, uint32_t *stream, struct virtio_snd_pcm_info *info)
{
	struct engine *engine = trial->subject->engine;
	uint32_t streams = SOUND_COUNT(engine, streams);

	for (*stream = 0; *stream < streams; ++*stream) {
		if (!expect(trial, sound_stream(engine, *stream, info), "nothing is said of stream %u", *stream))
			return false;
		if (info->direction == direction)
			return true;
	}
	trial_skip(trial, direction == VIRTIO_SND_D_INPUT ?
		   "the device has no input stream: give it streams=2" :
		   "the device has no output stream: give it streams=1");
	return false;
}
