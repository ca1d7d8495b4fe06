/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/serial.c */
/*
 * The console device's driver, against a device of software whose ports 0 and 1 lead to each other. DRV-* are clauses
 * of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/serial.h"
#include "tests/unit/engine_case.h"

#define CONTROL_RECEIVE		2
#define CONTROL_TRANSMIT	3
#define QUEUES			6

static const unsigned receive_queue[2] = { 0, 4 };

/* Buffers that the driver has posted for control messages, and one for each port. */
static struct model_chain messages[16], waiting[2];
static unsigned message_count;
static bool is_waiting[2];
/* On the way to each port, and how much of it comes at once. */
static uint8_t pending[2][256];
static uint32_t pending_size[2];
static uint32_t portion;

static void announce(uint32_t port)
{
	struct virtio_console_control message = { port, VIRTIO_CONSOLE_PORT_ADD, 0 };

	if (message_count == 0)
		return;
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
		announce(0);
		announce(1);
	}
	return 0xfffffff0;			/* nothing is written there: the length has no meaning */
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	unsigned to = queue == 1 ? 1 : 0;

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
	engine_case_make(VIRTIO_ID_CONSOLE, offered, "accepted");
	case_config(struct virtio_console_config)->max_nr_ports = 2;
}

static void a_start(void **state)
{
	const struct virtio_console_control *first = NULL;

	(void)state;
	make(VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT));
	engine_case_start();
	assert_int_equal(serial_ports(case_engine), 3);
	assert_true(serial_connected(case_engine));
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

/* The number of ports is a field of MULTIPORT: without it nobody looks, and the device is given up. */
static void without_multiport(void **state)
{
	(void)state;
	make(0);
	assert_false(engine_start(case_engine));
	assert_int_equal(case_model->config_reads, 0);
	assert_true(case_model->status & VIRTIO_CONFIG_S_FAILED);
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
		assert_int_equal(serial_pass(case_engine, 0, 1, sent, received, sizeof(sent)), ENGINE_DONE);
		assert_memory_equal(received, sent, sizeof(sent));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(a_start, "DRV-CON-1 DRV-CON-2 DRV-CON-3 DRV-CONLEG-2 DRV-CONLEG-3"),
		ENGINE_CLAUSES(without_multiport, "DRV-CFG-3 DRV-FEAT-7"),
		ENGINE_CLAUSES(portions, "DRV-SPLIT-17 DRV-SPLIT-18"),
	};

	return cmocka_run_group_tests_name("type-serial", tests, NULL, NULL);
}
