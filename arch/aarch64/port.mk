# SPDX-License-Identifier: BSD-2-Clause
#
# What make and the programs of tests/ must know of this port: NAME := value, one a line, and nothing else of make's.
# tests/gate/lib/Gate/Port.pm says what each means. The machine that QEMU makes is in machine.cfg.

TITLE := aarch64
QEMU := qemu-system-aarch64
QEMU_PACKAGES := qemu-system-arm
BUILD_PACKAGES := gcc-aarch64-linux-gnu linux-libc-dev-arm64-cross
STOP_AT := set_verdict
