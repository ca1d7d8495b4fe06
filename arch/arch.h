/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole contract of a CPU and its firmware: the ground floor that everything may use.
 *
 * A port (a folder beside this file, and tests/unit/host for the unit tests) provides what is declared here and
 * depends on nothing else. It hands out facts: registers of a trap, ranges of memory, where the UART and the host
 * bridges are. What they mean is decided in boot/ and drivers/.
 *
 * To add an architecture: a folder here and a script in linker/ (CONTRIBUTING.md says what is in them). No other file
 * changes.
 */
#ifndef ARCH_H
#define ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The port's inline part: cpu_relax(), and the barriers
 *	barrier_full()   all earlier accesses of this CPU before all later ones, to memory and devices alike
 *	barrier_write()  earlier stores to memory before later stores to memory
 *	barrier_read()   earlier loads from memory before later loads, also those whose address depends on them
 *			 (Alpha reorders even these: Alpha Architecture Reference Manual, memory ordering)
 */
#include "barrier.h"

/*
 * And CPU_PAGE_SIZE: the page of the CPU's memory management, in bytes. A domain's (drivers/iommu) and the unit of the
 * frame allocator (boot/frames.h) are others, whatever their size.
 */
#include "page.h"

/* What a CPU puts on the system bus. Its counterpart, bus_addr, is in drivers/iommu/domain.h. */
typedef struct { uint64_t value; } phys_addr;

/*
 * Memory. The ranges that busproof may use, ascending, page-aligned: the image and its stack are left out, and all that
 * is reserved: for a firmware that is still alive, for whatever else the machine's description says.
 * Returns how many were written, at most max.
 */
struct memory_range {
	phys_addr start;
	uint64_t size;		/* bytes */
};
size_t arch_memory(struct memory_range *ranges, size_t max);

/*
 * The console firmware, for those who want to go back to it. arch_keep_firmware() comes before arch_memory(), which
 * then leaves out what the firmware needs to go on. Returns NULL, or why there is no going back.
 *
 * arch_return() gives the machine back: no device does anything, and what drivers found is in the devices again. It
 * does not come back; false where arch_keep_firmware() had a reason, or has not been asked.
 */
const char *arch_keep_firmware(void);
bool arch_return(void);

/* The pointer by which this CPU reaches RAM (cached), and the way back for any object of the image or of RAM. */
void *arch_pointer(phys_addr address);
phys_addr arch_physical(const void *pointer);

/*
 * Device registers: uncached, one access of exactly the width named, in the byte order named, and ordered against
 * everything before and after it. An address that nothing answers traps where the machine says so (trap()).
 */
uint8_t mmio_read8(phys_addr address);
uint16_t mmio_read16_le(phys_addr address);
uint32_t mmio_read32_le(phys_addr address);
uint64_t mmio_read64_le(phys_addr address);
uint64_t mmio_read64_be(phys_addr address);
void mmio_write8(phys_addr address, uint8_t value);
void mmio_write16_le(phys_addr address, uint16_t value);
void mmio_write32_le(phys_addr address, uint32_t value);
void mmio_write64_le(phys_addr address, uint64_t value);
void mmio_write64_be(phys_addr address, uint64_t value);

/*
 * A console: bytes out and in. UARTs have one (drivers/uart), and so has a port whose firmware prints by call-backs. No
 * function waits without a limit, allocates or prints.
 */
struct console_ops {
	/* Sends as many of the bytes as fit at once, after waiting for room. Returns how many; 0: no room in
	 * its time, and then it waits no more until there is. */
	size_t (*send)(void *device, const char *bytes, size_t length);
	/* Waits until the last bit has left; false if that did not come within the time limit. */
	bool (*flush)(void *device);
	/* The character that has arrived, or -1 for none. Does not wait. */
	int (*poll)(void *device);
	/* At least so many characters have arrived and were lost, because nobody had read those before them. NULL: the
	 * device does not say. */
	unsigned (*missed)(void *device);
};

struct console {
	const struct console_ops *ops;
	void *device;			/* what the operations are given; theirs alone */
};

/*
 * What the CPU reaches by itself, one node a device: the port's fixed table, or the nodes of a device tree that it has
 * read. Drivers find theirs by compatible, and know the order of its registers. Addresses are those of a CPU, except
 * where it says otherwise. A size is 0 where nobody has said.
 */
struct platform_registers {
	phys_addr start;
	uint64_t size;			/* bytes */
};

enum platform_space {
	/* Bus 0 device 0 function 0 register 0 of PCI is its number 0. It is ECAM where its size says that there are
	 * 4096 bytes for each function of all buses. */
	RANGE_CONFIG,
	RANGE_IO,
	RANGE_MEMORY,
	RANGE_PREFETCHABLE,		/* memory too, for prefetchable BARs alone */
};

/* Numbers that BARs may get, first to last; both 0: all there are, of which then the size is known. */
struct platform_bars {
	uint64_t first, last;
};
/* A piece of one of the address spaces of the bus behind a node, as the CPU reaches it. */
struct platform_range {
	enum platform_space space;
	uint64_t first;			/* its first number, on that bus */
	phys_addr start;		/* where the CPU finds that */
	uint64_t size;			/* bytes */
	struct platform_bars bars;
};

/* To which line of the controller a pin (1 = INTA) of a slot on the bus behind a node leads. */
struct platform_pin {
	uint8_t slot, pin;
	uint16_t line;
};

#define NODE_REGISTERS		4
#define NODE_RANGES		8
#define NODE_PINS		32
#define NODE_STREAMS		4

struct platform_stream { uint32_t requester, stream, count; };

struct platform_node {
	const char *compatible;		/* the driver's: "typhoon", "cchip", "sabre", "ns16550" */
	unsigned number;		/* among those of its kind, in the firmware's order: a hose's */
	struct platform_registers registers[NODE_REGISTERS];
	const struct platform_node *interrupts;	/* the controller that its interrupts lead to; NULL: none is known */
	/* Of a host: what takes messages, the writes that are interrupts; NULL: nothing that is known. Of that: the
	 * lines of its controller that messages raise, where the machine's description says; otherwise it knows. */
	const struct platform_node *messages;
	struct { uint16_t first, count; } message_lines;
	phys_addr messages_at;		/* of what takes messages: where functions write them */
	/* Of a host: by which numbers what takes messages knows its functions, where it asks. */
	unsigned sender_count;
	struct platform_stream senders[NODE_STREAMS];
	/* Of a host: what translates the addresses of its functions, where that is a node of its own, and by which
	 * numbers it knows them: requester IDs (bus << 8 | device << 3 | function) from one on, and as what. */
	const struct platform_node *translator;
	unsigned stream_count;
	struct platform_stream streams[NODE_STREAMS];
	unsigned range_count;		/* 0: no bus is behind it */
	struct { unsigned first, last; } buses;	/* the root's number, and the highest that one below it may get */
	struct platform_range ranges[NODE_RANGES];
	/* Where the machine's description says to which lines pins lead; otherwise the driver knows. Of a device on no
	 * bus: its own line, as pin 1 of slot 0. */
	unsigned pin_count;
	unsigned pin_slots;		/* the bits of a slot's number that count: 3 where every fourth is alike */
	struct platform_pin pins[NODE_PINS];
};

/*
 * A PCI function that the firmware uses while it is alive, its console for instance: it stays where it is, with the
 * windows of all bridges above it, and is shown but not driven. It may do no DMA, as all windows for that change hands.
 */
#define RESERVED_DEPTH		4

struct platform_reserved {
	unsigned hose;			/* the number of the host's node */
	/* The way from the root bus, whatever the numbers of buses are: device << 3 | function of each bridge, and at
	 * last of the function. */
	unsigned depth;
	uint8_t path[RESERVED_DEPTH];
	const char *why;		/* "the console of the firmware" */
};

#define PLATFORM_RESERVED	4

/* What the firmware and the CPU say about the machine. All strings live for ever. */
#define PLATFORM_NODES		64

struct platform {
	const char *machine;		/* its model: "clipper", "sun4u" */
	const char *cpu;		/* "EV67", "UltraSPARC-IIi" */
	/* Three facts, none of which follows from another: a stand-in for a firmware runs on QEMU's chips, and a
	 * machine's model says nothing of either. */
	const char *firmware;		/* who booted us: "QEMU PALcode", "OpenBIOS" */
	bool emulated;			/* the chips are QEMU's models: the deviations' profile, qemu or hardware */
	const struct trap_frame *reset;	/* an error that has reset the machine and so started us; NULL: none */
	const char *command_line;	/* never NULL */
	bool command_line_cut;		/* the firmware had more than fits */
	uint64_t memory_size;		/* bytes of RAM in the machine, whoever uses it */
	uint64_t clock_hz;		/* rate of arch_clock() */
	unsigned clock_bits;		/* arch_clock() counts modulo 2 to this */
	/* The firmware's own console, by call-backs: then the firmware stays alive, the memory that it needs is left
	 * out of arch_memory(), and the functions are reserved. NULL: a node has a UART. */
	const struct console *console;
	unsigned reserved_count;
	struct platform_reserved reserved[PLATFORM_RESERVED];
	unsigned cpu_number;		/* of the CPU we run on, as interrupt controllers number it */
	const char *no_interrupts;	/* why arch_interrupts() must not let any in; NULL where it may */
	unsigned node_count;
	struct platform_node nodes[PLATFORM_NODES];
};
const struct platform *arch_platform(void);

/* The free-running counter: rpcc, %tick. */
uint64_t arch_clock(void);

/*
 * Traps. The port calls trap() (boot/trap.c) with interrupts off for everything it is not itself the cause of.
 * If trap() returns, the port has acknowledged the interrupt at the CPU and goes on where it came from; only
 * TRAP_INTERRUPT may return. The frame lives until then.
 */
enum trap_kind {
	TRAP_INTERRUPT,
	TRAP_BAD_ADDRESS,	/* no translation, or no permission */
	TRAP_MACHINE_CHECK,	/* the bus did not answer: machine check, data access error */
	TRAP_UNALIGNED,
	TRAP_ILLEGAL,		/* illegal or privileged instruction */
	TRAP_ARITHMETIC,
	TRAP_BREAKPOINT,
	TRAP_OTHER,
};

#define TRAP_ERRORS	4

struct trap_frame {
	enum trap_kind kind;
	const char *name;		/* in the CPU's words: "entUna", "mem_address_not_aligned" */
	uint64_t code;			/* the CPU's own number: tt, or entry point << 16 | first argument */
	uint64_t pc;
	bool has_address;
	uint64_t address;		/* virtual address of the access, or interrupt vector */
	unsigned register_count;
	const char *const *register_names;
	const uint64_t *registers;
	/* The error bits that hardware has set, "AFSR.TO", most telling first; NULL ends them early. */
	const char *errors[TRAP_ERRORS];
};

void trap(const struct trap_frame *frame);

/*
 * Interrupts of devices, off when boot_main() begins and while trap() runs. One that is let in is a trap of kind
 * TRAP_INTERRUPT whose address is the number that the machine has for it; what it means is drivers/interrupt's. When
 * trap() returns, the interrupted program goes on with all its registers.
 *
 * A request that stays must not interrupt again and again: until the driver of the interrupt controller is told that it
 * has been served, the port (Alpha) or the controller itself (sparc64) holds it back.
 */
void arch_interrupts(bool on);
/* While they are off: takes one that has arrived at the CPU as if it had been let in. False: none has, or this CPU
 * has no place where one could wait (Alpha). */
bool arch_interrupt_take(uint64_t *number);
/*
 * Fills every register that a program may use, writes value to a device register, as wide as those of the machine's
 * interrupt controller and in the CPU's own byte order (address 0: writes nothing), waits until *flag is not 0 and
 * looks which of them has changed: 0 for none, else its number in the port's order, from 1 on. HOLD_EARLY: the flag was
 * set before; HOLD_LATE: it never was. It leaves no register that a function may change as it was, so that a handler of
 * interrupts that calls it changes them all.
 */
#define HOLD_EARLY	(-1)
#define HOLD_LATE	(-2)
int arch_hold_registers(const volatile uint32_t *flag, uint64_t turns, phys_addr address, uint64_t value);

/*
 * A place in the program to come back to from a trap: as setjmp() and longjmp(), with the same rules for local
 * variables. arch_save_context() returns 0 the first time and 1 when resumed.
 */
struct arch_context { uint64_t words[16]; };
int arch_save_context(struct arch_context *context) __attribute__((returns_twice));
_Noreturn void arch_resume_context(const struct arch_context *context);

/* Traps that this CPU can be made to take on purpose; provoke() does not return unless the trap failed to come. */
struct arch_provocation {
	const char *name;		/* "unaligned-load": a part of a point's name */
	enum trap_kind kind;		/* what trap() must be told */
	void (*provoke)(void);
};
extern const struct arch_provocation arch_provocations[];
extern const unsigned arch_provocation_count;

/* Both work at any time, from any state. QEMU's exit status is 0 for either (reboot: with -no-reboot). */
_Noreturn void arch_power_off(void);
_Noreturn void arch_reboot(void);

/* The port's start code calls this once, on its own stack, with traps and the trap table in place. */
_Noreturn void boot_main(void);

#endif
