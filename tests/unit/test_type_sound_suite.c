/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/sound.c tests/conformance/virtio/sound/common.c tests/conformance/virtio/sound/information.c
 * tests/conformance/virtio/sound/requests.c tests/conformance/virtio/sound/streams.c */
/*
 * Suite virtio.sound on a sound device of software, which is right or wrong in one way: each test passes on the right
 * one, and says what is wrong of the others.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "tests/conformance/virtio/sound/sound.h"
#include "tests/unit/suite_case.h"

#define STREAMS		2u		/* the first plays, the second records */
#define JACKS		2u
#define MAPS		1u
#define HEARD		0x77		/* each byte that is recorded */

enum fault {
	RIGHT, STRAYS, TOO_LONG, NO_STATUS, PADDING, FEATURES, FORMATS, RATES, DIRECTION, CHANNELS,
	ANY_ITEM, ONE_DIFFERS, JACK_FEATURES, JACK_PADDING, MAP_DIRECTION, MAP_CHANNELS, NO_JACKS,
	ANY_REQUEST, ANY_STREAM, ANY_PARAMETERS, ANY_SIZE, SAMPLES_FOR_ANY, SAMPLES_LENGTH, SAMPLES_STRAY,
	SAMPLES_FAIL, SAMPLES_LOST, FILLED_SHORT, FILLED_LENGTH, NOTHING_HEARD, KEPT_ON_RELEASE, KEPT_ON_RESET, EVENT,
};

static enum fault fault;

/* Transfers that wait for their stream to start. */
static struct { unsigned queue; struct model_chain chain; } waiting[16];
static unsigned waiting_count;
static struct model_chain event_buffer;

union item {
	struct virtio_snd_pcm_info stream;
	struct virtio_snd_jack_info jack;
	struct virtio_snd_chmap_info map;
};

static void fill_stream(struct virtio_snd_pcm_info *info, uint32_t number, uint32_t count)
{
	info->features = fault == FEATURES ? 0x20 : 0;
	info->formats = 1ull << VIRTIO_SND_PCM_FMT_S16 | (fault == FORMATS ? 1ull << 40 : 0);
	info->rates = 1ull << VIRTIO_SND_PCM_RATE_48000 | (fault == RATES ? 1ull << 20 : 0);
	info->direction = fault == DIRECTION ? 2 : number ? VIRTIO_SND_D_INPUT : VIRTIO_SND_D_OUTPUT;
	info->channels_min = fault == CHANNELS ? 3 : 1;
	info->channels_max = 2;
	info->padding[4] = fault == PADDING;
	if (fault == ONE_DIFFERS && count == 1)
		info->features = 1;
}

static void fill_jack(struct virtio_snd_jack_info *info)
{
	info->features = fault == JACK_FEATURES ? 2 : 1;
	info->padding[6] = fault == JACK_PADDING;
}

static void fill_map(struct virtio_snd_chmap_info *info)
{
	info->direction = fault == MAP_DIRECTION ? 2 : 1;
	info->channels = fault == MAP_CHANNELS ? VIRTIO_SND_CHMAP_MAX_SIZE + 1 : 2;
}

/* The items that are asked for, behind the status; how many bytes they have, 0 for an error. */
static uint32_t tell(const struct virtio_snd_query_info *request, uint8_t *items)
{
	const uint32_t code = request->hdr.code;
	const uint32_t there = code == VIRTIO_SND_R_PCM_INFO ? STREAMS : code == VIRTIO_SND_R_JACK_INFO ? JACKS : MAPS;

	if ((request->start_id >= there || request->count > there - request->start_id) && fault != ANY_ITEM)
		return 0;
	if (fault == NO_JACKS && code == VIRTIO_SND_R_JACK_INFO)
		return 0;
	for (uint32_t i = 0; i < request->count; i++, items += request->size) {
		union item item = { 0 };

		if (code == VIRTIO_SND_R_PCM_INFO)
			fill_stream(&item.stream, request->start_id + i, request->count);
		else if (code == VIRTIO_SND_R_JACK_INFO)
			fill_jack(&item.jack);
		else
			fill_map(&item.map);
		memcpy(items, &item, request->size);
	}
	return request->count * request->size;
}

static void stray(uint8_t *byte)
{
	*byte ^= 1;
}

/* A transfer goes back to the driver, played or recorded. */
static void give_back(unsigned queue, const struct model_chain *chain, uint32_t code)
{
	unsigned last = chain->count - 1;
	struct virtio_snd_pcm_status *status = case_piece(chain, last);
	uint32_t length = sizeof(*status);

	status->status = fault == SAMPLES_FAIL ? VIRTIO_SND_S_IO_ERR : code;
	status->latency_bytes = 0;
	if (fault == SAMPLES_STRAY)
		stray((uint8_t *)(status + 1) + 2);
	if (queue == VIRTIO_SND_VQ_RX) {
		memset(case_piece(chain, 1), HEARD, chain->pieces[1].size - (fault == FILLED_SHORT ? 16 : 0));
		length += chain->pieces[1].size - (fault == FILLED_LENGTH ? 16 : 0);
	}
	virtio_model_use(case_model, queue, chain->head, length - (fault == SAMPLES_LENGTH ? 8 : 0));
}

static void give_all_back(void)
{
	for (unsigned i = 0; i < waiting_count; i++)
		if (!(fault == SAMPLES_LOST && i == 2) &&
		    !(fault == NOTHING_HEARD && waiting[i].queue == VIRTIO_SND_VQ_RX))
			give_back(waiting[i].queue, &waiting[i].chain, VIRTIO_SND_S_OK);
	waiting_count = 0;
}

static bool good_parameters(const struct virtio_snd_pcm_set_params *request)
{
	return fault == ANY_PARAMETERS ||
	       (request->channels >= 1 && request->channels <= 2 && request->format == VIRTIO_SND_PCM_FMT_S16 &&
		request->rate == VIRTIO_SND_PCM_RATE_48000);
}

static uint32_t obey(const struct virtio_snd_pcm_hdr *request, uint32_t size)
{
	const uint32_t code = request->hdr.code;
	const uint32_t needed = code == VIRTIO_SND_R_PCM_SET_PARAMS ? sizeof(struct virtio_snd_pcm_set_params) :
								      sizeof(*request);

	if (code < VIRTIO_SND_R_PCM_SET_PARAMS || code > VIRTIO_SND_R_PCM_STOP)
		return fault == ANY_REQUEST ? VIRTIO_SND_S_OK : VIRTIO_SND_S_NOT_SUPP;
	if (size < needed)
		return fault == ANY_SIZE ? VIRTIO_SND_S_OK : VIRTIO_SND_S_BAD_MSG;
	if (request->stream_id >= STREAMS)
		return fault == ANY_STREAM ? VIRTIO_SND_S_OK : VIRTIO_SND_S_BAD_MSG;
	if (code == VIRTIO_SND_R_PCM_SET_PARAMS && !good_parameters((const void *)request))
		return VIRTIO_SND_S_NOT_SUPP;
	if (code == VIRTIO_SND_R_PCM_START || (code == VIRTIO_SND_R_PCM_RELEASE && fault != KEPT_ON_RELEASE))
		give_all_back();
	if (code == VIRTIO_SND_R_PCM_START && fault == EVENT)
		virtio_model_use(case_model, VIRTIO_SND_VQ_EVENT, event_buffer.head, 8);
	return VIRTIO_SND_S_OK;
}

static uint32_t control(const struct case_chain *seen, uint8_t *room, uint32_t size)
{
	const struct virtio_snd_query_info *request = (const void *)seen->read;
	uint32_t length = sizeof(struct virtio_snd_hdr), status, items = 0;

	switch (request->hdr.code) {
	case VIRTIO_SND_R_PCM_INFO:
	case VIRTIO_SND_R_JACK_INFO:
	case VIRTIO_SND_R_CHMAP_INFO:
		if (seen->read_size >= sizeof(*request))
			items = tell(request, room + length);
		status = items ? VIRTIO_SND_S_OK : fault == ANY_SIZE ? VIRTIO_SND_S_OK : VIRTIO_SND_S_BAD_MSG;
		length += items;
		break;
	default:
		status = obey((const void *)request, seen->read_size);
	}
	*(uint32_t *)room = fault == NO_STATUS ? 0 : status;
	if (fault == STRAYS)
		room[size + 1] ^= 1;
	return fault == TOO_LONG ? size + 4 : length;
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const struct case_chain *seen = &case_chains[case_chain_count - 1];
	const struct virtio_snd_pcm_xfer *header = (const void *)seen->read;
	unsigned last = chain->count - 1;

	if (queue == VIRTIO_SND_VQ_CONTROL)
		return control(seen, case_piece(chain, last), chain->pieces[last].size);
	if (queue == VIRTIO_SND_VQ_EVENT) {
		event_buffer = *chain;
		return CHAIN_KEPT;
	}
	if (header->stream_id >= STREAMS)
		give_back(queue, chain, fault == SAMPLES_FOR_ANY ? VIRTIO_SND_S_OK : VIRTIO_SND_S_BAD_MSG);
	else {
		waiting[waiting_count].queue = queue;
		waiting[waiting_count++].chain = *chain;
	}
	return CHAIN_KEPT;
}

static void forget(struct virtio_model *model)
{
	(void)model;
	if (fault != KEPT_ON_RESET)
		waiting_count = 0;
}

static void make(unsigned which)
{
	fault = which;
	waiting_count = 0;
	case_answer = answer;
	engine_case_make(VIRTIO_ID_SOUND, 0, "accepted");
	case_model->at_reset = forget;
	*case_config(struct virtio_snd_config) = (struct virtio_snd_config) { JACKS, STREAMS, MAPS };
}

static const struct suite_row rows[] = {
	{ "virtio.sound.streams", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.streams", STRAYS, VERDICT_FAIL, "PCM_INFO: bytes beside its answer were written" },
	{ "virtio.sound.streams", TOO_LONG, VERDICT_FAIL, "PCM_INFO: it says that its answer has 80 bytes" },
	{ "virtio.sound.streams", NO_STATUS, VERDICT_FAIL, "PCM_INFO: the status is 0, which is none" },
	{ "virtio.sound.streams", PADDING, VERDICT_FAIL, "the padding of stream 0 is not zero" },
	{ "virtio.sound.streams", FEATURES, VERDICT_FAIL, "stream 0 has features 0x20" },
	{ "virtio.sound.streams", FORMATS, VERDICT_FAIL, "stream 0 has the formats 0x10000000020" },
	{ "virtio.sound.streams", RATES, VERDICT_FAIL, "stream 0 has the rates 0x100080" },
	{ "virtio.sound.streams", DIRECTION, VERDICT_FAIL, "stream 0 has direction 2" },
	{ "virtio.sound.streams", CHANNELS, VERDICT_FAIL, "stream 0 has 3 to 2 channels" },
	{ "virtio.sound.streams", ANY_ITEM, VERDICT_FAIL, "1 from number 2 on are told of, and there are 2 streams" },
	{ "virtio.sound.streams", ONE_DIFFERS, VERDICT_FAIL, "of stream 0 something else is said alone" },
	{ "virtio.sound.jacks", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.jacks", JACK_FEATURES, VERDICT_FAIL, "jack 0 has features 0x2" },
	{ "virtio.sound.jacks", JACK_PADDING, VERDICT_FAIL, "the padding of jack 0 is not zero" },
	{ "virtio.sound.jacks", NO_JACKS, VERDICT_FAIL, "JACK_INFO of all 2: the status is 0x8001" },
	{ "virtio.sound.channel-maps", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.channel-maps", MAP_DIRECTION, VERDICT_FAIL, "map 0 has direction 2" },
	{ "virtio.sound.channel-maps", MAP_CHANNELS, VERDICT_FAIL, "map 0 has 19 channels" },
	{ "virtio.sound.unknown-requests", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.unknown-requests", ANY_REQUEST, VERDICT_FAIL, "request 0, which there is not, is " },
	{ "virtio.sound.streams-beyond", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.streams-beyond", ANY_STREAM, VERDICT_FAIL, "PREPARE of stream 2 of 2 is answered by OK" },
	{ "virtio.sound.parameters-beyond", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.parameters-beyond", ANY_STREAM, VERDICT_FAIL, "SET_PARAMS of a stream that there is not" },
	{ "virtio.sound.parameter-errors", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.parameter-errors", ANY_PARAMETERS, VERDICT_FAIL, "SET_PARAMS of no channels is answered" },
	{ "virtio.sound.short-requests", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.short-requests", ANY_SIZE, VERDICT_FAIL, "PCM_INFO cut short is answered by OK" },
	{ "virtio.sound.samples-beyond", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.samples-beyond", SAMPLES_FOR_ANY, VERDICT_FAIL, "the status of samples of a stream that " },
	{ "virtio.sound.samples-beyond", SAMPLES_LENGTH, VERDICT_FAIL, "bytes written: " },
	{ "virtio.sound.steps", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.play", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.play", SAMPLES_LENGTH, VERDICT_FAIL, "a transfer is back with 0 bytes written, not 8" },
	{ "virtio.sound.play", SAMPLES_STRAY, VERDICT_FAIL, "transfer 0: byte 650 of its memory" },
	{ "virtio.sound.play", SAMPLES_FAIL, VERDICT_FAIL, "the status of transfer 0 is 0x8003" },
	{ "virtio.sound.play", SAMPLES_LOST, VERDICT_FAIL, "of 4 transfers 3 are back" },
	{ "virtio.sound.play", EVENT, VERDICT_FAIL, "events that nobody has asked for: " },
	{ "virtio.sound.record", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.record", FILLED_SHORT, VERDICT_FAIL, "the last 16 bytes of recorded transfer 0" },
	{ "virtio.sound.record", FILLED_LENGTH, VERDICT_FAIL, "a transfer is back with 504 bytes written, not 520" },
	{ "virtio.sound.record", SAMPLES_LOST, VERDICT_FAIL, "of 4 transfers 3 are back" },
	{ "virtio.sound.record", NOTHING_HEARD, VERDICT_SKIP, "nothing is heard" },
	{ "virtio.sound.release-output", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.release-output", KEPT_ON_RELEASE, VERDICT_FAIL, "RELEASE is answered, and of 4 transfers 0" },
	{ "virtio.sound.release-output", SAMPLES_LOST, VERDICT_FAIL, "RELEASE is answered, and of 4 transfers 3" },
	{ "virtio.sound.release-input", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.reset-pending", RIGHT, VERDICT_PASS, "" },
	{ "virtio.sound.reset-pending", KEPT_ON_RESET, VERDICT_FAIL, "4 transfers of before a reset come back" },
	{ "virtio.sound.release-input", KEPT_ON_RELEASE, VERDICT_FAIL, "RELEASE is answered, and of 4 transfers 0" },
};

static void each_fault_is_named(void **state)
{
	suite_case_rows(state, rows, sizeof(rows) / sizeof(rows[0]), make);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(each_fault_is_named),
	};

	return cmocka_run_group_tests_name("type-sound-suite", tests, NULL, NULL);
}
