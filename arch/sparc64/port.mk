# SPDX-License-Identifier: BSD-2-Clause
#
# What make and the programs of tests/ must know of this port: NAME := value, one a line, and nothing else of make's.
# tests/gate/lib/Gate/Port.pm says what each means. The machine that QEMU makes is in machine.cfg.

TITLE := sparc64
QEMU := qemu-system-sparc64
QEMU_PACKAGES := qemu-system-sparc
BUILD_PACKAGES := gcc-sparc64-linux-gnu linux-libc-dev-sparc64-cross
STOP_AT := set_verdict
FIRMWARES := prom openbios
FIRMWARE_prom := -bios busproof-prom.bin halt-prom.bin
FIRMWARE_openbios := -kernel busproof.elf halt.elf
