/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands to an ITS: a ring in memory, from which it takes them in their order. See its.h. It does each when it likes;
 * the SYNC behind them is done when their effects are seen at the redistributor.
 *
 * Source: IHI 0069, 5.3 (commands), 12.19 (GITS_CBASER, GITS_CWRITER, GITS_CREADR).
 */
#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/tap.h"
#include "drivers/interrupt/its.h"

#define QUEUE_BYTES	4096u
#define ANSWER_LIMIT	SECONDS(1)

#define KIND(word)	((word) & 0xff)

static phys_addr at(const struct its *its, unsigned reg)
{
	return (phys_addr) { its->registers.value + reg };
}

static void put(struct its *its, const struct its_command *command)
{
	uint64_t *words = (uint64_t *)arch_pointer(its->queue) + its->next / sizeof(uint64_t);

	for (unsigned i = 0; i < 4; i++)
		words[i] = cpu_to_le64(command->words[i]);
	its->next = (its->next + sizeof(*command)) % QUEUE_BYTES;
}

static const char *name_of(uint64_t kind)
{
	static const struct { uint64_t kind; const char *name; } names[] = {
		{ ITS_INT, "INT" }, { ITS_CLEAR, "CLEAR" }, { ITS_SYNC, "SYNC" }, { ITS_MAPD, "MAPD" },
		{ ITS_MAPC, "MAPC" }, { ITS_MAPTI, "MAPTI" }, { ITS_INVALL, "INVALL" }, { ITS_DISCARD, "DISCARD" },
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].kind == kind)
			return names[i].name;
	return "a command";
}

/* Where its register says that it is, which may be anything. */
static void tell(const struct its *its, uint32_t done)
{
	uint32_t byte = done & ~CREADR_STALLED;
	const uint64_t *words = (uint64_t *)arch_pointer(its->queue) + byte % QUEUE_BYTES / sizeof(*words);
	bool stopped = done & CREADR_STALLED;

	tap_comment("its: it has %s at %s, at byte %#x of its commands%s", stopped ? "stopped" : "been",
		    name_of(KIND(le64_to_cpu(*words))), byte, stopped ? "" : ", for a second");
}

/* None is left from before, as each call has waited for its own. */
bool its_send(struct its *its, const struct its_command *commands, unsigned count)
{
	const struct its_command sync = { { ITS_SYNC, 0, its->target, 0 } };
	uint32_t done;

	if (!its->up || count >= QUEUE_BYTES / sizeof(sync) - 1)
		return false;
	for (unsigned i = 0; i < count; i++)
		put(its, &commands[i]);
	put(its, &sync);
	/* Commands and tables are in memory before it is told of them. */
	barrier_full();
	mmio_write64_le(at(its, GITS_CWRITER), its->next);
	if (poll_until((done = mmio_read32_le(at(its, GITS_CREADR))) == its->next || done & CREADR_STALLED,
		       ANSWER_LIMIT) && done == its->next)
		return true;
	tell(its, done);
	its->up = false;
	return false;
}
