# SPDX-License-Identifier: BSD-2-Clause
#
# How objects and the image for aarch64 are built. The Makefile includes this file and owns everything else.
#
# No floating point: a trap does not save its registers. Until memory management is on an access that is not aligned is
# a fault, so that the compiler makes none. libfdt, which reads the device tree, is Debian's for this CPU (images.mk).

CROSS := aarch64-linux-gnu-
CLANG_TARGET := aarch64-linux-gnu
ARCH_CFLAGS := -march=armv8-a -mgeneral-regs-only -mstrict-align -mno-outline-atomics -fno-asynchronous-unwind-tables \
	-isystem build/aarch64/libfdt
ARCH_LDFLAGS := -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -Wl,-z,noexecstack
ARCH_LIBS := build/aarch64/libfdt/libfdt.a
LINKER_SCRIPT := linker/aarch64.ld
