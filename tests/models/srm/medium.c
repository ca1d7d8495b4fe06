/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot device, whose medium QEMU's loader has put into memory: what it is called, and what is on it for whoever
 * reads, the console's bootstrap (load.c) or the image (channels.c). Blocks are counted in 512 bytes on a CD too, whose
 * drive reads none but whole ones of 2048.
 *
 * How long a medium is the request says (bytes=); where it does not, zeros are behind it.
 */
#include "tests/models/srm/model.h"

#define LARGEST_MEDIUM		(32 * MIB)

static const struct device {
	const char *medium, *name, *path;
	uint64_t block;			/* bytes; 0 where there are none */
} devices[] = {
	{ "disk", "dka0", "SCSI 0 9 0 0 0 0 0", 512 },
	{ "cd", "dka400", "SCSI 0 9 0 4 400 0 0", 2048 },
	{ "net", "ewa0", "BOOTP 0 11 0 0 0 10 08-00-2B-E5-12-34", 0 },
};

static const struct device *device(void)
{
	for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (same(devices[i].medium, model.medium))
			return &devices[i];
	die("the request's medium is none of disk, cd and net");
}

const char *medium_name(void) { return device()->name; }
const char *medium_path(void) { return device()->path; }
uint64_t medium_block(void) { return device()->block; }

uint64_t medium_bytes(void)
{
	return model.medium_bytes && model.medium_bytes < LARGEST_MEDIUM ? model.medium_bytes : LARGEST_MEDIUM;
}

volatile uint64_t *medium_at(uint64_t byte) { return quad(AT_MEDIUM + byte); }
