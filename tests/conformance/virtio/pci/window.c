/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.pci: the window through which a BAR is reached from configuration space, and doorbells that only it may
 * ring.
 *
 * Source: VIRTIO 1.4, section 4.1.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/pci_window.h"
#include "tests/conformance/probe/witness.h"

static const char *needs_modern_window(const struct subject *subject)
{
	const char *reason = needs_modern(subject);

	return reason ? reason : needs_window(subject);
}

/* At each width: what is written through the window is read from the BAR, and the other way round. */
static void window(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	const struct virtio_structure *common = &device->common;
	const uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;

	virtio_reset(device);
	window_write(device, common, VIRTIO_PCI_COMMON_STATUS, 1, status);
	expect_equal(trial, "status, written through the window", virtio_status(device), status);
	expect_equal(trial, "status, read through the window", window_read(device, common, VIRTIO_PCI_COMMON_STATUS, 1),
		     status);
	for (uint16_t select = 0; select < 3; select++) {
		window_write(device, common, VIRTIO_PCI_COMMON_Q_SELECT, 2, select);
		expect_equal(trial, "queue_select, written through the window",
			     virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SELECT), select);
		expect_equal(trial, "queue_size, read through the window",
			     window_read(device, common, VIRTIO_PCI_COMMON_Q_SIZE, 2),
			     virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE));
	}
	for (uint32_t select = 0; select < 2; select++) {
		window_write(device, common, VIRTIO_PCI_COMMON_DFSELECT, 4, select);
		expect_equal(trial, "device_feature, read through the window",
			     window_read(device, common, VIRTIO_PCI_COMMON_DF, 4),
			     (uint32_t)(device->offered >> 32 * select));
	}
	window_write(device, common, VIRTIO_PCI_COMMON_STATUS, 1, 0);
	expect_equal(trial, "status after a reset through the window", virtio_status(device), 0);
}
CONFORMANCE_TEST("virtio.pci.window", window,
		 "What is written through the window in configuration space is read from the BAR, and the other way.",
		 .scope = &scope_virtio_device, .skip = needs_modern_window, .clauses = "PCICFG-2 PCICFG-3",
		 .judged_by = FUNCTIONAL);

static const char *needs_window_writes(const struct subject *subject)
{
	const char *reason = needs_window(subject);

	if (!reason && virtio_engine_of(subject->engine)->driver->provoke)
		return "the device uses its buffers when something comes, and not for their doorbell";
	return reason ? reason : needs_writes(subject);
}

static bool in_io_space(const struct virtio_device *device)
{
	return device->function->bars[device->notify.bar].kind == PCI_BAR_IO;
}

/*
 * The doorbell rung, and the ISR read, through the window. The driver's own doorbell goes to queue_select, where a
 * queue's index does no harm; a device that uses the buffer without a doorbell proves nothing here.
 */
static void window_doorbell(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct virtqueue *queue = request_queue(engine);
	struct oracle oracle;
	uint64_t doorbell;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	/* A device may look at its rings by itself once it is started (QEMU does), so that is let pass. */
	if (engine_transfer(engine, DMA_DEVICE_WRITES, oracle_number(&oracle), oracle.size, ENGINE_LIMIT, NULL) !=
	    ENGINE_DONE) {
		trial_error(trial, "a request with the driver's own doorbell does not work: %s", engine->fault);
		return;
	}
	give_time(engine);
	doorbell = queue->doorbell.value - device->notify.at.value;
	queue->doorbell.value = device->common.at.value + VIRTIO_PCI_COMMON_Q_SELECT;
	if (!lets_buffer_lie(trial, &oracle)) {
		if (trial_good(trial))
			trial_skip(trial, "the device uses buffers without a doorbell");
		return;
	}
	window_write(device, &device->notify, doorbell, 2, queue->index);
	expect(trial, engine->ops->finish(engine, ENGINE_LIMIT, NULL) == ENGINE_DONE,
	       "the doorbell%s was rung through the window, and the request is not completed: %s",
	       in_io_space(device) ? " in I/O space" : "", engine->fault);
	expect(trial, oracle_look(trial, &oracle) == engine->view, "the write did not arrive");
	/* The interrupt line follows the ISR, so nothing sets that again then. */
	expect(trial, poll_until(pci_read16(device->function, PCI_STATUS) & PCI_STATUS_INTERRUPT, INTERRUPT_LATE),
	       "no interrupt is pending after a buffer was used");
	expect_equal(trial, "ISR after a used buffer, read through the window",
		     window_read(device, &device->isr, 0, 1) & 1, 1);
	expect_equal(trial, "ISR after that", virtio_isr(device), 0);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.pci.window-doorbell", window_doorbell,
		 "A doorbell rung, and an ISR read, through the window in configuration space count.",
		 .scope = &scope_split_engine, .skip = needs_window_writes, .clauses = "PCICFG-2 PCICFG-3 DEF-27 ISR-5",
		 .judged_by = EVIDENCE);

static uint16_t doorbells_that_end_qemu(const struct virtio_device *device, uint16_t *index, phys_addr *last)
{
	uint16_t queues = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ), found = 0;

	for (uint16_t i = 0; i < queues; i++) {
		phys_addr at;

		if (device->transport->doorbell(device, i, &at) && virtio_doorbell_ends_qemu(device, at)) {
			*index = i;
			*last = at;
			found++;
		}
	}
	return found;
}

static bool has_such_doorbells(const struct subject *subject)
{
	uint16_t index;
	phys_addr last;

	return !needs_modern(subject) && doorbells_that_end_qemu(subject->device, &index, &last) > 0;
}

/* A doorbell that busproof rings through the window elsewhere, by the CPU: that of a queue that is not set up. */
static void doorbell_page(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint16_t index = 0;
	phys_addr last = { 0 };
	uint16_t found = doorbells_that_end_qemu(device, &index, &last);

	if (!expect(trial, virtio_negotiate(device, VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM)),
		    "FEATURES_OK did not stick"))
		return;
	virtio_driver_ok(device);
	mmio_write16_le(last, index);
	expect(trial, !(virtio_status(device) & VIRTIO_CONFIG_S_NEEDS_RESET), "the device needs a reset (status %#x)",
	       virtio_status(device));
	trial_record(trial, "%u doorbells are in pages that begin in the middle of one of the structure's", found);
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.pci.doorbell-page", doorbell_page,
		 "A doorbell on a page that begins at an odd multiple of 4 KiB can be rung by the CPU.",
		 .scope = &scope_virtio_device, .about = has_such_doorbells, .clauses = "DEF-27",
		 .judged_by = FUNCTIONAL);
