/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command "irq": lines of interrupt controllers, and the messages that raise some of them. The CPU lets none of
 * them in while the monitor runs, so that they can be looked at in peace; what the controllers had before the first
 * change is put back at the end.
 */
#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/interrupt/message.h"
#include "drivers/pci/pci.h"
#include "monitor/command.h"

#define WAIT_USUAL	5u		/* seconds */
#define WAIT_MOST	600u

static struct kept {
	const struct interrupt_controller *controller;
	uint64_t words[INTERRUPT_WORDS];
	uint64_t received;		/* lines that came as a message to the CPU, and have not been waited for */
} kept[2 * HOST_BRIDGES];
static unsigned kept_count;

/* NULL: nothing was changed there. */
static struct kept *find_kept(const struct interrupt_controller *controller)
{
	for (unsigned i = 0; i < kept_count; i++)
		if (kept[i].controller == controller)
			return &kept[i];
	return NULL;
}

static void keep(const struct interrupt_controller *controller)
{
	if (find_kept(controller) || kept_count == sizeof(kept) / sizeof(kept[0]))
		return;
	kept[kept_count] = (struct kept) { .controller = controller };
	controller->driver->save(controller, kept[kept_count++].words);
}

/* Lines whose interrupt would come. What a chip has sent to the CPU is taken by looking, and so is remembered. */
static uint64_t waiting(const struct interrupt_controller *controller)
{
	struct kept *at = find_kept(controller);
	uint64_t now = controller->driver->waiting(controller);

	if (!at)
		return now;
	at->received |= now & ~controller->driver->raised(controller);
	return now | at->received;
}

void lines_give_back(void)
{
	while (kept_count) {
		const struct interrupt_controller *controller = kept[--kept_count].controller;

		controller->driver->mask(controller, controller->driver->lines);
		controller->driver->restore(controller, kept[kept_count].words);
	}
}

/* Of each host the controller of its pins, and that of its messages. */
static const struct interrupt_controller *controller_at(unsigned place)
{
	const struct host_bridge *host = host_get(place / 2);

	if (place % 2)
		return host->messages ? host->messages->controller : NULL;
	return host->interrupts;
}

/* All controllers, each once: several hosts may have one. */
static const struct interrupt_controller *controller_get(uint64_t number)
{
	for (unsigned place = 0; host_get(place / 2); place++) {
		const struct interrupt_controller *controller = controller_at(place);
		bool seen = !controller;

		for (unsigned before = 0; before < place; before++)
			seen = seen || controller_at(before) == controller;
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
		const struct interrupt_driver *driver = controller->driver;

		say("controller %u: %s, lines %016llx, raised %016llx, waiting %016llx\n", i, driver->compatible,
		    (unsigned long long)driver->lines, (unsigned long long)driver->raised(controller),
		    (unsigned long long)waiting(controller));
		if (driver->message_lines && find_kept(controller))
			say("  lines of messages %016llx, come %016llx\n", (unsigned long long)driver->message_lines,
			    (unsigned long long)driver->come(controller));
		else if (driver->message_lines)
			say("  lines of messages %016llx\n", (unsigned long long)driver->message_lines);
		say_users(controller);
	}
	if (i == 0)
		say("no controller that busproof knows\n");
	return true;
}

/* ---- Waiting ---- */

/* A line that is let through counts also where the chip does not show that it is raised. */
static bool has_come(const struct interrupt_controller *controller, uint64_t bit)
{
	const struct interrupt_driver *driver = controller->driver;

	if (!(driver->lines & bit))
		return driver->come(controller) & bit;
	return driver->raised(controller) & bit || (find_kept(controller) && waiting(controller) & bit);
}

/* A message has come once, and is no more when it was seen; what the CPU has taken may come again. */
static void serve(const struct interrupt_controller *controller, unsigned line)
{
	const struct interrupt_driver *driver = controller->driver;
	struct kept *at = find_kept(controller);
	uint64_t bit = INTERRUPT_LINE(line);

	if (!(driver->lines & bit)) {
		driver->forget(controller, bit);
	} else if (at && waiting(controller) & bit) {
		at->received &= ~bit;
		driver->end(controller, line);
	}
}

static bool wait_for(const struct interrupt_controller *controller, unsigned line, uint64_t seconds)
{
	uint64_t bit = INTERRUPT_LINE(line), begun = clock_now();
	bool message = !(controller->driver->lines & bit), came;

	if (message && !find_kept(controller))
		return wrong("line %x is for messages: \"irq message FUNCTION %x force\" comes first", line, line);
	came = poll_until(has_come(controller, bit) || say_stopped(), SECONDS(seconds));
	if (say_stopped())
		return wrong("line %x had not been raised when ^C came", line);
	if (!came)
		return wrong("line %x was not raised within 0t%llu seconds", line, (unsigned long long)seconds);
	say("line %x is raised, after 0t%llu ms\n", line, (unsigned long long)(clock_now() - begun) / 1000000);
	serve(controller, line);
	return true;
}

/* ---- Changing ---- */

static bool switch_line(const struct interrupt_controller *controller, unsigned line, bool on)
{
	uint64_t lines = controller->driver->together(line), before;

	if (!must_force("a line that is let through may disturb what else uses the controller"))
		return false;
	keep(controller);
	before = waiting(controller);
	if (on)
		controller->driver->enable(controller, lines);
	else
		controller->driver->mask(controller, lines);
	say("lines %llx %s; waiting %llx -> %llx\n", (unsigned long long)lines, on ? "let through" : "held back",
	    (unsigned long long)before, (unsigned long long)waiting(controller));
	return true;
}

/* Has what takes a function's messages lead one to a line, and says which write that is. */
static bool make_message(const char *name, const char *line_word)
{
	const struct pci_function *function = read_function(name);
	const struct message_port *port = function && function->host ? function->host->messages : NULL;
	struct message_to to;
	uint64_t line;

	if (!function || !read_number(line_word, &line))
		return false;
	if (!port)
		return wrong_word(name, "nothing that busproof knows takes messages of this function");
	if (line >= INTERRUPT_LINES || !(port->driver->lines(port) & INTERRUPT_LINE(line)))
		return wrong("\"%s\": messages raise lines of the set %llx", line_word,
			     (unsigned long long)port->driver->lines(port));
	if (!must_force("what takes messages is set up anew"))
		return false;
	keep(port->controller);
	if (!port->driver->to(port, function, (unsigned)line, &to))
		return wrong_word(name, "its messages are not taken: there is no room, or it is not known there");
	port->controller->driver->forget(port->controller, INTERRUPT_LINE(line));
	say("line %llx: %s is to write %x (32 bits) at %llx\n", (unsigned long long)line, name, to.data,
	    (unsigned long long)to.address.value);
	return true;
}

/* ---- The command ---- */

enum { IRQ_ON, IRQ_OFF, IRQ_WAIT, IRQ_MESSAGE };

/* "LINE [CONTROLLER [SECONDS]]", from the third word on. */
static bool on_line(const struct words *words, unsigned chosen)
{
	const struct interrupt_controller *controller;
	uint64_t line, number = 0, seconds = WAIT_USUAL;

	if (!read_number(words->word[2], &line) || (words->count > 3 && !read_number(words->word[3], &number)) ||
	    (words->count > 4 && !read_number(words->word[4], &seconds)))
		return false;
	controller = controller_get(number);
	if (!controller)
		return wrong("there is no controller %llx", (unsigned long long)number);
	if (line >= INTERRUPT_LINES ||
	    !((controller->driver->lines | controller->driver->message_lines) & INTERRUPT_LINE(line)))
		return wrong_word(words->word[2], "is no line of this controller; \"irq\" names them");
	if (words->count > 4 && (chosen != IRQ_WAIT || seconds == 0 || seconds > WAIT_MOST))
		return wrong("\"%s\": \"wait\" alone is told how long, 1 to 0t%u seconds", words->word[4], WAIT_MOST);
	return chosen == IRQ_WAIT ? wait_for(controller, (unsigned)line, seconds) :
				    switch_line(controller, (unsigned)line, chosen == IRQ_ON);
}

static bool irq(const struct words *words)
{
	static const char *const choices[] = { "on", "off", "wait", "message", NULL };
	unsigned chosen;

	if (words->count == 1)
		return show();
	if (!read_choice(words->word[1], choices, &chosen))
		return false;
	if (words->count < 3)
		return wrong("a word is missing: which %s", chosen == IRQ_MESSAGE ? "function" : "line");
	if (chosen != IRQ_MESSAGE)
		return on_line(words, chosen);
	if (words->count != 4)
		return wrong("after \"message\" come a function and a line");
	return make_message(words->word[2], words->word[3]);
}

FOLLOWS(choices_of_irq, "on", "off", "wait", "message")

static const struct monitor_command line_commands[] = {
	{ "irq", "[on|off LINE [CONTROLLER] | wait LINE [CONTROLLER [SECONDS]] | message FUNCTION LINE]",
	  "lines of interrupts: who has them, which are raised; waits for one",
	  "  \"wait\" has a limit of 5 seconds where no other is given; ^C ends it sooner\n"
	  "  where the chip does not show its lines, \"on\" comes before\n"
	  "  \"message\" has messages of a function raise a line, and says which write is one\n", irq,
	  .follows = { choices_of_irq }, .most = 4, .may_force = true },
};
MONITOR_GROUP(line_commands, "interrupts");
