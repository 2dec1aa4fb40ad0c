# SPDX-License-Identifier: GPL-2.0-or-later
# Small programs that test scripts call: test/DIR/NAME.c, built with the sanitizers.
HELPERS := unpack/sweep unpack/bomb
CHECK_DEPS += $(HELPERS:%=build/asan/test/%)
$(HELPERS:%=build/asan/test/%): build/asan/test/%: build/asan/test/%.o build/asan/hosted/hosted.o build/asan/core.a
	$(Q)$(CC) $(FLAGS_asan) $^ $(CODECS) -o $@
