/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of the Sabre host bridge, its IOMMU and Simba, as QEMU models them. See deviations.h.
 *
 * The recipes: a device that can be made to write (-device lsi53c895a,bus=pciB will do), its own memory mapped, and F,
 * a frame of memory. IOMMU_CTL, IOMMU_TSB and PCI_TAS are the registers 0x200, 0x208 and 0x2028 of the bridge.
 *
 * What else is known of the models, and why it is not listed:
 *
 *   a page of 64 KiB needs eight entries;       the chip needs them too (sabre.page-64k); what one does is not defined
 *   8 KiB page in a table of 64 KiB pages       and is recorded: sabre.page-64k-once, sabre.page-8k-in-table-64k
 *   bit 15 of a 64 KiB page's address is kept   no guest can see it, the page's offset hides it: sabre.page-64k sets it
 *   TBW_SIZE with TSB_SIZE 6 and 7 refuses all  not defined by the chip: recorded by sabre.table-64k-too-large
 *   off: the page mask is inverted              no guest can see it: sabre.off goes over a page's border
 *   no TLB, a flush does nothing                a fresh translation is always allowed (sabre.flush); that there are no
 *                                               entries to look at is qemu-sabre-no-tlb
 *   stream and context bits are ignored         as on the chip, which has neither buffer nor contexts: sabre.entry-bits
 *   C and LOCALBUS are ignored                  what they do to memory is not defined: sabre.entry-undefined-bits
 *   absent functions read as all ones           allowed beside a trap: pci.absent-function
 *   AFAR, PCI control and diagnostic registers  plain storage like PCI_PIO_AFSR, which qemu-sabre-w1c shows; writing
 *                                               the others could stop the arbiter of a real machine
 *   I/O decoding on at reset in Simba A         nobody sees it: the firmware has run when busproof starts
 *   no MSI                                      as on the chip
 *   interrupts                                  listed in interrupts.c; of the registers alone, that of PCI errors
 *                                               shows: qemu-sabre-error-interrupt
 *   one CPU, no UE or CE traps, no caches,      of the CPU, not of the bridge: cpu.trap judges the traps that busproof
 *   reset vectors, trap at TL 5                 stands on; the rest cannot be reached without ending the run
 *   OpenBIOS: BARs, mapping, memory above       not of the bridge: busproof enumerates anew and uses its own mappings;
 *   4 GiB                                       the hand-off lines of the report show what it left
 */
#include "tests/deviations/deviations.h"

#define IOMMU_SOURCE	"QEMU hw/sparc64/sun4u_iommu.c"
#define SABRE_SOURCE	"QEMU hw/pci-host/sabre.c"
#define MANUAL		"UltraSPARC-IIi User's Manual"

static const struct deviation sabre[] = {
	{
		.name = "qemu-sabre-no-window-check",
		.points = "virtio.refuse.out-of-window/*/accepted*,engine.out-of-window/*,dma.peer-to-peer/*,"
			  "sabre.space-unclaimed/*,"
			  "sabre.space-none/*,sabre.claim-end/*,sabre.off-unclaimed/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "no window claims *? and yet the write arrived where * leads,"
			   "a write to another device's BAR arrived in memory*,"
			   "in a space not claimed: a write at * arrived in frames *,"
			   "no space is claimed: a write at * arrived in frames *,"
			   "translation off? no space claimed: a write at * arrived in frames *,"
			   "only the lowest space is claimed: of a write over the border * the second arrived*",
		.reason = "The IOMMU translates every bus address by its low bits, whether the target address space "
			  "register claims it or not: 0xa0800800 arrives where 0x00800800 leads. By hand: PCI_TAS "
			  "0x01, a TSB of 512 MiB, and a DMA write at 0xa0800800.",
		.reference = MANUAL ", target address space register; " IOMMU_SOURCE,
	},
	{
		.name = "qemu-sabre-dual-address",
		.points = "sabre.dual-address/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "more than 32 bits: a write at * arrived in frames *",
		.reason = "Dual-address cycles are translated by their low bits like any other: a write at "
			  "0x100a01000 arrives where 0xa01000 leads. By hand: the same write from a device with "
			  "64-bit addresses, such as nvme or e1000.",
		.reference = MANUAL ", DMA addressing; " IOMMU_SOURCE,
	},
	{
		.name = "qemu-sabre-no-bypass",
		.points = "sabre.bypass/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "bypass: a write at * arrived in frames *",
		.reason = "There are no bypass addresses: 0xfffc000000000000 | PA goes through the table by its low "
			  "bits. By hand: map bus address 0x800000 to F, then write at 0xfffc000000800000; F moves, "
			  "not memory at 0x800000.",
		.reference = MANUAL ", DMA addressing, bypass; " IOMMU_SOURCE,
	},
	{
		.name = "qemu-sabre-table-base",
		.points = "sabre.table-alignment/*,sabre.base-reserved/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the base has low bits set: a write at * arrived in frames *,"
			   "bits * of IOMMU_TSB after ones were written: expected 0? found *",
		.reason = "IOMMU_TSB keeps all 64 bits, and the low 13 are added to the table's address. By hand: "
			  "write all ones and read back; or set IOMMU_TSB to the table plus 0x1000: the entry used is "
			  "512 behind the right one.",
		.reference = MANUAL ", TSB base address register; " IOMMU_SOURCE,
	},
	{
		.name = "qemu-sabre-reserved-bits",
		.points = "sabre.control-reserved/*,sabre.spaces-reserved/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "reserved bits of IOMMU_CTL after ones were written: expected 0? found *,"
			   "bits * of PCI_TAS after ones were written: expected 0? found *",
		.reason = "IOMMU_CTL and PCI_TAS keep every bit that is written, also those that are none. By hand: "
			  "write 0xfffffffff800fff8 to IOMMU_CTL and read back.",
		.reference = MANUAL ", IOMMU control register; " IOMMU_SOURCE ", " SABRE_SOURCE,
	},
	{
		.name = "qemu-sabre-physical-bits",
		.points = "sabre.entry-address-bits/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "physical address bit* set: a write at * arrived in frames 0 of *",
		.reason = "Bits 40 to 34 of an entry's physical address count, of which the chip's TLB has only 33 to "
			  "13. By hand: map F with bit 34 set in the entry; a write does not arrive in F.",
		.reference = MANUAL ", IOMMU TLB data; " IOMMU_SOURCE ", IOMMU_TTE_PHYS_MASK_8K",
	},
	{
		.name = "qemu-sabre-no-tlb",
		.points = "sabre.tlb/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "after a transfer its page is not in the TLB",
		.reason = "There is no TLB: its diagnostic registers read as zero after a translated transfer. By "
			  "hand: set DIAG_EN in IOMMU_CTL and read 0xa600 to 0xa678.",
		.reference = MANUAL ", IOMMU diagnostics; " IOMMU_SOURCE,
	},
	{
		.name = "qemu-sabre-no-fault-record",
		.points = "sabre.fault-recorded/*,sabre.fault-told/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "IOMMU_CTL records no translation error,"
			   "no error is recorded,"
			   "status of * is *: no signalled target abort",
		.reason = "A refused transfer is dropped and leaves no trace: not in IOMMU_CTL (XLT_ERR, ERRSTS), not "
			  "in DMA_UE_AFSR and AFAR, not in PCI status of the device, Simba or Sabre. By hand: write "
			  "through an entry that is 0, and read them.",
		.reference = MANUAL ", IOMMU errors; PCI Local Bus Specification 3.0, 6.2.3; "
			     IOMMU_SOURCE ", " SABRE_SOURCE,
	},
	{
		.name = "qemu-sabre-w1c",
		.points = "sabre.pio-errors-clear/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "PCI_PIO_AFSR after ones were written: expected 0? found *",
		.reason = "The error registers from 0x2000 on are plain storage: writing ones, which clears their "
			  "bits, sets them. By hand: write 0xff00000000000000 to 0x2010 and read back.",
		.reference = MANUAL ", PCI PIO write AFSR; " SABRE_SOURCE,
	},
	{
		.name = "qemu-sabre-error-interrupt",
		.points = "sabre.error-interrupt/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the interrupt of PCI errors cannot be switched on: reads *",
		.reason = "The interrupt mapping register of PCI errors is read-only: bit 31 stays 0. By hand: write "
			  "0x80000000 to 0x1080 and read back.",
		.reference = MANUAL ", interrupt mapping registers; " SABRE_SOURCE,
	},
	{
		.name = "qemu-simba-bus-master",
		.points = "sabre.simba-bus-master/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the bridge above is no bus master? and yet a write arrived",
		.reason = "Simba hands DMA up although its own bus master bit is clear. By hand: write 0x0003 to the "
			  "command register of 00:01.0 (pciB), then let a device behind it write.",
		.reference = "PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.4.3; QEMU hw/pci/pci_bridge.c",
	},
	{
		.name = "qemu-simba-memory-map",
		.points = "sabre.simba-memory-map/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "Simba's memory map is empty? and yet the device answers with *",
		.reason = "Simba decodes by the base and limit registers of a generic bridge; its own map at 0xdf is "
			  "storage. By hand: write 0 to 0xdf of 00:01.0, then read a register of a device behind it.",
		.reference = "Linux arch/sparc/include/asm/apb.h; QEMU hw/pci-bridge/simba.c",
	},
};
DEVIATIONS(sabre);
