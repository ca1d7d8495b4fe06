/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/gpu.c tests/conformance/virtio/gpu/backing.c tests/conformance/virtio/gpu/common.c
 * tests/conformance/virtio/gpu/cursor.c tests/conformance/virtio/gpu/fences.c
 * tests/conformance/virtio/gpu/information.c tests/conformance/virtio/gpu/resources.c */
/*
 * Suite virtio.gpu on a GPU of software, which is right or wrong in one way: each test passes on the right one, and
 * says what is wrong of the others.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/pci/parts.h"
#include "tests/conformance/virtio/gpu/backing.h"
#include "tests/unit/suite_case.h"

#define OUTPUTS		2u
#define RESOURCES	16u

enum fault {
	RIGHT, STRAYS, TOO_LONG, NO_FENCE, OTHER_FENCE, FENCE_UNASKED, ANY_RESOURCE, ANY_RECTANGLE,
	ANY_COMMAND, ANY_OUTPUT, NO_FORMAT, SCREEN_BEYOND, SCREEN_EMPTY, NO_OUTPUTS, EDID_SUM, EDID_HEADER,
	EDID_BLOCKS, WRITES_BACKING, CURSOR_WRITES, CURSOR_SILENT, CURSOR_UNANSWERED, UNDEFINED_EVENT,
	STICKY_EVENT, NO_MEMORY, OTHER_REGION,
};

static enum fault fault;
static bool exists[RESOURCES];
static uint64_t backing[RESOURCES];	/* the first entry's number; 0: none */

static uint32_t resource_error(uint32_t resource)
{
	return fault == ANY_RESOURCE || (resource < RESOURCES && exists[resource]) ?
	       0 : VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
}

static uint32_t rectangle_error(struct virtio_gpu_rect part)
{
	bool inside = part.x <= GPU_WIDE && part.y <= GPU_HIGH && part.width <= GPU_WIDE - part.x &&
		      part.height <= GPU_HIGH - part.y;

	return inside || fault == ANY_RECTANGLE ? 0 : VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
}

static uint32_t create(const struct virtio_gpu_resource_create_2d *command)
{
	if (fault == NO_MEMORY)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	if (command->resource_id == 0 || (command->resource_id < RESOURCES && exists[command->resource_id]))
		return fault == ANY_RESOURCE ? 0 : VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (command->format > VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM ||
	    (fault == NO_FORMAT && command->format == VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	exists[command->resource_id] = true;
	backing[command->resource_id] = 0;
	return 0;
}

static uint32_t attach(const struct virtio_gpu_resource_attach_backing *command)
{
	uint32_t error = resource_error(command->resource_id);

	if (error || command->resource_id >= RESOURCES)
		return error;
	if (backing[command->resource_id])
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	backing[command->resource_id] = ((const struct virtio_gpu_mem_entry *)(command + 1))->addr;
	return 0;
}

static uint32_t transfer(const struct virtio_gpu_transfer_to_host_2d *command)
{
	uint32_t error = resource_error(command->resource_id);

	if (!error)
		error = rectangle_error(command->r);
	if (!error && fault == WRITES_BACKING)
		++*(uint8_t *)virtio_model_pointer(case_model, backing[command->resource_id], 1);
	return error;
}

static uint32_t scan_out(const struct virtio_gpu_set_scanout *command)
{
	if (command->scanout_id >= OUTPUTS && fault != ANY_OUTPUT)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	if (command->resource_id == 0)
		return 0;
	return resource_error(command->resource_id) ? VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID :
						      rectangle_error(command->r);
}

static uint32_t with_resource(const void *command, uint32_t type, uint32_t resource)
{
	uint32_t error = resource_error(resource);

	if (error || resource >= RESOURCES)
		return error;
	if (type == VIRTIO_GPU_CMD_RESOURCE_UNREF)
		exists[resource] = false;
	else if (type == VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING)
		backing[resource] = 0;
	else
		return rectangle_error(((const struct virtio_gpu_resource_flush *)command)->r);
	return 0;
}

static uint32_t screens(struct virtio_gpu_resp_display_info *answer)
{
	answer->pmodes[0].enabled = 1;
	answer->pmodes[0].r.width = fault == SCREEN_EMPTY ? 0 : 1280;
	answer->pmodes[0].r.height = 800;
	answer->pmodes[OUTPUTS].r.width = fault == SCREEN_BEYOND;
	answer->hdr.type = VIRTIO_GPU_RESP_OK_DISPLAY_INFO;
	return sizeof(*answer);
}

static uint32_t edid(const struct virtio_gpu_cmd_get_edid *command, struct virtio_gpu_resp_edid *answer)
{
	uint8_t sum = 0;

	if (command->scanout >= OUTPUTS)
		return 0;
	memset(answer->edid + 1, 0xff, 6);
	if (fault == EDID_HEADER)
		answer->edid[6] = 0;
	answer->edid[126] = fault == EDID_BLOCKS ? 8 : 0;
	for (unsigned i = 0; i < 127; i++)
		sum += answer->edid[i];
	answer->edid[127] = (fault == EDID_SUM) - sum;
	answer->size = sizeof(answer->edid);
	answer->hdr.type = VIRTIO_GPU_RESP_OK_EDID;
	return sizeof(*answer);
}

/* The answer to a command without data: 0 is turned into OK_NODATA. */
static uint32_t obey(const void *command)
{
	const struct virtio_gpu_resource_unref *header = command;

	switch (header->hdr.type) {
	case VIRTIO_GPU_CMD_RESOURCE_CREATE_2D:
		return create(command);
	case VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING:
		return attach(command);
	case VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D:
		return transfer(command);
	case VIRTIO_GPU_CMD_SET_SCANOUT:
		return scan_out(command);
	case VIRTIO_GPU_CMD_RESOURCE_FLUSH:
		return with_resource(command, header->hdr.type,
				     ((const struct virtio_gpu_resource_flush *)command)->resource_id);
	case VIRTIO_GPU_CMD_RESOURCE_UNREF:
	case VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING:
		return with_resource(command, header->hdr.type, header->resource_id);
	default:
		return fault == ANY_COMMAND ? 0 : VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
}

static void add_fence(const struct virtio_gpu_ctrl_hdr *command, struct virtio_gpu_ctrl_hdr *answer)
{
	if (fault == FENCE_UNASKED)
		answer->flags = VIRTIO_GPU_FLAG_FENCE;
	if (!(command->flags & VIRTIO_GPU_FLAG_FENCE) || fault == NO_FENCE)
		return;
	answer->flags = VIRTIO_GPU_FLAG_FENCE;
	answer->fence_id = command->fence_id ^ (fault == OTHER_FENCE ? 1ull << 40 : 0);
}

static uint32_t control(const void *command, uint8_t *room, uint32_t size)
{
	static union {
		struct virtio_gpu_ctrl_hdr hdr;
		struct virtio_gpu_resp_display_info screens;
		struct virtio_gpu_resp_edid edid;
	} answer;
	const struct virtio_gpu_ctrl_hdr *header = command;
	uint32_t length = 0, error;

	memset(&answer, 0, sizeof(answer));
	if (header->type == VIRTIO_GPU_CMD_GET_DISPLAY_INFO)
		length = screens(&answer.screens);
	else if (header->type == VIRTIO_GPU_CMD_GET_EDID)
		length = edid(command, &answer.edid);
	if (length == 0) {
		error = obey(command);
		answer.hdr.type = error ? error : VIRTIO_GPU_RESP_OK_NODATA;
		length = sizeof(answer.hdr);
	}
	add_fence(header, &answer.hdr);
	length = length < size ? length : size;
	memcpy(room, &answer, length);
	if (fault == STRAYS)
		room[size + 3] ^= 1;
	return length + (fault == TOO_LONG ? 4 : 0);
}

static uint32_t cursor(uint8_t *room)
{
	const struct virtio_gpu_ctrl_hdr answer = { .type = VIRTIO_GPU_RESP_OK_NODATA };

	if (fault == CURSOR_SILENT)
		return CHAIN_KEPT;
	if (!room || fault == CURSOR_UNANSWERED)
		return fault == CURSOR_WRITES ? 24 : 0;
	memcpy(room, &answer, sizeof(answer));
	return sizeof(answer);
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const void *command = case_chains[case_chain_count - 1].read;
	unsigned last = chain->count - 1;
	uint8_t *room = chain->pieces[last].device_writes ? case_piece(chain, last) : NULL;

	return queue == GPU_CURSOR ? cursor(room) : control(command, room, chain->pieces[last].size);
}

static void add_region(uint8_t id)
{
	uint8_t at = virtio_model_capability(case_model, VIRTIO_PCI_CAP_SHARED_MEMORY_CFG, MODEL_BAR, 0, 4096);

	case_model->space[at + offsetof(struct virtio_pci_cap, id)] = id;
	pci_read_capabilities(&case_model->function);
}

static void make(unsigned which)
{
	fault = which;
	memset(exists, 0, sizeof(exists));
	case_answer = answer;
	engine_case_make(VIRTIO_ID_GPU, VIRTIO_BIT(VIRTIO_GPU_F_EDID), "accepted");
	case_config(struct virtio_gpu_config)->num_scanouts = fault == NO_OUTPUTS ? 0 : OUTPUTS;
	case_config(struct virtio_gpu_config)->events_read = fault == UNDEFINED_EVENT ? 2 : fault == STICKY_EVENT;
	case_model->config_writable = 0xf0;
	add_region(fault == OTHER_REGION ? 2 : VIRTIO_GPU_SHM_ID_HOST_VISIBLE);
}

static const struct suite_row rows[] = {
	{ "virtio.gpu.display-info", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.display-info", STRAYS, VERDICT_FAIL, "GET_DISPLAY_INFO: bytes beside its answer were written" },
	{ "virtio.gpu.display-info", TOO_LONG, VERDICT_FAIL, "length of the answer: " },
	{ "virtio.gpu.display-info", FENCE_UNASKED, VERDICT_FAIL, "fence flag of an answer to a command without one" },
	{ "virtio.gpu.display-info", SCREEN_BEYOND, VERDICT_FAIL, "something is said of screen 2, and there are 2" },
	{ "virtio.gpu.display-info", SCREEN_EMPTY, VERDICT_FAIL, "screen 0 is on, and has an impossible size: 0x800" },
	{ "virtio.gpu.display-info", NO_OUTPUTS, VERDICT_FAIL, "num_scanouts is 0" },
	{ "virtio.gpu.edid", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.edid", EDID_SUM, VERDICT_FAIL, "block 0 of the EDID of screen 0: the bytes' sum is 0x1" },
	{ "virtio.gpu.edid", EDID_HEADER, VERDICT_FAIL, "the EDID of screen 0 does not begin as one" },
	{ "virtio.gpu.edid", EDID_BLOCKS, VERDICT_FAIL, "the EDID of screen 0 says that it has 9 blocks" },
	{ "virtio.gpu.unknown-commands", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.unknown-commands", ANY_COMMAND, VERDICT_FAIL, "command 0: the answer is 0x1100, not an error" },
	{ "virtio.gpu.events", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.events", UNDEFINED_EVENT, VERDICT_FAIL, "events that are not defined: " },
	{ "virtio.gpu.events", STICKY_EVENT, VERDICT_FAIL, "events_read after all were cleared: " },
	{ "virtio.gpu.formats", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.formats", NO_FORMAT, VERDICT_FAIL, "RESOURCE_CREATE_2D of format 68" },
	{ "virtio.gpu.formats", NO_MEMORY, VERDICT_SKIP, "the device has no memory for a picture" },
	{ "virtio.gpu.rectangles", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.rectangles", STRAYS, VERDICT_FAIL, "RESOURCE_CREATE_2D: bytes beside its answer were written" },
	{ "virtio.gpu.rectangles", TOO_LONG, VERDICT_FAIL, "RESOURCE_CREATE_2D: it says that its answer has 28 bytes" },
	{ "virtio.gpu.rectangles", WRITES_BACKING, VERDICT_FAIL, "byte 36 of the frame of piece 0 is " },
	{ "virtio.gpu.outputs", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.outputs", ANY_OUTPUT, VERDICT_FAIL, "SET_SCANOUT of a screen that there is not: the answer is " },
	{ "virtio.gpu.resource-errors", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.resource-errors", ANY_RESOURCE, VERDICT_FAIL, "RESOURCE_CREATE_2D of number 0: the answer is " },
	{ "virtio.gpu.rectangle-errors", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.rectangle-errors", ANY_RECTANGLE, VERDICT_FAIL, "TRANSFER_TO_HOST_2D of what is outside" },
	{ "virtio.gpu.fences", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.fences", NO_FENCE, VERDICT_FAIL, "the answer to command 0 has no fence" },
	{ "virtio.gpu.fences", OTHER_FENCE, VERDICT_FAIL, "the answer to command 0 has the fence " },
	{ "virtio.gpu.fences", FENCE_UNASKED, VERDICT_FAIL, "the answer to command 3 has a fence" },
	{ "virtio.gpu.cursor", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.cursor", CURSOR_WRITES, VERDICT_FAIL, "UPDATE_CURSOR: it says that its answer has 24 bytes" },
	{ "virtio.gpu.cursor", CURSOR_SILENT, VERDICT_FAIL, "UPDATE_CURSOR is not answered: queue 1" },
	{ "virtio.gpu.cursor-answer", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.cursor-answer", CURSOR_UNANSWERED, VERDICT_FAIL, "UPDATE_CURSOR: room for 24 bytes comes back" },
	{ "virtio.gpu.cursor-errors", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.cursor-errors", CURSOR_SILENT, VERDICT_FAIL, "UPDATE_CURSOR with a picture that there is not" },
	{ "virtio.gpu.cursor-reset", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.cursor-reset", CURSOR_SILENT, VERDICT_FAIL, "MOVE_CURSOR is not answered" },
	{ "virtio.gpu.shared-memory", RIGHT, VERDICT_PASS, "" },
	{ "virtio.gpu.shared-memory", OTHER_REGION, VERDICT_FAIL, "a shared memory region has the id 2" },
};

static void each_fault_is_named(void **state)
{
	suite_case_rows(state, rows, sizeof(rows) / sizeof(rows[0]), make);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(each_fault_is_named),
	};

	return cmocka_run_group_tests_name("type-gpu", tests, NULL, NULL);
}
