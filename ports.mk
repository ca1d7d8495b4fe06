# SPDX-License-Identifier: BSD-2-Clause
#
# The ports and their facts, for the other files of make: arch/<name>/port.mk says NAME := value, and behind this file
# that is <name>_NAME. tests/gate/lib/Gate/Port.pm, which reads the same files, says what each means.

# A port is there when its facts are.
PORTS := $(patsubst arch/%/port.mk,%,$(sort $(wildcard arch/*/port.mk)))
# Those that are built and booted.
MACHINES := $(PORTS)

# <name>_VARIABLE: what the user may set to another QEMU.
define port
FIRMWARES :=
include arch/$(1)/port.mk
$(1)_TITLE := $$(TITLE)
$(1)_QEMU := $$(QEMU)
$(1)_PACKAGES := $$(BUILD_PACKAGES) $$(QEMU_PACKAGES)
$(1)_FIRMWARES := $$(FIRMWARES)
$(1)_VARIABLE := QEMU_$(shell echo '$(1)' | tr a-z A-Z)
$$($(1)_VARIABLE) ?= $$($(1)_QEMU)
endef

$(foreach name,$(PORTS),$(eval $(call port,$(name))))

# $(call of_ports,FACT): of all of them.
of_ports = $(strip $(foreach name,$(PORTS),$($(name)_$(1))))
