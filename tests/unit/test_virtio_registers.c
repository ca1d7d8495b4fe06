/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list drivers/virtio/legacy.c */
/*
 * virtio over PCI: how the registers of the modern interface and a device's configuration are accessed. DRV-* are
 * clauses of the specification that our driver is held to; the model judges widths by itself.
 */
#include "tests/unit/virtio_model.h"

/* 64-bit fields are two accesses of 32 bits (DRV-PCICAP-1); the other widths are checked by the model. */
static void common_fields(void **state)
{
	struct virtio_model *model = virtio_model_add();
	struct virtio_device *device = virtio_model_attach();

	(void)state;
	model->status = VIRTIO_CONFIG_S_FEATURES_OK;
	model->write_count = 0;
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, 1);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_AVAILLO, 0x123456789abcdef0ull);
	assert_int_equal(model->write_count, 3);
	assert_int_equal(model->queues[1].parts[PART_AVAILABLE], 0x123456789abcdef0ull);
	assert_int_equal(virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE), MODEL_QUEUE_LARGEST);
	assert_int_equal(virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ), MODEL_QUEUES);
	assert_int_equal(virtio_common_read8(device, VIRTIO_PCI_COMMON_STATUS), VIRTIO_CONFIG_S_FEATURES_OK);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 0);
	assert_int_equal(virtio_common_read32(device, VIRTIO_PCI_COMMON_DF), (uint32_t)model->offered);
}

static void reading_isr_clears_it(void **state)
{
	struct virtio_model *model = virtio_model_add();
	struct virtio_device *device = virtio_model_attach();

	(void)state;
	model->isr = 3;
	model->reads = 0;
	assert_int_equal(virtio_isr(device), 3);
	assert_int_equal(virtio_isr(device), 0);
	assert_int_equal(model->reads, 2);
}

static const struct config_row {
	uint32_t offset, width;
	bool inside;
	uint64_t value;
} config_rows[] = {
	{ 0, 1, true, 0x00 },
	{ 63, 1, true, 0x3f },
	{ 64, 1, false, 0 },
	{ 2, 2, true, 0x0302 },
	{ 62, 2, true, 0x3f3e },
	{ 63, 2, false, 0 },
	{ 4, 4, true, 0x07060504 },
	{ 60, 4, true, 0x3f3e3d3c },
	{ 61, 4, false, 0 },
	{ 8, 8, true, 0x0f0e0d0c0b0a0908 },
	{ 56, 8, true, 0x3f3e3d3c3b3a3938 },
	{ 60, 8, false, 0 },
	{ 0xffffffff, 1, false, 0 },
	{ 0xffffffff, 8, false, 0 },
};

/* By width (DRV-PCICAP-1), and never past the end of the structure. */
static void configuration_is_read_by_width(void **state)
{
	struct virtio_model *model = virtio_model_add();
	struct virtio_device *device = virtio_model_attach();

	(void)state;
	for (unsigned i = 0; i < MODEL_CONFIG_SIZE; i++)
		model->config[i] = (uint8_t)i;
	device->config.length = 64;
	for (unsigned i = 0; i < sizeof(config_rows) / sizeof(config_rows[0]); i++) {
		const struct config_row *row = &config_rows[i];
		uint64_t value = 0;

		model->reads = 0;
		if (virtio_config_read(device, row->offset, row->width, &value) != row->inside || value != row->value)
			fail_msg("row %u: %#llx", i, (unsigned long long)value);
		assert_int_equal(model->reads > 0, row->inside);
	}
}

/* A width larger than the structure. */
static void configuration_may_be_tiny(void **state)
{
	struct virtio_model *model = virtio_model_add();
	struct virtio_device *device = virtio_model_attach();
	uint64_t value;

	(void)state;
	device->config.length = 2;
	model->reads = 0;
	assert_false(virtio_config_read(device, 0, 4, &value));
	assert_false(virtio_config_read(device, 0, 8, &value));
	assert_int_equal(model->reads, 0);
	assert_true(virtio_config_read(device, 0, 2, &value));
}

/* Two halves of one generation, read again until they are (DRV-CFG-1, DRV-CFG-2). */
static void configuration_is_of_one_generation(void **state)
{
	struct virtio_model *model = virtio_model_add();
	struct virtio_device *device = virtio_model_attach();
	uint64_t value;

	for (unsigned changes = 1; changes < 20; changes++) {
		model->restless = changes;
		(void)state;
		assert_true(virtio_config_read(device, 0, 8, &value));
		assert_int_equal(model->restless, 0);
		assert_int_equal(value, model->generation * 0x0101010101010101ull);
	}
}

/* One that never holds still is given up. */
static void configuration_that_never_holds_still(void **state)
{
	struct virtio_model *model = virtio_model_add();
	struct virtio_device *device = virtio_model_attach();
	uint64_t value;

	(void)state;
	model->restless = ~0u;
	model->reads = 0;
	assert_false(virtio_config_read(device, 0, 8, &value));
	assert_true(model->reads > 8 && model->reads < 10000);
}

#define TEST(name)		cmocka_unit_test_setup_teardown(name, virtio_model_machine, host_teardown)
#define CLAUSES(name, clauses)	host_clause_test(name, clauses, virtio_model_machine, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAUSES(common_fields, "DRV-PCICAP-1"),
		TEST(reading_isr_clears_it),
		CLAUSES(configuration_is_read_by_width, "DRV-PCICAP-1"),
		TEST(configuration_may_be_tiny),
		CLAUSES(configuration_is_of_one_generation, "DRV-CFG-1 DRV-CFG-2"),
		TEST(configuration_that_never_holds_still),
	};

	return cmocka_run_group_tests_name("virtio-registers", tests, NULL, NULL);
}
