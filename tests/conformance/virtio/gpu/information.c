/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.gpu: what a GPU says of itself: its screens, their EDID, its events, its shared memory; and commands
 * that there are not.
 *
 * Source: VIRTIO 1.4, section 5.7; VESA Enhanced EDID Standard A2, section 3.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "boot/string.h"
#include "drivers/pci/pci.h"
#include "tests/conformance/virtio/gpu/gpu.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

#define SCREENS_SIZE	((uint32_t)sizeof(struct virtio_gpu_resp_display_info))
#define SCREEN_LARGEST	65535u

/* Outputs that are there are off or have a size; of those that are not there, nothing is said. */
static void expect_screens(struct trial *trial, const struct virtio_gpu_resp_display_info *screens, uint32_t outputs)
{
	static const struct virtio_gpu_display_one nothing;

	for (unsigned i = 0; i < VIRTIO_GPU_MAX_SCANOUTS; i++) {
		const struct virtio_gpu_display_one *screen = &screens->pmodes[i];
		uint32_t wide = le32_to_cpu(screen->r.width), high = le32_to_cpu(screen->r.height);

		if (i >= outputs)
			expect(trial, memcmp(screen, &nothing, sizeof(nothing)) == 0,
			       "something is said of screen %u, and there are %u", i, outputs);
		else if (screen->enabled)
			expect(trial, wide - 1 < SCREEN_LARGEST && high - 1 < SCREEN_LARGEST,
			       "screen %u is on, and has an impossible size: %ux%u", i, wide, high);
	}
}

static void display_info(struct trial *trial)
{
	const struct virtio_gpu_ctrl_hdr command = GPU_HEADER(GET_DISPLAY_INFO);
	static struct gpu_question question;
	uint32_t outputs;

	question = (struct gpu_question) {
		.command = &command, .size = sizeof(command), .room = SCREENS_SIZE + sizeof(command),
	};
	if (!trial_start(trial, trial->subject->engine) || (outputs = gpu_outputs(trial)) == 0 ||
	    !gpu_asked(trial, "GET_DISPLAY_INFO", &question))
		return;
	expect_equal(trial, "type of the answer", le32_to_cpu(gpu_header(&question)->type),
		     VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	expect_equal(trial, "length of the answer", question.length, SCREENS_SIZE);
	expect_equal(trial, "fence flag of an answer to a command without one",
		     le32_to_cpu(gpu_header(&question)->flags) & VIRTIO_GPU_FLAG_FENCE, 0);
	expect_screens(trial, (const void *)question.answer, outputs);
	/* In room for the header alone, nothing else may come. */
	question.room = sizeof(command);
	gpu_asked(trial, "GET_DISPLAY_INFO with too little room", &question);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.gpu.display-info", display_info,
		 "A GPU tells of as many screens as it has, in as many bytes as it says, and never beyond its room.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = EVIDENCE);

#define EDID_BLOCK	128u
#define EDID_EXTENSIONS	126		/* byte of the first block: blocks behind it */
#define EDID_MOST	((uint32_t)sizeof(((struct virtio_gpu_resp_edid *)0)->edid))

/* Its first block says how many there are, and size how many bytes count: more than those of its blocks may. */
static void expect_edid(struct trial *trial, const uint8_t *edid, uint32_t size, unsigned output)
{
	static const uint8_t begin[] = { 0, 255, 255, 255, 255, 255, 255, 0 };

	uint32_t blocks = edid[EDID_EXTENSIONS] + 1u;

	if (!expect(trial, size <= EDID_MOST && blocks * EDID_BLOCK <= size,
		    "the EDID of screen %u says that it has %u blocks of %u bytes, in %u bytes of at most %u", output,
		    blocks, EDID_BLOCK, size, EDID_MOST) ||
	    !expect(trial, memcmp(edid, begin, sizeof(begin)) == 0,
		    "the EDID of screen %u does not begin as one: %02x %02x %02x %02x", output, edid[0], edid[1],
		    edid[2], edid[3]))
		return;
	for (uint32_t block = 0; block < blocks; block++) {
		uint8_t sum = 0;

		for (uint32_t i = 0; i < EDID_BLOCK; i++)
			sum += edid[block * EDID_BLOCK + i];
		if (!expect(trial, sum == 0, "block %u of the EDID of screen %u: the bytes' sum is %#x, not 0",
			    block, output, sum))
			return;
	}
}

static const char *needs_edid(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->device->offered & VIRTIO_BIT(VIRTIO_GPU_F_EDID) ?
	       NULL : "EDID is not offered: leave out edid=off";
}

static void expect_no_edid(struct trial *trial, uint32_t output)
{
	const struct virtio_gpu_cmd_get_edid command = { .hdr = GPU_HEADER(GET_EDID), .scanout = cpu_to_le32(output) };

	expect_gpu_error(trial, "GET_EDID of a screen that there is not", &command, sizeof(command), GPU_ANY_ERROR);
}

static void edid(struct trial *trial)
{
	static struct gpu_question question;
	struct virtio_gpu_cmd_get_edid command = { .hdr = GPU_HEADER(GET_EDID) };
	uint32_t outputs;

	if (!trial_start(trial, trial->subject->engine))
		return;
	outputs = gpu_outputs(trial);
	question = (struct gpu_question) {
		.command = &command, .size = sizeof(command), .room = sizeof(struct virtio_gpu_resp_edid) + 8,
	};
	for (unsigned i = 0; i < outputs && trial_good(trial); i++) {
		const struct virtio_gpu_resp_edid *answer = (const void *)question.answer;

		command.scanout = cpu_to_le32(i);
		if (!gpu_asked(trial, "GET_EDID", &question))
			return;
		expect_equal(trial, "type of the answer to GET_EDID", le32_to_cpu(answer->hdr.type),
			     VIRTIO_GPU_RESP_OK_EDID);
		expect_equal(trial, "length of the answer to GET_EDID", question.length, sizeof(*answer));
		if (trial_good(trial))
			expect_edid(trial, answer->edid, le32_to_cpu(answer->size), i);
	}
	expect_no_edid(trial, outputs);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.gpu.edid", edid,
		 "Each screen of a GPU has an EDID of whole blocks with the right sums, and no other screen has one.",
		 .scope = &scope_gpu, .about = gpu_once, .skip = needs_edid, .judged_by = EVIDENCE);

/* What no device does that was not told to speak VIRGL: an answer all the same, and an error. */
static void unknown_commands(struct trial *trial)
{
	static const uint32_t types[] = {
		0, VIRTIO_GPU_CMD_GET_DISPLAY_INFO - 1, 0x1ff, VIRTIO_GPU_CMD_CTX_CREATE, VIRTIO_GPU_CMD_SUBMIT_3D,
		VIRTIO_GPU_CMD_UPDATE_CURSOR, VIRTIO_GPU_RESP_OK_NODATA, 0x00010100, 0xffffffff,
	};
	char what[32];

	if (!trial_start(trial, trial->subject->engine))
		return;
	for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]) && trial_good(trial); i++) {
		/* Room for the longest command's fields. */
		const struct virtio_gpu_update_cursor command = { .hdr.type = cpu_to_le32(types[i]) };

		format(what, sizeof(what), "command %#x", types[i]);
		expect_gpu_error(trial, what, &command, sizeof(command), GPU_ANY_ERROR);
	}
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.gpu.unknown-commands", unknown_commands,
		 "Commands that a GPU does not have, or of features that nobody accepted, are answered by errors.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);

/* What was cleared stays clear, and clearing nothing changes nothing. Events come only from outside. */
static void events(struct trial *trial)
{
	struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	const unsigned at = offsetof(struct virtio_gpu_config, events_read);
	const unsigned clear = offsetof(struct virtio_gpu_config, events_clear);
	uint64_t before = 0, kept = 0, after = 0;

	if (!trial_start(trial, trial->subject->engine))
		return;
	if (!expect(trial, virtio_config_read(device, at, sizeof(__le32), &before), "events_read cannot be read"))
		return;
	expect_equal(trial, "events that are not defined", before & ~(uint64_t)VIRTIO_GPU_EVENT_DISPLAY, 0);
	virtio_config_write(device, clear, sizeof(__le32), 0);
	virtio_config_read(device, at, sizeof(__le32), &kept);
	expect(trial, (kept & before) == before, "events_read was %#llx, and is %#llx although none was cleared",
	       (unsigned long long)before, (unsigned long long)kept);
	virtio_config_write(device, clear, sizeof(__le32), VIRTIO_GPU_EVENT_DISPLAY);
	virtio_config_read(device, at, sizeof(__le32), &after);
	expect_equal(trial, "events_read after all were cleared", after, 0);
	trial_record(trial, "events at first: %#llx", (unsigned long long)before);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.gpu.events", events,
		 "A GPU shows defined events only, which stay until they are cleared and are gone then.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);

static const char *needs_region(const struct subject *subject)
{
	unsigned index = 0;

	return virtio_next_capability(subject->function, VIRTIO_PCI_CAP_SHARED_MEMORY_CFG, &index) ? NULL :
	       "the device has no shared memory region: give it hostmem=8M";
}

static void shared_memory(struct trial *trial)
{
	const struct pci_function *function = trial->subject->function;
	const struct pci_capability *capability;
	unsigned index = 0;

	while ((capability = virtio_next_capability(function, VIRTIO_PCI_CAP_SHARED_MEMORY_CFG, &index))) {
		unsigned id = pci_read8(function, capability->offset + offsetof(struct virtio_pci_cap, id));

		expect(trial, id == VIRTIO_GPU_SHM_ID_UNDEFINED || id == VIRTIO_GPU_SHM_ID_HOST_VISIBLE,
		       "a shared memory region has the id %u, which is not one of a GPU's", id);
	}
}
CONFORMANCE_TEST("virtio.gpu.shared-memory", shared_memory,
		 "Shared memory regions of a GPU have ids that are defined.",
		 .scope = &scope_gpu, .about = gpu_once, .skip = needs_region, .clauses = "GPU-1",
		 .judged_by = EVIDENCE);
