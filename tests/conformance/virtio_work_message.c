/*
 * Suite virtio.work: devices that answer messages: the console's ports, the GPU, the crypto device.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/crypto.h"
#include "drivers/virtio/gpu.h"
#include "drivers/virtio/serial.h"
#include "tests/conformance/virtio_type.h"

VIRTIO_TYPE_SCOPE(serial, VIRTIO_ID_CONSOLE);
VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);
VIRTIO_TYPE_SCOPE(crypto, VIRTIO_ID_CRYPTO);

static const char *needs_reads_told(const struct subject *subject)
{
	return subject->engine->no_reads;
}

/* Bytes that differ from run to run leave one port and come out of the other, both ways, by way of the host. */
static void serial_ports_connected(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	static uint8_t sent[SERIAL_LARGEST], received[SERIAL_LARGEST];

	if (!trial_start(trial, engine))
		return;
	for (unsigned from = 0; from < 2; from++) {
		for (unsigned i = 0; i < sizeof(sent); i++)
			sent[i] = trial_random(trial);
		memset(received, 0, sizeof(received));
		if (serial_pass(engine, from, !from, sent, received, sizeof(sent)) != ENGINE_DONE)
			trial_fail(trial, "what port %u was sent did not come out of port %u: %s", from, !from,
				   engine->fault);
		expect(trial, memcmp(sent, received, sizeof(sent)) == 0, "port %u received something else", !from);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.serial-ports", serial_ports_connected, .scope = &scope_serial, .skip = needs_reads_told,
		 .judged_by = EVIDENCE);

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

	if (!trial_start(trial, engine) || !dma_area_make(&area, engine->function, BACKING / FRAME_SIZE))
		return;
	expect_equal(trial, "answer to RESOURCE_CREATE_2D", create_resource(engine), VIRTIO_GPU_RESP_OK_NODATA);
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

/*
 * The addresses in a command are of the same view as all others. One number leads to memory in the bus view only, the
 * other in the physical view only: the device must take the one of its view. If it takes the other one as well,
 * nothing is known, because a device may put off looking.
 */
static void gpu_backing_view(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct dma_map map;
	phys_addr frames;
	uint32_t right, wrong;

	if (!trial_start(trial, engine) ||
	    !frames_take_between(frames_highest() / 2, frames_highest(), BACKING / FRAME_SIZE, BACKING, &frames)) {
		trial_error(trial, "no memory for a picture: %s", engine->fault);
		return;
	}
	if (!map_bus_only(engine, frames, &map)) {
		trial_skip(trial, "there is no window where there is no memory");
		return;
	}
	trial_note(trial, "numbers", "bus %#llx, physical %#llx", (unsigned long long)map.address.value,
		   (unsigned long long)frames.value);
	expect_equal(trial, "answer to RESOURCE_CREATE_2D", create_resource(engine), VIRTIO_GPU_RESP_OK_NODATA);
	right = attach_backing(engine, engine->view == VIEW_BUS ? map.address.value : frames.value);
	detach_backing(engine);
	wrong = attach_backing(engine, engine->view == VIEW_BUS ? frames.value : map.address.value);
	detach_backing(engine);
	destroy_resource(engine);
	engine_stop(engine);
	dma_unmap(&map);
	frames_give(frames, BACKING / FRAME_SIZE);
	expect_equal(trial, "answer to RESOURCE_ATTACH_BACKING with an address of its own view", right,
		     VIRTIO_GPU_RESP_OK_NODATA);
	if (trial_good(trial) && wrong == VIRTIO_GPU_RESP_OK_NODATA)
		trial_skip(trial,
			   "the device takes numbers of both views, and what it then reads is seen by the host alone");
}
CONFORMANCE_TEST("virtio.view.gpu-backing", gpu_backing_view, .scope = &scope_gpu, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

/* Independent of this device: 32 times 'A' under the key 00 01 ... 0f with an IV of zeroes, AES-128 in CBC mode. */
static const uint8_t plain_byte = 'A';
static const uint8_t cipher_text[] = {
	0xdd, 0x4b, 0x1a, 0x0b, 0x47, 0xda, 0xa7, 0x06, 0x7d, 0x0b, 0x59, 0xd9, 0x5d, 0x58, 0xa6, 0xae,
	0x0f, 0xdb, 0xc4, 0xe2, 0xee, 0xa7, 0x79, 0x88, 0xb2, 0x1f, 0xaa, 0xe0, 0x55, 0xca, 0x59, 0x99,
};

static void crypto_vector(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint8_t plain[sizeof(cipher_text)], found[sizeof(cipher_text)], status;

	if (!trial_start(trial, engine))
		return;
	memset(plain, plain_byte, sizeof(plain));
	if (crypto_run(engine, CRYPTO_ENCRYPT, plain, found, sizeof(plain), &status) != ENGINE_DONE) {
		trial_fail(trial, "no answer: %s", engine->fault);
		return;
	}
	expect_equal(trial, "status of encryption", status, VIRTIO_CRYPTO_OK);
	expect(trial, memcmp(found, cipher_text, sizeof(found)) == 0, "the cipher text is not AES-128-CBC's");
	if (crypto_run(engine, CRYPTO_DECRYPT, cipher_text, found, sizeof(found), &status) != ENGINE_DONE) {
		trial_fail(trial, "no answer: %s", engine->fault);
		return;
	}
	expect_equal(trial, "status of decryption", status, VIRTIO_CRYPTO_OK);
	expect(trial, memcmp(found, plain, sizeof(found)) == 0, "the cipher text is not decrypted to its plain text");
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.crypto-vector", crypto_vector, .scope = &scope_crypto,
		 .clauses = "CRYPTO-4 CRYPTO-11 CRYPTO-14 CRYPTO-36 CRYPTO-37 CRYPTO-39 CRYPTO-42",
		 .judged_by = EVIDENCE);

/* Far above what any device numbers its sessions with. */
#define NO_SESSION	0x7fffffff12345678ull
#define NO_ALGORITHM	0x5a5au

static void crypto_unknown_session(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint8_t status;

	if (!trial_start(trial, engine))
		return;
	if (crypto_run_in(engine, NO_SESSION, &status) != ENGINE_DONE)
		trial_fail(trial, "no answer: %s", engine->fault);
	expect_equal(trial, "status in a session that does not exist", status, VIRTIO_CRYPTO_INVSESS);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.crypto-unknown-session", crypto_unknown_session, .scope = &scope_crypto,
		 .clauses = "CRYPTO-44", .judged_by = EVIDENCE);

static void crypto_unknown_algorithm(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t session;
	uint32_t status;

	if (!trial_start(trial, engine))
		return;
	if (crypto_create(engine, CRYPTO_ENCRYPT, NO_ALGORITHM, &session, &status) != ENGINE_DONE)
		trial_fail(trial, "no answer: %s", engine->fault);
	expect_equal(trial, "status of a session of an algorithm that does not exist", status, VIRTIO_CRYPTO_NOTSUPP);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.crypto-unknown-algorithm", crypto_unknown_algorithm, .scope = &scope_crypto,
		 .clauses = "CRYPTO-15", .judged_by = EVIDENCE);
