# SPDX-License-Identifier: BSD-2-Clause
#
# The unit tests: `make unit` builds tests/unit/test_*.c for the host, with sanitizers, and runs them.
#
# A test is one file. Its first comment, behind that of its licence, lists what else it is made of, on one line or more:
#	/* sources: boot/print.c boot/clock.c */
# A word that ends in .list is a file with more of them, for what many tests stand on; there a star stands for any name,
# and "-" before a name leaves it out.
# The host's port of arch.h, tests/unit/host, is linked to each of them; where a test defines a function of the port
# itself, its own counts. Files tests/unit/*.t are programs in any language that print TAP.

# A port like those in arch/.
ARCH_CFLAGS :=
ARCH_LIBS :=
include tests/unit/host/flags.mk

UNIT_CC ?= $(CROSS)gcc
UNIT_OBJCOPY ?= $(CROSS)objcopy
UNIT_CFLAGS := -I. -Itests/unit/host $(ARCH_CFLAGS)
UNIT_LIBS := $(ARCH_LIBS)

UNIT_TESTS := $(sort $(wildcard tests/unit/test_*.c))
UNIT_SCRIPTS := $(sort $(wildcard tests/unit/*.t))
UNIT_PROGRAMS := $(UNIT_TESTS:tests/unit/%.c=build/unit/%)
UNIT_PORT := $(sort $(wildcard tests/unit/host/*.c)) tests/unit/host/context-$(shell uname -m).S
UNIT_PORT_OBJECTS := $(UNIT_PORT:%=build/unit/objects/%.o)

build/unit/objects/%.o: % tests/unit/unit.mk
	@mkdir -p $(@D)
	$(building)
	$(quiet)$(UNIT_CC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

# Weak, so that any other definition takes its place.
$(UNIT_PORT_OBJECTS): build/unit/objects/%.o: % tests/unit/unit.mk
	@mkdir -p $(@D)
	$(building)
	$(quiet)$(UNIT_CC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<
	$(quiet)$(UNIT_OBJCOPY) --weaken $@

# $(call unit_words,TEST): what the first comment lists; unit_sources: the same with the lists opened.
unit_words = $(shell sed -n -e '/^\/\* SPDX/d' -e '\|^/\* sources: |!q' -e ':more' -e '\|\*/|!{N;bmore' -e '}' \
	-e 's|^/\* sources: ||; s|\*/.*||; s|\n *\*| |g; p; q' $(1))

unit_opened = $(foreach word,$(call unit_words,$(1)),$(if $(filter %.list,$(word)),$(shell cat $(word)),$(word)))
# A word with a star is all files that it fits, but for those with "-" before them.
unit_sources = $(call unit_found,$(call unit_opened,$(1)))
unit_found = $(filter-out $(patsubst -%,%,$(filter -%,$(1))),\
	$(foreach word,$(filter-out -%,$(1)),$(if $(findstring *,$(word)),$(sort $(wildcard $(word))),$(word))))

# $(call unit_objects,TEST): of the test and of its sources.
unit_objects = $(patsubst %,build/unit/objects/%.o,$(1) $(call unit_sources,$(1)))

define unit_program
build/unit/$(notdir $(basename $(1))): $(call unit_objects,$(1)) $$(UNIT_PORT_OBJECTS)
	$$(quiet)$$(UNIT_CC) $$(UNIT_CFLAGS) -o $$@ $$^ $$(UNIT_LIBS)
endef

$(foreach test,$(UNIT_TESTS),$(eval $(call unit_program,$(test))))

.PHONY: unit unit-programs

unit-programs: $(UNIT_PROGRAMS)

# What each test has printed is kept, for tests/spec: clauses that our drivers are held to are named there.
UNIT_TAP := build/unit/tap
run_unit = rm -rf $(UNIT_TAP); mkdir -p $(UNIT_TAP); CMOCKA_MESSAGE_OUTPUT=TAP UNIT_CC='$(UNIT_CC)' \
	PERL_TEST_HARNESS_DUMP_TAP='$(CURDIR)/$(UNIT_TAP)' \
	prove --jobs $(JOBS) $(PROVE_UNIT) --exec '' $(UNIT_SCRIPTS) $(UNIT_PROGRAMS)

# PROVE_UNIT: further options of prove, such as a formatter. Where the caller keeps TAP as well, it gets a copy.
unit: unit-programs
	@status=0; $(run_unit) || status=1; touch $(UNIT_TAP).done; \
	test -z "$$PERL_TEST_HARNESS_DUMP_TAP" || cp -r $(UNIT_TAP)/. "$$PERL_TEST_HARNESS_DUMP_TAP"; exit $$status

# The same for those who look at the results: run again only when a test has changed, and whatever comes of it.
$(UNIT_TAP).done: $(UNIT_PROGRAMS)
	@$(run_unit) >/dev/null 2>&1; touch $@

-include $(sort $(patsubst %.o,%.d,$(UNIT_PORT_OBJECTS) $(foreach test,$(UNIT_TESTS),$(call unit_objects,$(test)))))
