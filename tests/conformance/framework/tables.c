/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables as JSON: see tables.h. A test and a deviation are a line each. What stands in the tables is the project's
 * own printing ASCII, so that of it only quotes and backslashes are escaped.
 */
#include "tests/conformance/framework/tables.h"

#include "boot/print.h"
#include "boot/string.h"
#include "boot/version.h"
#include "tests/conformance/framework/test.h"
#include "tests/deviations/deviations.h"

TABLE_DECLARE(tests, const struct conformance_test);

#define LINE	"# json: "

static void put_string(const char *text, size_t length)
{
	print("\"");
	for (size_t i = 0; i < length; i++)
		print("%s%c", text[i] == '"' || text[i] == '\\' ? "\\" : "", text[i]);
	print("\"");
}

/* A member and the comma before it; a text that is NULL is null. */
static void put_member(const char *name, const char *text)
{
	print(",\"%s\":", name);
	if (text)
		put_string(text, strlen(text));
	else
		print("null");
}

/* What separators stand between, as an array. */
static void put_words(const char *name, const char *words, char separator)
{
	const char *comma = "";

	print(",\"%s\":[", name);
	while (words && *words) {
		size_t length = 0;

		while (words[length] && words[length] != separator)
			length++;
		if (length > 0) {
			print("%s", comma);
			put_string(words, length);
			comma = ",";
		}
		words += length + (words[length] != 0);
	}
	print("]");
}

static void put_release(const char *name, const struct release *release)
{
	char text[16];

	format(text, sizeof(text), "%u.%u.%u", release->major, release->minor, release->micro);
	put_member(name, release->major ? text : NULL);
}

static void put_test(const struct conformance_test *test)
{
	static const char *const judged[] = { "functional", "evidence", "record" };

	print("{\"name\":\"%s\"", test->name);
	put_member("proves", test->proves);
	put_member("scope", test->scope ? test->scope->words : "the machine, once");
	put_words("clauses", test->clauses, ' ');
	put_member("judged_by", judged[test->judged_by]);
	put_member("file", test->file);
	print(",\"line\":%u,\"only_by_name\":%s}", test->line, test->only_by_name ? "true" : "false");
}

static void put_deviation(const struct deviation *deviation)
{
	static const char *const shows[] = { "always", "sometimes", "racy" };
	static const char *const skips[] = { "none", "all", "asked" };

	print("{\"name\":\"%s\"", deviation->name);
	put_words("points", deviation->points, ',');
	put_member("machine", deviation->machine);
	put_member("profile", deviation->profile == PROFILE_QEMU ? "qemu" : "hardware");
	put_member("firmware", deviation->firmware);
	put_member("shows", shows[deviation->shows]);
	put_member("skip", skips[deviation->skip]);
	put_words("because", deviation->because, ',');
	put_release("since", &deviation->since);
	put_release("until", &deviation->until);
	put_member("needs", deviation->needs);
	put_member("reason", deviation->reason);
	put_member("reference", deviation->reference);
	print("}");
}

void tables_print(void)
{
	const char *end = "\n";

	print(LINE "{\"format\":\"busproof-tables\",\"format_version\":%u", TABLES_FORMAT);
	put_member("version", busproof_version);
	print(",\n" LINE "\"tests\":[");
	TABLE_EACH(tests, const struct conformance_test, entry) {
		print("%s" LINE, end);
		put_test(*entry);
		end = ",\n";
	}
	print("],\n" LINE "\"deviations\":[");
	end = "\n";
	for (unsigned i = 0; deviation_get(i); i++) {
		print("%s" LINE, end);
		put_deviation(deviation_get(i));
		end = ",\n";
	}
	print("]}\n");
}
