/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a run that cannot go on. Nothing here depends on the state of the run: only the report's writer and the
 * console are used.
 */
#include "boot/fatal.h"

#include "arch/arch.h"
#include "boot/console.h"
#include "boot/print.h"
#include "boot/tap.h"

/* Begins a new line, because the last one may not be complete; a bail-out stops a TAP parser at once. */
void fatal(const char *text, ...)
{
	char reason[256];
	va_list list;

	va_start(list, text);
	format_list(reason, sizeof reason, text, list);
	va_end(list);
	print("\n");
	tap_bail_out(reason);
	print("# busproof: FAIL 1\n");
	console_flush();
	arch_power_off();
}
