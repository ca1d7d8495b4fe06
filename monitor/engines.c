/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command "engine": has one device read or write at an address, and says which frame has moved. It looks at the
 * frame that has this number in memory, at the one that the device's domain leads to, and at all memory that is
 * nobody's: whatever the device does, it is seen there.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/dma/dma.h"
#include "drivers/engine/engine.h"
#include "monitor/command.h"
#include "monitor/space.h"

#define TRANSFER_MOST	4096u

/* A frame that the address may lead to, as it was. */
struct suspect {
	const char *name;
	bool looked_at;
	phys_addr frame;
	uint8_t *before;		/* FRAME_SIZE bytes */
};

#define SUSPECTS	2u

static struct suspect suspects[SUSPECTS];
static uint8_t *seen;			/* TRANSFER_MOST bytes that the device has read */

static struct engine *read_engine(const char *word)
{
	uint64_t number;

	if (!read_number(word, &number))
		return NULL;
	if (number >= engine_any_count()) {
		wrong_word(word, "there is no such engine; \"engine list\" names them");
		return NULL;
	}
	return engine_any((unsigned)number);
}

static bool list(void)
{
	char name[PCI_NAME];

	for (unsigned i = 0; i < engine_any_count() && !say_stopped(); i++) {
		const struct engine *engine = engine_any(i);

		say("%2x: %s@%s%s%s, view %s, %s%s, largest %x, granule %x%s\n", i, engine->kind,
		    pci_name(engine->function, name), engine->mode[0] ? "/" : "", engine->mode,
		    view_name(engine->view), engine->directions & DMA_DEVICE_READS && !engine->no_reads ? "r" : "",
		    engine->directions & DMA_DEVICE_WRITES && !engine->no_writes ? "w" : "", engine->largest,
		    engine->granule, engine->running ? ", running" : "");
	}
	return true;
}

static bool start(struct engine *engine)
{
	if (engine->function->reserved)
		return wrong("the firmware keeps that device: %s", engine->function->reserved);
	return engine->running || engine_start(engine) || wrong("it does not start: %s", engine->fault);
}

/* ---- What has moved ---- */

static void keep(struct suspect *suspect, const char *name, phys_addr at)
{
	suspect->name = name;
	suspect->frame.value = at.value & -FRAME_SIZE;
	suspect->looked_at = frames_contain(suspect->frame, FRAME_SIZE);
	if (suspect->looked_at)
		memcpy(suspect->before, arch_pointer(suspect->frame), FRAME_SIZE);
}

static void keep_all(const struct engine *engine, uint64_t number)
{
	phys_addr memory;

	suspects[1].looked_at = false;
	keep(&suspects[0], "the frame of this number in memory", (phys_addr) { number });
	if (dma_translates(engine->function) && space_leads(engine->function->domain, number, &memory, NULL))
		keep(&suspects[1], "the frame that the domain leads to", memory);
	if (suspects[1].looked_at && suspects[1].frame.value == suspects[0].frame.value)
		suspects[0].looked_at = false;
}

static bool say_moved(const struct suspect *suspect)
{
	const uint8_t *now = suspect->looked_at ? arch_pointer(suspect->frame) : NULL;
	uint64_t first = FRAME_SIZE, last = 0;

	for (uint64_t i = 0; now && i < FRAME_SIZE; i++) {
		if (now[i] != suspect->before[i]) {
			first = i < first ? i : first;
			last = i;
		}
	}
	if (first == FRAME_SIZE)
		return false;
	say("moved: phys:%llx, %s, bytes %llx-%llx: %02x.. -> %02x..\n", (unsigned long long)suspect->frame.value,
	    suspect->name, (unsigned long long)first, (unsigned long long)last, suspect->before[first], now[first]);
	return true;
}

/* The sweep repairs what it finds, so that the frames of before are looked at first. */
static void say_all_moved(void)
{
	struct frames_stray stray;
	bool moved = say_moved(&suspects[0]);

	moved = say_moved(&suspects[1]) || moved;
	if (!frames_sweep(SWEEP_ALL, &stray)) {
		say("moved: %llu words of memory that is nobody's, the first at phys:%llx (its pattern is put back)\n",
		    (unsigned long long)stray.words, (unsigned long long)stray.first.value);
		moved = true;
	}
	if (!moved)
		say("nothing has moved\n");
}

/* ---- One transfer ---- */

static const char *const results[] = { "done", "silent: no answer within the limit", "failed" };

static bool transfer(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	enum engine_result result;
	phys_addr memory;

	if (!frames_take(SUSPECTS + 1, FRAME_SIZE, &memory))
		return wrong("there is no memory to remember frames in");
	for (unsigned i = 0; i < SUSPECTS; i++)
		suspects[i].before = (uint8_t *)arch_pointer(memory) + i * FRAME_SIZE;
	seen = (uint8_t *)arch_pointer(memory) + SUSPECTS * FRAME_SIZE;
	keep_all(engine, address);
	barrier_full();
	result = engine_transfer(engine, direction, address, size, ENGINE_LIMIT, seen);
	barrier_full();
	say("%s of %x bytes at %llx: %s%s%s\n", direction == DMA_DEVICE_READS ? "read" : "write", size,
	    (unsigned long long)address, results[result], result == ENGINE_FAILED ? ": " : "",
	    result == ENGINE_FAILED ? engine->fault : "");
	if (direction == DMA_DEVICE_READS && result == ENGINE_DONE)
		say("it has read %02x %02x %02x %02x ..\n", seen[0], seen[1], seen[2], seen[3]);
	say_all_moved();
	frames_give(memory, SUSPECTS + 1);
	return true;
}

/* Of the machine's, as far as it is in one piece. */
static bool is_memory(phys_addr address, uint64_t size)
{
	return frames_contain(address, size) || address.value < arch_platform()->memory_size ||
	       address.value < frames_highest();
}

static bool is_free(phys_addr address, uint64_t size)
{
	uint64_t start, end;

	return frames_next_free(address.value, &start, &end) && start <= address.value && end - address.value >= size;
}

/* What a device may write without "force": frames of the monitor, what is nobody's, and nothing at all. */
static bool may_write(const struct engine *engine, uint64_t address, uint32_t size)
{
	phys_addr physical = { address }, memory;
	bool mapped = dma_translates(engine->function) &&
		      space_leads(engine->function->domain, address, &memory, NULL);

	if ((owned(physical, size) || is_free(physical, size) || !is_memory(physical, size)) &&
	    (!mapped || owned(memory, size) || is_free(memory, size)))
		return true;
	return must_force("the address leads to memory that was not taken by \"frames take\"");
}

static bool read_size(const struct engine *engine, const char *word, uint32_t *size)
{
	uint64_t number = engine->granule > 8 ? engine->granule : 8;

	if (word && !read_number(word, &number))
		return false;
	if (number % engine->granule)
		number += engine->granule - number % engine->granule;
	if (number == 0 || number > TRANSFER_MOST || number > engine->largest)
		return wrong("\"%s\": this engine moves 1 to %x bytes", word ? word : "8",
			     engine->largest < TRANSFER_MOST ? engine->largest : TRANSFER_MOST);
	*size = (uint32_t)number;
	return true;
}

static bool run(const struct words *words)
{
	static const char *const ways[] = { "write", "read", NULL };
	struct engine *engine = read_engine(words->word[2]);
	unsigned way = 0;
	uint64_t address;
	uint32_t size;
	enum dma_direction direction;

	if (!engine || words->count < 4)
		return engine ? wrong("a word is missing: at which address") : false;
	if (!read_number(words->word[3], &address) || (words->count > 4 && !read_choice(words->word[4], ways, &way)) ||
	    !start(engine))
		return false;
	direction = way ? DMA_DEVICE_READS : DMA_DEVICE_WRITES;
	if (!(engine->directions & direction))
		return wrong("this engine cannot %s", ways[way]);
	if (way ? engine->no_reads : engine->no_writes)
		return wrong("it cannot %s here: %s", ways[way], way ? engine->no_reads : engine->no_writes);
	if (!read_size(engine, words->count > 5 ? words->word[5] : NULL, &size))
		return false;
	if (!way && !may_write(engine, address, size))
		return false;
	return transfer(engine, direction, address, size);
}

static bool engine(const struct words *words)
{
	static const char *const choices[] = { "list", "start", "stop", "run", NULL };
	struct engine *chosen;
	unsigned what = 0;

	if (words->count > 1 && !read_choice(words->word[1], choices, &what))
		return false;
	if (what == 0)
		return list();
	if (words->count < 3)
		return wrong("a word is missing: the number of the engine");
	if (what == 3)
		return run(words);
	chosen = read_engine(words->word[2]);
	if (!chosen || (what == 1 && !start(chosen)))
		return false;
	if (what == 2)
		engine_stop(chosen);
	say("engine %s -> %s\n", words->word[2], chosen->running ? "running" : "stopped");
	return true;
}

FOLLOWS(ways_of_engine, "write", "read")
FOLLOWS(engine_choices, "list", "start", "stop", "run")

static const struct monitor_command engine_commands[] = {
	{ "engine", "[list | start N | stop N | run N ADDRESS [write|read [SIZE]]]",
	  "drive one device at an address, and see which frame moves",
	  "  the device gets the number as it is; \"map\" makes bus addresses, \"frames take\" memory\n", engine,
	  .follows = { engine_choices, NULL, NULL, ways_of_engine }, .most = 5, .may_force = true },
};
MONITOR_GROUP(engine_commands, "devices that do DMA");
