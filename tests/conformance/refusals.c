/* Tests of what must not work, for every kind of engine: see refusals.h. */
#include "tests/conformance/refusals.h"

#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/frames.h"

static void expect_nothing(struct trial *trial, struct sighting sighting, const char *why)
{
	expect(trial, sighting.view == VIEW_NONE, "%s, and yet the device's write was seen in view %s", why,
	       view_name(sighting.view));
}

void refuse_unmapped_write(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	dma_unmap(&oracle.decoy.map);
	expect_nothing(trial, oracle_device_writes(trial, engine, &oracle, ENGINE_PATIENCE), "the page is not mapped");
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}

void refuse_unmapped_read(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) || !trial_can_read(trial))
		return;
	dma_unmap(&oracle.decoy.map);
	sighting = oracle_device_reads(trial, engine, &oracle, ENGINE_PATIENCE);
	expect(trial, sighting.view == VIEW_NONE, "the page is not mapped, and yet the device has read it in view %s",
	       view_name(sighting.view));
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}

void refuse_read_only_write(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_READS, &oracle))
		return;
	expect_nothing(trial, oracle_device_writes(trial, engine, &oracle, ENGINE_PATIENCE), "the page is read-only");
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
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
	number = engine->function->host->driver->unclaimed.value + oracle_number(&oracle);
	trial_note(trial, "number", "%#llx", (unsigned long long)number);
	oracle_note(trial, &oracle);
	engine_transfer(engine, DMA_DEVICE_WRITES, number, oracle.size, ENGINE_PATIENCE, NULL);
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
	struct frames_stray stray;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	if (sighting.view != VIEW_BUS) {
		trial_error(trial, "the transfer before did not work (seen in view %s)", view_name(sighting.view));
		return;
	}
	oracle_renew(&oracle);
	dma_unmap(&oracle.decoy.map);
	expect_nothing(trial, oracle_device_writes(trial, engine, &oracle, ENGINE_PATIENCE), "the mapping was revoked");
	engine_stop(engine);

	if (!trial_start(trial, engine) || !frames_take(1, FRAME_SIZE, &elsewhere)) {
		trial_error(trial, "no frame to map to");
		return;
	}
	oracle.decoy.map = dma_map_at(engine->function, (bus_addr) { oracle.decoy.number }, elsewhere, FRAME_SIZE,
				      DMA_DEVICE_BOTH);
	oracle_renew(&oracle);
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	expect_nothing(trial, sighting, "the mapping leads elsewhere now");
	expect(trial, !frames_intact((phys_addr) { elsewhere.value + oracle.offset }, oracle.size, &stray),
	       "the write did not arrive in the frame that is mapped now");
	engine_stop(engine);
	frames_give(elsewhere, 1);
	oracle_release(&oracle);
}

/* Another engine, of the same kind if there is one, because its requests go the same way through the host; else the one
 * that takes its time. */
static struct engine *find_witness(const struct engine *engine)
{
	struct engine *witness = NULL;

	for (unsigned i = 0; i < engine_count(); i++) {
		struct engine *other = engine_get(i);

		if (other->function == engine->function || !(other->directions & DMA_DEVICE_WRITES) || !other->slowest)
			continue;
		if (other->kind == engine->kind)
			return other;
		if (!witness || other->slowest > witness->slowest)
			witness = other;
	}
	return witness;
}

/*
 * Gives the world time to do what it must not. How much is enough depends on who emulates the device and what else
 * that computer does, so a witness tells: when a whole good transfer of another engine, begun later, has come to its
 * end, this one would have. Where there is no witness, a long wait must do.
 */
#define ALONE	MILLISECONDS(20)

void give_time(const struct engine *engine)
{
	struct engine *witness = find_witness(engine);
	struct dma_area area;
	uint64_t number;

	if (!witness || !engine_start(witness) || !dma_area_make(&area, witness->function, 1)) {
		clock_wait(ALONE);
		return;
	}
	number = witness->view == VIEW_BUS ? area.map.address.value : area.memory.value;
	for (unsigned i = 0; i < 2; i++)
		engine_transfer(witness, DMA_DEVICE_WRITES, number, transfer_size(witness), ENGINE_LIMIT, NULL);
	engine_stop(witness);
	dma_area_release(&area);
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
	const struct engine *witness = find_witness(engine);
	/* A witness of another kind tells that the host goes on, but not how slow this engine's own way through it is. */
	uint64_t grace = witness && witness->kind == engine->kind ? ENGINE_GRACE_LEAST : ALONE + engine_grace(engine);
	struct sighting sighting = oracle_device_writes(trial, engine, oracle, grace);

	if (sighting.view == VIEW_NONE && used_buffers(engine) == before) {
		give_time(engine);
		sighting.view = oracle_look(trial, oracle);
	}
	expect_nothing(trial, sighting, why);
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
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
