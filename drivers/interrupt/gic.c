/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor of a GIC, versions 2 and 3, as an interrupt controller. Lines are shared peripheral interrupts, SPIs,
 * by their own numbers: the first is the GIC's number 32. The CPU's side takes an interrupt and is done with it (the
 * port's gic.c): what holds a line back until it has been served is that it is masked here.
 *
 * Source: Arm GIC Architecture Specification, version 2 (IHI 0048), 4.3; version 3 (IHI 0069), 12.9 and 12.11.
 */
#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/interrupt/gic.h"

#define GICD_CTLR		0x000
#define   CTLR_GROUP_0		0x00000001	/* all there is to version 2 without security */
#define   CTLR_GROUP_1		0x00000002
#define   CTLR_ARE		0x00000010	/* affinity routing: version 3's way */
#define   CTLR_RWP		0x80000000	/* a write has not reached everybody yet */
#define GICD_IGROUPR(n)		(0x080 + 4 * (n))
#define GICD_ISENABLER(n)	(0x100 + 4 * (n))
#define GICD_ICENABLER(n)	(0x180 + 4 * (n))
#define GICD_ISPENDR(n)		(0x200 + 4 * (n))
#define GICD_ICPENDR(n)		(0x280 + 4 * (n))
#define GICD_ITARGETSR(n)	(0x800 + 4 * (n))	/* version 2: a byte for each, which CPUs it goes to */
#define GICD_ICFGR(n)		(0xc00 + 4 * (n))	/* two bits for each */
#define   ICFGR_EDGES		0xaaaaaaaa		/*   it is remembered that the line has risen */
#define GICR_WAKER		0x014			/* version 3: in the CPU's redistributor */
#define   WAKER_ASLEEP		0x4
#define   WAKER_SLEEP		0x2

#define FIRST_SPI	32
#define WORDS		2		/* of 32 lines each */
#define TARGETS		(32 * WORDS / 4)
#define RWP_LIMIT	MICROSECONDS(1000)

/* PCI's pins and all others that machines have below the SPIs of a message frame. */
#define LINES		48
#define LINES_ALL	(32 * WORDS)
#define PINS		(INTERRUPT_LINE(LINES) - 1)
#define MESSAGES	(~PINS)			/* the rest of a set: how they are raised is in one register */
#define ICFGR_MESSAGES	GICD_ICFGR((FIRST_SPI + LINES) / 16)
_Static_assert(LINES_ALL - LINES == 16 && LINES % 16 == 0, "one register says how messages raise their lines");

/* Words of save(). */
enum { KEPT_CONTROL, KEPT_ENABLED, KEPT_GROUP, KEPT_EDGES, KEPT_TARGETS };

static phys_addr at(const struct interrupt_controller *controller, unsigned reg)
{
	return (phys_addr) { controller->at->registers[0].start.value + reg };
}

static uint32_t read(const struct interrupt_controller *controller, unsigned reg)
{
	return mmio_read32_le(at(controller, reg));
}

static void write(const struct interrupt_controller *controller, unsigned reg, uint32_t value)
{
	mmio_write32_le(at(controller, reg), value);
}

static bool is_version_3(const struct interrupt_controller *controller)
{
	return strcmp(controller->driver->compatible, "arm,gic-v3") == 0;
}

/* A set of lines from two registers of one kind: one is behind the other, and the first is the CPUs' own. */
static uint64_t read_set(const struct interrupt_controller *controller, unsigned first)
{
	return read(controller, first + 4) | (uint64_t)read(controller, first + 8) << 32;
}

static void write_set(const struct interrupt_controller *controller, unsigned first, uint64_t lines)
{
	write(controller, first + 4, (uint32_t)lines);
	write(controller, first + 8, (uint32_t)(lines >> 32));
}

/* Version 2 has no such bit: it reads as 0. */
static void settle(const struct interrupt_controller *controller)
{
	poll_until(!(read(controller, GICD_CTLR) & CTLR_RWP), RWP_LIMIT);
}

static void wake_redistributor(const struct interrupt_controller *controller)
{
	phys_addr waker = { controller->at->registers[1].start.value + GICR_WAKER };

	mmio_write32_le(waker, mmio_read32_le(waker) & ~WAKER_SLEEP);
	poll_until(!(mmio_read32_le(waker) & WAKER_ASLEEP), RWP_LIMIT);
}

/* To this CPU: the byte that its own interrupts show, which are always its own. 0 where there is but one CPU. */
static void target_us(const struct interrupt_controller *controller)
{
	uint32_t us = read(controller, GICD_ITARGETSR(0)) & 0xff;

	for (unsigned i = 0; us && i < TARGETS; i++)
		write(controller, GICD_ITARGETSR(FIRST_SPI / 4 + i), us * 0x01010101);
}

static void gic_save(const struct interrupt_controller *controller, uint64_t *words)
{
	words[KEPT_CONTROL] = read(controller, GICD_CTLR);
	words[KEPT_ENABLED] = read_set(controller, GICD_ISENABLER(0));
	words[KEPT_GROUP] = read_set(controller, GICD_IGROUPR(0));
	words[KEPT_EDGES] = read(controller, ICFGR_MESSAGES);
	write_set(controller, GICD_ICENABLER(0), MESSAGES);
	write(controller, ICFGR_MESSAGES, ICFGR_EDGES);
	if (is_version_3(controller)) {
		write(controller, GICD_CTLR, CTLR_ARE);
		settle(controller);
		write_set(controller, GICD_IGROUPR(0), ~0ull);
		write(controller, GICD_CTLR, CTLR_ARE | CTLR_GROUP_1);
		settle(controller);
		wake_redistributor(controller);
		return;
	}
	for (unsigned i = 0; i < TARGETS; i += 2)
		words[KEPT_TARGETS + i / 2] = read(controller, GICD_ITARGETSR(FIRST_SPI / 4 + i)) |
					      (uint64_t)read(controller, GICD_ITARGETSR(FIRST_SPI / 4 + i + 1)) << 32;
	target_us(controller);
	write(controller, GICD_CTLR, CTLR_GROUP_0);
}
_Static_assert(KEPT_TARGETS + TARGETS / 2 <= INTERRUPT_WORDS, "gic_save() has room for its registers");

static void gic_forget(const struct interrupt_controller *controller, uint64_t lines)
{
	write_set(controller, GICD_ICPENDR(0), lines);
}

static void gic_restore(const struct interrupt_controller *controller, const uint64_t *words)
{
	write_set(controller, GICD_ICENABLER(0), ~0ull);
	settle(controller);
	gic_forget(controller, MESSAGES);
	write(controller, ICFGR_MESSAGES, (uint32_t)words[KEPT_EDGES]);
	write_set(controller, GICD_IGROUPR(0), words[KEPT_GROUP]);
	for (unsigned i = 0; !is_version_3(controller) && i < TARGETS; i++)
		write(controller, GICD_ITARGETSR(FIRST_SPI / 4 + i),
		      (uint32_t)(words[KEPT_TARGETS + i / 2] >> 32 * (i % 2)));
	write_set(controller, GICD_ISENABLER(0), words[KEPT_ENABLED]);
	write(controller, GICD_CTLR, (uint32_t)words[KEPT_CONTROL] & ~CTLR_RWP);
	settle(controller);
}

static uint64_t gic_together(unsigned line)
{
	return INTERRUPT_LINE(line);
}

static void gic_enable(const struct interrupt_controller *controller, uint64_t lines)
{
	write_set(controller, GICD_ISENABLER(0), lines);
}

static void gic_mask(const struct interrupt_controller *controller, uint64_t lines)
{
	write_set(controller, GICD_ICENABLER(0), lines);
	settle(controller);
}

static uint64_t gic_enabling(const struct interrupt_controller *controller, unsigned line, phys_addr *address)
{
	*address = at(controller, GICD_ISENABLER((FIRST_SPI + line) / 32));
	return 1u << line % 32;
}

static uint64_t gic_raised(const struct interrupt_controller *controller)
{
	return read_set(controller, GICD_ISPENDR(0)) & controller->driver->lines;
}

static uint64_t gic_come(const struct interrupt_controller *controller)
{
	return read_set(controller, GICD_ISPENDR(0)) & controller->driver->message_lines;
}

static uint64_t gic_waiting(const struct interrupt_controller *controller)
{
	return gic_raised(controller) & read_set(controller, GICD_ISENABLER(0));
}

static int gic_line(const struct interrupt_controller *controller, uint64_t number)
{
	if (number < FIRST_SPI || number >= FIRST_SPI + LINES_ALL)
		return -1;
	gic_mask(controller, INTERRUPT_LINE(number - FIRST_SPI));
	return (int)(number - FIRST_SPI);
}

static void gic_end(const struct interrupt_controller *controller, unsigned line)
{
	gic_enable(controller, INTERRUPT_LINE(line));
}

#define GIC_DRIVER(name) { \
	.compatible = name, .lines = PINS, .save = gic_save, .restore = gic_restore, \
	.together = gic_together, .enable = gic_enable, .mask = gic_mask, .enabling = gic_enabling, \
	.raised = gic_raised, .waiting = gic_waiting, .line = gic_line, .end = gic_end, \
	.message_lines = MESSAGES, .come = gic_come, .forget = gic_forget, \
}

static const struct interrupt_driver gic_v2 = GIC_DRIVER("arm,cortex-a15-gic");
INTERRUPT_DRIVER(gic_v2);
const struct interrupt_driver gic_v3 = GIC_DRIVER("arm,gic-v3");
INTERRUPT_DRIVER(gic_v3);
