/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_model.list tests/conformance/pci/extended.c tests/conformance/pci/virtual.c
 * drivers/pci/virtual.c tests/conformance/framework/verdict.c boot/clock.c tests/unit/named_test.c */
/*
 * The tests of extended capabilities on a function of software, which has what no device of QEMU's has, page requests
 * and PASID, beside ATS and SR-IOV. Each passes where the function does what it must, and fails where it does one thing
 * otherwise.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/pci/extended.h"
#include "tests/unit/named_test.h"
#include "tests/unit/pci_model.h"

#define ATS	0x100
#define PRI	0x140
#define PASID	0x180
#define SRIOV	0x1c0
#define EXPRESS	0x40
#define TOTAL	4

/* In the place of scope.c's: who is a subject is not asked here. */
const struct conformance_scope scope_pci_function;

static struct model_function *subject;

static void set(unsigned at, unsigned size, uint32_t value)
{
	for (unsigned i = 0; i < size; i++)
		subject->space[at + i] = (uint8_t)(value >> 8 * i);
}

static void allow(unsigned at, uint16_t mask)
{
	subject->writable[at] = (uint8_t)mask;
	subject->writable[at + 1] = mask >> 8;
}

static void header(unsigned at, uint16_t id, unsigned next)
{
	set(at, 4, next << 20 | 1u << 16 | id);
}

/* A function that does everything right. */
static void make(void)
{
	model_start((struct bus_range) { 0x1000, 0xffff }, (struct bus_range) { 0x10000000, 0x3fffffff });
	model_extend();
	subject = model_add(NULL, 3, 0, 0x1b360010);
	model_capability(subject, PCI_CAPABILITY_LIST, EXPRESS, PCI_CAP_ID_EXP);
	header(ATS, PCI_EXT_CAP_ID_ATS, PRI);
	allow(ATS + PCI_ATS_CTRL, PCI_ATS_CTRL_ENABLE | PCI_ATS_CTRL_STU(~0u));
	header(PRI, PCI_EXT_CAP_ID_PRI, PASID);
	set(PRI + PCI_PRI_STATUS, 2, PCI_PRI_STATUS_STOPPED);
	allow(PRI + PCI_PRI_CTRL, PCI_PRI_CTRL_ENABLE);
	header(PASID, PCI_EXT_CAP_ID_PASID, SRIOV);
	allow(PASID + PCI_PASID_CTRL, PCI_PASID_CTRL_ENABLE);
	header(SRIOV, PCI_EXT_CAP_ID_SRIOV, 0);
	set(SRIOV + PCI_SRIOV_INITIAL_VF, 2, TOTAL);
	set(SRIOV + PCI_SRIOV_TOTAL_VF, 2, TOTAL);
	set(SRIOV + PCI_SRIOV_SUP_PGSIZE, 4, 0x553);
	set(SRIOV + PCI_SRIOV_SYS_PGSIZE, 4, 1);
}

static void judge(const char *name, enum verdict verdict, const char *complaint)
{
	static char evidence[4096];
	const struct conformance_test *test = named_test(name);
	struct subject at = { .name = "function" };
	struct trial trial = {
		.test = test, .subject = &at, .random = 1,
		.evidence = { .buffer = evidence, .size = sizeof(evidence) },
	};

	pci_enumerate();
	at.function = model_found(subject);
	/* In brackets: cmocka has a macro of that name. */
	assert_null((test->skip)(&at));
	test->run(&trial);
	if (trial.verdict != verdict || strncmp(trial.reason, complaint, strlen(complaint)) != 0)
		fail_msg("%s: verdict %d, \"%s\", and not %d, \"%s\"", name, trial.verdict, trial.reason, verdict,
			 complaint);
}

/* What a function does wrong: a register that says something else, or that lets other bits be written. */
static const struct row {
	const char *test;
	unsigned at, size;
	uint32_t value;
	bool writable;			/* value is what can be written, and not what it says */
	const char *complaint;
} rows[] = {
	{ "pci.ats", ATS, 4, PRI << 20 | 2 << 16 | PCI_EXT_CAP_ID_ATS, false, "version: expected 0x1, found 0x2" },
	{ "pci.ats", ATS + PCI_ATS_CTRL, 2, PCI_ATS_CTRL_ENABLE, false, "control that nobody has written" },
	{ "pci.ats", ATS + PCI_ATS_CTRL, 2, 0x1f, true, "control that was switched on" },
	{ "pci.ats", ATS + PCI_ATS_CTRL, 2, 0x800f, true, "the field with one bit set: expected 0x10" },
	{ "pci.page-requests", PRI, 4, PASID << 20 | 2 << 16 | PCI_EXT_CAP_ID_PRI, false, "version: expected 0x1" },
	{ "pci.page-requests", PRI + PCI_PRI_CTRL, 2, PCI_PRI_CTRL_ENABLE, false, "control that nobody has written" },
	{ "pci.page-requests", PRI + PCI_PRI_CTRL, 2, 0, true, "control that was switched on" },
	{ "pci.page-requests", PRI + PCI_PRI_CTRL, 2, PCI_PRI_CTRL_RESET, true, "control that was switched on" },
	{ "pci.pasid", PASID, 4, SRIOV << 20 | 2 << 16 | PCI_EXT_CAP_ID_PASID, false, "version: expected 0x1" },
	{ "pci.pasid", PASID + PCI_PASID_CTRL, 2, PCI_PASID_CTRL_ENABLE, false, "control that nobody has written" },
	{ "pci.pasid", PASID + PCI_PASID_CTRL, 2, PCI_PASID_CTRL_EXEC, true, "control that was switched on" },
	{ "pci.sr-iov", SRIOV, 4, 2 << 16 | PCI_EXT_CAP_ID_SRIOV, false, "version: expected 0x1" },
	{ "pci.sr-iov", SRIOV + PCI_SRIOV_CTRL, 2, PCI_SRIOV_CTRL_VFE, false, "VF Enable and VF MSE" },
	{ "pci.sr-iov", SRIOV + PCI_SRIOV_CTRL, 2, PCI_SRIOV_CTRL_MSE, false, "VF Enable and VF MSE" },
	{ "pci.sr-iov", SRIOV + PCI_SRIOV_NUM_VF, 2, 1, false, "NumVFs that nobody has written" },
	{ "pci.sr-iov", SRIOV + PCI_SRIOV_SYS_PGSIZE, 4, 2, false, "System Page Size that nobody has written" },
	{ "pci.sr-iov", SRIOV + PCI_SRIOV_SUP_PGSIZE, 4, 0x153, false, "page sizes that must be supported" },
	{ "pci.sr-iov", SRIOV + PCI_SRIOV_INITIAL_VF, 2, TOTAL - 1, false, "InitialVFs, which do not migrate" },
	{ "pci.sr-iov", SRIOV + PCI_SRIOV_TOTAL_VF, 2, 0xffff, true, "TotalVFs after a write" },
};

static void good_function(void **state)
{
	static const char *const names[] = { "pci.ats", "pci.page-requests", "pci.pasid", "pci.sr-iov" };

	(void)state;
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		make();
		judge(names[i], VERDICT_PASS, "");
	}
}

static void one_thing_wrong(void **state)
{
	(void)state;
	for (const struct row *row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++) {
		make();
		if (row->writable)
			allow(row->at, (uint16_t)row->value);
		else
			set(row->at, row->size, row->value);
		judge(row->test, VERDICT_FAIL, row->complaint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_function),
		cmocka_unit_test(one_thing_wrong),
	};

	return cmocka_run_group_tests_name("suite-pci-extended", tests, NULL, NULL);
}
