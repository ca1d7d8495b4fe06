/*
 * The SCSI host, as an engine and for the tests that are about disks behind it. Target 0, unit 0 is the disk that
 * engines use. Nothing is written to one that does not carry busproof's scratch signature (drivers/virtio/blk.h), not
 * even with allow=destructive.
 */
#ifndef VIRTIO_SCSI_H
#define VIRTIO_SCSI_H

#include <linux/virtio_scsi.h>

#include "drivers/virtio/engine.h"

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

/* One sector of the disk, from or to a number of anybody's; and by way of the driver's own buffer. */
enum engine_result scsi_write_from(struct engine *engine, uint32_t sector, uint64_t number);
enum engine_result scsi_read(struct engine *engine, uint32_t sector, unsigned count, void *bytes);
/* The disk's serial number, NUL-terminated; serial holds BLK_SERIAL bytes. False: it has none. */
bool scsi_serial(struct engine *engine, char *serial);
/* NULL when the disk may be written, or why not. */
const char *scsi_not_writable(const struct engine *engine);

#endif
