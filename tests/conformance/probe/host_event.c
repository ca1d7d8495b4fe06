/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events of the host: see host_event.h. What arrives on the console is looked at line by line; whatever is no answer to
 * the request that is under way is noise, of which a serial line may have any amount.
 */
#include "tests/conformance/probe/host_event.h"

#include "boot/clock.h"
#include "boot/console.h"
#include "boot/print.h"
#include "boot/string.h"
#include "boot/tap.h"

/* As long as a loaded host may need; QEMU has a limit of its own there, which is shorter. */
#define HOST_LIMIT	SECONDS(60)
#define REQUEST_SIZE	160
#define ANSWER_SIZE	160
#define HEARD_MOST	(1u << 20)	/* bytes behind a request: so much noise has no end */

static bool listening, silent;
static unsigned requests;
static unsigned heard;			/* bytes, since the last request */
static char typed[ANSWER_SIZE];		/* the line that is arriving */
static size_t typed_length;		/* beyond ANSWER_SIZE: too long to be an answer */

/* What is done meanwhile, for one event; NULL: nothing. */
static void (*meanwhile)(void *context);
static void *meanwhile_context;

void host_event_meanwhile(void (*step)(void *context), void *context)
{
	meanwhile = step;
	meanwhile_context = context;
}

void host_event_start(bool listens)
{
	meanwhile = NULL;
	listening = listens;
	silent = false;
	requests = 0;
	typed_length = 0;
}

const char *needs_host(const struct subject *subject)
{
	(void)subject;
	if (silent)
		return "the host listens no longer: it left an earlier request without an answer";
	return listening ? NULL : "no host listens: run by tests/gate/boot";
}

/* Takes what has arrived. True when a line is complete, which then stands in typed. */
static bool line_came(void)
{
	int byte;

	while (heard < HEARD_MOST && (byte = console_poll()) >= 0) {
		heard++;
		if (byte == '\n' || byte == '\r') {
			bool fits = typed_length < ANSWER_SIZE;

			typed[fits ? typed_length : 0] = 0;
			typed_length = 0;
			if (typed[0])
				return true;
			continue;
		}
		if (typed_length < ANSWER_SIZE)
			typed[typed_length] = (char)(byte >= ' ' && byte <= '~' ? byte : '?');
		if (typed_length <= ANSWER_SIZE)
			typed_length++;
	}
	return false;
}

/* What stands behind a text in the line, or NULL where it does not begin so. */
static const char *after(const char *line, const char *text)
{
	size_t length = strlen(text);

	return strncmp(line, text, length) == 0 ? line + length : NULL;
}

/* Has the answer to the request come? Then what it says behind the number. */
static const char *answer_came(unsigned number)
{
	char expected[32];
	const char *said;

	if (meanwhile)
		meanwhile(meanwhile_context);
	format(expected, sizeof(expected), "host-event %u ", number);
	while (line_came()) {
		said = after(typed, expected);
		if (said)
			return said;
	}
	return NULL;
}

static bool read_decimal(const char *text, uint64_t *number)
{
	uint64_t value = 0;

	if (*text == 0)
		return false;
	for (; *text; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}

static bool judge(struct trial *trial, const char *request, const char *said, uint64_t *answer)
{
	const char *rest = after(said, "lacks ");

	if (rest) {
		trial_note(trial, "host", "%s: lacks %s", request, rest);
		if (trial_good(trial))
			trial_skip(trial, "the machine lacks %s, for \"%s\"", rest, request);
		return false;
	}
	if (!answer && strcmp(said, "done") == 0)
		return true;
	rest = after(said, "done ");
	if (rest && (!answer || read_decimal(rest, answer)))
		return true;
	trial_error(trial, "the host was asked for \"%s\", and answers: %s", request, said);
	return false;
}

bool host_event(struct trial *trial, uint64_t *answer, const char *text, ...)
{
	char request[REQUEST_SIZE];
	const char *said = NULL;
	size_t length;
	va_list list;

	va_start(list, text);
	length = format_list(request, sizeof(request), text, list);
	va_end(list);
	if (!listening || silent || length >= sizeof(request)) {
		trial_error(trial, "the host cannot be asked for \"%s\"%s", request,
			    length >= sizeof(request) ? ": too long" : "");
		return false;
	}
	heard = 0;
	tap_comment("host-event: %u %s", ++requests, request);
	console_flush();
	poll_until((said = answer_came(requests)) != NULL || heard >= HEARD_MOST, HOST_LIMIT);
	meanwhile = NULL;
	if (!said) {
		silent = true;
		trial_error(trial, "the host was asked for \"%s\", and did not answer in %llu s and %u bytes", request,
			    (unsigned long long)(HOST_LIMIT / SECONDS(1)), heard);
		return false;
	}
	return judge(trial, request, said, answer);
}
