/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.device: that a device has a way to interrupt at all, which it says in configuration space. Whether it
 * interrupts, and where, is judged by suites virtio.intx and virtio.msix, to which a device without a way has nothing
 * to say.
 *
 * Source: VIRTIO 1.4, sections 4.1.4.5 and 4.1.5.3: a notification is a message of MSI-X, or an interrupt of the pin
 * with a bit in the ISR, which a device must set where MSI-X is off.
 */
#include "drivers/host/host.h"
#include "drivers/pci/message.h"
#include "tests/conformance/probe/virtio_trial.h"

/* What keeps messages from being the way, or NULL. */
static const char *messages_lack(const struct pci_function *function)
{
	static struct pci_messages messages;

	if (!pci_messages_control(function, PCI_MSIX))
		return "it has no MSI-X capability";
	if (!pci_messages_find(&messages, function, PCI_MSIX))
		return messages.fault;
	return function->host->messages ? NULL : "the machine takes no messages";
}

static void can_interrupt(struct trial *trial)
{
	const struct pci_function *function = trial->subject->function;
	const char *lacking = messages_lack(function);

	expect(trial, function->pin != 0 || !lacking, "its interrupt pin is 0, and %s: it has no way to interrupt",
	       lacking);
}
CONFORMANCE_TEST("virtio.device.interrupt", can_interrupt,
		 "A device has an interrupt pin, or messages that the machine takes.",
		 .scope = &scope_virtio_device, .skip = needs_pci, .clauses = "PCIID-1", .judged_by = FUNCTIONAL);
