# SPDX-License-Identifier: BSD-2-Clause
#
# What make and the programs of tests/ must know of this port: NAME := value, one a line, and nothing else of make's.
# tests/gate/lib/Gate/Port.pm says what each means. The machine that QEMU makes is in machine.cfg.

TITLE := Alpha
QEMU := qemu-system-alpha
QEMU_PACKAGES := qemu-system-misc
BUILD_PACKAGES := gcc-alpha-linux-gnu linux-libc-dev-alpha-cross xorriso
# A function of the same file is called behind its first two instructions, which set the global pointer.
STOP_AT := *(char *)set_verdict + 8
# QEMU's PALcode, our own, or a model of the SRM console (tests/models/srm) that boots the media made for the real one.
FIRMWARES := qemu-palcode pal srm srm-cd srm-net
FIRMWARE_qemu-palcode := -kernel busproof.elf halt.elf
FIRMWARE_pal := -kernel busproof.elf halt.elf -bios busproof-pal.elf
FIRMWARE_srm := -bios busproof-srm-disk.img halt-srm-disk.img
FIRMWARE_srm-cd := -bios busproof-srm-cd.iso halt-srm-cd.iso
FIRMWARE_srm-net := -bios busproof-srm.net halt-srm.net
MODEL_srm := srm-model.elf 0x4000000 0x3f00000 medium=disk flags=
MODEL_srm-cd := srm-model.elf 0x4000000 0x3f00000 medium=cd flags=
MODEL_srm-net := srm-model.elf 0x4000000 0x3f00000 medium=net flags=
