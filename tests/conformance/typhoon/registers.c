/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite typhoon: the registers of a Pchip by themselves, without any DMA: what they keep, what the console firmware
 * left in them and gets back, errors made by hand; and what else of the 21272 a bring-up stumbles over.
 *
 * Source: 21272 Hardware Reference Manual, Pchip CSRs, Cchip CSRs.
 */
#include "boot/string.h"
#include "boot/trap.h"
#include "drivers/pci/pci.h"
#include "tests/conformance/typhoon/rig.h"

#define PCTL_REV		0xff000000ull		/* revision, read-only */

#define CCHIP_CSC		0x000			/* configuration */
#define   CSC_P1P		0x4000ull		/*   there is a Pchip 1 */
#define CCHIP_AAR(n)		(0x100 + 0x40 * (n))	/* memory array n = 0..3 */
#define   AAR_SIZE		0xf000ull		/*   0: no memory in it */

#define PCHIP_RESERVED		0x380			/* between PLAT and PERROR; the manual lists it */

#define SIO_82378		0x0484			/* Intel's ISA domain, on QEMU's clipper only */
#define   ELCR			0x4d0			/*   16 bits, ISA interrupt n is level-triggered */
#define   ELCR_ISA		0x10da			/*   keyboard, COM2, COM1, floppy, parallel, mouse */

static uint64_t write_and_read(struct dma_domain *domain, unsigned reg, uint64_t value)
{
	typhoon_write(domain, reg, value);
	return typhoon_read(domain, reg);
}

/* Writes a value and, in turn, every bit of the mask with it. Says which the register does not keep. */
static void expect_kept(struct trial *trial, const char *name, unsigned n, unsigned reg, uint64_t mask, uint64_t fixed)
{
	struct dma_domain *domain = trial->subject->domain;

	for (unsigned bit = 0; bit <= 64; bit++) {
		uint64_t value = bit == 64 ? mask : mask & 1ull << bit;
		uint64_t found = write_and_read(domain, reg, value);

		if (!expect(trial, found == (value | fixed), "%s%u: written %#llx, reads %#llx", name, n,
			    (unsigned long long)value, (unsigned long long)found))
			return;
	}
}

/* Base, mask and target of each window. A mask has ones from bit 20 up, 2 GiB at most; others are not defined. */
static void window_registers(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;

	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++) {
		expect_kept(trial, "WSBA", n, PCHIP_WSBA(n), WSBA_ADDR | WSBA_ENA | (n == 3 ? WSBA3_DAC : WSBA_SG),
			    n == 3 ? WSBA_SG : 0);
		typhoon_write(domain, PCHIP_WSBA(n), 0);
		expect_kept(trial, "TBA", n, PCHIP_TBA(n), TBA_ADDR, 0);
		for (uint64_t size = MIB; size <= 2 * GIB; size *= 2)
			expect_equal(trial, "WSM", write_and_read(domain, PCHIP_WSM(n), (size - 1) & WSM_MASK),
				     (size - 1) & WSM_MASK);
	}
}
PCHIP_TEST("typhoon.window-registers", window_registers,
	   "Base, mask and target of each window keep every bit that they have.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

/* WSBA3<SG> is fixed: what would make window 3 direct does not. */
static void window_3_is_paged(struct trial *trial)
{
	uint64_t found = write_and_read(trial->subject->domain, PCHIP_WSBA(3), TEST_BASE);

	expect_equal(trial, "WSBA3 after a write without SG", found, TEST_BASE | WSBA_SG);
}
PCHIP_TEST("typhoon.window-3-paged", window_3_is_paged,
	   "Window 3 is paged, and cannot be made direct.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

/* The registers are four of each: what is written to one changes no other. */
static void windows_are_distinct(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	struct typhoon_registers found;

	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++) {
		typhoon_write(domain, PCHIP_WSBA(n), (n + 1) * 16 * MIB | WSBA_SG);
		typhoon_write(domain, PCHIP_WSM(n), (MIB << n) - MIB);
		typhoon_write(domain, PCHIP_TBA(n), (n + 1) * MIB);
	}
	typhoon_save(domain, &found);
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++) {
		expect_equal(trial, "WSBA", found.wsba[n], (n + 1) * 16 * MIB | WSBA_SG);
		expect_equal(trial, "WSM", found.wsm[n], (MIB << n) - MIB);
		expect_equal(trial, "TBA", found.tba[n], (n + 1) * MIB);
	}
}
PCHIP_TEST("typhoon.windows-distinct", windows_are_distinct,
	   "The registers of the four windows are four: a write to one changes no other.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

/* A bit of PCTL can be set and cleared, and nothing else changes with it. */
static void expect_control_bit(struct trial *trial, const char *name, uint64_t bit)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t control = typhoon_read(domain, PCHIP_PCTL) & ~bit;

	for (unsigned i = 0; i < 2; i++) {
		uint64_t value = i == 0 ? control | bit : control;
		uint64_t found = write_and_read(domain, PCHIP_PCTL, value);

		expect(trial, found == value, "%s: written %#llx, PCTL reads %#llx", name, (unsigned long long)value,
		       (unsigned long long)found);
	}
}

static void control_windows(struct trial *trial)
{
	expect_control_bit(trial, "HOLE", PCTL_HOLE);
	expect_control_bit(trial, "MWIN", PCTL_MWIN);
}
PCHIP_TEST("typhoon.control-windows", control_windows,
	   "PCTL keeps the bits that switch the hole and the monster window.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

static void control_pte_verify(struct trial *trial)
{
	expect_control_bit(trial, "PTEVRFY", PCTL_PTEVRFY);
}
PCHIP_TEST("typhoon.control-pte-verify", control_pte_verify,
	   "PCTL keeps PTEVRFY, which has page table entries verified.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

static void control_revision(struct trial *trial)
{
	uint64_t control = typhoon_read(trial->subject->domain, PCHIP_PCTL);

	expect_equal(trial, "PCTL after a write to REV, which is read-only",
		     write_and_read(trial->subject->domain, PCHIP_PCTL, control ^ PCTL_REV), control);
}
PCHIP_TEST("typhoon.control-revision", control_revision,
	   "The revision in PCTL cannot be written.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

static const char *needs_emulation(const struct subject *subject)
{
	(void)subject;
	return arch_platform()->emulated ? NULL : "these bits are the board's tuning, and not ours to change";
}

/* The rest of PCTL that can be written. */
static void control_tuning(struct trial *trial)
{
	static const struct { const char *name; uint64_t bits; } fields[] = {
		{ "FDSC to TGTLAT", 0x1f }, { "ARBENA", 0x80 }, { "PRIGRP", 0x7f00 }, { "PPRI", 0x8000 },
		{ "ECCEN", 0x40000 }, { "PADM", 0x80000 }, { "CDQMAX", 0xf00000 }, { "CRQMAX", 0xfull << 32 },
		{ "PTPMAX", 0xfull << 36 }, { "FDSDIS", 1ull << 42 }, { "FDWDIS", 1ull << 43 },
	};

	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		expect_control_bit(trial, fields[i].name, fields[i].bits);
}
PCHIP_TEST("typhoon.control-tuning", control_tuning,
	   "PCTL keeps the fields that tune the Pchip.",
	   .scope = &scope_pchip, .skip = needs_emulation, .judged_by = EVIDENCE);

static void latency(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t before = typhoon_read(domain, PCHIP_PLAT);
	uint64_t found = write_and_read(domain, PCHIP_PLAT, before ^ PLAT_LATENCY);

	typhoon_write(domain, PCHIP_PLAT, before);
	expect_equal(trial, "PLAT<15:8>", found & PLAT_LATENCY, (before ^ PLAT_LATENCY) & PLAT_LATENCY);
	expect_equal(trial, "PLAT put back", typhoon_read(domain, PCHIP_PLAT), before);
}
PCHIP_TEST("typhoon.latency", latency,
	   "PLAT keeps the latency, and can be put back.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

static void error_mask(struct trial *trial)
{
	expect_equal(trial, "PERRMASK as it was set at the start",
		     typhoon_read(trial->subject->domain, PCHIP_PERRMASK) & PERROR_BITS, PERRMASK_DMA);
	expect_equal(trial, "PERRMASK", write_and_read(trial->subject->domain, PCHIP_PERRMASK, PERROR_SGE), PERROR_SGE);
	expect_equal(trial, "PERRMASK", write_and_read(trial->subject->domain, PCHIP_PERRMASK, 0), 0);
}
PCHIP_TEST("typhoon.error-mask", error_mask,
	   "PERRMASK is as it was set at the start, and can be written.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

/* An error made by hand stands in PERROR until it is cleared; one more is not recorded but LOST. */
static void error_set(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t first, second;

	typhoon_write(domain, PCHIP_PERROR, PERROR_BITS);
	expect_equal(trial, "PERROR cleared", typhoon_read(domain, PCHIP_PERROR) & PERROR_BITS, 0);
	typhoon_write(domain, PCHIP_PERRSET, PERROR_SGE);
	first = typhoon_read(domain, PCHIP_PERROR) & PERROR_BITS;
	typhoon_write(domain, PCHIP_PERRSET, PERROR_SGE);
	second = typhoon_read(domain, PCHIP_PERROR) & PERROR_BITS;
	typhoon_write(domain, PCHIP_PERROR, PERROR_BITS);
	expect_equal(trial, "PERROR after PERRSET<SGE>", first, PERROR_SGE);
	expect_equal(trial, "PERROR after PERRSET<SGE> once more", second, PERROR_SGE | PERROR_LOST);
	expect_equal(trial, "PERROR cleared again", typhoon_read(domain, PCHIP_PERROR) & PERROR_BITS, 0);
}
PCHIP_TEST("typhoon.error-set", error_set,
	   "An error made by PERRSET stands in PERROR until it is cleared, and one more is LOST.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

static void expect_loaded(struct trial *trial, const char *whose, const struct typhoon_registers *registers)
{
	struct dma_domain *domain = trial->subject->domain;
	struct typhoon_registers found;

	typhoon_load(domain, registers);
	typhoon_save(domain, &found);
	for (unsigned n = 0; n < TYPHOON_WINDOWS; n++) {
		expect(trial, found.wsba[n] == registers->wsba[n], "%s WSBA%u: %#llx, reads %#llx", whose, n,
		       (unsigned long long)registers->wsba[n], (unsigned long long)found.wsba[n]);
		expect(trial, found.wsm[n] == registers->wsm[n], "%s WSM%u: %#llx, reads %#llx", whose, n,
		       (unsigned long long)registers->wsm[n], (unsigned long long)found.wsm[n]);
		expect(trial, found.tba[n] == registers->tba[n], "%s TBA%u: %#llx, reads %#llx", whose, n,
		       (unsigned long long)registers->tba[n], (unsigned long long)found.tba[n]);
	}
	expect_equal(trial, "PCTL put back", found.pctl, registers->pctl);
}

/*
 * The windows of the console firmware go back as they were at the hand-off; without them its drivers would destroy
 * memory. QEMU's PALcode leaves none, so a set like that of Linux is put back as well.
 */
static void console_windows(struct trial *trial)
{
	const struct typhoon_registers *console = typhoon_console(trial->subject->domain);
	struct typhoon_registers linux_set = {
		.wsba = { 0x00800003, 0x40000003, 0x80000001, WSBA_SG },
		.wsm = { 0x00700000, 0x3ff00000, 0x7ff00000, 0 },
		.tba = { 0x00200000, 0x00300000, 0, 0 },
		.pctl = typhoon_read(trial->subject->domain, PCHIP_PCTL) ^ PCTL_MWIN,
	};

	if (!expect(trial, console, "the registers of the hand-off were not kept"))
		return;
	expect_loaded(trial, "a set's", &linux_set);
	expect_loaded(trial, "the console's", console);
	expect_loaded(trial, "a set's", &linux_set);
}
PCHIP_TEST("typhoon.console-windows", console_windows,
	   "The windows of the console firmware can be put back exactly as they were at the hand-off.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

static uint64_t read_cchip(const struct trial *trial, unsigned reg)
{
	return mmio_read64_le((phys_addr) { trial->subject->domain->at->interrupts->registers[0].start.value + reg });
}

/* As many Pchips as CSC says, and each with registers of its own. */
static void second_pchip(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t configuration = read_cchip(trial, CCHIP_CSC);
	struct typhoon_registers before, after;
	unsigned others = 0;

	for (unsigned i = 0; domain_get(i); i++) {
		if (domain_get(i) == domain)
			continue;
		others++;
		typhoon_save(domain_get(i), &before);
		typhoon_write(domain, PCHIP_WSM(3), before.wsm[3] ^ 0x100000);
		typhoon_save(domain_get(i), &after);
		expect_equal(trial, "WSM3 of one Pchip after a write to the other's", after.wsm[3], before.wsm[3]);
	}
	expect_equal(trial, "number of other Pchips", others, configuration & CSC_P1P ? 1 : 0);
	if (!(configuration & CSC_P1P))
		trial_record(trial, "CSC<14> is 0: there is no second Pchip");
}
PCHIP_TEST("typhoon.second-pchip", second_pchip,
	   "There are as many Pchips as CSC says, each with registers of its own.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

/* The console describes the memory it has found to the Cchip. */
static void memory_arrays(struct trial *trial)
{
	uint64_t sizes = 0;

	for (unsigned n = 0; n < 4; n++)
		sizes |= read_cchip(trial, CCHIP_AAR(n)) & AAR_SIZE;
	expect(trial, sizes != 0, "AAR0 to AAR3 say that there is no memory");
}
PCHIP_TEST("typhoon.memory-arrays", memory_arrays,
	   "The Cchip's array registers describe the memory that there is.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

static void read_reserved(void *domain)
{
	typhoon_read(domain, PCHIP_RESERVED);
}

static void reserved_register(struct trial *trial)
{
	static struct trap_record record;

	expect(trial, trap_guard(read_reserved, trial->subject->domain, &record),
	       "reading Pchip register %#x gives %s", PCHIP_RESERVED, trap_kind_name(record.kind));
}
PCHIP_TEST("typhoon.reserved-register", reserved_register,
	   "A reserved register of the Pchip can be read without a machine check.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

/* Has a function behind this bridge a BAR over this I/O address? */
static bool io_used(const struct host_bridge *bridge, uint64_t address)
{
	for (unsigned i = 0; i < pci_count(); i++)
		for (unsigned n = 0; n < pci_bar_count(pci_get(i)); n++) {
			const struct pci_bar *bar = &pci_get(i)->bars[n];

			if (pci_get(i)->host == bridge && bar->kind == PCI_BAR_IO && bar->placed &&
			    address - bar->address < bar->size)
				return true;
		}
	return false;
}

/* Nobody answers there: all ones. */
static void io_hole(struct trial *trial)
{
	const struct host_bridge *bridge = trial->subject->bridge;
	uint64_t address = bridge->ranges.io.last & ~3ull;

	while (io_used(bridge, address) && address > bridge->ranges.io.first)
		address -= 4;
	expect_equal(trial, "a PCI I/O address that nobody has",
		     mmio_read32_le((phys_addr) { bridge->io.value + address }), 0xffffffff);
}
PCHIP_TEST("typhoon.io-hole", io_hole,
	   "A PCI I/O address that nobody has reads as all ones.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);

static const char *needs_82378(const struct subject *subject)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_get(i)->host == subject->bridge && pci_get(i)->vendor == 0x8086 &&
		    pci_get(i)->product == SIO_82378)
			return NULL;
	return "no 82378 ISA bridge";
}

/* Devices of the ISA bus request interrupts by an edge. */
static void isa_interrupts(struct trial *trial)
{
	uint64_t io = trial->subject->bridge->io.value;
	uint16_t level = mmio_read8((phys_addr) { io + ELCR }) | mmio_read8((phys_addr) { io + ELCR + 1 }) << 8;

	trial_note(trial, "elcr", "%#x", level);
	expect_equal(trial, "ISA interrupts made level-triggered", level & ELCR_ISA, 0);
}
PCHIP_TEST("typhoon.isa-interrupts", isa_interrupts,
	   "Interrupts of the ISA bus are edge-triggered.",
	   .scope = &scope_pchip, .skip = needs_82378, .judged_by = EVIDENCE);

/* A machine check comes back with the registers of the code it came from. */
static void machine_check_registers(struct trial *trial)
{
	static struct trap_record record;
	unsigned i = 0;

	while (i < arch_provocation_count && arch_provocations[i].kind != TRAP_MACHINE_CHECK)
		i++;
	if (i == arch_provocation_count) {
		trial_skip(trial, "this port provokes no machine check");
		return;
	}
	if (!expect(trial, !trap_guard((void (*)(void *))arch_provocations[i].provoke, NULL, &record),
		    "no machine check came"))
		return;
	for (i = 0; i < record.register_count; i++)
		if (strcmp(record.register_names[i], "t0") == 0)
			expect(trial, record.registers[i] != 0x207,
			       "register t0 holds 0x207, the machine check's code, instead of its own value");
}
PCHIP_TEST("typhoon.machine-check-registers", machine_check_registers,
	   "A machine check comes back with the registers of the code that it came from.",
	   .scope = &scope_pchip, .judged_by = EVIDENCE);
