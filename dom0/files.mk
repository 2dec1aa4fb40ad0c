# SPDX-License-Identifier: GPL-2.0-or-later
# The dom0 tool. Everything but main() is also linked into the unit tests.
jail_code := build/gen/jail_code.c
DOM0      := $(filter-out dom0/main.c,$(sort $(wildcard dom0/*.c))) $(jail_code)
UNIT_LIBS += build/asan/dom0.a

build/host/tools/jail_filter: build/host/tools/jail_filter.o
	$(Q)$(CC) $(FLAGS_host) $^ -lseccomp -o $@
$(jail_code): build/host/tools/jail_filter
	@mkdir -p $(@D)
	$(Q)$< > $@
EXTRA_build := -I.

define dom0_archive
build/$(1)/dom0.a: $(patsubst %.c,build/$(1)/%.o,$(DOM0))
	@rm -f $$@
	$$(Q)$(AR) rcs $$@ $$^
endef
$(foreach f,host asan cov,$(eval $(call dom0_archive,$(f))))

# Static, so that it runs in any dom0 without our build dependencies.
build/host/domboot: build/host/dom0/main.o build/host/dom0.a build/host/hosted/hosted.o build/host/core.a
	$(Q)$(CC) $(FLAGS_host) -static-pie -Wl,-z,relro,-z,now $(LDFLAGS) $^ $(CODECS) -lexpat -o $@
PROGRAMS += build/host/domboot
INSTALL  += build/host/domboot:755:bin/domboot \
	dom0/domboot-as-pygrub:755:sbin/domboot-as-pygrub \
	man/domboot-as-pygrub.8:644:share/man/man8/domboot-as-pygrub.8 \
	completions/domboot:644:share/bash-completion/completions/domboot \
	man/domboot.1:644:share/man/man1/domboot.1 \
	man/domboot-commands.1:644:share/man/man1/domboot-commands.1 \
	man/domboot.conf.5:644:share/man/man5/domboot.conf.5 \
	man/domboot-grub-compat.7:644:share/man/man7/domboot-grub-compat.7 \
	man/domboot-security.7:644:share/man/man7/domboot-security.7

build/host/test/dom0/forbidden: build/host/test/dom0/forbidden.o build/host/dom0.a build/host/core.a
	$(Q)$(CC) $(FLAGS_host) -static-pie $^ -o $@
CHECK_DEPS += build/host/domboot build/host/test/dom0/forbidden
build/host/test/dom0/liar: build/host/dom0/main.o build/host/test/dom0/liar.o build/host/dom0.a build/host/hosted/hosted.o build/host/core.a
	$(Q)$(CC) $(FLAGS_host) -static-pie $^ $(CODECS) -lexpat -o $@
CHECK_DEPS += build/host/test/dom0/liar
build/host/test/commands/without: build/host/test/commands/without.o
	$(Q)$(CC) $(FLAGS_host) -static-pie $^ -lseccomp -o $@
CHECK_DEPS += build/host/test/commands/without
