# SPDX-License-Identifier: BSD-2-Clause
#
# What may be said behind make: which variables there are, which commands read each, and what their values may be.
#
# A word that nothing would look at is refused by its name, before anything is built or removed: a run that did not do
# what was asked for must not look like one that did. Defaults and what they mean are the Makefile's and its help's.

# Commands that read it; % stands for all of them.
READ_DEVICES := run run-% debug-% monitor-%
READ_APPEND := run run-% debug-% monitor-%
READ_MEM := run run-% debug-% monitor-%
READ_TIMEOUT := run run-%
READ_FIRMWARE := run $(foreach name,$(PORTS),$(if $($(name)_FIRMWARES),run-$(name) debug-$(name) monitor-$(name)))
READ_GDB := debug-%
READ_QEMUS := check gate gate-tests fuzz-machines
READ_QEMU_SUITES := check gate report qemu-versions
READ_SHARD := check gate compare
READ_SETS := check gate compare
READ_SINCE := check report
READ_A := compare
READ_B := compare
READ_SEED := fuzz-machines
READ_COUNT := fuzz-machines
READ_RUNS := bench
READ_BENCH := bench
READ_FILES := lint lint-all lint-%
READ_SABOTAGE := sabotage
READ_PREFIX := install uninstall
READ_DESTDIR := install uninstall
READ_XZ := dist images-dist
READ_JOBS := %
READ_V := %
$(foreach name,$(call of_ports,VARIABLE),$(eval READ_$(name) := %))
READ_VERSION := %
READ_MACHINES := %
READ_UNIT_CC := %
READ_UNIT_OBJCOPY := %
READ_UNIT_TESTS := %
READ_UNIT_SCRIPTS := %
READ_PROVE_UNIT := %

# These say something, and nothing means nothing.
NOT_EMPTY := DEVICES FIRMWARE GDB QEMUS SHARD SETS SINCE A B SEED COUNT RUNS JOBS TIMEOUT PREFIX XZ FILES \
	$(call of_ports,VARIABLE)
NUMBERS := COUNT RUNS JOBS
ONE_OF_FIRMWARE := $(call of_ports,FIRMWARES)

empty :=
digits := 0 1 2 3 4 5 6 7 8 9
without_digits = $(if $(2),$(call without_digits,$(subst $(firstword $(2)),,$(1)),$(wordlist 2,9,$(2))),$(1))
known := $(patsubst READ_%,%,$(filter READ_%,$(.VARIABLES)))

# What stands on the command line itself (its origin is "command line", two words for filter, and no other has one of
# them). What comes from a make that called this one may be meant for that.
given := $(if $(filter 0,$(MAKELEVEL)),$(foreach name,$(.VARIABLES),\
	$(if $(filter command line,$(origin $(name))),$(name))))
goals := $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))

# $(call like,name): the variables that may have been meant.
like = $(filter $(1)% $(1:%S=%),$(known))
# $(call refuse_unread,name): no such variable, or none of what is made looks at it.
refuse_unread = $(if $(filter $(1),$(known)),$(if $(filter $(READ_$(1)),$(goals)),,$(error \
	$(1)=$($(1)): $(goals) does not read it; it is for: $(READ_$(1)))),$(error \
	$(1)=$($(1)): there is no such variable$(patsubst %,; is it %=?,$(call like,$(1))) (see make help)))
refuse_empty = $(if $(strip $($(1))),,$(error $(1)=: is empty))
refuse_other = $(if $(filter-out $(ONE_OF_$(1)),$($(1))),$(error $(1)=$($(1)): is none of: $(ONE_OF_$(1))))
refuse_no_number = $(if $(call without_digits,$($(1)),$(digits)),$(error $(1)=$($(1)): is no number))

$(foreach name,$(given),$(call refuse_unread,$(name)))
$(foreach name,$(filter $(NOT_EMPTY),$(given)),$(call refuse_empty,$(name)))
$(foreach name,FIRMWARE,$(call refuse_other,$(name)))
$(foreach name,$(NUMBERS),$(call refuse_no_number,$(name)))
