# SPDX-License-Identifier: BSD-2-Clause
#
# The other forms of the Alpha image: media that the SRM console of a real machine boots, all from one first stage
# (arch/alpha/srm) around the same build of the firmware; and PALcode of our own.
#
# The firmware on media is linked at 16 MiB, above what newer consoles keep of the lowest memory: the linker must know
# of it before it reads its script.

SRM_MEDIA := srm-disk.img srm-cd.iso srm.net
SRM_STAGE := $(sort $(wildcard arch/alpha/srm/*.c))
SRM_SHARED := $(addprefix build/alpha/,arch/alpha/clusters.o arch/alpha/extents.o arch/alpha/tables.o boot/string.o)
SRM_BASE := 0xfffffc0001010000

alpha_IMAGES += $(SRM_MEDIA:%=build/alpha/busproof-%)
alpha_HALTS += $(SRM_MEDIA:%=build/alpha/halt-%)

build/alpha/busproof-srm.elf: $(alpha_FIRMWARE)
build/alpha/halt-srm.elf: $(alpha_HALT)
build/alpha/busproof-srm.elf build/alpha/halt-srm.elf: $(alpha_SCRIPT) arch/alpha/images.mk
	$(quiet)$(subst -Wl$(comma)-T,-Wl$(comma)--defsym=image_base=$(SRM_BASE) -Wl$(comma)-T,$(alpha_LINK)) \
		-o $@ $(filter %.o,$^) $(alpha_LIBS)

# What links an image that the console loads, with the file behind it that start.S is told of; sources follow.
SRM_LINK = $(alpha_CC) $(alpha_CFLAGS) -G0 -DFIRMWARE='"$@.firmware"' $(LDFLAGS) -Wl,--no-warn-rwx-segments \
	-Wl,-T,linker/alpha-srm.ld -o $@.elf arch/alpha/srm/start.S $(SRM_SHARED)

# What the console loads: the first stage with the firmware in it, which it is told the place of.
build/alpha/%-srm.bin: build/alpha/%-srm.elf $(SRM_STAGE) $(SRM_SHARED) $(wildcard arch/alpha/srm/*.[Sh]) \
		arch/alpha/kept.inc linker/alpha-srm.ld arch/alpha/images.mk
	$(quiet)$(alpha_CROSS)objcopy -O binary $< $@.firmware
	$(quiet)$(SRM_LINK) -Wl,--defsym=firmware_start=$(SRM_BASE) \
		-Wl,--defsym=firmware_end=0x$$($(alpha_CROSS)nm $< | sed -n 's/ . _end$$//p') $(SRM_STAGE)
	$(quiet)$(alpha_CROSS)objcopy -O binary $@.elf $@

build/alpha/%-srm-disk.img build/alpha/%-srm-cd.iso build/alpha/%-srm.net &: build/alpha/%-srm.bin \
		arch/alpha/srm/media
	$(quiet)arch/alpha/srm/media $< build/alpha/$*-srm
	$(built)

.SECONDARY: build/alpha/busproof-srm.bin build/alpha/halt-srm.bin build/alpha/busproof-srm.elf build/alpha/halt-srm.elf

# ---- Own PALcode --------------------------------------------------------------------------------------------------

# Our own PALcode, which qemu-system-alpha -bios takes in the place of QEMU's, with the firmware in it. The assembly of
# PALmode needs an assembler that knows a 21264's; the C is built as all other.

ALPHA_PAL := build/alpha/busproof-pal.elf
ALPHA_CARRIED := build/alpha/busproof-carried.o
ALPHA_PAL_OBJECTS := $(call objects,alpha,$(sort $(wildcard arch/alpha/pal/*.S arch/alpha/pal/*.c)))

alpha_IMAGES += $(ALPHA_PAL)

$(filter %.S.o,$(ALPHA_PAL_OBJECTS)): alpha_CFLAGS += -Wa,-m21264

# Raw, as it lies in memory.
$(ALPHA_CARRIED): build/alpha/busproof.elf arch/alpha/images.mk
	$(quiet)$(alpha_CROSS)objcopy -O binary $< $@.raw
	$(quiet)$(alpha_CROSS)objcopy -I binary -O elf64-alpha \
		--rename-section .data=.firmware,alloc,load,readonly,data,contents \
		--add-section .note.GNU-stack=/dev/null $@.raw $@

$(ALPHA_PAL): $(ALPHA_PAL_OBJECTS) $(ALPHA_CARRIED) linker/alpha-pal.ld arch/alpha/images.mk
	$(quiet)$(alpha_CC) $(alpha_CFLAGS) $(LDFLAGS) -Wl,--no-warn-rwx-segments -Wl,-T,linker/alpha-pal.ld \
		-Wl,--defsym=firmware_start=0x$$($(alpha_CROSS)nm build/alpha/busproof.elf | \
			sed -n 's/ . _start$$//p') \
		-o $@ $(ALPHA_PAL_OBJECTS) $(ALPHA_CARRIED)
	$(built)

-include $(ALPHA_PAL_OBJECTS:.o=.d)
