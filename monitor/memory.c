/* SPDX-License-Identifier: BSD-2-Clause */
/* The command "mem": looks into a space, and writes there. */
#include "boot/frames.h"
#include "boot/string.h"
#include "monitor/command.h"
#include "monitor/space.h"

#define USUAL_COUNT	16u		/* values that are shown where nobody says how many */
#define MOST_COUNT	4096u
#define LINE_BYTES	16u

static struct space_place next;		/* where an empty line goes on */
static uint64_t count;

/* The values of one line. A trap ends it, and is shown behind what was read before. */
struct line {
	struct space_place place;
	unsigned values;
	char bytes[LINE_BYTES + 1];
	bool good;
};

static void say_value(struct line *line, unsigned at, uint64_t value)
{
	unsigned size = line->place.size;

	say(" %0*llx", (int)size * 2, (unsigned long long)value);
	if (size == 1)
		line->bytes[at] = value >= ' ' && value <= '~' ? (char)value : '.';
}

static void read_line(void *argument)
{
	struct line *line = argument;
	struct space_place place = line->place;

	for (unsigned i = 0; i < line->values; i++, place.address += place.size) {
		uint64_t value;

		line->good = space_get(&place, &value);
		if (!line->good)
			return;
		say_value(line, i, value);
	}
}

static bool show_line(unsigned values)
{
	static struct line line;
	bool came;

	line = (struct line) { .place = next, .values = values, .good = true };
	say("%s%llx:", space_name(&next), (unsigned long long)next.address);
	came = try_it(read_line, &line);
	say("%s%s%s", next.size == 1 ? "  " : "", line.bytes, came ? "\n" : "");
	next.address += (uint64_t)values * next.size;
	return came && line.good;
}

static bool show(void)
{
	uint64_t left = count;

	while (left && !say_stopped()) {
		unsigned values = LINE_BYTES / next.size;

		if (values > left)
			values = (unsigned)left;
		if (!show_line(values))
			return false;
		left -= values;
	}
	return true;
}

/* ---- Writing ---- */

struct change {
	struct space_place place;
	uint64_t before, value, after;
	bool good;
};

static void change_it(void *argument)
{
	struct change *change = argument;

	change->good = space_get(&change->place, &change->before) && space_set(&change->place, change->value) &&
		       space_get(&change->place, &change->after);
}

/* Registers may do anything, and memory that was not taken for this is somebody's. */
static bool may_write(const struct space_place *place)
{
	phys_addr memory;

	if (place->kind == SPACE_MMIO || place->kind == SPACE_IO)
		return must_force("a write of a device's register may do anything");
	if (!space_memory(place, &memory))
		return false;
	return owned(memory, place->size) ||
	       must_force("that memory was not taken by \"frames take\", and is in somebody's use");
}

static bool write_value(struct space_place *place, const char *word)
{
	static struct change change;
	int digits;

	change = (struct change) { .place = *place };
	if (!read_number(word, &change.value))
		return false;
	if (place->size < 8 && change.value >> 8 * place->size)
		return wrong("\"%s\" has more than %u bytes", word, place->size);
	if (!may_write(place) || !try_it(change_it, &change) || !change.good)
		return false;
	digits = (int)place->size * 2;
	say("%s%llx: %0*llx -> %0*llx", space_name(place), (unsigned long long)place->address, digits,
	    (unsigned long long)change.before, digits, (unsigned long long)change.value);
	if (change.after != change.value)
		say(", reads %0*llx", digits, (unsigned long long)change.after);
	say("\n");
	return true;
}

static bool read_aligned(const char *word, struct space_place *place)
{
	if (!space_read_place(word, place))
		return false;
	if (!place->size)
		place->size = 4;
	if (place->address % place->size)
		return must_force("the address is no multiple of its size");
	return true;
}

/* "ADDRESS=VALUE" is one word. */
static bool mem(const struct words *words)
{
	char word[64];
	size_t length = 0;

	while (words->word[1][length] && words->word[1][length] != '=')
		length++;
	if (length >= sizeof(word))
		return wrong_word(words->word[1], "is too long for a place");
	memcpy(word, words->word[1], length);
	word[length] = 0;
	if (!read_aligned(word, &next))
		return false;
	if (words->word[1][length])
		return words->count > 2 ? wrong_word(words->word[2], "nothing but \"force\" follows a value") :
					  write_value(&next, words->word[1] + length + 1);
	count = USUAL_COUNT;
	if (words->count > 2 && !read_number(words->word[2], &count))
		return false;
	if (count == 0 || count > MOST_COUNT)
		return wrong("\"%s\": 1 to %x values at a time", words->word[2], MOST_COUNT);
	return show();
}

static bool more(void)
{
	return show();
}

static const struct monitor_command memory[] = {
	{ "mem", "[SPACE:]ADDRESS[.SIZE] [COUNT] | [SPACE:]ADDRESS[.SIZE]=VALUE",
	  "look at memory or registers, or write",
	  "  spaces: phys: memory; bus:N: memory through domain N; mmio: registers; io:N: ports of host N\n"
	  "  sizes: .1 .2 .4 .8, .8be; an empty line goes on behind what was shown\n"
	  "  reading a register may change it; writing one needs \"force\"\n",
	  mem, .again = more, .least = 1, .most = 2, .may_force = true },
};
MONITOR_GROUP(memory, "memory");
