# SPDX-License-Identifier: BSD-2-Clause
#
# The other form of the sparc64 image: a raw one that qemu-system-sparc64 -bios starts at the reset vector, without
# OpenBIOS. arch/sparc64/prom/reset.S goes around the same build of the firmware.

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
