/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only the host can do to a device: give a disk another size, take a network's link down, press a key. A test asks
 * for it in a line of the console, and whoever started this machine does it and answers (docs/gate.md, "The host takes
 * part"; the verbs are tests/gate/lib/Gate/Host/Verbs.pm's).
 *
 *	# host-event: 3 link 01:02.0 down
 *	host-event 3 done			(or: done NUMBER, lacks WHY, refused WHY)
 */
#ifndef HOST_EVENT_H
#define HOST_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/conformance/framework/test.h"

/* listens: the command line says that somebody reads our lines (host=on). Forgets what was before. */
void host_event_start(bool listens);

/* Reason to skip a test that needs the host, for conformance_test.skip: nobody listens, or no longer answers. */
const char *needs_host(const struct subject *subject);

/*
 * Asks for an event, in words with one blank between them: the verb, the device's place as pci_name() writes it, and
 * what the verb wants. Waits until it has happened; answer, where not NULL, gets the number that came with it.
 *
 *	host_event(trial, NULL, "resize %s %llu", place, bytes)
 *
 * False where it has not happened: a trial_skip() where the machine lacks what it takes, a trial_error() where the host
 * refuses or does not answer. Of a trial that has complained already it is evidence only, so that a test can put
 * back what it has changed. A host that stays silent is not asked again.
 */
bool host_event(struct trial *trial, uint64_t *answer, const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * While the next event is waited for, and as often as the console is looked at, do something: what a driver does that
 * knows nothing of the event.
 */
void host_event_meanwhile(void (*step)(void *context), void *context);

#endif
