/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client interface of the console firmware, OpenBIOS or OBP: calling a service, and reading properties.
 *
 * Serves the first stage of media (obp/) and the image alike, and so depends on nothing. Whether a call can be made at
 * all, with whose traps and translations, is settled by those who open it.
 *
 * Source: IEEE 1275-1994, client interface; its SPARC binding (64-bit cells).
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t client_node;

#define CLIENT_NONE		0	/* no node, as peer and child say it; and no instance */
#define CLIENT_ARGUMENTS	8
#define CLIENT_RESULTS		5
#define CLIENT_WORD		64	/* bytes of a text that is compared, with the NUL */

/* Takes an array of cells; 0 when the service has been done. */
typedef int client_entry(uint64_t *cells);

/* Calls go through entry from now on. */
void client_open(client_entry *entry);

/* Calls a service with count arguments; it leaves results values. False if the firmware refuses. */
bool client_call(const char *service, unsigned count, const uint64_t *arguments, unsigned results, uint64_t *result);

/* The same for a method of an instance. As in Forth, the last argument comes first. False also if it threw. */
bool client_method(const char *method, uint32_t instance, unsigned count, const uint64_t *arguments, unsigned results,
		   uint64_t *result);

/* The node or instance that a service of one argument finds, or CLIENT_NONE. */
client_node client_find(const char *service, uint64_t argument);

/*
 * Reads at most size bytes of a property; the rest of the buffer is 0. Returns the property's whole length, which
 * may be more than size, or 0 if there is none.
 */
size_t client_property(client_node from, const char *name, void *buffer, size_t size);

/* A property that is text, which is ended. False if there was more of it than fits. */
bool client_string(client_node from, const char *name, char *buffer, size_t size);

/* Whether text is the same; and whether a property is such a text. */
bool client_same(const char *a, const char *b);
bool client_is(client_node from, const char *name, const char *expected);

/* A property that is one 32-bit number; 0 if there is none. */
uint32_t client_number(client_node from, const char *name);

/* The physical address of a page that the firmware maps. False if it maps none there. */
bool client_translate(uint32_t mmu, uint64_t address, uint64_t *physical);

#endif
