/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the entropy device, by bytes that differ.
 */
#include "boot/string.h"
#include "tests/conformance/probe/virtio_type.h"

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
CONFORMANCE_TEST("virtio.work.rng", rng_bytes_differ,
		 "Two answers of an entropy device differ from each other and from what was there before.",
		 .scope = &scope_rng, .skip = needs_writes, .clauses = "RNG-1 RNG-2", .judged_by = EVIDENCE);
