/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SCSI host, as an engine and for the tests that are about disks behind it. Of the units there, whatever target
 * they are at, engines use the one that can be made to do most: a scratch disk, else a disk, else a CD. Nothing is
 * written to a disk that does not carry busproof's scratch signature (disk.h), not even with allow=destructive.
 */
#ifndef VIRTIO_SCSI_H
#define VIRTIO_SCSI_H

#include <linux/virtio_scsi.h>

#include "drivers/virtio/device/disk.h"

/* A command: what is sent, and what came back. */
struct scsi_command {
	uint8_t target;
	uint16_t unit;			/* SCSI_REPORT_LUNS: the well-known unit of that name */
	uint8_t cdb[VIRTIO_SCSI_CDB_SIZE];
	uint64_t data;			/* number of the data buffer; size 0: none */
	uint32_t size;
	bool device_writes;
	/* Filled in. */
	uint8_t response;		/* VIRTIO_SCSI_S_* */
	uint8_t status;			/* of the unit, as SAM has it */
	uint8_t sense_key;		/* with a status of SCSI_CHECK_CONDITION: why */
	uint32_t residual;		/* bytes of the buffer that were not used */
};
#define SCSI_REPORT_LUNS	0xc101u
#define SCSI_GOOD		0x00
#define SCSI_CHECK_CONDITION	0x02

/* Sends it to an engine that is started and waits. ENGINE_DONE when a response has come, whatever it says. */
enum engine_result scsi_run(struct engine *engine, struct scsi_command *command);
/* The same with a data buffer of the driver's own, at most SCSI_DATA bytes, which the device writes. */
#define SCSI_DATA		4096u
enum engine_result scsi_ask(struct engine *engine, struct scsi_command *command, void *data, uint32_t size);

/* The command, to the unit that engines use. */
struct scsi_command scsi_to_unit(const struct engine *engine, const struct scsi_command *command);
/* One block of the disk, from a number of anybody's; and by way of the driver's own buffer, with the sectors around
 * them that make whole blocks. */
enum engine_result scsi_write_from(struct engine *engine, uint64_t sector, uint64_t number);
enum engine_result scsi_read(struct engine *engine, uint64_t sector, unsigned count, void *bytes);
/* The disk's serial number, NUL-terminated; serial holds BLK_SERIAL bytes. False: it has none. */
bool scsi_serial(struct engine *engine, char *serial);

#endif
