/* sources: tests/unit/virtio_model.c drivers/virtio/pci.c drivers/virtio/legacy.c drivers/virtio/handshake.c drivers/pci/capability.c drivers/dma/map.c drivers/dma/window.c drivers/bridge/bridge.c boot/clock.c boot/frames.c boot/sweep.c boot/fatal.c boot/tap.c boot/print.c */
/*
 * virtio over PCI: which functions are virtio devices, what is made of their capabilities, good and hostile ones, and
 * how registers are read. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>

#include "boot/clock.h"
#include "tests/unit/virtio_model.h"

#define COMMON	VIRTIO_PCI_CAP_COMMON_CFG
#define NOTIFY	VIRTIO_PCI_CAP_NOTIFY_CFG
#define ISR	VIRTIO_PCI_CAP_ISR_CFG
#define CONFIG	VIRTIO_PCI_CAP_DEVICE_CFG

static const struct id_row {
	uint16_t vendor, product, subsystem;
	bool virtio, transitional;
	uint16_t type;
} id_rows[] = {
	{ 0x1af4, 0x1044, 0x1100, true, false, VIRTIO_ID_RNG },
	{ 0x1af4, 0x1041, 0x0002, true, false, VIRTIO_ID_NET },
	{ 0x1af4, 0x107f, 0x0000, true, false, 0x3f },
	{ 0x1af4, 0x1000, 0x0001, true, true, VIRTIO_ID_NET },
	{ 0x1af4, 0x1005, 0x0004, true, true, VIRTIO_ID_RNG },
	{ 0x1af4, 0x103f, 0x0002, true, true, VIRTIO_ID_BLOCK },
	{ 0x1af4, 0x0fff, 0x0001, false, false, 0 },
	{ 0x1af4, 0x1080, 0x0001, false, false, 0 },
	{ 0x1af4, 0x1110, 0x0001, false, false, 0 },
	{ 0x8086, 0x1044, 0x0001, false, false, 0 },
};

/* DRV-PCIID-1, DRV-PCIID-2; DRV-PCIID-3, DRV-PCIID-4: any revision, and subsystem ids only where they are the type. */
static void ids(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(id_rows) / sizeof(id_rows[0]); i++) {
		const struct id_row *row = &id_rows[i];
		struct pci_function *function;
		struct virtio_device *device;

		virtio_model_machine(state);
		function = &virtio_model_add()->function;
		function->vendor = row->vendor;
		function->product = row->product;
		function->subsystem = row->subsystem;
		function->subsystem_vendor = 0x5a5a;
		function->revision = (uint8_t)(i * 7);
		device = virtio_model_attach();
		if (virtio_count() != row->virtio || (device != NULL) != row->virtio)
			fail_msg("row %u: %u devices", i, virtio_count());
		if (!device)
			continue;
		assert_int_equal(device->type, row->type);
		assert_int_equal(device->transitional, row->transitional);
		assert_ptr_equal(device->function, function);
		assert_string_equal(device->fault, "");
	}
}

static void names(void **state)
{
	char name[VIRTIO_NAME];
	struct virtio_model *model = virtio_model_add();

	(void)state;
	model->function.bus = 2;
	model->function.device = 1;
	assert_string_equal(virtio_name(virtio_model_attach(), name), "rng@02:01.0");
}

static void more_devices_than_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VIRTIO_DEVICES + 2; i++)
		virtio_model_bare();
	virtio_model_attach();
	assert_int_equal(virtio_count(), VIRTIO_DEVICES);
	assert_null(virtio_get(VIRTIO_DEVICES));
	assert_non_null(virtio_get(VIRTIO_DEVICES - 1));
}

static void expect_structure(const struct virtio_structure *structure, uint64_t offset)
{
	assert_true(structure->present);
	assert_int_equal(structure->bar, MODEL_BAR);
	assert_int_equal(structure->offset, offset);
	assert_int_equal(structure->at.value, pci_bar_address(pci_get(0), MODEL_BAR, offset).value);
}

/* A good device, whatever else its list has. */
static struct virtio_device *expect_good(void)
{
	struct virtio_device *device = virtio_model_attach();

	assert_string_equal(device->fault, "");
	expect_structure(&device->common, 0);
	expect_structure(&device->isr, MODEL_ISR);
	expect_structure(&device->config, MODEL_CONFIG);
	expect_structure(&device->notify, MODEL_NOTIFY);
	assert_int_equal(device->notify_multiplier, MODEL_MULTIPLIER);
	return device;
}

static void good_capabilities(void **state)
{
	struct virtio_model *model = virtio_model_add();
	struct virtio_device *device;

	(void)state;
	model->offered = 0x9876543210abcdefull;
	device = expect_good();
	assert_int_equal(device->offered, 0x9876543210abcdefull);
	assert_int_equal(device->accepted, 0);
}

/* Not a modern device: nobody looks into its BARs (DRV-PCILEG-7). */
static void expect_unusable(struct virtio_model *model, const char *fault)
{
	struct virtio_device *device = virtio_model_attach();

	if (!strstr(device->fault, fault))
		fail_msg("\"%s\" does not say \"%s\"", device->fault, fault);
	assert_int_equal(model->reads + model->write_count, 0);
}

static void no_capabilities(void **state)
{
	(void)state;
	expect_unusable(virtio_model_bare(), "not a modern device");
}

static void a_structure_is_missing(void **state)
{
	static const struct { uint8_t type; const char *fault; } rows[] = {
		{ COMMON, "common configuration" }, { NOTIFY, "notification" }, { ISR, "ISR" },
	};

	for (unsigned missing = 0; missing < 3; missing++) {
		struct virtio_model *model;

		virtio_model_machine(state);
		model = virtio_model_bare();
		for (unsigned i = 0; i < 3; i++)
			if (i != missing)
				virtio_model_capability(model, rows[i].type, MODEL_BAR, 0x1000 * i, MODEL_STRUCTURE);
		expect_unusable(model, rows[missing].fault);
	}
}

/* The device's own configuration is not needed. */
static void configuration_may_be_missing(void **state)
{
	struct virtio_model *model = virtio_model_bare();
	struct virtio_device *device;
	uint64_t value;

	(void)state;
	virtio_model_capability(model, COMMON, MODEL_BAR, 0, MODEL_STRUCTURE);
	virtio_model_capability(model, ISR, MODEL_BAR, MODEL_ISR, 1);
	virtio_model_capability(model, NOTIFY, MODEL_BAR, MODEL_NOTIFY, 2);
	device = virtio_model_attach();
	assert_string_equal(device->fault, "");
	assert_false(virtio_config_read(device, 0, 1, &value));
}

static void a_broken_list(void **state)
{
	struct virtio_model *model = virtio_model_add();

	(void)state;
	model->space[model->capability_last] = 0x40;
	expect_unusable(model, "capability list is broken");
}

/* Types that this specification does not know, and those that we have no use for (DRV-PCICAP-4). */
static void other_types_are_ignored(void **state)
{
	static const uint8_t types[] = { 0, VIRTIO_PCI_CAP_PCI_CFG, 6, 7, VIRTIO_PCI_CAP_SHARED_MEMORY_CFG, 9, 0xff };

	for (unsigned i = 0; i < sizeof(types); i++) {
		struct virtio_model *model;

		virtio_model_machine(state);
		model = virtio_model_bare();
		virtio_model_capability(model, types[i], MODEL_BAR, 0x800, 0x100);
		virtio_model_capability(model, COMMON, MODEL_BAR, 0, MODEL_STRUCTURE);
		virtio_model_capability(model, ISR, MODEL_BAR, MODEL_ISR, MODEL_STRUCTURE);
		virtio_model_capability(model, CONFIG, MODEL_BAR, MODEL_CONFIG, MODEL_CONFIG_SIZE);
		virtio_model_capability(model, NOTIFY, MODEL_BAR, MODEL_NOTIFY, MODEL_STRUCTURE);
		expect_good();
	}
}

/* Places that a structure cannot be in. The BAR has 16 KiB; BAR 0 is there but not placed; BAR 1 has 4 GiB. */
static const struct place_row {
	uint8_t bar;
	uint32_t offset, length;
} bad_places[] = {
	{ 6, 0, 0x1000 },			/* DRV-PCICAP-7 */
	{ 7, 0, 0x1000 },
	{ 0xff, 0, 0x1000 },
	{ 0, 0, 0x1000 },
	{ 5, 0, 0x1000 },
	{ MODEL_BAR, 0, MODEL_BAR_SIZE + 1 },
	{ MODEL_BAR, MODEL_BAR_SIZE, 1 },
	{ MODEL_BAR, MODEL_BAR_SIZE - 4, 0x1000 },
	{ MODEL_BAR, 1 << 31, 0x1000 },
	{ MODEL_BAR, 0xfffff000, 0x1000 },	/* offset + length is 2^32 */
	{ MODEL_BAR, 0xfffffff0, 0x1000 },
	{ MODEL_BAR, 4, 0xfffffffc },
	{ MODEL_BAR, 0xffffffff, 0xffffffff },
};

static struct virtio_model *add_with(uint8_t type, const struct place_row *first)
{
	static const uint8_t types[] = { COMMON, ISR, CONFIG, NOTIFY };
	struct virtio_model *model = virtio_model_bare();

	model->function.bars[0] = (struct pci_bar) { .kind = PCI_BAR_MEM32, .size = MODEL_BAR_SIZE };
	for (unsigned i = 0; i < sizeof(types); i++) {
		if (types[i] == type)
			virtio_model_capability(model, type, first->bar, first->offset, first->length);
		virtio_model_capability(model, types[i], MODEL_BAR, 0x1000 * i,
					types[i] == CONFIG ? MODEL_CONFIG_SIZE : MODEL_STRUCTURE);
	}
	return model;
}

/* One that cannot be used does not count, and so does not stand in the way of the next (DRV-PCICAP-5). */
static void bad_places_are_ignored(void **state)
{
	static const uint8_t types[] = { COMMON, NOTIFY, ISR, CONFIG };

	for (unsigned i = 0; i < sizeof(bad_places) / sizeof(bad_places[0]); i++) {
		for (unsigned t = 0; t < sizeof(types); t++) {
			virtio_model_machine(state);
			add_with(types[t], &bad_places[i]);
			expect_good();
		}
	}
}

static void bad_places_alone_are_no_device(void **state)
{
	for (unsigned i = 0; i < sizeof(bad_places) / sizeof(bad_places[0]); i++) {
		struct virtio_model *model;

		virtio_model_machine(state);
		model = virtio_model_bare();
		virtio_model_capability(model, COMMON, bad_places[i].bar, bad_places[i].offset, bad_places[i].length);
		expect_unusable(model, "common configuration");
	}
}

/* Structures that end before their last field. */
static void short_structures_are_no_device(void **state)
{
	static const struct { uint8_t type; uint32_t length; const char *fault; } rows[] = {
		{ COMMON, 0, "common" }, { COMMON, 55, "common" }, { NOTIFY, 0, "notification" },
		{ NOTIFY, 1, "notification" }, { ISR, 0, "ISR" },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct virtio_model *model;

		virtio_model_machine(state);
		model = virtio_model_bare();
		virtio_model_capability(model, rows[i].type, MODEL_BAR, 0, rows[i].length);
		for (uint8_t type = COMMON; type <= ISR; type++)
			if (type != rows[i].type)
				virtio_model_capability(model, type, MODEL_BAR, 0, 0x100);
		expect_unusable(model, rows[i].fault);
	}
}

/* The first that is long enough counts (DRV-PCICAP-5). */
static void short_structures_do_not_hide_good_ones(void **state)
{
	static const struct { uint8_t type; uint32_t length; } rows[] = {
		{ COMMON, 0 }, { COMMON, 55 }, { NOTIFY, 0 }, { NOTIFY, 1 }, { ISR, 0 },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		virtio_model_machine(state);
		add_with(rows[i].type, &(struct place_row) { MODEL_BAR, 0x800, rows[i].length });
		expect_good();
	}
}

/* Fields at odd addresses would trap: such a structure cannot be used either. */
static void misaligned_structures_are_ignored(void **state)
{
	static const struct { uint8_t type; uint32_t offset; } rows[] = {
		{ COMMON, 0x801 }, { COMMON, 0x802 }, { NOTIFY, 0x801 }, { CONFIG, 0x801 }, { CONFIG, 0x802 },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		virtio_model_machine(state);
		add_with(rows[i].type, &(struct place_row) { MODEL_BAR, rows[i].offset, 0x100 });
		expect_good();
	}
}

/* The device lists what it prefers first (DRV-PCICAP-5). */
static void the_first_usable_counts(void **state)
{
	static const uint8_t types[] = { COMMON, NOTIFY, ISR, CONFIG };
	struct virtio_model *model = virtio_model_add();

	(void)state;
	model->multiplier = 0x1000;
	for (unsigned t = 0; t < sizeof(types); t++)
		virtio_model_capability(model, types[t], MODEL_BAR, 0x800, 0x100);
	expect_good();
}

/* A capability of a later version may be longer (DRV-PCICAP-6), and a structure as large as its BAR (DRV-PCICAP-9). */
static void larger_than_today(void **state)
{
	struct virtio_model *model = virtio_model_bare();

	(void)state;
	model->function.bars[MODEL_BAR].size = 1ull << 33;
	virtio_model_capability(model, COMMON, MODEL_BAR, 0, 0xffffffff);
	virtio_model_capability(model, ISR, MODEL_BAR, MODEL_ISR, 0xffffffff);
	virtio_model_capability(model, CONFIG, MODEL_BAR, MODEL_CONFIG, 0xffffffff);
	virtio_model_capability(model, NOTIFY, MODEL_BAR, MODEL_NOTIFY, 0xffffffff);
	for (unsigned at = 0x40; at < model->capability_end; at = model->space[at + 1] ? model->space[at + 1] : 0xff)
		model->space[at + PCI_CAP_FLAGS] = 0xc0;
	expect_good();
}

/* The last places for a capability of 16 bytes, and of 20. */
static void at_the_end_of_configuration_space(void **state)
{
	struct virtio_model *model = virtio_model_add();

	(void)state;
	model->capability_last = PCI_CAPABILITY_LIST;
	virtio_model_capability_at(model, 0xec, NOTIFY, MODEL_BAR, MODEL_NOTIFY, MODEL_STRUCTURE);
	model->space[model->capability_last] = 0x40;
	model->space[0x40 + 2 * 16 + 1] = 0;			/* without the other notify structure */
	expect_good();
}

/* One that goes on past byte 255 has no such fields: what is there is another function's. */
static void past_the_end_of_configuration_space(void **state)
{
	static const uint8_t types[] = { COMMON, NOTIFY, ISR, CONFIG };

	for (unsigned at = 0xf0; at <= 0xfc; at += 4) {
		for (unsigned t = 0; t < sizeof(types); t++) {
			struct virtio_model *model;

			if (at == 0xf0 && types[t] != NOTIFY)
				continue;
			virtio_model_machine(state);
			model = virtio_model_add();
			model->capability_last = PCI_CAPABILITY_LIST;
			virtio_model_capability_at(model, (uint8_t)at, types[t], MODEL_BAR, 0x800, 0x100);
			model->space[model->capability_last] = 0x40;
			expect_good();
		}
	}
}

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

/* Attaching takes no longer than the limit of a reset, and what is offered is still read. */
static void a_device_that_never_resets_is_attached(void **state)
{
	struct virtio_model *model = virtio_model_add();
	uint64_t before;

	(void)state;
	host_clock_step = 100000;
	model->status = VIRTIO_CONFIG_S_NEEDS_RESET;
	model->reset_reads = ~0u;
	before = clock_now();
	virtio_model_attach();
	assert_true(clock_now() - before < 2 * VIRTIO_RESET_LIMIT);
	assert_int_equal(virtio_get(0)->offered, model->offered);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, virtio_model_machine, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ids),
		TEST(names),
		TEST(more_devices_than_room),
		TEST(good_capabilities),
		TEST(no_capabilities),
		TEST(a_structure_is_missing),
		TEST(configuration_may_be_missing),
		TEST(a_broken_list),
		TEST(other_types_are_ignored),
		TEST(bad_places_are_ignored),
		TEST(bad_places_alone_are_no_device),
		TEST(short_structures_are_no_device),
		TEST(short_structures_do_not_hide_good_ones),
		TEST(misaligned_structures_are_ignored),
		TEST(the_first_usable_counts),
		TEST(larger_than_today),
		TEST(at_the_end_of_configuration_space),
		TEST(past_the_end_of_configuration_space),
		TEST(common_fields),
		TEST(reading_isr_clears_it),
		TEST(configuration_is_read_by_width),
		TEST(configuration_may_be_tiny),
		TEST(configuration_is_of_one_generation),
		TEST(configuration_that_never_holds_still),
		TEST(a_device_that_never_resets_is_attached),
	};

	return cmocka_run_group_tests_name("virtio-pci", tests, NULL, NULL);
}
