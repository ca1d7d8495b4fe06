/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The OBP model from power-on to the client and to the end: what a medium must be to be booted, and what is looked at
 * when the client is done.
 *
 * The medium is QEMU's -fw_cfg file opt/busproof/medium, its kind (disk, cd or net) opt/busproof/kind, and the words
 * behind "boot" opt/busproof/append. A file opt/busproof/bridges gives the tree other host
 * bridges: "others" beside its own, "psycho" in its place.
 *
 * Source: OpenBoot's pkg/boot/sunlabel.fth, os/sun/aout.fth, arch/sun4u/go.fth.
 */
#include "tests/models/obp/model.h"

#include "arch/sparc64/fw_cfg.h"
#include "boot/string.h"

#define FW_CFG			((phys_addr){ 0x1fe02000510 })
#define FW_CFG_SELECTOR		FW_CFG
#define FW_CFG_DATA		((phys_addr){ 0x1fe02000511 })
#define UART			((phys_addr){ 0x1fe020003f8 })
#define UART_LCR		((phys_addr){ 0x1fe020003fb })

#define SECTOR			512
#define BOOT_SECTORS		15
#define LOAD_BASE		((uint8_t *)0x4000)
#define LOAD_MOST		(10 << 20)
#define HEADER			32
#define MEDIUM_MOST		(2u << 20)

_Noreturn void model_main(void);
_Noreturn void model_trap(uint64_t tt, uint64_t pc, uint64_t tag, uint64_t globals);

const uint8_t *medium;
uint64_t medium_size;
static uint8_t medium_bytes[MEDIUM_MOST];
static char kind[8];
static uint64_t own_sum;
static bool entered;

void print(const char *text)
{
	while (*text)
		mmio_write8(UART, (uint8_t)*text++);
}

void print_hex(uint64_t value)
{
	int shift = 60;

	while (shift > 0 && !(value >> shift))
		shift -= 4;
	print("0x");
	for (; shift >= 0; shift -= 4)
		mmio_write8(UART, (uint8_t)"0123456789abcdef"[value >> shift & 15]);
}

void broken(const char *rule, uint64_t value)
{
	print("\r\nOBP model: broken rule: ");
	print(rule);
	print(" ");
	print_hex(value);
	print("\r\n");
	machine_panic();
}

static uint64_t sum_of_own(void)
{
	uint64_t sum = 0;

	for (uintptr_t at = (uintptr_t)model_start; at < (uintptr_t)model_constant; at += sizeof sum)
		sum = sum * 31 + *(const uint64_t *)at;
	return sum;
}

void ended(bool by_exit)
{
	uint64_t before = ticks;

	memory_check();
	if (sum_of_own() != own_sum)
		broken("the firmware itself was written; its sum is", sum_of_own());
	bus_quiet_check();
	if (by_exit)
		bus_check();
	/* Its clock goes on; a client without a way back would not have let it. */
	for (uint64_t i = 0; i < 100000000 && ticks == before; i++)
		cpu_relax();
	if (by_exit && ticks == before)
		broken("the clock of the firmware stands; ticks so far:", ticks);
	print(by_exit ? "\r\nProgram terminated\r\nok \r\n" : "\r\nOBP model: switched off\r\n");
	machine_off();
}

/* While the firmware's table is in use, and it is not the firmware that runs. */
void model_trap(uint64_t tt, uint64_t pc, uint64_t tag, uint64_t globals)
{
	if (globals && entered)
		broken("the globals of the firmware's traps are not as they were, by", globals);
	if (tt == 0x40 + SOFT_LEVEL)
		broken("the interrupt level was lowered below 13 without a trap table; at", pc);
	if (tt >= 0x64 && tt <= 0x6b)
		broken("an address was used that the firmware does not map:", tag);
	print("\r\nOBP model: trap ");
	print_hex(tt);
	broken("a trap in the firmware's table, at", pc);
}

static uint64_t read_file(const char *name, uint8_t *to, uint64_t most)
{
	struct fw_cfg_file file;

	if (!fw_cfg_find(FW_CFG, name, &file))
		return 0;
	mmio_write16_le(FW_CFG_SELECTOR, file.item);
	for (uint64_t i = 0; i < file.size && i < most; i++)
		to[i] = mmio_read8(FW_CFG_DATA);
	return file.size < most ? file.size : most;
}

static _Noreturn void refuse(const char *why)
{
	print(why);
	print("\r\nok \r\n");
	machine_panic();
}

static uint32_t word(const uint8_t *at) { return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3]; }

/* The partition must begin at cylinder 0: the model has no other. */
static void check_label(unsigned partition)
{
	uint16_t sum = 0;

	for (unsigned i = 0; i < SECTOR; i += 2)
		sum ^= (uint16_t)(medium[i] << 8 | medium[i + 1]);
	if (medium[508] != 0xda || medium[509] != 0xbe)
		refuse("Bad magic number in disk label");
	if (sum)
		refuse("Bad checksum in disk label");
	if (word(medium + 444 + 8 * partition) != 0 || word(medium + 448 + 8 * partition) == 0)
		refuse("Can't open disk label package");
}

static uint64_t load(void)
{
	if (strcmp(kind, "net") == 0) {
		memcpy(LOAD_BASE, medium, medium_size);
		return medium_size;
	}
	check_label(strcmp(kind, "cd") == 0 ? 5 : 0);
	if (medium_size < (1 + BOOT_SECTORS) * SECTOR)
		refuse("Short disk read");
	memcpy(LOAD_BASE, medium + SECTOR, BOOT_SECTORS * SECTOR);
	return BOOT_SECTORS * SECTOR;
}

/* Moves text and data to the entry, and clears what is behind them. */
static uint64_t prepare(uint64_t loaded)
{
	uint64_t size = word(LOAD_BASE + 4) + word(LOAD_BASE + 8), bss = word(LOAD_BASE + 12);
	uint8_t *entry = (uint8_t *)(uint64_t)word(LOAD_BASE + 20);

	if ((word(LOAD_BASE) & 0xffff) != 0x0107)
		refuse("The file just loaded does not appear to be executable.");
	if (HEADER + size > loaded)
		broken("an a.out is larger than what is loaded of a disk, 7,680 bytes; its bytes are", HEADER + size);
	memmove(entry, LOAD_BASE + HEADER, size);
	memset(entry + size, 0, bss);
	return (uintptr_t)entry;
}

void model_main(void)
{
	uint64_t length, entry;
	static char asked[8];

	mmio_write8(UART_LCR, 3);
	print("\r\nOBP model\r\n");
	memory_start();
	read_file("opt/busproof/kind", (uint8_t *)kind, sizeof kind - 1);
	medium_size = read_file("opt/busproof/medium", medium_bytes, sizeof medium_bytes);
	medium = medium_bytes;
	length = read_file("opt/busproof/append", (uint8_t *)bootargs, BOOTARGS - 1);
	bootargs[length] = 0;
	read_file("opt/busproof/bridges", (uint8_t *)asked, sizeof asked - 1);
	bridges = strcmp(asked, "psycho") == 0 ? BRIDGES_PSYCHO :
		  strcmp(asked, "others") == 0 ? BRIDGES_OTHERS : BRIDGES_USUAL;
	bootpath = strcmp(kind, "cd") == 0 ? "/pci@1f,0/pci@1,1/ide@3/cdrom@2,0:f" :
		   strcmp(kind, "net") == 0 ? "/pci@1f,0/pci@1,1/network@1,1" : "/pci@1f,0/pci@1,1/ide@3/disk@0,0:a";
	bus_start();
	entry = prepare(load());
	own_sum = sum_of_own();
	entered = true;
	enter_client(entry);
}
