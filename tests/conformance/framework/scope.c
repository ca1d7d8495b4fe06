/* SPDX-License-Identifier: BSD-2-Clause */
/* The scopes of all suites: see scope.h. */
#include "tests/conformance/framework/scope.h"

#include "arch/arch.h"
#include "boot/string.h"
#include "drivers/host/host.h"
#include "drivers/pci/pci.h"
#include "drivers/virtio/engine.h"

static unsigned count_provocations(void)
{
	return arch_provocation_count;
}

static void get_provocation(unsigned number, struct subject *subject)
{
	subject->number = number;
	format(subject->name, SUBJECT_NAME, "%s", arch_provocations[number].name);
}

const struct conformance_scope scope_provocation = {
	.count = count_provocations, .get = get_provocation, .words = "each trap that can be provoked",
};

static void get_pci_function(unsigned number, struct subject *subject)
{
	char where[PCI_NAME];

	subject->function = pci_get(number);
	format(subject->name, SUBJECT_NAME, "%04x:%04x@%s", subject->function->vendor, subject->function->product,
	       pci_name(subject->function, where));
}

const struct conformance_scope scope_pci_function = {
	.count = pci_count, .get = get_pci_function, .words = "each PCI function",
};

static unsigned count_bridges(void)
{
	unsigned count = 0;

	while (host_get(count))
		count++;
	return count;
}

static void get_bridge(unsigned number, struct subject *subject)
{
	subject->number = number;
	subject->bridge = host_get(number);
	subject->domain = subject->bridge->domain;
	format(subject->name, SUBJECT_NAME, "%s%u", subject->bridge->driver->compatible, subject->bridge->at->number);
}

const struct conformance_scope scope_host_bridge = {
	.count = count_bridges, .get = get_bridge, .words = "each host bridge",
};

bool scope_domain_is_of_kind(unsigned candidate, const struct conformance_scope *scope)
{
	struct subject subject = { .number = candidate };

	scope_get(scope->of, candidate, &subject);
	return subject.domain && strcmp(subject.domain->driver->compatible, scope->kind) == 0;
}

static void get_virtio_device(unsigned number, struct subject *subject)
{
	subject->device = virtio_get(number);
	subject->function = subject->device->function;
	virtio_name(subject->device, subject->name);
}

const struct conformance_scope scope_virtio_device = {
	.count = virtio_count, .get = get_virtio_device, .words = "each virtio device",
};

_Static_assert(ENGINE_NAME <= SUBJECT_NAME, "a subject takes an engine's name");

/* An engine is the subject of a hundred points, so its name is made once. */
static void name_engine(struct engine *engine, struct subject *subject)
{
	char where[PCI_NAME];

	subject->engine = engine;
	subject->function = engine->function;
	subject->bridge = engine->function->host;
	subject->domain = engine->function->domain;
	if (!engine->name[0])
		format(engine->name, ENGINE_NAME, "%s@%s%s%s", engine->kind, pci_name(engine->function, where),
		       engine->mode[0] ? "/" : "", engine->mode);
	memcpy(subject->name, engine->name, ENGINE_NAME);
}

static void get_engine(unsigned number, struct subject *subject)
{
	name_engine(engine_get(number), subject);
}

const struct conformance_scope scope_engine = { .count = engine_count, .get = get_engine, .words = "each engine" };

static bool is_virtio(unsigned number, const struct conformance_scope *scope)
{
	(void)scope;
	return virtio_engine_of(engine_get(number));
}

const struct conformance_scope scope_virtio_engine = {
	.of = &scope_engine, .only = is_virtio, .words = "each virtio device in each mode",
};

static void get_any_engine(unsigned number, struct subject *subject)
{
	name_engine(engine_any(number), subject);
}

const struct conformance_scope scope_any_engine = {
	.count = engine_any_count, .get = get_any_engine, .words = "each engine, and those beside",
};

static bool is_any_virtio(unsigned number, const struct conformance_scope *scope)
{
	(void)scope;
	return virtio_engine_of(engine_any(number));
}

const struct conformance_scope scope_virtio_queue = {
	.of = &scope_any_engine, .only = is_any_virtio,
	.words = "each virtio device in each mode, and other queues of it in the plain ones",
};

/* Bridges are not judged again by each mode of a device: their tests are about buffers, whose addresses have one
 * view. */
static bool plain(const struct engine *engine)
{
	return !virtio_engine_of(engine) || virtio_engine_plain(virtio_engine_of(engine));
}

/* Transfers across a page's border have a word on either side. */
#define BRIDGE_TRANSFER	16u

static bool judges_bridges(const struct engine *engine)
{
	return plain(engine) && engine->view == VIEW_BUS && (engine->directions & DMA_DEVICE_WRITES) &&
	       !engine->no_writes && engine->largest >= BRIDGE_TRANSFER;
}

/* All virtio devices reach a bridge in the same way, so the first of them speaks for the others. */
static bool spoken_for(const struct engine *engine)
{
	for (unsigned i = 0; engine_get(i) != engine; i++)
		if (virtio_engine_of(engine_get(i)) && judges_bridges(engine_get(i)) &&
		    engine_get(i)->function->host == engine->function->host)
			return virtio_engine_of(engine);
	return false;
}

/* The first engine behind this bridge whose addresses are bus addresses. */
static struct engine *bridge_engine(const struct host_bridge *bridge)
{
	for (unsigned i = 0; i < engine_count(); i++)
		if (engine_get(i)->function->host == bridge && judges_bridges(engine_get(i)))
			return engine_get(i);
	return NULL;
}

static void add_bridge_engine(struct subject *subject)
{
	subject->engine = bridge_engine(subject->bridge);
}

const struct conformance_scope scope_bridge_engine = {
	.of = &scope_host_bridge, .complete = add_bridge_engine, .words = "each host bridge, by one engine",
};

/* Bridges come first, for those without an engine, so that their points say why there is no verdict; then engines. */
static unsigned count_bridges_and_engines(void)
{
	return count_bridges() + engine_count();
}

static bool judges_bus(unsigned number, const struct conformance_scope *scope)
{
	unsigned bridges = count_bridges();

	(void)scope;
	if (number < bridges)
		return !bridge_engine(host_get(number));
	return judges_bridges(engine_get(number - bridges)) && !spoken_for(engine_get(number - bridges));
}

static void get_bridge_or_engine(unsigned number, struct subject *subject)
{
	unsigned bridges = count_bridges();

	if (number < bridges)
		get_bridge(number, subject);
	else
		get_engine(number - bridges, subject);
}

const struct conformance_scope scope_bus_engine = {
	.count = count_bridges_and_engines, .get = get_bridge_or_engine, .only = judges_bus,
	.words = "each host bridge, by every engine that is no virtio device and one that is",
};

static unsigned count_pairs(void)
{
	return engine_count() * engine_count();
}

static void get_pair(unsigned number, struct subject *subject)
{
	char first[PCI_NAME], second[PCI_NAME];

	subject->engine = engine_get(number / engine_count());
	subject->partner = engine_get(number % engine_count());
	subject->function = subject->engine->function;
	subject->bridge = subject->function->host;
	subject->domain = subject->function->domain;
	format(subject->name, SUBJECT_NAME, "%s@%s+%s@%s", subject->engine->kind,
	       pci_name(subject->engine->function, first), subject->partner->kind,
	       pci_name(subject->partner->function, second));
}

const struct conformance_scope scope_pair = { .count = count_pairs, .get = get_pair, .words = "each pair of engines" };

/* Pairs of engines behind the same bridge, one in each view. */
static bool opposite(unsigned number, const struct conformance_scope *scope)
{
	const struct engine *bus = engine_get(number / engine_count());
	const struct engine *physical = engine_get(number % engine_count());

	(void)scope;
	return plain(bus) && plain(physical) && bus->view == VIEW_BUS && physical->view == VIEW_PHYSICAL &&
	       bus->function != physical->function && bus->function->host == physical->function->host &&
	       (bus->directions & physical->directions & DMA_DEVICE_WRITES) && !bus->no_writes && !physical->no_writes;
}

/* All pairs would be many where there are many devices. */
#define PAIRS_LARGEST	16

const struct conformance_scope scope_opposite_engines = {
	.of = &scope_pair, .only = opposite, .most = PAIRS_LARGEST,
	.words = "each pair of virtio devices in opposite views",
};
