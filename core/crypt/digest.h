/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIGEST_H
#define DIGEST_H
#include "../base/base.h"
/* Hash functions, by mbed TLS: what the passwords of boot configurations are made with. */
enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA512 };
enum { DIGEST_MAX = 64, DIGEST_STATE = 40 };
/* By value: a copy goes on from where the original stood. */
struct digest {
	enum digest_kind kind;
	uint64_t state[DIGEST_STATE];
};
void digest_begin(struct digest *d, enum digest_kind kind);
void digest_add(struct digest *d, const void *p, size_t n);
/* Returns the bytes written: 16, 20, 32 or 64. */
size_t digest_end(struct digest *d, uint8_t out[DIGEST_MAX]);
#endif
