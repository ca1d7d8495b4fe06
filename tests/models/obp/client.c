/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client interface of the OBP model. Each call first looks whether the client has left the firmware what it needs:
 * its trap table, its translations, addresses that it maps.
 *
 * Source: IEEE 1275-1994 and its SPARC binding; OpenBoot's os/bootprom/clientif.fth, clntmem.fth, sysintf.fth.
 */
#include "tests/models/obp/model.h"

#include "arch/sparc64/cpu.h"
#include "boot/string.h"

#define FIRST_ENTRY		8		/* of the TLB that a client may ask for */
#define UART			0x1fe020003f8
#define   UART_LSR		5
#define     LSR_DATA		1
#define UNKNOWN			((uint64_t)-1)
#define THROWN			1

static uint64_t position;
static bool is_open;

#define READ_REGISTER(name) ({ uint64_t value_; __asm__ volatile ("rdpr %%" name ", %0" : "=r" (value_)); value_; })

static void look_at_cpu(void)
{
	uint64_t tag, data, context;

	if (READ_REGISTER("tba") != (uintptr_t)trap_table)
		broken("the client interface was called with another trap table:", READ_REGISTER("tba"));
	__asm__ volatile ("ldxa [%1] %2, %0" : "=r" (tag) : "r" (0ul), "i" (ASI_DTLB_TAG_READ));
	__asm__ volatile ("ldxa [%1] %2, %0" : "=r" (data) : "r" (0ul), "i" (ASI_DTLB_DATA_ACCESS));
	if ((tag & -8192ul) != MODEL_VIRTUAL || !(data & TTE_LOCK))
		broken("a locked translation of the firmware is gone; its tag is", tag);
	__asm__ volatile ("ldxa [%1] %2, %0" : "=r" (context) : "r" ((uint64_t)MMU_PRIMARY_CONTEXT), "i" (ASI_DMMU));
	if (context != 0)
		broken("the client interface was called in another context:", context);
}

static uint64_t call_write(uint64_t device, uint64_t at, uint64_t length)
{
	const char *bytes = client_pointer(at, length);

	if (device != STDOUT)
		return UNKNOWN;
	for (uint64_t i = 0; i < length; i++)
		mmio_write8((phys_addr){ UART }, (uint8_t)bytes[i]);
	return length;
}

static uint64_t call_read(uint64_t device, uint64_t at, uint64_t length)
{
	uint8_t *bytes = client_pointer(at, length);
	uint64_t count = 0;

	if (device == STDIN) {
		if (!length || !(mmio_read8((phys_addr){ UART + UART_LSR }) & LSR_DATA))
			return (uint64_t)-2;
		bytes[0] = mmio_read8((phys_addr){ UART });
		return 1;
	}
	if (device != DEVICE || !is_open)
		return UNKNOWN;
	for (; count < length && position < medium_size; count++)
		bytes[count] = medium[position++];
	return count;
}

static uint64_t get_property(const uint64_t *in)
{
	const void *bytes;
	int32_t length = tree_property((uint32_t)in[0], client_pointer(in[1], 1), &bytes);

	if (length >= 0)
		memcpy(client_pointer(in[2], in[3]), bytes, (uint64_t)length < in[3] ? (uint64_t)length : in[3]);
	return (uint64_t)(int64_t)length;
}

static uint64_t load_tlb(const uint64_t *in, bool data)
{
	uint64_t virtual = in[0], tte = in[1], entry = in[2];

	if (entry < FIRST_ENTRY || entry >= TLB_ENTRIES)
		return THROWN;
	drop_translations();
	if (data) {
		__asm__ volatile ("stxa %0, [%1] %2" : : "r" (virtual), "r" ((uint64_t)MMU_TAG_ACCESS), "i" (ASI_DMMU));
		__asm__ volatile ("stxa %0, [%1] %2" : : "r" (tte), "r" (entry * 8), "i" (ASI_DTLB_DATA_ACCESS));
	} else {
		__asm__ volatile ("stxa %0, [%1] %2" : : "r" (virtual), "r" ((uint64_t)MMU_TAG_ACCESS), "i" (ASI_IMMU));
		__asm__ volatile ("stxa %0, [%1] %2" : : "r" (tte), "r" (entry * 8), "i" (ASI_ITLB_DATA_ACCESS));
	}
	__asm__ volatile ("membar #Sync" : : : "memory");
	return 0;
}

/* Arguments as they lie on the Forth stack, the last one first; so do results, behind whether it threw. */
static uint64_t call_method(const char *method, uint64_t instance, const uint64_t *in, uint64_t *out)
{
	uint64_t physical;

	if (instance == MMU && strcmp(method, "translate") == 0) {
		out[0] = translate(in[0], &physical) ? UNKNOWN : 0;
		if (out[0]) {
			out[1] = TTE_MEMORY;
			out[2] = physical >> 32;
			out[3] = (uint32_t)physical;
		}
		return 0;
	}
	if (instance == MMU && strcmp(method, "map") == 0)
		return map(in[3] << 32 | in[4], in[2], in[1]) ? 0 : THROWN;
	if (instance == MMU && strcmp(method, "unmap") == 0) {
		unmap(in[1], in[0]);
		return 0;
	}
	if (instance == MMU && strcmp(method, "SUNW,dtlb-load") == 0)
		return load_tlb(in, true);
	if (instance == MMU && strcmp(method, "SUNW,itlb-load") == 0)
		return load_tlb(in, false);
	if (instance == MEMORY && strcmp(method, "claim") == 0 && in[0]) {
		physical = memory_claim(in[1], in[0]);
		out[0] = physical >> 32;
		out[1] = (uint32_t)physical;
		return physical ? 0 : THROWN;
	}
	return THROWN;
}

static uint64_t one_result(const char *service, const uint64_t *in)
{
	const void *bytes;

	if (strcmp(service, "finddevice") == 0)
		return (uint64_t)(int32_t)tree_find(client_pointer(in[0], 1));
	if (strcmp(service, "getproplen") == 0)
		return (uint64_t)tree_property((uint32_t)in[0], client_pointer(in[1], 1), &bytes);
	if (strcmp(service, "getprop") == 0)
		return get_property(in);
	if (strcmp(service, "peer") == 0)
		return tree_peer((uint32_t)in[0]);
	if (strcmp(service, "child") == 0)
		return tree_child((uint32_t)in[0]);
	if (strcmp(service, "parent") == 0)
		return tree_parent((uint32_t)in[0]);
	if (strcmp(service, "instance-to-package") == 0)
		return (uint64_t)(int32_t)tree_package((uint32_t)in[0]);
	if (strcmp(service, "write") == 0)
		return call_write(in[0], in[1], in[2]);
	if (strcmp(service, "read") == 0)
		return call_read(in[0], in[1], in[2]);
	if (strcmp(service, "open") == 0) {
		is_open = strcmp(client_pointer(in[0], 1), bootpath) == 0;
		return is_open ? DEVICE : 0;
	}
	if (strcmp(service, "seek") == 0) {
		position = in[1] << 32 | in[2];
		return in[0] == DEVICE && is_open && position <= medium_size ? 0 : UNKNOWN;
	}
	broken("the client interface has no such service; its name is at", (uintptr_t)service);
}

int client_interface(uint64_t *cells)
{
	const char *service;
	uint64_t *in = cells + 3, *out;

	look_at_cpu();
	client_pointer((uintptr_t)cells, 24);
	service = client_pointer(cells[0], 1);
	out = in + cells[1];
	client_pointer((uintptr_t)cells, 24 + 8 * (cells[1] + cells[2]));
	if (strcmp(service, "exit") == 0 || strcmp(service, "SUNW,power-off") == 0)
		ended(service[0] == 'e');
	if (strcmp(service, "close") == 0) {
		is_open = false;
		return 0;
	}
	if (strcmp(service, "call-method") == 0 && cells[1] >= 2)
		out[0] = call_method(client_pointer(in[0], 1), in[1], in + 2, out + 1);
	else
		out[0] = one_result(service, in);
	return 0;
}
