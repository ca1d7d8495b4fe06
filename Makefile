# SPDX-License-Identifier: BSD-2-Clause
#
# The build of busproof, and every command of its README. `make help` explains them.
#
# Owns how the images are built and which programs are run with which options. What the machines look like is in
# arch/*/machine.cfg and tests/gate/sets; how a boot is judged is tests/gate/boot's; the ports' own flags are in
# arch/*/flags.mk, and what else is to be known of them in arch/*/port.mk.
#
# flags.mk of a port sets CROSS (prefix of its compiler), ARCH_CFLAGS, ARCH_LDFLAGS (for the compiler as linker; words
# that begin with -- are the linker's own), ARCH_LIBS, LINKER_SCRIPT, and where clang-tidy knows the machine,
# CLANG_TARGET. A port that has images in other forms makes them in its images.mk, and adds them to <machine>_IMAGES and
# <machine>_HALTS.

include ports.mk

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:

# ---- What the user may choose -------------------------------------------------------------------------------------

GDB ?= gdb-multiarch
DEVICES ?= mixed
APPEND ?=
MEM ?=
V ?=
FIRMWARE ?=
TIMEOUT ?= 120
QEMU_SUITES ?= trixie sid
QEMUS ?= installed
SHARD ?=
SETS ?=
A ?=
B ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
SEED ?= 1
COUNT ?= 20
RUNS ?= 5
BENCH ?=
SABOTAGE ?=
SINCE ?=

include choices.mk

# ---- Sources ------------------------------------------------------------------------------------------------------

# The order of the report: a suite, or a file of one, stands here when those behind it build on what it proves. All
# others follow, and within a suite it is that of the names of folders and files.
CONFORMANCE_ORDER := cpu pci dma/windows.c dma typhoon sabre engine \
	virtio/split virtio/packed virtio/pci virtio/mmio virtio/config virtio/feature virtio/queue virtio
# Last what judges all that was left behind.
CONFORMANCE_LAST := memory

conformance_sources := $(sort $(wildcard tests/conformance/*/*.c tests/conformance/*/*/*.c))
# $(call first,FILES): each once, where it stands first.
first = $(if $(1),$(firstword $(1)) $(call first,$(filter-out $(firstword $(1)),$(1))))
# $(call suites,SUITES): their sources, in their order.
suites = $(call first,$(foreach suite,$(1),\
	$(filter tests/conformance/$(suite) tests/conformance/$(suite)/%,$(conformance_sources))))
conformance_others := $(filter-out $(call suites,$(CONFORMANCE_ORDER) $(CONFORMANCE_LAST)),$(conformance_sources))

COMMON_SOURCES := $(sort $(wildcard boot/*.c)) $(sort $(wildcard drivers/*/*.c drivers/*/*/*.c)) \
	$(call suites,$(CONFORMANCE_ORDER)) $(conformance_others) $(call suites,$(CONFORMANCE_LAST)) \
	$(sort $(wildcard tests/deviations/*.c)) $(sort $(wildcard monitor/*.c monitor/*/*.c))

# Whoever only builds needs no QEMU; what leaves the project has the tables with it that the images print. The file is
# made when the tools are there that the goals need.
ONLY_BUILD := images dist uninstall
tools_there := build/$(if $(filter-out $(ONLY_BUILD),$(goals)),tools,compilers)

# Of a release, in its file VERSION; else what git calls this tree.
VERSION := $(shell cat VERSION 2>/dev/null || git describe --tags --always --dirty 2>/dev/null || echo unknown)

# The folder that it is built in leaves no trace in an image.
CFLAGS := -ffile-prefix-map='$(CURDIR)'=. -std=gnu11 -ffreestanding -fno-stack-protector -fno-pic \
	-Wall -Wextra -Werror -O2 -g
LDFLAGS := -nostdlib -static -no-pie -Wl,--build-id=none -Wl,--fatal-warnings

# ---- One machine: build/<machine>/busproof.elf, and halt.elf that does nothing (for the benchmark) ----------------

comma := ,
# build/<machine>/x.o of x.c, and x.S.o of x.S: a port may have both.
objects = $(patsubst %.S,build/$(1)/%.S.o,$(patsubst %.c,build/$(1)/%.o,$(2)))

# Commands are shown with V=1. Without it there is a line for each image, and on a terminal one that moves
# with the files.
quiet := $(if $(V),,@)
building = $(if $(V),,@if [ -t 1 ]; then printf '\r\033[K%s' 'building $@'; fi)
built = $(if $(V),,@if [ -t 1 ]; then printf '\r\033[K'; fi; echo 'built $@')

define machine
ARCH_CFLAGS :=
ARCH_LDFLAGS :=
ARCH_LIBS :=
CLANG_TARGET :=
include arch/$(1)/flags.mk

$(1)_CROSS := $$(CROSS)
$(1)_CC := $$(CROSS)gcc
$(1)_CFLAGS := $$(CFLAGS) -I. -Iarch/$(1) $$(ARCH_CFLAGS)
$(1)_LINK := $$($(1)_CC) $$($(1)_CFLAGS) $$(LDFLAGS) $$(patsubst --%,-Wl$$(comma)--%,$$(ARCH_LDFLAGS)) \
	-Wl,-T,$$(LINKER_SCRIPT)
$(1)_SCRIPT := $$(LINKER_SCRIPT)
$(1)_CLANG := $$(CLANG_TARGET)
$(1)_LIBS := $$(ARCH_LIBS)
$(1)_PORT := $$(call objects,$(1),$$(sort $$(wildcard arch/$(1)/*.S arch/$(1)/*.c)))
$(1)_FIRMWARE := $$($(1)_PORT) $$(call objects,$(1),$$(COMMON_SOURCES)) build/$(1)/version.o
$(1)_HALT := $$($(1)_PORT) $$(call objects,$(1),boot/string.c tests/bench/halt.c)
$(1)_IMAGES := build/$(1)/busproof.elf
$(1)_HALTS := build/$(1)/halt.elf

build/$(1)/%.o: %.c Makefile arch/$(1)/flags.mk | $$(tools_there)
	@mkdir -p $$(@D)
	$$(building)
	$$(quiet)$$($(1)_CC) $$($(1)_CFLAGS) -MMD -MP -c -o $$@ $$<

build/$(1)/%.S.o: %.S Makefile arch/$(1)/flags.mk | $$(tools_there)
	@mkdir -p $$(@D)
	$$(building)
	$$(quiet)$$($(1)_CC) $$($(1)_CFLAGS) -MMD -MP -c -o $$@ $$<

build/$(1)/version.o: build/version.c
	$$(quiet)$$($(1)_CC) $$($(1)_CFLAGS) -c -o $$@ $$<

build/$(1)/busproof.elf: $$($(1)_FIRMWARE) $$($(1)_SCRIPT) build/$(1)/objects.list
	$$(quiet)$$($(1)_LINK) -o $$@ $$($(1)_FIRMWARE) $$($(1)_LIBS)
	$$(built)

build/$(1)/halt.elf: $$($(1)_HALT) $$($(1)_SCRIPT)
	$$(quiet)$$($(1)_LINK) -o $$@ $$($(1)_HALT) $$($(1)_LIBS)
	$$(built)

# Changes only when a source comes or goes, so that a removed file leaves the image too.
build/$(1)/objects.list: FORCE
	@mkdir -p $$(@D)
	@echo '$$($(1)_FIRMWARE)' | cmp -s - $$@ || echo '$$($(1)_FIRMWARE)' > $$@

-include $$(patsubst %.o,%.d,$$(sort $$($(1)_FIRMWARE) $$($(1)_HALT)))
endef

$(foreach name,$(MACHINES),$(eval $(call machine,$(name))))

include $(wildcard arch/*/images.mk)
# Stand-ins for firmware of real machines, which tests boot on; MODELS are what is built of them.
-include $(sort $(wildcard tests/models/*/model.mk))
include release.mk

.PHONY: FORCE images clean
FORCE:

# Changes only when the version does.
build/version.c: FORCE
	@mkdir -p $(@D)
	@printf '#include "boot/version.h"\n\nconst char busproof_version[] = "%s";\n' '$(VERSION)' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

images: $(foreach name,$(MACHINES),$($(name)_IMAGES)) $(MODELS)

clean:
	rm -rf build

# ---- Runs ---------------------------------------------------------------------------------------------------------

# What make leaves is where the rest of it looks.
unexport BUSPROOF_INTO
export $(call of_ports,VARIABLE) QEMUS SHARD SETS DEVICES APPEND JOBS SINCE

# One boot, as DEVICES=, APPEND=, MEM= and TIMEOUT= say. $(call boot,machine)
boot = tests/gate/boot --machine $(1) --devices "$$DEVICES" --append "$$APPEND" --timeout $(TIMEOUT) \
	$(MEM:%=--memory %) $(call firmware,$(1))
# Of several machines those that have it are started by it; one that has it not says so.
several := $(filter run,$(goals))$(word 2,$(filter run-% debug-%,$(goals)))
firmware = $(addprefix --firmware ,$(if $($(1)_FIRMWARES),$(if $(several),$(filter $(FIRMWARE),$($(1)_FIRMWARES)),\
	$(FIRMWARE))))
# Whoever asks for more from the firmware wants to see it.
VERBOSE := $(if $(V)$(filter log=points log=debug,$(APPEND)),--verbose)

.PHONY: run $(MACHINES:%=run-%) $(MACHINES:%=debug-%) $(MACHINES:%=monitor-%)

# Every machine, whatever the verdict of those before.
run: images
	@status=0; \
	$(foreach name,$(MACHINES),$(call boot,$(name)) --show $(VERBOSE) || status=1;) \
	exit $$status

$(foreach name,$(MACHINES),$(eval run-$(name): $($(name)_IMAGES)))
$(MACHINES:%=run-%): run-%:
	@$(call boot,$*) --show $(VERBOSE)

# QEMU waits for the debugger and ends with it.
$(foreach name,$(MACHINES),$(eval debug-$(name): $($(name)_IMAGES)))
$(MACHINES:%=debug-%): debug-%: build/%/busproof.elf
	@command=$$($(call boot,$*) --folder build/debug-$* --print-debugger) || exit; \
	echo 'the serial line: tail -f build/debug-$*/gdb.log'; \
	eval "$$command"

# All keys go to the firmware's monitor.
$(foreach name,$(MACHINES),$(eval monitor-$(name): $($(name)_IMAGES)))
$(MACHINES:%=monitor-%): monitor-%:
	@tests/gate/monitor $* --devices "$$DEVICES" --append "$$APPEND" $(MEM:%=--memory %) $(call firmware,$*)

# ---- Tests --------------------------------------------------------------------------------------------------------

REPORT := build/report
GATE_TESTS := $(sort $(wildcard tests/gate/*.t tests/report/*.t tests/spec/*.t tests/sabotage/*.t tests/lint/*.t \
	tests/release/*.t tests/ci/*.t))

-include tests/unit/unit.mk
-include tests/lint/lint.mk

.PHONY: check unit gate gate-tests fuzz-machines sabotage spec-report report bench compare deviations matrix list \
	upstream-reports qemu-versions

# What is built is built side by side, also where make was not told so.
side_by_side = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,--jobs=$(JOBS))

# prove keeps the TAP of each run, and the reports are made of that whatever failed.
check: $(tools_there)
	@tests/gate/runs >/dev/null || exit; \
	rm -rf $(REPORT)/tap $(REPORT)/junit.xml $(REPORT)/index.html $(REPORT)/result.json; \
	mkdir -p $(REPORT)/tap; failed=; \
	export PERL_TEST_HARNESS_DUMP_TAP='$(CURDIR)/$(REPORT)/tap' REPORT_FOLLOWS=1; \
	for step in lint images unit gate-tests gate; do \
		$(MAKE) $(side_by_side) $$step || failed="$$failed $$step"; \
	done; \
	tests/report/report $(if $(SINCE),--since "$$SINCE") $(REPORT) $$failed

# Every configuration on every QEMU of QEMUS, and behind them what all of them together say about the deviations. Its
# result is made at its end, unless check makes that of all its steps.
gate: export QEMU_MATRIX := installed $(QEMU_SUITES)
gate: images
	@tests/gate/gate

# Of what is kept, without booting it again: runs of several computers are put into one folder first.
report: export PERL_TEST_HARNESS_DUMP_TAP := $(CURDIR)/$(REPORT)/tap
report: export QEMU_MATRIX := installed $(QEMU_SUITES)
report: images
	@test ! -d $(REPORT)/tap/gate || prove -Q tests/gate/stale-deviations || true
	@tests/report/report $(if $(SINCE),--since "$$SINCE") $(REPORT)

matrix:
	@tests/report/matrix $(REPORT)

deviations: images
	@tests/report/deviations $(REPORT)

# A report for each defect, ready to be sent.
upstream-reports: images
	@mkdir -p $(REPORT)
	@tests/report/upstream $(REPORT) >$(REPORT)/upstream.md && echo $(REPORT)/upstream.md

# Every test, with what it proves.
list: images
	@tests/report/tests $(if $(V),--verbose)

# make itself exits with 2 when they differ; the script's own status tells that from a bad argument.
compare: export A := $(A)
compare: export B := $(B)
compare: images
	@JOBS=$(JOBS) tests/report/compare $(if $(V),--details) "$$A" "$$B"

qemu-versions:
	@tests/gate/fetch-qemu $(QEMU_SUITES)

# Machines that nobody laid out: those that failed once, and COUNT= that are drawn from SEED=.
fuzz-machines: images
	@tests/gate/fuzz-machines --seed $(SEED) --count $(COUNT) tests/gate/machines/*.cfg

gate-tests: images $(UNIT_TAP).done
	prove --timer --failures --jobs $(JOBS) $(GATE_TESTS)

# SABOTAGE: options and names for tests/sabotage/sabotage.
sabotage: images unit-programs
	@tests/sabotage/sabotage --jobs $(JOBS) $(SABOTAGE)

spec-report: images $(UNIT_TAP).done
	@tests/spec/report

bench: $(foreach name,$(MACHINES),$($(name)_IMAGES) $($(name)_HALTS))
	@mkdir -p $(REPORT)
	tests/bench/bench --runs $(RUNS) --json $(REPORT)/bench.json $(BENCH) $(MACHINES)

# ---- Tools --------------------------------------------------------------------------------------------------------

PACKAGES := $(call of_ports,PACKAGES) libxml-writer-perl libyaml-libyaml-perl libxml2-utils libcmocka-dev \
	libpath-tiny-perl gcc libc6-dev perl make mmdebstrap gdb-multiarch tidy libjson-xs-perl python3-jsonschema \
	curl git mandoc shellcheck xz-utils yamllint \
	clang-format clang-tidy cppcheck libperl-critic-perl reuse

TOOLS := $(foreach name,$(MACHINES),$($(name)_CC)) \
	$(if $(filter-out $(ONLY_BUILD),$(goals)),$(foreach name,$(MACHINES),$($(name)_QEMU)) perl prove)

.PHONY: setup

setup:
	@missing=; \
	for package in $(PACKAGES); do \
		dpkg-query -W -f '$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed || \
			missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then echo "setup: everything is installed"; exit 0; fi; \
	echo "setup: missing:$$missing"; \
	if ! command -v apt-get >/dev/null; then \
		echo "setup: this needs Debian; elsewhere install by hand what these packages hold" >&2; exit 1; \
	elif [ "$$(id -u)" = 0 ]; then root=; \
	elif command -v sudo >/dev/null; then root=sudo; \
	else \
		echo "setup: run as root: apt-get update && apt-get install$$missing" >&2; exit 1; \
	fi; \
	$$root apt-get update && $$root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends $$missing

missing_tools = missing=; for tool in $(TOOLS); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done

# Checked once per build folder; compilers by name, so that those of another system do as well.
$(tools_there):
	@$(missing_tools); \
	if [ -n "$$missing" ]; then \
		echo "missing:$$missing"; $(MAKE) setup || exit; \
		$(missing_tools); \
		if [ -n "$$missing" ]; then echo "still missing:$$missing" >&2; exit 1; fi; \
	fi
	@mkdir -p $(@D) && touch $@

# ---- Help ---------------------------------------------------------------------------------------------------------

.PHONY: help

help:
	@echo 'busproof: which addresses does each PCI device really use for DMA?'
	@echo
	@echo 'Commands:'
	@echo '  make setup          install the Debian packages that are missing (the only step that needs root)'
	@echo '  make run            build, and judge the devices of every machine ($(MACHINES))'
	@$(foreach name,$(MACHINES),printf '  make %-14s the machine of $($(name)_TITLE) alone\n' run-$(name);)
	@echo '  make check          all that CI runs: linters, unit tests, the gate, reports in $(REPORT)/'
	@echo '  make lint           what linters say of the sources that have changed since it ran'
	@echo '  make lint-all       and what clang-tidy and the tools for ci/ say, which takes minutes'
	@echo '  make lint-perl      one of them; also lint-lines, -includes, -ports, -licences, -shell, -cppcheck,'
	@echo '                      -analyzer, -format, -tidy and -ci (see CONTRIBUTING.md)'
	@echo '  make unit           the tests that run on this computer'
	@echo '  make gate           every configuration of tests/gate on every QEMU of QEMUS, through prove'
	@echo '  make gate-tests     the tests of the harness, of the reports, of the ledger and of the sabotages'
	@echo '  make fuzz-machines  boot machines that are drawn from SEED=, COUNT= of them, and ask for false alarms'
	@echo '  make sabotage       breaks busproof in small ways, one after the other: is each of them noticed?'
	@echo '  make spec-report    which clauses of the specification are covered, and why others are not'
	@echo '  make report         the reports again, of what check or gate left'
	@echo '  make qemu-versions  bring the QEMU of other Debian releases into build/qemu/'
	@echo '  make compare A=... B=...   what differs between two QEMUs or two kept reports'
	@echo '  make list           every test, with what it proves; V=1: also what it is run on, its clauses'
	@echo '  make deviations     known differences as Markdown, with the QEMUs that show them'
	@echo '  make upstream-reports  a page with a report for each defect, ready to be sent: $(REPORT)/upstream.md'
	@echo '  make matrix         which structure was accessed in which view, as Markdown, from the kept runs'
	@echo '  make bench          times, requests, mappings, growth (10 minutes), as $(REPORT)/bench.json'
	@$(foreach name,$(MACHINES),printf '  make %-14s boot under gdb\n' debug-$(name);)
	@$(foreach name,$(MACHINES),printf '  make %-14s boot into the monitor: a prompt\n' monitor-$(name);)
	@echo '  make images         only build: build/<machine>/busproof.elf, and other forms of it'
	@echo '  make dist           the source archive of what is committed, in build/dist/'
	@echo '  make images-dist    an archive for users without compilers: images, programs, documents'
	@echo '  make install        busproof(1) for PREFIX=/usr/local, put below DESTDIR=; make uninstall removes it'
	@echo '  make clean          remove build/'
	@echo
	@echo 'Variables of the run and debug commands:'
	@echo '  DEVICES=mixed       a set of tests/gate/sets (none, off, on, mixed, bridge, memory-64m, ...), the'
	@echo '                      path of a .cfg file, or QEMU options, which are added to the set none:'
	@echo "                      make run-$(firstword $(MACHINES)) DEVICES='-device lsi53c895a'"
	@echo "  APPEND=             the firmware's command line: make run APPEND='tests=virtio.* log=debug'"
	@echo '  MEM=                memory, such as 256M'
	@echo '  FIRMWARE=           what starts the image, the first unless another is named:'
	@$(foreach name,$(MACHINES),$(if $($(name)_FIRMWARES),\
		echo '                      on $(name): $($(name)_FIRMWARES)';))
	@echo '  V=1                 show every command, and every verdict, as APPEND=log=points and log=debug do'
	@echo '  TIMEOUT=120         seconds after which a boot is ended'
	@echo '  $(patsubst %,%=,$(call of_ports,VARIABLE))   other QEMU programs, for the gate and bench too'
	@echo '  GDB=gdb-multiarch   another debugger'
	@echo
	@echo 'Variables of check, gate and compare:'
	@echo '  QEMUS=installed     the QEMUs to run on: installed, a folder of build/qemu (trixie, sid), or the path'
	@echo '                      of a folder or of a program: make gate QEMUS="installed trixie $$HOME/qemu/build";'
	@echo '                      NAME= before one names it: QEMUS=before=DIR,after=DIR'
	@echo '  QEMU_SUITES=trixie sid   the Debian releases of qemu-versions; with the installed one, the matrix'
	@echo '  SETS="mixed on"     only the configurations of these sets of devices'
	@echo '  SHARD=i/n           only every n-th run, beginning with the i-th: for n computers'
	@echo '  SINCE=              a copy of an earlier $(REPORT) or result.json: the page says first what is new'
	@echo '  A= B=               what compare compares, as in QEMUS, or build/report, or a result.json'
	@echo
	@echo 'Others:'
	@echo '  PREFIX=/usr/local DESTDIR=   where install puts things, and uninstall removes them'
	@echo '  XZ="xz -9 -T1"     what presses the archives together'
	@echo '  JOBS=$(JOBS)              boots at a time in check and gate'
	@echo '  SEED=$(SEED) COUNT=$(COUNT)     what fuzz-machines draws, on each QEMU of QEMUS'
	@echo '  RUNS=$(RUNS)              boots of each kind in bench'
	@echo '  BENCH=              options of tests/bench/bench: BENCH="--parts counts,memory --memory 64M,1G"'
	@echo '  FILES="a.c b.pm"    the only files that lint and its parts look at'
	@echo '  SABOTAGE=           options and names for make sabotage: SABOTAGE="--verbose a-skip*"'
	@echo '  NO_COLOR=1          no colours'
