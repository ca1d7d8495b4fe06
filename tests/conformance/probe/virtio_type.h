/*
 * Scopes of one type of virtio device, and what the tests of suite virtio.work have in common.
 */
#ifndef VIRTIO_TYPE_H
#define VIRTIO_TYPE_H

#include <linux/virtio_ids.h>

#include "tests/conformance/probe/engine_trial.h"

/* The engines of a type: how many, and one of them. */
unsigned virtio_type_count(uint16_t type);
void virtio_type_get(unsigned number, struct subject *subject, uint16_t type);

/* Defines scope_<name>: the engines of that type, in all their modes. */
#define VIRTIO_TYPE_SCOPE(name, type) \
	static unsigned count_##name(void) \
		{ return virtio_type_count(type); } \
	static void get_##name(unsigned number, struct subject *subject) \
		{ virtio_type_get(number, subject, type); } \
	static const struct conformance_scope scope_##name = { count_##name, get_##name }

/*
 * Bytes of configuration that a device of this type and with what it offers is sure to have. 0 where it has none, or
 * where busproof does not know the type.
 */
uint32_t virtio_type_config(const struct virtio_device *device);
#define VIRTIO_TYPE_CONFIG	64u		/* the most of them that is looked at */

/* Text, repeated until size bytes are full: what the host has in a sector of a scratch disk, and what it looks for
 * there. */
void fill_with_text(char *bytes, size_t size, const char *text);
void host_sector(char *bytes, size_t size, unsigned sector, const char *disk);
void guest_sector(char *bytes, size_t size, unsigned sector, const char *disk, uint64_t seed);

/*
 * Fills a decoy for a write to a disk: what is promised to the host lies where the right view leads, a sector of
 * another seed in the other frame, so that the host sees by itself which frame the device has read.
 */
void promise_sector(struct trial *trial, const struct oracle *oracle, unsigned sector, const char *disk, uint64_t seed);

/*
 * The end of a block device, on an engine that is started: its last block can be read, and the one behind it cannot,
 * which no capacity with its bytes exchanged would say. Of a disk that has nothing to read, the latter alone.
 */
void expect_end_of_disk(struct trial *trial, struct engine *engine);

#endif
