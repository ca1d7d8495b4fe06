/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rig of suite virtio.msix: one virtio device whose events are messages, each vector with a line of its own at what
 * takes messages (drivers/interrupt/message.h). All lines that messages can raise are looked at, so that a message that
 * goes astray is seen as well.
 *
 * Vector 0 is the configuration's and each queue has the next one, as far as the device has vectors: what is left
 * shares the last.
 *
 * The runner stops the engine, and with it the messages, and closes the controller, however the trial ends.
 */
#ifndef MSIX_RIG_H
#define MSIX_RIG_H

#include "drivers/interrupt/message.h"
#include "drivers/virtio/message.h"
#include "tests/conformance/probe/engine_trial.h"

#define MSIX_VECTORS	(1 + VIRTIO_ENGINE_QUEUES)

/* The limits: for a message that must come, and how long one that must not is waited for. */
#define MSIX_LATE	MILLISECONDS(100)
#define MSIX_QUIET	MICROSECONDS(500)

struct msix_rig {
	const struct message_port *port;
	const struct interrupt_controller *controller;
	struct pci_messages messages;
	struct engine *engine;
	struct virtio_device *device;
	struct dma_area area;			/* what requests are about */
	unsigned vectors;			/* in use */
	bool unmapped;				/* no event has a vector */
	uint8_t lines[MSIX_VECTORS];		/* of each vector */
	uint64_t pins;				/* lines that were raised before any request, by somebody else */
	unsigned used[VIRTIO_ENGINE_QUEUES];	/* buffers that each queue had used when the counts below began */

	unsigned entries;			/* of the handler */
	uint64_t entered;			/* lines that it was entered for */
};
extern struct msix_rig msix_rig;

/* Each virtio device with a plain split ring, modern or legacy. */
extern const struct conformance_scope scope_msix_engine;

/* Reasons to skip, or NULL: it has no MSI-X that can be used; nothing takes its messages, or there are no requests. */
const char *needs_msix(const struct subject *subject);
const char *needs_messages(const struct subject *subject);

/* Starts the subject's engine with messages on, unmasked, and opens the controller; what has come until then is
 * forgotten. unmapped: no event has a vector. False with a complaint. */
bool msix_start(struct trial *trial, bool unmapped);
void msix_stop(void);

/* The vectors of the configuration and of a queue, as msix_start() has given them. */
unsigned msix_config_vector(void);
unsigned msix_queue_vector(unsigned queue);
/* That of the requests. */
unsigned msix_request_vector(void);

/* Begins to count anew: used buffers, and what has come. */
void msix_count(void);
/* Has the device serve a request and waits until it has used the buffers. */
bool msix_request(struct trial *trial);
/* The lines of the queues that have used buffers since the count began. */
uint64_t msix_owed(void);

/* With interrupts off at the CPU: fails the trial unless messages have come for all that is owed, and for nothing
 * else. */
void msix_expect_owed(struct trial *trial, const char *when);
/* Fails the trial if one comes. */
void msix_expect_none(struct trial *trial, const char *when);

/* Fails the trial if the function drives its pin: by PCI's status, and by what the controller sees. */
void msix_expect_no_pin(struct trial *trial);

#endif
