/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.9p have in common. */
#ifndef VIRTIO_9P_SUITE_H
#define VIRTIO_9P_SUITE_H

#include "drivers/virtio/device/9p.h"
#include "drivers/virtio/device/9p_request.h"
#include "tests/conformance/probe/virtio_type.h"

/* Errors of an Rlerror: Linux's numbers, whatever the host is. */
#define P9_ENOENT	2u
#define P9_EEXIST	17u
#define P9_ENOTEMPTY	39u

/* Of Tlopen, Tlcreate and Tunlinkat: Linux's. */
#define P9_RDONLY	0u
#define P9_RDWR		2u
#define P9_TRUNC	01000u
#define P9_REMOVEDIR	0x200u

/* .about: what is the same in each mode is judged in one, and once more through the legacy interface. */
bool p9_once(const struct subject *subject);
/* Reason to skip: files of our own may be made only where a writable scratch file says that the folder is ours. */
const char *p9_needs_folder(const struct subject *subject);

/* Asks. False, and the trial has failed, where there is no answer, or one whose tag, size or used length is wrong, or
 * that went beside its room. */
bool p9_asked(struct trial *trial, const char *what, struct p9_exchange *exchange);
/* The same, and the answer must be the message's own; or an Rlerror with this number, 0 for any. */
bool p9_done(struct trial *trial, const char *what, struct p9_exchange *exchange);
void expect_p9_error(struct trial *trial, const char *what, struct p9_exchange *exchange, uint32_t error);

/* Messages, put together: the fid stands for what the names lead to, a NULL behind the last. */
void p9_make_walk(struct p9_exchange *exchange, uint32_t from, uint32_t fid, const char *const *names);
void p9_make_create(struct p9_exchange *exchange, uint32_t fid, const char *name);
void p9_make_folder(struct p9_exchange *exchange, uint32_t parent, const char *name);
void p9_make_read(struct p9_exchange *exchange, uint32_t fid, uint64_t offset, uint32_t count);
void p9_make_write(struct p9_exchange *exchange, uint32_t fid, uint64_t offset, const void *bytes, uint32_t count);
void p9_make_unlink(struct p9_exchange *exchange, uint32_t parent, const char *name, uint32_t flags);
void p9_make_rename(struct p9_exchange *exchange, uint32_t from, const char *name, uint32_t to, const char *other);
void p9_make_attributes(struct p9_exchange *exchange, uint32_t fid);
/* One fid and nothing else: Tclunk, Tstatfs. */
void p9_make_plain(struct p9_exchange *exchange, uint8_t type, uint32_t fid);

/* As p9_done(), of a message that makes a file or folder: skips the trial where the host does not allow that. */
bool p9_made(struct trial *trial, const char *what, struct p9_exchange *exchange);

/* Whole exchanges that must go well; false, and the trial has failed, when they do not. */
bool p9_walk(struct trial *trial, uint32_t from, uint32_t fid, const char *name);
bool p9_clunk(struct trial *trial, uint32_t fid);
/* A new file, open for reading and writing as fid; one of its name that there was is gone. */
bool p9_create(struct trial *trial, uint32_t parent, uint32_t fid, const char *name);

#endif
