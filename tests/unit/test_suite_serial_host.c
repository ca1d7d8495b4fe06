/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/serial.c drivers/virtio/device/serial_find.c tests/conformance/virtio/serial/rig.c */
/*
 * Suite virtio.serial: how bytes of emergencies are judged by what came out.
 */
#include <string.h>

#include "tests/conformance/virtio/serial/host.c"
#include "tests/unit/suite_case.h"

static const char *came;

static void judge(struct trial *trial)
{
	judge_emergency(trial, (const uint8_t *)came, strlen(came), (const uint8_t *)"AFLQ");
}

static void what_came_out(void **state)
{
	static const struct { const char *came; enum verdict verdict; const char *words; } rows[] = {
		{ "AFLQ", VERDICT_PASS, "" },
		{ "", VERDICT_SKIP, "come out of no port" },
		{ "AFL", VERDICT_FAIL, "4 bytes were written to emerg_wr, and 3 came out" },
		{ "Q", VERDICT_FAIL, "byte 0x41, written to emerg_wr after a reset, came out of the console as 0x51" },
		{ "ALQ", VERDICT_FAIL, "byte 0x46, written to emerg_wr at ACKNOWLEDGE, came out of the console as" },
		{ "AFLZ", VERDICT_FAIL, "byte 0x51, written to emerg_wr at DRIVER_OK, came out of the console as" },
		{ "AFLQQ", VERDICT_FAIL, "4 bytes were written to emerg_wr, and 5 came out" },
	};

	(void)state;
	engine_case_make(VIRTIO_ID_CONSOLE, VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT), "accepted");
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		came = rows[i].came;
		suite_expect_function(judge, rows[i].verdict, rows[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(what_came_out),
	};

	return cmocka_run_group_tests_name("suite-serial-host", tests, NULL, NULL);
}
