/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must not be touched is filled beforehand, and looked at when a HALT has come: the console's clusters, its page
 * tables, what these map, the HWRPB. Then the slot's flags, which say whether the console stays at its prompt.
 */
#include "tests/models/srm/model.h"

#define FLAGS			0x80
#define   FLAG_BOOTING		0x000001ul
#define   HALT_REQUEST		0xff0000ul
#define   STAY_HALTED		0x040000ul
#define PAL_REVISION		0xa8		/* of the PALcode that runs */
#define VMS_REVISION		0x1d8		/* of those that there are */
#define OSF_REVISION		0x1e0
#define HCCA_FRAME		0x80		/* and the pages' list behind it: written once a millisecond */

#define FIRST_STAGE_PAGES	4
#define ABOVE_FIRMWARE		(AT_FIRMWARE + 4 * MIB + MIB / 2)

static unsigned wrongs;
static uint64_t hwrpb_copy[3 * PAGE / 8];
static uint64_t tables_copy[TOP_TABLES / 8];
static uint64_t image_sum;

uint64_t filling(uint64_t address) { return address * 0x9e3779b97f4a7c15ul ^ POISON; }

struct piece {
	const char *name;
	uint64_t (*start)(void);
	uint64_t size;
};

static uint64_t logouts(void) { return AT_LOGOUT; }
static uint64_t heap(void) { return AT_HEAP; }
static uint64_t hole(void) { return top_console() + TOP_CONSOLE; }

static const struct piece pieces[] = {
	{ "the logout area of another CPU", logouts, CPUS_MAX * LOGOUT_BYTES },
	{ "memory of the console", heap, AT_CONSOLE_END - AT_HEAP },
	{ "memory of the console near the top", top_console, TOP_CONSOLE },
	{ "what is no ordinary memory", hole, TOP_HOLE },
};

void wrong(const char *format, ...)
{
	va_list list;

	say("# model: wrong: ");
	va_start(list, format);
	say_list(format, list);
	va_end(list);
	say("\n");
	wrongs++;
}

/*
 * The pages of the image above where the firmware goes, which has no other use for them; the first stage writes to
 * those at the beginning of the image.
 */
static uint64_t sum_image(void)
{
	uint64_t sum = 0;

	for (uint64_t i = FIRST_STAGE_PAGES; image_page(i) >= ABOVE_FIRMWARE; i++)
		for (uint64_t at = 0; at < PAGE; at += 8)
			sum = sum * 31 + *quad(image_page(i) + at);
	return sum;
}

/* Before the devices start, which write into it. */
void poison(void)
{
	for (unsigned i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		for (uint64_t at = pieces[i].start(); at < pieces[i].start() + pieces[i].size; at += 8)
			*quad(at) = filling(at);
	for (unsigned i = 0; i < 3 * PAGE / 8; i++)
		hwrpb_copy[i] = quad(AT_HWRPB)[i];
	for (unsigned i = 0; i < table_bytes() / 8; i++)
		tables_copy[i] = quad(tables())[i];
	image_sum = sum_image();
}

/* Machine checks are the image's from SWPPAL on, and leave a frame of the CPU that it runs on. */
static bool is_own_logout(uint64_t at)
{
	return at >= logouts() && (at - logouts()) / LOGOUT_BYTES == model.primary;
}

static void check_pieces(void)
{
	uint64_t frame = top_console() + PAGE + HCCA_FRAME;

	for (unsigned i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		for (uint64_t at = pieces[i].start(); at < pieces[i].start() + pieces[i].size; at += 8) {
			if (at == frame || is_own_logout(at) || *quad(at) == filling(at))
				continue;
			wrong("%s was written to: %lx has %lx", pieces[i].name, at, *quad(at));
			break;
		}
	}
}

static void check_tables(void)
{
	for (unsigned i = 0; i < table_bytes() / 8; i++) {
		if (tables_copy[i] == quad(tables())[i])
			continue;
		wrong("the page tables were written to: %lx has %lx", tables() + 8 * i, quad(tables())[i]);
		return;
	}
	if (image_sum != sum_image())
		wrong("pages that the page tables map were written to");
}

/* The name of what lies there in the console's first pages. */
static const char *part(uint64_t at)
{
	if (at >= AT_HWRPB + HWRPB_BYTES)
		return "the console's routines";
	if (at >= slot_of(model.primary) && at < slot_of(model.primary + 1))
		return "the slot of the CPU that boots";
	return at >= slot_of(0) && at < slot_of(model.cpus) ? "the slot of another CPU" : "the HWRPB";
}

/* But for what check_slot() looks at, of the CPU that boots. */
static void check_hwrpb(void)
{
	uint64_t slot = slot_of(model.primary);

	for (unsigned i = 0; i < 3 * PAGE / 8; i++) {
		uint64_t at = AT_HWRPB + 8 * i;

		if (at != slot + FLAGS && at != slot + PAL_REVISION && *quad(at) != hwrpb_copy[i])
			wrong("%s was written to: %lx has %lx", part(at), at, *quad(at));
	}
}

/* Whoever changes the PALcode may say which one it is, as some systems do. */
static void check_slot(void)
{
	const uint64_t *before = hwrpb_copy + (slot_of(model.primary) - AT_HWRPB) / 8;
	const volatile uint64_t *slot = quad(slot_of(model.primary));
	uint64_t flags = slot[FLAGS / 8];
	uint64_t revision = slot[PAL_REVISION / 8];

	if (flags & FLAG_BOOTING)
		wrong("the slot says that a bootstrap is in progress (BIP): the console boots once more");
	else if ((flags & HALT_REQUEST) != STAY_HALTED)
		wrong("the slot asks for %lx at a halt, not to stay (4): with auto_action boot the console boots once "
		      "more", (flags & HALT_REQUEST) >> 16);
	if ((flags ^ before[FLAGS / 8]) & ~(FLAG_BOOTING | HALT_REQUEST))
		wrong("the slot's flags are %lx, the console had left %lx", flags, before[FLAGS / 8]);
	if (revision != before[VMS_REVISION / 8] && revision != before[OSF_REVISION / 8])
		wrong("the slot's PALcode has revision %lx, which is none of those that there are", revision);
}

void judge(void)
{
	say("\nhalted CPU %lu\n\nhalt code = 5\nHALT instruction executed\n", model.primary);
	check_pieces();
	check_tables();
	check_hwrpb();
	check_slot();
	check_devices();
	check_clock();
	check_channels();
	if (!model.osf)
		wrong("the image gave up");
	say("P0%lu>>>\n# model: %s\n", model.primary, wrongs ? "bad" : "good: all was given back");
	end(!wrongs);
}

void pal_fatal(uint64_t reason, uint64_t pc, uint64_t address)
{
	static const char *const reasons[] = {
		[FATAL_IN_PALMODE] = "in PALcode", [FATAL_NO_ENTRY] = "with no entry point set",
		[FATAL_SECOND_CHECK] = "in a machine check",
	};

	die("a trap at %lx (%lx) %s: a real console is at its prompt now", pc, address, reasons[reason]);
}
