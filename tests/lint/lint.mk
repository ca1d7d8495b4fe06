# SPDX-License-Identifier: BSD-2-Clause
#
# `make lint`: what programs find that read the sources and run nothing of them. The Makefile includes this file.
#
# Owns which program looks at which files, with which options. What of its remarks counts is in a file of each program,
# with the reasons: perlcritic.rc and cppcheck.suppress beside this file, .clang-tidy and .clang-format. A file that
# nothing was said of is not looked at again until it, or what it includes, or the rules have changed (build/lint).
# FILES= names some, and then only they are looked at, each time.

FILES ?=
LINT := build/lint

LINT_STEPS := lint-lines lint-includes lint-ports lint-places lint-licences lint-shell lint-perl lint-cppcheck \
	lint-analyzer lint-format
LINT_SLOW := lint-ci lint-tidy

.PHONY: lint lint-all $(LINT_STEPS) $(LINT_SLOW)

# Side by side, and all of them whatever the first ones say; their words do not mix. The plus says that it is a make,
# which check gives its jobs to.
lint_all = @+exec 9>&1; failed=; \
	$(MAKE) --no-print-directory --keep-going --output-sync $(side_by_side) $(1) || failed=1; \
	if [ -t 9 ]; then printf '\r\033[K'; fi; test -z "$$failed" && echo 'lint: nothing to remark'

# What is being looked at: on a terminal alone, which is their descriptor 9, as their words are kept until they end.
looking = @if [ -t 9 ]; then printf '\r\033[K%s' 'looking: $(@:$(LINT)/%.done=lint-%)' >&9; fi

lint: $(tools_there)
	$(call lint_all,$(LINT_STEPS))

lint-all: $(tools_there)
	$(call lint_all,$(LINT_STEPS) $(LINT_SLOW))

# $(call with,program): which a package of PACKAGES brings.
with = @command -v $(1) >/dev/null || { echo 'lint: $(1) is not installed; make setup does that' >&2; exit 1; }

lint-lines:
	@tests/lint/lines

lint-includes:
	@tests/lint/includes

lint-ports:
	@tests/lint/ports

# A line that is changed may be one that a sabotage breaks.
lint-places:
	@said=$$(tests/sabotage/sabotage --places) || { echo "$$said"; exit 1; }

lint-licences:
	$(looking)
	@tests/lint/licences
	$(call with,reuse)
	@said=$$(reuse lint 2>&1) || { echo "$$said"; exit 1; }

lint-ci:
	@tests/lint/ci --npm

# What follows asks which files there are: only for those who want to know.
ifneq ($(filter lint%,$(goals)),)

# ---- Which files --------------------------------------------------------------------------------------------------

# $(call chosen,files): those of FILES=, or all.
chosen = $(if $(FILES),$(filter $(FILES),$(1)),$(1))
# Some awks remark on a # with a backslash, which make wants in a function.
hash := \#
# $(call programs,word): files of the project that begin with #! and this interpreter.
programs = $(sort $(patsubst ./%,%,$(shell find . \( -path ./build -o -path ./.git \) -prune -o -type f -print0 | \
	xargs -0 awk 'FNR == 1 { if (/^$(hash)!.*$(1)$$/) print FILENAME; nextfile }')))

LINT_PERL := $(call programs,perl) $(sort $(wildcard tests/*/lib/*.pm tests/*/lib/*/*.pm tests/*/lib/*/*/*.pm \
	tests/lib/*/*.pm))
LINT_SHELL := $(sort $(call programs,sh) $(wildcard ci/scripts/*.sh))
LINT_C := $(sort $(wildcard $(foreach folder,arch boot drivers tests,$(foreach kind,c h,\
	$(folder)/*.$(kind) $(folder)/*/*.$(kind) $(folder)/*/*/*.$(kind) $(folder)/*/*/*/*.$(kind)))))

# ---- Programs that take many files --------------------------------------------------------------------------------

# Where FILES= are named, what it leaves says nothing of the others: it makes no file, and so it is always made.
mark = $(if $(FILES),,@mkdir -p $(@D) && touch $@)
lint_mark = $(LINT)/$(1)$(if $(FILES),.of-some).done
# $(call changed,rules): of the files that it depends on those to be looked at, which is all when the rules changed.
changed = $(filter-out $(1),$(if $(filter $(1),$?),$^,$?))
# $(call each,rules,command): the command, with some of these files at a time.
each = @printf '%s\n' $(call changed,$(1)) | sed '/^$$/d' | xargs -r -d '\n' -n 15 -P $(JOBS) $(2)

lint-shell: $(call lint_mark,shell)
$(call lint_mark,shell): $(call chosen,$(LINT_SHELL)) tests/lint/lint.mk
	$(looking)
	$(call with,shellcheck)
	$(call each,tests/lint/lint.mk,shellcheck --external-sources --source-path=SCRIPTDIR --format=gcc)
	$(mark)

lint-perl: $(call lint_mark,perl)
$(call lint_mark,perl): $(call chosen,$(LINT_PERL)) tests/lint/perlcritic.rc
	$(looking)
	$(call with,perlcritic)
	$(call each,tests/lint/perlcritic.rc,perlcritic --quiet --profile tests/lint/perlcritic.rc)
	$(mark)

lint-format: $(call lint_mark,format)
$(call lint_mark,format): $(call chosen,$(LINT_C)) .clang-format tests/lint/format
	$(looking)
	$(call with,clang-format)
	$(call each,.clang-format tests/lint/format,tests/lint/format)
	$(mark)

# It keeps for itself which files have changed. The headers of one machine stand for those of all; libraries have none.
CPPCHECK := --quiet --error-exitcode=1 --std=c11 --platform=unix64 --enable=style,warning,performance,portability \
	--suppressions-list=tests/lint/cppcheck.suppress --cppcheck-build-dir=$(LINT)/cppcheck \
	--template='{file}:{line}:{column}: {message} [{id}]' -I. -Iarch/$(firstword $(MACHINES))

lint-cppcheck: $(call lint_mark,cppcheck)
$(call lint_mark,cppcheck): $(call chosen,$(LINT_C)) tests/lint/cppcheck.suppress tests/lint/lint.mk
	$(looking)
	$(call with,cppcheck)
	@mkdir -p $(LINT)/cppcheck
	$(if $(filter %.c,$^),@cppcheck -j $(JOBS) $(CPPCHECK) $(filter %.c,$^))
	$(mark)

# ---- Compilers ----------------------------------------------------------------------------------------------------

# $(call looked_at,program,sources): what the program leaves of each.
looked_at = $(patsubst %.c,$(LINT)/$(1)/%.done,$(call chosen,$(2)))
# Common sources are looked at as the first machine compiles them, a port's as its own does.
first_machine := $(firstword $(MACHINES))
ported = $(sort $(wildcard arch/$(1)/*.c))

# Of what is not initialized, -Wmaybe-uninitialized says the same, and does not take a union's other member for that.
ANALYZER := -fanalyzer -Wno-analyzer-use-of-uninitialized-value -Wno-analyzer-too-complex

# Found in the middle of -O2; what comes after it costs most of the time and says nothing more.
define analyzed
$(call looked_at,analyzer,$(2)): $(LINT)/analyzer/%.done: %.c arch/$(1)/flags.mk tests/lint/lint.mk
	$$(looking)
	@mkdir -p $$(@D)
	@$$($(1)_CC) $$($(1)_CFLAGS) $$(ANALYZER) -MMD -MP -MF $$(@:.done=.d) -MT $$@ -c -o /dev/null $$<
	@touch $$@

lint-analyzer: $(call looked_at,analyzer,$(2))
endef

$(foreach name,$(MACHINES),$(eval $(call analyzed,$(name),\
	$(call ported,$(name)) $(if $(filter $(first_machine),$(name)),$(COMMON_SOURCES)))))

# Machines that clang has; the first of them stands for all.
tidy_machines := $(foreach name,$(MACHINES),$(if $($(name)_CLANG),$(name)))
TIDY = clang-tidy --quiet $< -- --target=$($(1)_CLANG) -std=gnu11 -ffreestanding -I. -Iarch/$(1) \
	-isystem /usr/$($(1)_CLANG)/include

define tidied
$(call looked_at,tidy,$(2)): $(LINT)/tidy/%.done: %.c .clang-tidy $(LINT)/analyzer/%.done
	$$(looking)
	@mkdir -p $$(@D)
	@said=$$$$($$(call TIDY,$(1)) 2>&1) || { echo "$$$$said"; exit 1; }
	@touch $$@

lint-tidy: $(call looked_at,tidy,$(2))
endef

$(foreach name,$(tidy_machines),$(eval $(call tidied,$(name),\
	$(call ported,$(name)) $(if $(filter $(firstword $(tidy_machines)),$(name)),$(COMMON_SOURCES)))))

-include $(patsubst %.done,%.d,$(call looked_at,analyzer,$(COMMON_SOURCES) $(foreach name,$(MACHINES),\
	$(call ported,$(name)))))

# Where nothing is to be done, nothing is said.
lint-shell lint-perl lint-format lint-cppcheck lint-analyzer lint-tidy:
	@:

endif
