# SPDX-License-Identifier: BSD-2-Clause
#
# What leaves the project: archives, and an installation. The Makefile includes this file.
#
# Owns which files a user needs, and where they go. The programs look for the images where they are put here
# (tests/gate/lib/Gate/Place.pm). Of the same commit, the same compilers make the same bytes in any folder: names are
# sorted, and owners, modes and times are the archive's own. SOURCE_DATE_EPOCH= of the environment sets the time.

PREFIX ?= /usr/local
DESTDIR ?=
# In one thread, so that the number of processors changes nothing.
XZ ?= xz -9 -T1

# Those that a user calls or that those call, and what they read.
RELEASE_FILES := busproof $(addprefix tests/gate/,boot monitor gate runs tap fuzz-machines fetch-qemu \
	stale-deviations) \
	$(addprefix tests/report/,report compare matrix tests deviations upstream page.css page.js result.schema.json) \
	$(sort $(wildcard arch/*/port.mk arch/*/machine.cfg tests/gate/sets/*.cfg tests/gate/machines/*.cfg \
	tests/gate/lib/Gate/*.pm \
	tests/gate/lib/Gate/*/*.pm tests/report/lib/Report/*.pm tests/spec/lib/*.pm tests/spec/*.tsv))
RELEASE_DOCS := README.md CHANGELOG.md CONTRIBUTING.md LICENSE $(sort $(wildcard docs/*.md))

DIST := build/dist
RELEASE := build/release
source_archive := busproof-$(VERSION)
images_archive := busproof-images-$(VERSION)

.PHONY: dist images-dist release-images install uninstall

# ---- Images -------------------------------------------------------------------------------------------------------

# $(call stripped,machine): an image without what only a debugger reads, which is a file beside it that gdb finds; and
# its tables of tests and deviations.
define stripped
	$(quiet)mkdir -p $(RELEASE)/images/$(1)
	$(quiet)$($(1)_CROSS)objcopy --only-keep-debug build/$(1)/busproof.elf $(RELEASE)/images/$(1)/busproof.elf.debug
	$(quiet)cd $(RELEASE)/images/$(1) && $($(1)_CROSS)objcopy --strip-all --add-gnu-debuglink=busproof.elf.debug \
		../../../$(1)/busproof.elf busproof.elf
	$(quiet)$(foreach image,$(filter-out %.elf,$($(1)_IMAGES)),cp $(image) $(RELEASE)/images/$(1)/;)
	$(quiet)$(foreach image,$(filter-out %/busproof.elf,$(filter %.elf,$($(1)_IMAGES))), \
		$($(1)_CROSS)objcopy --strip-all $(image) $(RELEASE)/images/$(1)/$(notdir $(image));)
	$(quiet)tests/report/tests --json >$(RELEASE)/images/$(1)/tables.json
	$(quiet)chmod 644 $(RELEASE)/images/$(1)/*

endef

# REUSE-IgnoreStart
release-images: images
	$(quiet)rm -rf $(RELEASE)/images
	$(foreach name,$(MACHINES),$(call stripped,$(name)))
	$(quiet){ \
		echo 'The images of busproof $(VERSION) for: $(MACHINES)'; \
		echo; \
		echo 'SPDX-License-Identifier: BSD-2-Clause'; \
		echo; \
		echo 'They are made of the source archive of that version alone (make images), with'; \
		$(foreach name,$(MACHINES),echo; echo "  $(name): $$($($(name)_CC) --version | head -n 1)"; \
			echo "  $(name): $$($($(name)_CROSS)ld --version | head -n 1)";) \
		echo; \
		echo 'Names and numbers of PCI and virtio are those of the Linux user-space headers.'; \
		echo 'Where LIBS is not empty, functions of the compiler are in the image, under the'; \
		echo 'GCC Runtime Library Exception:'; \
		$(foreach name,$(MACHINES),echo '  $(name): LIBS = $($(name)_LIBS)';) \
		echo; \
		echo 'busproof.elf.debug is what gdb reads to name functions and lines; QEMU does not need it.'; \
	} >$(RELEASE)/images/ABOUT
# REUSE-IgnoreEnd

# ---- Archives -----------------------------------------------------------------------------------------------------

source_date = $(or $(SOURCE_DATE_EPOCH),$(shell if [ -e VERSION ]; then stat -c %Y VERSION; \
	else git log -1 --format=%ct; fi))

# $(call sums): of the archives of this version that are there.
sums = cd $(DIST) && sha256sum $$(ls busproof-$(VERSION).tar.xz busproof-images-$(VERSION).tar.xz 2>/dev/null) \
	>SHA256SUMS

# What is committed, and which version it is.
dist:
	@if [ "$$(git rev-parse --show-toplevel 2>/dev/null)" != "$$(pwd -P)" ]; then \
		echo 'dist: this is no repository of its own: the archive is made of what is committed' >&2; exit 1; \
	elif [ -n "$$(git status --porcelain --untracked-files=no)" ]; then \
		echo 'dist: there are changes that are not committed' >&2; exit 1; \
	fi
	@mkdir -p $(DIST)
	@echo '$(VERSION)' >$(DIST)/VERSION
	@git -c tar.umask=0022 archive --format=tar --prefix=$(source_archive)/ --add-file=$(DIST)/VERSION \
		-o $(DIST)/$(source_archive).tar HEAD
	@$(XZ) -f $(DIST)/$(source_archive).tar && rm $(DIST)/VERSION
	@$(sums)
	@echo 'made $(DIST)/$(source_archive).tar.xz'

# For those without compilers: unpack it, and ./busproof run.
images-dist: release-images
	@rm -rf $(DIST)/$(images_archive) && mkdir -p $(DIST)/$(images_archive)
	@cp -P --parents $(RELEASE_FILES) $(RELEASE_DOCS) docs/busproof.1 $(DIST)/$(images_archive)
	@cp -R $(RELEASE)/images $(DIST)/$(images_archive)/
	@echo '$(VERSION)' >$(DIST)/$(images_archive)/VERSION
	@cd $(DIST)/$(images_archive) && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | sed 's|^\./||' | \
		xargs -d '\n' sha256sum >SHA256SUMS
	@cd $(DIST) && tar --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--mtime=@$(source_date) -cf $(images_archive).tar $(images_archive)
	@$(XZ) -f $(DIST)/$(images_archive).tar && rm -r $(DIST)/$(images_archive)
	@$(sums)
	@echo 'made $(DIST)/$(images_archive).tar.xz'

# ---- Installation -------------------------------------------------------------------------------------------------

# Whatever characters are in its name, the shell takes it as it is.
install uninstall: export TO := $(DESTDIR)$(PREFIX)
own_folders := "$$TO/libexec/busproof" "$$TO/share/busproof" "$$TO/share/doc/busproof"

# A file that an earlier version had goes with it. What is copied is for everybody, whoever copies it.
install: release-images
	@rm -rf $(own_folders)
	@install -d $(own_folders) "$$TO/share/man/man1" "$$TO/bin"
	@cp -P --parents $(RELEASE_FILES) "$$TO/libexec/busproof"
	@echo '$(VERSION)' >"$$TO/libexec/busproof/VERSION"
	@cp -R $(RELEASE)/images/. "$$TO/share/busproof"
	@cp -P --parents $(RELEASE_DOCS) "$$TO/share/doc/busproof"
	@chmod -R u=rwX,go=rX $(own_folders)
	@install -m 644 docs/busproof.1 "$$TO/share/man/man1/busproof.1"
	@ln -sfn ../libexec/busproof/busproof "$$TO/bin/busproof"
	@echo "installed $$TO/bin/busproof"

uninstall:
	@rm -rf $(own_folders)
	@rm -f "$$TO/share/man/man1/busproof.1" "$$TO/bin/busproof"
