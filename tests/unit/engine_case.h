/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of the drivers of device types begin with: one device of virtio_model.h with an id and features of the
 * test's choice, the engine of it in one of its modes, and a device side that is asked about each chain when its
 * doorbell rings.
 */
#ifndef ENGINE_CASE_H
#define ENGINE_CASE_H

#include "drivers/virtio/engine.h"
#include "tests/unit/virtio_model.h"

#define ENGINE_TEST(name)		cmocka_unit_test_setup_teardown(name, virtio_model_machine, engine_case_stop)
#define ENGINE_CLAUSES(name, clauses)	host_clause_test(name, clauses, virtio_model_machine, engine_case_stop)

extern struct virtio_model *case_model;
extern struct engine *case_engine;
extern struct virtio_engine *case_virtio;

/* Bytes written into a chain, which then comes back; or it stays where it is. */
#define CHAIN_KEPT	0xffffffffu
/* Where not NULL: what the device does with a chain (split rings). Every chain is noted, kept or not. */
extern uint32_t (*case_answer)(unsigned queue, const struct model_chain *chain);

/* Chains that the device has seen since the engine was made. */
struct case_chain {
	unsigned queue;
	struct model_chain chain;
	uint8_t read[1024];			/* what it could read, the pieces one behind the other, if they fit */
	uint32_t read_size, write_size;		/* bytes of the readable and of the writable pieces */
};
extern struct case_chain case_chains[512];
extern unsigned case_chain_count;

/* Makes the device, with these features beside VERSION_1 and ACCESS_PLATFORM, and its engine; the mode is "accepted"
 * for the plain one. engine_case_start() starts it, which must succeed. */
void engine_case_make(uint16_t type, uint64_t offered, const char *mode);
void engine_case_start(void);
/* Takes everything back; for cmocka. */
int engine_case_stop(void **state);

/* engine_transfer() with the limit for what must work. */
enum engine_result case_transfer(enum dma_direction direction, uint64_t number, uint32_t size, void *seen);
/* Where a piece leads. */
void *case_piece(const struct model_chain *chain, unsigned piece);
/* Fails if a queue has been given a chain with pieces of the wrong direction: only writable ones, or only readable. */
void case_expect_only(unsigned queue, bool device_writes);
/* How many chains of a queue the device has seen. */
unsigned case_count(unsigned queue);
/* The configuration's bytes. */
#define case_config(type)	((type *)case_model->config)
/* A number that the engine may be given for size bytes, and where it leads. */
uint64_t case_buffer(uint32_t size, void **bytes);

#endif
