/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/sound.c */
/*
 * The sound device's driver. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/virtio/device/sound.h"
#include "tests/unit/engine_case.h"

#define CONTROL		0
#define EVENT		1
#define TRANSMIT	2
#define RECEIVE		3

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	uint32_t written = 0;

	if (queue == EVENT)
		return CHAIN_KEPT;
	for (unsigned i = 0; i < chain->count; i++)
		if (chain->pieces[i].device_writes) {
			*(uint32_t *)case_piece(chain, i) = VIRTIO_SND_S_OK;
			written += chain->pieces[i].size;
		}
	return written;
}

static void make(uint32_t streams)
{
	case_answer = answer;
	engine_case_make(VIRTIO_ID_SOUND, 0, "accepted");
	case_config(struct virtio_snd_config)->streams = streams;
	engine_case_start();
}

static void the_event_queue(void **state)
{
	(void)state;
	make(1);
	assert_true(case_count(EVENT) > 0);
	case_expect_only(EVENT, true);
	for (unsigned i = 0; i < case_chain_count; i++)
		if (case_chains[i].queue == EVENT)
			assert_true(case_chains[i].write_size >= sizeof(struct virtio_snd_event));
}

/* Of the streams that there are, with room for all that is asked for. */
static void item_requests(void **state)
{
	const struct case_chain *seen = &case_chains[0];
	const struct virtio_snd_query_info *request = (const void *)seen->read;
	const uint32_t size = sizeof(struct virtio_snd_pcm_info);
	struct virtio_snd_pcm_info info;
	uint64_t number;
	void *bytes;

	(void)state;
	make(2);
	number = case_buffer(size, &bytes);
	for (unsigned stream = 0; stream < 2; stream++) {
		case_chain_count = 0;
		assert_true(sound_stream(case_engine, stream, &info));
		assert_int_equal(request->start_id, stream);
		assert_int_equal(request->count, 1);
		assert_int_equal(request->size, size);
		assert_int_equal(seen->write_size, sizeof(struct virtio_snd_hdr) + size);
	}
	case_chain_count = 0;
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, size, NULL), ENGINE_DONE);
	assert_int_equal(seen->write_size, sizeof(struct virtio_snd_hdr) + size);
	case_chain_count = 0;
	assert_false(sound_stream(case_engine, 2, &info));
	case_config(struct virtio_snd_config)->streams = 0;
	assert_false(case_engine->ops->begin(case_engine, DMA_DEVICE_WRITES, number, size));
	assert_int_equal(case_chain_count, 0);
}

/* Samples are readable; what is writable behind them is the status. */
static void samples(void **state)
{
	static const uint8_t silence[256];
	uint32_t status;

	(void)state;
	make(1);
	case_chain_count = 0;
	assert_true(sound_play(case_engine, 0, silence, sizeof(silence)));
	assert_true(sound_played(case_engine, &status));
	assert_int_equal(status, VIRTIO_SND_S_OK);
	assert_int_equal(case_chains[0].queue, TRANSMIT);
	assert_int_equal(case_chains[0].read_size, sizeof(struct virtio_snd_pcm_xfer) + sizeof(silence));
	assert_int_equal(case_chains[0].write_size, sizeof(struct virtio_snd_pcm_status));
	assert_int_equal(case_count(RECEIVE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(the_event_queue, "DRV-SND-2 DRV-SND-3"),
		ENGINE_CLAUSES(item_requests, "DRV-SND-4 DRV-SND-5"),
		ENGINE_CLAUSES(samples, "DRV-SND-10 DRV-SND-11"),
	};

	return cmocka_run_group_tests_name("type-sound", tests, NULL, NULL);
}
