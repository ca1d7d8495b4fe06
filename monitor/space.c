/* SPDX-License-Identifier: BSD-2-Clause */
/* Places that the CPU can look at by number: see space.h. */
#include "monitor/space.h"

#include "boot/string.h"
#include "drivers/host/host.h"
#include "monitor/command.h"

static const struct {
	const char *prefix;
	enum space_kind kind;
	bool numbered;
} spaces[] = {
	{ "phys:", SPACE_PHYSICAL, false },
	{ "bus:", SPACE_BUS, true },
	{ "mmio:", SPACE_MMIO, false },
	{ "io:", SPACE_IO, true },
};

#define SPACES	(sizeof(spaces) / sizeof(spaces[0]))

static size_t until(const char *text, char c)
{
	size_t length = 0;

	while (text[length] && text[length] != c)
		length++;
	return length;
}

/* The number of a domain or a host in front of the address. */
static bool read_owner(const char *word, const char **address, struct space_place *place)
{
	size_t length = until(*address, ':');
	uint64_t number;

	if (!(*address)[length])
		return true;
	if (!words_number_in(*address, length, &number) || number >= DOMAINS)
		return wrong_word(word, "what stands between the colons is no number of a domain or a host");
	place->number = (unsigned)number;
	*address += length + 1;
	return true;
}

static bool read_size(const char *word, const char *size, struct space_place *place)
{
	static const struct { const char *text; unsigned size; bool big; } sizes[] = {
		{ "1", 1, false }, { "2", 2, false }, { "4", 4, false }, { "8", 8, false }, { "8be", 8, true },
		{ "b", 1, false }, { "w", 2, false }, { "l", 4, false }, { "q", 8, false },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (strcmp(size, sizes[i].text) == 0) {
			place->size = sizes[i].size;
			place->big = sizes[i].big;
			return true;
		}
	}
	return wrong_word(word, "the size behind the dot is 1, 2, 4, 8 or 8be");
}

static bool check_owner(const char *word, const struct space_place *place)
{
	if (place->kind == SPACE_BUS && !domain_get(place->number))
		return wrong_word(word, "there is no such domain; \"id\" and \"windows\" name them");
	if (place->kind == SPACE_IO && !host_get(place->number))
		return wrong_word(word, "there is no such host; \"id\" names them");
	if (place->big && place->kind != SPACE_MMIO)
		return wrong_word(word, "8be is for mmio alone");
	return true;
}

bool space_read_place(const char *word, struct space_place *place)
{
	const char *address = word;
	bool numbered = false;
	size_t length;

	*place = (struct space_place) { .kind = SPACE_PHYSICAL };
	for (size_t i = 0; i < SPACES; i++) {
		if (strncmp(word, spaces[i].prefix, strlen(spaces[i].prefix)) == 0) {
			place->kind = spaces[i].kind;
			numbered = spaces[i].numbered;
			address += strlen(spaces[i].prefix);
		}
	}
	if (numbered && !read_owner(word, &address, place))
		return false;
	length = until(address, '.');
	if (!words_number_in(address, length, &place->address))
		return wrong_word(word, "is no place: SPACE:ADDRESS[.SIZE], of phys, bus, mmio, io");
	if (address[length] && !read_size(word, address + length + 1, place))
		return false;
	return check_owner(word, place);
}

const char *space_name(const struct space_place *place)
{
	static char text[16];

	for (size_t i = 0; i < SPACES; i++)
		if (spaces[i].kind == place->kind)
			format(text, sizeof(text), "%s%.*x%s", spaces[i].prefix, spaces[i].numbered ? 1 : 0,
			       spaces[i].numbered ? place->number : 0, spaces[i].numbered ? ":" : "");
	return text;
}

bool space_memory(const struct space_place *place, phys_addr *memory)
{
	const char *why;

	if (place->kind == SPACE_PHYSICAL) {
		memory->value = place->address;
		return true;
	}
	if (place->kind != SPACE_BUS)
		return wrong("\"%s%llx\" is no memory", space_name(place), (unsigned long long)place->address);
	if (!space_leads(domain_get(place->number), place->address, memory, &why))
		return wrong("bus address %#llx leads nowhere: %s; \"walk\" says how far",
			     (unsigned long long)place->address, why);
	return true;
}

/* Where the CPU finds the registers. */
static phys_addr registers_of(const struct space_place *place)
{
	uint64_t base = place->kind == SPACE_IO ? host_get(place->number)->io.value : 0;

	return (phys_addr) { base + place->address };
}

static uint64_t get_register(const struct space_place *place)
{
	phys_addr at = registers_of(place);

	switch (place->size) {
	case 1:
		return mmio_read8(at);
	case 2:
		return mmio_read16_le(at);
	case 8:
		return place->big ? mmio_read64_be(at) : mmio_read64_le(at);
	default:
		return mmio_read32_le(at);
	}
}

static void set_register(const struct space_place *place, uint64_t value)
{
	phys_addr at = registers_of(place);

	switch (place->size) {
	case 1:
		mmio_write8(at, (uint8_t)value);
		return;
	case 2:
		mmio_write16_le(at, (uint16_t)value);
		return;
	case 8:
		if (place->big)
			mmio_write64_be(at, value);
		else
			mmio_write64_le(at, value);
		return;
	default:
		mmio_write32_le(at, (uint32_t)value);
	}
}

/* The CPU's own loads and stores, which must not be made of smaller ones. */
static uint64_t load(const volatile void *from, unsigned size)
{
	switch (size) {
	case 1:
		return *(const volatile uint8_t *)from;
	case 2:
		return *(const volatile uint16_t *)from;
	case 8:
		return *(const volatile uint64_t *)from;
	default:
		return *(const volatile uint32_t *)from;
	}
}

static void store(volatile void *to, unsigned size, uint64_t value)
{
	switch (size) {
	case 1:
		*(volatile uint8_t *)to = (uint8_t)value;
		return;
	case 2:
		*(volatile uint16_t *)to = (uint16_t)value;
		return;
	case 8:
		*(volatile uint64_t *)to = value;
		return;
	default:
		*(volatile uint32_t *)to = (uint32_t)value;
	}
}

bool space_get(const struct space_place *place, uint64_t *value)
{
	phys_addr memory;

	if (place->kind == SPACE_MMIO || place->kind == SPACE_IO) {
		*value = get_register(place);
		return true;
	}
	if (!space_memory(place, &memory))
		return false;
	barrier_full();
	*value = load(arch_pointer(memory), place->size);
	return true;
}

bool space_set(const struct space_place *place, uint64_t value)
{
	phys_addr memory;

	if (place->kind == SPACE_MMIO || place->kind == SPACE_IO) {
		set_register(place, value);
		return true;
	}
	if (!space_memory(place, &memory))
		return false;
	store(arch_pointer(memory), place->size, value);
	barrier_full();
	return true;
}
