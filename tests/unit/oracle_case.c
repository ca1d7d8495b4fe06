/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See oracle_case.h.
 */
#include "tests/unit/oracle_case.h"

#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/virtio/engine.h"

#define LOW		(FRAMES_BY_ADDRESS_END / 2)	/* where the physical frames of decoys are */
#define LOW_SIZE	(MIB / 4)
#define HIGH_SIZE	(2 * MIB)

struct case_engine case_bus, case_physical;
bool case_bus_master;

static uint64_t remembered;		/* an entry, where a behaviour asks for it */
static struct pci_function functions[2];
static struct subject subject;
static size_t taken_before;

static uint64_t entry_of(const struct case_behaviour *does, uint64_t number)
{
	const struct dma_window *window = domain_paged_window(case_domain, (bus_addr) { number }, 1);
	uint64_t entry = 0;

	if (window)
		entry = case_table((unsigned)(window - case_domain->windows))[
			window_page(window, (bus_addr) { number }, CASE_SHIFT)];
	if (does->remembers && remembered)
		return remembered;
	remembered = entry;
	return entry;
}

/* Where a number leads in a view, for reads or writes; NULL: nowhere. */
static void *leads_to(const struct case_behaviour *does, enum view view, enum dma_direction direction, uint64_t number)
{
	uint64_t entry;

	number &= ~does->drops;
	if (!case_bus_master && !does->needs_no_bus_master)
		return NULL;
	if (view == VIEW_PHYSICAL)
		return frames_contain((phys_addr) { number }, 1) ? arch_pointer((phys_addr) { number }) : NULL;
	entry = entry_of(does, number);
	if (!(entry & direction) && !(entry && does->ignores_permissions))
		return NULL;
	return (char *)arch_pointer((phys_addr) { entry & -FRAME_SIZE }) + number % FRAME_SIZE;
}

static void write_in(const struct case_behaviour *does, enum view view, uint64_t number, size_t size)
{
	char *target = leads_to(does, view, DMA_DEVICE_WRITES, number);

	if (target)
		memset(target, 0x5a, size);
}

static void write_target(const struct case_behaviour *does, uint64_t address, uint32_t size)
{
	for (unsigned view = VIEW_PHYSICAL; view <= VIEW_BUS; view++) {
		if (!(does->view & view))
			continue;
		write_in(does, view, address, size);
		if (does->beside)
			write_in(does, view, address + (int64_t)does->beside, 8);
	}
	if (does->alias)
		write_in(does, VIEW_PHYSICAL, address ^ does->alias, 8);
}

static struct case_engine *case_of(const struct engine *engine)
{
	return engine->state;
}

static bool start(struct engine *engine)
{
	case_of(engine)->starts++;
	case_bus_master = true;
	format(engine->fault, sizeof(engine->fault), case_of(engine)->does.does_not_start ? "it is broken" : "");
	return !case_of(engine)->does.does_not_start;
}

static void stop(struct engine *engine)
{
	case_of(engine)->stops++;
}

/* What a read has seen, until it is asked for. */
static uint8_t seen_last[1024];

static void read_target(const struct case_behaviour *does, uint64_t address, uint32_t size)
{
	enum view view = does->view & VIEW_BUS ? VIEW_BUS : VIEW_PHYSICAL;
	const void *target = does->view ? leads_to(does, view, DMA_DEVICE_READS, address) : NULL;

	memset(seen_last, does->sees_rubbish ? 0x77 : 0, sizeof(seen_last));
	if (target && !does->sees_zeroes && !does->sees_rubbish)
		memcpy(seen_last, target, size);
	if (does->read_moves)
		write_in(does, VIEW_BOTH - view, address, 8);
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct case_engine *at = case_of(engine);

	at->transfers++;
	assert_true(size <= sizeof(seen_last));
	if (direction == DMA_DEVICE_WRITES)
		write_target(&at->does, address, size);
	else
		read_target(&at->does, address, size);
	return true;
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct case_engine *at = case_of(engine);

	(void)limit;
	if (at->does.late && at->does.late--)
		return ENGINE_SILENT;
	if (seen)
		memcpy(seen, seen_last, 64);
	return at->does.result;
}

static const struct engine_ops ops = { start, stop, begin, finish, false };

static struct engine *add(enum view view, struct pci_function *function, struct case_engine *state)
{
	struct engine engine = {
		.ops = &ops, .function = function, .kind = "soft", .mode = "", .view = view,
		.directions = DMA_DEVICE_BOTH,
		.largest = 1024, .granule = 8, .address_bits = 64, .state = state,
		.patience = { .slowest = 1000 },
	};
	unsigned number = view == VIEW_BUS ? 0 : 1;

	if (engine_count() <= number)
		assert_true(engine_add(&engine));
	engine.patience.next = engine_get(number)->patience.next;
	engine.patience.behind = function->host;
	engine.patience.view = view;
	*engine_get(number) = engine;
	return engine_get(number);
}

static void make_machine(void **state)
{
	static const struct memory_range memory[] = { { { LOW }, LOW_SIZE }, { { FRAMES_BY_ADDRESS_END }, HIGH_SIZE } };

	host_setup(state);
	for (unsigned i = 0; i < 2; i++)
		host_add_memory(memory[i].start.value, memory[i].size);
	frames_init(memory, 2);
	clock_init(host_platform.clock_hz, host_platform.clock_bits);
	case_opens = 0;
	case_refuse_window = case_refuse_page = ~0u;
	case_attach("recording");
	assert_true(dma_start(case_domain));
	frames_fill_free();
	taken_before = frames_taken();
}

static void begin_trial(void)
{
	subject = (struct subject) { .engine = case_bus.engine, .function = &functions[0], .domain = case_domain };
	trial_case_begin(&subject);
}

int case_oracle(void **state)
{
	make_machine(state);
	pci_stub_status = 0;
	case_bus_master = true;
	remembered = 0;
	for (unsigned i = 0; i < 2; i++)
		functions[i] = (struct pci_function) { .domain = case_domain, .device = i };
	case_bus = (struct case_engine) { .does = { .view = VIEW_BUS } };
	case_physical = (struct case_engine) { .does = { .view = VIEW_PHYSICAL } };
	case_bus.engine = add(VIEW_BUS, &functions[0], &case_bus);
	case_physical.engine = add(VIEW_PHYSICAL, &functions[1], &case_physical);
	begin_trial();
	return 0;
}

int case_oracle_end(void **state)
{
	struct frames_stray stray;

	assert_int_equal(frames_taken(), taken_before);
	assert_int_equal(dma_live(case_domain), 0);
	assert_true(frames_sweep(SWEEP_ALL, &stray));
	return host_teardown(state);
}

void case_expect(enum verdict verdict, const char *reason)
{
	if (case_trial.verdict != verdict || strncmp(case_trial.reason, reason, strlen(reason)) != 0)
		fail_msg("verdict %u, \"%s\"; must be %u, \"%s\"", case_trial.verdict, case_trial.reason, verdict,
			 reason);
	begin_trial();
}

/* What the engines' users ask of drivers/pci and drivers/virtio, beside pci_stub.h. */

/* Switches bus mastering, and nothing else. */
uint16_t pci_command(const struct pci_function *function, uint16_t set, uint16_t clear)
{
	(void)function;
	case_bus_master = (case_bus_master || set & PCI_COMMAND_MASTER) && !(clear & PCI_COMMAND_MASTER);
	return 0;
}

/* Like virtio devices, as far as the matrix is concerned. */
struct virtio_engine *virtio_engine_of(const struct engine *engine)
{
	static struct virtio_engine virtio;

	return engine->ops == &ops ? &virtio : NULL;
}
