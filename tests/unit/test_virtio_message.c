/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/legacy_model.c tests/unit/message_model.c drivers/virtio/legacy.c
 * drivers/virtio/message.c drivers/pci/message.c drivers/pci/msi.c drivers/pci/msix.c */
/*
 * Message vectors of a virtio device's events, through both interfaces. DRV-* are clauses of the specification that our
 * driver is held to; the models judge each write by themselves.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/virtio/message.h"
#include "tests/unit/legacy_model.h"
#include "tests/unit/message_model.h"

#define CAPABILITY	0xc0
#define BAR		1
#define BAR_DISTANCE	0x200000	/* beside the other BARs of the models */
#define BAR_SIZE	0x10000
#define PENDING		0x8000

static struct virtio_model *model;
static struct legacy_model *legacy_model;
static struct message_model sender;
static struct virtio_device *device;
static struct pci_messages messages;

/* An MSI-X capability, the first of the list, and its BAR. */
static void add_msix(unsigned vectors)
{
	struct pci_bar *bar = &model->function.bars[BAR];

	memset(&sender, 0, sizeof(sender));
	*bar = model->function.bars[MODEL_BAR];
	bar->size = BAR_SIZE;
	bar->address += BAR_DISTANCE;
	model->space[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	model->space[PCI_COMMAND] |= PCI_COMMAND_MEMORY;
	model->space[CAPABILITY] = PCI_CAP_ID_MSIX;
	model->space[CAPABILITY + PCI_CAP_LIST_NEXT] = model->space[PCI_CAPABILITY_LIST];
	model->space[PCI_CAPABILITY_LIST] = CAPABILITY;
	model->msix = CAPABILITY;
	sender.space = model->space;
	message_model_msix(&sender, CAPABILITY, vectors, BAR, 0, PENDING);
	host_add_device(&(struct host_device) { pci_bar_address(&model->function, BAR, 0).value, BAR_SIZE,
						message_model_read, message_model_write, &sender });
}

static void start(unsigned vectors, bool transitional)
{
	virtio_model_machine(NULL);
	memset(&messages, 0, sizeof(messages));
	model = virtio_model_add();
	add_msix(vectors);
	legacy_model = transitional ? legacy_model_add(model) : NULL;
	device = virtio_model_attach();
	assert_string_equal(device->fault, "");
	model->vectors = vectors;
}

static bool msix_is_on(void)
{
	return model->space[CAPABILITY + PCI_MSIX_FLAGS + 1] & PCI_MSIX_FLAGS_ENABLE >> 8;
}

/* A table of any size will do, and no vector behind its end is written (DRV-MSIX-1, DRV-MSIX-4). */
static void any_size_of_table(void **state)
{
	(void)state;
	for (unsigned vectors = 1; vectors <= PCI_MESSAGES_MSIX; vectors *= 2) {
		start(vectors, false);
		assert_true(virtio_messages_start(device, &messages, 1));
		assert_true(virtio_negotiate(device, VIRTIO_VERSION_1));
		assert_true(virtio_queue_vector(device, 1, 0));
		assert_int_equal(model->queues[1].vector, 0);
		model->vectors = 1;
		assert_false(virtio_queue_vector(device, 1, 1));
		assert_false(virtio_config_vector(device, 1));
		assert_false(virtio_config_vector(device, 0xfffe));
		virtio_messages_stop(device);
		assert_false(msix_is_on());
		host_teardown(NULL);
	}
	start(2, false);
	assert_false(virtio_messages_start(device, &messages, 3));
	assert_null(device->messages);
	assert_false(msix_is_on());
}

/* Each event has the vector that it was given, until the device is reset. */
static void events_have_vectors(void **state)
{
	(void)state;
	start(4, false);
	assert_true(virtio_messages_start(device, &messages, 3));
	assert_true(msix_is_on());
	assert_true(virtio_negotiate(device, VIRTIO_VERSION_1));
	assert_true(virtio_config_vector(device, 2));
	assert_true(virtio_queue_vector(device, 0, 1));
	assert_true(virtio_queue_vector(device, 3, 0));
	assert_int_equal(model->config_vector, 2);
	assert_int_equal(model->queues[0].vector, 1);
	assert_int_equal(model->queues[3].vector, 0);
	assert_int_equal(model->queues[1].vector, VIRTIO_MSI_NO_VECTOR);
	assert_true(virtio_queue_vector(device, 0, VIRTIO_MSI_NO_VECTOR));
	assert_int_equal(model->queues[0].vector, VIRTIO_MSI_NO_VECTOR);
	assert_true(virtio_reset(device));
	assert_int_equal(model->config_vector, VIRTIO_MSI_NO_VECTOR);
	assert_int_equal(model->queues[3].vector, VIRTIO_MSI_NO_VECTOR);
	assert_true(msix_is_on());
}

/* A mapping counts when it reads back, and one that is refused leaves none (DRV-MSIX-5). */
static void refused_vectors(void **state)
{
	(void)state;
	start(4, true);
	assert_true(virtio_messages_start(device, &messages, 4));
	assert_true(virtio_negotiate(device, VIRTIO_VERSION_1));
	model->refuses_vectors = true;
	assert_false(virtio_config_vector(device, 1));
	assert_false(virtio_queue_vector(device, 0, 1));
	assert_int_equal(model->queues[0].vector, VIRTIO_MSI_NO_VECTOR);
	assert_true(virtio_queue_vector(device, 0, VIRTIO_MSI_NO_VECTOR));
	virtio_messages_stop(device);
	assert_true(virtio_messages_start(device->legacy, &messages, 4));
	legacy_model->vectors = 4;
	legacy_model->refuses_vectors = true;
	assert_false(virtio_config_vector(device->legacy, 1));
	assert_false(virtio_queue_vector(device->legacy, 0, 1));
}

/* With messages off there are no vectors, not even none: a legacy interface has other registers there. */
static void no_vectors_while_messages_are_off(void **state)
{
	(void)state;
	start(4, true);
	model->write_count = 0;
	legacy_model->write_count = 0;
	assert_false(virtio_config_vector(device, 0));
	assert_false(virtio_queue_vector(device, 0, VIRTIO_MSI_NO_VECTOR));
	assert_false(virtio_config_vector(device->legacy, VIRTIO_MSI_NO_VECTOR));
	assert_false(virtio_queue_vector(device->legacy, 0, 0));
	assert_int_equal(model->write_count + legacy_model->write_count, 0);
	/* And none where the function has no table. */
	virtio_model_machine(NULL);
	model = virtio_model_add();
	device = virtio_model_attach();
	assert_false(virtio_messages_start(device, &messages, 1));
	assert_non_null(messages.fault);
}

/* The configuration of a legacy interface is behind the two registers while messages are on (DRV-PCILEG-3). */
static void legacy_configuration_moves(void **state)
{
	struct virtio_device *legacy;
	uint64_t value;

	(void)state;
	start(4, true);
	legacy = device->legacy;
	for (unsigned i = 0; i < LEGACY_CONFIG_SIZE; i++)
		legacy_model->config[i] = (uint8_t)i;
	assert_true(virtio_config_read(legacy, 0, 2, &value));
	assert_int_equal(value, 0x0100);
	assert_true(virtio_config_read(legacy, LEGACY_CONFIG_SIZE - 1, 1, &value));
	assert_true(virtio_messages_start(legacy, &messages, 2));
	legacy_model->vectors = 4;
	assert_true(virtio_config_read(legacy, 0, 2, &value));
	assert_int_equal(value, 0x0100);
	assert_true(virtio_config_write(legacy, 4, 1, 0x77));
	assert_int_equal(legacy_model->config[4], 0x77);
	assert_true(virtio_config_read(legacy, LEGACY_CONFIG_SIZE - 5, 1, &value));
	assert_false(virtio_config_read(legacy, LEGACY_CONFIG_SIZE - 4, 1, &value));
	assert_true(virtio_negotiate(legacy, 0));
	assert_true(virtio_config_vector(legacy, 1));
	assert_true(virtio_queue_vector(legacy, 1, 0));
	assert_int_equal(legacy_model->config_vector, 1);
	assert_int_equal(legacy_model->queue_vectors[1], 0);
	virtio_messages_stop(legacy);
	legacy_model->vectors = 0;
	assert_true(virtio_config_read(legacy, 0, 2, &value));
	assert_int_equal(value, 0x0100);
	assert_true(virtio_config_read(legacy, LEGACY_CONFIG_SIZE - 1, 1, &value));
}

/* From a used buffer to what is written where, by the vector of the queue alone. */
static void a_message_of_a_queue(void **state)
{
	(void)state;
	start(8, false);
	assert_true(virtio_messages_start(device, &messages, 2));
	assert_true(virtio_negotiate(device, VIRTIO_VERSION_1));
	assert_true(pci_message_set(&messages, 0, (struct pci_message) { 0x800040, 0x11 }));
	assert_true(pci_message_set(&messages, 1, (struct pci_message) { 0x1000800080, 0x22 }));
	assert_true(virtio_queue_vector(device, 2, 1));
	message_model_send(&sender, model->queues[2].vector);
	assert_int_equal(sender.sent, 0);
	assert_true(pci_message_pending(&messages, 1));
	assert_true(pci_message_mask(&messages, 1, false));
	message_model_look(&sender);
	assert_int_equal(sender.sent, 1);
	assert_int_equal(sender.last.address, 0x1000800080);
	assert_int_equal(sender.last.data, 0x22);
}

#define TEST(name)		cmocka_unit_test_teardown(name, host_teardown)
#define CLAUSES(name, clauses)	host_clause_test(name, clauses, NULL, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAUSES(any_size_of_table, "DRV-MSIX-1 DRV-MSIX-4"),
		TEST(events_have_vectors),
		CLAUSES(refused_vectors, "DRV-MSIX-5"),
		TEST(no_vectors_while_messages_are_off),
		CLAUSES(legacy_configuration_moves, "DRV-PCILEG-3"),
		TEST(a_message_of_a_queue),
	};

	return cmocka_run_group_tests_name("virtio-message", tests, NULL, NULL);
}
