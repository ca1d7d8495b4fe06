/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See bridge.h. A bridge is known by its "compatible", a list of strings that each end with a NUL; one that is not in
 * the table by its "device_type" alone. Where a node says two names, the later chip is what it is: a Tomatillo may call
 * itself a Schizo too, and a Hummingbird a Sabre.
 *
 * Source: IEEE 1275's PCI bus binding ("reg", "ranges", "compatible"); the names as Linux' pci_sabre.c, pci_psycho.c,
 * pci_schizo.c and pci_fire.c have them.
 */
#include "arch/sparc64/bridge.h"

#include "arch/sparc64/firmware.h"

#define LIST		256		/* bytes of "compatible" that are looked at */

#define RANGES		8
/* Cells of a range: a PCI address of three, the parent's of two, a size of two. */
#define RANGE_PARENT	3
#define RANGE_SIZE	5
#define RANGE_CELLS	7
#define SPACE(child)	((child)[0] >> 24 & 3)	/* of a PCI address's first cell */
#define   SPACE_CONFIG	0
#define   SPACE_IO	1
#define   SPACE_MEMORY	2

static bool compatible_with(client_node node, const char *expected)
{
	char list[LIST];
	size_t length = client_property(node, "compatible", list, sizeof list - 1);

	list[sizeof list - 1] = 0;
	for (size_t at = 0; at < length && at < sizeof list; at++) {
		if (client_same(list + at, expected))
			return true;
		while (at < sizeof list && list[at])
			at++;
	}
	return false;
}

static uint64_t join(const uint32_t *cells)
{
	return (uint64_t)cells[0] << 32 | cells[1];
}

void bridge_read_ranges(client_node node, struct firmware_bridge *found)
{
	uint32_t ranges[RANGES][RANGE_CELLS];
	size_t count = client_property(node, "ranges", ranges, sizeof ranges) / sizeof ranges[0];

	for (size_t i = 0; i < count && i < RANGES; i++) {
		struct firmware_range range = {
			join(ranges[i] + 1), join(ranges[i] + RANGE_PARENT), join(ranges[i] + RANGE_SIZE),
		};

		if (SPACE(ranges[i]) == SPACE_CONFIG)
			found->config = range;
		else if (SPACE(ranges[i]) == SPACE_IO)
			found->io = range;
		else if (SPACE(ranges[i]) == SPACE_MEMORY)
			found->memory = range;
	}
}

static uint64_t read_registers(client_node node)
{
	uint32_t reg[2];

	return client_property(node, "reg", reg, sizeof reg) < sizeof reg ? 0 : join(reg);
}

/*
 * False: the firmware does not say where one of its spaces is. How many numbers they have is not asked: what is passed
 * on to the buses behind it is Simba's to be told.
 */
static bool read_sabre(client_node node, struct firmware_bridge *found)
{
	found->driver = "sabre";
	found->registers = read_registers(node);
	bridge_read_ranges(node, found);
	found->config.size = found->io.size = found->memory.size = 0;
	return found->registers && found->config.start && found->io.start && found->memory.start;
}

static const struct {
	const char *compatible, *chip;
	bool (*read)(client_node node, struct firmware_bridge *found);	/* NULL: nobody drives it */
} chips[] = {
	{ "pci108e,a801", "Tomatillo", NULL },
	{ "pci108e,8002", "Schizo+", NULL },
	{ "pci108e,8001", "Schizo", NULL },
	{ "pci108e,8000", "Psycho", bridge_read_psycho },
	{ "pci108e,a001", "Hummingbird", NULL },
	{ "pciex108e,80f0", "Fire", NULL },
	{ "pci108e,a000", "Sabre", read_sabre },
};

#define CHIPS		(sizeof chips / sizeof chips[0])

/* What the firmware calls a chip that is not in the table, for people: the first word of "compatible", or a name. */
static void read_name(client_node node, char *name)
{
	client_string(node, "compatible", name, FIRMWARE_STRING);
	if (!name[0])
		client_string(node, "name", name, FIRMWARE_STRING);
	for (; *name; name++)
		if (*name < ' ' || *name > '~')
			*name = '?';
}

static char *copy(char *to, const char *from)
{
	while (*from)
		*to++ = *from++;
	*to = 0;
	return to;
}

static void copy_number(char *to, uint64_t number)
{
	int shift = 60;

	while (shift > 0 && !(number >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = "0123456789abcdef"[number >> shift & 15];
	*to = 0;
}

/* For example "Schizo (pci108e,8001) at 0x40004600000"; compatible is NULL where the table does not have it. */
static void keep_other(client_node node, const char *chip, const char *compatible)
{
	char name[FIRMWARE_STRING];
	char *end;

	if (firmware.other_count == FIRMWARE_OTHERS)
		return;
	if (!compatible)
		read_name(node, name);
	end = copy(firmware.others[firmware.other_count++], chip);
	end = copy(end, " (");
	end = copy(end, compatible ? compatible : name);
	end = copy(end, ") at 0x");
	copy_number(end, read_registers(node));
}

static bool keep_known(client_node node, bool (*read)(client_node node, struct firmware_bridge *found))
{
	struct firmware_bridge found = { .node = node };

	if (!read || firmware.bridge_count == FIRMWARE_BRIDGES || !read(node, &found))
		return false;
	firmware.bridges[firmware.bridge_count++] = found;
	return true;
}

void bridge_read(client_node child)
{
	for (size_t i = 0; i < CHIPS; i++) {
		if (!compatible_with(child, chips[i].compatible))
			continue;
		if (!keep_known(child, chips[i].read))
			keep_other(child, chips[i].chip, chips[i].compatible);
		return;
	}
	if (client_is(child, "device_type", "pci") || client_is(child, "device_type", "pciex"))
		keep_other(child, "another chip", NULL);
}
