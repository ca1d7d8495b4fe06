/*
 * Suite virtio.refuse: what must not work. Beside each address that a device may use stands one that it may not, and
 * nothing in memory may move. What the device says is not judged here: the specification lets it complete such a
 * request, report an error, or ask for a reset. After each, a reset must bring it back (expect_recovers).
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "tests/conformance/engine_trial.h"

/* queue_reset follows queue_notify_data in the common configuration; the kernel's header has no name for either yet. */
#define COMMON_Q_RESET	58

static void expect_nothing(struct trial *trial, struct sighting sighting, const char *why)
{
	expect(trial, sighting.view == VIEW_NONE, "%s, and yet the device's write was seen in view %s", why,
	       view_name(sighting.view));
}

static void unmapped_write(struct trial *trial)
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
CONFORMANCE_TEST("virtio.refuse.unmapped-write", unmapped_write, .scope = &scope_virtio_engine, .skip = needs_bus_view,
		 .clauses = "DEF-3", .judged_by = EVIDENCE);

static void unmapped_read(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	dma_unmap(&oracle.decoy.map);
	sighting = oracle_device_reads(trial, engine, &oracle, ENGINE_PATIENCE);
	expect(trial, sighting.view == VIEW_NONE, "the page is not mapped, and yet the device has read it in view %s",
	       view_name(sighting.view));
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.refuse.unmapped-read", unmapped_read, .scope = &scope_virtio_engine, .skip = needs_bus_view_reads,
		 .clauses = "DEF-3", .judged_by = EVIDENCE);

static void read_only_write(struct trial *trial)
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
CONFORMANCE_TEST("virtio.refuse.read-only-write", read_only_write, .scope = &scope_virtio_engine,
		 .skip = needs_write_protection, .clauses = "DEF-3", .judged_by = EVIDENCE);

static const char *needs_write_protection_reads(const struct subject *subject)
{
	const char *reason = needs_write_protection(subject);

	return reason ? reason : needs_reads(subject);
}

/* The positive side of the one above: what may not be written may still be read. */
static void read_only_read(struct trial *trial)
{
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_READS, &oracle))
		return;
	sighting = oracle_device_reads(trial, trial->subject->engine, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.view == VIEW_BUS, "a read-only page was read in view %s", view_name(sighting.view));
	engine_stop(trial->subject->engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.refuse.read-only-read", read_only_read, .scope = &scope_virtio_engine,
		 .skip = needs_write_protection_reads, .clauses = "DEF-3", .judged_by = EVIDENCE);

/* Where there is memory at this number, has it moved? */
static void expect_memory_intact(struct trial *trial, uint64_t number, uint32_t size)
{
	struct frames_stray stray;

	if (frames_contain((phys_addr) { number }, size))
		expect(trial, frames_intact((phys_addr) { number }, size, &stray),
		       "the device wrote memory at the physical address %#llx", (unsigned long long)number);
}

/* A number that no window claims. A decoy stands where a bridge would lead it that looks at its low bits only. */
static void out_of_window(struct trial *trial)
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
CONFORMANCE_TEST("virtio.refuse.out-of-window", out_of_window, .scope = &scope_virtio_engine, .skip = needs_bus_view,
		 .clauses = "DEF-3", .judged_by = EVIDENCE);

/* A physical address behind the last byte of memory. Far behind, so that a bank more would not make it valid. */
static void beyond_memory(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	uint64_t number = (frames_highest() | 0xfffffff) + 1 + 0x1000000;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	trial_note(trial, "number", "%#llx", (unsigned long long)number);
	engine_transfer(engine, DMA_DEVICE_WRITES, number, oracle.size, ENGINE_PATIENCE, NULL);
	engine_stop(engine);
	expect(trial, oracle_look(trial, &oracle) == VIEW_NONE, "a write beyond the end of memory arrived in it");
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.refuse.beyond-memory", beyond_memory, .scope = &scope_virtio_engine, .skip = needs_physical_view,
		 .clauses = "DEF-1", .judged_by = EVIDENCE);

/* After a transfer that worked: unmapped, the page is out of reach; mapped to another frame, only that one is reached. */
static void revoked(struct trial *trial)
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
	expect_nothing(trial, oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT), "the mapping leads elsewhere now");
	expect(trial, !frames_intact((phys_addr) { elsewhere.value + oracle.offset }, oracle.size, &stray),
	       "the write did not arrive in the frame that is mapped now");
	engine_stop(engine);
	frames_give(elsewhere, 1);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.refuse.revoked", revoked, .scope = &scope_virtio_engine, .skip = needs_bus_view,
		 .clauses = "DEF-3", .judged_by = EVIDENCE);

/* Another engine, of the same kind if there is one, because its requests go the same way through the host. */
static struct engine *find_witness(const struct engine *engine)
{
	struct engine *witness = NULL;

	for (unsigned i = 0; i < engine_count(); i++) {
		struct engine *other = engine_get(i);

		if (other->function == engine->function || !(other->directions & DMA_DEVICE_WRITES) || !other->slowest)
			continue;
		if (!witness || other->kind == engine->kind)
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

static void give_time(const struct engine *engine)
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
		engine_transfer(witness, DMA_DEVICE_WRITES, number, witness->granule, ENGINE_LIMIT, NULL);
	engine_stop(witness);
	dma_area_release(&area);
}

/* The same for a transfer that no answer may follow. */
static void expect_silence(struct trial *trial, struct engine *engine, const struct oracle *oracle, const char *why)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);
	const struct virtqueue *queue = &virtio->queues[virtio->driver->request_queue];
	uint16_t before = virtqueue_used_index(queue);
	struct sighting sighting = oracle_device_writes(trial, engine, oracle, engine_grace(engine));

	if (sighting.view == VIEW_NONE && virtqueue_used_index(queue) == before) {
		give_time(engine);
		sighting.view = oracle_look(trial, oracle);
	}
	expect_nothing(trial, sighting, why);
	expect(trial, virtqueue_used_index(queue) == before, "%s, and yet the device has used a buffer", why);
}

static void bus_master_cleared(struct trial *trial)
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
CONFORMANCE_TEST("virtio.refuse.bus-master-cleared", bus_master_cleared, .scope = &scope_virtio_engine, .skip = needs_writes,
		 .clauses = "PCIID-1", .judged_by = EVIDENCE);

/* Starts the engine with something left out, and sees that it does not touch memory. */
static void left_out(struct trial *trial, unsigned omit, const char *why)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	virtio_engine_of(engine)->omit = omit;
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	expect_silence(trial, engine, &oracle, why);
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}

static void bus_master_never_set(struct trial *trial)
{
	left_out(trial, OMIT_BUS_MASTER, "bus mastering was never switched on");
}
CONFORMANCE_TEST("virtio.refuse.bus-master-never-set", bus_master_never_set, .scope = &scope_virtio_engine,
		 .skip = needs_writes, .clauses = "PCIID-1", .judged_by = EVIDENCE);

static void before_driver_ok(struct trial *trial)
{
	left_out(trial, OMIT_DRIVER_OK, "DRIVER_OK is not set");
}
CONFORMANCE_TEST("virtio.refuse.before-driver-ok", before_driver_ok, .scope = &scope_virtio_engine, .skip = needs_writes,
		 .clauses = "STATUS-1", .judged_by = EVIDENCE);

static void after_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	if (!virtio_reset(virtio_engine_of(engine)->device)) {
		trial_fail(trial, "the device status does not read 0 after a reset");
		return;
	}
	expect_silence(trial, engine, &oracle, "the device was reset");
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.refuse.after-reset", after_reset, .scope = &scope_virtio_engine, .skip = needs_writes,
		 .clauses = "RESET-1 RESET-2", .judged_by = EVIDENCE);

static const char *needs_ring_reset(const struct subject *subject)
{
	const struct virtio_device *device = virtio_engine_of(subject->engine)->device;

	if (!(device->offered & VIRTIO_RING_RESET))
		return "RING_RESET is not offered";
	if (device->common.length < COMMON_Q_RESET + sizeof(uint16_t))
		return "the common configuration is too short for queue_reset";
	return needs_writes(subject);
}

static void after_queue_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtio_device *device = virtio->device;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, virtio->driver->request_queue);
	virtio_common_write16(device, COMMON_Q_RESET, 1);
	if (!poll_until(virtio_common_read16(device, COMMON_Q_RESET) == 0, VIRTIO_RESET_LIMIT)) {
		trial_fail(trial, "queue_reset still reads 1 after %llu ms",
			   (unsigned long long)(VIRTIO_RESET_LIMIT / MILLISECONDS(1)));
		return;
	}
	expect_equal(trial, "queue_enable after queue_reset",
		     virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_ENABLE), 0);
	expect_silence(trial, engine, &oracle, "the queue was reset");
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.refuse.after-queue-reset", after_queue_reset, .scope = &scope_virtio_engine,
		 .skip = needs_ring_reset, .clauses = "QRST-1 COMMON-11 COMMON-13", .judged_by = EVIDENCE);

static const char *needs_offer(const struct subject *subject)
{
	if (subject->engine->view != VIEW_BUS)
		return "bit 33 is not offered";
	return needs_writes(subject);
}

/*
 * Bit 33 offered and declined: the device may keep FEATURES_OK clear (RSVD-4). If it goes on, its addresses are
 * physical (DEF-1) or it does not work at all; through the host bridge it must not go.
 */
static void decline(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct oracle oracle;
	struct sighting sighting;

	virtio_engine_of(engine)->omit = OMIT_ACCESS_PLATFORM;
	if (!engine_start(engine)) {
		uint8_t status = virtio_status(device);

		expect(trial, !(status & VIRTIO_CONFIG_S_FEATURES_OK), "the device cannot be started: %s", engine->fault);
		trial_record(trial, "refused: FEATURES_OK stays clear (status %#x)", status);
		engine_stop(engine);
		expect_recovers(trial, engine);
		return;
	}
	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_PATIENCE);
	expect(trial, !(sighting.view & VIEW_BUS), "bit 33 was declined, and yet the host bridge translated");
	trial_record(trial, "FEATURES_OK stuck; the device then %s", sighting.view == VIEW_NONE ? "did not work" :
		     "took physical addresses");
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.refuse.declined", decline, .scope = &scope_virtio_engine, .skip = needs_offer,
		 .clauses = "RSVD-4 FEAT-3 DEF-1", .judged_by = EVIDENCE);
