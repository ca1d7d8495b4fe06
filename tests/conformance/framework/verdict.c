/* SPDX-License-Identifier: BSD-2-Clause */
/* How a trial's function gives its verdict and leaves its evidence: see verdict.h. The first complaint counts. */
#include "tests/conformance/framework/verdict.h"

#include "boot/string.h"

/* Whole and by its name, because debuggers stop here (tests/gate/boot). */
__attribute__((noinline, noclone))
static void set_verdict(struct trial *trial, enum verdict verdict, const char *reason, va_list list)
{
	bool complains = verdict != VERDICT_SKIP;

	/*
	 * Nothing to judge is no excuse for what went wrong all the same: a trap while cleaning up, memory that moved.
	 */
	if (trial->verdict != VERDICT_PASS && !(trial->verdict == VERDICT_SKIP && complains)) {
		char later[sizeof(trial->reason)];

		format_list(later, sizeof(later), reason, list);
		trial_note(trial, "then", "%s", later);
		return;
	}
	trial->verdict = verdict;
	format_list(trial->reason, sizeof(trial->reason), reason, list);
}

#define SET_VERDICT(verdict) do { \
	va_list list; \
	va_start(list, reason); \
	set_verdict(trial, verdict, reason, list); \
	va_end(list); \
} while (0)

void trial_fail(struct trial *trial, const char *reason, ...)
{
	SET_VERDICT(VERDICT_FAIL);
}

void trial_error(struct trial *trial, const char *reason, ...)
{
	SET_VERDICT(VERDICT_ERROR);
}

void trial_skip(struct trial *trial, const char *reason, ...)
{
	SET_VERDICT(VERDICT_SKIP);
}

void trial_record(struct trial *trial, const char *fact, ...)
{
	va_list list;

	va_start(list, fact);
	if (trial->verdict == VERDICT_PASS)
		format_list(trial->reason, sizeof(trial->reason), fact, list);
	va_end(list);
}

/* The length of the piece that stands in double quotes as it is. */
static size_t plain_length(const char *text)
{
	size_t length = 0;

	while (text[length] >= ' ' && text[length] < 0x7f && text[length] != '"' && text[length] != '\\')
		length++;
	return length;
}

/* A value in double quotes, as YAML wants it. */
static void append_quoted(struct text *text, const char *value)
{
	append(text, "\"");
	for (;;) {
		size_t length = plain_length(value);

		append(text, "%.*s", (int)length, value);
		value += length;
		if (*value == 0)
			break;
		append(text, *value == '"' || *value == '\\' ? "\\%c" : "\\x%02x", (unsigned char)*value);
		value++;
	}
	append(text, "\"\n");
}

/* How often a key stands at the start of a line already: YAML wants each key once. */
static unsigned times_used(const struct text *text, const char *key)
{
	size_t length = strlen(key);
	unsigned times = 0;

	for (const char *at = text->buffer; *at; at++) {
		if ((at == text->buffer || at[-1] == '\n') && strncmp(at, key, length) == 0 &&
		    (at[length] == ':' || at[length] == '-'))
			times++;
	}
	return times;
}

void trial_note(struct trial *trial, const char *key, const char *value, ...)
{
	char line[256];
	unsigned times = times_used(&trial->evidence, key);
	size_t length = trial->evidence.length;
	va_list list;

	va_start(list, value);
	format_list(line, sizeof(line), value, list);
	va_end(list);
	append(&trial->evidence, times ? "%s-%u: " : "%s: ", key, times + 1);
	append_quoted(&trial->evidence, line);
	/* A line is there as a whole or not at all, so that the block stays YAML. */
	if (trial->evidence.cut) {
		trial->evidence.length = length;
		trial->evidence.buffer[length] = 0;
	}
}

bool expect_equal(struct trial *trial, const char *what, uint64_t found, uint64_t expected)
{
	if (found == expected)
		return true;
	trial_fail(trial, "%s: expected %#llx, found %#llx", what, (unsigned long long)expected,
		   (unsigned long long)found);
	return false;
}

bool expect(struct trial *trial, bool condition, const char *reason, ...)
{
	if (!condition)
		SET_VERDICT(VERDICT_FAIL);
	return condition;
}

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators". The state is never 0. */
uint64_t trial_random(struct trial *trial)
{
	trial->random ^= trial->random >> 12;
	trial->random ^= trial->random << 25;
	trial->random ^= trial->random >> 27;
	return trial->random * 0x2545f4914f6cdd1dull;
}
