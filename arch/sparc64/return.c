/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Going back to the console firmware, which was alive when it started us: by its client interface's "exit", which leads
 * to its prompt.
 *
 * Source: IEEE 1275-1994, client interface, exit.
 */
#include "arch/arch.h"
#include "arch/sparc64/client.h"
#include "arch/sparc64/firmware.h"
#include "arch/sparc64/memory.h"

static bool kept;

const char *arch_keep_firmware(void)
{
	if (prom_started_us())
		return "busproof's own PROM has started it, and there is no console firmware to go back to";
	if (!memory_spare_firmware())
		return "the console firmware does not say which memory it needs itself";
	kept = true;
	return NULL;
}

bool arch_return(void)
{
	if (kept)
		client_call("exit", 0, NULL, 0, NULL);
	return false;
}
