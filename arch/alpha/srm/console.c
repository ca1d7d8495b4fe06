/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routines of the SRM console that the first stage needs: to print, and to read what was said behind -flags. They
 * run in the console's own mapping, so that what they are given must lie in our image or on our stack.
 *
 * Source: Alpha Architecture Reference Manual, console interface; DEC 3000 AXP System Programmer's Manual.
 */
#include "arch/alpha/srm/srm.h"

#define PUTS			0x02
#define OPEN_CONSOLE		0x07
#define CLOSE_CONSOLE		0x08
#define BOOTED_OSFLAGS		0x08
#define TTY_DEV			0x0f
#define VALUE_LONGEST		128	/* of any variable: a longer one was cut by the console itself */
#define STATUS(result)		((result) >> 61)
#define   STATUS_CUT		1
#define   STATUS_FAILURE	4	/* this bit of the three */
#define COUNT(result)		((result) & 0xffffffff)

/* A console that takes no more is left alone. */
#define PUTS_LIMIT		100000

static uint64_t terminal;

uint64_t srm_routine(uint64_t routine, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t crb = HWRPB + srm_field(HWRPB_CRB);

	return srm_call(*(const uint64_t *)(crb + CRB_DISPATCH), routine, a, b, c, d);
}

/* Older consoles know nothing of being opened, and say so: that is no error. The unit is a digit, 0 where none is. */
void srm_console_open(void)
{
	char unit[16] __attribute__((aligned(8)));
	uint64_t result;

	srm_routine(OPEN_CONSOLE, 0, 0, 0, 0);
	result = srm_routine(GET_ENV, TTY_DEV, (uint64_t)unit, sizeof(unit), 0);
	if (!(STATUS(result) & STATUS_FAILURE) && COUNT(result) && unit[0] >= '0' && unit[0] <= '9')
		terminal = unit[0] - '0';
}

void srm_console_close(void)
{
	srm_routine(CLOSE_CONSOLE, 0, 0, 0, 0);
}

void srm_print(const char *text)
{
	uint64_t length = 0;
	uint64_t result;

	while (text[length])
		length++;
	for (unsigned tries = 0; length && tries < PUTS_LIMIT; tries++) {
		result = srm_routine(PUTS, terminal, (uint64_t)text, length, 0);
		if (STATUS(result) & STATUS_FAILURE)
			return;
		text += COUNT(result) < length ? COUNT(result) : length;
		length -= COUNT(result) < length ? COUNT(result) : length;
	}
}

void srm_words(char *words, uint64_t size)
{
	uint64_t result = srm_routine(GET_ENV, BOOTED_OSFLAGS, (uint64_t)words, size - 1, 0);
	uint64_t length = STATUS(result) & STATUS_FAILURE ? 0 : COUNT(result);
	bool cut = STATUS(result) == STATUS_CUT || length >= VALUE_LONGEST;

	if (length > size - 1)
		length = size - 1;
	while (cut && length < size - 1)
		words[length++] = ' ';
	words[length] = 0;
}
