/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long to wait for what need not happen, or must not.
 *
 * A device that the host bridge refuses may report an error or say nothing at all, and one that is reset or disabled
 * must not move a byte. No clock says when it would have: that depends on who emulates the device and on what else that
 * computer does. So a witness tells, another engine, of the same kind if there is one: when whole good transfers of it,
 * begun later, have come to their end, this one would have.
 */
#ifndef WITNESS_H
#define WITNESS_H

#include "drivers/engine/engine.h"

/* In place of a limit, for transfer_within() and what is built on it: until a witness has come to its end. */
#define WITNESSED	0

/* Gives what this engine has begun the time to happen: waits for a witness, or where there is none, as long as should
 * do. */
void give_time(const struct engine *engine);

/* engine_transfer(), where limit may be WITNESSED. */
enum engine_result transfer_within(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size,
				   uint64_t limit, void *seen);

/* The same for the end of a transfer that was begun before. */
enum engine_result finish_within(struct engine *engine, uint64_t limit, void *seen);

/* How long is waited before a witness is asked: not long where there is one of the same kind. */
uint64_t first_wait(const struct engine *engine);

/* poll_until(), for what may happen and need not: until a witness has come to its end. Is it so now? */
#define poll_witnessed(condition, engine) ({ \
	bool seen_ = poll_until(condition, first_wait(engine)); \
	if (!seen_) { \
		give_time(engine); \
		seen_ = (condition); \
	} \
	seen_; \
})

#endif
