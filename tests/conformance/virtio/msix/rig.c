/* SPDX-License-Identifier: BSD-2-Clause */
/* The rig of suite virtio.msix: see rig.h. */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/virtio/msix/rig.h"

struct msix_rig msix_rig;

static struct msix_rig *const rig = &msix_rig;

static bool is_msix_engine(unsigned number, const struct conformance_scope *scope)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine_get(number));

	(void)scope;
	return virtio && virtio->mode->features == 0;
}

const struct conformance_scope scope_msix_engine = {
	.of = &scope_engine, .only = is_msix_engine,
	.words = "each virtio device with a plain split ring, modern or legacy",
};

const char *needs_msix(const struct subject *subject)
{
	static struct pci_messages messages;

	if (needs_pci(subject))
		return needs_pci(subject);
	if (!pci_messages_control(subject->function, PCI_MSIX))
		return "the function has no MSI-X capability";
	return pci_messages_find(&messages, subject->function, PCI_MSIX) ? NULL : messages.fault;
}

const char *needs_messages(const struct subject *subject)
{
	const struct message_port *port;
	const char *lacking;

	if (needs_pci(subject))
		return needs_pci(subject);
	port = subject->function->host->messages;
	if (!port)
		return "the machine's interrupt controller takes no messages, or not in a way that busproof knows";
	if ((lacking = needs_msix(subject)) != NULL)
		return lacking;
	if (arch_platform()->no_interrupts)
		return arch_platform()->no_interrupts;
	if (dma_translates(subject->function) && !domain_can(subject->function->domain, DOMAIN_MESSAGES))
		return "what takes messages is at a physical address, and the function's addresses are translated";
	if (interrupt_count(port->driver->lines(port)) <= MSIX_VECTORS)
		return "messages can raise too few lines for one to be none of the device's";
	return needs_writes(subject);
}

static bool handle(unsigned line)
{
	rig->entries++;
	rig->entered |= INTERRUPT_LINE(line);
	rig->controller->driver->end(rig->controller, line);
	return true;
}

unsigned msix_config_vector(void)
{
	return 0;
}

unsigned msix_queue_vector(unsigned queue)
{
	return queue + 1 < rig->vectors ? queue + 1 : rig->vectors - 1;
}

unsigned msix_request_vector(void)
{
	return msix_queue_vector(virtio_engine_requests(virtio_engine_of(rig->engine))->index);
}

static uint64_t all_lines(void)
{
	return rig->port->driver->lines(rig->port);
}

/* From the last line down: a number that is cut off is none of them. */
static void choose_lines(void)
{
	unsigned vector = 0;

	for (unsigned line = INTERRUPT_LINES; line-- > 0 && vector < rig->vectors;)
		if (all_lines() & INTERRUPT_LINE(line))
			rig->lines[vector++] = (uint8_t)line;
}

static bool set_message(unsigned vector)
{
	struct message_to to;

	return rig->port->driver->to(rig->port, rig->messages.function, rig->lines[vector], &to) &&
	       pci_message_set(&rig->messages, vector, (struct pci_message) { to.address.value, to.data }) &&
	       pci_message_mask(&rig->messages, vector, false);
}

static bool map_events(struct virtio_device *device)
{
	bool good = virtio_config_vector(device, rig->unmapped ? VIRTIO_MSI_NO_VECTOR : (uint16_t)msix_config_vector());

	for (uint16_t queue = 0; good && queue < VIRTIO_ENGINE_QUEUES; queue++)
		if (device->transport->queue_size(device, queue) != 0)
			good = virtio_queue_vector(device, queue, rig->unmapped ? VIRTIO_MSI_NO_VECTOR :
						   (uint16_t)msix_queue_vector(queue));
	return good;
}

/* virtio_plan.messages: how many vectors there are it looks up itself. */
static bool switch_on(struct virtio_device *device)
{
	if (!pci_messages_find(&rig->messages, device->function, PCI_MSIX))
		return false;
	rig->vectors = rig->messages.vectors < MSIX_VECTORS ? rig->messages.vectors : MSIX_VECTORS;
	choose_lines();
	if (!virtio_messages_start(device, &rig->messages, rig->vectors))
		return false;
	for (unsigned vector = 0; vector < rig->vectors; vector++)
		if (!set_message(vector))
			return false;
	return map_events(device);
}

static void count_used(unsigned *used)
{
	const struct virtio_engine *virtio = virtio_engine_of(rig->engine);

	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		used[i] = virtio->queues_started >> i & 1 ? virtqueue_used_index(&virtio->queues[i]) : 0;
}

void msix_count(void)
{
	rig->entries = 0;
	rig->entered = 0;
	count_used(rig->used);
	rig->controller->driver->forget(rig->controller, all_lines());
}

uint64_t msix_owed(void)
{
	const struct virtio_engine *virtio = virtio_engine_of(rig->engine);
	unsigned used[VIRTIO_ENGINE_QUEUES];
	uint64_t lines = 0;

	count_used(used);
	for (unsigned i = 0; !rig->unmapped && i < VIRTIO_ENGINE_QUEUES; i++)
		if (used[i] != rig->used[i])
			lines |= INTERRUPT_LINE(rig->lines[msix_queue_vector(virtio->queues[i].index)]);
	return lines;
}

static uint64_t come(void)
{
	return rig->controller->driver->come(rig->controller) & all_lines();
}

/* A message may follow the used index by a little: what was used while the device was started is waited for. */
static void settle(void)
{
	uint64_t owed = msix_owed();

	poll_soon((come() & owed) == owed, MSIX_LATE);
	if (owed || rig->unmapped)
		clock_wait(clock_silence(patience_grace(&rig->engine->patience)));
	msix_count();
}

bool msix_start(struct trial *trial, bool unmapped)
{
	struct engine *engine = trial->subject->engine;

	memset(rig, 0, sizeof(*rig));
	rig->port = engine->function->host->messages;
	rig->controller = rig->port->controller;
	rig->engine = engine;
	rig->unmapped = unmapped;
	if (!interrupts_open(rig->controller, handle)) {
		trial_skip(trial, "busproof does not know this machine's interrupt controller");
		return false;
	}
	rig->controller->driver->forget(rig->controller, all_lines());
	virtio_engine_of(engine)->plan.messages = switch_on;
	if (!trial_start(trial, engine))
		return false;
	rig->device = virtio_engine_of(engine)->device;
	if (!dma_area_make(&rig->area, engine->function, 1)) {
		trial_error(trial, "no room for a buffer");
		return false;
	}
	pci_command(engine->function, 0, PCI_COMMAND_INTX_DISABLE);
	settle();
	rig->pins = rig->controller->driver->raised(rig->controller);
	return true;
}

void msix_stop(void)
{
	if (rig->engine)
		engine_stop(rig->engine);
	interrupts_close();
	dma_area_release(&rig->area);
}

bool msix_request(struct trial *trial)
{
	struct engine *engine = rig->engine;
	uint64_t number = virtio_address(rig->device, &rig->area.map, 0);
	enum engine_result result = engine_transfer(engine, DMA_DEVICE_WRITES, number, transfer_size(engine),
						    ENGINE_LIMIT, NULL);

	return expect(trial, result == ENGINE_DONE, "%s does not complete its request (%s): %s", engine->kind,
		      engine_result_name(result), engine->fault);
}

void msix_expect_owed(struct trial *trial, const char *when)
{
	uint64_t must = msix_owed(), found;

	expect(trial, must != 0, "%s: no queue says that it has used a buffer", when);
	poll_soon((come() & must) == must, MSIX_LATE);
	clock_wait(clock_silence(MSIX_QUIET));
	found = come();
	trial_note(trial, "messages", "%s: lines %#llx, owed %#llx", when, (unsigned long long)found,
		   (unsigned long long)msix_owed());
	expect(trial, (found & must) == must, "%s: messages came to lines %#llx, and not to all of %#llx", when,
	       (unsigned long long)found, (unsigned long long)must);
	expect(trial, !(found & ~msix_owed()), "%s: messages came to lines %#llx, and only %#llx are right", when,
	       (unsigned long long)found, (unsigned long long)msix_owed());
}

void msix_expect_none(struct trial *trial, const char *when)
{
	clock_wait(clock_silence(MSIX_QUIET));
	expect(trial, come() == 0, "%s: messages came to lines %#llx, and none must", when,
	       (unsigned long long)come());
}

void msix_expect_no_pin(struct trial *trial)
{
	const struct pci_function *function = rig->engine->function;
	uint16_t status = pci_read16(function, PCI_STATUS);

	expect(trial, !(status & PCI_STATUS_INTERRUPT),
	       "PCI status says that the pin is in use while messages are on (%#x)", status);
	expect(trial, !(rig->controller->driver->raised(rig->controller) & ~rig->pins),
	       "lines %#llx of pins are raised while messages are on, and %#llx were before",
	       (unsigned long long)rig->controller->driver->raised(rig->controller), (unsigned long long)rig->pins);
}
