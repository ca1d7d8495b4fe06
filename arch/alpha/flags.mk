# SPDX-License-Identifier: BSD-2-Clause
#
# How objects and the image for the Alpha are built. The Makefile includes this file and owns everything else.
#
# ev6 without the counting instructions that only EV67 has, so that the oldest 21264 runs the image; byte and word
# accesses (BWX), which device registers need, are part of it. No floating point: a trap does not save its registers.

CROSS := alpha-linux-gnu-
ARCH_CFLAGS := -mcpu=ev6 -mtune=ev67 -mno-fp-regs -msmall-data -msmall-text -ffreestanding -fno-pic \
	-fno-asynchronous-unwind-tables -fno-stack-protector
ARCH_LDFLAGS := --no-warn-rwx-segments
LINKER_SCRIPT := linker/alpha.ld
