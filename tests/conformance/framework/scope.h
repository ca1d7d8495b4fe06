/*
 * What tests are run on: a scope counts its subjects, and fills in one of them.
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

struct conformance_scope {
	unsigned (*count)(void);
	void (*get)(unsigned number, struct subject *subject);	/* subject is all zero before */
};

extern const struct conformance_scope scope_provocation;	/* .number: index in arch_provocations */
extern const struct conformance_scope scope_pci_function;	/* .function; "1af4:1044@02:01.0" */
extern const struct conformance_scope scope_host_bridge;	/* .bridge; "typhoon0" */
extern const struct conformance_scope scope_virtio_device;	/* .device, .function; "rng@02:01.0" */
extern const struct conformance_scope scope_engine;		/* .engine, .function; "lsi53c810@02:01.0" */
extern const struct conformance_scope scope_virtio_engine;	/* those that are virtio; "rng@02:01.0/accepted" */
extern const struct conformance_scope scope_bridge_engine;	/* one engine that judges each bridge, with .bridge */
/* Every engine in the bus view that is no virtio device, and one that is, with .bridge; one subject without an engine
 * for a bridge that has none behind it. */
extern const struct conformance_scope scope_bus_engine;
extern const struct conformance_scope scope_opposite_engines;	/* .engine in the bus view, .partner physical */

/*
 * Engines that fulfil a rule, for scopes: how many there are, and one of them as a subject. Whoever asks for one after
 * the other, as the runner does, does not make it look at all of them each time.
 */
typedef bool (*engine_rule)(const struct engine *engine, uint64_t what);
unsigned scope_count_engines(engine_rule rule, uint64_t what);
/* False, and nothing is filled in, when there are not so many. */
bool scope_get_engine(engine_rule rule, uint64_t what, unsigned number, struct subject *subject);

#endif
