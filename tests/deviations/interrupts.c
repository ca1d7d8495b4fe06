/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of interrupt controllers, as QEMU models them. See deviations.h.
 *
 * What else is known of Sabre's model, and why it is not listed:
 *
 *   a clear register acts on all pins of a slot   no guest loses anything: what is still raised is sent again, which
 *                                                 virtio.intx.two-in-one-slot sees
 *   any value in a clear register ends            the other values are diagnostics
 *   a mapping register's target is ignored        there is one CPU
 *   clear registers end at offset 0x2c            PCI devices have none above 0x21
 */
#include "tests/deviations/deviations.h"

static const struct deviation interrupts[] = {
	{
		.name = "qemu-clipper-more-slots-than-lines",
		.points = "pci.interrupt-route/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "*leads beyond the last line*",
		.needs = "a device in one of the slots 12 to 31",
		.reason = "The root bus has 32 slots, while the interrupts of slots 13 and up, and INTD of slot 12, "
			  "have no line: bits 55 to 63 of DRIR are for other things, and slots 15 and up lead beyond "
			  "bit 63. The first interrupt of these, or a write to interrupt disable, ends QEMU by an "
			  "assertion, so busproof does not drive devices there and judges their registers only. By "
			  "hand: -device virtio-rng-pci,addr=0x10, and set PCI_COMMAND bit 10.",
		.reference = "21272 Chipset Hardware Reference Manual (DS-0025A-TE), DRIR; QEMU hw/alpha/dp264.c, "
			     "clipper_pci_map_irq(), and hw/pci/pci.c, pci_bus_change_irq_level()",
	},
	{
		.name = "qemu-sabre-no-interrupt-state",
		.points = "virtio.intx.raised/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "lines that the controller's state register shows: expected *? found 0",
		.reason = "The registers of interrupt states read 0, whatever is raised. By hand: have a device "
			  "raise its line while its mapping register does not send it, and read 0xa800 of the "
			  "bridge: two bits for each interrupt offset.",
		.reference = "UltraSPARC-IIi User's Manual (805-0087), PCI interrupt state diagnostic register; "
			     "QEMU hw/pci-host/sabre.c, sabre_config_read()",
	},
	{
		.name = "qemu-sabre-lost-interrupt",
		.points = "virtio.intx.two-by-the-book/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the interrupt of * is lost (*",
		.reason = "A line that rises while the mondo of a line of another slot is not ended takes its place, "
			  "and its own mondo is never sent: one of two devices is not served. By hand: interrupts "
			  "off (PSTATE.IE 0), mapping registers of two slots valid, raise one line, then the other; "
			  "let interrupts in, and serve and end the first. A write of any mapping register brings "
			  "the second.",
		.reference = "UltraSPARC-IIi User's Manual (805-0087), interrupt states; QEMU hw/pci-host/sabre.c, "
			     "pci_sabre_set_irq() and sabre_clear_request()",
	},
	{
		.name = "qemu-sabre-mondo-not-ended",
		.points = "virtio.intx.not-ended/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "* interrupts came before the one before was ended",
		.reason = "A line that falls and rises again sends another mondo although the one before was not "
			  "ended: pending is no state of the model's. By hand: take a mondo, have the device let go "
			  "of the line, leave the clear register alone, and have the device raise the line again.",
		.reference = "UltraSPARC-IIi User's Manual (805-0087), interrupt states; QEMU hw/pci-host/sabre.c, "
			     "pci_sabre_set_irq()",
	},
	{
		.name = "qemu-sabre-sends-masked",
		.points = "virtio.intx.masked-late/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "masked: the controller shows lines * and must show none",
		.reason = "A write to a mapping register sends the last mondo once more until that is ended, although "
			  "its own register says that none is to be sent. A line that does not fall cannot be silenced "
			  "by its mapping register alone. By hand: take a mondo, clear bit 31 of its mapping register, "
			  "and look at bit 5 of the CPU's interrupt receive register.",
		.reference = "UltraSPARC-IIi User's Manual (805-0087), interrupt mapping registers; QEMU "
			     "hw/pci-host/sabre.c, sabre_check_irqs()",
	},
	{
		.name = "qemu-sabre-spurious-interrupt",
		.points = "virtio.intx.running-spurious/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "* interrupts were spurious: no device on the line had set its ISR",
		.needs = "two devices that interrupt within a few microseconds of each other, while a third one's "
			 "line takes the place of theirs",
		.reason = "A line that was served already sends another mondo, with nothing to serve: a mondo that "
			  "has taken another's place (qemu-sabre-lost-interrupt) is sent once more when that is ended, "
			  "whatever its line is then. By hand: many devices at work at once, and count the interrupts "
			  "for which no ISR is set.",
		.reference = "UltraSPARC-IIi User's Manual (805-0087), interrupt states; QEMU hw/pci-host/sabre.c, "
			     "sabre_check_irqs()",
	},
};
DEVIATIONS(interrupts);
