/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers that a test has to itself: whatever it does to them, and however it ends, they are put back. For suites
 * that program a chip as its driver never would; what the driver knows of the chip stays as it was all the time.
 *
 * Lines of an interrupt controller are borrowed by interrupts_open(), and windows that the driver has opened for a test
 * come back by dma_restore(): both are the runner's to end.
 */
#ifndef BORROW_H
#define BORROW_H

#include "tests/conformance/framework/test.h"

/* Registers of the subject's domain, or of what belongs to it. */
struct borrowing {
	void (*save)(struct trial *trial);	/* keeps them, in memory of its own: one trial runs at a time */
	void (*restore)(struct trial *trial);	/* puts back what was kept; no engine of the trial runs */
};

/* Runs body with the registers to do with as it likes. However it ends, by a trap too, which is an error, the subject's
 * engine is then stopped and the registers are put back. */
void borrow(struct trial *trial, const struct borrowing *registers, void (*body)(struct trial *trial));

#define BORROWING_TEST(test_name, registers, body, ...) \
	static void body##_borrowed(struct trial *trial) \
	{ \
		borrow(trial, registers, body); \
	} \
	CONFORMANCE_TEST(test_name, body##_borrowed, __VA_ARGS__)

#endif
