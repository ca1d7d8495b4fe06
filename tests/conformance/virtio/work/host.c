/*
 * Suite virtio.work: devices whose work is between the machine and its host: input, balloon, sound, clocks.
 */
#include <linux/virtio_balloon.h>

#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/device/balloon.h"
#include "drivers/virtio/device/input.h"
#include "drivers/virtio/device/rtc.h"
#include "drivers/virtio/device/sound.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(input, VIRTIO_ID_INPUT);
VIRTIO_TYPE_SCOPE(balloon, VIRTIO_ID_BALLOON);
VIRTIO_TYPE_SCOPE(sound, VIRTIO_ID_SOUND);
VIRTIO_TYPE_SCOPE(rtc, VIRTIO_ID_CLOCK);

#define SELECT_UNKNOWN	0x77
#define EV_LED		0x11

/* What an input device says of itself, and that it says nothing on what is not defined. */
static void input_configuration(struct trial *trial)
{
	struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	char name[128] = "";
	uint8_t bits[128];

	if (!trial_start(trial, trial->subject->engine))
		return;
	expect(trial, input_config(device, VIRTIO_INPUT_CFG_ID_NAME, 0, name, sizeof(name) - 1) > 0, "it has no name");
	trial_note(trial, "name", "%s", name);
	expect(trial, input_config(device, VIRTIO_INPUT_CFG_ID_DEVIDS, 0, bits, sizeof(bits)) ==
	       sizeof(struct virtio_input_devids), "it has no ids");
	expect_equal(trial, "size of a selection that is not defined",
		     input_config(device, SELECT_UNKNOWN, 0, bits, sizeof(bits)), 0);
	expect_equal(trial, "size of the codes of an event type that does not exist",
		     input_config(device, VIRTIO_INPUT_CFG_EV_BITS, 0xff, bits, sizeof(bits)), 0);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.work.input-configuration", input_configuration, .scope = &scope_input, .clauses = "INPUT-1",
		 .judged_by = EVIDENCE);

/* A light is switched on and off: the device takes the events and writes nothing. A buffer for events stays with it.
 * A device without lights is told nothing of any: QEMU 11's mouse ends the emulator on such an event. */
static void input_status(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_input_event event;
	uint32_t written = 0;
	uint8_t lights[128];

	if (!trial_start(trial, engine))
		return;
	if (!input_config(virtio_engine_of(engine)->device, VIRTIO_INPUT_CFG_EV_BITS, EV_LED, lights, sizeof(lights))) {
		trial_skip(trial, "the device has no lights");
		return;
	}
	if (!input_post(engine) || !input_send(engine, EV_LED, 0, 1, &written) ||
	    !input_send(engine, EV_LED, 0, 0, &written))
		trial_fail(trial, "an event is not taken: %s", engine->fault);
	expect_equal(trial, "bytes written into a buffer of the status queue", written, 0);
	if (input_came(engine, &event))
		trial_note(trial, "event", "type %u, code %u", le16_to_cpu(event.type), le16_to_cpu(event.code));
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.input-status", input_status, .scope = &scope_input, .clauses = "SPLIT-15",
		 .judged_by = EVIDENCE);

/* Frames that are given to the balloon, each of several of its pages. */
#define BALLOON_FRAMES	16u
#define BALLOON_PAGES	(BALLOON_FRAMES * (uint32_t)(FRAME_SIZE / BALLOON_PAGE))

static void list_pages(struct trial *trial, phys_addr list, phys_addr frames)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint32_t *numbers = arch_pointer(list);

	for (uint32_t i = 0; i < BALLOON_PAGES; i++)
		numbers[i] = cpu_to_virtio32(device, (frames.value >> VIRTIO_BALLOON_PFN_SHIFT) + i);
}

static bool run_moved(phys_addr frames)
{
	struct frames_stray stray;

	return !frames_intact(frames, BALLOON_FRAMES * FRAME_SIZE, &stray);
}

/*
 * Two lists of pages at one number: in the frame of the right view one, in the other frame another. A device that
 * takes a page away loses what was in it, so that the pages whose contents are gone tell which list was read.
 */
static void balloon_inflate(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	phys_addr runs[2];
	bool moved[2];

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) ||
	    !frames_take(BALLOON_FRAMES, FRAME_SIZE, &runs[0]) || !frames_take(BALLOON_FRAMES, FRAME_SIZE, &runs[1])) {
		trial_error(trial, "no memory for a balloon: %s", engine->fault);
		return;
	}
	list_pages(trial, engine->view == VIEW_BUS ? oracle.decoy.bus_frame : oracle.decoy.physical_frame, runs[0]);
	list_pages(trial, engine->view == VIEW_BUS ? oracle.decoy.physical_frame : oracle.decoy.bus_frame, runs[1]);
	dma_sync(&oracle.decoy.map, DMA_TO_DEVICE);
	for (unsigned i = 0; i < 2; i++)
		frames_fill(runs[i], BALLOON_FRAMES * FRAME_SIZE);
	if (balloon_hand(engine, BALLOON_INFLATE, oracle.decoy.number, BALLOON_PAGES) != ENGINE_DONE)
		trial_fail(trial, "the inflate queue is silent: %s", engine->fault);
	for (unsigned i = 0; i < 2; i++)
		moved[i] = run_moved(runs[i]);
	if (balloon_hand(engine, BALLOON_DEFLATE, oracle.decoy.number, BALLOON_PAGES) != ENGINE_DONE)
		trial_fail(trial, "the deflate queue is silent: %s", engine->fault);
	engine_stop(engine);
	for (unsigned i = 0; i < 2; i++)
		frames_give(runs[i], BALLOON_FRAMES);
	oracle_release(&oracle);
	if (moved[0] || moved[1])
		matrix_record(engine, STRUCTURE_BUFFER_READ, (moved[0] ? engine->view : VIEW_NONE) |
			      (moved[1] ? engine->view ^ VIEW_BOTH : VIEW_NONE));
	expect(trial, !moved[1],
	       "the device has read its list of pages in the wrong view: it took pages of the other list");
	if (trial_good(trial) && !moved[0])
		trial_skip(trial, "the pages kept their contents, so that nothing tells which list was read");
}
CONFORMANCE_TEST("virtio.work.balloon-inflate", balloon_inflate, .scope = &scope_balloon, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

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
CONFORMANCE_TEST("virtio.work.sound-streams", sound_streams, .scope = &scope_sound, .clauses = "SND-3 SND-4",
		 .judged_by = EVIDENCE);

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
CONFORMANCE_TEST("virtio.work.sound-plays", sound_plays, .scope = &scope_sound, .clauses = "SND-8",
		 .judged_by = FUNCTIONAL);

/* Clock 0 goes, and about as fast as ours. */
static void rtc_goes(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t first, second, before, after;
	uint16_t clocks;

	if (!trial_start(trial, engine))
		return;
	if (!rtc_clocks(engine, &clocks) || clocks == 0) {
		trial_fail(trial, "there is no clock: %s", engine->fault);
		return;
	}
	before = clock_now();
	if (!rtc_read(engine, 0, &first)) {
		trial_fail(trial, "clock 0 cannot be read: %s", engine->fault);
		return;
	}
	clock_wait(MILLISECONDS(2));
	if (!rtc_read(engine, 0, &second)) {
		trial_fail(trial, "clock 0 cannot be read again: %s", engine->fault);
		return;
	}
	after = clock_now();
	trial_note(trial, "clock", "%llu ns, then %llu; %u clocks", (unsigned long long)first,
		   (unsigned long long)second, clocks);
	expect(trial, second > first && second - first < SECONDS(1) + 4 * (after - before),
	       "clock 0 went from %llu to %llu while %llu ns went by", (unsigned long long)first,
	       (unsigned long long)second, (unsigned long long)(after - before));
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.rtc", rtc_goes, .scope = &scope_rtc, .judged_by = EVIDENCE);
