/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.msix, what holds a message back: the mask of its vector, the mask of the function, and bus mastering,
 * since a message is a write on the bus like any other.
 *
 * Source: PCI Local Bus Specification 3.0, 6.8.2 and 6.8.3.4.
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "tests/conformance/virtio/msix/rig.h"

static bool request_pending(void)
{
	return pci_message_pending(&msix_rig.messages, msix_request_vector());
}

static bool mask_requests(struct trial *trial, bool masked)
{
	return expect(trial, pci_message_mask(&msix_rig.messages, msix_request_vector(), masked),
		      "vector %u does not hold its mask", msix_request_vector());
}

static bool mask_function(struct trial *trial, bool masked)
{
	const struct pci_messages *messages = &msix_rig.messages;
	unsigned reg = messages->capability + PCI_MSIX_FLAGS;
	uint16_t control = pci_read16(messages->function, reg) & ~PCI_MSIX_FLAGS_MASKALL;

	if (masked)
		control |= PCI_MSIX_FLAGS_MASKALL;
	pci_write16(messages->function, reg, control);
	return expect(trial, pci_read16(messages->function, reg) == control,
		      "the control register of MSI-X does not hold the function's mask");
}

/* A message that is held back is pending; let through, it comes, and is pending no longer. */
static void held_back(struct trial *trial, bool (*mask)(struct trial *trial, bool masked))
{
	uint64_t line;

	if (!msix_start(trial, false))
		return;
	line = INTERRUPT_LINE(msix_rig.lines[msix_request_vector()]);
	expect(trial, !request_pending(), "a message is pending before any request");
	if (mask(trial, true) && msix_request(trial)) {
		expect(trial, poll_soon(request_pending(), MSIX_LATE), "a message that is held back is not pending");
		clock_wait(clock_silence(MSIX_QUIET));
		expect(trial, !(msix_rig.controller->driver->come(msix_rig.controller) & line),
		       "a message came although it is masked");
		if (mask(trial, false))
			msix_expect_owed(trial, "when it was unmasked");
		expect(trial, !request_pending(), "a message that has been sent is still pending");
	}
	msix_stop();
}

static void masked(struct trial *trial)
{
	held_back(trial, mask_requests);
}
CONFORMANCE_TEST("virtio.msix.masked", masked,
		 "The message of a masked vector is pending and not sent, and is sent once the vector is unmasked.",
		 .scope = &scope_msix_engine, .skip = needs_messages, .judged_by = EVIDENCE);

static void function_masked(struct trial *trial)
{
	held_back(trial, mask_function);
}
CONFORMANCE_TEST("virtio.msix.function-masked", function_masked,
		 "While the function is masked its messages are pending and not sent, and are sent afterwards.",
		 .scope = &scope_msix_engine, .skip = needs_messages, .judged_by = EVIDENCE);

/* What is pending is sent when its vector is unmasked, and not by a function that is no bus master. */
static void no_master(struct trial *trial)
{
	if (!msix_start(trial, false))
		return;
	if (mask_requests(trial, true) && msix_request(trial)) {
		if (!poll_soon(request_pending(), MSIX_LATE))
			trial_fail(trial, "a message that is held back is not pending");
		clock_wait(clock_silence(MSIX_QUIET));
		msix_rig.controller->driver->forget(msix_rig.controller,
						    msix_rig.port->driver->lines(msix_rig.port));
		pci_command(msix_rig.engine->function, 0, PCI_COMMAND_MASTER);
		mask_requests(trial, false);
		msix_expect_none(trial, "from a function that is no bus master");
	}
	msix_stop();
}
CONFORMANCE_TEST("virtio.msix.no-master", no_master,
		 "A function that is no bus master sends no message, although one is pending and unmasked.",
		 .scope = &scope_msix_engine, .skip = needs_messages, .judged_by = EVIDENCE);
