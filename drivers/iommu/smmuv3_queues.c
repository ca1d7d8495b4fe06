/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queues of an SMMUv3: commands to it, and events that it records. See smmuv3.h. Both are rings in memory with an
 * index on either side, which counts twice through them, so that full and empty differ. Everything is polled.
 *
 * Source: IHI 0070, 3.5 (queues), 4 (commands), 7.1 (errors of commands), 7.2 (the event queue).
 */
#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/iommu/smmuv3.h"

#define COMMAND_ENTRIES	9u		/* log2: a frame */
#define EVENT_ENTRIES	8u
#define ANSWER_LIMIT	SECONDS(1)

_Static_assert((sizeof(struct smmuv3_command) << COMMAND_ENTRIES) <= FRAME_SIZE, "commands have a frame");
_Static_assert((sizeof(struct smmuv3_event) << EVENT_ENTRIES) <= FRAME_SIZE, "events have a frame");
_Static_assert(SMMU_COMMANDS < 1u << COMMAND_ENTRIES, "there is room for CMD_SYNC");

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static uint32_t index_of(const struct smmuv3_queue *queue, uint32_t at)
{
	return at & ((1u << queue->log2) - 1);
}

static uint32_t after(const struct smmuv3_queue *queue, uint32_t at)
{
	return (at + 1) & ((2u << queue->log2) - 1);
}

static void start_queue(const struct smmuv3 *smmu, const struct smmuv3_queue *queue, unsigned base)
{
	mmio_write64_le((phys_addr) { smmu->registers.value + base },
			BASE_ALLOCATE | queue->memory.start.value | queue->log2);
}

bool smmuv3_queues_make(struct smmuv3 *smmu)
{
	uint32_t idr1 = smmuv3_read(smmu, SMMU_IDR1);

	smmu->commands.log2 = smaller(IDR1_CMDQS(idr1), COMMAND_ENTRIES);
	smmu->events.log2 = smaller(IDR1_EVENTQS(idr1), EVENT_ENTRIES);
	smmu->commands.next = smmu->events.next = 0;
	if (!smmuv3_take(&smmu->commands.memory, FRAME_SIZE) || !smmuv3_take(&smmu->events.memory, FRAME_SIZE))
		return false;
	start_queue(smmu, &smmu->commands, SMMU_CMDQ_BASE);
	smmuv3_write(smmu, SMMU_CMDQ_PROD, 0);
	smmuv3_write(smmu, SMMU_CMDQ_CONS, 0);
	start_queue(smmu, &smmu->events, SMMU_EVENTQ_BASE);
	smmuv3_write(smmu, SMMU_EVENTQ_PROD, 0);
	smmuv3_write(smmu, SMMU_EVENTQ_CONS, 0);
	return true;
}

void smmuv3_queues_give(struct smmuv3 *smmu)
{
	smmuv3_give(&smmu->commands.memory);
	smmuv3_give(&smmu->events.memory);
}

/* ---- Commands ---- */

static void put(struct smmuv3 *smmu, uint32_t at, const struct smmuv3_command *command)
{
	uint64_t *words = (uint64_t *)arch_pointer(smmu->commands.memory.start) + 2 * index_of(&smmu->commands, at);

	words[0] = cpu_to_le64(command->words[0]);
	words[1] = cpu_to_le64(command->words[1]);
}

static bool has_error(const struct smmuv3 *smmu)
{
	return (smmuv3_read(smmu, SMMU_GERROR) ^ smmuv3_read(smmu, SMMU_GERRORN)) & GERROR_CMDQ;
}

static uint32_t consumed(const struct smmuv3 *smmu)
{
	return smmuv3_read(smmu, SMMU_CMDQ_CONS) & ((2u << smmu->commands.log2) - 1);
}

/* A CMD_SYNC in place of the command that it would not have; then it goes on (7.1). */
static void pass_over(struct smmuv3 *smmu)
{
	smmu->command_error = CONS_ERROR(smmuv3_read(smmu, SMMU_CMDQ_CONS));
	put(smmu, consumed(smmu), &(struct smmuv3_command) { { CMD_SYNC, 0 } });
	barrier_full();
	smmuv3_write(smmu, SMMU_GERRORN, smmuv3_read(smmu, SMMU_GERRORN) ^ GERROR_CMDQ);
}

static enum domain_status wait_for_all(struct smmuv3 *smmu)
{
	enum domain_status status = DOMAIN_DONE;

	for (;;) {
		if (!poll_until(consumed(smmu) == smmu->commands.next || has_error(smmu), ANSWER_LIMIT)) {
			smmu->up = false;
			return DOMAIN_SILENT;
		}
		if (!has_error(smmu))
			return status;
		status = DOMAIN_REFUSED;
		pass_over(smmu);
	}
}

/* No command is left from before, as each call has waited for its own. */
enum domain_status smmuv3_send(struct smmuv3 *smmu, const struct smmuv3_command *commands, unsigned count)
{
	static const struct smmuv3_command sync = { { CMD_SYNC, 0 } };

	if (!smmu->up)
		return DOMAIN_SILENT;
	for (unsigned i = 0; i <= count; i++) {
		put(smmu, smmu->commands.next, i < count ? &commands[i] : &sync);
		smmu->commands.next = after(&smmu->commands, smmu->commands.next);
	}
	/* Tables and commands are in memory before it is told of them. */
	barrier_full();
	smmuv3_write(smmu, SMMU_CMDQ_PROD, smmu->commands.next);
	return wait_for_all(smmu);
}

/* ---- Events ---- */

static void take_event(struct smmuv3 *smmu)
{
	const uint64_t *words = arch_pointer(smmu->events.memory.start);

	words += 4 * index_of(&smmu->events, smmu->events.next);
	if (smmu->faults.count++ == 0)
		for (unsigned i = 0; i < 4; i++)
			smmu->faults.first.words[i] = le64_to_cpu(words[i]);
	smmu->events.next = after(&smmu->events, smmu->events.next);
}

void smmuv3_drain(struct smmuv3 *smmu)
{
	uint32_t produced;

	if (!smmu->up)
		return;
	produced = smmuv3_read(smmu, SMMU_EVENTQ_PROD);
	barrier_read();
	while (smmu->events.next != (produced & ((2u << smmu->events.log2) - 1)))
		take_event(smmu);
	if ((produced ^ smmuv3_read(smmu, SMMU_EVENTQ_CONS)) & EVENTQ_OVERFLOW)
		smmu->faults.lost = true;
	smmuv3_write(smmu, SMMU_EVENTQ_CONS, smmu->events.next | (produced & EVENTQ_OVERFLOW));
}
