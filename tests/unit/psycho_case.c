/* SPDX-License-Identifier: BSD-2-Clause */
/* See psycho_case.h. */
#include "tests/unit/psycho_case.h"

#include <string.h>

#include "tests/unit/memory_case.h"

struct psycho psycho_chip;
struct dma_domain *psycho_domain;

static struct pci_function devices[2];

/* What a node keeps of its console is kept for ever, so that each test has nodes of its own. */
static unsigned tests;

struct platform_node *psycho_add_bus(uint64_t registers, unsigned bus, struct platform_node *first)
{
	struct platform_node *node = &host_platform.nodes[host_platform.node_count];

	*node = (struct platform_node) {
		.compatible = "psycho", .number = host_platform.node_count,
		.registers = { { { registers }, PSYCHO_BYTES }, { { registers + 0x2000 + 0x2000 * bus }, 0x1000 } },
		.translator = first, .interrupts = first ? first : node,
	};
	host_platform.node_count++;
	return node;
}

void psycho_attach(unsigned version)
{
	host_reset();
	clock_init(1000000000, 64);
	memory_case_add(MEMORY, MEMORY_BYTES);
	host_add_memory(CONSOLES, CONSOLES_BYTES);
	psycho_add(&psycho_chip, PSYCHO_A, version, 0x1f);
	for (unsigned i = 0; i < tests; i++)
		host_platform.nodes[host_platform.node_count++].compatible = "of another test";
	psycho_add_bus(PSYCHO_A, 1, psycho_add_bus(PSYCHO_A, 0, NULL));
	assert_int_equal(host_attach(&host_platform, NULL), 2);
}

int psycho_hand_over(void **state)
{
	(void)state;
	psycho_attach(3);
	tests++;
	domain_attach();
	psycho_domain = domain_get(0);
	assert_null(domain_get(1));
	for (unsigned bus = 0; bus < 2; bus++) {
		assert_ptr_equal(host_get(bus)->domain, psycho_domain);
		devices[bus] = (struct pci_function) { .host = host_get(bus), .domain = psycho_domain };
	}
	memset(psycho_byte(CONSOLES), 0, 8192);
	psycho_set(&psycho_chip, 0x208, CONSOLES);
	psycho_set(&psycho_chip, 0x200, 1);
	return 0;
}

int psycho_start(void **state)
{
	psycho_hand_over(state);
	assert_true(dma_start(psycho_domain));
	return 0;
}

unsigned char *psycho_byte(uint64_t address)
{
	return arch_pointer((phys_addr) { address });
}

struct dma_map psycho_map(unsigned bus, uint64_t memory, enum dma_direction direction)
{
	struct dma_map made = dma_map(&devices[bus], (phys_addr) { memory }, FRAME_SIZE, direction);

	assert_int_equal(made.status, DMA_MAPPED);
	return made;
}

void psycho_refuses(unsigned bus, uint64_t address)
{
	unsigned char byte;

	if (psycho_write(&psycho_chip, bus, address, 0x11) || psycho_read(&psycho_chip, bus, address, &byte))
		fail_msg("bus %u: %#llx is not refused", bus, (unsigned long long)address);
	assert_int_equal(psycho_chip.untranslated, 0);
}
