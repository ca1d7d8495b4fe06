/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scratch disks: what every engine that is a disk keeps to, whatever it is behind. Nothing is written to a disk that
 * does not carry busproof's signature in its first sector, unless the command line allows it.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#define SECTOR_SIZE		512u
/* What the first sector of a scratch disk begins with. */
#define SCRATCH_SIGNATURE	"BUSPROOF SCRATCH DISK 1\n"
/* Sectors before this one are the host's: read, never written. From here 8 sectors are what engines write and read
 * back, whatever they hold; those behind are text that the host looks at after the run (tests/gate). */
#define SCRATCH_FIRST_WRITABLE	8u
#define SCRATCH_SECTORS		64u	/* that a scratch disk has at least */

#endif
