# SPDX-License-Identifier: BSD-2-Clause
#
# The model of the SRM console, which takes the place of QEMU's PALcode and boots the media that are made for the real
# one (arch/alpha/images.mk). Its OSF/1 PALcode is our own; with the firmware it has nothing in common but numbers of
# the architecture, and how it is compiled.

SRM_MODEL_SHARED := $(addprefix build/alpha/,boot/string.o arch/alpha/divide.S.o $(patsubst %,arch/alpha/pal/%.S.o,\
	entries traps calls interrupts))
SRM_MODEL := $(sort $(wildcard tests/models/srm/*.S tests/models/srm/*.c))

alpha_IMAGES += build/alpha/srm-model.elf

build/alpha/srm-model.elf: $(SRM_MODEL) $(wildcard $(addsuffix /*.h,tests/models/srm arch/alpha arch/alpha/pal)) \
		arch/alpha/pal/cpu.inc tests/models/srm/model.ld tests/models/srm/model.mk $(SRM_MODEL_SHARED)
	$(quiet)$(alpha_CC) $(alpha_CFLAGS) -Wa,-m21264 -G0 $(LDFLAGS) -Wl,--no-warn-rwx-segments \
		-Wl,-T,tests/models/srm/model.ld -o $@ $(SRM_MODEL) $(SRM_MODEL_SHARED)
	$(built)

# A boot image that does to the model what its flags say, for tests of the model: on media like those of the firmware.
SRM_CLIENT := $(wildcard tests/models/srm/client/*.c) arch/alpha/srm/console.c arch/alpha/srm/block.c

MODELS += $(if $(filter alpha,$(MACHINES)),$(SRM_MEDIA:%=build/alpha/client-%))

build/alpha/client-srm.bin: $(SRM_CLIENT) $(SRM_SHARED) $(wildcard arch/alpha/srm/*.[Sh]) arch/alpha/kept.inc \
		linker/alpha-srm.ld tests/models/srm/model.mk arch/alpha/images.mk
	$(quiet): >$@.firmware
	$(quiet)$(SRM_LINK) $(SRM_CLIENT)
	$(quiet)$(alpha_CROSS)objcopy -O binary $@.elf $@

.SECONDARY: build/alpha/client-srm.bin
