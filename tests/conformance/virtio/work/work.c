/*
 * Suite virtio.work: devices at their proper work, proved by data that only the right behaviour can have brought. Disks
 * are disk.c's.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/virtio/device/net.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);
VIRTIO_TYPE_SCOPE(rng, VIRTIO_ID_RNG);

/* Two answers differ from each other and from what was there: random bytes came, and twice. */
static void rng_bytes_differ(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	uint64_t answers[2];

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	for (unsigned i = 0; i < 2; i++) {
		phys_addr frame = engine->view == VIEW_BUS ? oracle.decoy.bus_frame : oracle.decoy.physical_frame;
		struct sighting sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);

		expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view, "no random bytes came");
		memcpy(&answers[i], (char *)arch_pointer(frame) + oracle.offset, sizeof(answers[i]));
		oracle_renew(&oracle);
	}
	expect(trial, answers[0] != answers[1], "the same random bytes came twice: %016llx",
	       (unsigned long long)answers[0]);
}
CONFORMANCE_TEST("virtio.work.rng", rng_bytes_differ, .scope = &scope_rng, .skip = needs_writes,
		 .clauses = "RNG-1 RNG-2", .judged_by = EVIDENCE);

static void net_arp_answered(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const uint8_t *ip;
	uint8_t mac[6];

	if (!trial_start(trial, engine))
		return;
	ip = net_gateway(engine);
	if (!net_arp(engine, ENGINE_LIMIT, mac)) {
		trial_fail(trial, "%u.%u.%u.%u does not answer: %s", ip[0], ip[1], ip[2], ip[3], engine->fault);
		return;
	}
	trial_note(trial, "gateway", "%u.%u.%u.%u is %02x:%02x:%02x:%02x:%02x:%02x", ip[0], ip[1], ip[2], ip[3], mac[0],
		   mac[1], mac[2], mac[3], mac[4], mac[5]);
	expect(trial, !(mac[0] & 1), "the answer's hardware address is a group address");
}
CONFORMANCE_TEST("virtio.work.net-arp", net_arp_answered, .scope = &scope_net, .skip = needs_reads,
		 .judged_by = EVIDENCE);

/* An echo brings back exactly the bytes that were sent, which differ from run to run. */
static void net_echo(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct dma_area area;
	uint8_t payload[512], seen[512];
	uint64_t number;

	if (!trial_start(trial, engine) || !dma_area_make(&area, engine->function, 1))
		return;
	engine_payload(payload, sizeof(payload), 1 + trial_random(trial) % 200);
	memcpy(arch_pointer(area.memory), payload, sizeof(payload));
	memset(seen, 0, sizeof(seen));
	number = virtio_address(virtio_engine_of(engine)->device, &area.map, 0);
	if (engine_transfer(engine, DMA_DEVICE_READS, number, sizeof(payload), ENGINE_LIMIT, seen) != ENGINE_DONE)
		trial_fail(trial, "no echo came: %s", engine->fault);
	expect(trial, memcmp(seen, payload, sizeof(payload)) == 0, "the echo's payload is not what was sent");
	engine_stop(engine);
	dma_area_release(&area);
}
CONFORMANCE_TEST("virtio.work.net-echo", net_echo, .scope = &scope_net, .skip = needs_reads,
		 .judged_by = EVIDENCE);

/* The ISR byte: set by a used buffer, seen in the PCI status too, cleared by being read. */
static void isr(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	enum engine_result result;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	settle_interrupts(engine);
	expect_equal(trial, "ISR, read when nothing has happened", virtio_isr(device), 0);
	result = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT).result;
	if (!expect(trial, result == ENGINE_DONE, "the request was not completed (%s)", engine_result_name(result)))
		return;
	/* The interrupt may follow the used index by a little. */
	if (!poll_until(pci_read16(device->function, PCI_STATUS) & PCI_STATUS_INTERRUPT, INTERRUPT_LATE))
		trial_fail(trial, "no interrupt pending in the PCI status after a buffer was used (status %#x)",
			   pci_read16(device->function, PCI_STATUS));
	expect_equal(trial, "ISR after a buffer was used", virtio_isr(device) & 1, 1);
	/* What comes twice is cleared twice; a bit that stays is not. */
	expect(trial, poll_until(virtio_isr(device) == 0, INTERRUPT_LATE), "the ISR is not cleared by being read");
	expect_equal(trial, "interrupt status of PCI after the ISR was read",
		     pci_read16(device->function, PCI_STATUS) & PCI_STATUS_INTERRUPT, 0);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.work.isr", isr, .scope = &scope_virtio_engine, .about = does_dma, .skip = needs_writes,
		 .clauses = "ISR-3 ISR-4 ISR-5 DEF-29 SPLIT-10", .judged_by = EVIDENCE);
