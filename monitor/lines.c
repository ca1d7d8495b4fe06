/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command "irq": lines of interrupt controllers. The CPU lets none of them in while the monitor runs, so that they
 * can be looked at in peace; what the controllers had before the first change is put back at the end.
 */
#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/interrupt/interrupt.h"
#include "drivers/pci/pci.h"
#include "monitor/command.h"

#define WAIT	SECONDS(5)

static struct {
	const struct interrupt_controller *controller;
	uint64_t words[INTERRUPT_WORDS];
} kept[HOST_BRIDGES];
static unsigned kept_count;

static void keep(const struct interrupt_controller *controller)
{
	for (unsigned i = 0; i < kept_count; i++)
		if (kept[i].controller == controller)
			return;
	if (kept_count == HOST_BRIDGES)
		return;
	kept[kept_count].controller = controller;
	controller->driver->save(controller, kept[kept_count++].words);
}

void lines_give_back(void)
{
	while (kept_count) {
		const struct interrupt_controller *controller = kept[--kept_count].controller;

		controller->driver->mask(controller, controller->driver->lines);
		controller->driver->restore(controller, kept[kept_count].words);
	}
}

/* All controllers, each once: several hosts may have one. */
static const struct interrupt_controller *controller_get(unsigned number)
{
	for (unsigned i = 0; host_get(i); i++) {
		const struct interrupt_controller *controller = host_get(i)->interrupts;
		bool seen = !controller;

		for (unsigned before = 0; before < i; before++)
			seen = seen || host_get(before)->interrupts == controller;
		if (!seen && number-- == 0)
			return controller;
	}
	return NULL;
}

static void say_users(const struct interrupt_controller *controller)
{
	char name[PCI_NAME];

	for (unsigned i = 0; i < pci_count() && !say_stopped(); i++)
		if (pci_get(i)->interrupts == controller && pci_get(i)->line >= 0)
			say("  line %x: %s INT%c\n", (unsigned)pci_get(i)->line, pci_name(pci_get(i), name),
			    'A' + pci_get(i)->pin - 1);
}

static bool show(void)
{
	const struct interrupt_controller *controller;
	unsigned i;

	for (i = 0; (controller = controller_get(i)); i++) {
		say("controller %u: %s, lines %016llx, raised %016llx, waiting %016llx\n", i,
		    controller->driver->compatible, (unsigned long long)controller->driver->lines,
		    (unsigned long long)controller->driver->raised(controller),
		    (unsigned long long)controller->driver->waiting(controller));
		say_users(controller);
	}
	if (i == 0)
		say("no controller that busproof knows\n");
	return true;
}

static bool wait_for(const struct interrupt_controller *controller, unsigned line)
{
	uint64_t bit = INTERRUPT_LINE(line);

	if (poll_until(controller->driver->raised(controller) & bit || say_stopped(), WAIT) && !say_stopped()) {
		say("line %x is raised\n", line);
		return true;
	}
	return wrong("line %x was not raised within %llu seconds", line, (unsigned long long)(WAIT / SECONDS(1)));
}

static bool switch_line(const struct interrupt_controller *controller, unsigned line, bool on)
{
	uint64_t lines = controller->driver->together(line), before;

	if (!must_force("a line that is let through may disturb what else uses the controller"))
		return false;
	keep(controller);
	before = controller->driver->waiting(controller);
	if (on)
		controller->driver->enable(controller, lines);
	else
		controller->driver->mask(controller, lines);
	say("lines %llx %s; waiting %llx -> %llx\n", (unsigned long long)lines, on ? "let through" : "held back",
	    (unsigned long long)before, (unsigned long long)controller->driver->waiting(controller));
	return true;
}

static bool irq(const struct words *words)
{
	static const char *const choices[] = { "on", "off", "wait", NULL };
	const struct interrupt_controller *controller;
	uint64_t line, number = 0;
	unsigned chosen;

	if (words->count == 1)
		return show();
	if (!read_choice(words->word[1], choices, &chosen))
		return false;
	if (words->count < 3)
		return wrong("a word is missing: which line");
	if (!read_number(words->word[2], &line) || (words->count > 3 && !read_number(words->word[3], &number)))
		return false;
	controller = controller_get((unsigned)number);
	if (!controller)
		return wrong("there is no controller %llx", (unsigned long long)number);
	if (line >= INTERRUPT_LINES || !(controller->driver->lines & INTERRUPT_LINE(line)))
		return wrong_word(words->word[2], "is no line of this controller; \"irq\" names them");
	return chosen == 2 ? wait_for(controller, (unsigned)line) :
			     switch_line(controller, (unsigned)line, chosen == 0);
}

FOLLOWS(choices_of_irq, "on", "off", "wait")

static const struct monitor_command line_commands[] = {
	{ "irq", "[on|off|wait LINE [CONTROLLER]]", "lines of interrupts: who has them, which are raised", NULL, irq,
	  .follows = choices_of_irq, .most = 3, .may_force = true },
};
MONITOR_GROUP(line_commands, "interrupts");
