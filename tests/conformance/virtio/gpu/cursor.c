/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.gpu: the cursor, which has a queue of its own: its buffers come back, around the ring, while the other
 * queue works; and after a reset, of the device or of the queue, nothing comes.
 *
 * Source: VIRTIO 1.4, section 5.7.6.
 */
#include "tests/conformance/virtio/gpu/gpu.h"

#include "tests/conformance/probe/witness.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

#define CURSOR		9u		/* the number of its picture */
#define SIDE		64u		/* a cursor has so many lines and columns */
#define MOVES		40u		/* more than the queue has entries, so that its ring comes round */
#define MOVES_APART	7u		/* a command of the other queue stands between so many */

static struct virtio_gpu_update_cursor cursor_command(uint32_t type, uint32_t output, uint32_t resource, uint32_t at)
{
	return (struct virtio_gpu_update_cursor) {
		.hdr.type = cpu_to_le32(type),
		.pos = { .scanout_id = cpu_to_le32(output), .x = cpu_to_le32(at), .y = cpu_to_le32(at) },
		.resource_id = cpu_to_le32(resource),
	};
}

/* A command without room for an answer, as drivers give it: it comes back, and nothing was written. */
static bool cursor_does(struct trial *trial, const char *what, struct virtio_gpu_update_cursor command)
{
	static struct gpu_question question;

	question = (struct gpu_question) { .queue = GPU_CURSOR, .command = &command, .size = sizeof(command) };
	return gpu_asked(trial, what, &question);
}

static bool screens_are_told(struct trial *trial)
{
	const struct virtio_gpu_ctrl_hdr command = GPU_HEADER(GET_DISPLAY_INFO);
	static struct gpu_question question;

	question = (struct gpu_question) {
		.command = &command, .size = sizeof(command), .room = sizeof(struct virtio_gpu_resp_display_info),
	};
	return gpu_asked(trial, "GET_DISPLAY_INFO", &question) &&
	       expect_equal(trial, "type of the answer", le32_to_cpu(gpu_header(&question)->type),
			    VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
}

static void cursor(struct trial *trial)
{
	uint32_t outputs;

	if (!trial_start(trial, trial->subject->engine) || (outputs = gpu_outputs(trial)) == 0 ||
	    !gpu_make(trial, CURSOR, VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM, SIDE, SIDE))
		return;
	for (uint32_t i = 0; i < outputs && trial_good(trial); i++)
		cursor_does(trial, "UPDATE_CURSOR",
			    cursor_command(VIRTIO_GPU_CMD_UPDATE_CURSOR, i, CURSOR, 5));
	for (uint32_t i = 0; i < MOVES && trial_good(trial); i++) {
		if (!cursor_does(trial, "MOVE_CURSOR", cursor_command(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, CURSOR, i)))
			return;
		if (i % MOVES_APART == 0 && !screens_are_told(trial))
			return;
	}
	if (trial_good(trial))
		cursor_does(trial, "UPDATE_CURSOR without a picture",
			    cursor_command(VIRTIO_GPU_CMD_UPDATE_CURSOR, 0, 0, 0));
	if (trial_good(trial))
		gpu_unmake(trial, CURSOR);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.gpu.cursor", cursor,
		 "Commands of the cursor come back, and nothing is written, around their ring and beside others.",
		 .scope = &scope_gpu, .about = on_plain_ring, .judged_by = EVIDENCE);

/* Where there is room for an answer, there is one. */
static void cursor_answer(struct trial *trial)
{
	static struct gpu_question question;
	const struct virtio_gpu_update_cursor command = cursor_command(VIRTIO_GPU_CMD_UPDATE_CURSOR, 0, 0, 0);

	question = (struct gpu_question) {
		.queue = GPU_CURSOR, .command = &command, .size = sizeof(command),
		.room = sizeof(struct virtio_gpu_ctrl_hdr),
	};
	if (!trial_start(trial, trial->subject->engine) || !gpu_asked(trial, "UPDATE_CURSOR", &question))
		return;
	expect(trial, question.length == question.room &&
	       le32_to_cpu(gpu_header(&question)->type) == VIRTIO_GPU_RESP_OK_NODATA,
	       "UPDATE_CURSOR: room for %u bytes comes back with %u written, and no OK_NODATA", question.room,
	       question.length);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.gpu.cursor-answer", cursor_answer,
		 "A command of the cursor with room for an answer is answered.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = EVIDENCE);

/* What it cannot be about: whatever comes of it, the buffer comes back, and both queues go on. */
static void cursor_errors(struct trial *trial)
{
	static const struct { const char *what; uint32_t type, output, resource; } rows[] = {
		{ "UPDATE_CURSOR with a picture that there is not", VIRTIO_GPU_CMD_UPDATE_CURSOR, 0, 0x5a5a5a5a },
		{ "UPDATE_CURSOR of a screen that there is not", VIRTIO_GPU_CMD_UPDATE_CURSOR, 0xffff, 0 },
		{ "MOVE_CURSOR of a screen that there is not", VIRTIO_GPU_CMD_MOVE_CURSOR, 0xffffffff, 0 },
	};

	if (!trial_start(trial, trial->subject->engine))
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++)
		cursor_does(trial, rows[i].what, cursor_command(rows[i].type, rows[i].output, rows[i].resource, 1));
	if (trial_good(trial) && screens_are_told(trial))
		cursor_does(trial, "MOVE_CURSOR", cursor_command(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 0, 1));
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.gpu.cursor-errors", cursor_errors,
		 "Commands of the cursor that make no sense come back, and both queues go on.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);

static void cursor_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;

	if (!trial_start(trial, engine))
		return;
	for (unsigned i = 0; i < 3 && trial_good(trial); i++) {
		if (!cursor_does(trial, "MOVE_CURSOR", cursor_command(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 0, i)))
			return;
		engine_stop(engine);
		if (!engine_start(engine)) {
			trial_fail(trial, "after a reset the device cannot be started: %s", engine->fault);
			return;
		}
	}
	cursor_does(trial, "MOVE_CURSOR after resets", cursor_command(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 0, 9));
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.gpu.cursor-reset", cursor_reset,
		 "The cursor's queue begins anew after each reset, and works.",
		 .scope = &scope_gpu, .about = on_plain_ring, .judged_by = EVIDENCE);

/* A command that stands in the ring and nobody is told of. */
static bool stands_there(struct trial *trial, struct virtqueue *queue)
{
	const struct virtio_gpu_update_cursor command = cursor_command(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 0, 3);
	struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	const struct virtqueue_buffer buffer = { virtio_engine_number(virtio, 0), sizeof(command), false };

	*(struct virtio_gpu_update_cursor *)virtio_engine_pointer(virtio, 0) = command;
	if (!expect(trial, virtqueue_add(queue, &buffer, 1) >= 0, "no room in the cursor's queue"))
		return false;
	virtqueue_publish(queue);
	return true;
}

/* The device is told of a command after a reset, when its queues are gone: nothing of them moves. */
static void cursor_after_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtqueue *queue = &virtio->queues[GPU_CURSOR];
	uint16_t used;

	if (!trial_start(trial, engine) ||
	    !cursor_does(trial, "MOVE_CURSOR", cursor_command(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 0, 1)))
		return;
	used = virtqueue_used_index(queue);
	if (expect(trial, virtio_reset(virtio->device), "the device status does not read 0 after a reset") &&
	    stands_there(trial, queue)) {
		virtqueue_notify(queue);
		expect(trial, !poll_witnessed(virtqueue_used_index(queue) != used, engine),
		       "the device was reset, and yet it has used a command of the cursor");
	}
	engine_stop(engine);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.gpu.cursor-after-reset", cursor_after_reset,
		 "After a reset a command in the cursor's queue is left alone, doorbell or not.",
		 .scope = &scope_gpu, .about = gpu_once, .clauses = "RESET-2 STATUS-1", .judged_by = EVIDENCE);

/* The cursor's queue alone is reset: what stands there is left alone while the other one works, and it begins anew. */
static void cursor_queue_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtqueue *queue = &virtio->queues[GPU_CURSOR];
	uint16_t used, size;

	if (!trial_start(trial, engine) ||
	    !cursor_does(trial, "MOVE_CURSOR", cursor_command(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 0, 1)) ||
	    !expect(trial, virtqueue_reset(queue), "queue_reset does not read 0 after a reset"))
		return;
	used = virtqueue_used_index(queue);
	size = queue->size;
	if (!stands_there(trial, queue) || !screens_are_told(trial) || !screens_are_told(trial))
		return;
	expect(trial, virtqueue_used_index(queue) == used,
	       "the cursor's queue was reset, and yet a command there was used");
	virtqueue_stop(queue);
	if (expect(trial, virtqueue_start(queue, virtio->device, GPU_CURSOR, size, NULL),
		   "the cursor's queue cannot be set up again"))
		cursor_does(trial, "MOVE_CURSOR after a reset of the queue",
			    cursor_command(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 0, 2));
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.gpu.cursor-queue-reset", cursor_queue_reset,
		 "A reset of the cursor's queue leaves the other one at work, and the cursor's begins anew.",
		 .scope = &scope_gpu, .about = gpu_once, .skip = needs_ring_reset,
		 .clauses = "QRST-1 QRST-2 QRST-3", .judged_by = EVIDENCE);
