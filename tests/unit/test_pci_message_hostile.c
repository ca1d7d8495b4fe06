/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_model.list tests/unit/message_model.c */
/*
 * MSI and MSI-X capabilities that lie: each is refused with its reason before anything is written, and what does not
 * hold what it is told is not driven on.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "tests/unit/message_model.h"
#include "tests/unit/pci_model.h"

#define CPU_MEMORY	(1ull << 40)
#define BAR		2
#define BAR_SIZE	0x10000u
#define TABLE_MOST	(PCI_MESSAGES_MSIX * PCI_MSIX_ENTRY_SIZE)

static struct model_function *subject;
static struct message_model model;
static struct pci_function *found;
static struct pci_messages messages;

/* BAR 0 is memory that finds no room, BAR 1 I/O, BARs 2 and 3 one of 64 bits, BAR 4 short. */
static void start_with(uint8_t capability, uint8_t id)
{
	model_start((struct bus_range) { 0x1000, 0xffff }, (struct bus_range) { 0x10000000, 0x1fffffff });
	host_get(0)->memory.value = CPU_MEMORY;
	subject = model_add(NULL, 3, 0, 0x12341234);
	model_bar(subject, 0, PCI_BAR_MEM32, 1u << 30, MODEL_BAR_GOOD);
	model_bar(subject, 1, PCI_BAR_IO, 256, MODEL_BAR_GOOD);
	model_bar(subject, BAR, PCI_BAR_MEM64, BAR_SIZE, MODEL_BAR_GOOD);
	model_bar(subject, 4, PCI_BAR_MEM32, 16, MODEL_BAR_GOOD);
	memset(&model, 0, sizeof(model));
	model.space = subject->space;
	model.writable = subject->writable;
	model_capability(subject, PCI_CAPABILITY_LIST, capability, id);
}

static void enumerate(void)
{
	pci_enumerate();
	found = model_found(subject);
	/* A BAR without an address keeps memory off, for all of them. */
	pci_command(found, PCI_COMMAND_MEMORY, 0);
	host_add_device(&(struct host_device) { CPU_MEMORY + found->bars[BAR].address, BAR_SIZE, message_model_read,
						message_model_write, &model });
	model_offences.writes = 0;
}

static void expect_fault(unsigned row, enum pci_message_kind kind, const char *fault)
{
	uint64_t accesses;

	enumerate();
	accesses = host_accesses();
	if (pci_messages_find(&messages, found, kind) != (fault == NULL) ||
	    (fault && !strstr(messages.fault, fault)))
		fail_msg("row %u: \"%s\" instead of \"%s\"", row, messages.fault ? messages.fault : "good",
			 fault ? fault : "good");
	assert_int_equal(pci_messages_open(&messages, 1), fault == NULL);
	pci_messages_close(&messages);
	if (fault) {
		assert_int_equal(host_accesses(), accesses);
		assert_int_equal(model_offences.writes, 0);
	}
}

static void msix_tables(void **state)
{
	static const struct {
		unsigned vectors;
		unsigned table_bar, pending_bar;
		uint32_t table, pending;
		const char *fault;
	} rows[] = {
		{ 1, BAR, BAR, 0, 0x10, NULL },
		{ 2048, BAR, BAR, 0, TABLE_MOST, NULL },
		{ 2048, BAR, BAR, BAR_SIZE - TABLE_MOST, 0, NULL },
		{ 2048, BAR, BAR, BAR_SIZE - TABLE_MOST + 8, 0, "beyond their BAR" },
		{ 1, BAR, BAR, BAR_SIZE, 0, "beyond their BAR" },
		{ 1, BAR, BAR, 0xfffffff8, 0, "beyond their BAR" },
		{ 1, BAR, BAR, 0, BAR_SIZE - 8, NULL },
		{ 64, BAR, BAR, 0, BAR_SIZE - 8, NULL },
		{ 65, BAR, BAR, 0, BAR_SIZE - 8, "beyond their BAR" },
		{ 1, BAR, BAR, 0, 0xfffffff8, "beyond their BAR" },
		{ 2, BAR, BAR, 0, 0x18, "overlap" },
		{ 2, BAR, BAR, 8, 0, NULL },
		{ 2, BAR, BAR, 0, 0, "overlap" },
		{ 65, BAR, BAR, 8, 0, "overlap" },
		{ 2, 4, BAR, 0, 0, "beyond their BAR" },
		{ 2, 0, BAR, 0, 0, "has no address" },
		{ 2, BAR, 0, 0, 0, "has no address" },
		{ 2, 1, BAR, 0, 0, "no memory" },
		{ 2, 3, BAR, 0, 0, "no memory" },
		{ 2, BAR, 5, 0, 0, "no memory" },
		{ 2, 6, BAR, 0, 0, "a header does not have" },
		{ 2, BAR, 7, 0, 0, "a header does not have" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start_with(0x60, PCI_CAP_ID_MSIX);
		message_model_msix(&model, 0x60, rows[i].vectors, 0, rows[i].table, rows[i].pending);
		subject->space[0x60 + PCI_MSIX_TABLE] |= rows[i].table_bar;
		subject->space[0x60 + PCI_MSIX_PBA] |= rows[i].pending_bar;
		expect_fault(i, PCI_MSIX, rows[i].fault);
	}
}

/* A bridge's header has two BARs: what would be the third are its bus numbers. */
static void msix_of_a_bridge(void **state)
{
	(void)state;
	start_with(0x60, PCI_CAP_ID_MSIX);
	subject = model_add_bridge(NULL, 4);
	model.space = subject->space;
	model.writable = subject->writable;
	model_capability(subject, PCI_CAPABILITY_LIST, 0x60, PCI_CAP_ID_MSIX);
	message_model_msix(&model, 0x60, 1, 2, 0, 0x100);
	pci_enumerate();
	assert_false(pci_messages_find(&messages, model_found(subject), PCI_MSIX));
	assert_non_null(strstr(messages.fault, "a header does not have"));
}

static void memory_that_is_off(void **state)
{
	(void)state;
	start_with(0x60, PCI_CAP_ID_MSIX);
	message_model_msix(&model, 0x60, 4, BAR, 0, 0x8000);
	enumerate();
	pci_command(found, 0, PCI_COMMAND_MEMORY);
	assert_false(pci_messages_find(&messages, found, PCI_MSIX));
	assert_non_null(strstr(messages.fault, "switched off"));
}

/* What hangs over the end of configuration space is somebody else's; the model fails the test for such an access. */
static void at_the_end_of_configuration_space(void **state)
{
	static const struct { uint8_t at, id; bool wide, maskable; const char *fault; } rows[] = {
		{ 0xf4, PCI_CAP_ID_MSIX, false, false, NULL },
		{ 0xf8, PCI_CAP_ID_MSIX, false, false, "beyond configuration space" },
		{ 0xfc, PCI_CAP_ID_MSIX, false, false, "beyond configuration space" },
		{ 0xf4, PCI_CAP_ID_MSI, false, false, NULL },
		{ 0xf8, PCI_CAP_ID_MSI, false, false, "beyond configuration space" },
		{ 0xf0, PCI_CAP_ID_MSI, true, false, NULL },
		{ 0xf4, PCI_CAP_ID_MSI, true, false, "beyond configuration space" },
		{ 0xec, PCI_CAP_ID_MSI, false, true, NULL },
		{ 0xf0, PCI_CAP_ID_MSI, false, true, "beyond configuration space" },
		{ 0xe8, PCI_CAP_ID_MSI, true, true, NULL },
		{ 0xec, PCI_CAP_ID_MSI, true, true, "beyond configuration space" },
		{ 0xfc, PCI_CAP_ID_MSI, true, true, "beyond configuration space" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool msix = rows[i].id == PCI_CAP_ID_MSIX;

		start_with(rows[i].at, rows[i].id);
		if (msix && !rows[i].fault)
			message_model_msix(&model, rows[i].at, 4, BAR, 0, 0x8000);
		else if (!msix && !rows[i].fault)
			message_model_msi(&model, rows[i].at, rows[i].wide, rows[i].maskable, 0);
		else if (!msix)
			subject->space[rows[i].at + PCI_MSI_FLAGS] = rows[i].wide ? PCI_MSI_FLAGS_64BIT : 0;
		if (!msix && rows[i].fault)
			subject->space[rows[i].at + PCI_MSI_FLAGS + 1] = rows[i].maskable;
		expect_fault(i, msix ? PCI_MSIX : PCI_MSI, rows[i].fault);
	}
}

static void reserved_numbers_of_vectors(void **state)
{
	(void)state;
	for (unsigned log = 0; log < 8; log++) {
		start_with(0x60, PCI_CAP_ID_MSI);
		message_model_msi(&model, 0x60, true, false, 0);
		subject->space[0x60 + PCI_MSI_FLAGS] |= (uint8_t)(log << 1);
		expect_fault(log, PCI_MSI, log > 5 ? "a reserved one" : NULL);
	}
}

/* ---- Functions that do not hold what they are told ---- */

static void a_deaf_number_of_vectors(void **state)
{
	(void)state;
	start_with(0x60, PCI_CAP_ID_MSI);
	message_model_msi(&model, 0x60, true, true, 3);
	subject->writable[0x60 + PCI_MSI_FLAGS] &= ~PCI_MSI_FLAGS_QSIZE;
	enumerate();
	assert_true(pci_messages_find(&messages, found, PCI_MSI));
	assert_false(pci_messages_open(&messages, 4));
	assert_int_equal(messages.count, 0);
	assert_true(pci_messages_open(&messages, 1));
}

static void a_deaf_address(void **state)
{
	(void)state;
	start_with(0x60, PCI_CAP_ID_MSI);
	message_model_msi(&model, 0x60, true, true, 0);
	subject->writable[0x60 + PCI_MSI_ADDRESS_HI + 1] = 0;
	enumerate();
	assert_true(pci_messages_find(&messages, found, PCI_MSI) && pci_messages_open(&messages, 1));
	assert_true(pci_message_set(&messages, 0, (struct pci_message) { 0x00ff00001000, 1 }));
	assert_false(pci_message_set(&messages, 0, (struct pci_message) { 0xff0000001000, 1 }));
	subject->writable[0x60 + PCI_MSI_FLAGS] = 0;
	assert_false(pci_messages_enable(&messages, true));
	subject->writable[0x60 + PCI_MSI_MASK_64] = 0;
	assert_false(pci_message_mask(&messages, 0, false));
}

static void a_deaf_table(void **state)
{
	(void)state;
	start_with(0x60, PCI_CAP_ID_MSIX);
	message_model_msix(&model, 0x60, 4, BAR, 0, 0x8000);
	enumerate();
	assert_true(pci_messages_find(&messages, found, PCI_MSIX) && pci_messages_open(&messages, 2));
	model.stuck = 0x10;
	assert_false(pci_message_set(&messages, 0, (struct pci_message) { 0x1010, 0 }));
	assert_false(pci_message_set(&messages, 0, (struct pci_message) { 0x1000, 0x10 }));
	assert_true(pci_message_set(&messages, 0, (struct pci_message) { 0x1000, 0x20 }));
	model.stuck = PCI_MSIX_ENTRY_CTRL_MASKBIT;
	assert_false(pci_message_mask(&messages, 1, false));
	pci_messages_close(&messages);
	/* One that cannot be masked is not taken at all: the firmware's messages would go on. */
	model.entries[3][3] = 0;
	assert_false(pci_messages_open(&messages, 2));
	assert_int_equal(messages.count, 0);
}

static void too_many_vectors(void **state)
{
	(void)state;
	start_with(0x60, PCI_CAP_ID_MSIX);
	message_model_msix(&model, 0x60, 2048, BAR, 0, 0x8000);
	enumerate();
	model_offences.writes = 0;
	assert_true(pci_messages_find(&messages, found, PCI_MSIX));
	assert_int_equal(messages.vectors, 2048);
	assert_false(pci_messages_open(&messages, 0));
	assert_false(pci_messages_open(&messages, PCI_MESSAGES + 1));
	assert_false(pci_messages_open(&messages, ~0u));
	assert_int_equal(model_offences.writes, 0);
	assert_true(pci_messages_open(&messages, PCI_MESSAGES));
	assert_false(pci_messages_open(&messages, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(msix_tables),
		cmocka_unit_test(msix_of_a_bridge),
		cmocka_unit_test(memory_that_is_off),
		cmocka_unit_test(at_the_end_of_configuration_space),
		cmocka_unit_test(reserved_numbers_of_vectors),
		cmocka_unit_test(a_deaf_number_of_vectors),
		cmocka_unit_test(a_deaf_address),
		cmocka_unit_test(a_deaf_table),
		cmocka_unit_test(too_many_vectors),
	};

	return cmocka_run_group_tests_name("pci-message-hostile", tests, NULL, NULL);
}
