# SPDX-License-Identifier: BSD-2-Clause
#
# What make and the programs of tests/ must know of this port: NAME := value, one a line, and nothing else of make's.
# tests/gate/lib/Gate/Port.pm says what each means. The machine that QEMU makes is in machine.cfg.

TITLE := Alpha
QEMU := qemu-system-alpha
QEMU_PACKAGES := qemu-system-misc
BUILD_PACKAGES := gcc-alpha-linux-gnu linux-libc-dev-alpha-cross
# A function of the same file is called behind its first two instructions, which set the global pointer.
STOP_AT := *(char *)set_verdict + 8
FIRMWARES := qemu-palcode pal
FIRMWARE_qemu-palcode := -kernel busproof.elf halt.elf
FIRMWARE_pal := -kernel busproof.elf halt.elf -bios busproof-pal.elf
