/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of the firmware's client interface. Nothing that it answers is trusted: lengths are cut to the buffer, strings
 * are ended.
 */
#include "arch/sparc64/client.h"

static client_entry *client;

void client_open(client_entry *entry)
{
	client = entry;
}

bool client_call(const char *service, unsigned count, const uint64_t *arguments, unsigned results, uint64_t *result)
{
	uint64_t cells[3 + CLIENT_ARGUMENTS + CLIENT_RESULTS] = { (uintptr_t)service, count, results };

	if (count > CLIENT_ARGUMENTS || results > CLIENT_RESULTS)
		return false;
	for (unsigned i = 0; i < count; i++)
		cells[3 + i] = arguments[i];
	if (client(cells) != 0)
		return false;
	for (unsigned i = 0; i < results; i++)
		result[i] = cells[3 + count + i];
	return true;
}

bool client_method(const char *method, uint32_t instance, unsigned count, const uint64_t *arguments, unsigned results,
		   uint64_t *result)
{
	uint64_t all[CLIENT_ARGUMENTS] = { (uintptr_t)method, instance };
	uint64_t found[CLIENT_RESULTS];

	if (count > CLIENT_ARGUMENTS - 2 || results > CLIENT_RESULTS - 1)
		return false;
	for (unsigned i = 0; i < count; i++)
		all[2 + i] = arguments[i];
	if (!client_call("call-method", 2 + count, all, 1 + results, found) || found[0] != 0)
		return false;
	for (unsigned i = 0; i < results; i++)
		result[i] = found[1 + i];
	return true;
}

client_node client_find(const char *service, uint64_t argument)
{
	uint64_t result;

	if (!client_call(service, 1, &argument, 1, &result) || (int32_t)result == -1)
		return CLIENT_NONE;
	return (client_node)result;
}

size_t client_property(client_node from, const char *name, void *buffer, size_t size)
{
	const uint64_t arguments[] = { from, (uintptr_t)name, (uintptr_t)buffer, size };
	uint64_t length;
	uint64_t read;

	for (size_t i = 0; i < size; i++)
		((char *)buffer)[i] = 0;
	if (from == CLIENT_NONE || !client_call("getproplen", 2, arguments, 1, &length) || (int32_t)length <= 0)
		return 0;
	if (!client_call("getprop", 4, arguments, 1, &read) || (int32_t)read <= 0)
		return 0;
	return (uint32_t)length;
}

bool client_string(client_node from, const char *name, char *buffer, size_t size)
{
	size_t length = client_property(from, name, buffer, size);
	size_t end = 0;

	while (end < size && buffer[end])
		end++;
	if (end == size)
		buffer[end - 1] = 0;
	return end < size || length < size;
}

bool client_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool client_is(client_node from, const char *name, const char *expected)
{
	char text[CLIENT_WORD];

	client_string(from, name, text, sizeof text);
	return client_same(text, expected);
}

uint32_t client_number(client_node from, const char *name)
{
	uint32_t number;

	return client_property(from, name, &number, sizeof number) >= sizeof number ? number : 0;
}

/* "translate" leaves ( -- 0 | physical.lo physical.hi mode -1 ). */
bool client_translate(uint32_t mmu, uint64_t address, uint64_t *physical)
{
	uint64_t found[4];

	if (!client_method("translate", mmu, 1, &address, 4, found) || found[0] == 0)
		return false;
	*physical = found[2] << 32 | (uint32_t)found[3];
	return true;
}
