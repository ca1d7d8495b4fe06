/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_model.list tests/unit/message_model.c */
/*
 * MSI and MSI-X on a function in software: what it sends and when, capabilities that lie, and that all is as before
 * when its owner is through with it.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "tests/unit/message_model.h"
#include "tests/unit/pci_model.h"

#define CPU_MEMORY	(1ull << 40)	/* PCI memory address 0 */
#define CAPABILITY	0x50
#define BAR		2
#define BAR_SIZE	0x10000u
#define PENDING		0x8000u		/* behind a table of any size */

static struct model_function *subject;
static struct message_model model;
static struct pci_function *found;
static struct pci_messages messages;

static int start(void **state)
{
	(void)state;
	model_start((struct bus_range) { 0x1000, 0xffff }, (struct bus_range) { 0x10000000, 0x3fffffff });
	host_get(0)->memory.value = CPU_MEMORY;
	subject = model_add(NULL, 3, 0, 0x12341234);
	model_bar(subject, 1, PCI_BAR_IO, 256, MODEL_BAR_GOOD);
	model_bar(subject, BAR, PCI_BAR_MEM64, BAR_SIZE, MODEL_BAR_GOOD);
	memset(&model, 0, sizeof(model));
	model.space = subject->space;
	model.writable = subject->writable;
	return 0;
}

static void enumerate(void)
{
	pci_enumerate();
	found = model_found(subject);
	host_add_device(&(struct host_device) { CPU_MEMORY + found->bars[BAR].address, BAR_SIZE, message_model_read,
						message_model_write, &model });
}

static void start_msi(bool wide, bool maskable, unsigned vectors_log)
{
	start(NULL);
	model_capability(subject, PCI_CAPABILITY_LIST, CAPABILITY, PCI_CAP_ID_MSI);
	message_model_msi(&model, CAPABILITY, wide, maskable, vectors_log);
	enumerate();
}

static void start_msix(unsigned vectors)
{
	start(NULL);
	model_capability(subject, PCI_CAPABILITY_LIST, CAPABILITY, PCI_CAP_ID_MSIX);
	message_model_msix(&model, CAPABILITY, vectors, BAR, 0, PENDING);
	enumerate();
}

static struct pci_message message(uint64_t address, uint32_t data)
{
	return (struct pci_message) { address, data };
}

static void expect_sent(unsigned vector, uint64_t address, uint32_t data)
{
	unsigned before = model.sent;

	message_model_send(&model, vector);
	assert_int_equal(model.sent, before + 1);
	assert_int_equal(model.last.address, address);
	assert_int_equal(model.last.data, data);
}

static void expect_nothing_sent(unsigned vector)
{
	unsigned before = model.sent;

	message_model_send(&model, vector);
	assert_int_equal(model.sent, before);
}

/* ---- Both kinds ---- */

static void no_capability(void **state)
{
	(void)state;
	enumerate();
	for (unsigned kind = PCI_MSI; kind <= PCI_MSIX; kind++) {
		assert_false(pci_messages_find(&messages, found, kind));
		assert_non_null(messages.fault);
		assert_false(pci_messages_open(&messages, 1));
		assert_false(pci_message_set(&messages, 0, message(0x1000, 0)));
		assert_false(pci_messages_enable(&messages, true));
		pci_messages_close(&messages);
	}
}

/* From a vector that is held back to one that is let through, and back again. */
static void expect_masking(enum pci_message_kind kind)
{
	assert_true(pci_messages_find(&messages, found, kind));
	assert_true(messages.maskable);
	assert_true(pci_messages_open(&messages, 2));
	assert_true(pci_message_set(&messages, 0, message(0x11223344556670, 0x5680)));
	assert_true(pci_message_set(&messages, 1, message(0x11223344556670, 0x5681)));
	assert_true(pci_messages_enable(&messages, true));
	expect_nothing_sent(1);
	assert_true(pci_message_pending(&messages, 1));
	assert_false(pci_message_pending(&messages, 0));
	assert_true(pci_message_mask(&messages, 1, false));
	message_model_look(&model);
	assert_int_equal(model.sent, 1);
	assert_int_equal(model.last.data, 0x5681);
	assert_false(pci_message_pending(&messages, 1));
	expect_sent(1, 0x11223344556670, 0x5681);
	expect_nothing_sent(0);
	assert_true(pci_message_mask(&messages, 1, true));
	expect_nothing_sent(1);
	assert_false(pci_message_mask(&messages, 2, false));
	assert_false(pci_message_set(&messages, 2, message(0x1000, 0)));
	assert_int_equal(model.changed_while_sending, 0);
}

static void msi_masks(void **state)
{
	(void)state;
	start_msi(true, true, 3);
	expect_masking(PCI_MSI);
}

static void msix_masks(void **state)
{
	(void)state;
	start_msix(2048);
	expect_masking(PCI_MSIX);
}

/* Setting a vector that is let through masks it first: no half of an address is ever used. */
static void a_vector_is_masked_while_it_changes(void **state)
{
	(void)state;
	start_msix(4);
	pci_messages_find(&messages, found, PCI_MSIX);
	assert_true(pci_messages_open(&messages, 1));
	assert_true(pci_messages_enable(&messages, true));
	for (unsigned i = 0; i < 3; i++) {
		assert_true(pci_message_set(&messages, 0, message(0x2000 + 4 * i, i)));
		expect_nothing_sent(0);
		assert_true(pci_message_mask(&messages, 0, false));
		expect_sent(0, 0x2000 + 4 * i, i);
	}
	assert_int_equal(model.changed_while_sending, 0);
}

static void addresses_that_will_not_do(void **state)
{
	(void)state;
	start_msi(false, true, 0);
	pci_messages_find(&messages, found, PCI_MSI);
	assert_true(pci_messages_open(&messages, 1));
	assert_false(pci_message_set(&messages, 0, message(0x100000000, 0)));
	assert_false(pci_message_set(&messages, 0, message(0x1002, 0)));
	assert_false(pci_message_set(&messages, 0, message(0x1000, 0x10000)));
	assert_true(pci_message_set(&messages, 0, message(0xfffffffc, 0xffff)));
	start_msix(1);
	pci_messages_find(&messages, found, PCI_MSIX);
	assert_true(pci_messages_open(&messages, 1));
	assert_false(pci_message_set(&messages, 0, message(0x1002, 0)));
	assert_true(pci_message_set(&messages, 0, message(0xfffffffffffffffc, 0xffffffff)));
}

/* The other kind excludes this one: PCI 3.0, 6.8. */
static void one_kind_at_a_time(void **state)
{
	static struct pci_messages other;

	start(state);
	model_capability(subject, PCI_CAPABILITY_LIST, CAPABILITY, PCI_CAP_ID_MSIX);
	model_capability(subject, CAPABILITY + 1, 0x80, PCI_CAP_ID_MSI);
	message_model_msix(&model, CAPABILITY, 4, BAR, 0, PENDING);
	message_model_msi(&model, 0x80, true, true, 0);
	enumerate();
	assert_true(pci_messages_find(&messages, found, PCI_MSI) && pci_messages_open(&messages, 1));
	assert_true(pci_messages_find(&other, found, PCI_MSIX) && pci_messages_open(&other, 1));
	assert_true(pci_messages_enable(&messages, true));
	assert_false(pci_messages_enable(&other, true));
	assert_true(pci_messages_enable(&messages, false));
	assert_true(pci_messages_enable(&other, true));
	assert_false(pci_messages_enable(&messages, true));
}

/* ---- MSI ---- */

/* One address; the function puts the vector into the low bits of the data. */
static void msi_vectors(void **state)
{
	(void)state;
	start_msi(true, false, 3);
	assert_true(pci_messages_find(&messages, found, PCI_MSI));
	assert_int_equal(messages.vectors, 8);
	assert_false(pci_messages_open(&messages, 9));
	assert_true(pci_messages_open(&messages, 3));
	assert_int_equal(messages.count, 4);
	assert_false(pci_message_set(&messages, 0, message(0x8000000010, 0x4002)));
	assert_true(pci_message_set(&messages, 0, message(0x8000000010, 0x4004)));
	assert_true(pci_message_set(&messages, 3, message(0x8000000010, 0x4007)));
	assert_false(pci_message_set(&messages, 3, message(0x8000000010, 0x4006)));
	assert_false(pci_message_set(&messages, 3, message(0x8000000014, 0x4007)));
	assert_true(pci_messages_enable(&messages, true));
	for (unsigned vector = 0; vector < 4; vector++)
		expect_sent(vector, 0x8000000010, 0x4004 + vector);
	expect_sent(5, 0x8000000010, 0x4005);
	/* It cannot be masked, so it cannot be told anything while it sends. */
	assert_false(messages.maskable);
	assert_false(pci_message_mask(&messages, 0, true));
	assert_false(pci_message_set(&messages, 0, message(0x1000, 0)));
	expect_sent(0, 0x8000000010, 0x4004);
}

/* The registers' places depend on two bits: each shape sends what it was told, and its neighbours stay as they were. */
static void msi_shapes(void **state)
{
	static const unsigned sizes[2][2] = { { 10, 20 }, { 14, 24 } };

	(void)state;
	for (unsigned shape = 0; shape < 4; shape++) {
		bool wide = shape & 1, maskable = shape & 2;
		unsigned end = CAPABILITY + sizes[wide][maskable];

		start_msi(wide, maskable, 0);
		memset(subject->space + end, 0x77, 0x20);
		memset(subject->writable + end, 0xff, 0x20);
		assert_true(pci_messages_find(&messages, found, PCI_MSI) && pci_messages_open(&messages, 1));
		assert_int_equal(messages.wide, wide);
		assert_true(pci_message_set(&messages, 0, message(0xfee01234, 0xabcd)));
		assert_true(pci_messages_enable(&messages, true));
		assert_int_equal(pci_message_mask(&messages, 0, false), maskable);
		expect_sent(0, 0xfee01234, 0xabcd);
		pci_messages_close(&messages);
		for (unsigned i = end; i < end + 0x20; i++)
			assert_int_equal(subject->space[i], 0x77);
	}
}

/* ---- What was found is put back ---- */

static void msi_is_put_back(void **state)
{
	uint8_t before[256];

	(void)state;
	start_msi(true, true, 2);
	subject->space[CAPABILITY + PCI_MSI_FLAGS] |= PCI_MSI_FLAGS_ENABLE | 1 << 4;
	memset(subject->space + CAPABILITY + PCI_MSI_ADDRESS_LO, 0x44, 8);
	memset(subject->space + CAPABILITY + PCI_MSI_DATA_64, 0x22, 2);
	subject->space[CAPABILITY + PCI_MSI_MASK_64] = 0xa;
	memcpy(before, subject->space, sizeof(before));
	for (unsigned round = 0; round < 2; round++) {
		assert_true(pci_messages_find(&messages, found, PCI_MSI) && pci_messages_open(&messages, 4));
		assert_true(pci_message_set(&messages, 0, message(0x1000, 0x10)));
		assert_true(pci_messages_enable(&messages, true));
		assert_true(pci_message_mask(&messages, 0, false));
		assert_memory_not_equal(before, subject->space, sizeof(before));
		pci_messages_close(&messages);
		assert_memory_equal(before, subject->space, sizeof(before));
	}
}

/* Entries beyond ours that the firmware let through are held back meanwhile, those that it masked stay masked. */
static void msix_is_put_back(void **state)
{
	static uint32_t before[PCI_MESSAGES_MSIX][4];
	uint8_t space[256];

	(void)state;
	start_msix(100);
	for (unsigned vector = 0; vector < 100; vector++)
		for (unsigned i = 0; i < 4; i++)
			model.entries[vector][i] = i == 3 ? vector % 3 == 0 : 0x1000 * vector + 4 * i;
	subject->space[CAPABILITY + PCI_MSIX_FLAGS + 1] |= (PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL) >> 8;
	memcpy(before, model.entries, sizeof(before));
	memcpy(space, subject->space, sizeof(space));
	for (unsigned round = 0; round < 2; round++) {
		assert_true(pci_messages_find(&messages, found, PCI_MSIX) && pci_messages_open(&messages, 64));
		assert_true(pci_message_set(&messages, 63, message(0xabc0, 7)));
		assert_true(pci_messages_enable(&messages, true));
		for (unsigned vector = 0; vector < 100; vector++)
			expect_nothing_sent(vector);
		memset(model.pending, 0, sizeof(model.pending));
		assert_true(pci_message_mask(&messages, 63, false));
		expect_sent(63, 0xabc0, 7);
		pci_messages_close(&messages);
		assert_memory_equal(before, model.entries, sizeof(before));
		assert_memory_equal(space, subject->space, sizeof(space));
		memset(&messages, 0xff, sizeof(messages));
	}
	assert_int_equal(model.changed_while_sending, 0);
}

/* The firmware's messages are off after enumeration. */
static void enumeration_silences(void **state)
{
	start(state);
	model_capability(subject, PCI_CAPABILITY_LIST, CAPABILITY, PCI_CAP_ID_MSIX);
	model_capability(subject, CAPABILITY + 1, 0x80, PCI_CAP_ID_MSI);
	message_model_msix(&model, CAPABILITY, 4, BAR, 0, PENDING);
	message_model_msi(&model, 0x80, true, false, 0);
	subject->space[CAPABILITY + PCI_MSIX_FLAGS + 1] |= PCI_MSIX_FLAGS_ENABLE >> 8;
	subject->space[0x80 + PCI_MSI_FLAGS] |= PCI_MSI_FLAGS_ENABLE;
	enumerate();
	assert_int_equal(subject->space[CAPABILITY + PCI_MSIX_FLAGS + 1] & PCI_MSIX_FLAGS_ENABLE >> 8, 0);
	assert_int_equal(subject->space[0x80 + PCI_MSI_FLAGS] & PCI_MSI_FLAGS_ENABLE, 0);
}

#define TEST(name)	cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_capability),
		TEST(msi_masks),
		TEST(msix_masks),
		TEST(a_vector_is_masked_while_it_changes),
		TEST(addresses_that_will_not_do),
		TEST(one_kind_at_a_time),
		TEST(msi_vectors),
		TEST(msi_shapes),
		TEST(msi_is_put_back),
		TEST(msix_is_put_back),
		TEST(enumeration_silences),
	};

	return cmocka_run_group_tests_name("pci-message", tests, NULL, NULL);
}
