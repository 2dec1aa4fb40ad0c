# SPDX-License-Identifier: GPL-2.0-or-later
# Small programs that test scripts call: test/DIR/NAME.c, built with the sanitizers.
HELPERS := unpack/sweep unpack/bomb load/info conf/parse bls/order agree/shown
CHECK_DEPS += $(HELPERS:%=build/asan/test/%)
$(HELPERS:%=build/asan/test/%): build/asan/test/%: build/asan/test/%.o build/asan/hosted/hosted.o build/asan/core.a
	$(Q)$(CC) $(FLAGS_asan) $^ $(CODECS) -o $@
# What the front of the dom0 tool reads.
build/fuzz/test/fuzz/record_fuzz: $(patsubst %,build/fuzz/dom0/%.o,json record wire)
build/fuzz/test/fuzz/guest_fuzz: $(patsubst %,build/fuzz/dom0/%.o,guest xlcfg virtxml settings opts filetext)
build/asan/test/unit/dom0_guest_test build/cov/test/unit/dom0_guest_test build/fuzz/test/fuzz/guest_fuzz: CODECS += -lexpat
# The outside world of the configuration languages, as a table.
$(foreach f,script legacy extlinux bls uki plain,build/fuzz/test/fuzz/$(f)_fuzz): build/fuzz/test/lang_fuzz.o build/fuzz/test/table_host.o
build/fuzz/test/fuzz/shell_fuzz: build/fuzz/test/table_host.o
UNIT_LIBS += build/asan/test/table_host.o build/asan/test/lang.o build/asan/test/script.o
UNIT_LIBS += build/asan/test/pe.o
build/host/tools/bootplan: build/host/tools/bootplan.o build/host/test/table_host.o build/host/hosted/hosted.o build/host/core.a
	$(Q)$(CC) $(FLAGS_host) $^ $(CODECS) -o $@

# The hand-over, over a domain that the test itself is.
HANDOVER := handover handover_pv hold kernel
HANDOVER_PVH := handover handover_pvh hold kernel mem words
DOMAIN := test/pv_domain test/boot_files
build/asan/test/unit/handover_test: $(HANDOVER:%=build/asan/guest/%.o) $(DOMAIN:%=build/asan/%.o)
build/cov/test/unit/handover_test: $(HANDOVER:%=build/cov/guest/%.o) $(DOMAIN:%=build/cov/%.o)
build/asan/test/unit/handover_pvh_test: $(HANDOVER_PVH:%=build/asan/guest/%.o) build/asan/test/boot_files.o
build/cov/test/unit/handover_pvh_test: $(HANDOVER_PVH:%=build/cov/guest/%.o) build/cov/test/boot_files.o

PV_MEMORY := $(HANDOVER) mem x86/pv_map
build/asan/test/unit/pv_memory_test: $(PV_MEMORY:%=build/asan/guest/%.o)
build/cov/test/unit/pv_memory_test: $(PV_MEMORY:%=build/cov/guest/%.o)

# The unit tests of the core as 32-bit programs, static ones with the libraries
# of domboot-x86_32: a size_t is smaller than a file may be there. What a
# sanitizer finds ends the program. (Conversions are guest32's to complain about.)
FLAGS_host32 = -O1 -m32 -march=i686 $(sysroot32_headers) -Wno-conversion \
	-fsanitize=undefined -fsanitize-undefined-trap-on-error
UNIT32 := $(filter-out test/unit/dom0_% test/unit/guest_% test/unit/handover_pvh_%,$(sort $(wildcard test/unit/*.c)))
UNIT32 := $(UNIT32:%.c=build/host32/%)
UNIT32_LIBS := $(patsubst %,build/host32/%.o,test/test hosted/hosted test/table_host test/lang test/script test/pe \
	test/width/never)
musl32 := $(SYSROOT32)/usr/lib/i386-linux-musl
TEST_DEPS += $(UNIT32)
build/host32/test/unit/handover_test: $(HANDOVER:%=build/host32/guest/%.o) $(DOMAIN:%=build/host32/%.o)
build/host32/test/unit/pv_memory_test: $(PV_MEMORY:%=build/host32/guest/%.o)
$(UNIT32): build/host32/test/unit/%: build/host32/test/unit/%.o $(UNIT32_LIBS) build/host32/core.a
	$(Q)$(CC) -m32 -static -nostdlib -no-pie $(musl32)/crt1.o $(musl32)/crti.o $(filter %.o,$^) \
		$(filter %.a,$^) $(GUEST32_LIBS) $(musl32)/crtn.o -o $@
$(patsubst %.c,build/host32/%.o,$(CORE) $(LOAD) $(wildcard test/unit/*.c test/*.c hosted/*.c test/width/*.c) $(PV_MEMORY:%=guest/%.c)): \
	| $(sysroot32)

# A file system with each byte changed in turn: with checksums, and with all of them believed.
CHECK_DEPS += build/asan/test/fs/sweep build/asan/test/fs/sweep_any
SWEEP := build/asan/test/fs/sweep.o build/asan/test/fs_walk.o build/asan/hosted/hosted.o build/asan/core.a
build/asan/test/fs/sweep_any: build/asan/test/any_sum.o
build/asan/test/fs/sweep build/asan/test/fs/sweep_any: $(SWEEP)
	$(Q)$(CC) $(FLAGS_asan) $(filter %any_sum.o,$^) $(SWEEP) $(CODECS) -o $@
$(foreach f,ext fat iso9660,build/fuzz/test/fuzz/$(f)_fuzz): build/fuzz/test/fs_walk.o

# What the real GRUB boots in the place of a kernel (test/conf/boot.py): one flat image.
TEST_DEPS += build/test/witness
build/test/witness: test/conf/witness.c
	@mkdir -p $(@D)
	$(Q)$(CC) -m32 -Os -ffreestanding -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables \
		-fno-toplevel-reorder -nostdlib -static -no-pie -Wl,--oformat=binary,--build-id=none,-N \
		-Wl,-Ttext=0xffc00,-e0x100000 $< -o $@
