# SPDX-License-Identifier: GPL-2.0-or-later
# The in-guest loader: the same core, freestanding, with Debian's static codec
# libraries and musl's memory functions.
# What both widths share; guest/x86/64 and guest/x86/32 have what differs. A PVH
# guest has no width of its own: the 64-bit image serves it, with what is named *pvh*.
GUEST := $(sort $(wildcard guest/*.c guest/xen/*.c guest/x86/*.c guest/x86/*.S))
GUEST_FILES64 := $(GUEST) $(sort $(wildcard guest/x86/64/*.c guest/x86/64/*.S))
GUEST_FILES32 := $(foreach f,$(GUEST),$(if $(findstring pvh,$(f)),,$(f))) $(sort $(wildcard guest/x86/32/*.c guest/x86/32/*.S))
GUEST64 := build/guest64/domboot-x86_64
GUEST32 := build/guest32/domboot-x86_32

guest_flags := -O2 -ffreestanding -fno-pic -no-pie -fstack-protector-strong -fcf-protection=none \
	-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
guest_codecs := z lzma bz2 lz4 lzo2 zstd mbedcrypto

FLAGS_guest64 := $(guest_flags) -m64 -mno-red-zone
LDFLAGS_guest64 := -m elf_x86_64
GUEST64_LIBS = $(foreach l,$(guest_codecs),$(shell $(CC) -print-file-name=lib$(l).a)) \
	/usr/lib/x86_64-linux-musl/libc.a

# i386: headers and libraries from a tree of their own.
SYSROOT32 ?= build/sysroot32
sysroot32_headers = -nostdinc -isystem $(SYSROOT32)/usr/include/i386-linux-musl \
	-isystem $(gcc_headers) -isystem $(SYSROOT32)/usr/include
gcc_headers := $(shell $(CC) -print-file-name=include)
FLAGS_guest32 = $(guest_flags) -m32 -march=i686 $(sysroot32_headers) -ffile-prefix-map=$(SYSROOT32)=sysroot32
LDFLAGS_guest32 := -m elf_i386
GUEST32_LIBS = $(guest_codecs:%=$(SYSROOT32)/usr/lib/i386-linux-gnu/lib%.a) \
	$(SYSROOT32)/usr/lib/i386-linux-musl/libc.a $(wildcard $(SYSROOT32)/usr/lib/gcc/i686-linux-gnu/*/libgcc.a)
sysroot32 := $(SYSROOT32)/usr/lib/i386-linux-musl/libc.a
build/sysroot32/usr/lib/i386-linux-musl/libc.a: tools/sysroot32
	$(Q)tools/sysroot32 build/sysroot32 && touch $@

# image_rules: flavour, image, its source files
define image_rules
build/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(common) $$(FLAGS_$(1)) -c $$< -o $$@
build/$(1)/%.o: %.S
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(filter -m64 -m32,$$(FLAGS_$(1))) -g $$(anywhere) -MMD -MP -c $$< -o $$@
$(2): $(patsubst %,build/$(1)/%.o,$(basename $(CORE) $(LOAD) $(3))) guest/guest.lds
	$$(Q)$$(LD) $$(LDFLAGS_$(1)) -static -nostdlib --gc-sections --build-id=sha1 -z max-page-size=4096 \
		-z noexecstack -T guest/guest.lds $$(filter %.o,$$^) $$($(4)) -o $$@
$(2).gz: $(2)
	$$(Q)$$(STRIP) -o $$<.stripped $$< && gzip -9nc $$<.stripped >$$@
endef
$(eval $(call image_rules,guest64,$(GUEST64),$(GUEST_FILES64),GUEST64_LIBS))
$(eval $(call image_rules,guest32,$(GUEST32),$(GUEST_FILES32),GUEST32_LIBS))
$(patsubst %,build/guest32/%.o,$(basename $(CORE) $(LOAD) $(filter %.c,$(GUEST_FILES32)))): | $(sysroot32)

# The letters of the frame buffer.
FONT := /usr/share/consolefonts/Uni2-VGA16.psf.gz
build/font_data.h: tools/psf2c $(FONT)
	@mkdir -p $(@D)
	$(Q)tools/psf2c $(FONT) >$@
$(patsubst %,build/%/guest/font.o,guest64 guest32 asan cov): build/font_data.h

STRIP ?= strip
PROGRAMS += $(GUEST64) $(GUEST64).gz $(GUEST32) $(GUEST32).gz
INSTALL += $(GUEST64).gz:644:lib/domboot/domboot-x86_64.gz
INSTALL += $(GUEST32).gz:644:lib/domboot/domboot-x86_32.gz
# The names that users of PV-GRUB have in their configurations.
INSTALL += $(GUEST64).gz:644:lib/xen/boot/pv-grub-x86_64.gz
INSTALL += $(GUEST32).gz:644:lib/xen/boot/pv-grub-x86_32.gz

# The same drivers in a process, with test/fake for the hypervisor.
FAKE := $(patsubst %.c,%.o,$(wildcard guest/*.c guest/xen/*.c test/fake/*.c))
FAKE := $(filter-out guest/libc.o guest/handover% guest/hold.o guest/kernel.o,$(FAKE))
GUEST_TESTS := $(patsubst %.c,%,$(wildcard test/unit/guest_*_test.c))
$(GUEST_TESTS:%=build/asan/%): $(FAKE:%=build/asan/%)
$(GUEST_TESTS:%=build/cov/%): $(FAKE:%=build/cov/%)
