/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of QEMU's SMMUv3 from IHI 0070. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation smmuv3[] = {
	{
		.name = "qemu-smmuv3-privilege",
		.points = "smmuv3.write-privileged/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "refused: a write landed in the bus frame* not nowhere",
		.reason = "A page for privileged accesses alone (AP[1] 0) can be written by a PCI function, whose "
			  "accesses are unprivileged: only AP[2] is looked at. Seen on 7.2.22, 10.0.13 and 11.1.3. By "
			  "hand: map a page in stage 1 with bit 6 of its entry 0, and let a device write there.",
		.reference = "IHI 0070, 13.7 (PCIe permission attribute interpretation); DDI 0487, D8.4; QEMU "
			     "hw/arm/smmu-internal.h, is_permission_fault()",
	},
	{
		.name = "qemu-smmuv3-access-flag",
		.points = "smmuv3.write-not-accessed/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.until = { 10, 0, 0 },
		.because = "refused: a write landed in the bus frame* not nowhere",
		.reason = "The access flag of a page is not looked at: one that is 0 does not stop an access. Seen on "
			  "7.2.22, and not on 10.0.13. By hand: map a page in stage 1 with bit 10 of its entry 0, "
			  "and let a device write there.",
		.reference = "IHI 0070, 3.13 and 7.3 (F_ACCESS); QEMU 7.2 hw/arm/smmu-common.c, smmu_ptw_64()",
	},
	{
		.name = "qemu-smmuv3-address-size",
		.points = "smmuv3.write-out-of-reach/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.until = { 10, 0, 0 },
		.because = "the SMMU has recorded no event",
		.reason = "A page at an address beyond the size of physical addresses is no fault. Seen on 7.2.22, "
			  "and not on 10.0.13. By hand: map a page in stage 1 with bit 47 of its entry set where IPS "
			  "says 44 bits, let a device write there, and look at the event queue.",
		.reference = "IHI 0070, 3.4 and 7.3 (F_ADDR_SIZE); QEMU 7.2 hw/arm/smmu-common.c, smmu_ptw_64()",
	},
	{
		.name = "qemu-smmuv3-fault-class",
		.points = "smmuv3.fault-class/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.until = { 10, 0, 0 },
		.because = "CLASS: expected 0x2* found 0",
		.reason = "CLASS of F_TRANSLATION is 0, which is a fetch of a context descriptor, and not 2, the "
			  "access's own address. Seen on 7.2.22, and not on 10.0.13. By hand: let a device write "
			  "where nothing is mapped, and look at bits 41 and 40 of the event's second word.",
		.reference = "IHI 0070, 7.3 (F_TRANSLATION); QEMU 7.2 hw/arm/smmuv3.c, smmuv3_translate()",
	},
	{
		.name = "qemu-smmuv3-two-levels-stay",
		.points = "smmuv3.one-level-again/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "by one level again: a write did not land in the bus frame",
		.reason = "Once STRTAB_BASE_CFG has said two levels, a linear stream table is read as one of two "
			  "levels until the machine is reset. Seen on 7.2.22, 10.0.13 and 11.1.3. By hand: with "
			  "SMMUEN 0 write FMT 1 and then FMT 0 with a linear table, set SMMUEN, and let a device do "
			  "DMA.",
		.reference = "IHI 0070, 6.3 (SMMU_STRTAB_BASE_CFG); QEMU hw/arm/smmuv3.c, smmu_writel(), which only "
			     "ever sets SMMU_FEATURE_2LVL_STE",
	},
};
DEVIATIONS(smmuv3);
