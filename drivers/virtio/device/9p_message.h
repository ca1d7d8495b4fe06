/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages of 9P, over a virtio engine's queue: how each is put together, sent and answered. Which of them a
 * transfer takes, and what is known of the scratch file, is 9p.c's.
 *
 * Where nothing else is said, a function sends a message and waits for its answer; false with the reason in
 * engine->fault when there is none, or another than was asked for.
 */
#ifndef VIRTIO_9P_MESSAGE_H
#define VIRTIO_9P_MESSAGE_H

#include "drivers/virtio/engine.h"

#define P9_QUEUE		0
#define P9_AREA_DATA		4096		/* in the engine's area: what is before belongs to the messages */

#define P9_MESSAGE_HEADER	7u		/* size, type, tag */
#define P9_GETATTR_ANSWER	160u

#define P9_O_RDONLY		0
#define P9_O_RDWR		2

/* What is known of the messages, in virtio_engine.private_words. */
struct p9_messages {
	bool attached;			/* since the last start; the engine's own */
	uint16_t tag;			/* of the message under way */
	uint8_t type;
	uint32_t size;			/* of the message that is being put together */
};

struct p9_messages *p9_messages(const struct engine *engine);

bool p9_agree_on_version(struct engine *engine);
bool p9_attach(struct engine *engine);
bool p9_walk_to_scratch(struct engine *engine);
bool p9_open_scratch(struct engine *engine, uint32_t flags);
/* Was the last message answered, by the words that it will not be done? */
bool p9_refused(const struct engine *engine);

/* Only sent: bytes of the scratch file, to or from a number of anybody's. */
bool p9_submit_read(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size);
bool p9_submit_write(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size);
/* Attributes of the folder, all but the first few of them where they are wanted. */
bool p9_submit_attributes_to(struct engine *engine, uint64_t address, uint32_t size);
/* What is agreed on, which is less than tests ask for, but the one thing that needs nothing before it. */
bool p9_submit_version_to(struct engine *engine, uint64_t address, uint32_t size);

/* Waits for the answer to what was sent. */
enum engine_result p9_wait(struct engine *engine, uint64_t limit);
/* Was it a read or a write? Both answers begin with the bytes that were read or written. */
bool p9_moved_data(const struct engine *engine);
uint32_t p9_answer_count(const struct engine *engine);
/* As p9_wait(); and the count must be this. */
enum engine_result p9_wait_data(struct engine *engine, uint64_t limit, uint32_t size);

#endif
