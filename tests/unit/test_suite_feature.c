/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * tests/conformance/virtio/feature/feature.c tests/conformance/probe/virtio_trial.c drivers/pci/extended.c */
/*
 * Devices of software that offer feature bits which none may: each reserved one, each of the past, and SR-IOV without
 * the capability.
 */
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>

#include "tests/unit/suite_case.h"

const struct conformance_scope scope_virtio_engine;

static void make(unsigned bit)
{
	engine_case_make(VIRTIO_ID_BLOCK, 0, "accepted");
	if (bit)
		case_virtio->device->offered |= VIRTIO_BIT(bit);
}

static void undefined(void **state)
{
	static const char name[] = "virtio.feature.undefined";
	static const char why[] = "offered bits that are reserved, legacy or SR_IOV: expected 0";
	static const struct suite_row rows[] = {
		{ name, 0, VERDICT_PASS, "" },		    { name, 24, VERDICT_FAIL, why },
		{ name, 27, VERDICT_FAIL, why },	    { name, 30, VERDICT_FAIL, why },
		{ name, VIRTIO_F_SR_IOV, VERDICT_FAIL, why }, { name, 43, VERDICT_FAIL, why },
		{ name, 44, VERDICT_FAIL, why },	    { name, 45, VERDICT_FAIL, why },
		{ name, 46, VERDICT_FAIL, why },	    { name, 47, VERDICT_FAIL, why },
		{ name, 48, VERDICT_FAIL, why },	    { name, 49, VERDICT_FAIL, why },
	};

	suite_case_rows(state, rows, sizeof(rows) / sizeof(rows[0]), make);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(undefined),
	};

	return cmocka_run_group_tests_name("suite-feature", tests, NULL, NULL);
}
