/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interval clock, which a console leaves running: 1024 interrupts a second, from before the image's first
 * instruction to the end. A tick waits as long as the level keeps it out, and so there is always one that waits when
 * somebody lets it in: the model looks that there is, so that no bug has to have bad luck to be seen.
 *
 * While the console has the machine, which it has in each of its routines, the ticks are its own.
 *
 * Source: Motorola MC146818A data sheet; 21272 Hardware Reference Manual, MISC<ITINTR>.
 */
#include "tests/models/srm/model.h"

#define RTC_INDEX		(PCI_IO + 0x70)
#define RTC_DATA		(PCI_IO + 0x71)
#define REGISTER_A		0x0a
#define   RATE_1024		0x26		/* of a crystal of 32,768 Hz */
#define   UPDATE_IN_PROGRESS	0x80		/* as it likes */
#define REGISTER_B		0x0b
#define   PERIODIC		0x40		/* interrupts */
#define   HOURS_24		0x02
#define REGISTER_C		0x0c		/* a read acknowledges */

#define MISC			(CCHIP + 0x80)
#define   MISC_CLOCK		(0x10ul << model.primary)	/* 1 clears */
#define PATIENCE		30000000000ul	/* nanoseconds, where one tick takes one million */

static uint64_t ticks;				/* that were the console's */

static uint8_t rtc_read(uint8_t number)
{
	*(volatile uint8_t *)RTC_INDEX = number;
	mb();
	return *(volatile uint8_t *)RTC_DATA;
}

static void rtc_write(uint8_t number, uint8_t value)
{
	*(volatile uint8_t *)RTC_INDEX = number;
	mb();
	*(volatile uint8_t *)RTC_DATA = value;
	mb();
}

static bool tick_waits(void)
{
	mb();
	return *chip(MISC) & MISC_CLOCK;
}

static void acknowledge(void)
{
	rtc_read(REGISTER_C);
	*chip(MISC) = MISC_CLOCK;
	mb();
}

bool wait_for_tick(void)
{
	uint64_t end = nanoseconds() + PATIENCE;

	while (!tick_waits())
		if (nanoseconds() > end)
			return false;
	return true;
}

void start_clock(void)
{
	rtc_write(REGISTER_A, RATE_1024);
	rtc_write(REGISTER_B, PERIODIC | HOURS_24);
	acknowledge();
	if (!wait_for_tick())
		die("the interval clock does not tick");
	console_ticks();
}

void console_ticks(void)
{
	if (!tick_waits())
		return;
	acknowledge();
	ticks++;
}

/* Whoever comes to the prompt needs it: time-outs of all drivers are counted in ticks. */
void check_clock(void)
{
	uint8_t a = rtc_read(REGISTER_A) & ~UPDATE_IN_PROGRESS;
	uint8_t b = rtc_read(REGISTER_B);

	if (a != RATE_1024 || b != (PERIODIC | HOURS_24)) {
		wrong("registers A and B of the RTC are %lx and %lx, the console had left %lx and %lx", (uint64_t)a,
		      (uint64_t)b, (uint64_t)RATE_1024, (uint64_t)(PERIODIC | HOURS_24));
		return;
	}
	acknowledge();
	if (!wait_for_tick())
		wrong("the interval clock no longer ticks (%lu ticks were the console's)", ticks);
}
