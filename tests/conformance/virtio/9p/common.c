/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.9p have in common: see 9p.h. */
#include "tests/conformance/virtio/9p/9p.h"

#define TAG		0x1234u
#define MODE_FILE	0644u
#define MODE_FOLDER	0755u
#define ATTRIBUTES	0x7ffu			/* the basic ones */

bool p9_once(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->mode->features == 0;
}

const char *p9_needs_folder(const struct subject *subject)
{
	return p9_not_writable(subject->engine);
}

bool p9_asked(struct trial *trial, const char *what, struct p9_exchange *exchange)
{
	struct engine *engine = trial->subject->engine;
	uint16_t tag = exchange->message[5] | exchange->message[6] << 8;

	if (!trial_good(trial))
		return false;
	if (!expect(trial, p9_ask(engine, exchange) == ENGINE_DONE, "%s: no answer: %s", what, engine->fault)) {
		engine_stop(engine);
		return false;
	}
	return expect(trial, exchange->tag == tag, "%s: the answer has tag %#x, not %#x", what, exchange->tag, tag) &&
	       expect(trial, !exchange->strayed, "%s: bytes beside the answer were written", what) &&
	       expect(trial, exchange->length == exchange->answer_size ||
			     virtio_engine_of(engine)->mode->legacy,
		      "%s: the used length is %u, and the answer has %u bytes", what, exchange->length,
		      exchange->answer_size);
}

bool p9_done(struct trial *trial, const char *what, struct p9_exchange *exchange)
{
	return p9_asked(trial, what, exchange) &&
	       expect(trial, exchange->type == exchange->message[4] + 1, "%s: the answer is of type %u, error %u", what,
		      exchange->type, exchange->error);
}

void expect_p9_error(struct trial *trial, const char *what, struct p9_exchange *exchange, uint32_t error)
{
	if (!p9_asked(trial, what, exchange) ||
	    !expect(trial, exchange->type == P9_RLERROR, "%s: the answer is of type %u, no error", what,
		    exchange->type))
		return;
	expect(trial, exchange->answer_size == P9_HEADER + 4, "%s: the error has %u bytes", what,
	       exchange->answer_size);
	expect(trial, exchange->error && (!error || exchange->error == error), "%s: the error is %u, not %u", what,
	       exchange->error, error);
}

/* Linux's EPERM, EACCES, ENOSPC, EROFS and EDQUOT: of the host's file system, and no fault of the device. */
static bool is_of_the_host(uint32_t error)
{
	return error == 1 || error == 13 || error == 28 || error == 30 || error == 122;
}

bool p9_made(struct trial *trial, const char *what, struct p9_exchange *exchange)
{
	if (!p9_asked(trial, what, exchange))
		return false;
	if (is_of_the_host(exchange->error))
		trial_skip(trial, "the host does not let files be made in the folder (error %u)", exchange->error);
	return trial_good(trial) &&
	       expect(trial, exchange->type == exchange->message[4] + 1, "%s: the answer is of type %u, error %u", what,
		      exchange->type, exchange->error);
}

void p9_make_walk(struct p9_exchange *exchange, uint32_t from, uint32_t fid, const char *const *names)
{
	unsigned count = 0;

	while (names[count])
		count++;
	p9_begin(exchange, P9_TWALK, TAG);
	p9_put(exchange, from, 4);
	p9_put(exchange, fid, 4);
	p9_put(exchange, count, 2);
	for (unsigned i = 0; i < count; i++)
		p9_put_text(exchange, names[i]);
}

void p9_make_create(struct p9_exchange *exchange, uint32_t fid, const char *name)
{
	p9_begin(exchange, P9_TLCREATE, TAG + 1);
	p9_put(exchange, fid, 4);
	p9_put_text(exchange, name);
	p9_put(exchange, P9_RDWR | P9_TRUNC, 4);
	p9_put(exchange, MODE_FILE, 4);
	p9_put(exchange, 0, 4);
}

void p9_make_folder(struct p9_exchange *exchange, uint32_t parent, const char *name)
{
	p9_begin(exchange, P9_TMKDIR, TAG + 2);
	p9_put(exchange, parent, 4);
	p9_put_text(exchange, name);
	p9_put(exchange, MODE_FOLDER, 4);
	p9_put(exchange, 0, 4);
}

void p9_make_read(struct p9_exchange *exchange, uint32_t fid, uint64_t offset, uint32_t count)
{
	p9_begin(exchange, P9_TREAD, TAG + 3);
	p9_put(exchange, fid, 4);
	p9_put(exchange, offset, 8);
	p9_put(exchange, count, 4);
}

void p9_make_write(struct p9_exchange *exchange, uint32_t fid, uint64_t offset, const void *bytes, uint32_t count)
{
	p9_begin(exchange, P9_TWRITE, TAG + 4);
	p9_put(exchange, fid, 4);
	p9_put(exchange, offset, 8);
	p9_put(exchange, count, 4);
	p9_put_bytes(exchange, bytes, count);
}

void p9_make_unlink(struct p9_exchange *exchange, uint32_t parent, const char *name, uint32_t flags)
{
	p9_begin(exchange, P9_TUNLINKAT, TAG + 5);
	p9_put(exchange, parent, 4);
	p9_put_text(exchange, name);
	p9_put(exchange, flags, 4);
}

void p9_make_rename(struct p9_exchange *exchange, uint32_t from, const char *name, uint32_t to, const char *other)
{
	p9_begin(exchange, P9_TRENAMEAT, TAG + 6);
	p9_put(exchange, from, 4);
	p9_put_text(exchange, name);
	p9_put(exchange, to, 4);
	p9_put_text(exchange, other);
}

void p9_make_attributes(struct p9_exchange *exchange, uint32_t fid)
{
	p9_begin(exchange, P9_TGETATTR, TAG + 7);
	p9_put(exchange, fid, 4);
	p9_put(exchange, ATTRIBUTES, 8);
}

void p9_make_plain(struct p9_exchange *exchange, uint8_t type, uint32_t fid)
{
	p9_begin(exchange, type, TAG + 8);
	p9_put(exchange, fid, 4);
}

bool p9_walk(struct trial *trial, uint32_t from, uint32_t fid, const char *name)
{
	static struct p9_exchange exchange;

	p9_make_walk(&exchange, from, fid, (const char *const[]) { name, NULL });
	return p9_done(trial, name ? name : "another fid", &exchange);
}

bool p9_clunk(struct trial *trial, uint32_t fid)
{
	static struct p9_exchange exchange;

	p9_make_plain(&exchange, P9_TCLUNK, fid);
	return p9_done(trial, "Tclunk", &exchange);
}

bool p9_create(struct trial *trial, uint32_t parent, uint32_t fid, const char *name)
{
	static struct p9_exchange exchange;

	/* Left by a run that was broken off: whether it was there is no matter. */
	p9_make_unlink(&exchange, parent, name, 0);
	if (!p9_asked(trial, "Tunlinkat", &exchange) || !p9_walk(trial, parent, fid, NULL))
		return false;
	p9_make_create(&exchange, fid, name);
	return p9_made(trial, "Tlcreate", &exchange);
}
