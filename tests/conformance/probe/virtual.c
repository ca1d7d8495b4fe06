/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual function that does DMA: see virtual.h. A controller of NVMe divides its queues and interrupts among the
 * functions: first the primary gives up its own flexible ones, which counts when it has been reset, then the secondary
 * gets two queues and an interrupt, and goes online.
 */
#include "tests/conformance/probe/virtual.h"

#include <linux/pci_regs.h>

#include "boot/string.h"
#include "drivers/engine/nvme.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/room.h"

#define QUEUES		2u		/* of administration and one of commands, which none is sent to */
#define INTERRUPTS	1u

static bool has_virtual(unsigned number, const struct conformance_scope *scope)
{
	const struct engine *engine = engine_get(number);
	unsigned sriov = engine->function->host ? pci_sriov(engine->function) : 0;

	(void)scope;
	return sriov && strcmp(engine->kind, "nvme") == 0 &&
	       pci_read16(engine->function, sriov + PCI_SRIOV_TOTAL_VF) != 0;
}

const struct conformance_scope scope_virtual_engine = {
	.of = &scope_engine, .only = has_virtual, .words = "each engine with a virtual function that can be made one",
};

static bool ask(struct virtual_rig *rig, const char *what, uint32_t word10, uint32_t number)
{
	int status = nvme_ask(rig->physical, NVME_VIRTUALIZATION, word10, number);

	if (status != 0)
		trial_error(rig->trial, "%s: status %#x", what, (unsigned)status);
	return status == 0;
}

/* The primary keeps what is its own, and is reset. */
static bool give_up(struct virtual_rig *rig)
{
	if (!ask(rig, "queues of the primary", RESOURCE_QUEUES | ACTION_PRIMARY, 0) ||
	    !ask(rig, "interrupts of the primary", RESOURCE_INTERRUPTS | ACTION_PRIMARY, 0))
		return false;
	engine_stop(rig->physical);
	return trial_start(rig->trial, rig->physical);
}

static bool find_secondary(struct virtual_rig *rig)
{
	const uint8_t *list;

	if (nvme_ask(rig->physical, NVME_IDENTIFY, IDENTIFY_SECONDARIES, 0) != 0) {
		trial_error(rig->trial, "the controller does not tell its secondaries: %s", rig->physical->fault);
		return false;
	}
	list = nvme_answer(rig->physical);
	rig->secondary = (uint32_t)(list[SECONDARY_LIST] | list[SECONDARY_LIST + 1] << 8);
	return expect(rig->trial, list[0] != 0, "the list of secondaries is empty");
}

/* One function, with its BAR. */
static bool enable(struct virtual_rig *rig)
{
	const struct pci_function *physical = rig->physical->function;
	unsigned sriov = pci_sriov(physical);
	uint64_t size = pci_virtual_bar_size(physical), address;

	if (!pci_virtual_function(physical, 0, &rig->function) || pci_is_known(&rig->function)) {
		trial_skip(rig->trial, "the ID of the virtual function is on no bus here, or taken");
		return false;
	}
	if (!size || !room_find(physical, size, &address)) {
		trial_skip(rig->trial, "there is no room for a BAR of its virtual functions");
		return false;
	}
	pci_virtual_bar_place(physical, address);
	rig->function.bars[0] = (struct pci_bar) {
		.kind = PCI_BAR_MEM32, .placed = true, .size = size, .address = address,
	};
	rig->bridge = pci_sriov_forward(physical->above, &rig->bridge_control);
	pci_write16(physical, sriov + PCI_SRIOV_NUM_VF, 1);
	pci_write16(physical, sriov + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
	clock_wait(PCI_VIRTUAL_APART);
	return expect(rig->trial, poll_soon(pci_virtual_answers(&rig->function), PCI_VIRTUAL_APPEAR),
		      "the virtual function that was enabled does not answer within a second");
}

static bool bring_online(struct virtual_rig *rig)
{
	uint32_t at = rig->secondary << 16;

	return ask(rig, "queues of the secondary", at | RESOURCE_QUEUES | ACTION_ASSIGN, QUEUES) &&
	       ask(rig, "interrupts of the secondary", at | RESOURCE_INTERRUPTS | ACTION_ASSIGN, INTERRUPTS) &&
	       ask(rig, "the secondary online", at | ACTION_ONLINE, 0);
}

bool virtual_begin(struct trial *trial, struct virtual_rig *rig)
{
	char name[PCI_NAME];

	memset(rig, 0, sizeof(*rig));
	rig->trial = trial;
	rig->physical = trial->subject->engine;
	if ((!rig->physical->running && !trial_start(trial, rig->physical)) || !give_up(rig) ||
	    !find_secondary(rig) || !enable(rig) || !bring_online(rig))
		return false;
	rig->engine = *rig->physical;
	rig->engine.function = &rig->function;
	rig->engine.state = rig->state;
	rig->engine.running = false;
	rig->engine.patience = (struct patience) { .behind = rig->physical->patience.behind,
						   .view = rig->physical->patience.view };
	trial_note(trial, "virtual function", "%s, controller %u", pci_name(&rig->function, name), rig->secondary);
	return true;
}

void virtual_end(struct virtual_rig *rig)
{
	const struct pci_function *physical = rig->physical->function;
	unsigned sriov = pci_sriov(physical);

	engine_stop(&rig->engine);
	engine_stop(rig->physical);
	pci_write16(physical, sriov + PCI_SRIOV_CTRL, 0);
	pci_write16(physical, sriov + PCI_SRIOV_NUM_VF, 0);
	pci_virtual_bar_place(physical, 0);
	if (rig->bridge_control)
		pci_write16(physical->above, rig->bridge_control, rig->bridge);
}
