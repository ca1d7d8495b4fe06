/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands about the monitor itself: help, what machine this is, the console, the last trap, and ways out. */
#include "boot/clock.h"
#include "boot/command_line.h"
#include "boot/console.h"
#include "boot/flow.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "boot/version.h"
#include "drivers/host/host.h"
#include "drivers/iommu/domain.h"
#include "drivers/pci/pci.h"
#include "monitor/command.h"
#include "monitor/monitor.h"
#include "monitor/shell.h"

static bool help_one(const char *name)
{
	const struct monitor_command *command = shell_find(name);

	if (!command)
		return wrong_word(name, "there is no such command; \"help\" names all of them");
	say("%s %s%s\n  %s\n", command->name, command->words, command->may_force ? " [force]" : "", command->help);
	if (command->more)
		say("%s", command->more);
	return true;
}

static bool help(const struct words *words)
{
	if (words->count > 1)
		return help_one(words->word[1]);
	TABLE_EACH(monitor_groups, const struct monitor_group, group) {
		say("%s:\n", (*group)->title);
		for (unsigned i = 0; i < (*group)->count; i++)
			say("  %-8s %s\n", (*group)->commands[i].name, (*group)->commands[i].help);
	}
	say("%s; ^S holds, ^Q goes on, ^C stops. \"help NAME\" says more.\n", WORDS_NUMBERS);
	return true;
}

static void show_host(unsigned number)
{
	const struct host_bridge *host = host_get(number);
	const struct dma_domain *domain = host->domain;

	say("host %u: %s, hose %u, config %#llx, io %#llx, memory %#llx\n", number, host->driver->compatible,
	    host->at->number, (unsigned long long)host->config.value, (unsigned long long)host->io.value,
	    (unsigned long long)host->memory.value);
	say("  domain: %s; interrupts: %s\n", domain ? domain->driver->compatible : "none, addresses are memory's own",
	    host->at->interrupts ? host->at->interrupts->compatible : "none");
}

static void show_revisions(void)
{
	char name[PCI_NAME];

	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_is_host_bridge(pci_get(i)) || pci_is_bridge(pci_get(i)))
			say("bridge %s: %04x:%04x revision %u\n", pci_name(pci_get(i), name), pci_get(i)->vendor,
			    pci_get(i)->product, pci_get(i)->revision);
}

static bool identify(const struct words *words)
{
	const struct platform *platform = arch_platform();

	(void)words;
	say("busproof %s on %s, %s, booted by %s, profile %s\n", busproof_version, platform->machine, platform->cpu,
	    platform->firmware, platform->emulated ? "qemu" : "hardware");
	say("memory: %llu MiB, %llu MiB of it busproof's; clock: %llu Hz, %u bits, up %llu ms\n",
	    (unsigned long long)platform->memory_size >> 20, (unsigned long long)frames_total() >> 20,
	    (unsigned long long)platform->clock_hz, platform->clock_bits,
	    (unsigned long long)clock_now() / 1000000);
	say("command line: %s\n", platform->command_line);
	for (unsigned i = 0; host_get(i); i++)
		show_host(i);
	show_revisions();
	return true;
}

static bool show_console(const struct words *words)
{
	const struct platform *platform = arch_platform();

	(void)words;
	if (platform->console)
		say("the console is the firmware's, by call-backs\n");
	for (unsigned i = 0; i < platform->node_count; i++)
		say("node %s, registers %#llx\n", platform->nodes[i].compatible,
		    (unsigned long long)platform->nodes[i].registers[0].start.value);
	say("characters lost: %llu not taken by the device, %u typed too far ahead, %u or more typed too fast\n",
	    (unsigned long long)console_lost(), console_overrun(), console_missed());
	return true;
}

static bool show_last_trap(const struct words *words)
{
	(void)words;
	if (last_trap())
		shell_show_trap();
	else
		say("no command has met a trap\n");
	return true;
}

static bool choose_log(const struct words *words)
{
	static const char *const levels[] = { "summary", "points", "debug", NULL };
	struct command_line *line = monitor_line();
	unsigned level;

	if (words->count == 1) {
		say("log: %s\n", levels[line->log]);
		return true;
	}
	if (!read_choice(words->word[1], levels, &level))
		return false;
	say("log: %s -> %s\n", levels[line->log], levels[level]);
	line->log = (enum log_level)level;
	return true;
}

FOLLOWS(log_levels, "summary", "points", "debug")

static bool go_on(const struct words *words)
{
	(void)words;
	if (monitor_has_run())
		return wrong("the run is over; \"run\" and \"rerun\" run tests again");
	monitor_leave(MONITOR_GOES_ON);
	return true;
}

static bool quit(const struct words *words)
{
	(void)words;
	monitor_leave(MONITOR_QUITS);
	return true;
}

static bool reboot(const struct words *words)
{
	(void)words;
	monitor_leave(MONITOR_REBOOTS);
	return true;
}

static bool off(const struct words *words)
{
	(void)words;
	monitor_leave(MONITOR_SWITCHES_OFF);
	return true;
}

static const struct monitor_command basics[] = {
	{ "help", "[COMMAND]", "name all commands, or say what one does", NULL, help,
	  .follows = { name_command }, .most = 1 },
	{ "id", "", "what machine this is, its chips and its firmware", NULL, identify, .most = 0 },
	{ "console", "", "where characters go, and how many were lost", NULL, show_console, .most = 0 },
	{ "log", "[summary|points|debug]", "how much runs print", NULL, choose_log,
	  .follows = { log_levels }, .most = 1 },
	{ "trap", "", "the last trap that a command has met, with its registers", NULL, show_last_trap, .most = 0 },
	{ "go", "", "leave, and run the tests that the command line asks for", NULL, go_on, .most = 0 },
	{ "quit", "", "end the run: back to the console firmware with halt=return, else off", NULL, quit, .most = 0 },
	{ "reboot", "", "reset the machine", NULL, reboot, .most = 0 },
	{ "off", "", "switch the machine off", NULL, off, .most = 0 },
};
MONITOR_GROUP(basics, "the monitor");
