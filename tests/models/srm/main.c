/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From QEMU's reset to the first instruction of the boot image. The request is text in memory:
 *	medium=disk|cd|net bytes=LENGTH OF THE MEDIUM primary=CPU THAT BOOTS fault=NAME flags=ALL THE REST
 *
 * Faults are a medium's: "bad-block" has one that cannot be read, "short-read" gives less than was asked for. Or they
 * are consoles that busproof must not start on: "no-osf" has no OSF/1 PALcode, "kept" keeps memory where the firmware
 * wants to be, "mapped" has a page there in a cluster that it calls free, "titan" and "unheard-of" say that the machine
 * is of another family.
 */
#include "tests/models/srm/model.h"

#define LEAST_MEMORY		(96 * MIB)
#define REQUEST_LONGEST		4096
#define OPTION_CPUS		0x3f
#define LINE_CONTROL		3
#define MODEM_CONTROL		4

struct model model = { .medium = "disk", .fault = "", .flags = "", .level = IPL_HIGHEST };

static void start_uart(void)
{
	volatile uint8_t *uart = (volatile uint8_t *)(PCI_IO + 0x3f8);

	uart[LINE_CONTROL] = 0x83;
	mb();
	uart[0] = 12;			/* 9600 */
	uart[1] = 0;
	mb();
	uart[LINE_CONTROL] = 0x03;
	uart[MODEM_CONTROL] = 0x0b;
	mb();
}

/* The value, if the text begins with this word's name: to its end, or all that follows. */
static char *value_of(char *at, const char *name, bool whole)
{
	char *end;

	while (*name)
		if (*at++ != *name++)
			return NULL;
	end = at;
	while (*end && (whole || *end != ' '))
		end++;
	*end = 0;
	return at;
}

static uint64_t number(const char *digits)
{
	uint64_t value = 0;

	for (; *digits >= '0' && *digits <= '9'; digits++)
		value = 10 * value + *digits - '0';
	return value;
}

/* Kept outside of memory that the firmware may use. */
static void read_request(void)
{
	static char request[REQUEST_LONGEST];
	const volatile char *from = kseg(AT_REQUEST);
	char *at = request;

	for (unsigned i = 0; i < sizeof(request) - 1 && from[i]; i++)
		request[i] = from[i] == '\n' ? ' ' : from[i];
	while (*at) {
		char *next = at;
		char *value;

		while (*next && *next != ' ')
			next++;
		next += *next == ' ';
		if ((value = value_of(at, "flags=", true))) {
			model.flags = value;
			return;
		}
		if ((value = value_of(at, "medium=", false)))
			model.medium = value;
		else if ((value = value_of(at, "fault=", false)))
			model.fault = value;
		else if ((value = value_of(at, "bytes=", false)))
			model.medium_bytes = number(value);
		else if ((value = value_of(at, "primary=", false)))
			model.primary = number(value);
		at = next;
	}
}

_Noreturn void model_main(uint64_t memory, uint64_t options)
{
	start_uart();
	model.memory = memory;
	model.cpus = options & OPTION_CPUS;
	read_request();
	if (model.primary >= model.cpus)
		die("CPU %lu is to boot, and is not there", model.primary);
	if (model.cpus > CPUS_MAX)
		die("%lu CPUs are too many for the model", model.cpus);
	if (memory < LEAST_MEMORY)
		die("%lx bytes of memory are too little for the model", memory);
	say("\nSRM model, %lu MiB, %lu CPUs, COM1 9600\n", memory / MIB, model.cpus);
	if (model.primary)
		call_cpu(model.primary);
	boot();
}

void boot(void)
{
	start_clock();
	if (!load())
		end(false);
	say("initializing HWRPB at %lx\n", AT_HWRPB);
	build_hwrpb();
	say("initializing page table at %lx\n", tables());
	lay_out();
	poison();
	start_devices();
	say("initializing machine state\nsetting affinity to the primary CPU\njumping to bootstrap code\n");
	wait_for_tick();
	enter(VA_IMAGE, *quad(slot_of(model.primary)), tables(), VPTB);
}
