/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite typhoon, the part that all its files use: see rig.h. The windows are programmed here register by register,
 * because the suite also judges what the driver would refuse to program.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/typhoon/rig.h"

const struct conformance_scope scope_pchip = {
	.of = &scope_host_bridge, .only = scope_domain_is_of_kind, .kind = "typhoon", .words = "each Pchip",
};
const struct conformance_scope scope_pchip_engine = {
	.of = &scope_bus_engine, .only = scope_domain_is_of_kind, .kind = "typhoon",
	.words = "each Pchip, by every engine that is no virtio device and one that is",
};

static struct typhoon_registers kept;
static uint64_t kept_mask;

static void save_pchip(struct trial *trial)
{
	kept_mask = typhoon_read(trial->subject->domain, PCHIP_PERRMASK);
	typhoon_save(trial->subject->domain, &kept);
}

static void restore_pchip(struct trial *trial)
{
	typhoon_load(trial->subject->domain, &kept);
	typhoon_write(trial->subject->domain, PCHIP_PERRMASK, kept_mask);
}

const struct borrowing pchip_registers = { save_pchip, restore_pchip };

struct pchip_window pchip_direct(uint64_t base, uint64_t size, uint64_t target)
{
	return (struct pchip_window) { base | WSBA_ENA, (size - 1) & WSM_MASK, target };
}

struct pchip_window pchip_paged(uint64_t base, uint64_t size, uint64_t table)
{
	return (struct pchip_window) { base | WSBA_SG | WSBA_ENA, (size - 1) & WSM_MASK, table };
}

static void forget_entries(struct dma_domain *domain)
{
	barrier_full();
	typhoon_write(domain, PCHIP_TLBIA, 0);
	typhoon_read(domain, PCHIP_PCTL);
}

void pchip_open(struct dma_domain *domain, unsigned number, struct pchip_window window)
{
	typhoon_write(domain, PCHIP_WSBA(number), 0);
	typhoon_write(domain, PCHIP_WSM(number), window.wsm);
	typhoon_write(domain, PCHIP_TBA(number), window.tba);
	typhoon_write(domain, PCHIP_WSBA(number), window.wsba);
	typhoon_read(domain, PCHIP_WSBA(number));
	forget_entries(domain);
}

void pchip_close(struct dma_domain *domain, unsigned number)
{
	typhoon_write(domain, PCHIP_WSBA(number), 0);
	typhoon_read(domain, PCHIP_WSBA(number));
	forget_entries(domain);
}

bool pchip_clear(struct trial *trial, unsigned rings)
{
	struct dma_domain *domain = trial->subject->domain;
	const struct dma_window *own = &domain->windows[domain->driver->paged_window];

	engine_stop(trial->subject->engine);
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++)
		pchip_close(domain, n);
	pchip_open(domain, rings, pchip_paged(own->base.value, own->size, own->table.value));
	return trial_start(trial, trial->subject->engine);
}

bool pchip_take_at(uint64_t address, phys_addr *frame)
{
	return frames_take_between(address, address + FRAME_SIZE, 1, FRAME_SIZE, frame);
}

void pchip_set_entry(phys_addr table, uint64_t index, uint64_t entry)
{
	*(volatile uint64_t *)arch_pointer((phys_addr) { table.value + 8 * index }) = cpu_to_le64(entry);
}

void pchip_map(phys_addr table, uint64_t index, phys_addr frame)
{
	pchip_set_entry(table, index, PTE_PFN(frame.value) | PTE_VALID);
}

void pchip_write(struct trial *trial, uint64_t number, uint64_t limit)
{
	struct engine *engine = trial->subject->engine;

	if (!engine->running)
		return;
	if (write_soon(engine, number, transfer_size(engine), limit) == ENGINE_DONE)
		return;
	trial_note(trial, "engine", "at %#llx: %s", (unsigned long long)number, engine->fault);
	engine_stop(engine);
	trial_start(trial, engine);
}

/* The frame that has the bus address's number as a physical address must never move, whoever owns it. */
static void expect_not_untranslated(struct trial *trial, const char *what, uint64_t number, uint32_t size)
{
	struct frames_stray stray;

	if (number % 8 == 0)
		expect(trial, frames_free_intact((phys_addr) { number }, size, &stray),
		       "%s: a write at bus address %#llx went to physical memory of the same number", what,
		       (unsigned long long)number);
}

int pchip_look(struct trial *trial, const char *what, uint64_t number, const phys_addr *frames, unsigned count)
{
	uint32_t size = transfer_size(trial->subject->engine);
	unsigned arrived = landed_in(trial, number, size, frames, count);
	int moved = NOWHERE;

	for (unsigned i = 0; arrived >> i; i++) {
		if (!(arrived >> i & 1))
			continue;
		expect(trial, moved == NOWHERE, "%s: a write at bus address %#llx arrived in two frames", what,
		       (unsigned long long)number);
		moved = (int)i;
	}
	expect_not_untranslated(trial, what, number, size);
	return moved;
}

void pchip_expect(struct trial *trial, const char *what, uint64_t number, const phys_addr *frames, unsigned count,
		  int lands)
{
	int moved;

	pchip_write(trial, number, lands == NOWHERE ? ENGINE_PATIENCE : ENGINE_LIMIT);
	moved = pchip_look(trial, what, number, frames, count);
	if (moved == lands)
		return;
	if (moved == NOWHERE)
		trial_fail(trial, "%s: a write at bus address %#llx did not arrive in the frame at %#llx", what,
			   (unsigned long long)number, (unsigned long long)frames[lands].value);
	else
		trial_fail(trial, "%s: a write at bus address %#llx arrived in the frame at %#llx", what,
			   (unsigned long long)number, (unsigned long long)frames[moved].value);
}
