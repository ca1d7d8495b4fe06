/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rig of suite virtio.intx: virtio devices that listen on their lines, an interrupt handler that asks their ISR
 * and counts, and the interrupt controller, all of whose lines are enabled so that an interrupt on a wrong one is
 * seen.
 *
 * The handler does what a driver's does: it reads the ISR of each device on the line, which makes the device let go
 * of it, and ends the interrupt at the controller, where a line that is still raised interrupts again. A line that
 * will not fall is masked after INTX_STORM interrupts, and fails the trial.
 *
 * The runner closes the rig (interrupts_close()), however the trial ends.
 */
#ifndef INTX_RIG_H
#define INTX_RIG_H

#include "drivers/interrupt/interrupt.h"
#include "tests/conformance/probe/engine_trial.h"

#define INTX_LISTENERS	16
#define INTX_STORM	64

/* The limits: for a raise, and for the delivery of what is raised already, which only a failure waits for, and at first
 * not long (poll_soon()); and how long what must not come is waited for, when all raising is known to be over. */
#define INTX_LATE	MILLISECONDS(50)
#define INTX_DELIVERY	MILLISECONDS(10)
#define INTX_QUIET	MICROSECONDS(500)

struct intx_listener {
	struct engine *engine;
	struct virtio_device *device;
	unsigned line;
	struct dma_area area;			/* what its requests are about */
	unsigned used;				/* buffers that it had used when the counts below began */
	unsigned served;			/* interrupts for which its ISR was not 0 */
	uint8_t isr;				/* all bits that were found in it */
};

struct intx_rig {
	const struct interrupt_controller *controller;
	struct intx_listener listeners[INTX_LISTENERS];
	unsigned count;
	bool by_the_book;			/* without the controller's look_again() */
	bool serve_one;				/* one device an interrupt, though others share its line */
	bool scramble;				/* the handler changes all registers that a function may */
	bool never_end;				/* the controller is not told that an interrupt is ended */

	unsigned entries;			/* of the handler */
	uint64_t lines;				/* that it was entered for */
	unsigned spurious;			/* times that no device on the line had anything to say */
	bool storm;
	volatile uint32_t came;			/* not 0: it was entered */
};
extern struct intx_rig intx_rig;

/* The virtio engines that the suite runs on: one a function and interface, with the plainest of rings. */
extern const struct conformance_scope scope_intx_engine;
bool intx_engine(const struct engine *engine);
/* Why its interrupts cannot be judged, or NULL: those for used buffers of its own; any. */
const char *needs_intx(const struct subject *subject);
const char *needs_line(const struct subject *subject);

/* Opens the rig for the subject's controller. False, with a skip, when there is no controller. */
bool intx_open(struct trial *trial);
/* Starts an engine and has the handler listen to it; its ISR is 0 then. NULL with trial_error(). */
struct intx_listener *intx_listen(struct trial *trial, struct engine *engine);
/* Enables all lines. One that somebody else holds is masked again, and noted. */
void intx_enable(struct trial *trial);
/* All three: for trials of one device. */
struct intx_listener *intx_start(struct trial *trial);

/* Stops all that listen, and closes the rig. */
void intx_stop(void);

/* Has the device serve a request and waits until it has used the buffers; or its two parts. */
bool intx_request(struct trial *trial, struct intx_listener *listener);
bool intx_begin(struct trial *trial, struct intx_listener *listener);
bool intx_finish(struct trial *trial, struct intx_listener *listener);
/* Has it serve a request with interrupts shut out, and sees that PCI status shows the interrupt. */
bool intx_raise(struct trial *trial, struct intx_listener *listener);

/* The interrupt bit of PCI status; fails the trial unless it becomes what it must be. */
bool intx_pending(const struct intx_listener *listener);
bool intx_expect_pending(struct trial *trial, const struct intx_listener *listener, bool must);

/* At the controller: the device's line, with those that are switched together with it; and the end of an interrupt,
 * which may enable the line. */
void intx_mask(const struct intx_listener *listener);
void intx_unmask(const struct intx_listener *listener);
void intx_end(const struct intx_listener *listener);

/* With interrupts off at the CPU: fails the trial unless just this device's line, or none, comes to wait at the
 * controller. */
bool intx_expect_waiting(struct trial *trial, const struct intx_listener *listener, const char *when);
bool intx_expect_none_waiting(struct trial *trial, const char *when);

/* Begins to count anew. */
void intx_count(void);
/* Buffers that the device has used since then. */
unsigned intx_used(const struct intx_listener *listener);
/* Lets interrupts in, until the handler has been entered `entries` times, and a while longer, and shuts them out
 * again. */
void intx_let_in(unsigned entries);
/* The verdict on what the handler saw: no storm, no line but these devices' own (intx_judge_lines()), and nothing
 * spurious. */
void intx_judge(struct trial *trial);
void intx_judge_lines(struct trial *trial);
void intx_judge_spurious(struct trial *trial);
/* Fails the trial unless this device interrupted, for used buffers, and no more often than it used some. What it
 * had raised when the count began (raised) must have been served by exactly one interrupt. */
void intx_judge_served(struct trial *trial, const struct intx_listener *listener, bool raised);
/* Lets interrupts in, and fails the trial unless one comes, by intx_judge() and intx_judge_served(); or none does: "3
 * interrupts came through a masked line". */
void intx_expect_served(struct trial *trial, const struct intx_listener *listener, bool raised);
void intx_expect_none(struct trial *trial, const char *came);

#endif
