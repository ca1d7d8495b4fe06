/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sabre as an interrupt controller. A line has a number (INO), and a state: idle, received, and pending once Sabre
 * has sent it to the CPU as a mondo; a pending line is not looked at until its clear register makes it idle. The four
 * pins of a slot have one mapping register, which says whether their interrupts are sent, and to which CPU.
 *
 * A mondo may overtake data: what a device behind a further PCI-to-PCI bridge wrote before it raised its line may
 * still be in that bridge. A read of any register behind it (virtio: the ISR) pushes it out, and a read of DMA_WRSYNC
 * waits until Sabre has it in memory; for devices right below Simba the chip does so itself. Tests here poll memory
 * with a limit, and need neither.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087), the chapter on interrupts; OpenBSD psychoreg.h for names.
 */
#include "boot/clock.h"
#include "drivers/interrupt/interrupt.h"
#include "drivers/interrupt/sabre.h"

#define PCI_LINES	32
#define PINS		4
#define ON_BOARD_LINES	2		/* of those that PCI devices have: SCSI or IDE, Ethernet */
#define MAPS		(PCI_LINES / PINS + ON_BOARD_LINES)

/* A pin reaches Sabre as a number that the interrupt concentrator sends when it gets to it, one pin after another.
 * A line that its device has let go of is seen as low after a full round, about 2 us on a real machine. */
#define CONCENTRATOR_ROUND	MICROSECONDS(2)

/* Mondos that can be on their way: more than there are lines would be a broken CPU. */
#define MONDOS_MOST	(PCI_LINES + ON_BOARD_LINES)

static uint64_t read(const struct interrupt_controller *controller, unsigned reg)
{
	return mmio_read64_be((phys_addr) { controller->at->registers[0].start.value + reg });
}

static void write(const struct interrupt_controller *controller, unsigned reg, uint64_t value)
{
	mmio_write64_be((phys_addr) { controller->at->registers[0].start.value + reg }, value);
}

/* Mapping registers: those of the slots, then those of single on-board lines. */
static unsigned map_register(unsigned map)
{
	return map < PCI_LINES / PINS ? IMAP_PCI(map) : IMAP_ON_BOARD(map - PCI_LINES / PINS);
}

static uint64_t map_lines(unsigned map)
{
	if (map < PCI_LINES / PINS)
		return (INTERRUPT_LINE(PINS) - 1) << map * PINS;
	return INTERRUPT_LINE(PCI_LINES + map - PCI_LINES / PINS);
}

static unsigned clear_register(unsigned line)
{
	return line < PCI_LINES ? ICLR_PCI(line) : ICLR_ON_BOARD(line - PCI_LINES);
}

static void sabre_interrupt_save(const struct interrupt_controller *controller, uint64_t *words)
{
	for (unsigned map = 0; map < MAPS; map++)
		words[map] = read(controller, map_register(map));
}

static uint64_t sabre_interrupt_together(unsigned line)
{
	for (unsigned map = 0; map < MAPS; map++)
		if (map_lines(map) >> line & 1)
			return map_lines(map);
	return 0;
}

/* What a mapping register must hold so that its interrupts are sent to this CPU. */
static uint64_t map_valid(const struct interrupt_controller *controller, unsigned map)
{
	uint64_t target = (uint64_t)arch_platform()->cpu_number << IMAP_TID_SHIFT & IMAP_TID;

	return (read(controller, map_register(map)) & ~IMAP_TID) | target | IMAP_V;
}

static uint64_t sabre_interrupt_enabling(const struct interrupt_controller *controller, unsigned line,
					 phys_addr *address)
{
	unsigned map = line < PCI_LINES ? line / PINS : line - PCI_LINES + PCI_LINES / PINS;

	address->value = controller->at->registers[0].start.value + map_register(map);
	return map_valid(controller, map);
}

static void sabre_interrupt_enable(const struct interrupt_controller *controller, uint64_t lines)
{
	for (unsigned map = 0; map < MAPS; map++)
		if (map_lines(map) & lines)
			write(controller, map_register(map), map_valid(controller, map));
	read(controller, map_register(0));
}

static void sabre_interrupt_mask(const struct interrupt_controller *controller, uint64_t lines)
{
	for (unsigned map = 0; map < MAPS; map++)
		if (map_lines(map) & lines)
			write(controller, map_register(map), read(controller, map_register(map)) & ~IMAP_V);
	read(controller, map_register(0));
}

/* Two bits a line: 0 idle, 1 received, 3 pending. */
static uint64_t sabre_interrupt_raised(const struct interrupt_controller *controller)
{
	uint64_t state = read(controller, INT_STATE_PCI);
	uint64_t lines = 0;

	for (unsigned line = 0; line < PCI_LINES; line++)
		if (state >> 2 * line & 3)
			lines |= INTERRUPT_LINE(line);
	state = read(controller, INT_STATE_ON_BOARD);
	for (unsigned line = 0; line < ON_BOARD_LINES; line++)
		if (state >> 2 * line & 3)
			lines |= INTERRUPT_LINE(PCI_LINES + line);
	return lines;
}

static int sabre_interrupt_line(const struct interrupt_controller *controller, uint64_t number)
{
	uint64_t offset = number & IMAP_INO;

	(void)controller;
	if ((number & ~(uint64_t)IMAP_INO) != SABRE_IGN << IMAP_IGN_SHIFT || offset >= PCI_LINES + ON_BOARD_LINES)
		return -1;
	return offset;
}

/* The CPU has room for one; the next is sent when it has been taken. */
static uint64_t sabre_interrupt_waiting(const struct interrupt_controller *controller)
{
	uint64_t number;
	int found;

	if (!arch_interrupt_take(&number))
		return 0;
	found = sabre_interrupt_line(controller, number);
	return found < 0 ? 0 : INTERRUPT_LINE(found);
}

static void sabre_interrupt_end(const struct interrupt_controller *controller, unsigned line)
{
	clock_wait(CONCENTRATOR_ROUND);
	write(controller, clear_register(line), ICLR_IDLE);
	read(controller, map_register(0));
}

/*
 * QEMU remembers one request only: a line that rises while another's mondo is not yet ended takes its place, and is
 * forgotten with it. A write to any mapping register makes its model look at all lines. On the chip it changes nothing.
 * virtio.intx.two-by-the-book does without, and so sees it.
 */
static void sabre_interrupt_look_again(const struct interrupt_controller *controller)
{
	for (unsigned map = 0; map < MAPS; map++) {
		uint64_t value = read(controller, map_register(map));

		if (!(value & IMAP_V))
			continue;
		write(controller, map_register(map), value);
		return;
	}
}

/* First what is on its way, which a clear register makes idle and the CPU has to take. */
static void sabre_interrupt_restore(const struct interrupt_controller *controller, const uint64_t *words)
{
	uint64_t number;

	for (unsigned line = 0; line < PCI_LINES + ON_BOARD_LINES; line++)
		write(controller, clear_register(line), ICLR_IDLE);
	for (unsigned i = 0; i < MONDOS_MOST && arch_interrupt_take(&number); i++)
		continue;
	for (unsigned map = 0; map < MAPS; map++)
		write(controller, map_register(map), words[map]);
	read(controller, map_register(0));
}

static const struct interrupt_driver sabre = {
	.compatible = "sabre",
	.lines = INTERRUPT_LINE(PCI_LINES + ON_BOARD_LINES) - 1,
	.save = sabre_interrupt_save,
	.restore = sabre_interrupt_restore,
	.together = sabre_interrupt_together,
	.enable = sabre_interrupt_enable,
	.mask = sabre_interrupt_mask,
	.enabling = sabre_interrupt_enabling,
	.raised = sabre_interrupt_raised,
	.waiting = sabre_interrupt_waiting,
	.line = sabre_interrupt_line,
	.end = sabre_interrupt_end,
	.look_again = sabre_interrupt_look_again,
};
INTERRUPT_DRIVER(sabre);
_Static_assert(MAPS <= INTERRUPT_WORDS, "sabre_interrupt_save() has room for its registers");
