/* SPDX-License-Identifier: BSD-2-Clause */
/* Which busproof this is: the release, or what git calls the tree that it was built from. The build makes the text. */
#ifndef VERSION_H
#define VERSION_H

extern const char busproof_version[];

#endif
