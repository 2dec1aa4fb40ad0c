/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CRYPT_H
#define CRYPT_H
#include "digest.h"
/* What is made of passwords. All of it is bounded by CRYPT_ROUNDS and CRYPT_TYPED. */
enum {
	CRYPT_ROUNDS = 1000000, /* the most that a configuration may ask for */
	CRYPT_TYPED = 256,	/* bytes of a password that somebody types */
	CRYPT_TEXT = 128,	/* room for what crypt_text makes */
};
/* RFC 8018 with HMAC-SHA-512; n is at most DIGEST_MAX, the first block. */
void pbkdf2_sha512(struct str password, struct span salt, uint32_t rounds, uint8_t *out, size_t n);
/*
 * As crypt(3): the whole text for a setting "$1$SALT..." (MD5), "$5$[rounds=N$]SALT..."
 * (SHA-256), "$6$..." (SHA-512; Drepper, "Unix crypt using SHA-256 and SHA-512"), and
 * "$4$SALT..." (syslinux: SHA-1 of salt and password, in base64). A setting may be a whole
 * text. Returns the length; 0: not such a setting, more than CRYPT_ROUNDS, a password over
 * CRYPT_TYPED.
 */
size_t crypt_text(struct str password, struct str setting, char out[CRYPT_TEXT]);
/* Pairs of hexadecimal digits; false: something else, or more than cap bytes. */
bool hex_bytes(struct str s, uint8_t *out, size_t cap, size_t *n);
/* RFC 4648's alphabet, without the filling. Returns the characters written: 4 for 3 bytes. */
size_t base64_put(const uint8_t *p, size_t n, char *out);
/* In a time that depends on n alone. */
bool same_bytes(const void *a, const void *b, size_t n);
/* The same for texts, by their digests: the time tells how long they are, not where they differ. */
bool same_text(struct str a, struct str b);
#endif
