/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/serial.c
 * drivers/virtio/device/serial_find.c */
/*
 * The console device's driver, against a device of software whose ports 0 and 1 lead to each other, or to themselves,
 * or nowhere; that has fewer of them, or does not say so. DRV-* are clauses of the specification that our driver is
 * held to.
 */
#include <string.h>

#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/device/serial.h"
#include "tests/unit/engine_case.h"

#define CONTROL_RECEIVE		2
#define CONTROL_TRANSMIT	3
#define QUEUES			6

static const unsigned receive_queue[2] = { 0, 4 };

/* Buffers that the driver has posted for control messages, and one for each port. */
static struct model_chain messages[32], waiting[2];
static unsigned message_count;
static bool is_waiting[2];
/* On the way to each port, and how much of it comes at once. */
static uint8_t pending[2][256];
static uint32_t pending_size[2];
static uint32_t portion;
/* The ports that there are, bit n for port n; where what comes into one goes, or NOWHERE; who does not do its work. */
#define NOWHERE	9u
static unsigned existing, leads[2];
static bool writes_elsewhere, takes_nothing;

/* Chains of before are gone; what is on the way stays there. */
static void forget(struct virtio_model *model)
{
	(void)model;
	message_count = 0;
	memset(is_waiting, 0, sizeof(is_waiting));
}

static void announce(uint32_t port)
{
	struct virtio_console_control message = { port, VIRTIO_CONSOLE_PORT_ADD, 0 };

	if (message_count == 0)
		return;
	if (!writes_elsewhere)
		memcpy(case_piece(&messages[0], 0), &message, sizeof(message));
	virtio_model_use(case_model, CONTROL_RECEIVE, messages[0].head, sizeof(message));
	message_count--;
	memmove(messages, messages + 1, message_count * sizeof(messages[0]));
}

/* The rest of the buffer is filled with something else, which the used length does not speak of. */
static void deliver(unsigned port)
{
	uint32_t size = pending_size[port] < portion ? pending_size[port] : portion;
	uint8_t *bytes;

	if (!is_waiting[port] || size == 0)
		return;
	bytes = case_piece(&waiting[port], 0);
	memset(bytes, 0xee, waiting[port].pieces[0].size);
	memcpy(bytes, pending[port], size);
	pending_size[port] -= size;
	memmove(pending[port], pending[port] + size, pending_size[port]);
	is_waiting[port] = false;
	virtio_model_use(case_model, receive_queue[port], waiting[port].head, size);
}

static uint32_t control(const struct model_chain *chain)
{
	const struct virtio_console_control *message = case_piece(chain, 0);

	if (message->event == VIRTIO_CONSOLE_DEVICE_READY) {
		for (unsigned port = 0; port < 2; port++)
			if (existing >> port & 1)
				announce(port);
	}
	return 0xfffffff0;			/* nothing is written there: the length has no meaning */
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	unsigned to = leads[queue == 5];

	switch (queue) {
	case CONTROL_RECEIVE:
		messages[message_count++] = *chain;
		return CHAIN_KEPT;
	case CONTROL_TRANSMIT:
		return control(chain);
	case 0:
	case 4:
		waiting[queue == 4] = *chain;
		is_waiting[queue == 4] = true;
		deliver(queue == 4);
		return CHAIN_KEPT;
	default:
		if (takes_nothing)
			return CHAIN_KEPT;
		if (to == NOWHERE)
			return 0;
		memcpy(pending[to] + pending_size[to], case_piece(chain, 0), chain->pieces[0].size);
		pending_size[to] += chain->pieces[0].size;
		deliver(to);
		return 0xfffffff0;
	}
}

static void make(uint64_t offered)
{
	case_answer = answer;
	message_count = 0;
	memset(is_waiting, 0, sizeof(is_waiting));
	memset(pending_size, 0, sizeof(pending_size));
	portion = sizeof(pending[0]);
	existing = 3;
	leads[0] = 1;
	leads[1] = 0;
	writes_elsewhere = takes_nothing = false;
	engine_case_make(VIRTIO_ID_CONSOLE, offered, "accepted");
	case_model->at_reset = forget;
	case_config(struct virtio_console_config)->max_nr_ports = 2;
}

static void a_start(void **state)
{
	const struct virtio_console_control *first = NULL;

	(void)state;
	make(VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT));
	engine_case_start();
	assert_int_equal(serial_ends(case_engine), 2);
	assert_null(case_engine->no_reads);
	assert_null(case_engine->no_writes);
	for (unsigned queue = 0; queue < QUEUES; queue++)
		case_expect_only(queue, queue == 0 || queue == CONTROL_RECEIVE || queue == 4);
	for (unsigned i = 0; i < case_chain_count; i++) {
		assert_int_equal(case_chains[i].chain.count, 1);
		if (case_chains[i].queue == CONTROL_TRANSMIT && !first)
			first = (const void *)case_chains[i].read;
	}
	assert_non_null(first);
	assert_int_equal(first->event, VIRTIO_CONSOLE_DEVICE_READY);
	assert_int_equal(first->value, 1);
}

/* The number of ports is a field of MULTIPORT: without it nobody looks. The one port takes what it is sent, and that is
 * all: it is said what is lacking. */
static void without_multiport(void **state)
{
	(void)state;
	make(0);
	leads[0] = NOWHERE;
	engine_case_start();
	assert_int_equal(case_model->config_reads, 0);
	assert_int_equal(case_count(1), 1);
	assert_non_null(case_engine->no_writes);
	assert_ptr_equal(case_engine->no_reads, case_engine->no_writes);
}

/* A device that does nothing lacks nothing: it is broken. */
static void without_multiport_nothing_taken(void **state)
{
	(void)state;
	make(0);
	takes_nothing = true;
	assert_false(engine_start(case_engine));
	assert_null(case_engine->no_writes);
}

static void no_port(void **state)
{
	(void)state;
	make(VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT));
	existing = 0;
	engine_case_start();
	assert_true(case_count(CONTROL_TRANSMIT) > 0);
	assert_non_null(case_engine->no_writes);
}

/* Buffers come back, and what should stand in them does not: this is not a device without a port. */
static void announcements_go_elsewhere(void **state)
{
	(void)state;
	make(VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT));
	writes_elsewhere = true;
	assert_false(engine_start(case_engine));
	assert_null(case_engine->no_writes);
}

/* Ports that lead nowhere, whether they take what they are sent or not: the device still writes. */
static void ports_that_lead_nowhere(void **state)
{
	uint64_t number;
	void *bytes;

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		make(VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT));
		existing = 2;
		leads[1] = NOWHERE;
		takes_nothing = round;
		engine_case_start();
		assert_null(case_engine->no_writes);
		assert_non_null(case_engine->no_reads);
		assert_int_equal(serial_ends(case_engine), 0);
		number = case_buffer(16, &bytes);
		memset(bytes, 0xff, 16);
		assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 16, NULL), ENGINE_DONE);
		assert_int_equal(((struct virtio_console_control *)bytes)[1].id, 1);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}

static void a_port_that_leads_to_itself(void **state)
{
	uint8_t seen[16];
	uint64_t number;
	void *bytes;

	(void)state;
	make(VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT));
	existing = 2;
	leads[1] = 1;
	engine_case_start();
	assert_int_equal(serial_ends(case_engine), 1);
	assert_int_equal(serial_port(case_engine, 0), 1);
	number = case_buffer(sizeof(seen), &bytes);
	memset(bytes, 0x5a, sizeof(seen));
	assert_int_equal(case_transfer(DMA_DEVICE_READS, number, sizeof(seen), seen), ENGINE_DONE);
	assert_memory_equal(seen, bytes, sizeof(seen));
}

/* Bytes are counted as the device counts them, in whatever portions they come. */
static void portions(void **state)
{
	static const char sent[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char received[sizeof(sent)];

	(void)state;
	make(VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT));
	engine_case_start();
	for (portion = sizeof(sent); portion > 3; portion -= 7) {
		case_chain_count = 0;
		memset(received, 0, sizeof(received));
		assert_int_equal(serial_pass(case_engine, 0, sent, received, sizeof(sent)), ENGINE_DONE);
		assert_memory_equal(received, sent, sizeof(sent));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(a_start, "DRV-CON-1 DRV-CON-2 DRV-CON-3 DRV-CONLEG-2 DRV-CONLEG-3"),
		ENGINE_CLAUSES(without_multiport, "DRV-CFG-3"),
		ENGINE_TEST(without_multiport_nothing_taken),
		ENGINE_TEST(no_port),
		ENGINE_TEST(announcements_go_elsewhere),
		ENGINE_TEST(ports_that_lead_nowhere),
		ENGINE_TEST(a_port_that_leads_to_itself),
		ENGINE_CLAUSES(portions, "DRV-SPLIT-17 DRV-SPLIT-18"),
	};

	return cmocka_run_group_tests_name("type-serial", tests, NULL, NULL);
}
