/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot image that does to the console what its flags say, one word after the other, and says what came of it: so the
 * model's rules are seen to hold, and to be broken (tests/gate/srm-calls.t). At the end it gives the machine back as it
 * must. Of the first stage for SRM it has all but what that is for.
 *
 * Numbers are hexadecimal, with commas between them:
 *	env=ID,SIZE			GET_ENV
 *	open  open=LENGTH  openas=TEXT	OPEN of booted_dev, of its beginning, of a text
 *	close=CHANNEL			CLOSE
 *	read=CHANNEL,BYTES,BLOCK,WHERE	READ, into a buffer of ours from its byte WHERE on; write is WRITE
 *	call=ROUTINE,A,B,C		any routine
 *	level=LEVEL			MTPR_IPL
 *	poke=ADDRESS,VALUE		stores a quadword; pokeb a byte
 *	swap				SWPPAL; nothing can be said from here on
 *	ipl=LEVEL			SWPIPL
 *	halt				at once, without giving anything back
 */
#include "arch/alpha/pal.h"
#include "arch/alpha/srm/srm.h"

#define OPEN		0x10
#define CLOSE		0x11
#define READ		0x13
#define WRITE		0x14
#define BOOTED_DEV	0x04
#define VMS_MTPR_IPL	0x0f
#define NUMBERS		4
#define WORDS_BYTES_MAX	160
#define BUFFER_WORDS	1024
#define UNTOUCHED	0x5a5a5a5a5a5a5a5aul

static uint64_t words_read[BUFFER_WORDS];

static void say_number(uint64_t number)
{
	char text[] = " 0000000000000000";

	for (unsigned i = 0; i < 16; i++)
		text[1 + i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
	srm_print(text);
}

static void say(const char *what, uint64_t result)
{
	srm_print("client: ");
	srm_print(what);
	say_number(result);
}

static void do_env(const uint64_t *numbers, const char *text)
{
	char value[WORDS_BYTES_MAX] __attribute__((aligned(8))) = "";
	uint64_t result = srm_routine(GET_ENV, numbers[0], (uint64_t)value, numbers[1], 0);

	(void)text;
	value[sizeof(value) - 1] = 0;
	say("env", result);
	srm_print(" ");
	srm_print(value);
}

static void open_as(const char *text, uint64_t length)
{
	say("open", srm_routine(OPEN, (uint64_t)text, length, 0, 0));
}

static void do_open(const uint64_t *numbers, const char *text)
{
	char path[WORDS_BYTES_MAX] __attribute__((aligned(8)));
	uint64_t result = srm_routine(GET_ENV, BOOTED_DEV, (uint64_t)path, sizeof(path), 0);

	(void)text;
	open_as(path, numbers[0] ? numbers[0] : (uint32_t)result);
}

static void do_open_as(const uint64_t *numbers, const char *text)
{
	uint64_t length = 0;

	(void)numbers;
	while (text[length])
		length++;
	open_as(text, length);
}

static void do_close(const uint64_t *numbers, const char *text)
{
	(void)text;
	say("close", srm_routine(CLOSE, numbers[0], 0, 0, 0));
}

/* What has been read is told by its first word, and whether more was changed by the word behind. */
static void do_read(const uint64_t *numbers, const char *text)
{
	uint64_t result;
	uint64_t end;

	(void)text;
	for (unsigned i = 0; i < BUFFER_WORDS; i++)
		words_read[i] = UNTOUCHED;
	result = srm_routine(READ, numbers[0], numbers[1], (uint64_t)words_read + numbers[3], numbers[2]);
	end = (numbers[3] + (uint32_t)result + 7) / 8;
	say("read", result);
	say_number(words_read[(numbers[3] + 7) / 8 % BUFFER_WORDS]);
	srm_print(end < BUFFER_WORDS && words_read[end] == UNTOUCHED ? " no more" : " and more");
}

static void do_write(const uint64_t *numbers, const char *text)
{
	(void)text;
	say("write", srm_routine(WRITE, numbers[0], numbers[1], (uint64_t)words_read + numbers[3], numbers[2]));
}

static void do_call(const uint64_t *numbers, const char *text)
{
	(void)text;
	say("call", srm_routine(numbers[0], numbers[1], numbers[2], numbers[3], 0));
}

static void do_level(const uint64_t *numbers, const char *text)
{
	register uint64_t a0 __asm__("$16") = numbers[0];
	register uint64_t v0 __asm__("$0");

	(void)text;
	__asm__ volatile("call_pal %2" : "=r"(v0), "+r"(a0) : "i"(VMS_MTPR_IPL) : "$1", "$17", "memory");
	say("level", v0);
}

static void do_poke(const uint64_t *numbers, const char *text)
{
	(void)text;
	*(volatile uint64_t *)numbers[0] = numbers[1];
	__asm__ volatile("mb" : : : "memory");
}

static void do_poke_byte(const uint64_t *numbers, const char *text)
{
	(void)text;
	*(volatile uint8_t *)numbers[0] = numbers[1];
	__asm__ volatile("mb" : : : "memory");
}

static bool swapped;

static void do_swap(const uint64_t *numbers, const char *text)
{
	(void)numbers, (void)text;
	srm_swppal(srm_field(HWRPB_PHYSICAL) + srm_slot() + SLOT_PCB, srm_field(HWRPB_VPTB));
	swapped = true;
}

static void do_ipl(const uint64_t *numbers, const char *text)
{
	register uint64_t a0 __asm__("$16") = numbers[0];

	(void)text;
	__asm__ volatile("call_pal %1" : "+r"(a0) : "i"(PAL_SWPIPL) : "$0", "$1", "$22", "$23", "$24", "$25", "memory");
}

static void do_halt(const uint64_t *numbers, const char *text)
{
	(void)numbers, (void)text;
	for (;;)
		__asm__ volatile("call_pal %0" : : "i"(VMS_HALT) : "memory");
}

static const struct word {
	const char *name;
	void (*act)(const uint64_t *numbers, const char *text);
} actions[] = {
	{ "env", do_env }, { "open", do_open }, { "openas", do_open_as }, { "close", do_close }, { "read", do_read },
	{ "write", do_write }, { "call", do_call }, { "level", do_level }, { "poke", do_poke },
	{ "pokeb", do_poke_byte }, { "swap", do_swap }, { "ipl", do_ipl }, { "halt", do_halt },
};

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static void read_numbers(const char *text, uint64_t *numbers)
{
	for (unsigned i = 0; i < NUMBERS && *text; i++, text += *text == ',')
		for (; *text && *text != ','; text++)
			numbers[i] = numbers[i] << 4 | (*text >= 'a' ? *text - 'a' + 10u : *text - '0' + 0u);
}

static void act(char *word)
{
	uint64_t numbers[NUMBERS] = { 0 };
	char *text = word;

	while (*text && *text != '=')
		text++;
	if (*text)
		*text++ = 0;
	read_numbers(text, numbers);
	for (unsigned i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (!same(actions[i].name, word))
			continue;
		actions[i].act(numbers, text);
		if (!swapped)
			srm_print("\r\n");
		return;
	}
	say("unknown word", 0);
}

_Noreturn void srm_main(void)
{
	static char words[WORDS_BYTES_MAX] __attribute__((aligned(8)));
	volatile uint64_t *flags = (volatile uint64_t *)(HWRPB + srm_slot() + SLOT_FLAGS);
	uint64_t none[NUMBERS] = { 0 };
	char *at = words;

	srm_console_open();
	srm_words(words, sizeof(words));
	while (*at) {
		char *word = at;

		while (*at && *at != ' ')
			at++;
		if (*at)
			*at++ = 0;
		if (*word)
			act(word);
	}
	if (!swapped)
		do_swap(none, "");
	*flags = (*flags & ~(FLAG_BOOTING | HALT_REQUEST)) | HALT_STAY;
	do_halt(none, "");
	__builtin_unreachable();
}
