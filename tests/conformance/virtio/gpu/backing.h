/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small picture of suite virtio.gpu, whose backing is scattered: in pieces of an odd number of pixels, each in a
 * frame of its own and the last ones first.
 */
#ifndef VIRTIO_GPU_BACKING_H
#define VIRTIO_GPU_BACKING_H

#include "tests/conformance/virtio/gpu/gpu.h"

#define GPU_PICTURE	7u		/* the number of its resource */
#define GPU_WIDE	32u		/* pixels of 4 bytes */
#define GPU_HIGH	24u
#define GPU_BYTES	(GPU_WIDE * GPU_HIGH * 4)
#define GPU_PIECES	12u

struct gpu_backing {
	struct dma_area area;
	uint8_t bytes[GPU_BYTES];	/* of the picture, row by row */
	struct {
		struct virtio_gpu_resource_attach_backing attach;
		struct virtio_gpu_mem_entry entries[GPU_PIECES];
	} command;
};

/* Memory for it, with random pixels. False, with trial_error(), when there is none. */
bool gpu_backing_make(struct trial *trial, struct gpu_backing *backing);
/* Other pixels. */
void gpu_backing_fill(struct trial *trial, struct gpu_backing *backing);
/* Gives the memory back: none of it may have been written. The device must be stopped, or know nothing of it. */
void gpu_backing_release(struct trial *trial, struct gpu_backing *backing);

/* Commands about the picture. False, and the trial has failed, where one is not answered by OK_NODATA. */
bool gpu_attach(struct trial *trial, struct gpu_backing *backing);
bool gpu_detach(struct trial *trial);
/* Part of it from its backing into the resource, where it is in the backing as well; and to the screen. */
struct virtio_gpu_transfer_to_host_2d gpu_transfer_of(struct virtio_gpu_rect part);
bool gpu_show(struct trial *trial, struct virtio_gpu_rect part);
/* A resource on a screen; 0: the screen off. */
bool gpu_scan_out(struct trial *trial, uint32_t output, uint32_t resource, struct virtio_gpu_rect part);
struct virtio_gpu_rect gpu_whole(void);

#endif
