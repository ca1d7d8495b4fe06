/* SPDX-License-Identifier: BSD-2-Clause */
/* What commands say and read, and how one is found and called: see command.h. */
#include "monitor/shell.h"

#include "boot/flow.h"
#include "boot/print.h"
#include "boot/string.h"
#include "drivers/pci/pci.h"

static char error_text[200];
static bool error_is_said, stopped, force;
static struct trap_record record;
static bool has_trapped;
static const struct monitor_command *last;	/* that an empty line goes on with */

/* ---- What is said ---- */

bool say_stopped(void)
{
	stopped = stopped || console_interrupted();
	return stopped;
}

void say(const char *text, ...)
{
	va_list list;

	if (say_stopped())
		return;
	va_start(list, text);
	print_list(text, list);
	va_end(list);
}

void complain(const char *text, ...)
{
	va_list list;

	if (error_is_said)
		return;
	va_start(list, text);
	format_list(error_text, sizeof(error_text), text, list);
	va_end(list);
	error_is_said = true;
}

bool forced(void)
{
	return force;
}

bool must_force(const char *what)
{
	return force || wrong("%s; \"force\" behind it does it all the same", what);
}

/* ---- Traps ---- */

const struct trap_record *last_trap(void)
{
	return has_trapped ? &record : NULL;
}

void shell_show_trap(void)
{
	char text[2048];
	struct text dump = { text, sizeof(text), 0, false };

	text[0] = 0;
	trap_summarize(&dump, &record);
	append(&dump, "\n");
	trap_describe(&dump, &record, "  ");
	say("trap: %s", text);
}

bool try_it(void (*function)(void *argument), void *argument)
{
	if (trap_guard(function, argument, &record))
		return true;
	has_trapped = true;
	shell_show_trap();
	return wrong("a trap: %s (%s)", trap_kind_name(record.kind), record.name);
}

/* ---- Words ---- */

bool read_number(const char *word, uint64_t *number)
{
	return words_number(word, number) || wrong_word(word, "is no number: " WORDS_NUMBERS);
}

bool read_choice(const char *word, const char *const *choices, unsigned *chosen)
{
	char known[96];
	struct text text = { known, sizeof(known), 0, false };

	known[0] = 0;
	for (unsigned i = 0; choices[i]; i++) {
		if (strcmp(choices[i], word) == 0) {
			*chosen = i;
			return true;
		}
		append(&text, "%s%s", i ? ", " : "", choices[i]);
	}
	return wrong("\"%s\" is none of: %s", word, known);
}

struct pci_function *read_function(const char *word)
{
	char name[PCI_NAME];

	for (unsigned i = 0; i < pci_count(); i++)
		if (strcmp(pci_name(pci_get(i), name), word) == 0)
			return pci_get(i);
	wrong("\"%s\": there is no such function; \"pci\" names all of them", word);
	return NULL;
}

const char *name_function(unsigned n)
{
	static char name[PCI_NAME];

	return n < pci_count() ? pci_name(pci_get(n), name) : NULL;
}

/* ---- Commands ---- */

const char *name_command(unsigned n)
{
	TABLE_EACH(monitor_groups, const struct monitor_group, group) {
		if (n < (*group)->count)
			return (*group)->commands[n].name;
		n -= (*group)->count;
	}
	return NULL;
}

const struct monitor_command *shell_find(const char *name)
{
	TABLE_EACH(monitor_groups, const struct monitor_group, group)
		for (unsigned i = 0; i < (*group)->count; i++)
			if (strcmp((*group)->commands[i].name, name) == 0)
				return &(*group)->commands[i];
	return NULL;
}

/* A command whose name begins so, for who has mistyped it. */
static const char *like(const char *name)
{
	TABLE_EACH(monitor_groups, const struct monitor_group, group)
		for (unsigned i = 0; i < (*group)->count; i++)
			if (strncmp((*group)->commands[i].name, name, 2) == 0)
				return (*group)->commands[i].name;
	return NULL;
}

static bool unknown(const char *name)
{
	if (like(name))
		return wrong("\"%s\": there is no such command; is it \"%s\"? \"help\" names all", name, like(name));
	return wrong("\"%s\": there is no such command; \"help\" names all of them", name);
}

/* Takes "force" off the words, where the command knows it. */
static void take_force(const struct monitor_command *command, struct words *words)
{
	force = command->may_force && words->count > 1 && strcmp(words->word[words->count - 1], "force") == 0;
	if (force)
		words->count--;
}

static bool count_fits(const struct monitor_command *command, const struct words *words)
{
	unsigned count = words->count - 1;

	if (words->too_many)
		return wrong("more than %u words", WORDS_MOST);
	if (count < command->least)
		return wrong("a word is missing: %s %s", command->name, command->words);
	if (count > command->most)
		return wrong("\"%s\" is one word too many: %s %s", words->word[command->most + 1], command->name,
			     command->words);
	return true;
}

struct call {
	const struct monitor_command *command;
	struct words words;
	bool again, good;
};

static void call(void *argument)
{
	struct call *call = argument;

	call->good = call->again ? call->command->again() : call->command->run(&call->words);
}

static void find_command(struct call *found, char *line)
{
	words_split(&found->words, line);
	found->again = found->words.count == 0;
	found->command = found->again ? last : shell_find(found->words.word[0]);
	force = false;
	if (!found->command) {
		if (!found->again)
			unknown(found->words.word[0]);
		return;
	}
	if (found->again)
		return;
	take_force(found->command, &found->words);
	if (!count_fits(found->command, &found->words))
		found->command = NULL;
}

void shell_do(char *line)
{
	static struct call found;

	found = (struct call) { .good = false };
	error_is_said = stopped = false;
	console_interrupted();
	find_command(&found, line);
	if (!found.command && !error_is_said)
		return;
	if (found.command && !try_it(call, &found))
		found.good = false;
	last = found.command && found.good && found.command->again ? found.command : NULL;
	if (say_stopped())
		print("^C\n");
	if (error_is_said || !found.good)
		print("# error: %s\n", error_is_said ? error_text : "it did not say why");
	else
		print("# ok\n");
}
