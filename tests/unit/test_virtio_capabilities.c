/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list drivers/virtio/legacy.c */
/*
 * virtio over PCI: what is made of a device's capabilities, good and hostile ones. DRV-* are clauses of the
 * specification that our driver is held to.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "tests/unit/virtio_model.h"

#define COMMON	VIRTIO_PCI_CAP_COMMON_CFG
#define NOTIFY	VIRTIO_PCI_CAP_NOTIFY_CFG
#define ISR	VIRTIO_PCI_CAP_ISR_CFG
#define CONFIG	VIRTIO_PCI_CAP_DEVICE_CFG

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
	{ MODEL_BAR, 1u << 31, 0x1000 },
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

#define TEST(name)		cmocka_unit_test_setup_teardown(name, virtio_model_machine, host_teardown)
#define CLAUSES(name, clauses)	host_clause_test(name, clauses, virtio_model_machine, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(good_capabilities),
		CLAUSES(no_capabilities, "DRV-PCILEG-6 DRV-PCILEG-7"),
		TEST(a_structure_is_missing),
		TEST(configuration_may_be_missing),
		TEST(a_broken_list),
		CLAUSES(other_types_are_ignored, "DRV-PCICAP-4"),
		CLAUSES(bad_places_are_ignored, "DRV-PCICAP-5 DRV-PCICAP-7"),
		TEST(bad_places_alone_are_no_device),
		CLAUSES(short_structures_are_no_device, "DRV-CFG-5 DRV-PCICAP-10"),
		CLAUSES(short_structures_do_not_hide_good_ones, "DRV-PCICAP-5"),
		TEST(misaligned_structures_are_ignored),
		CLAUSES(the_first_usable_counts, "DRV-PCICAP-5"),
		CLAUSES(larger_than_today, "DRV-CFG-4 DRV-PCICAP-6 DRV-PCICAP-9"),
		TEST(at_the_end_of_configuration_space),
		TEST(past_the_end_of_configuration_space),
	};

	return cmocka_run_group_tests_name("virtio-capabilities", tests, NULL, NULL);
}
