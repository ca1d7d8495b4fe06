/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's port of arch/arch.h: memory, devices and time made of software. arch_save_context() and
 * arch_resume_context() are in context-<machine>.S, the console in console.c.
 */
#include "tests/unit/host/host.h"

#include <stdlib.h>
#include <string.h>

#define MEMORIES	16
#define DEVICES		32

struct memory {
	uint64_t start;
	uint64_t size;
	unsigned char *bytes;
};

static struct memory memories[MEMORIES];
static size_t memory_count;
static struct host_device devices[DEVICES];
static size_t device_count;
static uint64_t accesses;

bool host_unclaimed_traps;
void (*host_at_barrier)(enum host_barrier barrier);
uint64_t host_clock;
uint64_t host_clock_step;
unsigned host_clock_bits;
struct platform host_platform;
bool host_interrupts_on;
uint64_t host_interrupts[HOST_INTERRUPTS];
unsigned host_interrupt_count;
const char *host_no_return;
static bool firmware_kept;

static jmp_buf run_end;
static bool running;

/* Present where the program under test has boot/trap.c. */
#pragma weak trap

void host_reset(void)
{
	for (size_t i = 0; i < memory_count; i++)
		free(memories[i].bytes);
	memory_count = 0;
	device_count = 0;
	accesses = 0;
	host_unclaimed_traps = false;
	host_interrupts_on = false;
	host_interrupt_count = 0;
	host_at_barrier = NULL;
	host_clock = 0;
	host_clock_step = 1000;
	host_clock_bits = 64;
	host_platform = (struct platform){
		.machine = "host", .cpu = "host", .firmware = "cmocka", .emulated = true, .command_line = "",
		.clock_hz = 1000000000, .clock_bits = 64,
	};
	host_no_return = NULL;
	firmware_kept = false;
	host_output_length = 0;
	host_output[0] = 0;
	running = false;
}

int host_setup(void **state)
{
	(void)state;
	host_reset();
	return 0;
}

int host_teardown(void **state)
{
	return host_setup(state);
}

void host_add_memory(uint64_t start, uint64_t size)
{
	struct memory *memory = &memories[memory_count];

	assert_true(memory_count < MEMORIES);
	*memory = (struct memory){ start, size, malloc(size) };
	assert_non_null(memory->bytes);
	memset(memory->bytes, 0xa5, size);
	memory_count++;
	host_platform.memory_size += size;
}

void host_add_device(const struct host_device *device)
{
	assert_true(device_count < DEVICES);
	devices[device_count++] = *device;
}

uint64_t host_accesses(void)
{
	return accesses;
}

size_t arch_memory(struct memory_range *ranges, size_t max)
{
	size_t count = memory_count < max ? memory_count : max;

	for (size_t i = 0; i < count; i++)
		ranges[i] = (struct memory_range){ { memories[i].start }, memories[i].size };
	return count;
}

/* Objects of the program, which are the image: their address is their number. The linker has these. */
extern char __data_start[], _end[];

static bool is_of_image(uint64_t address)
{
	return address >= (uintptr_t)__data_start && address < (uintptr_t)_end;
}

/* The end of a memory has a pointer too, as the end of an array has. */
void *arch_pointer(phys_addr address)
{
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < memory_count; i++) {
			uint64_t offset = address.value - memories[i].start;

			if (offset < memories[i].size + pass)
				return memories[i].bytes + offset;
		}
	}
	if (is_of_image(address.value))
		return (void *)(uintptr_t)address.value;
	fail_msg("arch_pointer: no memory at %#llx", (unsigned long long)address.value);
	abort();
}

phys_addr arch_physical(const void *pointer)
{
	for (size_t i = 0; i < memory_count; i++) {
		uint64_t offset = (uintptr_t)pointer - (uintptr_t)memories[i].bytes;

		if (offset < memories[i].size)
			return (phys_addr){ memories[i].start + offset };
	}
	if (is_of_image((uintptr_t)pointer))
		return (phys_addr){ (uintptr_t)pointer };
	fail_msg("arch_physical: %p is not in the memory of the test", pointer);
	abort();
}

static const struct host_device *device_at(uint64_t address, unsigned width)
{
	static const struct trap_frame frame = { .kind = TRAP_MACHINE_CHECK, .name = "unclaimed" };
	struct trap_frame here = frame;

	for (size_t i = 0; i < device_count; i++) {
		uint64_t offset = address - devices[i].start;

		if (offset < devices[i].size && width <= devices[i].size - offset)
			return &devices[i];
	}
	here.has_address = true;
	here.address = address;
	if (host_unclaimed_traps && trap)
		trap(&here);
	fail_msg("no device at %#llx, %u bytes wide", (unsigned long long)address, width);
	abort();
}

static uint64_t read_register(phys_addr address, unsigned width, enum host_order order)
{
	const struct host_device *device = device_at(address.value, width);
	struct host_access access = { address.value - device->start, width, order };

	accesses++;
	if (!device->read)
		fail_msg("read of %#llx, which is write-only", (unsigned long long)address.value);
	return device->read(device->context, &access);
}

static void write_register(phys_addr address, unsigned width, enum host_order order, uint64_t value)
{
	const struct host_device *device = device_at(address.value, width);
	struct host_access access = { address.value - device->start, width, order };

	accesses++;
	if (!device->write)
		fail_msg("write to %#llx, which is read-only", (unsigned long long)address.value);
	device->write(device->context, &access, value);
}

uint8_t mmio_read8(phys_addr address)
{
	return (uint8_t)read_register(address, 1, HOST_BYTE);
}

uint16_t mmio_read16_le(phys_addr address)
{
	return (uint16_t)read_register(address, 2, HOST_LITTLE);
}

uint32_t mmio_read32_le(phys_addr address)
{
	return (uint32_t)read_register(address, 4, HOST_LITTLE);
}

uint64_t mmio_read64_le(phys_addr address)
{
	return read_register(address, 8, HOST_LITTLE);
}

uint64_t mmio_read64_be(phys_addr address)
{
	return read_register(address, 8, HOST_BIG);
}

void mmio_write8(phys_addr address, uint8_t value)
{
	write_register(address, 1, HOST_BYTE, value);
}

void mmio_write16_le(phys_addr address, uint16_t value)
{
	write_register(address, 2, HOST_LITTLE, value);
}

void mmio_write32_le(phys_addr address, uint32_t value)
{
	write_register(address, 4, HOST_LITTLE, value);
}

void mmio_write64_le(phys_addr address, uint64_t value)
{
	write_register(address, 8, HOST_LITTLE, value);
}

void mmio_write64_be(phys_addr address, uint64_t value)
{
	write_register(address, 8, HOST_BIG, value);
}

const struct platform *arch_platform(void)
{
	return &host_platform;
}

uint64_t arch_clock(void)
{
	uint64_t now = host_clock;

	host_clock += host_clock_step;
	return host_clock_bits < 64 ? now & ((1ull << host_clock_bits) - 1) : now;
}

void arch_interrupts(bool on)
{
	host_interrupts_on = on;
}

bool arch_interrupt_take(uint64_t *number)
{
	if (host_interrupt_count == 0)
		return false;
	*number = host_interrupts[--host_interrupt_count];
	return true;
}

enum host_end host_run(void (*function)(void *argument), void *argument)
{
	int end = setjmp(run_end);

	if (end == 0) {
		running = true;
		function(argument);
	}
	running = false;
	return (enum host_end)end;
}

static _Noreturn void end_run(enum host_end end, const char *what)
{
	if (running)
		longjmp(run_end, end);
	fail_msg("%s outside of host_run(), after:\n%s", what, host_output);
	abort();
}

void arch_power_off(void)
{
	end_run(HOST_POWERED_OFF, "arch_power_off()");
}

void arch_reboot(void)
{
	end_run(HOST_REBOOTED, "arch_reboot()");
}

const char *arch_keep_firmware(void)
{
	firmware_kept = !host_no_return;
	return host_no_return;
}

bool arch_return(void)
{
	if (!firmware_kept)
		return false;
	end_run(HOST_GAVE_BACK, "arch_return()");
}
