/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.gpu: what is on the screen. Only the host sees it: it looks (screendump), and says a sum of what it has
 * seen, which must be that of the pixels that were in the backing's pages.
 *
 * Source: VIRTIO 1.4, section 5.7.6; docs/gate.md, "The host takes part".
 */
#include "boot/string.h"
#include "drivers/pci/pci.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/virtio/gpu/backing.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

/* Where a pixel's 4 bytes have their colours. */
static const struct format {
	uint32_t number;
	const char *name;
	uint8_t red, green, blue;
} formats[] = {
	{ VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM, "B8G8R8X8", 2, 1, 0 },
	{ VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM, "B8G8R8A8", 2, 1, 0 },
	{ VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM, "A8R8G8B8", 1, 2, 3 },
	{ VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM, "X8R8G8B8", 1, 2, 3 },
	{ VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM, "R8G8B8A8", 0, 1, 2 },
	{ VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM, "R8G8B8X8", 0, 1, 2 },
	{ VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM, "A8B8G8R8", 3, 2, 1 },
	{ VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM, "X8B8G8R8", 3, 2, 1 },
};

/* FNV-1a of 32 bits, as the host sums. */
static uint32_t sum_of(const struct format *format, const uint8_t *picture, struct virtio_gpu_rect part)
{
	const uint32_t left = le32_to_cpu(part.x), top = le32_to_cpu(part.y);
	uint32_t sum = 0x811c9dc5;

	for (uint32_t y = top; y < top + le32_to_cpu(part.height); y++)
		for (uint32_t x = left; x < left + le32_to_cpu(part.width); x++) {
			const uint8_t *pixel = picture + (y * GPU_WIDE + x) * 4;

			sum = (sum ^ pixel[format->red]) * 0x01000193;
			sum = (sum ^ pixel[format->green]) * 0x01000193;
			sum = (sum ^ pixel[format->blue]) * 0x01000193;
		}
	return sum;
}

/* What the screen shows in its upper left corner must be this part of the picture. */
static bool expect_seen(struct trial *trial, const char *what, const struct format *format, const uint8_t *picture,
			struct virtio_gpu_rect part)
{
	uint64_t seen = 0, wanted = sum_of(format, picture, part);
	char place[PCI_NAME];

	if (!trial_good(trial) ||
	    !host_event(trial, &seen, "screendump %s 0 0 %u %u", pci_name(trial->subject->function, place),
			le32_to_cpu(part.width), le32_to_cpu(part.height)))
		return false;
	return expect(trial, seen == wanted, "%s, %s: the screen shows something else (sum %#llx, not %#llx)",
		      format->name, what, (unsigned long long)seen, (unsigned long long)wanted);
}

/* The part of the backing that was transferred is in the picture now. */
static void copy_part(uint8_t *picture, const uint8_t *backing, struct virtio_gpu_rect part)
{
	const uint32_t left = le32_to_cpu(part.x), top = le32_to_cpu(part.y);

	for (uint32_t y = top; y < top + le32_to_cpu(part.height); y++)
		memcpy(picture + (y * GPU_WIDE + left) * 4, backing + (y * GPU_WIDE + left) * 4,
		       le32_to_cpu(part.width) * 4);
}

static bool picture_is_shown(struct trial *trial, const struct format *format, struct gpu_backing *backing)
{
	return gpu_make(trial, GPU_PICTURE, format->number, GPU_WIDE, GPU_HIGH) && gpu_attach(trial, backing) &&
	       gpu_scan_out(trial, 0, GPU_PICTURE, gpu_whole()) && gpu_show(trial, gpu_whole()) &&
	       expect_seen(trial, "the whole picture", format, backing->bytes, gpu_whole());
}

static void shown_formats(struct trial *trial)
{
	static struct gpu_backing backing;

	if (!trial_start(trial, trial->subject->engine) || !gpu_backing_make(trial, &backing))
		return;
	for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		gpu_backing_fill(trial, &backing);
		if (!picture_is_shown(trial, &formats[i], &backing) || !gpu_unmake(trial, GPU_PICTURE))
			break;
	}
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.shown-formats", shown_formats,
		 "The screen shows the pixels of a picture in each format, from all pages of its backing.",
		 .scope = &scope_gpu, .about = gpu_once, .skip = needs_host, .judged_by = EVIDENCE);

/* Parts come from the backing, and what is beside them stays as it was. */
static void shown_parts(struct trial *trial)
{
	const struct virtio_gpu_rect parts[] = {
		GPU_RECTANGLE(0, 0, 1, 1), GPU_RECTANGLE(GPU_WIDE - 1, GPU_HIGH - 1, 1, 1), GPU_RECTANGLE(5, 3, 11, 7),
		GPU_RECTANGLE(0, GPU_HIGH / 2, GPU_WIDE, 3), GPU_RECTANGLE(GPU_WIDE - 3, 0, 3, GPU_HIGH),
	};
	static struct gpu_backing backing;
	static uint8_t picture[GPU_BYTES];
	char what[48];

	if (!trial_start(trial, trial->subject->engine) || !gpu_backing_make(trial, &backing))
		return;
	memcpy(picture, backing.bytes, GPU_BYTES);
	if (picture_is_shown(trial, &formats[0], &backing))
		for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]) && trial_good(trial); i++) {
			gpu_backing_fill(trial, &backing);
			copy_part(picture, backing.bytes, parts[i]);
			format(what, sizeof(what), "after part %u of %zu", i, sizeof(parts) / sizeof(parts[0]));
			if (gpu_show(trial, parts[i]))
				expect_seen(trial, what, &formats[0], picture, gpu_whole());
		}
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.shown-parts", shown_parts,
		 "Parts of a picture that are transferred are on the screen, and what is beside them stays.",
		 .scope = &scope_gpu, .about = on_each_layout, .skip = needs_host, .judged_by = EVIDENCE);

/*
 * A screen may show a part (of 16 lines and columns at least, for QEMU); other rows of the backing may go into the
 * picture than those of the same place.
 */
static void shown_offsets(struct trial *trial)
{
	const struct virtio_gpu_rect window = GPU_RECTANGLE(16, 8, 16, 16), lower = GPU_RECTANGLE(0, 9, GPU_WIDE, 4);
	static struct gpu_backing backing;
	static uint8_t picture[GPU_BYTES];
	struct virtio_gpu_transfer_to_host_2d transfer = gpu_transfer_of(lower);
	const uint32_t rows = 2;		/* of the backing that are skipped, and then 3 pixels */

	transfer.offset = cpu_to_le64((rows * GPU_WIDE + 3) * 4);
	if (!trial_start(trial, trial->subject->engine) || !gpu_backing_make(trial, &backing))
		return;
	memcpy(picture, backing.bytes, GPU_BYTES);
	if (picture_is_shown(trial, &formats[0], &backing) && gpu_scan_out(trial, 0, GPU_PICTURE, window) &&
	    expect_seen(trial, "a window into the picture", &formats[0], picture, window)) {
		gpu_backing_fill(trial, &backing);
		memcpy(picture + 9 * GPU_WIDE * 4, backing.bytes + (rows * GPU_WIDE + 3) * 4, 4 * GPU_WIDE * 4);
		if (expect_gpu_done(trial, "TRANSFER_TO_HOST_2D", &transfer, sizeof(transfer)) &&
		    gpu_scan_out(trial, 0, GPU_PICTURE, gpu_whole()))
			expect_seen(trial, "other rows of the backing", &formats[0], picture, gpu_whole());
	}
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.shown-offsets", shown_offsets,
		 "The screen shows a part of a picture, and rows that came from elsewhere in the backing.",
		 .scope = &scope_gpu, .about = gpu_once, .skip = needs_host, .judged_by = EVIDENCE);

/* What was refused, or is no longer attached, does not come to the screen. */
static void shown_refused(struct trial *trial)
{
	static struct gpu_backing backing;
	static uint8_t picture[GPU_BYTES];
	struct virtio_gpu_transfer_to_host_2d transfer = gpu_transfer_of(gpu_whole());

	if (!trial_start(trial, trial->subject->engine) || !gpu_backing_make(trial, &backing))
		return;
	memcpy(picture, backing.bytes, GPU_BYTES);
	if (picture_is_shown(trial, &formats[0], &backing)) {
		gpu_backing_fill(trial, &backing);
		transfer.r.width = cpu_to_le32(GPU_WIDE + 1);
		expect_gpu_error(trial, "TRANSFER_TO_HOST_2D of what is outside", &transfer, sizeof(transfer),
				 GPU_ANY_ERROR);
		expect_seen(trial, "after a transfer that was refused", &formats[0], picture, gpu_whole());
		transfer.r = gpu_whole();
		if (trial_good(trial) && gpu_detach(trial))
			expect_gpu_error(trial, "TRANSFER_TO_HOST_2D without backing", &transfer, sizeof(transfer),
					 GPU_ANY_ERROR);
		expect_seen(trial, "after its backing was detached", &formats[0], picture, gpu_whole());
	}
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.shown-refused", shown_refused,
		 "What a GPU refuses to transfer, or what is no longer attached, does not come to the screen.",
		 .scope = &scope_gpu, .about = gpu_once, .skip = needs_host, .judged_by = EVIDENCE);
