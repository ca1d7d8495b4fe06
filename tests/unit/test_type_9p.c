/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/9p.c */
/*
 * The 9P transport's driver: its one field of configuration. DRV-* are clauses of the specification that our driver is
 * held to.
 */
#include <string.h>

#include <linux/virtio_9p.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/9p.h"
#include "tests/unit/engine_case.h"

/* The tag is there only with MOUNT_TAG: without it nobody looks. */
static void the_mount_tag(void **state)
{
	static const char name[] = "share";
	char tag[16] = "";

	for (unsigned offered = 0; offered < 2; offered++) {
		struct virtio_9p_config *config;

		virtio_model_machine(state);
		engine_case_make(VIRTIO_ID_9P, offered ? VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG) : 0, "accepted");
		config = case_config(struct virtio_9p_config);
		config->tag_len = sizeof(name) - 1;
		memcpy(config->tag, name, sizeof(name) - 1);
		case_model->config_reads = 0;
		assert_int_equal(p9_mount_tag(case_virtio->device, tag, sizeof(tag)), offered);
		assert_int_equal(case_model->config_reads > 0, offered);
		assert_string_equal(tag, offered ? name : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(the_mount_tag, "DRV-CFG-3"),
	};

	return cmocka_run_group_tests_name("type-9p", tests, NULL, NULL);
}
