/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of the driver of an ITS have in common: a host of PCI whose functions send their messages to the one in
 * its_model.h, and the driver's side of it. */
#ifndef ITS_CASE_H
#define ITS_CASE_H

#include "drivers/interrupt/message.h"
#include "tests/unit/its_model.h"

#define CASE_LINE	48u		/* that of event 0; they go up to 63 */
#define CASE_EVENTS	16u
#define CASE_STREAM	0x1000u		/* by which the ITS knows requester 0 */
#define CASE_REQUESTERS	0x400u		/* that it knows */

/* Of what its_case_attach() has found; NULL: it takes no messages. */
extern const struct message_port *its_port;
extern const struct interrupt_controller *its_controller;
/* Lines that were handled, the last one, and whether it is to be ended. */
extern unsigned its_handled, its_handled_line;

int its_case_setup(void **state);	/* the model as it is on QEMU, memory, a host; nothing of it attached */
void its_case_attach(void);
bool its_case_open(void);		/* after its_case_attach(); false: nothing takes messages */
int its_case_start(void **state);	/* all of these */
int its_case_end(void **state);		/* closes it, where the test has not */

/* A function on the host's bus 0 and above, by its requester ID. */
struct pci_function its_function(unsigned requester);
/* What it is told for an event; false where it cannot have it. */
bool its_event(unsigned requester, unsigned event, struct message_to *to);
/* It sends what it was told for an event. */
void its_send_event(unsigned requester, unsigned event);
/* Kinds of commands since there were `from` of them, as a text: "MAPD SYNC MAPTI SYNC". */
const char *its_commands(unsigned from);
void its_expect_said(const char *words);

#endif
