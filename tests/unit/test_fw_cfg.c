/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: arch/sparc64/fw_cfg.c */
/*
 * QEMU's configuration device: items and files as QEMU has them, and a directory that lies.
 *
 * The device here gives, as QEMU's does, zeroes behind the end of an item, and nothing but zeroes for an unknown one.
 */
#include "arch/sparc64/fw_cfg.h"

#include <string.h>

#include "tests/unit/host/host.h"

#define DEVICE		((phys_addr){ 0x510 })
#define DIRECTORY	0x19
#define ITEMS		8
#define ENDLESS		1000000		/* more accesses than any test may take */

static struct item {
	uint16_t number;
	size_t size;
	const uint8_t *bytes;
} items[ITEMS];
static size_t item_count;
static uint16_t selected;
static size_t offset;
static uint8_t directory[4096];
static size_t directory_size;

static uint64_t read_port(void *context, const struct host_access *access)
{
	(void)context;
	assert_int_equal(access->width, 1);
	if (host_accesses() > ENDLESS)
		fail_msg("reading goes on and on");
	for (size_t i = 0; i < item_count; i++)
		if (items[i].number == selected && offset < items[i].size)
			return items[i].bytes[offset++];
	offset++;
	return 0;
}

static void write_port(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	assert_int_equal(access->offset, 0);
	assert_int_equal(access->width, 2);
	assert_int_equal(access->order, HOST_LITTLE);
	selected = (uint16_t)value;
	offset = 0;
}

static int setup(void **state)
{
	host_setup(state);
	host_add_device(&(struct host_device){ DEVICE.value, 2, read_port, write_port, NULL });
	item_count = 0;
	directory_size = 4;
	memset(directory, 0, sizeof directory);
	return 0;
}

static void add_item(uint16_t number, const void *bytes, size_t size)
{
	assert_true(item_count < ITEMS);
	items[item_count++] = (struct item){ number, size, bytes };
}

static void put(size_t at, uint64_t value, unsigned bytes)
{
	while (bytes-- > 0)
		directory[at++] = (uint8_t)(value >> 8 * bytes);
}

/* The name is given with its length, so that it may lack its NUL or have more behind it. */
static void add_file(uint32_t size, uint16_t item, const char *name, size_t length)
{
	assert_true(directory_size + 64 <= sizeof directory && length <= 56);
	put(directory_size, size, 4);
	put(directory_size + 4, item, 2);
	put(directory_size + 6, 0xffff, 2);
	memcpy(directory + directory_size + 8, name, length);
	directory_size += 64;
}

static void add_directory(uint32_t count)
{
	put(0, count, 4);
	add_item(DIRECTORY, directory, directory_size);
}

static void knows_the_signature(void **state)
{
	(void)state;
	assert_false(fw_cfg_present(DEVICE));
	add_item(0, "QEMX", 4);
	assert_false(fw_cfg_present(DEVICE));
	item_count = 0;
	add_item(0, "QEM", 3);
	assert_false(fw_cfg_present(DEVICE));
	item_count = 0;
	add_item(0, "QEMU", 4);
	assert_true(fw_cfg_present(DEVICE));
}

static void reads_numbers(void **state)
{
	static const uint8_t bytes[] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99 };

	(void)state;
	add_item(3, bytes, sizeof bytes);
	add_item(5, bytes, 2);
	assert_int_equal(fw_cfg_number(DEVICE, 3, 4), 0x44332211);
	assert_int_equal(fw_cfg_number(DEVICE, 3, 8), 0x8877665544332211);
	assert_int_equal(fw_cfg_number(DEVICE, 3, 100), 0x8877665544332211);
	assert_int_equal(fw_cfg_number(DEVICE, 3, 0), 0);
	assert_int_equal(fw_cfg_number(DEVICE, 5, 8), 0x2211);
	assert_int_equal(fw_cfg_number(DEVICE, 77, 8), 0);
}

static void finds_files(void **state)
{
	struct fw_cfg_file file;
	static const char longest[] = "0123456789012345678901234567890123456789012345678901234";

	(void)state;
	add_file(3, 0x20, "etc/some", 9);
	add_file(0x12345678, 0x4021, "opt/a", 6);
	add_file(5, 0x22, "opt/ab", 7);
	add_file(6, 0x23, "opt/a", 6);
	add_file(7, 0x24, longest, sizeof longest);
	add_directory(5);
	assert_true(fw_cfg_find(DEVICE, "opt/a", &file));
	assert_int_equal(file.item, 0x4021);
	assert_int_equal(file.size, 0x12345678);
	assert_true(fw_cfg_find(DEVICE, "opt/ab", &file));
	assert_int_equal(file.item, 0x22);
	assert_true(fw_cfg_find(DEVICE, longest, &file));
	assert_int_equal(file.item, 0x24);
	assert_false(fw_cfg_find(DEVICE, "opt/", &file));
	assert_false(fw_cfg_find(DEVICE, "opt/abc", &file));
	assert_false(fw_cfg_find(DEVICE, "", &file));
	assert_false(fw_cfg_find(DEVICE, "012345678901234567890123456789012345678901234567890123456789", &file));
}

static void survives_no_directory(void **state)
{
	struct fw_cfg_file file;

	(void)state;
	assert_false(fw_cfg_find(DEVICE, "opt/a", &file));
	add_directory(0);
	assert_false(fw_cfg_find(DEVICE, "opt/a", &file));
	item_count = 0;
	add_item(DIRECTORY, "\0\0", 2);
	assert_false(fw_cfg_find(DEVICE, "opt/a", &file));
}

/* A count far beyond the entries ends the search, and what comes after the entries is no file without a name. */
static void survives_a_count_that_lies(void **state)
{
	static const uint32_t counts[] = { 2, 1024, 0x7fffffff, 0x80000000, 0xffffffff };
	struct fw_cfg_file file;

	(void)state;
	add_file(9, 0x20, "opt/a", 6);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		item_count = 0;
		add_directory(counts[i]);
		assert_true(fw_cfg_find(DEVICE, "opt/a", &file));
		assert_false(fw_cfg_find(DEVICE, "opt/b", &file));
		assert_false(fw_cfg_find(DEVICE, "", &file));
	}
	item_count = 0;
	add_directory(0);
	assert_false(fw_cfg_find(DEVICE, "opt/a", &file));
}

/* 56 characters without a NUL: nobody's name, not even of one that begins so. */
static void survives_names_without_an_end(void **state)
{
	static const char name[] = "01234567890123456789012345678901234567890123456789012345";
	struct fw_cfg_file file;

	(void)state;
	add_file(1, 0x20, name, 56);
	add_file(2, 0x21, "opt/a\0and more of it that nobody asked for, up to its end", 56);
	add_directory(2);
	assert_false(fw_cfg_find(DEVICE, name, &file));
	assert_false(fw_cfg_find(DEVICE, "0123", &file));
	assert_true(fw_cfg_find(DEVICE, "opt/a", &file));
	assert_int_equal(file.item, 0x21);
}

/* An item below the files is one of the device's own, the directory itself for example. */
static void refuses_files_that_are_none(void **state)
{
	static const uint16_t numbers[] = { 0, 0x19, 0x1f, 0x8019, 0xc01f };
	struct fw_cfg_file file;

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		setup(state);
		add_file(9, numbers[i], "opt/a", 6);
		add_directory(1);
		assert_false(fw_cfg_find(DEVICE, "opt/a", &file));
	}
}

static void reads_texts(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		uint64_t length;
		const char *text;
		bool cut;
	} rows[] = {
		{ "", 0, 0, "", false },
		{ "abc", 3, 3, "abc", false },
		{ "abc", 4, 4, "abc", false },
		{ "abc\0def", 7, 7, "abc", false },
		{ "abcdef", 6, 3, "abc", false },
		{ "abcdefg", 7, 7, "abcdefg", false },
		{ "abcdefg", 8, 8, "abcdefg", false },
		{ "abcdefgh", 8, 8, "abcdefg", true },
		{ "abcdefgh", 8, 0xffffffff, "abcdefg", true },
		{ "abcdefghijklm", 13, UINT64_MAX, "abcdefg", true },
		/* A length beyond the item's end. */
		{ "abc", 3, UINT64_MAX, "abc", false },
		{ "", 0, UINT64_MAX, "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char buffer[10] = "?????????";
		bool cut = false;
		size_t length;

		setup(state);
		add_item(0x20, rows[i].bytes, rows[i].size);
		length = fw_cfg_text(DEVICE, 0x20, rows[i].length, buffer, 8, &cut);
		if (strcmp(buffer, rows[i].text) || cut != rows[i].cut || length != strlen(rows[i].text))
			fail_msg("row %zu: \"%s\", %zu characters, cut %d", i, buffer, length, cut);
		assert_int_equal(buffer[8], '?');
		assert_true(host_accesses() < 20);
	}
}

/* One part that was cut stays a cut whole. */
static void remembers_a_cut(void **state)
{
	char buffer[8];
	bool cut = true;

	(void)state;
	add_item(0x20, "abc", 3);
	fw_cfg_text(DEVICE, 0x20, 3, buffer, sizeof buffer, &cut);
	assert_true(cut);
}

/* No room for a single character. */
static void fills_the_smallest_buffer(void **state)
{
	char buffer[2] = "??";
	bool cut = false;

	(void)state;
	add_item(0x20, "abc", 3);
	assert_int_equal(fw_cfg_text(DEVICE, 0x20, 3, buffer, 1, &cut), 0);
	assert_int_equal(buffer[0], 0);
	assert_int_equal(buffer[1], '?');
	assert_true(cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(knows_the_signature, setup, host_teardown),
		cmocka_unit_test_setup_teardown(reads_numbers, setup, host_teardown),
		cmocka_unit_test_setup_teardown(finds_files, setup, host_teardown),
		cmocka_unit_test_setup_teardown(survives_no_directory, setup, host_teardown),
		cmocka_unit_test_setup_teardown(survives_a_count_that_lies, setup, host_teardown),
		cmocka_unit_test_setup_teardown(survives_names_without_an_end, setup, host_teardown),
		cmocka_unit_test_setup_teardown(refuses_files_that_are_none, setup, host_teardown),
		cmocka_unit_test_setup_teardown(reads_texts, setup, host_teardown),
		cmocka_unit_test_setup_teardown(remembers_a_cut, setup, host_teardown),
		cmocka_unit_test_setup_teardown(fills_the_smallest_buffer, setup, host_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
