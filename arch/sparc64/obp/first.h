/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record in the first stage, of 64-bit words, which says where the image is. arch/sparc64/obp/media, which makes
 * the media, finds it by its place and its first word, and fills it in.
 */
#ifndef FIRST_H
#define FIRST_H

#define FIRST_LOAD_BASE	0x4000		/* OpenBoot's: where an a.out is entered */
#define FIRST_RECORD	0x10		/* bytes from there to the record */
#define FIRST_MAGIC	"BUSPROOF"

#define FIRST_MEDIUM	1		/* bytes from the start of the partition; 0: it is behind us in memory */
#define FIRST_SIZE	2		/* bytes, whole 32-bit words */
#define FIRST_SUM	3		/* of its 32-bit words, modulo 2 to the 64 */
#define FIRST_WORDS	4

#endif
