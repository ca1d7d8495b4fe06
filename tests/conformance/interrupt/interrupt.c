/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite interrupt: the interrupt controllers by themselves, with every device at rest. What devices raise is judged
 * by suite virtio.intx.
 */
#include "boot/string.h"
#include "drivers/interrupt/interrupt.h"
#include "drivers/virtio/virtio.h"
#include "tests/conformance/framework/test.h"

static const char *needs_controller(const struct subject *subject)
{
	if (!subject->bridge->interrupts)
		return "busproof does not know this machine's interrupt controller";
	return NULL;
}

static unsigned count_bits(uint64_t word)
{
	unsigned count = 0;

	for (; word; word &= word - 1)
		count++;
	return count;
}

static bool expect_nothing(unsigned line)
{
	(void)line;
	return false;
}

/*
 * Each line can be enabled and masked, and nothing else moves but the lines that are switched together with it: what
 * is kept of the registers changes in one bit, differs from line to line, and is the same again afterwards.
 */
static void lines(struct trial *trial)
{
	const struct interrupt_controller *controller = trial->subject->bridge->interrupts;
	uint64_t masked[INTERRUPT_WORDS] = { 0 }, words[INTERRUPT_WORDS] = { 0 };

	interrupts_open(controller, expect_nothing);
	controller->driver->save(controller, masked);
	for (unsigned line = 0; controller->driver->lines >> line && trial_good(trial); line++) {
		unsigned changed = 0;

		if (!(controller->driver->lines >> line & 1))
			continue;
		controller->driver->enable(controller, INTERRUPT_LINE(line));
		controller->driver->save(controller, words);
		for (unsigned i = 0; i < INTERRUPT_WORDS; i++)
			changed += count_bits(words[i] ^ masked[i]);
		expect(trial, changed == 1, "enabling line %u changes %u bits of the controller's registers", line,
		       changed);
		controller->driver->mask(controller, INTERRUPT_LINE(line));
		controller->driver->save(controller, words);
		expect(trial, memcmp(words, masked, sizeof(words)) == 0, "line %u cannot be masked again", line);
	}
	interrupts_close();
}
CONFORMANCE_TEST("interrupt.lines", lines,
		 "Each line can be enabled and masked by itself, and the controller is then as it was before.",
		 .scope = &scope_host_bridge, .skip = needs_controller, .judged_by = EVIDENCE);

static bool is_virtio(const struct pci_function *function)
{
	for (unsigned i = 0; i < virtio_count(); i++)
		if (virtio_get(i)->function == function)
			return true;
	return false;
}

/*
 * Lines that ask, and may: those of a function that nobody has brought to rest. A console leaves controllers at work,
 * which ask until they are reset, and QEMU's OHCI until its next transfer; nor does PCI status always tell, as the same
 * OHCI loses the bit when it is no bus master any more. Virtio devices were all reset: lines to which only they lead,
 * or nobody, are judged.
 */
static uint64_t may_ask(struct trial *trial, const struct interrupt_controller *controller, uint64_t waiting)
{
	char name[PCI_NAME];
	uint64_t lines = 0;

	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_function *function = pci_get(i);

		if (function->interrupts != controller || function->line < 0 || !function->pin ||
		    !(waiting & INTERRUPT_LINE(function->line)) || is_virtio(function))
			continue;
		lines |= INTERRUPT_LINE(function->line);
		trial_record(trial, "line %d asks for an interrupt, as %s may, which was not reset: it is not judged",
			     function->line, pci_name(function, name));
	}
	return lines;
}

/* With all lines enabled and every device at rest, none asks for an interrupt. */
static void quiet(struct trial *trial)
{
	const struct interrupt_controller *controller = trial->subject->bridge->interrupts;
	uint64_t waiting;

	interrupts_open(controller, expect_nothing);
	controller->driver->enable(controller, controller->driver->lines);
	waiting = controller->driver->waiting(controller);
	waiting &= ~may_ask(trial, controller, waiting);
	expect(trial, waiting == 0, "lines %#llx ask for an interrupt", (unsigned long long)waiting);
	interrupts_close();
}
CONFORMANCE_TEST("interrupt.quiet", quiet,
		 "With all lines enabled and every device at rest, no line asks for an interrupt.",
		 .scope = &scope_host_bridge, .skip = needs_controller, .judged_by = EVIDENCE);
