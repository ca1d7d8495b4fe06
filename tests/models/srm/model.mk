# SPDX-License-Identifier: BSD-2-Clause
#
# The model of the SRM console, which takes the place of QEMU's PALcode and boots the media that are made for the real
# one (arch/alpha/images.mk). It has nothing in common with the firmware but numbers of the architecture, and how it is
# compiled.

SRM_MODEL := $(sort $(wildcard tests/models/srm/*.S tests/models/srm/*.c))

alpha_IMAGES += build/alpha/srm-model.elf

build/alpha/srm-model.elf: $(SRM_MODEL) $(wildcard tests/models/srm/*.h tests/models/srm/*.inc) \
		tests/models/srm/model.ld \
		tests/models/srm/model.mk build/alpha/boot/string.o
	$(quiet)$(alpha_CC) $(alpha_CFLAGS) -G0 $(LDFLAGS) -Wl,--no-warn-rwx-segments -Wl,-T,tests/models/srm/model.ld \
		-o $@ $(SRM_MODEL) build/alpha/boot/string.o
	$(built)
