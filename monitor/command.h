/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a command of the monitor is declared, and what commands have in common.
 *
 * A file has a group of them, in a table that registers itself with MONITOR_GROUP. A command is called under a guard:
 * a trap in it is its answer, and the monitor lives on. It prints with say(), and it says what is wrong with wrong().
 * Nothing that it may destroy is changed without the word "force", and what it changes it shows: old -> new.
 */
#ifndef MONITOR_COMMAND_H
#define MONITOR_COMMAND_H

#include "arch/arch.h"
#include "boot/table.h"
#include "boot/trap.h"
#include "monitor/words.h"

#define WORDS_COMPLETED	4

struct monitor_command {
	const char *name;
	const char *words;		/* what may follow it: "ADDRESS[.SIZE] [COUNT]" */
	const char *help;		/* a sentence */
	const char *more;		/* NULL, or lines for "help NAME" */
	/* words->word[0] is the name. False: wrong() was called. */
	bool (*run)(const struct words *words);
	/* NULL, or what an empty line behind it does. */
	bool (*again)(void);
	/* For completion, of each word behind the name: NULL, or the n-th text that it may be. "force" is typed. */
	const char *(*follows[WORDS_COMPLETED])(unsigned n);
	unsigned least, most;		/* words that may follow it, without "force" */
	bool may_force;			/* "force" may be the last word */
};

struct monitor_group {
	const char *title;
	const struct monitor_command *commands;
	unsigned count;
};

TABLE_DECLARE(monitor_groups, const struct monitor_group);

#define MONITOR_GROUP(table, group_title) \
	static const struct monitor_group table##_group = \
		{ group_title, table, sizeof(table) / sizeof((table)[0]) }; \
	TABLE_ADD(monitor_groups, const struct monitor_group, table##_group)

/* ---- shell.c ---- */

/* Prints; nothing any more once ^C has been typed while this command printed. */
void say(const char *text, ...) __attribute__((format(printf, 1, 2)));
/* Has ^C been typed? Loops of a command end then. */
bool say_stopped(void);
/* The command ends with "# error: " and this; the first complaint counts. wrong() is false, as the command is then. */
void complain(const char *text, ...) __attribute__((format(printf, 1, 2)));
#define wrong(...)		({ complain(__VA_ARGS__); false; })
#define wrong_word(word, why)	wrong("\"%s\": %s", word, why)
/* Is "force" the last word of the command that runs now? If not: wrong(), with what would happen. */
bool forced(void);
bool must_force(const char *what);

/* Calls function(argument) under a guard. A trap is printed with its registers; then false, and wrong(). */
bool try_it(void (*function)(void *argument), void *argument);
/* The last trap that a command has met; NULL: none has. */
const struct trap_record *last_trap(void);

/* The word as a number, a decimal number, or one of these words; false: wrong(), by the word's name. */
bool read_number(const char *word, uint64_t *number);
bool read_choice(const char *word, const char *const *choices, unsigned *chosen);

/* The n-th of some words, for .follows of commands. */
#define FOLLOWS(name, ...) \
	static const char *name(unsigned n) \
	{ \
		static const char *const words[] = { __VA_ARGS__ }; \
		return n < sizeof(words) / sizeof(words[0]) ? words[n] : NULL; \
	}

/* "1:02:01.0" or "02:01.0" as pci_name() says it; NULL: wrong(). */
struct pci_function *read_function(const char *word);
/* The n-th function's name, and the n-th command's, for .follows; NULL behind the last. */
const char *name_function(unsigned n);
const char *name_command(unsigned n);

/* ---- monitor.c ---- */

/* Leaves the monitor when the command has ended. */
enum monitor_end { MONITOR_STAYS, MONITOR_GOES_ON, MONITOR_QUITS, MONITOR_REBOOTS, MONITOR_SWITCHES_OFF };
void monitor_leave(enum monitor_end end);
/* The run's words, which commands may change a copy of. */
struct command_line *monitor_line(void);

/* ---- owned.c: frames that the monitor has taken for its user ---- */

bool owned(phys_addr address, uint64_t size);
/* Gives all of them back, with the maps of them. */
void owned_give_back(void);

/* ---- domains.c ---- */

/* Takes the monitor's maps away. */
void maps_give_back(void);
unsigned maps_live(void);

/* ---- registers.c ---- */

/* The registers of all chips that record errors. */
bool say_error_registers(void);

/* ---- lines.c ---- */

/* Puts interrupt controllers back, as they were before the first command that changed one. */
void lines_give_back(void);

#endif
