/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "crypt.h"
#include "../base/fmt.h"
#include "../base/str.h"
#include <string.h>

bool same_bytes(const void *a, const void *b, size_t n)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t differ = 0;
	for (size_t i = 0; i < n; i++)
		differ |= x[i] ^ y[i];
	return !differ;
}

static size_t digest_of(enum digest_kind kind, struct str s, uint8_t out[DIGEST_MAX])
{
	struct digest d;
	digest_begin(&d, kind);
	digest_add(&d, s.p, s.n);
	return digest_end(&d, out);
}

bool same_text(struct str a, struct str b)
{
	uint8_t x[DIGEST_MAX], y[DIGEST_MAX];
	size_t n = digest_of(DIGEST_SHA256, a, x);
	(void)digest_of(DIGEST_SHA256, b, y);
	return same_bytes(x, y, n);
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_bytes(struct str s, uint8_t *out, size_t cap, size_t *n)
{
	if (s.n % 2 || s.n / 2 > cap)
		return false;
	for (size_t i = 0; i < s.n; i += 2) {
		int high = hex_digit(s.p[i]), low = hex_digit(s.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	*n = s.n / 2;
	return true;
}

size_t base64_put(const uint8_t *p, size_t n, char *out)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t to = 0;
	for (size_t i = 0; i < n; i += 3) {
		size_t left = min_size(n - i, 3);
		uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
			     (left > 2 ? p[i + 2] : 0);
		for (size_t j = 0; j <= left; j++)
			out[to++] = digit[v >> (18 - 6 * j) & 63];
	}
	return to;
}

/* --- PBKDF2 ------------------------------------------------------------------ */

/* HMAC with the key in it already: what is hashed first inside and outside. */
struct hmac {
	struct digest inner, outer;
};

static void hmac_key(struct hmac *h, struct str key)
{
	enum { BLOCK = 128 };
	uint8_t k[BLOCK] = { 0 }, pad[BLOCK];
	if (key.n > BLOCK)
		(void)digest_of(DIGEST_SHA512, key, k);
	else if (key.n)
		memcpy(k, key.p, key.n);
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] = k[i] ^ 0x36;
	digest_begin(&h->inner, DIGEST_SHA512);
	digest_add(&h->inner, pad, BLOCK);
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] = k[i] ^ 0x5c;
	digest_begin(&h->outer, DIGEST_SHA512);
	digest_add(&h->outer, pad, BLOCK);
}

static void hmac_end(const struct hmac *h, struct digest *inner, uint8_t out[DIGEST_MAX])
{
	struct digest outer = h->outer;
	size_t n = digest_end(inner, out);
	digest_add(&outer, out, n);
	(void)digest_end(&outer, out);
}

void pbkdf2_sha512(struct str password, struct span salt, uint32_t rounds, uint8_t *out, size_t n)
{
	static const uint8_t block_one[4] = { 0, 0, 0, 1 };
	struct hmac h;
	uint8_t u[DIGEST_MAX], sum[DIGEST_MAX];
	hmac_key(&h, password);
	struct digest d = h.inner;
	digest_add(&d, salt.p, salt.n);
	digest_add(&d, block_one, sizeof block_one);
	hmac_end(&h, &d, u);
	memcpy(sum, u, sizeof sum);
	for (uint32_t i = 1; i < rounds; i++) {
		d = h.inner;
		digest_add(&d, u, sizeof u);
		hmac_end(&h, &d, u);
		for (size_t j = 0; j < sizeof sum; j++)
			sum[j] ^= u[j];
	}
	memcpy(out, sum, min_size(n, sizeof sum));
}

/* --- crypt(3) ------------------------------------------------------------------ */

/* 24 bits in n characters of crypt's own alphabet, the lowest first. */
static void put_crypt(struct text *t, uint32_t v, unsigned n)
{
	static const char digit[] =
		"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	for (; n--; v >>= 6)
		text_char(t, digit[v & 63]);
}

static uint32_t triple(const uint8_t *d, size_t a, size_t b, size_t c)
{
	return (uint32_t)d[a] << 16 | (uint32_t)d[b] << 8 | d[c];
}

/* n bytes of a digest that is repeated. */
static void add_repeated(struct digest *d, const uint8_t *p, size_t size, size_t n)
{
	for (; n; n -= min_size(n, size))
		digest_add(d, p, min_size(n, size));
}

static void md5_crypt(struct str pw, struct str salt, struct text *out)
{
	struct digest d;
	uint8_t a[DIGEST_MAX];
	digest_begin(&d, DIGEST_MD5);
	digest_add(&d, pw.p, pw.n);
	digest_add(&d, salt.p, salt.n);
	digest_add(&d, pw.p, pw.n);
	size_t size = digest_end(&d, a);
	digest_begin(&d, DIGEST_MD5);
	digest_add(&d, pw.p, pw.n);
	digest_add(&d, "$1$", 3);
	digest_add(&d, salt.p, salt.n);
	add_repeated(&d, a, size, pw.n);
	for (size_t bits = pw.n; bits; bits >>= 1)
		digest_add(&d, bits & 1 ? "" : pw.p, 1);
	(void)digest_end(&d, a);
	for (unsigned i = 0; i < 1000; i++) {
		digest_begin(&d, DIGEST_MD5);
		digest_add(&d, i & 1 ? (const void *)pw.p : a, i & 1 ? pw.n : size);
		if (i % 3)
			digest_add(&d, salt.p, salt.n);
		if (i % 7)
			digest_add(&d, pw.p, pw.n);
		digest_add(&d, i & 1 ? a : (const void *)pw.p, i & 1 ? size : pw.n);
		(void)digest_end(&d, a);
	}
	for (size_t i = 0; i < 5; i++)
		put_crypt(out, triple(a, i, i + 6, i == 4 ? 5 : i + 12), 4);
	put_crypt(out, a[11], 2);
}

/* The digest that the rounds begin with (steps 1 to 12 of the description). */
static void sha_begin(enum digest_kind kind, struct str pw, struct str salt, uint8_t a[DIGEST_MAX])
{
	struct digest d;
	digest_begin(&d, kind);
	digest_add(&d, pw.p, pw.n);
	digest_add(&d, salt.p, salt.n);
	digest_add(&d, pw.p, pw.n);
	size_t size = digest_end(&d, a);
	digest_begin(&d, kind);
	digest_add(&d, pw.p, pw.n);
	digest_add(&d, salt.p, salt.n);
	add_repeated(&d, a, size, pw.n);
	for (size_t bits = pw.n; bits; bits >>= 1)
		digest_add(&d, bits & 1 ? (const void *)a : pw.p, bits & 1 ? size : pw.n);
	(void)digest_end(&d, a);
}

/* times copies of s, hashed; n bytes of that, repeated. */
static void stretch(enum digest_kind kind, struct str s, size_t times, uint8_t *out, size_t n)
{
	struct digest d;
	uint8_t h[DIGEST_MAX];
	digest_begin(&d, kind);
	for (size_t i = 0; i < times; i++)
		digest_add(&d, s.p, s.n);
	size_t size = digest_end(&d, h);
	for (size_t i = 0; i < n; i++)
		out[i] = h[i % size];
}

static void put_sha(enum digest_kind kind, const uint8_t *a, struct text *out)
{
	size_t x = 0, y = kind == DIGEST_SHA512 ? 21 : 10, z = 2 * y;
	for (size_t i = 0; i < (kind == DIGEST_SHA512 ? 21 : 10); i++) {
		size_t was = x;
		put_crypt(out, triple(a, x, y, z), 4);
		if (kind == DIGEST_SHA512) {
			x = y + 1;
			y = z + 1;
			z = was + 1;
		} else {
			x = z + 1;
			z = y + 1;
			y = was + 1;
		}
	}
	if (kind == DIGEST_SHA512)
		put_crypt(out, a[63], 2);
	else
		put_crypt(out, triple((const uint8_t[]){ 0, a[31], a[30] }, 0, 1, 2), 3);
}

static void sha_crypt(enum digest_kind kind, struct str pw, struct str salt, uint32_t rounds,
		      struct text *out)
{
	struct digest d;
	uint8_t a[DIGEST_MAX], p[CRYPT_TYPED], s[DIGEST_MAX];
	size_t size = kind == DIGEST_SHA512 ? 64 : 32;
	sha_begin(kind, pw, salt, a);
	stretch(kind, pw, pw.n, p, pw.n);
	stretch(kind, salt, 16u + a[0], s, salt.n);
	for (uint32_t i = 0; i < rounds; i++) {
		digest_begin(&d, kind);
		digest_add(&d, i & 1 ? p : a, i & 1 ? pw.n : size);
		if (i % 3)
			digest_add(&d, s, salt.n);
		if (i % 7)
			digest_add(&d, p, pw.n);
		digest_add(&d, i & 1 ? a : p, i & 1 ? size : pw.n);
		(void)digest_end(&d, a);
	}
	put_sha(kind, a, out);
}

/* "rounds=N$" off *rest. */
static bool take_rounds(struct str *rest, struct text *out, uint32_t *rounds)
{
	enum { USUAL = 5000, LEAST = 1000 };
	const struct str key = STR("rounds=");
	uint64_t n;
	*rounds = USUAL;
	if (!str_starts(*rest, key))
		return true;
	size_t end = str_find(*rest, '$', 0);
	if (end == rest->n || !str_u64(str_sub(*rest, key.n, end), &n) || n > CRYPT_ROUNDS)
		return false;
	*rounds = n < LEAST ? LEAST : (uint32_t)n;
	text_fmt(out, "rounds=%u$", *rounds);
	*rest = str_sub(*rest, end + 1, rest->n);
	return true;
}

static void sha1_base64(struct str pw, struct str salt, struct text *out)
{
	struct digest d;
	uint8_t h[DIGEST_MAX];
	char text[DIGEST_MAX];
	digest_begin(&d, DIGEST_SHA1);
	digest_add(&d, salt.p, salt.n);
	digest_add(&d, pw.p, pw.n);
	size_t n = digest_end(&d, h);
	text_put(out, (struct str){ text, base64_put(h, n, text) });
}

size_t crypt_text(struct str password, struct str setting, char out[CRYPT_TEXT])
{
	struct text t = { .p = out, .cap = CRYPT_TEXT };
	char id = setting.n > 3 && setting.p[0] == '$' && setting.p[2] == '$' ? setting.p[1] : 0;
	struct str rest = str_sub(setting, 3, setting.n);
	uint32_t rounds = 0;
	bool sha = id == '5' || id == '6';
	if ((id != '1' && id != '4' && !sha) || password.n > CRYPT_TYPED)
		return 0;
	text_put(&t, str_sub(setting, 0, 3));
	if (sha && !take_rounds(&rest, &t, &rounds))
		return 0;
	struct str salt = str_sub(rest, 0, min_size(str_find(rest, '$', 0), id == '1' ? 8 : 16));
	text_fmt(&t, "%.*s$", STR_ARG(salt));
	if (sha)
		sha_crypt(id == '5' ? DIGEST_SHA256 : DIGEST_SHA512, password, salt, rounds, &t);
	else if (id == '1')
		md5_crypt(password, salt, &t);
	else
		sha1_base64(password, salt, &t);
	return t.bad ? 0 : t.n;
}
