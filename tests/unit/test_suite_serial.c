/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/serial.c drivers/virtio/device/serial_find.c tests/conformance/virtio/serial/rig.c
 * tests/conformance/virtio/serial/data.c tests/conformance/virtio/serial/host.c */
/*
 * Suite virtio.serial on a console device of software whose ports 0 and 1 lead to each other: a right one passes, also
 * one that gives what comes in small portions or keeps what it cannot deliver, and each wrong one is found by the test
 * that is there for it.
 */
#include <string.h>

#include "tests/conformance/virtio/serial/control.c"
#include "tests/unit/named_test.h"
#include "tests/unit/suite_case.h"

#define PORTS		2u
#define PENDING		(64u << 10)
#define BUFFERS		32u

/* What is wrong, or otherwise than usual. */
static struct {
	uint32_t portion;		/* bytes that come at once; 0: all */
	bool holds;			/* what is sent stays with the sender until there is a buffer for it */
	bool last_byte_missing, swapped, empty, too_long, beside, loses;
	bool adds_twice, adds_beyond, no_such_event, early_name, short_message, other_port, open_twice_as_much;
	bool adds_nothing_more, message_beside, stops_at_nonsense;
} does;

static struct port {
	struct model_chain buffers[BUFFERS];
	unsigned waiting;
	uint8_t pending[PENDING];
	uint32_t size;
	struct model_chain held[BUFFERS];
	unsigned holding;
} ports[PORTS];
static struct model_chain messages[BUFFERS];
static unsigned message_count;
static bool stopped;
/* Whether the driver has opened the port that it was told is a console, after that. */
static bool console_said, console_opened;

static void forget(struct virtio_model *model)
{
	(void)model;
	message_count = 0;
	stopped = false;
	for (unsigned i = 0; i < PORTS; i++)
		ports[i].waiting = ports[i].holding = 0;
}

static uint16_t receive_queue(unsigned port) { return port ? 4 : 0; }

static void use_first(struct model_chain *chains, unsigned *count, unsigned queue, uint32_t length)
{
	virtio_model_use(case_model, queue, chains[0].head, length);
	--*count;
	memmove(chains, chains + 1, *count * sizeof(*chains));
}

static void say(uint32_t port, uint16_t event, uint16_t value, const char *name)
{
	struct virtio_console_control message = { port, event, value };
	uint32_t size = sizeof(message) + strlen(name);
	uint8_t *bytes;

	if (message_count == 0)
		return;
	bytes = case_piece(&messages[0], 0);
	memcpy(bytes, &message, sizeof(message));
	memcpy(bytes + sizeof(message), name, strlen(name));
	if (does.message_beside)
		bytes[messages[0].pieces[0].size] = 1;
	use_first(messages, &message_count, SERIAL_CONTROL_RECEIVE, does.short_message ? 4 : size);
}

static void announce(void)
{
	for (uint32_t port = 0; port < PORTS; port++)
		say(port, VIRTIO_CONSOLE_PORT_ADD, 1, "");
	if (does.adds_twice)
		say(1, VIRTIO_CONSOLE_PORT_ADD, 1, "");
	if (does.adds_beyond)
		say(7, VIRTIO_CONSOLE_PORT_ADD, 1, "");
	if (does.early_name)
		say(1, VIRTIO_CONSOLE_PORT_NAME, 1, "early");
}

static void control_message(const struct model_chain *chain)
{
	const struct virtio_console_control *message = case_piece(chain, 0);

	if (chain->pieces[0].size < sizeof(*message) || message->event > VIRTIO_CONSOLE_PORT_NAME) {
		stopped = does.stops_at_nonsense;
		return;
	}
	if (message->event == VIRTIO_CONSOLE_DEVICE_READY)
		announce();
	if (message->event == VIRTIO_CONSOLE_PORT_OPEN && message->id == 0)
		console_opened = console_said && message->value == 1;
	if (message->event != VIRTIO_CONSOLE_PORT_READY || message->id >= PORTS)
		return;
	if (message->id == 0) {
		say(0, VIRTIO_CONSOLE_CONSOLE_PORT, 1, "");
		console_said = true;
	} else {
		say(message->id, VIRTIO_CONSOLE_PORT_NAME, 1, "busproof");
	}
	say(does.other_port ? 3 : message->id, VIRTIO_CONSOLE_PORT_OPEN, 1 + does.open_twice_as_much, "");
	if (does.no_such_event)
		say(message->id, 99, 1, "");
}

/* Bytes of what waits, into the pieces of the next buffer; the rest of it is filled with something else. */
static uint32_t fill_buffer(struct port *port, const struct model_chain *chain)
{
	uint32_t done = 0, most = does.portion ? does.portion : PENDING;

	for (unsigned i = 0; i < chain->count && done < port->size && done < most; i++) {
		uint32_t size = chain->pieces[i].size;

		if (size > port->size - done)
			size = port->size - done;
		if (size > most - done)
			size = most - done;
		memcpy(case_piece(chain, i), port->pending + done, size);
		if (does.last_byte_missing && size > 60)
			((uint8_t *)case_piece(chain, i))[size - 1] ^= 0xff;
		if (does.beside && size == 1)
			((uint8_t *)case_piece(chain, i))[-1] ^= 0xff;
		done += size;
	}
	return done;
}

static void deliver(unsigned number)
{
	struct port *port = &ports[number];

	while (port->waiting && port->size) {
		uint32_t done = fill_buffer(port, &port->buffers[0]);
		/* The driver's own buffers are larger. */
		bool of_suite = port->buffers[0].pieces[0].size == 1;

		port->size -= done;
		memmove(port->pending, port->pending + done, port->size);
		use_first(port->buffers, &port->waiting, receive_queue(number),
			  does.empty && of_suite ? 0 : does.too_long && of_suite ? done + 70000 : done);
	}
}

static void take(unsigned to, const struct model_chain *chain)
{
	struct port *port = &ports[to];

	if (does.loses && !port->waiting)
		return;
	for (unsigned i = 0; i < chain->count; i++) {
		uint32_t size = chain->pieces[i].size;
		uint8_t *bytes = port->pending + port->size;

		assert_true(port->size + size <= PENDING);
		memcpy(bytes, case_piece(chain, i), size);
		port->size += size;
		if (does.swapped && size > 64) {
			uint8_t first = bytes[0];

			bytes[0] = bytes[1];
			bytes[1] = first;
		}
	}
}

static void take_held(unsigned to)
{
	struct port *from = &ports[!to];

	while (from->holding) {
		take(to, &from->held[0]);
		use_first(from->held, &from->holding, receive_queue(!to) + 1, 0);
	}
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	unsigned number = queue >= 4;

	if (stopped)
		return CHAIN_KEPT;
	if (queue == SERIAL_CONTROL_RECEIVE) {
		messages[message_count++] = *chain;
		return CHAIN_KEPT;
	}
	if (queue == SERIAL_CONTROL_TRANSMIT) {
		control_message(chain);
		return 0;
	}
	if (queue == receive_queue(number)) {
		ports[number].buffers[ports[number].waiting++] = *chain;
		take_held(number);
		deliver(number);
		return CHAIN_KEPT;
	}
	if (does.holds && !ports[!number].waiting) {
		ports[number].held[ports[number].holding++] = *chain;
		return CHAIN_KEPT;
	}
	take(!number, chain);
	deliver(!number);
	return 0;
}

static void make(void)
{
	memset(&does, 0, sizeof(does));
	memset(ports, 0, sizeof(ports));
	message_count = 0;
	stopped = false;
	case_answer = answer;
	engine_case_make(VIRTIO_ID_CONSOLE, VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT), "accepted");
	case_model->at_reset = forget;
	case_config(struct virtio_console_config)->max_nr_ports = 2;
	engine_case_start();
	engine_stop(case_engine);
}

/* Those of other files, by the names that they are known by. */
static void named_ends(const char *name, enum verdict verdict, const char *words)
{
	suite_expect_function(named_test(name)->run, verdict, words);
}

static void a_right_device(void **state)
{
	(void)state;
	make();
	for (unsigned i = 0; i < 3; i++) {
		does.portion = i == 1 ? 4000 : 0;
		does.holds = i == 2;
		named_ends("virtio.serial.sizes", VERDICT_PASS, "");
		named_ends("virtio.serial.without-buffers", VERDICT_PASS, "");
		console_said = console_opened = false;
		named_ends("virtio.serial.control", VERDICT_PASS, "1 of 2 ports are consoles, 1 have a name, 2 are");
		assert_true(console_opened);
		named_ends("virtio.serial.unknown-control", VERDICT_PASS, "");
		named_ends("virtio.serial.to-file", VERDICT_SKIP, "no port is called busproof-file-NAME");
	}
}

/* One thing that is wrong, and what is said of it. */
#define WRONG(member, test, text) \
	{ #member, offsetof(typeof(does), member), "virtio.serial." test, text }

static const struct { const char *name; size_t at; const char *test, *words; } wrongs[] = {
	WRONG(last_byte_missing, "sizes", "port 1: byte 63 of 64 is"),
	WRONG(swapped, "sizes", "port 1: byte 0 of 65 is"),
	WRONG(empty, "sizes", "port 1: a buffer of 1 bytes came back with 0"),
	WRONG(too_long, "sizes", "port 1: a buffer of 1 bytes came back with 70001"),
	WRONG(beside, "sizes", "which no buffer covers, was written"),
	WRONG(loses, "without-buffers", "of 4 buffers under way 0 came back"),
	WRONG(adds_twice, "control", "PORT_ADD for port 1, which was there already"),
	WRONG(adds_beyond, "control", "PORT_ADD for port 7, of which max_nr_ports is 2"),
	WRONG(no_such_event, "control", "control message 99 for port 0: no such event"),
	WRONG(early_name, "control", "PORT_NAME for port 1, before it was said to be ready"),
	WRONG(short_message, "control", "PORT_ADD for port 0 has 4 bytes"),
	WRONG(other_port, "control", "PORT_OPEN for port 3, of which max_nr_ports is 2"),
	WRONG(open_twice_as_much, "control", "PORT_OPEN for port 0 with value 2"),
	WRONG(message_beside, "control", "which no buffer covers, was written"),
	WRONG(stops_at_nonsense, "unknown-control", "came back"),
};

static void wrong_devices(void **state)
{
	for (unsigned i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		virtio_model_machine(state);
		make();
		host_clock_step = MILLISECONDS(1);
		*((bool *)&does + wrongs[i].at) = true;
		print_message("%s\n", wrongs[i].name);
		named_ends(wrongs[i].test, VERDICT_FAIL, wrongs[i].words);
		engine_case_stop(NULL);
	}
}

/* A number of ports that is the right one with its bytes exchanged. */
static void a_number_of_the_other_order(void **state)
{
	(void)state;
	make();
	named_ends("virtio.serial.legacy-config", VERDICT_PASS, "");
	case_config(struct virtio_console_config)->max_nr_ports = 0x02000000;
	named_ends("virtio.serial.legacy-config", VERDICT_FAIL, "max_nr_ports is 0x2000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(a_right_device, "DRV-CON-5"),
		ENGINE_TEST(wrong_devices),
		ENGINE_TEST(a_number_of_the_other_order),
	};

	return cmocka_run_group_tests_name("suite-serial", tests, NULL, NULL);
}
