/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI as a console leaves it: all functions have addresses, bridges have numbers and windows, the Pchip has the
 * windows that the console's drivers use, and one of them is still at work: a USB controller that writes a frame
 * number into the console's memory once a millisecond. At the end everything must be as it was.
 *
 * Source: 21272 Chipset Hardware Reference Manual; PCI Local Bus and PCI-to-PCI Bridge specifications; OpenHCI for USB.
 */
#include "tests/models/srm/model.h"

#define VENDOR			0x00
#define COMMAND			0x04
#define   COMMAND_IO_MEMORY	3
#define   COMMAND_MASTER	4
#define CLASS			0x08
#define   CLASS_OHCI		0x0c0310
#define   CLASS_ISA		0x0601
#define HEADER			0x0e
#define BAR0			0x10
#define BUSES			0x18
#define IO_WINDOW		0x1c
#define MEMORY_WINDOW		0x20
#define NO_PREFETCHABLE		0x24
#define LINE			0x3c
#define PIN			0x3d

#define FIRST_MEMORY		0x10000000u
#define FIRST_IO		0xa000u
#define PVPANIC			0x00111b36u
#define WATCHED_MAX		64

/* Registers of the Pchip and of the Cchip that are left with a meaning, and what in. */
static struct watched {
	const char *name;
	uint64_t address, value;
} chips[] = {
	{ "WSM0", PCHIP + 0x100, 0x00700000 },
	{ "WSM1", PCHIP + 0x140, 0x3ff00000 },
	{ "WSM2", PCHIP + 0x180, 0 },
	{ "WSM3", PCHIP + 0x1c0, 0 },
	{ "TBA0", PCHIP + 0x200, 0 },
	{ "TBA1", PCHIP + 0x240, 0 },
	{ "TBA2", PCHIP + 0x280, 0 },
	{ "TBA3", PCHIP + 0x2c0, 0 },
	{ "WSBA0", PCHIP + 0x000, 0x00800003 },
	{ "WSBA1", PCHIP + 0x040, 0x80000001 },
	{ "WSBA2", PCHIP + 0x080, 0 },
	{ "WSBA3", PCHIP + 0x0c0, 2 },
	{ "PCTL", PCHIP + 0x300, 0x104401440081 },
	{ "PERRMASK", PCHIP + 0x400, 0xa4 },
	{ "DIM0", CCHIP + 0x200, 0 },
	{ "DIM1", CCHIP + 0x240, 0 },
	{ "DIM2", CCHIP + 0x600, 0 },
	{ "DIM3", CCHIP + 0x640, 0 },
};
enum { WATCHED_TBA0 = 4, WATCHED_DIM0 = 14, CHIPS = sizeof(chips) / sizeof(chips[0]) };

/* COMMAND, BARs and numbers of every function. */
static struct function {
	uint64_t config;
	uint16_t command;
	uint32_t words[6];		/* 0x10 to 0x27 */
} functions[WATCHED_MAX];
static unsigned function_count;

static uint32_t next_memory = FIRST_MEMORY, next_io = FIRST_IO;
static unsigned last_bus;
static uint64_t panic_device;		/* its configuration space */

static volatile uint32_t *config32(uint64_t at, unsigned reg) { return (volatile uint32_t *)(at + reg); }
static volatile uint16_t *config16(uint64_t at, unsigned reg) { return (volatile uint16_t *)(at + reg); }
static volatile uint8_t *config8(uint64_t at, unsigned reg) { return (volatile uint8_t *)(at + reg); }

/* The next free number, aligned to the size. */
static uint32_t take(uint32_t *next, uint32_t size)
{
	uint32_t at = (*next + size - 1) & ~(size - 1);

	*next = at + size;
	return at;
}

static void place_bars(uint64_t at, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		volatile uint32_t *bar = config32(at, BAR0 + 4 * i);
		uint32_t mask;

		*bar = ~0u;
		mb();
		mask = *bar;
		if (!mask)
			continue;
		if (mask & 1) {
			*bar = take(&next_io, -(mask & 0xfffc) & 0xffff);
			continue;
		}
		*bar = take(&next_memory, -(mask & ~0xfu));
		if ((mask & 6) == 4) {
			*config32(at, BAR0 + 4 * i + 4) = 0;
			i++;
		}
	}
	mb();
}

static void scan(unsigned bus);

static void open_bridge(uint64_t at, unsigned bus)
{
	uint32_t memory, io;
	unsigned below = ++last_bus;

	next_memory = (next_memory + 0xfffff) & ~0xfffffu;
	next_io = (next_io + 0xfff) & ~0xfffu;
	memory = next_memory;
	io = next_io;
	*config32(at, BUSES) = bus | below << 8 | 0xff << 16;
	scan(below);
	*config32(at, BUSES) = bus | below << 8 | last_bus << 16;
	next_memory = (next_memory + 0xfffff) & ~0xfffffu;
	next_io = (next_io + 0xfff) & ~0xfffu;
	*config16(at, IO_WINDOW) = io == next_io ? 0xf0 : io >> 8 | (next_io - 1) >> 8 << 8;
	*config32(at, MEMORY_WINDOW) = memory == next_memory ? 0xfff0 :
		memory >> 16 | ((next_memory - 1) & 0xffff0000);
	*config32(at, NO_PREFETCHABLE) = 0xfff0;
	mb();
}

/* Slot and pin of the root bus; pins of buses below go through their bridges. */
static void route(uint64_t at, unsigned slot)
{
	unsigned pin = *config8(at, PIN);
	bool on_pci = pin && slot < 12 && *config16(at, CLASS + 2) != CLASS_ISA;

	*config8(at, LINE) = on_pci ? (slot + 1) * 4 + pin - 1 : 0xff;
}

static void remember(uint64_t at)
{
	struct function *function = &functions[function_count++];

	function->config = at;
	function->command = *config16(at, COMMAND);
	for (unsigned i = 0; i < 6; i++)
		function->words[i] = *config32(at, BAR0 + 4 * i);
}

/* Operational, with an area in the console's memory, by way of window 1, and an interrupt for each frame. */
static void start_ohci(uint64_t at)
{
	volatile uint32_t *ohci = (volatile uint32_t *)(IO + (*config32(at, BAR0) & ~0xfu));
	uint64_t area = top_console() + PAGE;

	*config16(at, COMMAND) = COMMAND_IO_MEMORY | COMMAND_MASTER;
	mb();
	ohci[0x08 / 4] = 1;
	mb();
	while (ohci[0x08 / 4] & 1)
		;
	ohci[0x34 / 4] = 0x27782edf;
	ohci[0x18 / 4] = 0x80000000 | area;
	ohci[0x10 / 4] = 0x80000004;
	mb();
	ohci[1] = 0x80;
	mb();
	chips[WATCHED_DIM0 + model.primary].value |= 1ul << *config8(at, LINE);
	say("usba0 is polled, its area at %lx\n", area);
}

static void set_up(uint64_t at, unsigned bus, unsigned slot)
{
	bool bridge = (*config8(at, HEADER) & 0x7f) == 1;

	place_bars(at, bridge ? 2 : 6);
	if (bridge)
		open_bridge(at, bus);
	if (bus == 0)
		route(at, slot);
	*config16(at, COMMAND) = COMMAND_IO_MEMORY | (bridge ? COMMAND_MASTER : 0);
	mb();
	if (*config32(at, VENDOR) == PVPANIC)
		panic_device = at;
	if (*config32(at, CLASS) >> 8 == CLASS_OHCI && bus == 0)
		start_ohci(at);
	if (function_count < WATCHED_MAX)
		remember(at);
}

static void scan(unsigned bus)
{
	for (unsigned slot = 0; slot < 32; slot++) {
		for (unsigned number = 0; number < 8; number++) {
			uint64_t at = PCI_CONFIG + (bus << 16 | slot << 11 | number << 8);

			if ((*config32(at, VENDOR) & 0xffff) != 0xffff)
				set_up(at, bus, slot);
			if (number == 0 && !((*config32(at, VENDOR) & 0xffff) != 0xffff && *config8(at, HEADER) & 0x80))
				break;
		}
	}
}

/* Not every bit is kept by QEMU's chip; of the others nobody can say whether they were given back. */
static void keep_what_is_kept(struct watched *watched)
{
	uint64_t kept = *chip(watched->address);

	if (kept != watched->value)
		say("%s was set to %lx and is %lx\n", watched->name, watched->value, kept);
	watched->value = kept;
}

/* The windows are open before anything may use them. */
void start_devices(void)
{
	chips[WATCHED_TBA0].value = top_console() + 2 * PAGE;
	for (unsigned i = 0; i < CHIPS; i++)
		*chip(chips[i].address) = chips[i].value;
	mb();
	scan(0);
	*chip(chips[WATCHED_DIM0 + model.primary].address) = chips[WATCHED_DIM0 + model.primary].value;
	for (unsigned i = 0; i < CHIPS; i++)
		keep_what_is_kept(&chips[i]);
}

void check_devices(void)
{
	for (unsigned i = 0; i < CHIPS; i++)
		if (*chip(chips[i].address) != chips[i].value)
			wrong("%s is %lx, the console had left %lx", chips[i].name, *chip(chips[i].address),
			      chips[i].value);
	for (unsigned i = 0; i < function_count; i++) {
		struct function *function = &functions[i];
		uint64_t at = function->config;

		if (*config16(at, COMMAND) != function->command)
			wrong("COMMAND of the function at %lx is %lx, the console had left %lx", at - PCI_CONFIG,
			      (uint64_t)*config16(at, COMMAND), (uint64_t)function->command);
		for (unsigned n = 0; n < 6; n++)
			if (*config32(at, BAR0 + 4 * n) != function->words[n])
				wrong("register %lx of the function at %lx is %lx, the console had left %lx",
				      (uint64_t)(BAR0 + 4 * n), at - PCI_CONFIG, (uint64_t)*config32(at, BAR0 + 4 * n),
				      (uint64_t)function->words[n]);
	}
}

/* pvpanic makes a failure of it, wherever it has been moved to. */
void end(bool good)
{
	if (!good && panic_device) {
		*config16(panic_device, COMMAND) = COMMAND_IO_MEMORY;
		mb();
		*(volatile uint8_t *)(IO + (*config32(panic_device, BAR0) & ~0xfu)) = 1;
	}
	mb();
	pal_power_off();
}
