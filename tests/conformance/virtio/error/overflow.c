/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error, buffers that end behind the last address there is: a length that is added to an address begins at
 * 0 again. What is there is no buffer of anybody's: memory of the firmware where addresses are physical. So it is kept,
 * looked at, and put back; a firmware whose code was written over would not come back to end the machine.
 *
 * Source: VIRTIO 1.4, sections 2.7 and 2.8.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/virtio/error/error.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);

/* In the bus view no window claims such numbers: virtio.refuse.out-of-window judges what comes of them. */
static bool is_physical(const struct subject *subject)
{
	return !subject->engine || subject->engine->view != VIEW_BUS;
}

/* What lies behind the end: so little that nothing breaks that is written there. An interrupt of any machine leads to
 * more; and each word that comes to a flash memory makes QEMU lay out its address spaces anew. */
#define BEHIND	8u

static uint32_t size_behind(uint32_t size)
{
	return size / 2 < BEHIND ? size / 2 : BEHIND;
}

static bool behind_the_end(struct virtqueue *queue, struct chain *chain)
{
	bool found = false;

	(void)queue;
	for (unsigned i = 0; i < chain->count; i++)
		if (chain->pieces[i].number == spoiled_number()) {
			chain->pieces[i].number = (uint64_t)size_behind(chain->pieces[i].size) - chain->pieces[i].size;
			chain_rewrite(chain, i);
			found = true;
		}
	return found;
}

static uint8_t kept[BEHIND];

/* The memory at physical address 0, or NULL: memory begins elsewhere, or this CPU does not reach it there, as where a
 * pointer to nothing is to trap. Where free memory begins tells, which is a little behind the firmware. */
static uint8_t *lowest_memory(void)
{
	uint64_t start, end;

	if (!frames_next_free(0, &start, &end) || start >= FRAMES_BY_ADDRESS_END)
		return NULL;
	return arch_pointer((phys_addr) { 0 });
}

static void look_and_put_back(struct trial *trial, uint8_t *lowest)
{
	if (!lowest || memcmp(kept, lowest, BEHIND) == 0)
		return;
	memcpy(lowest, kept, BEHIND);
	trial_fail(trial, "the device went on at physical address 0 with a buffer that ends behind 2^64");
}

static void overflow(struct trial *trial)
{
	uint8_t *lowest = lowest_memory();
	struct oracle oracle;
	bool made;

	trial_note(trial, "address-0", "%s", lowest ? "memory, looked at" : "no memory, or not in reach");
	if (lowest)
		memcpy(kept, lowest, BEHIND);
	made = broken_request_make(trial, behind_the_end, &oracle);
	look_and_put_back(trial, lowest);
	if (made)
		broken_request_judge(trial, false, &oracle);
	look_and_put_back(trial, lowest);
}
CONFORMANCE_TEST("virtio.error.address-overflow", overflow,
		 "A buffer in a split ring that ends behind 2^64 does not go on at address 0, and a reset mends it.",
		 .scope = &scope_split_or_legacy, .about = is_physical, .skip = needs_writes,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

static void packed_overflow(struct trial *trial)
{
	overflow(trial);
}
CONFORMANCE_TEST("virtio.error.packed-address-overflow", packed_overflow,
		 "A buffer in a packed ring that ends behind 2^64 does not go on at address 0, and a reset mends it.",
		 .scope = &scope_packed, .about = is_physical, .skip = needs_packed_late_errors,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);
