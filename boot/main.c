/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start of everything: brings up the console, memory and PCI in order, runs the conformance suites and ends with
 * the verdict. This file alone stands above boot, drivers and tests, and calls them.
 */
#include "arch/arch.h"
#include "boot/clock.h"
#include "boot/command_line.h"
#include "boot/console.h"
#include "boot/flow.h"
#include "boot/frames.h"
#include "boot/print.h"
#include "boot/tap.h"
#include "boot/trap.h"
#include "boot/version.h"
#include "drivers/dma/dma.h"
#include "drivers/exit/exit.h"
#include "drivers/host/host.h"
#include "drivers/interrupt/interrupt.h"
#include "drivers/iommu/domain.h"
#include "drivers/iommu/virtio_iommu.h"
#include "drivers/pci/pci.h"
#include "drivers/virtio/device/blk.h"
#include "drivers/virtio/engine.h"
#include "monitor/monitor.h"
#include "monitor/tests.h"
#include "tests/conformance/engine/driven.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/framework/refuse.h"
#include "tests/conformance/framework/runner.h"
#include "tests/conformance/probe/host_event.h"

/*
 * Free memory without which tests find no room: 8 MiB that decoys are made of, and frames up to 36 MiB by their number.
 */
#define MEMORY_LEAST		(34ull << 20)

static struct command_line line;
static const char *no_return;		/* why halt=return is impossible; NULL: it is not, or nobody wants it */
static bool judged;			/* there is a verdict: only in the monitor a run may be without one */

/*
 * Puts back what the console firmware has left, and gives it the machine. Its bus masters go on where they were as soon
 * as their commands are back, so that all windows are there before. Whatever goes wrong here is the end of the run all
 * the same. Nothing may be printed: the console may be behind a bridge.
 */
static void give_back(void)
{
	line.halt = HALT_POWEROFF;
	engine_stop_all();
	interrupts_close();
	domain_restore();
	pci_restore_handoff();
	arch_return();
}

/* A real console has a person before it, who may want the monitor; in a run on QEMU somebody has to ask for it. */
static bool is_real(void)
{
	return !arch_platform()->emulated;
}

static bool wants_monitor(void)
{
	if (line.monitor == MONITOR_BY_FIRMWARE)
		return is_real() || line.halt == HALT_MONITOR;
	return line.monitor != MONITOR_NEVER || line.halt == HALT_MONITOR;
}

static bool is_at_key(void)
{
	return line.monitor == MONITOR_BY_KEY || (line.monitor == MONITOR_BY_FIRMWARE && is_real());
}

/* Somebody may want to see what is wrong; what is chosen there is how the run ends. */
static void show_monitor(unsigned *failed)
{
	enum monitor_end end = monitor_run(&line, failed);

	judged = judged || monitor_has_run();
	switch (end) {
	case MONITOR_REBOOTS:
		line.halt = HALT_REBOOT;
		return;
	case MONITOR_QUITS:
		if (no_return)
			print("# quit: there is no going back to the firmware: %s; the machine goes off\n", no_return);
		line.halt = HALT_RETURN;
		return;
	case MONITOR_SWITCHES_OFF:
		line.halt = HALT_POWEROFF;
		return;
	default:
		line.halt = line.halt == HALT_MONITOR ? HALT_POWEROFF : line.halt;
	}
}

/* The last line, then the end that the command line asks for. */
static _Noreturn void finish(unsigned failed)
{
	if (line.halt == HALT_MONITOR || (judged && failed && is_at_key() && monitor_key(MONITOR_KEY)))
		show_monitor(&failed);
	if (!judged)
		print("# busproof: nothing was judged\n");
	else if (failed)
		print("# busproof: FAIL %u\n", failed);
	else
		print("# busproof: PASS\n");
	console_flush();
	if (line.halt == HALT_STAY)
		for (;;)
			cpu_relax();
	if (line.halt == HALT_RETURN && !no_return)
		give_back();
	if (failed)
		exit_failure();
	if (line.halt == HALT_REBOOT)
		arch_reboot();
	arch_power_off();
}

/* A trap outside of any guard: busproof's own fault. */
static void last_words(const struct trap_record *record)
{
	static char dump_text[2048], reason_text[160];
	struct text dump = { dump_text, sizeof(dump_text), 0, false };
	struct text reason = { reason_text, sizeof(reason_text), 0, false };

	trap_summarize(&reason, record);
	append(&reason, ", outside of a test");
	trap_describe(&dump, record, "# ");
	print("\n");
	judged = true;
	tap_bail_out(reason_text);
	print("%s", dump_text);
	finish(1);
}

static void describe_platform(const struct platform *platform)
{
	tap_comment("busproof %s on %s, %s, booted by %s, profile %s", busproof_version, platform->machine,
		    platform->cpu, platform->firmware, platform->emulated ? "qemu" : "hardware");
	tap_comment("memory: %llu MiB, %llu MiB of it free; clock: %llu Hz, %u bits",
		    (unsigned long long)platform->memory_size >> 20, (unsigned long long)frames_total() >> 20,
		    (unsigned long long)platform->clock_hz, platform->clock_bits);
	tap_comment("command line: %s", platform->command_line);
	tap_comment("seed: %#llx", (unsigned long long)line.seed);
}

static void start_memory(void)
{
	struct memory_range ranges[FRAMES_RANGES];

	frames_init(ranges, arch_memory(ranges, FRAMES_RANGES));
}

/* Finds every function. The hand-off snapshot comes first, before anything is changed. */
static void start_pci(const struct platform *platform)
{
	const char *unknown[HOST_UNKNOWN + 1];

	host_attach(platform, unknown);
	domain_choose_page(line.iommu_page);
	domain_attach();
	interrupts_attach();
	for (unsigned i = 0; unknown[i]; i++)
		tap_comment("host bridge '%s' is not known: nothing behind it is seen", unknown[i]);
	if (line.log != LOG_SUMMARY)
		pci_print_handoff();
	if (line.halt == HALT_RETURN || wants_monitor())
		pci_keep_handoff();
	pci_enumerate();
}

/* Why there can be no run: then nothing is done to any device. The exit status of a failure needs PCI. */
static unsigned refuse(const struct platform *platform)
{
	char reason[200];

	if (line.error_count)
		return refuse_command_line(&line);
	if (no_return && line.halt == HALT_RETURN) {
		format(reason, sizeof(reason), "halt=return is impossible: %s", no_return);
		return refuse_run("halt", reason);
	}
	if (line.iommu_page && !domain_has_page(line.iommu_page)) {
		format(reason, sizeof(reason), "nothing that translates here can be told to have pages of %u KiB",
		       line.iommu_page >> 10);
		return refuse_run("iommu-page", reason);
	}
	if (frames_total() >= MEMORY_LEAST)
		return 0;
	format(reason, sizeof(reason), "too little memory: %llu MiB, %llu MiB of it free, and %llu MiB must be free",
	       (unsigned long long)platform->memory_size >> 20, (unsigned long long)frames_total() >> 20,
	       (unsigned long long)MEMORY_LEAST >> 20);
	return refuse_run("memory", reason);
}

static void start_devices(void)
{
	virtio_attach();
	virtio_iommu_attach();
	dma_choose_numbers();
	for (unsigned i = 0; domain_get(i); i++)
		if (!dma_start(domain_get(i)))
			tap_comment("no memory for the DMA windows of bridge %u", i);
	virtio_add_engines();
	engine_add_functions();
	if (line.log != LOG_SUMMARY)
		pci_print_tree();
}

/* How long a part of the run took, for the benchmark. */
static void print_time(const char *part, uint64_t since)
{
	tap_comment("time: %s %llu us", part, (unsigned long long)(clock_now() - since) / 1000);
}

/* Each engine runs once for nothing, so that what it can do is known before the tests ask. Its faults are the
 * tests'. */
static void try_engine(void *engine)
{
	engine_start(engine);
	engine_stop(engine);
}

static void try_engines(void)
{
	for (unsigned i = 0; i < engine_count(); i++)
		trap_guard(try_engine, engine_get(i), NULL);
}

/* What the words of the command line mean on this machine, before anything is printed. */
static void choose_ways(void)
{
	if (is_real() && !line.log_given)
		line.log = LOG_SUMMARY;
	if (!wants_monitor()) {
		if (line.halt == HALT_RETURN)
			no_return = arch_keep_firmware();
		return;
	}
	console_flow();
	no_return = arch_keep_firmware();
}

/* Before the tests: goes on with them when the monitor was left by "go", or nobody wants it. */
static void enter_monitor(void)
{
	unsigned failed = 0;

	if (line.monitor != MONITOR_AT_ONCE && !(is_at_key() && monitor_key(MONITOR_KEY)))
		return;
	tap_plan(0, "the monitor has the machine");
	show_monitor(&failed);
	if (!monitor_goes_on())
		finish(failed);
}

/* All that the command line asks for. Returns how many points make the run fail. */
static unsigned run_tests(void)
{
	unsigned failed = conformance_run(&line);

	judged = true;
	if (!line.list && line.log != LOG_SUMMARY) {
		matrix_print();
		driven_print();
	}
	print_time("run", 0);
	if (console_lost())
		tap_comment("the console has lost %llu characters: it did not take them in time",
			    (unsigned long long)console_lost());
	if (console_missed())
		tap_comment("the console has lost %u characters or more of what was typed: nobody was reading",
			    console_missed());
	return failed;
}

_Noreturn void boot_main(void)
{
	const struct platform *platform = arch_platform();
	uint64_t devices, engines;
	unsigned failed;

	console_open(platform);
	clock_init(platform->clock_hz, platform->clock_bits);
	trap_set_last_words(last_words);
	command_line_parse(&line, platform->command_line, platform->command_line_cut);
	blk_allow_destructive(line.allow_destructive);
	host_event_start(line.host);
	choose_ways();
	start_memory();
	/* The firmware may have left the cursor in the middle of a line. */
	print("\n");
	if (platform->reset)
		trap(platform->reset);
	describe_platform(platform);
	devices = clock_now();
	start_pci(platform);
	failed = refuse(platform);
	judged = failed;
	if (failed)
		finish(failed);
	start_devices();
	if (wants_monitor())
		tests_watch();
	print_time("devices", devices);
	frames_fill_free();
	engines = clock_now();
	try_engines();
	print_time("engines", engines);
	enter_monitor();
	finish(run_tests());
}
