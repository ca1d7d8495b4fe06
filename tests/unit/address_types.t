#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The two kinds of addresses are different types: what mixes them does not compile, and what differs from it only in
# using the right one does. For each case the compiler must also complain about the type, not about something else.

cd "$(dirname "$0")/../.." || exit 1

number=0

# compile STATEMENT: in a function that has one address of each kind, and functions that want one.
compile() {
	printf '%s\n' \
		'#include "drivers/dma/dma.h"' \
		'void wants_bus(bus_addr address);' \
		'void wants_phys(phys_addr address);' \
		'void snippet(struct dma_window *window, bus_addr bus, phys_addr phys, uint64_t number);' \
		'void snippet(struct dma_window *window, bus_addr bus, phys_addr phys, uint64_t number)' \
		'{' \
		'	(void)window, (void)bus, (void)phys, (void)number;' \
		"	$1" \
		'}' |
		LC_ALL=C "${UNIT_CC:-gcc}" -std=gnu11 -Wall -Wextra -Werror -I. -Itests/unit/host \
			-fsyntax-only -x c - 2>&1
}

point() {
	number=$((number + 1))
	echo "$1 $number - $2"
	[ "$1" = ok ] || printf '%s\n' "$3" | sed 's/^/# /'
}

compiles() {
	if said=$(compile "$1"); then point ok "compiles: $1"; else point 'not ok' "compiles: $1" "$said"; fi
}

# Whatever else is wrong, the compiler's word for it must be about types.
is_refused() {
	if said=$(compile "$1"); then
		point 'not ok' "is refused: $1" 'it compiles'
	elif printf '%s' "$said" | grep -qE 'incompatible type|invalid operands|conversion'; then
		point ok "is refused: $1"
	else
		point 'not ok' "is refused for its type: $1" "$said"
	fi
}

compiles   'wants_bus(bus);'
is_refused 'wants_bus(phys);'
is_refused 'wants_bus(number);'
is_refused 'wants_bus(0x1000);'
is_refused 'wants_bus((bus_addr)phys);'

compiles   'wants_phys(phys);'
is_refused 'wants_phys(bus);'
is_refused 'wants_phys(number);'
is_refused 'wants_phys((phys_addr)number);'

compiles   'bus = (bus_addr){ number };'
is_refused 'bus = phys;'
is_refused 'phys = bus;'
is_refused 'bus = number;'
is_refused 'number = bus;'
is_refused 'number = phys;'

compiles   'number = bus.value == phys.value;'
is_refused 'number = bus == phys;'
is_refused 'number = bus + 1;'

compiles   'window->base = bus; window->target = phys;'
is_refused 'window->base = phys;'
is_refused 'window->target = bus;'
compiles   'number = mmio_read8(phys);'
is_refused 'number = mmio_read8(bus);'
compiles   'number = *(uint8_t *)arch_pointer(phys);'
is_refused 'number = *(uint8_t *)arch_pointer(bus);'

echo "1..$number"
