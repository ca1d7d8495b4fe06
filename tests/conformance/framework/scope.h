/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests are run on: a scope counts its subjects, and fills in one of them. How it does so is in subject.c; which
 * scopes there are for all suites, in scope.c.
 */
#ifndef SCOPE_H
#define SCOPE_H

#include <stdbool.h>
#include <stdint.h>

struct dma_domain;
struct engine;
struct host_bridge;
struct pci_function;
struct virtio_device;

/* What a test is run on. Its scope fills in the name and the members that apply. */
#define SUBJECT_NAME	64

struct subject {
	char name[SUBJECT_NAME];		/* "" for the machine as a whole; no blanks */
	struct pci_function *function;
	struct virtio_device *device;
	struct engine *engine;
	struct engine *partner;			/* scopes of pairs */
	struct host_bridge *bridge;
	struct dma_domain *domain;
	unsigned number;			/* scopes that only count */
};

/*
 * A scope says how many candidates there are and fills in one of them, or takes those of another scope; it may choose
 * some of them by a rule, have each of them several times, and fill in more.
 */
struct conformance_scope {
	unsigned (*count)(void);
	void (*get)(unsigned number, struct subject *subject);	/* subject is all zero before, but for its number */
	const struct conformance_scope *of;	/* in place of both: the subjects of another scope */
	/* NULL, or whether a candidate is chosen. Must not change during a run. */
	bool (*only)(unsigned candidate, const struct conformance_scope *scope);
	/* For the rule, so that it serves many scopes. */
	uint64_t what;
	const char *kind;
	unsigned most;				/* 0, or so many are chosen at most */
	bool or_none;				/* where none is chosen, one subject that has only its number */
	unsigned rows;				/* 0, or so often is each there; subject->number is the row */
	void (*complete)(struct subject *subject);	/* NULL, or fills in more */
	const char *words;			/* what the subjects are, for people */
};

/* How many subjects it has, and one of them. */
unsigned scope_count(const struct conformance_scope *scope);
void scope_get(const struct conformance_scope *scope, unsigned number, struct subject *subject);

extern const struct conformance_scope scope_provocation;	/* .number: index in arch_provocations */
extern const struct conformance_scope scope_pci_function;	/* .function; "1af4:1044@02:01.0" */
extern const struct conformance_scope scope_host_bridge;	/* .bridge; "typhoon0" */
extern const struct conformance_scope scope_virtio_device;	/* .device, .function; "rng@02:01.0" */
extern const struct conformance_scope scope_engine;		/* .engine, .function; "lsi53c810@02:01.0" */
extern const struct conformance_scope scope_virtio_engine;	/* those that are virtio; "rng@02:01.0/accepted" */
extern const struct conformance_scope scope_any_engine;		/* and those beside: engine_add_beside() */
extern const struct conformance_scope scope_virtio_queue;	/* of those, the virtio ones */
extern const struct conformance_scope scope_bridge_engine;	/* one engine that judges each bridge, with .bridge */
/* Every engine in the bus view that is no virtio device, and one that is, with .bridge; one subject without an engine
 * for a bridge that has none behind it. */
extern const struct conformance_scope scope_bus_engine;
extern const struct conformance_scope scope_opposite_engines;	/* .engine in the bus view, .partner physical */

/* A rule for .only of scopes of host bridges, or of engines: those whose domain is of one kind, "typhoon". */
bool scope_domain_is_of_kind(unsigned candidate, const struct conformance_scope *scope);

/* All engines with all others: number first * engine_count() + second. For scopes of pairs, which choose from them. */
extern const struct conformance_scope scope_pair;

#endif
