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
#define WORDS_BYTES_MAX	160
#define BUFFER_WORDS	1024
#define UNTOUCHED	0x5a5a5a5a5a5a5a5aul

/* Of READ and WRITE, and how many numbers a word may have. */
enum { CHANNEL, BYTES, BLOCK, WHERE, NUMBERS };

/* What stands behind the "=" of a word: numbers, or all of it. */
struct order {
	uint64_t numbers[NUMBERS];
	const char *text;
};

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

static void do_env(const struct order *order)
{
	char value[WORDS_BYTES_MAX] __attribute__((aligned(8))) = "";
	uint64_t result = srm_routine(GET_ENV, order->numbers[0], (uint64_t)value, order->numbers[1], 0);

	value[sizeof(value) - 1] = 0;
	say("env", result);
	srm_print(" ");
	srm_print(value);
}

static void open_as(const char *text, uint64_t length)
{
	say("open", srm_routine(OPEN, (uint64_t)text, length, 0, 0));
}

static void do_open(const struct order *order)
{
	char path[WORDS_BYTES_MAX] __attribute__((aligned(8)));
	uint64_t result = srm_routine(GET_ENV, BOOTED_DEV, (uint64_t)path, sizeof(path), 0);

	open_as(path, order->numbers[0] ? order->numbers[0] : (uint32_t)result);
}

static void do_open_as(const struct order *order)
{
	uint64_t length = 0;

	while (order->text[length])
		length++;
	open_as(order->text, length);
}

static void do_close(const struct order *order)
{
	say("close", srm_routine(CLOSE, order->numbers[0], 0, 0, 0));
}

static uint64_t transfer(uint64_t routine, const struct order *order)
{
	uint64_t buffer = (uint64_t)words_read + order->numbers[WHERE];

	return srm_routine(routine, order->numbers[CHANNEL], order->numbers[BYTES], buffer, order->numbers[BLOCK]);
}

/* What has been read is told by its first word, and whether more was changed by the word behind. */
static void do_read(const struct order *order)
{
	uint64_t result;
	uint64_t end;

	for (unsigned i = 0; i < BUFFER_WORDS; i++)
		words_read[i] = UNTOUCHED;
	result = transfer(READ, order);
	end = (order->numbers[WHERE] + (uint32_t)result + 7) / 8;
	say("read", result);
	say_number(words_read[(order->numbers[WHERE] + 7) / 8 % BUFFER_WORDS]);
	srm_print(end < BUFFER_WORDS && words_read[end] == UNTOUCHED ? " no more" : " and more");
}

static void do_write(const struct order *order)
{
	say("write", transfer(WRITE, order));
}

static void do_call(const struct order *order)
{
	say("call", srm_routine(order->numbers[0], order->numbers[1], order->numbers[2], order->numbers[3], 0));
}

static void do_level(const struct order *order)
{
	uint64_t level = order->numbers[0];
	register uint64_t a0 __asm__("$16") = level;
	register uint64_t v0 __asm__("$0");

	__asm__ volatile("call_pal %2" : "=r"(v0), "+r"(a0) : "i"(VMS_MTPR_IPL) : "$1", "$17", "memory");
	say("level", v0);
}

static void do_poke(const struct order *order)
{
	volatile uint64_t *at = (volatile uint64_t *)order->numbers[0];

	*at = order->numbers[1];
	__asm__ volatile("mb" : : : "memory");
}

static void do_poke_byte(const struct order *order)
{
	volatile uint8_t *at = (volatile uint8_t *)order->numbers[0];

	*at = order->numbers[1];
	__asm__ volatile("mb" : : : "memory");
}

static bool swapped;

static void do_swap(const struct order *order)
{
	(void)order;
	swapped = !srm_swppal(srm_field(HWRPB_PHYSICAL) + srm_slot() + SLOT_PCB, srm_field(HWRPB_VPTB));
}

static void do_ipl(const struct order *order)
{
	uint64_t level = order->numbers[0];
	register uint64_t a0 __asm__("$16") = level;

	__asm__ volatile("call_pal %1" : "+r"(a0) : "i"(PAL_SWPIPL) : "$0", "$1", "$22", "$23", "$24", "$25", "memory");
}

static void do_halt(const struct order *order)
{
	(void)order;
	for (;;)
		__asm__ volatile("call_pal %0" : : "i"(VMS_HALT) : "memory");
}

static const struct word {
	const char *name;
	void (*act)(const struct order *order);
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
	struct order order = { { 0 }, "" };
	char *text = word;

	while (*text && *text != '=')
		text++;
	if (*text)
		*text++ = 0;
	order.text = text;
	read_numbers(text, order.numbers);
	for (unsigned i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (!same(actions[i].name, word))
			continue;
		actions[i].act(&order);
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
		do_swap(NULL);
	*flags = (*flags & ~(FLAG_BOOTING | HALT_REQUEST)) | HALT_STAY;
	do_halt(NULL);
	__builtin_unreachable();
}
