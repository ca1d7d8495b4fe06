/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The view oracle: makes an engine access a number that leads to two different frames, and looks which of them the
 * access has reached. Everything else in both frames must stay as it was. Where nothing translates the engine's
 * addresses there is one frame, and the view is identity.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include "drivers/engine/engine.h"
#include "tests/conformance/framework/test.h"

/* A decoy and the part of it that the engine is pointed at. */
struct oracle {
	struct decoy decoy;
	uint64_t offset;		/* of the target in the decoy, a multiple of 8 */
	uint32_t size;			/* bytes, a multiple of the engine's granule */
};

/* What an access did. */
struct sighting {
	enum engine_result result;
	enum view view;			/* where the access was seen */
	bool zeroes;			/* reads: the device saw zeroes */
};

/*
 * A decoy for this engine, of so many frames. False, with trial_error(), when there is no room; and with trial_skip()
 * for an engine that takes physical addresses, where its window claims none that is memory.
 */
bool oracle_decoy(struct trial *trial, struct engine *engine, size_t frames, enum dma_direction permission,
		  struct decoy *decoy);
/* The same of memory that both views find at one number: is there any? */
bool oracle_has_common(struct trial *trial, struct engine *engine);

/*
 * A decoy for this engine with a permission for the bus frame, both frames holding their pattern. False, with
 * trial_error() or trial_skip(), as above. Released by oracle_release(), or by the runner at the end of the trial.
 */
bool oracle_make(struct trial *trial, struct engine *engine, enum dma_direction permission, struct oracle *oracle);

void oracle_release(struct oracle *oracle);

/* The number of the target. */
uint64_t oracle_number(const struct oracle *oracle);

/*
 * Lets the engine write the target, waiting at most limit (or WITNESSED, witness.h) for its answer, and looks at both
 * frames. Fails the trial when a byte outside of the target has moved in either.
 */
struct sighting oracle_device_writes(struct trial *trial, struct engine *engine, const struct oracle *oracle,
				     uint64_t limit);
/* The parts of it, for transfers that overlap: looks at the frames, after the engine's answer. */
enum view oracle_look(struct trial *trial, const struct oracle *oracle);

/*
 * Lets the engine read the target, which holds a different payload in each view, and compares what it saw. Fails the
 * trial when memory has moved, or when the device saw something that is in neither frame.
 */
struct sighting oracle_device_reads(struct trial *trial, struct engine *engine, const struct oracle *oracle,
				    uint64_t limit);

/* Puts the patterns back, for another look. */
void oracle_renew(const struct oracle *oracle);

/* Notes numbers, frames and the window for the YAML block. */
void oracle_note(struct trial *trial, const struct oracle *oracle);

/* The engine's answer in words. */
const char *engine_result_name(enum engine_result result);

#endif
