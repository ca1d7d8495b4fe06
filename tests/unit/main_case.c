/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/main.c on a machine of which each part notes that it was asked for: see main_case.h. boot/main.c and boot/trap.c
 * are included, the latter so that each test can begin with no trap behind it.
 */
#include "boot/trap.c"
#define last_words main_last_words
#include "boot/main.c"
#undef last_words

#include <stdlib.h>
#include <string.h>

#include "tests/unit/main_case.h"

const char busproof_version[] = "0";

struct main_case main_case;
const uint64_t main_memory_least = MEMORY_LEAST;

const struct trap_frame main_bad_address = { .kind = TRAP_BAD_ADDRESS, .name = "entMM", .pc = 0x1234 };

unsigned conformance_run(const struct command_line *command_line)
{
	uint64_t start, end;

	main_case.runs++;
	tap_plan(command_line->error_count, "");
	/* Whatever moves in free memory from here on must be seen. */
	assert_true(frames_next_free(0, &start, &end));
	assert_true(*(uint64_t *)arch_pointer((phys_addr) { end - 8 }) == frames_pattern(end - 8));
	if (main_case.traps_in_run)
		trap(&main_bad_address);
	return main_case.failures;
}

void exit_failure(void)
{
	main_case.exits_with_failure++;
}

void blk_allow_destructive(bool allow)
{
	main_case.destructive_allowed = allow;
}

void host_event_start(bool listens)
{
	main_case.host_listens = listens;
}

unsigned engine_count(void)
{
	return 2;
}

struct engine *engine_get(unsigned number)
{
	static struct engine engines[2];

	return &engines[number];
}

/* The first one traps, as a device may of which nothing is known. */
bool engine_start(struct engine *engine)
{
	main_case.engines_tried++;
	if (engine == engine_get(0))
		trap(&main_bad_address);
	return true;
}

unsigned host_attach(const struct platform *platform, const char *unknown[HOST_UNKNOWN + 1])
{
	(void)platform;
	unknown[0] = NULL;
	return 0;
}

void domain_choose_page(unsigned bytes)
{
	main_case.page_wanted = bytes;
}

/* A machine whose translator has pages of 16 KiB, where it is told to. */
bool domain_has_page(unsigned bytes)
{
	return bytes == main_case.page_wanted && bytes == 16384;
}

struct dma_domain *domain_get(unsigned number)
{
	(void)number;
	return NULL;
}

bool dma_start(struct dma_domain *domain)
{
	(void)domain;
	return true;
}

void engine_stop(struct engine *engine)
{
	(void)engine;
}

unsigned virtio_attach(void)
{
	return 0;
}

uint64_t console_lost(void)
{
	return 0;
}

unsigned console_missed(void)
{
	return main_case.typed_and_missed;
}

bool console_open(const struct platform *platform)
{
	(void)platform;
	return true;
}

/* What the firmware left is kept before anything is changed, and put back in this order. */
void pci_keep_handoff(void)
{
	assert_int_equal(main_case.enumerated, 0);
	strcat(main_case.given_back, "keep ");
}

void pci_enumerate(void)
{
	main_case.enumerated++;
}

void engine_stop_all(void)
{
	strcat(main_case.given_back, "engines ");
}

void interrupts_close(void)
{
	strcat(main_case.given_back, "interrupts ");
	if (main_case.traps_in_return)
		trap(&main_bad_address);
}

void pci_restore_handoff(void)
{
	strcat(main_case.given_back, "pci ");
}

void domain_restore(void)
{
	strcat(main_case.given_back, "domains ");
}

#define DOES_NOTHING(function) \
	void function(void) \
	{ \
	}

DOES_NOTHING(console_flush)
DOES_NOTHING(pci_print_handoff)
DOES_NOTHING(domain_attach)
DOES_NOTHING(dma_choose_numbers)
DOES_NOTHING(virtio_iommu_attach)
DOES_NOTHING(interrupts_attach)
DOES_NOTHING(pci_print_tree)
DOES_NOTHING(virtio_add_engines)
DOES_NOTHING(engine_add_functions)
DOES_NOTHING(matrix_print)
DOES_NOTHING(driven_print)

/* ---- The monitor, which notes that it was asked for, and when ---- */

enum monitor_end monitor_run(struct command_line *command_line, unsigned *failed)
{
	(void)command_line;
	(void)failed;
	main_case.monitors++;
	main_case.runs_at_monitor = main_case.runs;
	return main_case.monitor_end;
}

bool monitor_key(uint64_t nanoseconds)
{
	assert_true(nanoseconds > 0);
	main_case.keys_asked++;
	return main_case.key_pressed;
}

bool monitor_goes_on(void)
{
	return main_case.monitor_end == MONITOR_GOES_ON;
}

bool monitor_has_run(void)
{
	return false;
}

void console_flow(void)
{
	main_case.flows = true;
}

void tests_watch(void)
{
	main_case.watches = true;
}

int main_start(void **state)
{
	host_setup(state);
	host_add_memory(FRAMES_BY_ADDRESS_END, MEMORY_LEAST);
	main_case = (struct main_case) { .monitor_end = MONITOR_GOES_ON };
	innermost = NULL;
	traps_without_guard = 0;
	return 0;
}

void main_start_again(void)
{
	main_case.runs = main_case.engines_tried = main_case.enumerated = main_case.exits_with_failure = 0;
	main_case.monitors = main_case.keys_asked = main_case.runs_at_monitor = 0;
	main_case.given_back[0] = 0;
}

static void boot(void *command_line)
{
	host_platform.command_line = command_line;
	boot_main();
}

enum host_end main_run(const char *command_line)
{
	host_output_length = 0;
	host_output[0] = 0;
	return host_run(boot, (void *)command_line);
}

void main_expect_last_line(const char *text)
{
	size_t length = strlen(text);

	assert_true(host_output_length >= length);
	assert_string_equal(host_output + host_output_length - length, text);
}

enum log_level main_log(void)
{
	return line.log;
}
