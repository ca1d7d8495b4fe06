/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the two files of the SCSI host in software share: its state, and a request that was taken apart. scsi_host.c has
 * queues, functions, events and time; scsi_host_disk.c what its units make of a command.
 */
#ifndef SCSI_HOST_PARTS_H
#define SCSI_HOST_PARTS_H

#include <linux/virtio_scsi.h>

#include "drivers/engine/scratch.h"
#include "tests/unit/scsi_host.h"

#define SECTORS		64u
#define SPARE		2u		/* the target of the second disk, which can go */

extern struct scsi_host {
	enum host_fault fault, fault_to_be;
	uint8_t disk[SECTORS][SECTOR_SIZE];
	bool attention;
	/* Commands since the last reset. The first tells the driver that the disk is ready, and is answered well. */
	unsigned commands;
	/* The second disk, which does not more than to be there: its size in blocks, 0 where it is gone. */
	uint32_t spare;
	bool changed;
	bool lost;			/* an event */
} host;

/* A request, taken apart. */
struct asked {
	const uint8_t *lun;
	uint64_t tag;
	const uint8_t *cdb;
	const uint8_t *out;
	uint32_t out_size;
	uint8_t *response, *in;
	uint32_t response_size, in_size;
	uint32_t moved;			/* bytes of data */
};

static inline struct virtio_scsi_config *config(void)
{
	return case_config(struct virtio_scsi_config);
}

/* Does it do this wrong, now that its disk is known to be ready? */
static inline bool answers_with(enum host_fault which)
{
	return host.fault == which && host.commands > 1;
}

/* Answers without moving data; and what a command is for. */
void scsi_end(const struct asked *asked, uint8_t response, uint8_t status, uint8_t key, uint16_t code);
void scsi_command(struct asked *asked);
bool scsi_no_such_unit(const uint8_t *lun);

#endif
