/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the ISR byte of every device, in every mode.
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "tests/conformance/probe/virtio_trial.h"

/* The ISR byte: set by a used buffer, seen in the PCI status too, cleared by being read. */
static void isr(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	enum engine_result result;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	settle_interrupts(engine);
	expect_equal(trial, "ISR, read when nothing has happened", virtio_isr(device), 0);
	result = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT).result;
	if (!expect(trial, result == ENGINE_DONE, "the request was not completed (%s)", engine_result_name(result)))
		return;
	/* The interrupt may follow the used index by a little. */
	if (!poll_until(virtio_interrupt_pending(device), INTERRUPT_LATE))
		trial_fail(trial, "no interrupt pending after a buffer was used (PCI status %#x)",
			   pci_read16(device->function, PCI_STATUS));
	expect_equal(trial, "ISR after a buffer was used", virtio_isr(device) & 1, 1);
	/* What comes twice is cleared twice; a bit that stays is not. */
	expect(trial, poll_until(virtio_isr(device) == 0, INTERRUPT_LATE), "the ISR is not cleared by being read");
	expect_equal(trial, "interrupt status of PCI after the ISR was read", virtio_interrupt_pending(device), 0);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.work.isr", isr,
		 "A used buffer sets the ISR and the status bit of PCI, and reading the ISR clears both.",
		 .scope = &scope_virtio_engine, .about = does_dma, .skip = needs_writes,
		 .clauses = "ISR-3 ISR-4 ISR-5 DEF-29 SPLIT-10", .judged_by = EVIDENCE);
