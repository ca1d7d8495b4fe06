/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the network device, by answers to what was sent.
 */
#include "boot/string.h"
#include "drivers/virtio/device/net.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);

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
CONFORMANCE_TEST("virtio.work.net-arp", net_arp_answered,
		 "The gateway of the network answers a question for its hardware address.",
		 .scope = &scope_net, .skip = needs_reads, .judged_by = EVIDENCE);

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
CONFORMANCE_TEST("virtio.work.net-echo", net_echo,
		 "An echo over the network brings back exactly the bytes that were sent.",
		 .scope = &scope_net, .skip = needs_reads, .judged_by = EVIDENCE);
