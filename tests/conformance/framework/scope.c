/* What tests are run on: see scope.h. Each scope counts its subjects and names them. */
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

const struct conformance_scope scope_provocation = { count_provocations, get_provocation };

static void get_pci_function(unsigned number, struct subject *subject)
{
	char where[PCI_NAME];

	subject->function = pci_get(number);
	format(subject->name, SUBJECT_NAME, "%04x:%04x@%s", subject->function->vendor, subject->function->product,
	       pci_name(subject->function, where));
}

const struct conformance_scope scope_pci_function = { pci_count, get_pci_function };

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

const struct conformance_scope scope_host_bridge = { count_bridges, get_bridge };

static void get_virtio_device(unsigned number, struct subject *subject)
{
	subject->device = virtio_get(number);
	subject->function = subject->device->function;
	virtio_name(subject->device, subject->name);
}

const struct conformance_scope scope_virtio_device = { virtio_count, get_virtio_device };

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

const struct conformance_scope scope_engine = { engine_count, get_engine };

unsigned scope_count_engines(engine_rule rule, uint64_t what)
{
	unsigned count = 0;

	for (unsigned i = 0; i < engine_count(); i++)
		count += rule(engine_get(i), what);
	return count;
}

/* The place of the last one found: the next is looked for from there. */
bool scope_get_engine(engine_rule rule, uint64_t what, unsigned number, struct subject *subject)
{
	static struct { engine_rule rule; uint64_t what; unsigned number, at; } last;
	bool further = last.rule == rule && last.what == what && last.number <= number;
	unsigned found = further ? last.number : 0;

	for (unsigned i = further ? last.at : 0; i < engine_count(); i++) {
		if (!rule(engine_get(i), what) || found++ != number)
			continue;
		last.rule = rule;
		last.what = what;
		last.number = number;
		last.at = i;
		name_engine(engine_get(i), subject);
		return true;
	}
	return false;
}

static bool is_virtio(const struct engine *engine, uint64_t what)
{
	(void)what;
	return virtio_engine_of(engine);
}

static unsigned count_virtio_engines(void)
{
	return scope_count_engines(is_virtio, 0);
}

static void get_virtio_engine(unsigned number, struct subject *subject)
{
	scope_get_engine(is_virtio, 0, number, subject);
}

const struct conformance_scope scope_virtio_engine = { count_virtio_engines, get_virtio_engine };

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

static void get_bridge_engine(unsigned number, struct subject *subject)
{
	get_bridge(number, subject);
	subject->engine = bridge_engine(subject->bridge);
}

const struct conformance_scope scope_bridge_engine = { count_bridges, get_bridge_engine };

/* Bridges without an engine come first, so that their points say why there is no verdict. */
static unsigned count_bus_engines(void)
{
	unsigned count = 0;

	for (unsigned i = 0; host_get(i); i++)
		count += !bridge_engine(host_get(i));
	for (unsigned i = 0; i < engine_count(); i++)
		count += judges_bridges(engine_get(i)) && !spoken_for(engine_get(i));
	return count;
}

static void get_bus_engine(unsigned number, struct subject *subject)
{
	for (unsigned i = 0; host_get(i); i++)
		if (!bridge_engine(host_get(i)) && number-- == 0) {
			get_bridge(i, subject);
			return;
		}
	for (unsigned i = 0; i < engine_count(); i++)
		if (judges_bridges(engine_get(i)) && !spoken_for(engine_get(i)) && number-- == 0) {
			name_engine(engine_get(i), subject);
			return;
		}
}

const struct conformance_scope scope_bus_engine = { count_bus_engines, get_bus_engine };

/* Pairs of engines of the same kind behind the same bridge, one in each view; any kinds where there are none of the
 * same. Counted by looking, because there are few. */
static bool opposite(const struct engine *bus, const struct engine *physical)
{
	return plain(bus) && plain(physical) && bus->view == VIEW_BUS && physical->view == VIEW_PHYSICAL &&
	       bus->function != physical->function && bus->function->host == physical->function->host &&
	       (bus->directions & physical->directions & DMA_DEVICE_WRITES) && !bus->no_writes && !physical->no_writes;
}

static bool find_pair(unsigned number, struct engine **bus, struct engine **physical)
{
	for (unsigned i = 0; i < engine_count(); i++)
		for (unsigned j = 0; j < engine_count(); j++)
			if (opposite(engine_get(i), engine_get(j)) && number-- == 0) {
				*bus = engine_get(i);
				*physical = engine_get(j);
				return true;
			}
	return false;
}

/* All pairs would be many where there are many devices. */
#define PAIRS_LARGEST	16

static unsigned count_pairs(void)
{
	struct engine *bus, *physical;
	unsigned count = 0;

	while (count < PAIRS_LARGEST && find_pair(count, &bus, &physical))
		count++;
	return count;
}

static void get_pair(unsigned number, struct subject *subject)
{
	char first[PCI_NAME], second[PCI_NAME];

	if (!find_pair(number, &subject->engine, &subject->partner))
		return;
	subject->function = subject->engine->function;
	subject->bridge = subject->function->host;
	subject->domain = subject->function->domain;
	format(subject->name, SUBJECT_NAME, "%s@%s+%s@%s", subject->engine->kind,
	       pci_name(subject->engine->function, first), subject->partner->kind,
	       pci_name(subject->partner->function, second));
}

const struct conformance_scope scope_opposite_engines = { count_pairs, get_pair };
