/* SPDX-License-Identifier: BSD-2-Clause */
/* The command "regs", and what "err" shows: see registers.h. */
#include "monitor/registers.h"

#include "boot/string.h"
#include "monitor/command.h"

TABLE_DECLARE(monitor_banks, const struct monitor_bank);

struct reading {
	phys_addr at;
	enum monitor_access access;
	uint64_t value;
};

static void read_it(void *argument)
{
	struct reading *reading = argument;

	switch (reading->access) {
	case READ_LE32:
		reading->value = mmio_read32_le(reading->at);
		return;
	case READ_LE64:
		reading->value = mmio_read64_le(reading->at);
		return;
	default:
		reading->value = mmio_read64_be(reading->at);
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

static void say_fields(const struct monitor_register *reg, uint64_t value)
{
	for (const struct monitor_field *field = reg->fields; field && field->mask; field++) {
		uint64_t part = (value & field->mask) >> lowest_bit(field->mask);

		if (field->mask & (field->mask - 1))
			say(" %s=%llx", field->name, (unsigned long long)part);
		else if (part)
			say(" %s", field->name);
	}
	say("\n");
}

static bool say_register(const struct platform_node *node, const struct monitor_bank *bank,
			 const struct monitor_register *reg)
{
	struct reading reading = {
		.at = { node->registers[bank->registers_at].start.value + reg->offset }, .access = reg->access,
	};

	if (!try_it(read_it, &reading))
		return false;
	say("  %-14s %05x: %0*llx", reg->name, reg->offset, reg->access == READ_LE32 ? 8 : 16,
	    (unsigned long long)reading.value);
	say_fields(reg, reading.value);
	return true;
}

/* Does the name of a chip or a register begin with what was asked for? Capitals are the same. */
static bool is_meant(const char *name, const char *word)
{
	for (; *word; word++, name++) {
		char a = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
		char b = *word >= 'A' && *word <= 'Z' ? (char)(*word | 0x20) : *word;

		if (a != b)
			return false;
	}
	return true;
}

/* word: NULL for all. Returns how many were shown; ~0u: a trap. */
static unsigned say_bank(const struct platform_node *node, const struct monitor_bank *bank, const char *word,
			 bool errors)
{
	bool whole = !word || is_meant(bank->title, word) || is_meant(bank->compatible, word);
	unsigned shown = 0;

	for (unsigned i = 0; i < bank->count && !say_stopped(); i++) {
		const struct monitor_register *reg = &bank->registers[i];

		if ((errors && !reg->error) || !(whole || is_meant(reg->name, word)))
			continue;
		if (shown++ == 0)
			say("%s %u (%s) at %llx\n", bank->title, node->number, node->compatible,
			    (unsigned long long)node->registers[bank->registers_at].start.value);
		if (!say_register(node, bank, reg))
			return ~0u;
	}
	return shown;
}

static unsigned say_all(const char *word, bool errors)
{
	const struct platform *platform = arch_platform();
	unsigned shown = 0;

	for (unsigned i = 0; i < platform->node_count; i++) {
		TABLE_EACH(monitor_banks, const struct monitor_bank, bank) {
			unsigned more;

			if (strcmp((*bank)->compatible, platform->nodes[i].compatible) != 0)
				continue;
			more = say_bank(&platform->nodes[i], *bank, word, errors);
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

static const struct monitor_command register_commands[] = {
	{ "regs", "[CHIP|REGISTER]", "registers of bridges and controllers by name, decoded", NULL, regs, .most = 1 },
};
MONITOR_GROUP(register_commands, "registers");
