/*
 * Suite virtio.work, the GPU: screens, fences, a picture; and suites virtio.view and virtio.refuse for the memory
 * that a picture is in, whose address the device is told in a command.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "drivers/virtio/device/gpu.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

/* The screens that the device tells of: the first is on, as big as a screen can be. */
static void gpu_screens(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_gpu_ctrl_hdr request = { .type = cpu_to_le32(VIRTIO_GPU_CMD_GET_DISPLAY_INFO) };
	static struct virtio_gpu_resp_display_info answer;
	uint32_t type, width, height;

	if (!trial_start(trial, engine))
		return;
	if (gpu_run(engine, &request, sizeof(request), &answer, sizeof(answer), &type) != ENGINE_DONE) {
		trial_fail(trial, "the command is not answered: %s", engine->fault);
		return;
	}
	width = le32_to_cpu(answer.pmodes[0].r.width);
	height = le32_to_cpu(answer.pmodes[0].r.height);
	expect_equal(trial, "type of the answer to GET_DISPLAY_INFO", type, VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	expect(trial, le32_to_cpu(answer.pmodes[0].enabled) == 1 && width - 1 < 65535 && height - 1 < 65535,
	       "the first screen is off, or has an impossible size: %ux%u", width, height);
	trial_note(trial, "screen", "%ux%u", width, height);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.gpu-screens", gpu_screens, .scope = &scope_gpu, .judged_by = EVIDENCE);

static void gpu_fence(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t fence = trial_random(trial);
	struct virtio_gpu_ctrl_hdr answer, request = {
		.type = cpu_to_le32(VIRTIO_GPU_CMD_GET_DISPLAY_INFO), .flags = cpu_to_le32(VIRTIO_GPU_FLAG_FENCE),
		.fence_id = cpu_to_le64(fence),
	};
	static struct virtio_gpu_resp_display_info whole;
	uint32_t type;

	if (!trial_start(trial, engine))
		return;
	if (gpu_run(engine, &request, sizeof(request), &whole, sizeof(whole), &type) != ENGINE_DONE) {
		trial_fail(trial, "the command is not answered: %s", engine->fault);
		return;
	}
	answer = whole.hdr;
	expect_equal(trial, "fence flag of the answer", le32_to_cpu(answer.flags) & VIRTIO_GPU_FLAG_FENCE,
		     VIRTIO_GPU_FLAG_FENCE);
	expect_equal(trial, "fence number of the answer", le64_to_cpu(answer.fence_id), fence);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.gpu-fence", gpu_fence, .scope = &scope_gpu, .clauses = "GPU-4 GPU-5 GPU-6 GPU-7",
		 .judged_by = EVIDENCE);

/* A resource as big as its backing: large enough that no device keeps a copy of it while it is attached. */
#define RESOURCE	1u
#define PIXELS_WIDE	128u
#define PIXELS_HIGH	64u
#define BACKING		(PIXELS_WIDE * PIXELS_HIGH * 4)

/* A command without data in its answer; the type of the answer is returned, 0 when there is none. */
static uint32_t command(struct engine *engine, void *request, uint32_t size, uint32_t type)
{
	struct virtio_gpu_ctrl_hdr *header = request;
	uint32_t answer = 0;

	*header = (struct virtio_gpu_ctrl_hdr) { .type = cpu_to_le32(type) };
	return gpu_run(engine, request, size, NULL, 0, &answer) == ENGINE_DONE ? answer : 0;
}

static uint32_t create_resource(struct engine *engine)
{
	struct virtio_gpu_resource_create_2d create = {
		.resource_id = cpu_to_le32(RESOURCE), .format = cpu_to_le32(VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM),
		.width = cpu_to_le32(PIXELS_WIDE), .height = cpu_to_le32(PIXELS_HIGH),
	};

	return command(engine, &create, sizeof(create), VIRTIO_GPU_CMD_RESOURCE_CREATE_2D);
}

/* The same for tests that need it. Whoever sets the device up may have left it too little memory for a picture. */
static bool has_resource(struct trial *trial)
{
	uint32_t answer = create_resource(trial->subject->engine);

	if (answer == VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY) {
		trial_skip(trial,
			   "the device has no memory for a picture of %u bytes: leave out max_hostmem=", BACKING);
		return false;
	}
	return expect_equal(trial, "answer to RESOURCE_CREATE_2D", answer, VIRTIO_GPU_RESP_OK_NODATA);
}

static uint32_t attach_backing(struct engine *engine, uint64_t number)
{
	struct {
		struct virtio_gpu_resource_attach_backing attach;
		struct virtio_gpu_mem_entry entry;
	} request = {
		.attach = { .resource_id = cpu_to_le32(RESOURCE), .nr_entries = cpu_to_le32(1) },
		.entry = { .addr = cpu_to_le64(number), .length = cpu_to_le32(BACKING) },
	};

	return command(engine, &request, sizeof(request), VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING);
}

static uint32_t transfer_and_flush(struct engine *engine)
{
	const struct virtio_gpu_rect all = { 0, 0, cpu_to_le32(PIXELS_WIDE), cpu_to_le32(PIXELS_HIGH) };
	struct virtio_gpu_set_scanout scanout = { .r = all, .resource_id = cpu_to_le32(RESOURCE) };
	struct virtio_gpu_transfer_to_host_2d transfer = { .r = all, .resource_id = cpu_to_le32(RESOURCE) };
	struct virtio_gpu_resource_flush flush = { .r = all, .resource_id = cpu_to_le32(RESOURCE) };
	uint32_t answer = command(engine, &scanout, sizeof(scanout), VIRTIO_GPU_CMD_SET_SCANOUT);

	if (answer == VIRTIO_GPU_RESP_OK_NODATA)
		answer = command(engine, &transfer, sizeof(transfer), VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D);
	if (answer == VIRTIO_GPU_RESP_OK_NODATA)
		answer = command(engine, &flush, sizeof(flush), VIRTIO_GPU_CMD_RESOURCE_FLUSH);
	return answer;
}

static uint32_t detach_backing(struct engine *engine)
{
	struct virtio_gpu_resource_detach_backing detach = { .resource_id = cpu_to_le32(RESOURCE) };

	return command(engine, &detach, sizeof(detach), VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING);
}

static uint32_t destroy_resource(struct engine *engine)
{
	struct virtio_gpu_resource_unref unref = { .resource_id = cpu_to_le32(RESOURCE) };

	return command(engine, &unref, sizeof(unref), VIRTIO_GPU_CMD_RESOURCE_UNREF);
}

/* A picture from memory to the screen. What is on the screen only the host can see. */
static void gpu_picture(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct dma_area area;

	if (!trial_start(trial, engine) || !has_resource(trial) ||
	    !dma_area_make(&area, engine->function, BACKING / FRAME_SIZE))
		return;
	expect_equal(trial, "answer to the same number again", create_resource(engine),
		     VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID);
	expect_equal(trial, "answer to RESOURCE_ATTACH_BACKING",
		     attach_backing(engine, virtio_address(virtio_engine_of(engine)->device, &area.map, 0)),
		     VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to SET_SCANOUT, TRANSFER_TO_HOST_2D, RESOURCE_FLUSH", transfer_and_flush(engine),
		     VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to RESOURCE_DETACH_BACKING", detach_backing(engine), VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to RESOURCE_UNREF", destroy_resource(engine), VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to RESOURCE_UNREF, again", destroy_resource(engine),
		     VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID);
	engine_stop(engine);
	dma_area_release(&area);
}
CONFORMANCE_TEST("virtio.work.gpu-picture", gpu_picture, .scope = &scope_gpu, .judged_by = FUNCTIONAL);

/* A bus address that is no memory's physical address, for these frames: a direct one, or the last of the paged
 * window. False: every window is where memory is, too. */
static bool map_bus_only(const struct engine *engine, phys_addr frames, struct dma_map *map)
{
	const struct host_bridge *bridge = engine->function->host;
	const struct dma_window *paged = &bridge->windows[bridge->driver->paged_window];
	bus_addr last = { paged->base.value + paged->size - BACKING };

	*map = dma_map_through(engine->function, frames, BACKING, DMA_DEVICE_READS, DMA_DIRECT);
	if (map->status != DMA_MAPPED)
		*map = dma_map_at(engine->function, last, frames, BACKING, DMA_DEVICE_READS);
	if (map->status == DMA_MAPPED && map->address.value >= frames_highest())
		return true;
	dma_unmap(map);
	return false;
}

/* A picture's worth of memory, and a bus address that leads to it in that view only. */
static bool make_backing(struct trial *trial, phys_addr *frames, struct dma_map *map)
{
	struct engine *engine = trial->subject->engine;

	if (!frames_take_between(frames_highest() / 2, frames_highest(), BACKING / FRAME_SIZE, BACKING, frames)) {
		trial_error(trial, "no memory for a picture");
		return false;
	}
	if (!map_bus_only(engine, *frames, map)) {
		trial_skip(trial, "there is no window where there is no memory");
		return false;
	}
	trial_note(trial, "numbers", "bus %#llx, physical %#llx", (unsigned long long)map->address.value,
		   (unsigned long long)frames->value);
	return true;
}

/*
 * The addresses in a command are of the same view as all others. One number leads to memory in the bus view only, the
 * other in the physical view only: the device must take the one of its view. If it takes the other one as well,
 * nothing is known, because a device may put off looking.
 */
static void gpu_backing_view(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { ENGINE_DONE, VIEW_NONE, false };
	struct dma_map map;
	phys_addr frames;
	uint32_t bus, physical;

	if (!trial_start(trial, engine) || !has_resource(trial) || !make_backing(trial, &frames, &map))
		return;
	bus = attach_backing(engine, map.address.value);
	detach_backing(engine);
	physical = attach_backing(engine, frames.value);
	detach_backing(engine);
	destroy_resource(engine);
	engine_stop(engine);
	dma_unmap(&map);
	frames_give(frames, BACKING / FRAME_SIZE);
	trial_note(trial, "answers", "to the bus address %#x, to the physical one %#x", bus, physical);
	sighting.view |= bus == VIRTIO_GPU_RESP_OK_NODATA ? VIEW_BUS : VIEW_NONE;
	sighting.view |= physical == VIRTIO_GPU_RESP_OK_NODATA ? VIEW_PHYSICAL : VIEW_NONE;
	if (sighting.view == VIEW_BOTH)
		trial_skip(trial, "the device takes numbers of both views, and only the host sees what it reads");
	else
		matrix_judge(trial, STRUCTURE_BACKING, sighting);
}
CONFORMANCE_TEST("virtio.view.gpu-backing", gpu_backing_view, .scope = &scope_gpu, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

static const char *needs_plain_bus_view(const struct subject *subject)
{
	if (!virtio_engine_plain(virtio_engine_of(subject->engine)))
		return "judged in the plain mode: the ring has no part in it";
	return needs_bus_view(subject);
}

/* Is a backing that leads nowhere refused, when it is told or when it is used? */
static void expect_refused(struct trial *trial, uint64_t number, const char *why)
{
	struct engine *engine = trial->subject->engine;
	uint32_t attached = attach_backing(engine, number);
	uint32_t used = attached == VIRTIO_GPU_RESP_OK_NODATA ? transfer_and_flush(engine) : 0;

	expect(trial, attached != VIRTIO_GPU_RESP_OK_NODATA || used != VIRTIO_GPU_RESP_OK_NODATA,
	       "backing pages at %#llx are taken and used: %s", (unsigned long long)number, why);
	trial_note(trial, "answers", "%s: RESOURCE_ATTACH_BACKING %#x, then %#x", why, attached, used);
	detach_backing(engine);
}

/* A resource, and a picture's worth of memory behind page table entries. */
static bool start_with_pages(struct trial *trial, struct decoy *decoy)
{
	struct engine *engine = trial->subject->engine;

	if (!trial_start(trial, engine))
		return false;
	if (!decoy_make(decoy, engine->function, BACKING / FRAME_SIZE, DMA_DEVICE_READS)) {
		trial_error(trial, "no room for a decoy");
		return false;
	}
	return has_resource(trial);
}

static void end_with_pages(struct trial *trial, struct decoy *decoy)
{
	engine_stop(trial->subject->engine);
	decoy_release(decoy);
	expect_recovers(trial, trial->subject->engine);
}

/* Backing pages that no window claims, and pages that were mapped and used, and are no longer mapped. */
static void gpu_backing_unmapped(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct decoy decoy;

	if (!start_with_pages(trial, &decoy))
		return;
	expect_refused(trial, engine->function->host->driver->unclaimed.value, "no window claims them");
	expect_equal(trial, "answer to RESOURCE_ATTACH_BACKING", attach_backing(engine, decoy.number),
		     VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to a transfer from pages that are mapped", transfer_and_flush(engine),
		     VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to RESOURCE_DETACH_BACKING", detach_backing(engine), VIRTIO_GPU_RESP_OK_NODATA);
	dma_unmap(&decoy.map);
	expect_refused(trial, decoy.number, "they are not mapped any more");
	end_with_pages(trial, &decoy);
}
CONFORMANCE_TEST("virtio.refuse.gpu-backing", gpu_backing_unmapped, .scope = &scope_gpu, .skip = needs_plain_bus_view,
		 .clauses = "DEF-3", .judged_by = FUNCTIONAL);

/* The mapping is revoked while the pages are attached. What the device then reads is seen by the host alone. */
static void gpu_backing_revoked(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct decoy decoy;

	if (!start_with_pages(trial, &decoy))
		return;
	expect_equal(trial, "answer to RESOURCE_ATTACH_BACKING", attach_backing(engine, decoy.number),
		     VIRTIO_GPU_RESP_OK_NODATA);
	dma_unmap(&decoy.map);
	trial_record(trial, "a transfer from pages whose mapping was revoked is answered with %#x",
		     transfer_and_flush(engine));
	end_with_pages(trial, &decoy);
}
CONFORMANCE_TEST("virtio.refuse.gpu-backing-revoked", gpu_backing_revoked, .scope = &scope_gpu,
		 .skip = needs_plain_bus_view, .judged_by = RECORD);
