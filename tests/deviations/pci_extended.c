/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of extended capabilities: address translation services and virtual functions. See deviations.h. Which
 * devices have them is the user's choice.
 */
#include "tests/deviations/deviations.h"

static const struct deviation pci_extended[] = {
	{
		.name = "qemu-ats-smallest-unit",
		.points = "pci.ats/*",
		.machine = "*",
		.profile = PROFILE_QEMU,
		.shows = SOMETIMES,
		.because = "the field with one bit set? expected 0x10? found 0",
		.reason = "Of the five bits of Smallest Translation Unit, the upper one cannot be set. By hand: "
			  "-device virtio-rng-pci,ats=on behind a pcie-root-port, write 0x10 to the control register "
			  "of its ATS capability, and read it.",
		.reference = "PCI Express 5.0, 10.5.1.3; QEMU hw/pci/pcie.c, pcie_ats_init()",
	},
	{
		.name = "qemu-virtual-function-decoding",
		.points = "pci.virtual-registers/*",
		.machine = "*",
		.profile = PROFILE_QEMU,
		.shows = SOMETIMES,
		.because = "interrupt pin of a virtual function? expected 0? found *,"
			   "I/O and memory bits of a virtual function? expected 0? found 0x3",
		.reason = "In the command register of a virtual function, the bits for I/O and memory can be set, "
			  "which must be 0; and the one of a virtio device has an interrupt pin. By hand: -device igb "
			  "behind a pcie-root-port, enable a virtual function, write 3 to its command register, and "
			  "read it.",
		.reference = "PCI Express 5.0, 9.3.4.1.3 (command) and 9.3.4.1.18 (interrupt pin); QEMU "
			     "hw/pci/pcie_sriov.c, register_vf()",
	},
};
DEVIATIONS(pci_extended);
