/*
 * The end of a run that cannot go on. Nothing here depends on the state of the run: only the console is used.
 */
#include "boot/fatal.h"

#include "arch/arch.h"
#include "boot/console.h"
#include "boot/print.h"

/* Begins a new line, because the last one may not be complete; "Bail out!" stops a TAP parser at once. */
void fatal(const char *text, ...)
{
	va_list list;

	print("\nBail out! ");
	va_start(list, text);
	print_list(text, list);
	va_end(list);
	print("\n# busproof: FAIL 1\n");
	console_flush();
	arch_power_off();
}
