/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.sound: what a sound device says of its streams, jacks and channel maps: of all at once and of each, with
 * nothing undefined in it, and nothing of those that there are not.
 *
 * Source: VIRTIO 1.4, section 5.14.6.
 */
#include "boot/string.h"
#include "tests/conformance/virtio/sound/sound.h"

VIRTIO_TYPE_SCOPE(sound, VIRTIO_ID_SOUND);

#define HEADER		((uint32_t)sizeof(struct virtio_snd_hdr))
#define BEYOND		8u		/* bytes of room that no answer needs */

/* What may be set: bits of features, formats and rates, and the last positions of a map. */
#define JACK_FEATURES	0x1u		/* VIRTIO_SND_JACK_F_* */
#define PCM_FEATURES	0x1fu		/* VIRTIO_SND_PCM_F_* */
#define PCM_FORMATS	((2ull << VIRTIO_SND_PCM_FMT_IEC958_SUBFRAME) - 1)
#define PCM_RATES	((2ull << VIRTIO_SND_PCM_RATE_384000) - 1)

/* A kind of thing that is asked about. */
struct kind {
	const char *name;		/* of one */
	const char *request;
	uint32_t code, count_at, size;
	void (*expect)(struct trial *trial, const void *item, unsigned number);
};

static bool all_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

static void expect_stream(struct trial *trial, const void *item, unsigned number)
{
	const struct virtio_snd_pcm_info *info = item;
	uint32_t features = le32_to_cpu(info->features);
	uint64_t formats = le64_to_cpu(info->formats), rates = le64_to_cpu(info->rates);

	expect(trial, !(features & ~PCM_FEATURES), "stream %u has features %#x, and %#x are defined", number,
	       features, PCM_FEATURES);
	expect(trial, formats && !(formats & ~PCM_FORMATS), "stream %u has the formats %#llx: none, or undefined ones",
	       number, (unsigned long long)formats);
	expect(trial, rates && !(rates & ~PCM_RATES), "stream %u has the rates %#llx: none, or undefined ones", number,
	       (unsigned long long)rates);
	expect(trial, info->direction <= VIRTIO_SND_D_INPUT, "stream %u has direction %u, which is not defined",
	       number, info->direction);
	expect(trial, info->channels_min && info->channels_min <= info->channels_max,
	       "stream %u has %u to %u channels", number, info->channels_min, info->channels_max);
	expect(trial, all_zero(info->padding, sizeof(info->padding)), "the padding of stream %u is not zero", number);
}

static void expect_jack(struct trial *trial, const void *item, unsigned number)
{
	const struct virtio_snd_jack_info *info = item;
	uint32_t features = le32_to_cpu(info->features);

	expect(trial, !(features & ~JACK_FEATURES), "jack %u has features %#x, and %#x are defined", number, features,
	       JACK_FEATURES);
	expect(trial, all_zero(info->padding, sizeof(info->padding)), "the padding of jack %u is not zero", number);
}

static void expect_map(struct trial *trial, const void *item, unsigned number)
{
	const struct virtio_snd_chmap_info *info = item;

	expect(trial, info->direction <= VIRTIO_SND_D_INPUT, "map %u has direction %u, which is not defined", number,
	       info->direction);
	expect(trial, info->channels <= VIRTIO_SND_CHMAP_MAX_SIZE, "map %u has %u channels, and %u is the most", number,
	       info->channels, VIRTIO_SND_CHMAP_MAX_SIZE);
}

static const struct kind streams = {
	"stream", "PCM_INFO", VIRTIO_SND_R_PCM_INFO, offsetof(struct virtio_snd_config, streams),
	sizeof(struct virtio_snd_pcm_info), expect_stream,
};
static const struct kind jacks = {
	"jack", "JACK_INFO", VIRTIO_SND_R_JACK_INFO, offsetof(struct virtio_snd_config, jacks),
	sizeof(struct virtio_snd_jack_info), expect_jack,
};
static const struct kind maps = {
	"channel map", "CHMAP_INFO", VIRTIO_SND_R_CHMAP_INFO, offsetof(struct virtio_snd_config, chmaps),
	sizeof(struct virtio_snd_chmap_info), expect_map,
};

/* Asks about so many of them; the answer stands in question. */
static bool asked(struct trial *trial, const struct kind *kind, uint32_t first, uint32_t count,
		  struct sound_question *question)
{
	const struct virtio_snd_query_info request = {
		.hdr.code = cpu_to_le32(kind->code), .start_id = cpu_to_le32(first), .count = cpu_to_le32(count),
		.size = cpu_to_le32(kind->size),
	};

	*question = (struct sound_question) {
		.request = &request, .size = sizeof(request), .room = HEADER + count * kind->size + BEYOND,
	};
	return sound_asked(trial, kind->request, question);
}

/* What is not there: an error, or BAD_MSG. */
static void expect_none(struct trial *trial, const struct kind *kind, uint32_t first, uint32_t count)
{
	static struct sound_question question;

	if (trial_good(trial) && asked(trial, kind, first, count, &question))
		expect(trial, question.status != VIRTIO_SND_S_OK,
		       "%u from number %u on are told of, and there are %u %ss", count, first,
		       sound_count(trial->subject->engine, kind->count_at), kind->name);
}

static void information(struct trial *trial, const struct kind *kind)
{
	static struct sound_question all, one;
	struct engine *engine = trial->subject->engine;
	const uint32_t most = (SOUND_ANSWER - HEADER - BEYOND) / kind->size;
	uint32_t there, count;

	if (!trial_start(trial, engine))
		return;
	there = sound_count(engine, kind->count_at);
	count = there < most ? there : most;
	if (count == 0) {
		trial_skip(trial, "the device has no %s", kind->name);
		return;
	}
	if (!asked(trial, kind, 0, count, &all) ||
	    !expect(trial, all.status == VIRTIO_SND_S_OK, "%s of all %u: the status is %#x, not %#x", kind->request,
		    count, all.status, VIRTIO_SND_S_OK) ||
	    !expect_equal(trial, "length of the answer", all.length, HEADER + count * kind->size))
		return;
	for (unsigned i = 0; i < count && trial_good(trial); i++) {
		const uint8_t *item = all.answer + HEADER + i * kind->size;
		union {
			struct virtio_snd_pcm_info stream;
			struct virtio_snd_jack_info jack;
			struct virtio_snd_chmap_info map;
		} aligned;

		memcpy(&aligned, item, kind->size);
		kind->expect(trial, &aligned, i);
		if (trial_good(trial) && asked(trial, kind, i, 1, &one))
			expect(trial, memcmp(item, one.answer + HEADER, kind->size) == 0,
			       "of %s %u something else is said alone than among all", kind->name, i);
	}
	expect_none(trial, kind, there, 1);
	expect_none(trial, kind, there - 1, 2);
	expect_none(trial, kind, 0xffffffff, 1);
	engine_stop(engine);
}

static void stream_information(struct trial *trial)
{
	information(trial, &streams);
}
CONFORMANCE_TEST("virtio.sound.streams", stream_information,
		 "What is said of streams has nothing undefined, is the same of all and of each, and not of others.",
		 .scope = &scope_sound, .about = sound_once, .clauses = "SND-3 SND-4", .judged_by = EVIDENCE);

static void jack_information(struct trial *trial)
{
	information(trial, &jacks);
}
CONFORMANCE_TEST("virtio.sound.jacks", jack_information,
		 "What is said of jacks has nothing undefined, is the same of all and of each, and not of others.",
		 .scope = &scope_sound, .about = sound_once, .clauses = "SND-1 SND-2", .judged_by = EVIDENCE);

static void map_information(struct trial *trial)
{
	information(trial, &maps);
}
CONFORMANCE_TEST("virtio.sound.channel-maps", map_information,
		 "What is said of channel maps has nothing undefined, is the same of all and each, and not of others.",
		 .scope = &scope_sound, .about = sound_once, .clauses = "SND-10 SND-11", .judged_by = EVIDENCE);

static void unknown_requests(struct trial *trial)
{
	static const uint32_t codes[] = { 0, 3, 0xff, 0x106, 0x201, 0x7fff, VIRTIO_SND_S_OK, 0x00010001, 0xffffffff };
	char what[32];

	if (!trial_start(trial, trial->subject->engine))
		return;
	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]) && trial_good(trial); i++) {
		uint32_t status;

		format(what, sizeof(what), "request %#x", codes[i]);
		status = sound_command(trial, what, codes[i], 0);
		if (trial_good(trial))
			expect(trial, status != VIRTIO_SND_S_OK, "%s, which there is not, is answered by OK", what);
	}
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.sound.unknown-requests", unknown_requests,
		 "Requests that a sound device does not have are answered, and not by OK.",
		 .scope = &scope_sound, .about = sound_once, .judged_by = FUNCTIONAL);
