/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../dom0/wire.h"
#include "../test.h"
#include <string.h>

static struct span span_of(const struct text *t)
{
	return (struct span){ (const uint8_t *)t->p, t->n };
}

static struct text encode(const struct result *r)
{
	struct text t = { .arena = test_arena() };
	check_ok(result_put(&t, r));
	return t;
}

TEST(a_frame_comes_back)
{
	uint8_t buf[WIRE_HEAD + 5];
	struct wire_frame f;
	size_t used;
	wire_head(buf, WIRE_LOG, 2, 5);
	memcpy(buf + WIRE_HEAD, "hello", 5);
	for (size_t n = 0; n < sizeof buf; n++) { /* not complete yet */
		check_ok(wire_next((struct span){ buf, n }, &f, &used));
		check_u64(used, 0);
	}
	check_ok(wire_next((struct span){ buf, sizeof buf }, &f, &used));
	check_u64(used, sizeof buf);
	check(f.type == WIRE_LOG && f.detail == 2 && f.payload.n == 5);
	check(!memcmp(f.payload.p, "hello", 5));
}

TEST(frames_that_nobody_writes)
{
	uint8_t buf[WIRE_HEAD];
	struct wire_frame f;
	size_t used;
	wire_head(buf, (enum wire_type)'X', 0, 0);
	check_err(wire_next((struct span){ buf, sizeof buf }, &f, &used), ERR_CORRUPT);
	wire_head(buf, WIRE_TEXT, 0, WIRE_MAX + 1);
	check_err(wire_next((struct span){ buf, sizeof buf }, &f, &used), ERR_CORRUPT);
	wire_head(buf, WIRE_TEXT, 0, 0);
	buf[3] = 1;
	check_err(wire_next((struct span){ buf, sizeof buf }, &f, &used), ERR_CORRUPT);
}

TEST(a_result_comes_back)
{
	struct result in = {
		.kernel_size = 1ull << 40,
		.ramdisk_size = 7,
		.has_ramdisk = true,
		.kernel = STR("/boot/vmlinuz"),
		.ramdisk = STR("/boot/initrd.img"),
		.args = STR("ro quiet"),
		.counted = STR("(hd0)/loader/entries/a+3.conf"),
	};
	struct result out;
	struct text t = encode(&in);
	check_ok(result_get(span_of(&t), &out));
	check_u64(out.kernel_size, 1ull << 40);
	check_u64(out.ramdisk_size, 7);
	check(out.has_ramdisk);
	check_str(out.kernel, "/boot/vmlinuz");
	check_str(out.ramdisk, "/boot/initrd.img");
	check_str(out.args, "ro quiet");
	check_str(out.counted, "(hd0)/loader/entries/a+3.conf");
}

TEST(a_result_that_is_cut_or_too_long)
{
	struct result in = { .args = STR("ro") }, out;
	struct text t = encode(&in);
	for (size_t n = 0; n < t.n; n++)
		check_err(result_get((struct span){ (const uint8_t *)t.p, n }, &out), ERR_CORRUPT);
	text_char(&t, 0);
	check_err(result_get(span_of(&t), &out), ERR_CORRUPT);
	char long_text[WIRE_FIELD_MAX + 1] = { 0 };
	in.args = (struct str){ long_text, sizeof long_text };
	check_err(result_put(&t, &in), ERR_LIMIT);
}

TEST(a_result_with_a_delimiter)
{
	static const struct str evil[] = { STR("a\nkernel /etc/shadow"), STR("a\0b") };
	for (size_t i = 0; i < array_len(evil); i++) {
		struct result in = { .args = evil[i] }, out;
		struct text t = encode(&in);
		check_err(result_get(span_of(&t), &out), ERR_CORRUPT);
		in = (struct result){ .kernel = evil[i] };
		t = encode(&in);
		check_err(result_get(span_of(&t), &out), ERR_CORRUPT);
	}
}

/* Every byte of a good result changed in every bit: an error or a sane result, never a crash. */
TEST(a_result_with_flipped_bits)
{
	struct result in = { .has_ramdisk = true, .kernel = STR("/k"), .args = STR("ro") }, out;
	struct text t = encode(&in);
	for (size_t i = 0; i < t.n * 8; i++) {
		t.p[i / 8] = (char)(t.p[i / 8] ^ 1 << i % 8);
		enum err e = result_get(span_of(&t), &out);
		check(e == OK || e == ERR_CORRUPT);
		t.p[i / 8] = (char)(t.p[i / 8] ^ 1 << i % 8);
	}
	check_ok(result_get(span_of(&t), &out));
}
