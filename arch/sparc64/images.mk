# SPDX-License-Identifier: BSD-2-Clause
#
# The other forms of the sparc64 image, each around the same build of the firmware: a raw one that qemu-system-sparc64
# -bios starts at the reset vector, without OpenBIOS (prom/reset.S), and what OpenBoot boots from a disk, a CD or the
# network, with a first stage in front (obp/).

sparc64_IMAGES += build/sparc64/busproof-prom.bin
sparc64_HALTS += build/sparc64/halt-prom.bin

build/sparc64/busproof-prom.bin: build/sparc64/busproof.elf
build/sparc64/halt-prom.bin: build/sparc64/halt.elf
build/sparc64/busproof-prom.bin build/sparc64/halt-prom.bin: arch/sparc64/prom/reset.S arch/sparc64/cpu.h \
		linker/sparc64-prom.ld arch/sparc64/images.mk
	$(quiet)$(sparc64_CROSS)objcopy -O binary $(filter %.elf,$^) $@.image
	$(quiet)$(sparc64_CC) $(sparc64_CFLAGS) -DIMAGE='"$@.image"' -c -o $@.o $(filter %.S,$^)
	$(quiet)$(sparc64_CROSS)ld -T linker/sparc64-prom.ld --just-symbols=$(filter %.elf,$^) --oformat binary \
		-o $@ $@.o
	$(built)

sparc64_FIRST := build/sparc64/obp/first.bin
sparc64_FIRST_SOURCES := arch/sparc64/obp/first.S arch/sparc64/obp/first.c arch/sparc64/client.c boot/string.c
sparc64_MEDIA := obp.img obp.iso obp.aout
sparc64_IMAGES += $(sparc64_MEDIA:%=build/sparc64/busproof-%)
sparc64_HALTS += $(sparc64_MEDIA:%=build/sparc64/halt-%)

# Small, as it must be, and without what only gdb reads.
$(sparc64_FIRST): $(sparc64_FIRST_SOURCES) arch/sparc64/obp/first.h arch/sparc64/client.h arch/sparc64/cpu.h \
		linker/sparc64-first.ld arch/sparc64/images.mk arch/sparc64/flags.mk | $(tools_there)
	@mkdir -p $(@D)
	$(quiet)$(sparc64_CC) $(sparc64_CFLAGS) -Os -g0 $(LDFLAGS) -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
		-Wl,-T,linker/sparc64-first.ld -o $(@:.bin=.elf) $(sparc64_FIRST_SOURCES)
	$(quiet)$(sparc64_CROSS)objcopy -O binary $(@:.bin=.elf) $@
	$(built)

build/sparc64/obp/%.bin: build/sparc64/%.elf | $(sparc64_FIRST)
	$(quiet)$(sparc64_CROSS)objcopy -O binary $< $@

$(foreach form,$(sparc64_MEDIA),build/sparc64/%-$(form)): build/sparc64/obp/%.bin \
		$(sparc64_FIRST) arch/sparc64/obp/media
	$(quiet)for form in 'disk img' 'cd iso' 'net aout'; do \
		arch/sparc64/obp/media $${form%% *} $(sparc64_FIRST) $< build/sparc64/$*-obp.$${form##* } || exit; \
	done
	$(built)

.SECONDARY: build/sparc64/obp/busproof.bin build/sparc64/obp/halt.bin
