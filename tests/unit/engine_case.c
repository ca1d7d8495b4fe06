/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See engine_case.h.
 */
#include "tests/unit/engine_case.h"

#include <string.h>

#include <linux/pci_regs.h>

#include "boot/frames.h"

#define BUFFER_FRAMES	2

struct virtio_model *case_model;
struct engine *case_engine;
struct virtio_engine *case_virtio;
uint32_t (*case_answer)(unsigned queue, const struct model_chain *chain);
struct case_chain case_chains[512];
unsigned case_chain_count;

static struct dma_area buffer;

static void note(unsigned queue, const struct model_chain *chain)
{
	struct case_chain *seen = &case_chains[case_chain_count++];

	assert_true(case_chain_count <= sizeof(case_chains) / sizeof(case_chains[0]));
	*seen = (struct case_chain) { .queue = queue, .chain = *chain };
	for (unsigned i = 0; i < chain->count; i++) {
		uint32_t size = chain->pieces[i].size;

		if (chain->pieces[i].device_writes) {
			seen->write_size += size;
			continue;
		}
		if (seen->read_size + size <= sizeof(seen->read))
			memcpy(seen->read + seen->read_size, case_piece(chain, i), size);
		seen->read_size += size;
	}
}

static void serve(struct virtio_model *model, unsigned queue)
{
	static struct model_chain chain;

	while (virtio_model_take(model, queue, &chain)) {
		uint32_t written;

		note(queue, &chain);
		written = case_answer ? case_answer(queue, &chain) : CHAIN_KEPT;
		if (written != CHAIN_KEPT)
			virtio_model_use(model, queue, chain.head, written);
	}
}

static struct engine *find_engine(unsigned from, const char *mode)
{
	for (unsigned i = from; i < engine_count(); i++)
		if (strcmp(engine_get(i)->mode, mode) == 0)
			return engine_get(i);
	fail_msg("no engine in mode %s", mode);
	return NULL;
}

void engine_case_make(uint16_t type, uint64_t offered, const char *mode)
{
	unsigned before = engine_count();

	case_model = virtio_model_add();
	case_model->function.product = 0x1040 + type;
	case_model->offered |= offered;
	case_model->at_doorbell = serve;
	virtio_model_attach();
	virtio_add_engines();
	case_engine = find_engine(before, mode);
	case_virtio = virtio_engine_of(case_engine);
	case_chain_count = 0;
}

void engine_case_start(void)
{
	if (!engine_start(case_engine))
		fail_msg("it does not start: %s", case_engine->fault);
}

int engine_case_stop(void **state)
{
	case_answer = NULL;
	if (case_engine)
		engine_stop(case_engine);
	case_engine = NULL;
	dma_area_release(&buffer);
	assert_int_equal(dma_live(domain_get(0)), 0);
	return host_teardown(state);
}

enum engine_result case_transfer(enum dma_direction direction, uint64_t number, uint32_t size, void *seen)
{
	return engine_transfer(case_engine, direction, number, size, ENGINE_LIMIT, seen);
}

void *case_piece(const struct model_chain *chain, unsigned piece)
{
	return virtio_model_pointer(case_model, chain->pieces[piece].number, chain->pieces[piece].size);
}

void case_expect_only(unsigned queue, bool device_writes)
{
	for (unsigned i = 0; i < case_chain_count; i++)
		for (unsigned j = 0; case_chains[i].queue == queue && j < case_chains[i].chain.count; j++)
			if (case_chains[i].chain.pieces[j].device_writes != device_writes)
				fail_msg("queue %u, chain %u: a buffer of the wrong direction", queue, i);
}

unsigned case_count(unsigned queue)
{
	unsigned count = 0;

	for (unsigned i = 0; i < case_chain_count; i++)
		count += case_chains[i].queue == queue;
	return count;
}

uint64_t case_buffer(uint32_t size, void **bytes)
{
	assert_true(size <= BUFFER_FRAMES * FRAME_SIZE && buffer.frames == 0);
	assert_true(dma_area_make(&buffer, &case_model->function, BUFFER_FRAMES));
	*bytes = arch_pointer(buffer.memory);
	return virtio_address(case_virtio->device, &buffer.map, 0);
}
