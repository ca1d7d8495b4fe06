/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite msi, the view of a message: its address is one of memory here, so that the function writes its data there, with
 * the number of the vector in the low bits. It is the bus's, as all that a function of PCI writes. Nothing need be
 * there to take messages, but where they go through another address.
 *
 * Source: PCI Local Bus Specification 3.0, 6.8.1.
 */
#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/frames.h"
#include "drivers/dma/dma.h"
#include "tests/conformance/probe/msi_rig.h"

#define OFFSET	0x40u		/* in the frame */

static uint32_t *word_at(phys_addr frame)
{
	return (uint32_t *)((uint8_t *)arch_pointer(frame) + OFFSET);
}

static uint32_t look_at(phys_addr frame)
{
	return le32_to_cpu(*(const volatile uint32_t *)word_at(frame));
}

/* Puts the pattern back, and looks whether that was all. */
static void expect_rest(struct trial *trial, const struct decoy *decoy, uint32_t before)
{
	struct frames_stray stray;

	*word_at(decoy->bus_frame) = before;
	expect(trial, frames_intact(decoy->bus_frame, FRAME_SIZE, &stray),
	       "beside the message %#llx has changed", (unsigned long long)stray.first.value);
	expect(trial, frames_intact(decoy->physical_frame, FRAME_SIZE, &stray),
	       "the frame with the message's number as a physical address has changed at %#llx",
	       (unsigned long long)stray.first.value);
}

static void expect_written(struct trial *trial, const struct decoy *decoy, unsigned number, uint32_t data)
{
	uint32_t before = *word_at(decoy->bus_frame);

	if (!msi_interrupt(trial, number))
		return;
	poll_soon(look_at(decoy->bus_frame) == data, MSI_LATE);
	expect_equal(trial, "what the message has left where the bus leads", look_at(decoy->bus_frame), data);
	expect_rest(trial, decoy, before);
}

static bool has_fault(struct dma_domain *domain, struct domain_fault *fault)
{
	return domain->driver->ops->fault(domain, fault);
}

/* The same with nothing there, where it can be taken away. */
static void expect_unmapped(struct trial *trial, struct decoy *decoy)
{
	struct dma_domain *domain = trial->subject->function->domain;
	struct domain_fault fault;
	struct frames_stray stray;

	if (decoy->identity || !trial_good(trial))
		return;
	expect(trial, !has_fault(domain, &fault), "a fault is recorded of messages that are allowed: %s", fault.text);
	dma_unmap(&decoy->map);
	if (!msi_interrupt(trial, 0))
		return;
	clock_wait(clock_silence(MSI_QUIET));
	if (domain_can(domain, DOMAIN_FAULT_RECORD))
		expect(trial, poll_soon(has_fault(domain, &fault), MSI_LATE),
		       "no fault is recorded of a message to an address that leads nowhere");
	expect(trial, frames_intact(decoy->bus_frame, FRAME_SIZE, &stray) &&
	       frames_intact(decoy->physical_frame, FRAME_SIZE, &stray),
	       "a message to an address that leads nowhere is at %#llx", (unsigned long long)stray.first.value);
}

static void view(struct trial *trial)
{
	unsigned count = msi_most(trial->subject), interrupts;
	uint16_t data = (uint16_t)(0x5a00u | (trial_random(trial) & 0xe0));
	struct decoy decoy;

	if (!decoy_make(&decoy, trial->subject->function, 1, DMA_DEVICE_BOTH)) {
		trial_error(trial, "no room for a message");
		return;
	}
	if (msi_start_at(trial, count, (struct pci_message) { decoy.number + OFFSET, data })) {
		trial_note(trial, "message", "%#llx at %#llx, %u vectors", (unsigned long long)data,
			   (unsigned long long)decoy.number + OFFSET, count);
		interrupts = msi_rig.source->count(msi_rig.function);
		for (unsigned number = 0; number < interrupts && number < count && trial_good(trial); number++)
			expect_written(trial, &decoy, number, data | number);
		expect_unmapped(trial, &decoy);
		msi_stop();
	}
	decoy_release(&decoy);
}
CONFORMANCE_TEST("msi.view", view,
		 "A message is 32 bits, data with its vector, where the bus takes its address, and nothing beside it.",
		 .scope = &scope_msi, .skip = needs_msi, .judged_by = EVIDENCE);

static const char *needs_translation(const struct subject *subject)
{
	if (!dma_translates(subject->function))
		return "nothing translates the function's addresses";
	return needs_msi_line(subject);
}

/* Its page under another number, which then leads nowhere any more. */
static void mapped(struct trial *trial)
{
	struct pci_function *function = trial->subject->function;
	uint64_t page = domain_page_size(function->domain), there = function->host->at->messages->messages_at.value;
	struct dma_map map = dma_map(function, (phys_addr) { there & -page }, page, DMA_DEVICE_WRITES);
	unsigned count = msi_most(trial->subject);

	if (!expect(trial, map.status == DMA_MAPPED, "the page where messages go cannot be mapped"))
		return;
	if (msi_start_through(trial, count, (bus_addr) { map.address.value + there % page })) {
		for (unsigned i = 0; i < count && i < msi_rig.source->count(function) && trial_good(trial); i++)
			if (msi_interrupt(trial, i))
				msi_expect(trial, i, "by an address that leads where messages go");
		dma_unmap(&map);
		if (trial_good(trial) && msi_interrupt(trial, 0))
			msi_expect_none(trial, "when that address led nowhere");
		msi_stop();
	}
	dma_unmap(&map);
}
CONFORMANCE_TEST("msi.mapped", mapped,
		 "Messages to an address that is mapped to where messages go arrive, and do not once it leads nowhere.",
		 .scope = &scope_msi, .skip = needs_translation, .judged_by = EVIDENCE);
