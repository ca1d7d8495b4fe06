/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of what must not work, for every kind of engine: see refusals.h. */
#include "tests/conformance/probe/refusals.h"

#include <linux/pci_regs.h>

#include "boot/frames.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/witness.h"

static void expect_nothing(struct trial *trial, struct sighting sighting, const char *why)
{
	expect(trial, sighting.view == VIEW_NONE, "%s, and yet the device's write was seen in view %s", why,
	       view_name(sighting.view));
}

static void refuse_write(struct trial *trial, struct oracle *oracle, const char *why)
{
	expect_nothing(trial, oracle_device_writes(trial, trial->subject->engine, oracle, WITNESSED), why);
	end_and_recover(trial, oracle);
}

void refuse_unmapped_write(struct trial *trial)
{
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	dma_unmap(&oracle.decoy.map);
	refuse_write(trial, &oracle, "the page is not mapped");
}

void refuse_unmapped_read(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) || !trial_can_read(trial))
		return;
	dma_unmap(&oracle.decoy.map);
	sighting = oracle_device_reads(trial, engine, &oracle, WITNESSED);
	expect(trial, sighting.view == VIEW_NONE, "the page is not mapped, and yet the device has read it in view %s",
	       view_name(sighting.view));
	end_and_recover(trial, &oracle);
}

void refuse_read_only_write(struct trial *trial)
{
	struct oracle oracle;

	if (trial_start_oracle(trial, DMA_DEVICE_READS, &oracle))
		refuse_write(trial, &oracle, "the page is read-only");
}

void allow_read_only_read(struct trial *trial)
{
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_READS, &oracle) || !trial_can_read(trial))
		return;
	sighting = oracle_device_reads(trial, trial->subject->engine, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.view == VIEW_BUS, "a read-only page was read in view %s", view_name(sighting.view));
	engine_stop(trial->subject->engine);
	oracle_release(&oracle);
}

/* Where there is memory at this number, has it moved? */
static void expect_memory_intact(struct trial *trial, uint64_t number, uint32_t size)
{
	struct frames_stray stray;

	if (frames_contain((phys_addr) { number }, size))
		expect(trial, frames_intact((phys_addr) { number }, size, &stray),
		       "the device wrote memory at the physical address %#llx", (unsigned long long)number);
}

/* A decoy stands where a bridge would lead it that looks at its low bits only. */
void refuse_out_of_window(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	uint64_t number;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	number = engine->function->domain->driver->unclaimed.value + oracle_number(&oracle);
	trial_note(trial, "number", "%#llx", (unsigned long long)number);
	oracle_note(trial, &oracle);
	transfer_within(engine, DMA_DEVICE_WRITES, number, oracle.size, WITNESSED, NULL);
	engine_stop(engine);
	expect(trial, oracle_look(trial, &oracle) == VIEW_NONE,
	       "no window claims %#llx, and yet the write arrived where %#llx leads", (unsigned long long)number,
	       (unsigned long long)oracle_number(&oracle));
	expect_memory_intact(trial, number, oracle.size);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}

void refuse_revoked(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;
	phys_addr elsewhere;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	if (sighting.view != VIEW_BUS) {
		trial_error(trial, "the transfer before did not work (seen in view %s)", view_name(sighting.view));
		return;
	}
	oracle_renew(&oracle);
	dma_unmap(&oracle.decoy.map);
	expect_nothing(trial, oracle_device_writes(trial, engine, &oracle, WITNESSED), "the mapping was revoked");
	engine_stop(engine);

	if (!trial_start(trial, engine) ||
	    !frames_take(oracle.decoy.frames, dma_alignment(engine->function), &elsewhere)) {
		trial_error(trial, "no frame to map to");
		return;
	}
	oracle.decoy.map = dma_map_at(engine->function, (bus_addr) { oracle.decoy.number }, elsewhere,
				      oracle.decoy.frames * FRAME_SIZE, DMA_DEVICE_BOTH);
	oracle_renew(&oracle);
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	expect_nothing(trial, sighting, "the mapping leads elsewhere now");
	expect(trial, landed(trial, elsewhere, oracle.offset, oracle.size),
	       "the write did not arrive in the frame that is mapped now");
	engine_stop(engine);
	frames_give(elsewhere, oracle.decoy.frames);
	oracle_release(&oracle);
}

/* How many buffers the device has used on the queue of its requests; 0 for what is no virtio device. */
static uint16_t used_buffers(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);

	return virtio ? virtqueue_used_index(virtio_engine_requests(virtio)) : 0;
}

void expect_silence(struct trial *trial, struct engine *engine, const struct oracle *oracle, const char *why)
{
	uint16_t before = used_buffers(engine);

	expect_nothing(trial, oracle_device_writes(trial, engine, oracle, WITNESSED), why);
	expect(trial, used_buffers(engine) == before, "%s, and yet the device has used a buffer", why);
}

void refuse_without_bus_master(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	expect_silence(trial, engine, &oracle, "bus mastering is off");
	end_and_recover(trial, &oracle);
}
