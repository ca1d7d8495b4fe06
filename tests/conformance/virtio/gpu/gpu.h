/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.gpu have in common. */
#ifndef VIRTIO_GPU_SUITE_H
#define VIRTIO_GPU_SUITE_H

#include "boot/byteorder.h"
#include "drivers/virtio/device/gpu.h"
#include "tests/conformance/probe/virtio_type.h"

/* The rule of tests whose verdict no mode changes: one engine of each device. */
bool gpu_once(const struct subject *subject);

/* Outputs that the configuration tells of; 0, and the trial has failed, when it cannot be read or makes no sense. */
uint32_t gpu_outputs(struct trial *trial);

/*
 * Asks a question, and says whether it was answered as any must be: at all, within its room, and as long as the device
 * says. what: the command, for people.
 */
bool gpu_asked(struct trial *trial, const char *what, struct gpu_question *question);

/* The header of an answer. */
static inline const struct virtio_gpu_ctrl_hdr *gpu_header(const struct gpu_question *question)
{
	return (const void *)question->answer;
}

/* A command whose answer is a header and nothing else: its type, or 0 and the trial has failed. */
uint32_t gpu_command(struct trial *trial, const char *what, const void *command, uint32_t size);
/* The same, of a command that must succeed (OK_NODATA), and of one that must not: any error, or the one given. */
bool expect_gpu_done(struct trial *trial, const char *what, const void *command, uint32_t size);
#define GPU_ANY_ERROR	0u
void expect_gpu_error(struct trial *trial, const char *what, const void *command, uint32_t size, uint32_t error);
bool gpu_is_error(uint32_t type);

/* Commands that more than one file needs. */
#define GPU_HEADER(command)	{ .type = cpu_to_le32(VIRTIO_GPU_CMD_##command) }
#define GPU_RECTANGLE(left, top, wide, high) \
	{ .x = cpu_to_le32(left), .y = cpu_to_le32(top), .width = cpu_to_le32(wide), .height = cpu_to_le32(high) }

/* Makes a resource. False, and the trial is over: skipped where the device has no memory for it. */
bool gpu_make(struct trial *trial, uint32_t resource, uint32_t format, uint32_t wide, uint32_t high);
/* Takes one away again. */
bool gpu_unmake(struct trial *trial, uint32_t resource);

#endif
