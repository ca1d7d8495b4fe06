/* SPDX-License-Identifier: BSD-2-Clause */
/* The YAML block of a point: see diagnosis.h. */
#include "tests/conformance/framework/diagnosis.h"

#define DEVIATIONS_EXPLAINED	64

/* A deviation is explained where it shows first in a run; a slow serial line need not carry that again. */
static void append_deviation(struct text *yaml, const struct deviation *known)
{
	static const struct deviation *explained[DEVIATIONS_EXPLAINED];
	static unsigned count;

	for (unsigned i = 0; i < count; i++)
		if (explained[i] == known)
			return;
	if (count < DEVIATIONS_EXPLAINED)
		explained[count++] = known;
	append(yaml, "deviation: \"%s\"\nreference: \"%s\"\n", known->reason, known->reference);
}

/* Words with blanks between them, as a YAML list of strings. */
static void append_words(struct text *yaml, const char *key, const char *words)
{
	append(yaml, "%s: [", key);
	for (const char *word = words; *word;) {
		size_t length = 0;

		while (word[length] && word[length] != ' ')
			length++;
		append(yaml, "%s\"%.*s\"", word == words ? "" : ", ", (int)length, word);
		word += length;
		while (*word == ' ')
			word++;
	}
	append(yaml, "]\n");
}

void diagnosis_drop_half_line(struct text *text)
{
	if (!text->cut)
		return;
	while (text->length > 0 && text->buffer[text->length - 1] != '\n')
		text->length--;
	text->buffer[text->length] = 0;
}

void diagnosis_append(struct text *yaml, const struct trial *trial, const struct deviation *known)
{
	static const char *const names[] = { "pass", "skip", "fail", "error" };
	static const char *const judged[] = { "functional", "evidence", "record" };

	append(yaml, "verdict: %s\n", names[trial->verdict]);
	if (trial->reason[0]) {
		struct trial quoted = { .evidence = *yaml };

		trial_note(&quoted, "reason", "%s", trial->reason);
		*yaml = quoted.evidence;
	}
	append(yaml, "judged-by: %s\n", judged[trial->test->judged_by]);
	if (trial->test->clauses)
		append_words(yaml, "clauses", trial->test->clauses);
	append(yaml, "source: %s:%u\n", trial->test->file, trial->test->line);
	if (known)
		append_deviation(yaml, known);
	append(yaml, "%s", trial->evidence.buffer);
	if (trial->evidence.cut)
		append(yaml, "cut: true\n");
}
