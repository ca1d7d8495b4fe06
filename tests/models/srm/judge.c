/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must not be touched is filled beforehand, and looked at when a HALT has come: the console's clusters, its page
 * tables, what these map, the HWRPB. Then the slot's flags, which say whether the console stays at its prompt.
 */
#include "tests/models/srm/model.h"

#define SLOT			(AT_HWRPB + 0x180)
#define   FLAGS			0x80
#define   PAL_REVISION		0xa8
#define FLAG_BOOTING		1ul
#define HALT_REQUEST(flags)	((flags) >> 16 & 0xff)
#define   STAY_HALTED		4
#define HCCA_FRAME		0x80		/* and the pages' list behind it: written once a millisecond */

#define FIRST_STAGE_PAGES	4
#define ABOVE_FIRMWARE		(AT_FIRMWARE + 4 * MIB + MIB / 2)

static unsigned wrongs;
static uint64_t hwrpb_copy[3 * PAGE / 8];
static uint64_t tables_copy[TOP_TABLES / 8];
static uint64_t image_sum;

/* A different word for each place. */
static uint64_t filling(uint64_t address) { return address * 0x9e3779b97f4a7c15ul ^ POISON; }

struct piece {
	const char *name;
	uint64_t (*start)(void);
	uint64_t size;
};

static uint64_t heap(void) { return AT_HEAP; }
static uint64_t hole(void) { return top_console() + TOP_CONSOLE; }

static const struct piece pieces[] = {
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

static void check_pieces(void)
{
	uint64_t frame = top_console() + PAGE + HCCA_FRAME;

	for (unsigned i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		for (uint64_t at = pieces[i].start(); at < pieces[i].start() + pieces[i].size; at += 8) {
			if (at == frame || *quad(at) == filling(at))
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

static void check_hwrpb(void)
{
	for (unsigned i = 0; i < 3 * PAGE / 8; i++) {
		uint64_t at = AT_HWRPB + 8 * i;

		if (at != SLOT + FLAGS && at != SLOT + PAL_REVISION && at < AT_LOGOUT && *quad(at) != hwrpb_copy[i])
			wrong("the HWRPB or the routines were written to: %lx has %lx", at, *quad(at));
	}
}

static void check_slot(void)
{
	uint64_t flags = *quad(SLOT + FLAGS);

	if (flags & FLAG_BOOTING)
		wrong("the slot says that a bootstrap is in progress (BIP): the console boots once more");
	else if (HALT_REQUEST(flags) != STAY_HALTED)
		wrong("the slot asks for %lx at a halt, not to stay (4): with auto_action boot the console boots once "
		      "more", HALT_REQUEST(flags));
}

void judge(void)
{
	say("\nhalted CPU 0\n\nhalt code = 5\nHALT instruction executed\n");
	check_pieces();
	check_tables();
	check_hwrpb();
	check_slot();
	check_devices();
	if (!model.osf)
		wrong("the image gave up");
	say("P00>>>\n# model: %s\n", wrongs ? "bad" : "good: all was given back");
	end(!wrongs);
}

void osf_fatal(uint64_t pc, uint64_t entry)
{
	die("a trap at %lx, sp %lx, with nothing to take it (entry point %lx): a real console is at its prompt now", pc,
	    (uint64_t)__builtin_frame_address(0), entry);
}
