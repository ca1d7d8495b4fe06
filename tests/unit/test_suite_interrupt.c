/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * tests/conformance/virtio/device/interrupt.c drivers/pci/capability.c */
/*
 * A device of software without an interrupt pin: it fails, unless it has messages and the machine takes them.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>

#include "drivers/host/host.h"
#include "drivers/interrupt/message.h"
#include "drivers/pci/parts.h"
#include "tests/unit/suite_case.h"

#define CAPABILITY	0xc0
#define VECTORS		4

enum { PIN = 1, MSIX = 2, PORT = 4 };

static void make(unsigned has)
{
	static const struct message_port port;
	uint8_t *space;

	engine_case_make(VIRTIO_ID_BLOCK, 0, "accepted");
	space = case_model->space;
	case_model->function.pin = has & PIN ? 1 : 0;
	host_get(0)->messages = has & PORT ? &port : NULL;
	if (!(has & MSIX))
		return;
	space[PCI_COMMAND] |= PCI_COMMAND_MEMORY;
	space[CAPABILITY] = PCI_CAP_ID_MSIX;
	space[CAPABILITY + PCI_CAP_LIST_NEXT] = space[PCI_CAPABILITY_LIST];
	space[PCI_CAPABILITY_LIST] = CAPABILITY;
	space[CAPABILITY + PCI_MSIX_FLAGS] = VECTORS - 1;
	space[CAPABILITY + PCI_MSIX_TABLE] = MODEL_BAR;
	space[CAPABILITY + PCI_MSIX_PBA] = MODEL_BAR;
	space[CAPABILITY + PCI_MSIX_PBA + 1] = 0x08;
	pci_read_capabilities(&case_model->function);
}

static void ways(void **state)
{
	static const char name[] = "virtio.device.interrupt";
	static const struct suite_row rows[] = {
		{ name, PIN, VERDICT_PASS, "" }, { name, PIN | MSIX, VERDICT_PASS, "" },
		{ name, MSIX | PORT, VERDICT_PASS, "" },
		{ name, 0, VERDICT_FAIL, "its interrupt pin is 0, and it has no MSI-X capability: it has no way" },
		{ name, PORT, VERDICT_FAIL, "its interrupt pin is 0, and it has no MSI-X capability: it has no way" },
		{ name, MSIX, VERDICT_FAIL,
		  "its interrupt pin is 0, and the machine takes no messages: it has no way" },
	};

	suite_case_rows(state, rows, sizeof(rows) / sizeof(rows[0]), make);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(ways),
	};

	return cmocka_run_group_tests_name("suite-interrupt", tests, NULL, NULL);
}
