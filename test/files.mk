# SPDX-License-Identifier: GPL-2.0-or-later
# Small programs that test scripts call: test/DIR/NAME.c, built with the sanitizers.
HELPERS := unpack/sweep unpack/bomb
CHECK_DEPS += $(HELPERS:%=build/asan/test/%)
$(HELPERS:%=build/asan/test/%): build/asan/test/%: build/asan/test/%.o build/asan/hosted/hosted.o build/asan/core.a
	$(Q)$(CC) $(FLAGS_asan) $^ $(CODECS) -o $@

# The outside world of the configuration languages, as a table.
UNIT_LIBS += build/asan/test/conf_host.o build/asan/test/script.o
build/host/tools/bootplan: build/host/tools/bootplan.o build/host/test/conf_host.o build/host/hosted/hosted.o build/host/core.a
	$(Q)$(CC) $(FLAGS_host) $^ $(CODECS) -o $@
