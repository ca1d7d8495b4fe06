/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of SCSI hosts, in what suite virtio.scsi judges. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation scsi[] = {
	{
		.name = "qemu-scsi-write-used-length",
		.points = "virtio.scsi.used-length/scsi@*,virtio.split.read-length/scsi@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a write: the used length is *? and the response has * bytes,"
			   "the device says that it wrote * bytes? and may write *",
		.reason = "The used length of a command that writes to a disk counts the data that the device has "
			  "read with the response that it wrote: 620 bytes for a block of 512, where it may write 108. "
			  "By hand: send a WRITE(10) of one block to a scsi-hd, and read the used length.",
		.reference = "SPLIT-15, DEF-17; QEMU hw/scsi/virtio-scsi.c, virtio_scsi_complete_req()",
	},
	{
		.name = "qemu-scsi-no-report-luns-unit",
		.points = "virtio.scsi.report-luns/scsi@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the well-known unit REPORT LUNS: response 3? not 0",
		.reason = "The well-known unit REPORT LUNS is not there: a command to it ends with BAD_TARGET, and a "
			  "driver has to ask unit 0 of each target. By hand: send a REPORT LUNS with lun c1 01 00 00 "
			  "00 00 00 00.",
		.reference = "SCSI-9; QEMU hw/scsi/virtio-scsi.c, virtio_scsi_device_get()",
	},
};
DEVIATIONS(scsi);
