/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt controllers: from the lines that INTx pins lead to (pci_function.line) to the CPU.
 *
 * One file a chip (cchip.c: the 21272's; sabre.c: Sabre's mapping and clear registers), one interface over them. Lines
 * are numbered as the chip does it and are handled in sets, one bit a line. Letting interrupts in at the CPU is
 * arch.h's; what is to be done for one is its user's.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include "arch/arch.h"
#include "boot/table.h"
#include "drivers/host/host.h"

#define INTERRUPT_WORDS		16

struct interrupt_controller;

struct interrupt_driver {
	const char *compatible;		/* of the controller's node */
	const void *chip;		/* for the operations, where several chips share them: what this one has */
	uint64_t lines;			/* those that pins of PCI slots can lead to */
	/* What the console firmware may want back: at most INTERRUPT_WORDS. restore() first takes away every
	 * interrupt that is on its way, so no line may be raised then. */
	void (*save)(const struct interrupt_controller *controller, uint64_t *words);
	void (*restore)(const struct interrupt_controller *controller, const uint64_t *words);
	/* The lines that are switched together with this one, itself among them. */
	uint64_t (*together)(unsigned line);
	/* Lets the interrupts of these lines through to this CPU, or holds them back. A line that is raised
	 * already interrupts. */
	void (*enable)(const struct interrupt_controller *controller, uint64_t lines);
	void (*mask)(const struct interrupt_controller *controller, uint64_t lines);
	/* The one write of a register that enables this line: the address, and the value returned, in the chip's
	 * byte order. */
	uint64_t (*enabling)(const struct interrupt_controller *controller, unsigned line, phys_addr *address);
	/* What the chip's state register shows: the lines that ask for an interrupt, enabled or not. */
	uint64_t (*raised)(const struct interrupt_controller *controller);
	/*
	 * Polling, with interrupts off at the CPU: the enabled lines whose interrupt would come. What a chip sends as
	 * a message is hereby received, so each line that is shown must be served and ended before it can be shown
	 * again.
	 */
	uint64_t (*waiting)(const struct interrupt_controller *controller);
	/* The line of an interrupt's number (arch.h), or -1 if it is none of this chip's. */
	int (*line)(const struct interrupt_controller *controller, uint64_t number);
	/* The interrupt of an enabled line has been served: if the line is still raised, it interrupts again. */
	void (*end)(const struct interrupt_controller *controller, unsigned line);
	/* To be called after end(), where a known model of the chip needs it: has it look at all its lines anew.
	 * May be NULL. */
	void (*look_again)(const struct interrupt_controller *controller);
	/*
	 * Lines of the chip that only messages raise (message.h), beside those above; none: 0, and no operations. Each
	 * comes once for a message and is not held by anybody. enable(), mask(), line() and end() are for them too;
	 * save() and restore() mask them.
	 */
	uint64_t message_lines;
	/* Which of them have come and were neither let in at the CPU nor forgotten; enabled or not. */
	uint64_t (*come)(const struct interrupt_controller *controller);
	void (*forget)(const struct interrupt_controller *controller, uint64_t lines);
};

/* How many lines a set has. */
static inline unsigned interrupt_count(uint64_t lines)
{
	unsigned count = 0;

	for (; lines; lines &= lines - 1)
		count++;
	return count;
}

#define INTERRUPT_DRIVER(object)	TABLE_ADD(interrupt_drivers, const struct interrupt_driver, object)

struct interrupt_controller {
	const struct interrupt_driver *driver;
	const struct platform_node *at;
};

/* Finds the controller that each host's lines lead to, and its driver, after host_attach(): host->interrupts. And what
 * takes messages there: host->messages. */
void interrupts_attach(void);

/*
 * Interrupts through one controller, from open to close: what the firmware left is kept, every line is
 * masked, and handler is called for each interrupt that is let in, with its line; it says whether it has expected it.
 * False: controller is NULL, and there is none that busproof knows.
 */
bool interrupts_open(const struct interrupt_controller *controller, bool (*handler)(unsigned line));
/* Lets nothing in any more, and puts back what was kept. No effect when nothing is open. No line may be raised. */
void interrupts_close(void);

#endif
