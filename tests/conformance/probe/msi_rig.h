/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of MSI look with: one function that interrupts at will (msi_source.h), whose MSI vectors each have a line
 * of their own at what takes messages (drivers/interrupt/message.h). The function makes the number of a vector of the
 * low bits of its data, so that the lines are a row, which begins at a multiple of its length. All lines that messages
 * can raise are looked at.
 */
#ifndef PROBE_MSI_RIG_H
#define PROBE_MSI_RIG_H

#include "drivers/interrupt/message.h"
#include "drivers/iommu/domain.h"
#include "drivers/pci/message.h"
#include "tests/conformance/framework/test.h"
#include "tests/conformance/probe/msi_source.h"

/* For a message that must come, and how long one that must not is waited for. */
#define MSI_LATE	MILLISECONDS(100)
#define MSI_QUIET	MICROSECONDS(500)

struct msi_rig {
	const struct message_port *port;
	const struct interrupt_controller *controller;
	const struct msi_source *source;
	struct pci_function *function;
	struct pci_messages messages;
	uint16_t command;		/* of the function, as it was found */
	unsigned count;			/* vectors in use */
	unsigned first;			/* line of vector 0 */
	unsigned entries;		/* of the handler */
	uint64_t entered;		/* lines that it was entered for */
};
extern struct msi_rig msi_rig;

/* Each function with an MSI capability. */
extern const struct conformance_scope scope_msi;

/* Reasons to skip, or NULL: there is none to be used, or nobody knows how to have it interrupt; and what takes messages
 * here does not take these, or does not ask who sends them. */
const char *needs_msi(const struct subject *subject);
const char *needs_msi_line(const struct subject *subject);
const char *needs_msi_sender(const struct subject *subject);

/* The most vectors that can be in use: those of the function, and lines for them. */
unsigned msi_most(const struct subject *subject);

/* The function up and quiet, with so many vectors in use, each of which sends its message to its line: by the address
 * where messages go, or by another that leads there; or with all of them to memory. False with a complaint or a
 * skip. */
bool msi_start(struct trial *trial, unsigned count);
bool msi_start_through(struct trial *trial, unsigned count, bus_addr address);
bool msi_start_at(struct trial *trial, unsigned count, struct pci_message message);
void msi_stop(void);

uint64_t msi_line(unsigned vector);
/* Has the function interrupt, and forgets before what has come. False with a complaint. */
bool msi_interrupt(struct trial *trial, unsigned number);
/* Lines that messages have come to: with no interrupts let in at the CPU. */
uint64_t msi_come(void);
/* Fails the trial unless a message has come for a vector, and nothing else; or if anything has. */
void msi_expect(struct trial *trial, unsigned vector, const char *when);
void msi_expect_none(struct trial *trial, const char *when);

#endif
