/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of Sun's PCI host bridges for UPA: see mondo.h.
 *
 * A line has a number (INO), and a state: idle, received, and pending once the bridge has sent it to the CPU as a
 * mondo; a pending line is not looked at until its clear register makes it idle. The four pins of a slot have one
 * mapping register, which says whether their interrupts are sent, and to which CPU.
 *
 * A mondo may overtake data: what a device behind a further PCI-to-PCI bridge wrote before it raised its line may
 * still be in that bridge. A read of any register behind it (virtio: the ISR) pushes it out, and a read of the IOMMU's
 * write_sync (drivers/iommu/tsb.h) waits until the chip has it in memory; for devices right below Simba the chip does
 * so itself. Tests here poll memory with a limit, and need neither.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087), the chapter on interrupts; OpenBSD psychoreg.h for names.
 */
#include "boot/clock.h"
#include "drivers/interrupt/interrupt.h"
#include "drivers/interrupt/mondo.h"

#define PCI_LINES	32
#define PINS		4
#define ON_BOARD_LINES	8		/* of those that PCI devices may have: the driver's lines say which */
#define MAPS		(PCI_LINES / PINS + ON_BOARD_LINES)

/* A pin reaches the bridge as a number that the interrupt concentrator sends when it gets to it, one pin after another.
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

/* Does the chip have it for PCI devices? What others have is left alone. */
static bool has_map(const struct interrupt_controller *controller, unsigned map)
{
	return map_lines(map) & controller->driver->lines;
}

static unsigned clear_register(unsigned line)
{
	return line < PCI_LINES ? ICLR_PCI(line) : ICLR_ON_BOARD(line - PCI_LINES);
}

void mondo_save(const struct interrupt_controller *controller, uint64_t *words)
{
	for (unsigned map = 0; map < MAPS; map++)
		words[map] = has_map(controller, map) ? read(controller, map_register(map)) : 0;
}

uint64_t mondo_together(unsigned line)
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

uint64_t mondo_enabling(const struct interrupt_controller *controller, unsigned line,
					 phys_addr *address)
{
	unsigned map = line < PCI_LINES ? line / PINS : line - PCI_LINES + PCI_LINES / PINS;

	address->value = controller->at->registers[0].start.value + map_register(map);
	return map_valid(controller, map);
}

void mondo_enable(const struct interrupt_controller *controller, uint64_t lines)
{
	for (unsigned map = 0; map < MAPS; map++)
		if (map_lines(map) & lines)
			write(controller, map_register(map), map_valid(controller, map));
	read(controller, map_register(0));
}

void mondo_mask(const struct interrupt_controller *controller, uint64_t lines)
{
	for (unsigned map = 0; map < MAPS; map++)
		if (map_lines(map) & lines)
			write(controller, map_register(map), read(controller, map_register(map)) & ~IMAP_V);
	read(controller, map_register(0));
}

/* Two bits a line: 0 idle, 1 received, 3 pending. */
uint64_t mondo_raised(const struct interrupt_controller *controller)
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
	return lines & controller->driver->lines;
}

static uint64_t group(const struct interrupt_controller *controller)
{
	const struct mondo_chip *chip = controller->driver->chip;

	if (!chip->group_register)
		return chip->group;
	return read(controller, chip->group_register) >> chip->group_shift & IGN_MOST;
}

int mondo_line(const struct interrupt_controller *controller, uint64_t number)
{
	uint64_t offset = number & IMAP_INO;

	if (number >> IMAP_IGN_SHIFT != group(controller) || !(controller->driver->lines & INTERRUPT_LINE(offset)))
		return -1;
	return (int)offset;
}

/* The CPU has room for one; the next is sent when it has been taken. */
uint64_t mondo_waiting(const struct interrupt_controller *controller)
{
	uint64_t number;
	int found;

	if (!arch_interrupt_take(&number))
		return 0;
	found = mondo_line(controller, number);
	return found < 0 ? 0 : INTERRUPT_LINE(found);
}

void mondo_end(const struct interrupt_controller *controller, unsigned line)
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
void mondo_look_again(const struct interrupt_controller *controller)
{
	for (unsigned map = 0; map < MAPS; map++) {
		uint64_t value = has_map(controller, map) ? read(controller, map_register(map)) : 0;

		if (!(value & IMAP_V))
			continue;
		write(controller, map_register(map), value);
		return;
	}
}

/* First what is on its way, which a clear register makes idle and the CPU has to take. */
void mondo_restore(const struct interrupt_controller *controller, const uint64_t *words)
{
	uint64_t number;

	for (unsigned line = 0; line < PCI_LINES + ON_BOARD_LINES; line++)
		if (controller->driver->lines & INTERRUPT_LINE(line))
			write(controller, clear_register(line), ICLR_IDLE);
	for (unsigned i = 0; i < MONDOS_MOST && arch_interrupt_take(&number); i++)
		continue;
	for (unsigned map = 0; map < MAPS; map++)
		if (has_map(controller, map))
			write(controller, map_register(map), words[map]);
	read(controller, map_register(0));
}

_Static_assert(MAPS <= INTERRUPT_WORDS, "mondo_save() has room for its registers");
