/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole buffers: the largest transfer of an engine, page by page. Each page of the buffer leads to a frame of its own
 * in either view, in the bus view to frames whose order is not that of the numbers, with a page on both sides that must
 * not move. An engine that translates the address of the first page only, or leaves out a byte, is told which it is.
 *
 * Small transfers, and those that must not work, are the oracle's (oracle.h).
 */
#ifndef WHOLE_H
#define WHOLE_H

#include "tests/conformance/framework/test.h"

/* Bytes of the largest buffer that is looked at. */
#define WHOLE_WRITE	(1u << 20)

/*
 * Lets a started engine write a buffer as large as it can and judges each page of it. Skips the trial where no
 * transfer of the engine is large enough to lie across two pages. Stops the engine.
 */
void whole_written(struct trial *trial, struct engine *engine);
/* The same for what it reads: other data in each page and in each view, and none of them may move. */
void whole_read(struct trial *trial, struct engine *engine);

#endif
