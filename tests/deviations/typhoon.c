/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of the Pchip and of the rest of the 21272, as QEMU's clipper models them, and of its PALcode. See
 * deviations.h.
 *
 * What is wrong there and has no point, because a guest cannot see it or busproof must not show it:
 *   no cached entries		TLBIV and TLBIA do nothing, and nothing is ever stale; hardware may behave like
 *				that, so typhoon.without-invalidation only records it
 *   MISC arbitration bits	ACL is decoded 4 bits too low and DEVSUP can be read: writing either on hardware
 *				changes how CPUs share the bus
 *   system reset		leaves CPU and windows as they were: the run ends with it (by hand: halt=reboot
 *				without -no-reboot)
 *   CSR width			other than 8 bytes gives a machine check: the registers have 64 bits, and what hardware
 *				does with a part of one is not known to us
 *   MISC from the monitor	reading it with no CPU behind the access ends QEMU: no guest is involved
 *   peer-to-peer entries	bits 28 and 31 of an entry are ignored: what they do on hardware rests on one
 *				source, and a wrong guess would let a device write to another one
 *   beyond memory		where a monster or DAC address leads is not checked against memory: such a write is
 *				lost, and nothing tells that from the refusal that hardware gives it
 *   interval clock		ticks are lost under load: busproof uses none, and reads the cycle counter
 *   INTx of slots 15 and up	the first interrupt ends QEMU: busproof lets no device interrupt
 *   bridges and buses behind	PALcode writes BARs into type 1 headers, and places nothing behind bridges: the
 *				hand-off lines show it; enumeration, which all tests stand on, has written all anew
 *   before the entry points	PALcode repeats a trap before wrent for ever: nobody is there yet to see it
 *   -cpu ev6			PALcode stops at the first device interrupt: busproof lets none in there, and judges
 *				them when its own PALcode has booted it
 */
#include "tests/deviations/deviations.h"

static const struct deviation typhoon[] = {
	{
		.name = "qemu-typhoon-dac-window",
		.points = "typhoon.dac-window/*,typhoon.dac-window-not-sac/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "window 3 with DAC: a write at * did not arrive in the frame at *,"
			   "a single-address cycle at what was window 3's base: a write at * arrived in the frame at *",
		.reason = "Window 3 never claims dual-address cycles, and goes on claiming single-address ones: "
			  "WSBA3<DAC> is kept as bit 39 but tested as bit 43. By hand: WSBA3 0x8000000003, WSM3 0, "
			  "TBA3 a table of 4 MiB with a valid entry 0; a DMA write to 0x8000000800 does not arrive. "
			  "With WSBA3 0x80a0000003 one to 0xa0000800 does.",
		.reference = "21272 HRM, WSBA3; QEMU hw/alpha/typhoon.c, typhoon_translate_iommu()",
	},
	{
		.name = "qemu-typhoon-pte-bit-22",
		.points = "typhoon.pte-above-16-gib/*,dma.memory-above-16-gib/*",
		.needs = "memory above 16 GiB: -m 20G",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a page table entry with physical address bit 34: a write at * arrived in the frame at *,"
			   "a write at bus address * did not arrive in the frame at *",
		.reason = "A page table entry loses physical address bit 34: a page above 16 GiB leads to 16 GiB "
			  "lower. By hand: -m 20G, an entry 0x404001 and a DMA write to its page, which arrives at "
			  "0x4000000 instead of 0x404000000.",
		.reference = "21272 HRM, scatter-gather PTE; QEMU hw/alpha/typhoon.c, pte_translate()",
	},
	{
		.name = "qemu-typhoon-base-under-mask",
		.points = "typhoon.base-under-mask/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "in the window? whose base has bits under the mask: a write at * did not arrive in the "
			   "frame at *",
		.reason = "A window whose base has bits under its mask claims nothing; the chip does not compare "
			  "those. By hand: WSBA2 0xa0500001, WSM2 0x700000, TBA2 0x1000000, and a DMA write to "
			  "0xa0002800.",
		.reference = "21272 HRM, WSBA and WSM; QEMU hw/alpha/typhoon.c, window_translate()",
	},
	{
		.name = "qemu-typhoon-pctl-mask",
		.points = "typhoon.control-pte-verify/*,typhoon.control-revision/*,typhoon.control-tuning/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "PTEVRFY: written *? PCTL reads *,"
			   "PRIGRP: written *? PCTL reads *,"
			   "PCTL after a write to REV? which is read-only: expected *? found *",
		.reason = "PCTL keeps the wrong bits: PRIGRP<13:11>, CDQMAX, CRQMAX and PTPMAX in part, FDSDIS, FDWDIS "
			  "and PTEVRFY are lost, and REV can be written. By hand: write all ones to PCTL; it reads "
			  "0x1cff0fc7ff.",
		.reference = "21272 HRM, PCTL; QEMU hw/alpha/typhoon.c, pchip_write()",
	},
	{
		.name = "qemu-typhoon-error-registers",
		.points = "typhoon.error-*/*,typhoon.latency/*,typhoon.fault-recorded/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a DMA through an invalid entry has not set PERROR<SGE>,"
			   "PLAT<15:8>: expected *? found 0,"
			   "PERRMASK as it was set at the start: expected *? found 0,"
			   "PERROR after PERRSET<SGE>: expected *? found 0",
		.reason = "PERROR, PERRMASK, PERRSET and PLAT are not modelled: they read 0, and no failed DMA is "
			  "recorded. By hand: write 0x10 to PERRMASK or PERRSET and read PERRMASK or PERROR.",
		.reference = "21272 HRM, PERROR, PERRMASK, PERRSET, PLAT; QEMU hw/alpha/typhoon.c, pchip_read()",
	},
	{
		.name = "qemu-typhoon-no-error-interrupt",
		.points = "typhoon.fault-interrupt/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a DMA through an invalid entry requests no interrupt: DRIR<*> is 0",
		.reason = "A failed DMA requests no interrupt: DRIR<63:61> are never set. By hand: a DMA write through "
			  "an entry of 0, then read DRIR.",
		.reference = "21272 HRM, DRIR; QEMU hw/alpha/typhoon.c, typhoon_translate_iommu()",
	},
	{
		.name = "qemu-typhoon-invalid-pte-falls-through",
		.points = "typhoon.pte-invalid-stops/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a direct window behind a paged one whose entry is invalid: a write at * arrived in the "
			   "frame at *",
		.reason = "A window whose entry for the page is invalid passes the access on to the windows behind it, "
			  "where the chip aborts it. By hand: window 0 paged with a table of zeroes and window 2 "
			  "direct, both at 0xa0000000, and a DMA write there, which arrives where window 2 leads.",
		.reference = "21272 HRM, PERROR<SGE>; QEMU hw/alpha/typhoon.c, typhoon_translate_iommu()",
	},
	{
		.name = "qemu-typhoon-memory-arrays",
		.points = "typhoon.memory-arrays/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "AAR0 to AAR3 say that there is no memory",
		.reason = "AAR0 to AAR3 read 0: no memory array is described. By hand: read Cchip registers 0x100 to "
			  "0x1c0.",
		.reference = "21272 HRM, AAR; QEMU hw/alpha/typhoon.c, cchip_read()",
	},
	{
		.name = "qemu-typhoon-missing-registers",
		.points = "typhoon.reserved-register/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "reading Pchip register * gives a machine check",
		.reason = "Pchip registers that the manual lists as reserved give a machine check. By hand: read Pchip "
			  "register 0x380.",
		.reference = "21272 HRM, Pchip CSRs; QEMU hw/alpha/typhoon.c, pchip_read()",
	},
	{
		.name = "qemu-alpha-io-hole",
		.points = "typhoon.io-hole/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a PCI I/O address that nobody has: expected 0xffffffff? found 0",
		.reason = "A PCI I/O address that nobody has reads 0, where an aborted read gives all ones. By hand: "
			  "read 4 bytes at PCI I/O 0xfffc.",
		.reference = "PCI Local Bus Specification 3.0, master-abort; QEMU hw/alpha/pci.c, ignore_read()",
	},
	{
		.name = "qemu-palcode-elcr",
		.points = "typhoon.isa-interrupts/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .firmware = "QEMU PALcode",
		.shows = ALWAYS,
		.because = "ISA interrupts made level-triggered: expected 0? found *",
		.reason = "PALcode makes nearly all ISA interrupts level-triggered, those of the ISA bus too. By hand: "
			  "read ports 0x4d0 and 0x4d1; they hold 0xdef8.",
		.reference = "qemu-palcode: ICW1 of the same 8259s says edge-triggered",
	},
	{
		.name = "qemu-palcode-machine-check",
		.points = "typhoon.machine-check-registers/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .firmware = "QEMU PALcode",
		.shows = ALWAYS,
		.because = "register t0 holds *? the machine check's code? instead of its own value",
		.reason = "PALcode's machine check handler loses register t0, which holds 0x207 afterwards. By hand: "
			  "put a number into t0 and load from an address that nobody has.",
		.reference = "Alpha Architecture Reference Manual, machine checks; qemu-palcode, pal.S",
	},
	{
		.name = "qemu-palcode-machine-check-frame",
		.points = "typhoon.machine-check-frame/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .firmware = "QEMU PALcode",
		.shows = ALWAYS,
		.because = "a machine check comes with vector 0? which is neither 0x660 nor 0x670",
		.reason = "PALcode gives a machine check no vector, and its logout frame a wrong code: the old MCES, "
			  "whose bit 0 it never sets. By hand: load from an address that nobody has, and look at $17 "
			  "of entInt and at the third quadword that $18 leads to.",
		.reference = "Alpha Architecture Reference Manual, machine checks; qemu-palcode, pal.S",
	},
};
DEVIATIONS(typhoon);
