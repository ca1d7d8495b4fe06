/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an SMMUv3 is brought up, and given back as the console firmware left it: see smmuv3.h. What it can be driven with
 * is asked before: stage 1, tables of 64-bit entries in little-endian order, and coherent accesses, since nothing here
 * cleans caches.
 *
 * Source: IHI 0070, 6.3 (registers), 3.11 and 6.3.9.6 (order of initialization).
 */
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "boot/tap.h"
#include "drivers/iommu/smmuv3.h"

#define ANSWER_LIMIT	SECONDS(1)

static phys_addr at(const struct smmuv3 *smmu, unsigned reg)
{
	return (phys_addr) { smmu->registers.value + reg };
}

uint32_t smmuv3_read(const struct smmuv3 *smmu, unsigned reg)
{
	return mmio_read32_le(at(smmu, reg));
}

void smmuv3_write(const struct smmuv3 *smmu, unsigned reg, uint32_t value)
{
	mmio_write32_le(at(smmu, reg), value);
}

bool smmuv3_take(struct smmuv3_memory *memory, uint64_t bytes)
{
	uint64_t alignment = FRAME_SIZE;

	while (alignment < bytes)
		alignment *= 2;
	memory->frames = (bytes + FRAME_SIZE - 1) / FRAME_SIZE;
	if (!frames_take(memory->frames, alignment, &memory->start)) {
		memory->frames = 0;
		return false;
	}
	memset(arch_pointer(memory->start), 0, memory->frames * FRAME_SIZE);
	return true;
}

void smmuv3_give(struct smmuv3_memory *memory)
{
	if (memory->frames)
		frames_give(memory->start, memory->frames);
	memory->frames = 0;
}

/* ---- What it can be driven with ---- */

static const struct { uint32_t bit; unsigned shift; } granules[] = {
	{ IDR5_GRAN4K, 12 }, { IDR5_GRAN16K, 14 }, { IDR5_GRAN64K, 16 },
};

/* The smallest, or this one. */
static unsigned choose_page(uint32_t idr5, unsigned page)
{
	for (unsigned i = 0; i < sizeof(granules) / sizeof(granules[0]); i++)
		if (idr5 & granules[i].bit && (!page || page == granules[i].shift))
			return granules[i].shift;
	return 0;
}

const char *smmuv3_why_unusable(struct smmuv3 *smmu, unsigned page)
{
	static const unsigned char sizes[] = { 32, 36, 40, 42, 44, 48, 48, 48 };
	uint32_t idr0 = smmuv3_read(smmu, SMMU_IDR0), idr5 = smmuv3_read(smmu, SMMU_IDR5);

	if (!(idr0 & IDR0_S1P) || !(IDR0_TTF(idr0) & 2))
		return "it has no stage 1 with tables of 64-bit entries";
	if (!(idr0 & IDR0_COHACC) || IDR0_TTENDIAN(idr0) == 3)
		return "it reads its tables past the caches, or in big-endian order";
	if (smmuv3_read(smmu, SMMU_IDR1) & IDR1_PRESET)
		return "its tables or queues have places of their own";
	smmu->page_shift = choose_page(idr5, page);
	if (!smmu->page_shift)
		return "it has not the page that is used";
	smmu->address_bits = sizes[IDR5_OAS(idr5)];
	return NULL;
}

/* ---- Up and down ---- */

bool smmuv3_control(const struct smmuv3 *smmu, uint32_t value)
{
	smmuv3_write(smmu, SMMU_CR0, value);
	if (poll_until(smmuv3_read(smmu, SMMU_CR0ACK) == value, ANSWER_LIMIT))
		return true;
	tap_comment("smmuv3: CR0 %#x is not acknowledged within a second", value);
	return false;
}

static void keep(struct smmuv3 *smmu)
{
	if (smmu->kept.done)
		return;
	smmu->kept.done = true;
	smmu->kept.cr0 = smmuv3_read(smmu, SMMU_CR0);
	smmu->kept.cr1 = smmuv3_read(smmu, SMMU_CR1);
	smmu->kept.cr2 = smmuv3_read(smmu, SMMU_CR2);
	smmu->kept.irq_ctrl = smmuv3_read(smmu, SMMU_IRQ_CTRL);
	smmu->kept.strtab = mmio_read64_le(at(smmu, SMMU_STRTAB_BASE));
	smmu->kept.strtab_cfg = smmuv3_read(smmu, SMMU_STRTAB_BASE_CFG);
	smmu->kept.cmdq = mmio_read64_le(at(smmu, SMMU_CMDQ_BASE));
	smmu->kept.cmdq_prod = smmuv3_read(smmu, SMMU_CMDQ_PROD);
	smmu->kept.cmdq_cons = smmuv3_read(smmu, SMMU_CMDQ_CONS);
	smmu->kept.eventq = mmio_read64_le(at(smmu, SMMU_EVENTQ_BASE));
	smmu->kept.eventq_prod = smmuv3_read(smmu, SMMU_EVENTQ_PROD);
	smmu->kept.eventq_cons = smmuv3_read(smmu, SMMU_EVENTQ_CONS);
}

static enum domain_status forget_everything(struct smmuv3 *smmu)
{
	static const struct smmuv3_command all[] = { { { CMD_CFGI_ALL, 31 } }, { { CMD_TLBI_NSNH_ALL, 0 } } };

	return smmuv3_send(smmu, all, 2);
}

static void set_streams(const struct smmuv3 *smmu, unsigned levels)
{
	const struct smmuv3_memory *table = levels == 2 ? &smmu->level1 : &smmu->streams;

	mmio_write64_le(at(smmu, SMMU_STRTAB_BASE), BASE_ALLOCATE | table->start.value);
	smmuv3_write(smmu, SMMU_STRTAB_BASE_CFG, levels == 2 ? STRTAB_TWO_LEVELS | STRTAB_SPLIT(SMMU_SPLIT) |
		     smmuv3_level1_bits(smmu) : smmu->stream_bits);
}

/* The base can be changed while nothing is translated only. */
bool smmuv3_use_levels(struct smmuv3 *smmu, unsigned levels)
{
	if (!smmu->up || levels > 1 + IDR0_ST_LEVEL(smmuv3_read(smmu, SMMU_IDR0)) || (smmu->sparse && levels == 1) ||
	    !smmuv3_control(smmu, CR0_CMDQEN | CR0_EVENTQEN))
		return false;
	set_streams(smmu, levels);
	return forget_everything(smmu) == DOMAIN_DONE &&
	       smmuv3_control(smmu, CR0_CMDQEN | CR0_EVENTQEN | CR0_SMMUEN);
}

bool smmuv3_start(struct smmuv3 *smmu)
{
	keep(smmu);
	if (!smmuv3_control(smmu, 0) || !smmuv3_tables_make(smmu) || !smmuv3_queues_make(smmu))
		return false;
	smmuv3_write(smmu, SMMU_IRQ_CTRL, 0);
	smmuv3_write(smmu, SMMU_CR1, CR1_CACHED);
	smmuv3_write(smmu, SMMU_CR2, CR2_RECINVSID);
	set_streams(smmu, smmu->sparse ? 2 : 1);
	barrier_full();
	if (!smmuv3_control(smmu, CR0_CMDQEN))
		return false;
	smmu->up = true;
	if (forget_everything(smmu) == DOMAIN_DONE && smmuv3_control(smmu, CR0_CMDQEN | CR0_EVENTQEN) &&
	    smmuv3_control(smmu, CR0_CMDQEN | CR0_EVENTQEN | CR0_SMMUEN))
		return true;
	smmu->up = false;
	return false;
}

static void stop(struct smmuv3 *smmu)
{
	forget_everything(smmu);
	smmu->up = false;
	smmuv3_control(smmu, 0);
	smmuv3_tables_give(smmu);
	smmuv3_queues_give(smmu);
}

void smmuv3_stop(struct smmuv3 *smmu)
{
	if (!smmu->up)
		return;
	stop(smmu);
	smmuv3_write(smmu, SMMU_CR1, smmu->kept.cr1);
	smmuv3_write(smmu, SMMU_CR2, smmu->kept.cr2);
	smmuv3_write(smmu, SMMU_IRQ_CTRL, smmu->kept.irq_ctrl);
	mmio_write64_le(at(smmu, SMMU_STRTAB_BASE), smmu->kept.strtab);
	smmuv3_write(smmu, SMMU_STRTAB_BASE_CFG, smmu->kept.strtab_cfg);
	mmio_write64_le(at(smmu, SMMU_CMDQ_BASE), smmu->kept.cmdq);
	smmuv3_write(smmu, SMMU_CMDQ_PROD, smmu->kept.cmdq_prod);
	smmuv3_write(smmu, SMMU_CMDQ_CONS, smmu->kept.cmdq_cons);
	mmio_write64_le(at(smmu, SMMU_EVENTQ_BASE), smmu->kept.eventq);
	smmuv3_write(smmu, SMMU_EVENTQ_PROD, smmu->kept.eventq_prod);
	smmuv3_write(smmu, SMMU_EVENTQ_CONS, smmu->kept.eventq_cons);
	smmuv3_control(smmu, smmu->kept.cr0);
}
