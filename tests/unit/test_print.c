/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/format.c boot/print.c */
/*
 * Formatted text, against the C library's snprintf(): a table of every conversion, then random specifications; where
 * the text is cut; and what is no specification at all.
 */
#include <stdio.h>
#include <string.h>

#include "boot/print.h"
#include "tests/unit/host/host.h"

#define SIZE		256

/* format() and snprintf() are called through these, so that the compiler does not look into the specification. */
static size_t (*volatile our_format)(char *, size_t, const char *, ...) = format;
static int (*volatile their_format)(char *, size_t, const char *, ...) = snprintf;

/* xorshift64 (G. Marsaglia, "Xorshift RNGs", 2003): the same numbers on every host. */
static uint64_t random_state;

static uint64_t random_number(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static void compare(const char *specification, const char *ours, size_t our_length, const char *theirs,
		    int their_length)
{
	if (strcmp(ours, theirs) != 0 || our_length != (size_t)their_length)
		fail_msg("\"%s\": \"%s\" (%zu), should be \"%s\" (%d)", specification, ours, our_length, theirs,
			 their_length);
}

/* The arguments are spelled twice, because a va_list cannot be handed over by name. */
#define SAME(...) do { \
	char ours[SIZE], theirs[SIZE]; \
	size_t our_length = format(ours, SIZE, __VA_ARGS__); \
	int their_length = snprintf(theirs, SIZE, __VA_ARGS__); \
	compare(#__VA_ARGS__, ours, our_length, theirs, their_length); \
} while (0)

static void each_conversion(void **state)
{
	static char object;

	(void)state;
	SAME("plain");
	SAME("%s", "");
	SAME("%d %i %u %x %X %o %c %s %%", -5, 7, 9u, 0xabcu, 0xabcu, 0777u, 'z', "text");
	SAME("%hhd %hhu %hd %hu", (signed char)-1, (unsigned char)255, (short)-2, (unsigned short)65535);
	SAME("%ld %lu %lld %llu %zu %jd %ju", -3l, 4ul, -5ll, 6ull, (size_t)7, (intmax_t)-8, (uintmax_t)9);
	SAME("%p", (void *)&object);
	SAME("[%20p] [%-20p]", (void *)&object, (void *)&object);
	SAME("%s|%5s|%-5s|%.2s|%5.1s|%.0s", "abc", "abc", "abc", "abc", "abc", "abc");
	SAME("%c|%3c|%-3c|", 'a', 'b', 'c');
	SAME("%*d|%-*d|%*d|%.*d|%.*d", 5, 42, 5, 42, -5, 42, 4, 42, -4, 42);
	SAME("%*.*s|%.*s", 6, 2, "abcdef", 3, "abcdef");
	SAME("%#x %#X %#o %#x %#o", 255u, 255u, 8u, 0u, 0u);
	SAME("%lld %lld %llu %llx %llo", -9223372036854775807ll - 1, 9223372036854775807ll, ~0ull, ~0ull, ~0ull);
	SAME("%d %d", -2147483647 - 1, 2147483647);
	SAME("%70d|%-70d|%070d", 1, 2, 3);
}

/* No text is read beyond a precision. */
static void text_without_end(void **state)
{
	const char three[3] = { 'a', 'b', 'c' };
	char buffer[SIZE];

	(void)state;
	assert_int_equal(format(buffer, SIZE, "%.3s", three), 3);
	assert_string_equal(buffer, "abc");
	assert_int_equal(our_format(buffer, SIZE, "%s", (const char *)NULL), 6);
	assert_string_equal(buffer, "(null)");
}

static const uint64_t edges[] = {
	0, 1, 7, 8, 9, 10, 15, 16, 99, 100, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2147483647, 2147483648,
	4294967295, 4294967296, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX, 10000000000000000000ull,
};

static uint64_t random_value(void)
{
	uint64_t number = random_number();

	if (number & 1)
		return edges[(number >> 1) % (sizeof edges / sizeof edges[0])];
	return random_number() >> (number >> 1) % 64;
}

/* Writes a random specification of a number; what the C standard leaves undefined is left out. */
static bool random_specification(char *text, int *stars)
{
	static const char *const lengths[] = { "", "hh", "h", "l", "ll", "z", "j" };
	const char *conversions = "diuxXo";
	char conversion = conversions[random_number() % 6];
	unsigned length = random_number() % 7;
	unsigned flags = (unsigned)random_number();
	char *at = text;

	*stars = 0;
	*at++ = '%';
	for (unsigned i = 0; i < 4; i++) {
		if (flags & 1u << i)
			*at++ = "-0+ "[i];
	}
	if ((flags & 16) && strchr("xXo", conversion))
		*at++ = '#';
	if (flags & 32)
		at += sprintf(at, "%u", 1 + (unsigned)(random_number() % 40));
	else if (flags & 64)
		*at++ = '*', ++*stars;
	if (flags & 128)
		at += sprintf(at, ".%u", (unsigned)(random_number() % 40));
	else if (flags & 256)
		*at++ = '.', *at++ = '*', ++*stars;
	sprintf(at, "%s%c", lengths[length], conversion);
	return length >= 3;
}

static void random_numbers(void **state)
{
	(void)state;
	random_state = 42;
	for (unsigned i = 0; i < 200000; i++) {
		char text[40], ours[SIZE], theirs[SIZE];
		uint64_t value = random_value();
		int first = (int)(random_number() % 60) - 30;
		int second = (int)(random_number() % 60) - 30;
		int stars, their_length;
		size_t our_length;
		bool wide = random_specification(text, &stars);

#define BOTH(...) do { \
	our_length = our_format(ours, SIZE, text, __VA_ARGS__); \
	their_length = their_format(theirs, SIZE, text, __VA_ARGS__); \
} while (0)
		if (stars == 0 && wide)
			BOTH(value);
		else if (stars == 0)
			BOTH((int)value);
		else if (stars == 1 && wide)
			BOTH(first, value);
		else if (stars == 1)
			BOTH(first, (int)value);
		else if (wide)
			BOTH(first, second, value);
		else
			BOTH(first, second, (int)value);
		compare(text, ours, our_length, theirs, their_length);
	}
}

/* What is not known stands as it is, and what follows it is still read. */
static void unknown_conversions(void **state)
{
	static const struct {
		const char *text;
		const char *result;
	} rows[] = {
		{ "%q", "%q" }, { "%", "%" }, { "a%", "a%" }, { "%5", "%5" }, { "%-08.3", "%-08.3" }, { "%l", "%l" },
		{ "%lc", "%lc" }, { "%ls", "%ls" }, { "%hp", "%hp" }, { "%f %%", "%f %" }, { "%n", "%n" },
	};
	char buffer[SIZE];

	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		our_format(buffer, SIZE, rows[i].text);
		assert_string_equal(buffer, rows[i].result);
	}
}

/* At every size: the same text, the same NUL, nothing after it, and the length that the whole would have. */
static void cut(void **state)
{
	(void)state;
	for (size_t size = 0; size < 40; size++) {
		char ours[40], theirs[40];

		memset(ours, 'x', sizeof ours);
		memset(theirs, 'x', sizeof theirs);
		assert_int_equal(our_format(ours, size, "%s-%08x-%-6d|", "abc", 0x1234, 42),
				 their_format(theirs, size, "%s-%08x-%-6d|", "abc", 0x1234, 42));
		assert_memory_equal(ours, theirs, sizeof ours);
	}
	assert_int_equal(format(NULL, 0, "%d", 12345), 5);
}

static void appended(void **state)
{
	char buffer[8] = "";
	struct text text = { buffer, sizeof buffer, 0, false };

	(void)state;
	append(&text, "%s", "abc");
	append(&text, "%d", 1234);
	assert_false(text.cut);
	assert_int_equal(text.length, 7);
	assert_string_equal(buffer, "abc1234");
	append(&text, "%s", "");
	assert_false(text.cut);
	append(&text, "x");
	assert_true(text.cut);
	append(&text, "%s", "");
	assert_true(text.cut);
	assert_string_equal(buffer, "abc1234");
	assert_int_equal(text.length, 7);
}

/* The part that fits stays, and a later short text does not come after the gap. */
static void appended_in_part(void **state)
{
	char buffer[8] = "";
	struct text text = { buffer, sizeof buffer, 0, false };

	(void)state;
	append(&text, "%s", "abcdefghij");
	append(&text, "k");
	assert_true(text.cut);
	assert_string_equal(buffer, "abcdefg");
	assert_int_equal(text.length, 7);
}

/* Longer than any buffer on the way to the console. */
static void printed(void **state)
{
	(void)state;
	print("%*d|%s\n", 3000, 7, "end");
	assert_int_equal(host_output_length, 3005);
	assert_string_equal(host_output + 2998, " 7|end\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_conversion),
		cmocka_unit_test(text_without_end),
		cmocka_unit_test(random_numbers),
		cmocka_unit_test(unknown_conversions),
		cmocka_unit_test(cut),
		cmocka_unit_test(appended),
		cmocka_unit_test(appended_in_part),
		cmocka_unit_test_setup(printed, host_setup),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
