# SPDX-License-Identifier: BSD-2-Clause
#
# What make and the programs of tests/ must know of this port: NAME := value, or += more of it, one a line, and
# nothing else of make's.
# tests/gate/lib/Gate/Port.pm says what each means. The machine that QEMU makes is in machine.cfg.

TITLE := sparc64
QEMU := qemu-system-sparc64
QEMU_PACKAGES := qemu-system-sparc
BUILD_PACKAGES := gcc-sparc64-linux-gnu linux-libc-dev-sparc64-cross xorriso
STOP_AT := set_verdict
FIRMWARES := prom openbios obp-disk obp-cd obp-virtio
FIRMWARE_prom := -bios busproof-prom.bin halt-prom.bin
FIRMWARE_openbios := -kernel busproof.elf halt.elf
# OpenBIOS again, which loads OpenBoot's media.
FIRMWARE_obp-disk := disk busproof-obp.img halt-obp.img
FIRMWARE_obp-cd := cd busproof-obp.iso halt-obp.iso
FIRMWARE_obp-virtio := virtio busproof-obp.img halt-obp.img
START_disk := -drive if=ide,format=raw,snapshot=on,file=@IMAGE@ -prom-env boot-file=@APPEND@
START_cd := -cdrom @IMAGE@ -boot d -prom-env boot-file=@APPEND@
START_virtio := -drive if=none,id=medium,format=raw,snapshot=on,file=@IMAGE@ -set device.pvpanic.multifunction=on
START_virtio += -device virtio-blk-pci,bus=pciB,addr=@SLOT@.1,drive=medium,bootindex=0
START_virtio += -prom-env boot-file=@APPEND@
LACKS_disk := cmd646
LACKS_virtio := blk
PROMPT := No valid state has been set|(?:^|\n)\d+ > \z
