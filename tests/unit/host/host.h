/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that the unit tests run on: memory, devices and time made of software, as the test wants them.
 *
 * A test begins with host_reset() (a cmocka setup function), adds memory and devices, and runs code of boot/ and
 * drivers/ that is compiled as it stands. Whatever goes past the memory and the devices that a test has added fails it.
 */
#ifndef HOST_H
#define HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "arch/arch.h"

/* No memory, no devices, an empty platform, nothing printed; the clock at 0, 1 GHz, 64 bits, 1 us a look. */
void host_reset(void);
int host_setup(void **state);		/* the same for cmocka */
int host_teardown(void **state);	/* gives back what the test has added */

/* RAM at a physical address; arch_memory() tells all of it. Contents are 0xa5 bytes. */
void host_add_memory(uint64_t start, uint64_t size);

/*
 * A test by which our drivers are held to clauses of the specification: their ids, with spaces between, become part of
 * its name and so of its TAP, where tests/spec looks for them. A clause counts as held only when such a test has
 * passed.
 */
#define host_clause_test(function, clauses, setup, teardown) \
	{ #function " [" clauses "]", function, setup, teardown, NULL }

/* The byte order an access names; a device that has only one can fail the test for the other. */
enum host_order { HOST_BYTE, HOST_LITTLE, HOST_BIG };

struct host_access {
	uint64_t offset;	/* from the start of the device */
	unsigned width;		/* bytes */
	enum host_order order;
};

/* Registers from start on. A NULL function fails the test that gets there. */
struct host_device {
	uint64_t start;
	uint64_t size;
	uint64_t (*read)(void *context, const struct host_access *access);
	void (*write)(void *context, const struct host_access *access, uint64_t value);
	void *context;
};
void host_add_device(const struct host_device *device);
/* Accesses of the device registers so far, reads and writes alike. */
uint64_t host_accesses(void);

/*
 * What answers at no address: a machine check, if the program under test has boot/trap.c and a test allows it here;
 * otherwise it fails the test.
 */
extern bool host_unclaimed_traps;

/*
 * Where not NULL: called at each memory barrier, so that a test sees what stands in memory there, or changes it as a
 * device would that was quick.
 */
extern void (*host_at_barrier)(enum host_barrier barrier);

/* What arch_clock() says next, how far it then goes on, and how many bits it has. */
extern uint64_t host_clock;
extern uint64_t host_clock_step;
extern unsigned host_clock_bits;

/* What arch_platform() says. */
extern struct platform host_platform;

/* What arch_interrupts() was told last; and the numbers that arch_interrupt_take() finds, the last one first. */
#define HOST_INTERRUPTS	8
extern bool host_interrupts_on;
extern uint64_t host_interrupts[HOST_INTERRUPTS];
extern unsigned host_interrupt_count;

/* Why arch_keep_firmware() refuses; NULL: it does not. */
extern const char *host_no_return;

/* What has been printed since host_reset(), unless the program has boot/console.c; always ends in a NUL. */
extern char host_output[65536];
extern size_t host_output_length;

/*
 * Calls function(argument) and says how it ended. A test that switches the machine off anywhere else fails.
 */
enum host_end { HOST_RETURNED, HOST_POWERED_OFF, HOST_REBOOTED, HOST_GAVE_BACK };
enum host_end host_run(void (*function)(void *argument), void *argument);

#endif
