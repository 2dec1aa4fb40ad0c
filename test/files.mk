# SPDX-License-Identifier: GPL-2.0-or-later
# Small programs that test scripts call: test/DIR/NAME.c, built with the sanitizers.
HELPERS := unpack/sweep unpack/bomb load/info conf/parse
CHECK_DEPS += $(HELPERS:%=build/asan/test/%)
$(HELPERS:%=build/asan/test/%): build/asan/test/%: build/asan/test/%.o build/asan/hosted/hosted.o build/asan/core.a
	$(Q)$(CC) $(FLAGS_asan) $^ $(CODECS) -o $@
# The outside world of the configuration languages, as a table.
$(foreach f,script legacy extlinux,build/fuzz/test/fuzz/$(f)_fuzz): build/fuzz/test/lang_fuzz.o build/fuzz/test/table_host.o
UNIT_LIBS += build/asan/test/table_host.o build/asan/test/lang.o build/asan/test/script.o
build/host/tools/bootplan: build/host/tools/bootplan.o build/host/test/table_host.o build/host/hosted/hosted.o build/host/core.a
	$(Q)$(CC) $(FLAGS_host) $^ $(CODECS) -o $@

# The hand-over, over a domain that the test itself is.
HANDOVER := handover handover_pv hold kernel
build/asan/test/unit/handover_test: $(HANDOVER:%=build/asan/guest/%.o)
build/cov/test/unit/handover_test: $(HANDOVER:%=build/cov/guest/%.o)

# A file system with each byte changed in turn: with checksums, and with all of them believed.
CHECK_DEPS += build/asan/test/fs/sweep build/asan/test/fs/sweep_any
SWEEP := build/asan/test/fs/sweep.o build/asan/test/fs_walk.o build/asan/hosted/hosted.o build/asan/core.a
build/asan/test/fs/sweep_any: build/asan/test/any_sum.o
build/asan/test/fs/sweep build/asan/test/fs/sweep_any: $(SWEEP)
	$(Q)$(CC) $(FLAGS_asan) $(filter %any_sum.o,$^) $(SWEEP) $(CODECS) -o $@
$(foreach f,ext fat iso9660,build/fuzz/test/fuzz/$(f)_fuzz): build/fuzz/test/fs_walk.o
