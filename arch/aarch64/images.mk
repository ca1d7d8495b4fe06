# SPDX-License-Identifier: BSD-2-Clause
#
# libfdt for this CPU, from Debian's package, which an installation for another CPU does not have: fetch-libfdt brings
# it here, once.

LIBFDT := build/aarch64/libfdt

build/aarch64/busproof.elf build/aarch64/halt.elf build/aarch64/arch/aarch64/tree.o \
	build/lint/analyzer/arch/aarch64/tree.done: | $(LIBFDT)/libfdt.a

$(LIBFDT)/libfdt.a: arch/aarch64/fetch-libfdt
	$(quiet)arch/aarch64/fetch-libfdt $(LIBFDT)
