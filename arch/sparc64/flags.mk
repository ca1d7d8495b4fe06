# SPDX-License-Identifier: BSD-2-Clause
#
# The compiler and the linker for the sparc64 port.
#
# No floating point, so that traps have none to save. medlow: everything is linked below 4 GiB.
CROSS := sparc64-linux-gnu-
CLANG_TARGET := sparc64-linux-gnu
LINKER_SCRIPT := linker/sparc64.ld
ARCH_CFLAGS := -m64 -mcpu=ultrasparc -mcmodel=medlow -mno-app-regs -mno-fpu
ARCH_LDFLAGS := -m64 -Wl,-z,max-page-size=8192 -Wl,--no-warn-rwx-segments -Wl,-z,noexecstack
ARCH_LIBS := -lgcc
