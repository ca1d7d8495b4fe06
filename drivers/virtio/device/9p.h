/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 9P transport, as an engine and for the tests that are about files. Of the host's files it touches one only: the
 * file "scratch" in the exported folder, and that it writes only if it begins with busproof's scratch signature.
 */
#ifndef VIRTIO_9P_H
#define VIRTIO_9P_H

#include "drivers/virtio/engine.h"

#define P9_LARGEST	1024u
/* In the scratch file: up to here it is the host's, then engines write P9_LARGEST bytes and read them back, and from
 * P9_TEXT on a text stands that the host looks at after the run (tests/gate). */
#define P9_ENGINE	4096u
#define P9_TEXT		8192u

/* On an engine that is started; at most P9_LARGEST bytes, to and from a number of anybody's, or bytes of the
 * caller's. */
enum engine_result p9_write_from(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size);
enum engine_result p9_read(struct engine *engine, uint64_t offset, void *bytes, uint32_t size);
/* NULL when there is a scratch file; and when it may be written, too. Or why not. */
const char *p9_no_scratch(const struct engine *engine);
const char *p9_not_writable(const struct engine *engine);
/* The name that the device gives the exported folder, NUL-terminated; size bytes of room. False: it has none. */
bool p9_mount_tag(const struct virtio_device *device, char *tag, unsigned size);

#endif
