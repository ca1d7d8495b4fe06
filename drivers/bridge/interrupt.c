/* Opening and closing a bridge's interrupt controller: see interrupt.h. */
#include "drivers/bridge/interrupt.h"

#include "boot/trap.h"

static const struct host_bridge *open_bridge;
static bool (*line_handler)(unsigned line);
static uint64_t kept[INTERRUPT_WORDS];

static bool handle(uint64_t number)
{
	int line = open_bridge->driver->interrupts->line(open_bridge, number);

	return line >= 0 && line_handler(line);
}

bool interrupts_open(const struct host_bridge *bridge, bool (*handler)(unsigned line))
{
	const struct interrupt_controller *controller = bridge->driver->interrupts;

	interrupts_close();
	if (!controller)
		return false;
	open_bridge = bridge;
	line_handler = handler;
	controller->save(bridge, kept);
	controller->mask(bridge, controller->lines);
	trap_set_interrupt_handler(handle);
	return true;
}

void interrupts_close(void)
{
	const struct host_bridge *bridge = open_bridge;

	if (!bridge)
		return;
	arch_interrupts(false);
	trap_set_interrupt_handler(NULL);
	open_bridge = NULL;
	bridge->driver->interrupts->mask(bridge, bridge->driver->interrupts->lines);
	bridge->driver->interrupts->restore(bridge, kept);
}
