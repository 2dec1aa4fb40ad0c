# SPDX-License-Identifier: GPL-2.0-or-later
# The in-guest loader: the same core, freestanding, with Debian's static codec
# libraries and musl's memory functions.
GUEST := $(sort $(wildcard guest/*.c guest/xen/*.c guest/x86/*.c guest/x86/*.S))
GUEST64 := build/guest64/domboot-x86_64

FLAGS_guest64 := -O2 -m64 -ffreestanding -fno-pic -no-pie -mno-red-zone -fstack-protector-strong \
	-fcf-protection=none -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
GUEST64_OBJECTS := $(patsubst %,build/guest64/%.o,$(basename $(CORE) $(LOAD) $(GUEST)))
GUEST64_LIBS = $(foreach l,z lzma bz2 lz4 lzo2 zstd,$(shell $(CC) -print-file-name=lib$(l).a)) \
	/usr/lib/x86_64-linux-musl/libc.a

build/guest64/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(common) $(FLAGS_guest64) -c $< -o $@
build/guest64/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(CC) -m64 -g -MMD -MP -c $< -o $@
$(GUEST64): $(GUEST64_OBJECTS) guest/guest.lds
	$(Q)$(LD) -m elf_x86_64 -static -nostdlib --gc-sections --build-id=sha1 -z max-page-size=4096 \
		-z noexecstack -T guest/guest.lds $(GUEST64_OBJECTS) $(GUEST64_LIBS) -o $@
$(GUEST64).gz: $(GUEST64)
	$(Q)$(STRIP) -o $<.stripped $< && gzip -9nc $<.stripped >$@

STRIP ?= strip
PROGRAMS += $(GUEST64) $(GUEST64).gz
INSTALL += $(GUEST64).gz:644:lib/domboot/domboot-x86_64.gz
# The name that users of PV-GRUB have in their configurations.
INSTALL += $(GUEST64).gz:644:lib/xen/boot/pv-grub-x86_64.gz

# The same drivers in a process, with test/fake for the hypervisor.
FAKE := $(patsubst %.c,%.o,$(wildcard guest/*.c guest/xen/*.c test/fake/*.c))
FAKE := $(filter-out guest/libc.o guest/handover% guest/hold.o guest/kernel.o,$(FAKE))
GUEST_TESTS := $(patsubst %.c,%,$(wildcard test/unit/guest_*_test.c))
$(GUEST_TESTS:%=build/asan/%): $(FAKE:%=build/asan/%)
$(GUEST_TESTS:%=build/cov/%): $(FAKE:%=build/cov/%)
