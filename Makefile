# SPDX-License-Identifier: GPL-2.0-or-later
# domboot: one core, two shells, several builds ("flavours") of the same lists.
#   make            the dom0 tool, the tools, the in-guest loader
#   make demo       boot a Debian guest both ways on a real Xen in QEMU
#   make test       every test;  make check  the quick ones
#   make lint       layers, symbols, formatting;  make format  reformat
#   make install DESTDIR= PREFIX=/usr

PREFIX  ?= /usr
DESTDIR ?=
CC      := gcc
CLANG   := clang
VERSION := 0.1

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules
# make V=1 shows the commands.
ifeq ($(V),)
Q := @
endif

include core/files.mk load/files.mk
-include $(wildcard dom0/files.mk guest/files.mk test/files.mk bench/files.mk)

warnings := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Werror
# The same bytes wherever it is built.
anywhere := -ffile-prefix-map=$(CURDIR)=.
common   := -std=gnu2x -g $(anywhere) $(warnings) -MMD -MP -DDOMBOOT_VERSION='"$(VERSION)"'
hardening := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fcf-protection
# The core stands on nothing but <stddef.h> and friends, in every flavour.
bare     := -ffreestanding

# flavour: compiler, flags for everything
CC_host    := $(CC)
CC_asan    := $(CC)
CC_cov     := $(CC)
CC_fuzz    := $(CLANG)
CC_host32  := $(CC)
FLAGS_host := -O2 -fPIE $(hardening) $(CPPFLAGS) $(CFLAGS) # a packager's come last
FLAGS_asan := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_cov  := -O0 --coverage
FLAGS_fuzz := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

# Debian's codec libraries, behind core/unpack, and its hash functions, behind core/crypt.
CODECS := -lz -llzma -lbz2 -llz4 -llzo2 -lzstd -lmbedcrypto

hosted := host asan cov fuzz host32

define flavour_rules
build/$(1)/core/%.o: core/%.c
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $(common) $(bare) $$(FLAGS_$(1)) -c $$< -o $$@
build/$(1)/load/%.o: load/%.c
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $(common) $(bare) $$(FLAGS_$(1)) -c $$< -o $$@
build/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $(common) -D_GNU_SOURCE $$(FLAGS_$(1)) $$(EXTRA_$$(firstword $$(subst /, ,$$*))) -c $$< -o $$@
build/$(1)/core.a: $(patsubst %.c,build/$(1)/%.o,$(CORE) $(LOAD))
	@rm -f $$@
	$$(Q)$(AR) rcs $$@ $$^
endef
$(foreach f,$(hosted),$(eval $(call flavour_rules,$(f))))

# --- programs ---------------------------------------------------------------

TOOLS := $(patsubst tools/%.c,build/host/tools/%,$(wildcard tools/*.c))
build/host/tools/%: build/host/tools/%.o build/host/hosted/hosted.o build/host/core.a
	$(Q)$(CC) $(FLAGS_host) $^ $(CODECS) -o $@

.PHONY: all setup demo test check lint format install clean tools
all: $(PROGRAMS) tools
tools: $(TOOLS)

# INSTALL holds FILE:MODE:PLACE-below-PREFIX triples from the files.mk of the shells.
install: $(foreach i,$(INSTALL),$(firstword $(subst :, ,$(i))))
	$(Q)for i in $(INSTALL); do \
		(IFS=:; set -- $$i; install -D -m $$2 $$1 $(DESTDIR)$(PREFIX)/$$3) || exit 1; done

# --- tests ------------------------------------------------------------------

UNIT := $(patsubst test/unit/%.c,build/asan/test/unit/%,$(sort $(wildcard test/unit/*.c)))
FUZZ := $(patsubst test/fuzz/%.c,build/fuzz/test/fuzz/%,$(sort $(wildcard test/fuzz/*.c)))
build/asan/test/unit/%: build/asan/test/unit/%.o build/asan/test/test.o build/asan/hosted/hosted.o $(UNIT_LIBS) build/asan/core.a
	$(Q)$(CC) $(FLAGS_asan) $(filter %.o,$^) $(filter %.a,$^) $(CODECS) -o $@
# any_sum.o comes before core.a: its sum_match, which believes every checksum, is the one that counts.
build/fuzz/test/fuzz/%: build/fuzz/test/fuzz/%.o build/fuzz/test/any_sum.o build/fuzz/hosted/hosted.o build/fuzz/core.a
	$(Q)$(CLANG) $(FLAGS_fuzz) -fsanitize=fuzzer $(filter %.o,$^) $(filter %.a,$^) $(CODECS) -o $@

check: lint clang tools $(UNIT) $(FUZZ) $(CHECK_DEPS)
	@test/run check
test: setup
	@$(MAKE) --no-print-directory all $(UNIT) $(FUZZ) $(CHECK_DEPS) $(TEST_DEPS)
	@test/run all
demo: setup
	@$(MAKE) --no-print-directory all
	@test/xen/demo
setup:
	@tools/setup

lint:
	@tools/check-layers
	@$(MAKE) --no-print-directory build/host/core.a
	@tools/check-symbols build/host/core.a

SOURCES = $(sort $(wildcard core/*.[ch] core/*/*.[ch] load/*.[ch] dom0/*.[ch] guest/*.[ch] guest/*/*.[ch] hosted/*.[ch] tools/*.c test/*.[ch] test/*/*.[ch]))
# The files that no clang flavour builds, as clang reads them.
clang_only := $(wildcard dom0/*.c hosted/*.c tools/*.c)
.PHONY: clang cov
clang:
	$(Q)for f in $(clang_only); do $(CLANG) $(common) -MF /dev/null -D_GNU_SOURCE -fsyntax-only $$f || exit 1; done

# Which lines the unit tests and the configurations of test/conf reach, per file and in all.
COV := $(patsubst test/unit/%.c,build/cov/test/unit/%,$(sort $(wildcard test/unit/*.c)))
COV_CONF := build/cov/tools/bootplan build/cov/test/conf/parse
build/cov/test/unit/%: build/cov/test/unit/%.o build/cov/test/test.o build/cov/hosted/hosted.o $(subst build/asan,build/cov,$(UNIT_LIBS)) build/cov/core.a
	$(Q)$(CC) $(FLAGS_cov) $(filter %.o,$^) $(filter %.a,$^) $(CODECS) -o $@
$(COV_CONF): build/cov/%: build/cov/%.o build/cov/hosted/hosted.o build/cov/test/table_host.o build/cov/core.a
	$(Q)$(CC) $(FLAGS_cov) $(filter %.o,$^) $(filter %.a,$^) $(CODECS) -o $@
cov: $(COV) $(COV_CONF) build/host/domboot
	$(Q)find build/cov -name '*.gcda' -delete
	$(Q)for t in $(COV); do $$t >/dev/null || exit 1; done
	$(Q)BUILD=build/cov MKCONFIG=1 test/conf/check.sh | grep '^not ok' || true
	@gcov -n -b $(patsubst %.c,build/cov/%.gcda,$(CORE) $(LOAD)) 2>/dev/null | tools/coverage

format:
	$(Q)clang-format -i $(SOURCES)

clean:
	rm -rf build

-include $(shell [ -d build ] && find build -path build/xen -prune -o -name '*.d' -type f -print)
