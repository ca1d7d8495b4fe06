/* SPDX-License-Identifier: BSD-2-Clause */
/* The view oracle: see oracle.h. */
#include "tests/conformance/probe/oracle.h"

#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/witness.h"

/* Not at the start of the frame, so that a device that starts there is seen as well. */
#define TARGET_OFFSET	2048
#define TARGET_LARGEST	4096u

/* Seeds of the payloads that a device may read: in the physical frame, in the bus frame. */
#define SEED_PHYSICAL	0x11
#define SEED_BUS	0x22

const char *engine_result_name(enum engine_result result)
{
	static const char *const names[] = { "done", "silent", "failed" };

	return names[result];
}

static void skip_without_numbers(struct trial *trial)
{
	trial_skip(trial, "no memory has a number that a window of the bridge claims, so that a physical address would "
			  "show nothing");
}

bool oracle_has_common(struct trial *trial, struct engine *engine)
{
	struct bus_range numbers = decoy_numbers(engine->function->domain);

	if (numbers.first > numbers.last)
		skip_without_numbers(trial);
	return numbers.first <= numbers.last;
}

bool oracle_decoy(struct trial *trial, struct engine *engine, size_t frames, enum dma_direction permission,
		  struct decoy *decoy)
{
	if (!decoy_make(decoy, engine->function, frames, permission)) {
		trial_error(trial, "no room for a decoy");
		return false;
	}
	if (!decoy->bus_alone || engine->view == VIEW_BUS)
		return true;
	decoy_release(decoy);
	decoy->frames = 0;
	skip_without_numbers(trial);
	return false;
}

bool oracle_make(struct trial *trial, struct engine *engine, enum dma_direction permission, struct oracle *oracle)
{
	oracle->offset = TARGET_OFFSET;
	oracle->size = engine->granule > 64 ? engine->granule : 64;
	if (oracle->size > engine->largest)
		oracle->size = engine->largest;
	return oracle_decoy(trial, engine, 1, permission, &oracle->decoy);
}

void oracle_release(struct oracle *oracle)
{
	decoy_release(&oracle->decoy);
}

uint64_t oracle_number(const struct oracle *oracle)
{
	return oracle->decoy.number + oracle->offset;
}

void oracle_note(struct trial *trial, const struct oracle *oracle)
{
	trial_note(trial, "target", "number %#llx, %u bytes: physical frame %#llx, bus frame %#llx%s",
		   (unsigned long long)oracle_number(oracle), oracle->size,
		   (unsigned long long)oracle->decoy.physical_frame.value,
		   (unsigned long long)oracle->decoy.bus_frame.value,
		   oracle->decoy.map.status == DMA_MAPPED ? "" : " (not mapped now)");
}

/* A page of the domain may be larger than a frame. */
static uint64_t bytes_of(const struct oracle *oracle)
{
	return oracle->decoy.frames * FRAME_SIZE;
}

void oracle_renew(const struct oracle *oracle)
{
	frames_fill(oracle->decoy.physical_frame, bytes_of(oracle));
	frames_fill(oracle->decoy.bus_frame, bytes_of(oracle));
}

static void note_change(struct trial *trial, const char *what, const struct frames_stray *stray)
{
	if (trial->subject->engine->unpredictable)
		trial_note(trial, what, "at %#llx found something else, was %016llx",
			   (unsigned long long)stray->first.value, (unsigned long long)stray->expected);
	else
		trial_note(trial, what, "at %#llx found %016llx, was %016llx", (unsigned long long)stray->first.value,
			   (unsigned long long)stray->found, (unsigned long long)stray->expected);
}

/* Has the target moved in this frame? Nothing beside it may have. */
static bool target_moved(struct trial *trial, phys_addr frame, const struct oracle *oracle, const char *what)
{
	struct landing look = landing_look(frame, bytes_of(oracle), oracle->offset, oracle->size);

	if (look.beside) {
		trial_fail(trial, "memory beside the target moved in the %s", what);
		note_change(trial, "beside", &look.at_beside);
	}
	if (look.moved)
		note_change(trial, what, &look.at);
	return look.moved;
}

/*
 * The likeliest way astray is an address bit that somebody dropped, added or exchanged. The sweep after the test looks
 * at a part of memory only; here are all the places that differ from the number in one bit.
 */
static void expect_aliases_intact(struct trial *trial, const struct oracle *oracle)
{
	struct frames_stray stray;

	for (unsigned bit = 12; bit < 40; bit++) {
		phys_addr alias = { oracle_number(oracle) ^ 1ull << bit };

		if (frames_free_intact(alias, oracle->size, &stray))
			continue;
		trial_fail(trial, "memory moved at %#llx, which differs from the number in bit %u",
			   (unsigned long long)alias.value, bit);
		note_change(trial, "alias", &stray);
		frames_fill(alias, oracle->size);
	}
}

enum view oracle_look(struct trial *trial, const struct oracle *oracle)
{
	enum view view = VIEW_NONE;

	dma_sync(&oracle->decoy.map, DMA_TO_CPU);
	expect_aliases_intact(trial, oracle);
	if (oracle->decoy.identity)
		return target_moved(trial, oracle->decoy.bus_frame, oracle, "frame") ? VIEW_IDENTITY : VIEW_NONE;
	if (target_moved(trial, oracle->decoy.physical_frame, oracle, "physical-frame"))
		view |= VIEW_PHYSICAL;
	if (target_moved(trial, oracle->decoy.bus_frame, oracle, "bus-frame"))
		view |= VIEW_BUS;
	return view;
}

struct sighting oracle_device_writes(struct trial *trial, struct engine *engine, const struct oracle *oracle,
				     uint64_t limit)
{
	struct sighting sighting = { ENGINE_FAILED, VIEW_NONE, false };

	oracle_note(trial, oracle);
	dma_sync(&oracle->decoy.map, DMA_TO_DEVICE);
	sighting.result = transfer_within(engine, DMA_DEVICE_WRITES, oracle_number(oracle), oracle->size, limit, NULL);
	sighting.view = oracle_look(trial, oracle);
	trial_note(trial, "engine", "%s%s%s; seen in: %s", engine_result_name(sighting.result),
		   engine->fault[0] ? ": " : "", engine->fault, view_name(sighting.view));
	return sighting;
}

static void *target_in(phys_addr frame, const struct oracle *oracle)
{
	return (char *)arch_pointer(frame) + oracle->offset;
}

static bool all_zero(const uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

/* Which payload is this? Where it is none, the trial fails. */
static void recognise(struct trial *trial, const uint8_t *seen, const struct oracle *oracle, struct sighting *sighting)
{
	if (memcmp(seen, target_in(oracle->decoy.physical_frame, oracle), oracle->size) == 0)
		sighting->view = oracle->decoy.identity ? VIEW_IDENTITY : VIEW_PHYSICAL;
	else if (memcmp(seen, target_in(oracle->decoy.bus_frame, oracle), oracle->size) == 0)
		sighting->view = VIEW_BUS;
	else if (all_zero(seen, oracle->size))
		sighting->zeroes = true;
	else
		trial_fail(trial, "the device read something that is in neither frame");
}

/* After a read nothing may have moved: not the payloads, not what is around them. */
static void expect_payloads(struct trial *trial, const struct oracle *oracle)
{
	static uint8_t payload[TARGET_LARGEST];
	const phys_addr frames[] = { oracle->decoy.physical_frame, oracle->decoy.bus_frame };
	const uint16_t seeds[] = { SEED_PHYSICAL, SEED_BUS };

	for (unsigned i = 0; i < (oracle->decoy.identity ? 1 : 2); i++) {
		engine_payload(payload, oracle->size, seeds[i]);
		expect(trial, memcmp(target_in(frames[i], oracle), payload, oracle->size) == 0,
		       "a read moved memory in the frame at %#llx", (unsigned long long)frames[i].value);
		frames_fill((phys_addr) { frames[i].value + oracle->offset }, oracle->size);
	}
	expect(trial, oracle_look(trial, oracle) == VIEW_NONE, "a read moved memory");
}

struct sighting oracle_device_reads(struct trial *trial, struct engine *engine, const struct oracle *oracle,
				    uint64_t limit)
{
	static uint8_t seen[TARGET_LARGEST];
	struct sighting sighting = { ENGINE_FAILED, VIEW_NONE, false };

	oracle_note(trial, oracle);
	engine_payload(target_in(oracle->decoy.bus_frame, oracle), oracle->size, SEED_BUS);
	/* Behind the other: where there is only one frame, this is its payload. */
	engine_payload(target_in(oracle->decoy.physical_frame, oracle), oracle->size, SEED_PHYSICAL);
	dma_sync(&oracle->decoy.map, DMA_TO_DEVICE);
	sighting.result = transfer_within(engine, DMA_DEVICE_READS, oracle_number(oracle), oracle->size, limit, seen);
	if (sighting.result == ENGINE_DONE)
		recognise(trial, seen, oracle, &sighting);
	expect_payloads(trial, oracle);
	trial_note(trial, "engine", "%s%s%s; the device saw: %s", engine_result_name(sighting.result),
		   engine->fault[0] ? ": " : "", engine->fault, sighting.zeroes ? "zeroes" : view_name(sighting.view));
	return sighting;
}
