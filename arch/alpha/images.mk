# SPDX-License-Identifier: BSD-2-Clause
#
# Our own PALcode, which qemu-system-alpha -bios takes in the place of QEMU's. The assembly of PALmode needs an
# assembler that knows a 21264's; the C is built as all other.

ALPHA_PAL := build/alpha/busproof-pal.elf
ALPHA_PAL_OBJECTS := $(call objects,alpha,$(sort $(wildcard arch/alpha/pal/*.S arch/alpha/pal/*.c)))

alpha_IMAGES += $(ALPHA_PAL)

$(filter %.S.o,$(ALPHA_PAL_OBJECTS)): alpha_CFLAGS += -Wa,-m21264

$(ALPHA_PAL): $(ALPHA_PAL_OBJECTS) linker/alpha-pal.ld arch/alpha/images.mk
	$(quiet)$(alpha_CC) $(alpha_CFLAGS) $(LDFLAGS) -Wl,--no-warn-rwx-segments -Wl,-T,linker/alpha-pal.ld \
		-o $@ $(ALPHA_PAL_OBJECTS)
	$(built)

-include $(ALPHA_PAL_OBJECTS:.o=.d)
