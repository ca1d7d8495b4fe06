/* SPDX-License-Identifier: BSD-2-Clause */
/* The command "regs", and what "err" shows: see registers.h. */
#include "monitor/registers.h"

#include "boot/string.h"
#include "monitor/command.h"

TABLE_DECLARE(monitor_banks, const struct monitor_bank);

struct reading {
	const struct platform_node *node;	/* NULL: the bank reads it itself */
	const struct monitor_bank *bank;
	const struct monitor_register *reg;
	uint64_t value;
	bool absent;
};

static void read_it(void *argument)
{
	struct reading *reading = argument;
	phys_addr at = { 0 };

	if (!reading->node) {
		reading->absent = !reading->bank->read(reading->reg, &reading->value);
		return;
	}
	at.value = reading->node->registers[reading->bank->registers_at].start.value + reading->reg->offset;
	switch (reading->reg->access) {
	case READ_8:
		reading->value = mmio_read8(at);
		return;
	case READ_LE32:
		reading->value = mmio_read32_le(at);
		return;
	case READ_LE64:
		reading->value = mmio_read64_le(at);
		return;
	default:
		reading->value = mmio_read64_be(at);
	}
}

/* mask is not 0. Not the compiler's own, which calls a library that there is not. */
static unsigned lowest_bit(uint64_t mask)
{
	unsigned bit = 0;

	while (!(mask >> bit & 1))
		bit++;
	return bit;
}

void say_fields(const struct monitor_field *fields, uint64_t value)
{
	for (const struct monitor_field *field = fields; field && field->mask; field++) {
		uint64_t part = (value & field->mask) >> lowest_bit(field->mask);

		if (field->name[strlen(field->name) - 1] == '@')
			say(" %s%llx", field->name, (unsigned long long)(value & field->mask));
		else if (field->mask & (field->mask - 1))
			say(" %s=%llx", field->name, (unsigned long long)part);
		else if (part)
			say(" %s", field->name);
	}
}

static bool say_register(const struct platform_node *node, const struct monitor_bank *bank,
			 const struct monitor_register *reg)
{
	static const int digits[] = { [READ_8] = 2, [READ_LE32] = 8, [READ_LE64] = 16, [READ_BE64] = 16 };
	struct reading reading = { .node = node, .bank = bank, .reg = reg };

	if (!try_it(read_it, &reading))
		return false;
	say("  %-18s %05x: ", reg->name, reg->offset);
	if (reading.absent) {
		say("is not there\n");
		return true;
	}
	say("%0*llx", digits[reg->access], (unsigned long long)reading.value);
	say_fields(reg->fields, reading.value);
	say("\n");
	return true;
}

/* Does the name of a chip or a register begin with what was asked for? NULL: all were. Capitals are the same. */
static bool is_meant(const char *name, const char *word)
{
	for (; word && *word; word++, name++) {
		char a = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
		char b = *word >= 'A' && *word <= 'Z' ? (char)(*word | 0x20) : *word;

		if (a != b)
			return false;
	}
	return true;
}

static void say_title(const struct platform_node *node, const struct monitor_bank *bank)
{
	if (node)
		say("%s %u (%s) at %llx\n", bank->title, node->number, node->compatible,
		    (unsigned long long)node->registers[bank->registers_at].start.value);
	else
		say("%s (%s) at %s\n", bank->title, bank->compatible, bank->where());
}

/* word: NULL for all. Returns how many were shown; ~0u: a trap. */
static unsigned say_bank(const struct platform_node *node, const struct monitor_bank *bank, const char *word,
			 bool errors)
{
	bool whole = is_meant(bank->title, word) || is_meant(bank->compatible, word);
	unsigned shown = 0;

	for (unsigned i = 0; i < bank->count && !say_stopped(); i++) {
		const struct monitor_register *reg = &bank->registers[i];

		if ((errors && !reg->error) || !(whole || is_meant(reg->name, word)))
			continue;
		if (shown++ == 0)
			say_title(node, bank);
		if (!say_register(node, bank, reg))
			return ~0u;
	}
	if (whole && !errors && bank->more)
		bank->more();
	return shown;
}

/* The number-th place where the machine has such a bank: NULL in *node where it is no node. */
static bool find_place(const struct monitor_bank *bank, unsigned number, const struct platform_node **node)
{
	const struct platform *platform = arch_platform();

	*node = NULL;
	if (bank->where)
		return number == 0 && bank->where();
	for (unsigned i = 0; i < platform->node_count; i++) {
		*node = &platform->nodes[i];
		if (strcmp(bank->compatible, (*node)->compatible) == 0 && number-- == 0)
			return true;
	}
	return false;
}

static unsigned say_all(const char *word, bool errors)
{
	unsigned shown = 0;

	TABLE_EACH(monitor_banks, const struct monitor_bank, bank) {
		const struct platform_node *node;

		for (unsigned i = 0; find_place(*bank, i, &node); i++) {
			unsigned more = say_bank(node, *bank, word, errors);

			if (more == ~0u)
				return more;
			shown += more;
		}
	}
	return shown;
}

bool say_error_registers(void)
{
	unsigned shown = say_all(NULL, true);

	if (shown == 0)
		say("no chip here has registers for errors; \"err clear\" asks the domains\n");
	return shown != ~0u;
}

static bool regs(const struct words *words)
{
	const char *word = words->count > 1 ? words->word[1] : NULL;
	unsigned shown = say_all(word, false);

	if (shown == 0 && word)
		return wrong_word(word, "is no register and no chip of this machine; \"regs\" shows all");
	if (shown == 0)
		say("no chip here whose registers have names\n");
	return shown != ~0u;
}

/* Chips that this machine has, and their registers. Two of a kind have the same names. */
static const char *name_register(unsigned n)
{
	TABLE_EACH(monitor_banks, const struct monitor_bank, bank) {
		const struct platform_node *node;

		if (!find_place(*bank, 0, &node))
			continue;
		if (n-- == 0)
			return (*bank)->title;
		if (n < (*bank)->count)
			return (*bank)->registers[n].name;
		n -= (*bank)->count;
	}
	return NULL;
}

static const struct monitor_command register_commands[] = {
	{ "regs", "[CHIP|REGISTER]", "registers of bridges and controllers by name, decoded", NULL, regs,
	  .follows = { name_register }, .most = 1 },
};
MONITOR_GROUP(register_commands, "registers");
