/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of the command line. One table says for each what follows it and who reads that.
 *
 * The text comes from outside: from a shell, OpenBoot, SRM. Whatever is wrong with it becomes an error in words; the
 * setting concerned keeps its default.
 */
#include "boot/command_line.h"

#include "boot/clock.h"
#include "boot/print.h"
#include "boot/string.h"

#define TIMEOUT_DEFAULT		SECONDS(300)
#define TIMEOUT_MOST		999999		/* seconds */

struct word {
	const char *name;
	const char *right;		/* what may follow "name=" */
	bool (*set)(struct command_line *line, const char *value);	/* false: value is wrong */
	bool alone;			/* it may stand without "=" as well; value is "" then */
};

struct choice {
	const char *name;
	int value;
};

static bool choose(const struct choice *choices, size_t count, const char *name, int *value)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(choices[i].name, name) == 0) {
			*value = choices[i].value;
			return true;
		}
	}
	return false;
}

/* One digit of the base, or the base itself where it is none. */
static unsigned digit(char c, unsigned base)
{
	unsigned value = base;

	if (c >= '0' && c <= '9')
		value = (unsigned)(c - '0');
	else if (c >= 'a' && c <= 'f')
		value = (unsigned)(c - 'a') + 10;
	else if (c >= 'A' && c <= 'F')
		value = (unsigned)(c - 'A') + 10;
	return value < base ? value : base;
}

/* A whole number, decimal or hexadecimal after 0x, of at most 64 bits. */
static bool read_number(const char *text, uint64_t *number)
{
	unsigned base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	uint64_t most = base == 16 ? UINT64_MAX / 16 : UINT64_MAX / 10;
	uint64_t value = 0;

	if (base == 16)
		text += 2;
	if (*text == 0)
		return false;
	for (; *text; text++) {
		unsigned next = digit(*text, base);

		if (next == base || value > most || value * base > UINT64_MAX - next)
			return false;
		value = value * base + next;
	}
	*number = value;
	return true;
}

/* An empty glob would match nothing: a slip of the hand, not a wish. */
static bool globs_complete(const char *globs)
{
	char before = ',';

	for (; *globs; before = *globs++) {
		if (*globs == ',' && before == ',')
			return false;
	}
	return before != ',';
}

static bool set_tests(struct command_line *line, const char *value)
{
	if (!globs_complete(value))
		return false;
	line->tests = value;
	return true;
}

static bool set_skip(struct command_line *line, const char *value)
{
	if (!globs_complete(value))
		return false;
	line->skip = value;
	return true;
}

static bool set_list(struct command_line *line, const char *value)
{
	if (value[0] && strcmp(value, "json") != 0)
		return false;
	line->list = value[0] ? LIST_JSON : LIST_NAMES;
	return true;
}

static bool set_log(struct command_line *line, const char *value)
{
	static const struct choice choices[] = {
		{ "summary", LOG_SUMMARY }, { "points", LOG_POINTS }, { "debug", LOG_DEBUG },
	};
	int chosen;

	if (!choose(choices, sizeof choices / sizeof choices[0], value, &chosen))
		return false;
	line->log = (enum log_level)chosen;
	line->log_given = true;
	return true;
}

static bool set_timeout(struct command_line *line, const char *value)
{
	uint64_t seconds;

	if (!read_number(value, &seconds) || seconds > TIMEOUT_MOST)
		return false;
	line->timeout = SECONDS(seconds);
	return true;
}

static bool set_halt(struct command_line *line, const char *value)
{
	static const struct choice choices[] = {
		{ "poweroff", HALT_POWEROFF }, { "stay", HALT_STAY }, { "reboot", HALT_REBOOT },
		{ "return", HALT_RETURN }, { "monitor", HALT_MONITOR },
	};
	int chosen;

	if (!choose(choices, sizeof choices / sizeof choices[0], value, &chosen))
		return false;
	line->halt = (enum halt_action)chosen;
	return true;
}

static bool set_allow(struct command_line *line, const char *value)
{
	if (strcmp(value, "destructive") != 0)
		return false;
	line->allow_destructive = true;
	return true;
}

static bool set_deviations(struct command_line *line, const char *value)
{
	if (strcmp(value, "off") != 0)
		return false;
	line->deviations = false;
	return true;
}

static bool set_seed(struct command_line *line, const char *value)
{
	return read_number(value, &line->seed);
}

/* Three numbers with dots between them. */
static bool set_qemu(struct command_line *line, const char *value)
{
	uint8_t *const parts[] = { &line->qemu.major, &line->qemu.minor, &line->qemu.micro };
	struct release before = line->qemu;

	for (unsigned i = 0; i < 3; i++) {
		unsigned number = 0, digits = 0;

		for (; digit(*value, 10) < 10 && digits < 3; digits++)
			number = number * 10 + digit(*value++, 10);
		if (digits == 0 || number > UINT8_MAX || *value != (i < 2 ? '.' : 0)) {
			line->qemu = before;
			return false;
		}
		*parts[i] = (uint8_t)number;
		value++;
	}
	return true;
}

static bool set_host(struct command_line *line, const char *value)
{
	static const struct choice choices[] = { { "off", false }, { "on", true } };
	int chosen;

	if (!choose(choices, sizeof choices / sizeof choices[0], value, &chosen))
		return false;
	line->host = chosen;
	return true;
}

static bool set_iommu_page(struct command_line *line, const char *value)
{
	static const struct choice choices[] = { { "4K", 4 << 10 }, { "16K", 16 << 10 }, { "64K", 64 << 10 } };
	int chosen;

	if (!choose(choices, sizeof choices / sizeof choices[0], value, &chosen))
		return false;
	line->iommu_page = (unsigned)chosen;
	return true;
}

static bool set_monitor(struct command_line *line, const char *value)
{
	static const struct choice choices[] = {
		{ "", MONITOR_AT_ONCE }, { "key", MONITOR_BY_KEY }, { "off", MONITOR_NEVER },
	};
	int chosen;

	if (!choose(choices, sizeof choices / sizeof choices[0], value, &chosen))
		return false;
	line->monitor = (enum monitor_entry)chosen;
	return true;
}

static const struct word words[] = {
	{ "tests", "GLOB[,GLOB]", set_tests, false },
	{ "skip", "GLOB[,GLOB]", set_skip, false },
	{ "list", "json", set_list, true },
	{ "log", "summary, points or debug", set_log, false },
	{ "timeout", "0 (none) to 999999 seconds", set_timeout, false },
	{ "halt", "poweroff, stay, reboot, return or monitor", set_halt, false },
	{ "allow", "destructive", set_allow, false },
	{ "deviations", "off", set_deviations, false },
	{ "seed", "a 64-bit number, decimal or 0x and hexadecimal", set_seed, false },
	{ "qemu", "three numbers such as 7.2.22", set_qemu, false },
	{ "host", "on or off", set_host, false },
	{ "iommu-page", "4K, 16K or 64K", set_iommu_page, false },
	{ "monitor", "key or off", set_monitor, true },
};

#define WORDS	(sizeof words / sizeof words[0])

const char *const command_line_help[] = {
	"tests=GLOB[,GLOB]             run only points whose name matches; * and ? as in a shell",
	"skip=GLOB[,GLOB]              leave out points whose name matches",
	"list                          name the points and run none; list=json: print the tables of tests",
	"log=summary|points|debug      how much to print",
	"timeout=SECONDS               for the whole run; 0 for none",
	"halt=ACTION                   at the end: poweroff, stay, reboot, return to the console firmware, or monitor",
	"allow=destructive             write to disks that do not carry busproof's signature",
	"deviations=off                known deviations fail the run",
	"seed=N                        where pseudo-random choices begin",
	"qemu=N.N.N                    the version of QEMU, for deviations that only some versions show",
	"monitor                       begin with the monitor, not with tests; monitor=key: if m is pressed",
	"host=on                       at the other end of the console is tests/gate/boot, which does what tests ask",
	"iommu-page=4K|16K|64K         the pages of what translates, where it has a choice",
};
const unsigned command_line_help_lines = sizeof command_line_help / sizeof command_line_help[0];

static void error(struct command_line *line, const char *text, ...) __attribute__((format(printf, 2, 3)));

static void error(struct command_line *line, const char *text, ...)
{
	va_list list;

	if (line->error_count < COMMAND_LINE_ERRORS) {
		va_start(list, text);
		format_list(line->errors[line->error_count], sizeof line->errors[0], text, list);
		va_end(list);
	}
	line->error_count++;
}

/* As much of a word as an error quotes. */
#define QUOTED		24

static void error_unknown(struct command_line *line, const char *text)
{
	char names[COMMAND_LINE_ERROR];
	struct text known = { names, sizeof names, 0, false };

	names[0] = 0;
	for (size_t i = 0; i < WORDS; i++)
		append(&known, " %s%s", words[i].name, words[i].alone ? "" : "=");
	error(line, "unknown word \"%.*s\"; known are%s", QUOTED, text, names);
}

static const struct word *find(const char *text, size_t length)
{
	for (size_t i = 0; i < WORDS; i++) {
		if (strlen(words[i].name) == length && strncmp(words[i].name, text, length) == 0)
			return &words[i];
	}
	return NULL;
}

/* Reads one word: NAME or NAME=VALUE. seen has a bit for each word of the table. */
static void read_word(struct command_line *line, const char *text, unsigned *seen)
{
	const struct word *word;
	size_t length = 0;
	bool has_value;

	while (text[length] && text[length] != '=')
		length++;
	has_value = text[length] == '=';
	word = find(text, length);
	if (!word) {
		error_unknown(line, text);
		return;
	}
	if (*seen & 1u << (word - words)) {
		error(line, "\"%.*s\": %s is given twice; once is right", QUOTED, text, word->name);
		return;
	}
	*seen |= 1u << (word - words);
	if (has_value ? text[length + 1] == 0 : !word->alone)
		error(line, "\"%.*s\" has no value; right is %s=%s", QUOTED, text, word->name, word->right);
	else if (!word->set(line, text + length + has_value))
		error(line, "\"%.*s\" has a bad value; right is %s=%s", QUOTED, text, word->name, word->right);
}

static bool separates(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Keeps a copy of the text in line->words and puts a NUL after each word; returns its length. */
static size_t split(struct command_line *line, const char *text)
{
	size_t length = 0;

	for (; length < COMMAND_LINE_SIZE - 1 && text[length]; length++)
		line->words[length] = separates(text[length]) ? 0 : text[length];
	line->words[length] = 0;
	if (text[length])
		error(line, "the command line is longer than %d characters", COMMAND_LINE_SIZE - 1);
	return length;
}

void command_line_parse(struct command_line *line, const char *text, bool cut)
{
	unsigned seen = 0;
	size_t length;

	*line = (struct command_line){
		.tests = "*",
		.skip = "",
		.log = LOG_POINTS,
		.timeout = TIMEOUT_DEFAULT,
		.halt = HALT_POWEROFF,
		.deviations = true,
	};
	if (cut)
		error(line, "the firmware handed over only a part of the command line: make it shorter");
	length = split(line, text);
	for (size_t at = 0; at < length; at += strlen(line->words + at) + 1) {
		if (line->words[at])
			read_word(line, line->words + at, &seen);
	}
}
