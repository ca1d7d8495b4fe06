/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.sound have in common. */
#ifndef VIRTIO_SOUND_SUITE_H
#define VIRTIO_SOUND_SUITE_H

#include "boot/byteorder.h"
#include "drivers/virtio/device/sound.h"
#include "tests/conformance/probe/virtio_type.h"

/* The rule of tests whose verdict no mode changes: one engine of each device. */
bool sound_once(const struct subject *subject);

/* A number of its configuration; 0 where it cannot be read. */
#define SOUND_COUNT(engine, field)	sound_count(engine, offsetof(struct virtio_snd_config, field))
uint32_t sound_count(const struct engine *engine, uint32_t offset);

/*
 * Asks a control request, and says whether it was answered as any must be: at all, within its room, with a status.
 * what: the request, for people.
 */
bool sound_asked(struct trial *trial, const char *what, struct sound_question *question);

/* A request about one stream that is only its header: the status; 0, and the trial has failed, where there is none. */
uint32_t sound_command(struct trial *trial, const char *what, uint32_t code, uint32_t stream);
/* The same, of one that must succeed. */
bool expect_sound_done(struct trial *trial, const char *what, uint32_t code, uint32_t stream);

/* Parameters that a stream has: two bytes a sample and two channels, 48 kHz, where it has those. All tests use the
 * same: a host that writes a file begins a new one when they change. */
#define SOUND_PERIOD	512u		/* bytes */
#define SOUND_PERIODS	4u		/* of a buffer */
struct virtio_snd_pcm_set_params sound_parameters(const struct virtio_snd_pcm_info *info, uint32_t stream);
/* Sets them, and prepares the stream. */
bool sound_prepare(struct trial *trial, const struct virtio_snd_pcm_info *info, uint32_t stream);

/* The first stream of a direction (VIRTIO_SND_D_*). False, and the trial is skipped, where there is none. */
bool sound_find(struct trial *trial, uint8_t direction, uint32_t *stream, struct virtio_snd_pcm_info *info);

#endif
