/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps are results. Code that may trap runs under trap_guard(); a trap brings it back there with the record of
 * what happened. A trap outside of any guard is busproof's own fault: it is printed, with the verdict FAIL, and the
 * machine is switched off.
 */
#ifndef TRAP_H
#define TRAP_H

#include <stdbool.h>

#include "arch/arch.h"
#include "boot/print.h"

#define TRAP_REGISTERS	64

/* A copy of a trap frame that outlives the trap. */
struct trap_record {
	enum trap_kind kind;
	const char *name;
	uint64_t code;
	uint64_t pc;
	bool has_address;
	uint64_t address;
	unsigned register_count;
	const char *const *register_names;
	uint64_t registers[TRAP_REGISTERS];
	const char *errors[TRAP_ERRORS];	/* as in struct trap_frame */
};

/*
 * Calls function(argument). Returns true if it came to its end, false if a trap cut it short; then *record (where
 * not NULL) tells which. Guards nest; the innermost one catches.
 */
bool trap_guard(void (*function)(void *argument), void *argument, struct trap_record *record);

/*
 * Who takes interrupts of devices while arch_interrupts() lets them in; number is what arch.h calls the trap's
 * address. It says whether it has expected this one: any other interrupt is a trap. NULL: all of them are.
 */
void trap_set_interrupt_handler(bool (*handler)(uint64_t number));

/* "a machine check", "an unaligned access": what the kind is called in a sentence. */
const char *trap_kind_name(enum trap_kind kind);

/* Appends "a machine check (name, code ..., pc ..., address ..., errors ...)". */
void trap_summarize(struct text *text, const struct trap_record *record);

/* Appends the register dump as lines "<indent>name: 0x...  name: 0x...", four registers a line. Plain text: in a YAML
 * block it stands below a key that ends in "|". */
void trap_describe(struct text *text, const struct trap_record *record, const char *indent);

/* What must still run when a trap comes outside of any guard: prints the verdict and switches the machine off. Until
 * this is set, the trap is printed with "Bail out!" and the verdict FAIL. */
void trap_set_last_words(void (*last_words)(const struct trap_record *record));

#endif
