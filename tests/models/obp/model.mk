# SPDX-License-Identifier: BSD-2-Clause
#
# The OBP model, a boot PROM for tests of what OpenBoot boots (tests/gate/obp-model.t).

OBP_MODEL := build/models/obp.bin
OBP_MODEL_SOURCES := $(sort $(wildcard tests/models/obp/*.S tests/models/obp/*.c))
MODELS += $(if $(filter sparc64,$(MACHINES)),$(OBP_MODEL))

$(OBP_MODEL): $(OBP_MODEL_SOURCES) tests/models/obp/model.h tests/models/obp/obp.ld tests/models/obp/model.mk \
		arch/sparc64/mmio.c arch/sparc64/fw_cfg.c boot/string.c | $(tools_there)
	@mkdir -p $(@D)
	$(quiet)$(sparc64_CC) $(sparc64_CFLAGS) $(LDFLAGS) -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
		-Wl,-T,tests/models/obp/obp.ld -o $(@:.bin=.elf) $(filter %.S %.c,$^)
	$(quiet)$(sparc64_CROSS)objcopy -O binary $(@:.bin=.elf) $@
	$(built)
