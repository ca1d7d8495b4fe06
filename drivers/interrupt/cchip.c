/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Cchip of the 21272 as an interrupt controller: one for the whole machine, whichever Pchip a line comes from. A
 * line is a bit of DRIR, which shows its level; a CPU is interrupted as long as DRIR and its mask DIM have a bit in
 * common.
 *
 * Source: 21272 Chipset Hardware Reference Manual (DS-0025A-TE), DRIR, DIM and DIR; the vectors are those of OSF/1
 * PALcode.
 */
#include "boot/clock.h"
#include "drivers/interrupt/interrupt.h"
#include "drivers/interrupt/cchip.h"

#define VECTOR_STEP	16

/* On a real machine the Cchip reads the lines over the TIGbus, some of them at a time, so that DRIR follows a line a
 * little later: longer than a round of them takes. */
#define SCAN		MICROSECONDS(2)

static const unsigned dim[] = { CCHIP_DIM(0), CCHIP_DIM(1), CCHIP_DIM(2), CCHIP_DIM(3) };
static const unsigned dir[] = { CCHIP_DIR(0), CCHIP_DIR(1), CCHIP_DIR(2), CCHIP_DIR(3) };

uint64_t cchip_read(const struct interrupt_controller *controller, unsigned reg)
{
	return mmio_read64_le((phys_addr) { controller->at->registers[0].start.value + reg });
}

void cchip_write(const struct interrupt_controller *controller, unsigned reg, uint64_t value)
{
	mmio_write64_le((phys_addr) { controller->at->registers[0].start.value + reg }, value);
}

static unsigned cpu(void)
{
	return arch_platform()->cpu_number % (sizeof(dim) / sizeof(dim[0]));
}

/* The read forces the write out of the CPU: the request line has moved when it returns. */
static void set_mask(const struct interrupt_controller *controller, uint64_t value)
{
	cchip_write(controller, dim[cpu()], value);
	cchip_read(controller, dim[cpu()]);
}

static void cchip_save(const struct interrupt_controller *controller, uint64_t *words)
{
	words[0] = cchip_read(controller, dim[cpu()]);
}

static void cchip_restore(const struct interrupt_controller *controller, const uint64_t *words)
{
	set_mask(controller, words[0]);
}

static uint64_t cchip_together(unsigned line)
{
	return INTERRUPT_LINE(line);
}

static void cchip_enable(const struct interrupt_controller *controller, uint64_t lines)
{
	set_mask(controller, cchip_read(controller, dim[cpu()]) | lines);
}

static void cchip_mask(const struct interrupt_controller *controller, uint64_t lines)
{
	set_mask(controller, cchip_read(controller, dim[cpu()]) & ~lines);
}

static uint64_t cchip_enabling(const struct interrupt_controller *controller, unsigned line, phys_addr *address)
{
	address->value = controller->at->registers[0].start.value + dim[cpu()];
	return cchip_read(controller, dim[cpu()]) | INTERRUPT_LINE(line);
}

static uint64_t cchip_raised(const struct interrupt_controller *controller)
{
	return cchip_read(controller, CCHIP_DRIR) & (INTERRUPT_LINE(DRIR_ISA) - 1);
}

static uint64_t cchip_waiting(const struct interrupt_controller *controller)
{
	return cchip_read(controller, dir[cpu()]) & (INTERRUPT_LINE(DRIR_ISA) - 1);
}

static int cchip_line(const struct interrupt_controller *controller, uint64_t number)
{
	(void)controller;
	if (number < VECTOR_DEVICE || number % VECTOR_STEP != 0 || (number - VECTOR_DEVICE) / VECTOR_STEP >= DRIR_ISA)
		return -1;
	return (number - VECTOR_DEVICE) / VECTOR_STEP;
}

/* The port has masked the line when the interrupt came (arch.h). */
static void cchip_end(const struct interrupt_controller *controller, unsigned line)
{
	clock_wait(SCAN);
	cchip_enable(controller, INTERRUPT_LINE(line));
}

static const struct interrupt_driver cchip = {
	.compatible = "cchip",
	.lines = INTERRUPT_LINE(DRIR_ISA) - 1,
	.save = cchip_save,
	.restore = cchip_restore,
	.together = cchip_together,
	.enable = cchip_enable,
	.mask = cchip_mask,
	.enabling = cchip_enabling,
	.raised = cchip_raised,
	.waiting = cchip_waiting,
	.line = cchip_line,
	.end = cchip_end,
};
INTERRUPT_DRIVER(cchip);
