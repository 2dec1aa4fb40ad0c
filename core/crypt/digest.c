/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"
#include <mbedtls/md5.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <string.h>

#define fits(T) _Static_assert(sizeof(T) <= sizeof((struct digest *)0)->state, #T)
fits(mbedtls_md5_context);
fits(mbedtls_sha1_context);
fits(mbedtls_sha256_context);
fits(mbedtls_sha512_context);

/*
 * The library's results are about hardware that may fail; Debian's build has
 * none, and its contexts hold no pointers, so that they can be copied.
 */
void digest_begin(struct digest *d, enum digest_kind kind)
{
	void *s = memset(d->state, 0, sizeof d->state);
	d->kind = kind;
	switch (kind) {
	case DIGEST_MD5:
		(void)mbedtls_md5_starts_ret(s);
		break;
	case DIGEST_SHA1:
		(void)mbedtls_sha1_starts_ret(s);
		break;
	case DIGEST_SHA256:
		(void)mbedtls_sha256_starts_ret(s, 0);
		break;
	case DIGEST_SHA512:
		(void)mbedtls_sha512_starts_ret(s, 0);
		break;
	}
}

void digest_add(struct digest *d, const void *p, size_t n)
{
	void *s = d->state;
	switch (d->kind) {
	case DIGEST_MD5:
		(void)mbedtls_md5_update_ret(s, p, n);
		break;
	case DIGEST_SHA1:
		(void)mbedtls_sha1_update_ret(s, p, n);
		break;
	case DIGEST_SHA256:
		(void)mbedtls_sha256_update_ret(s, p, n);
		break;
	case DIGEST_SHA512:
		(void)mbedtls_sha512_update_ret(s, p, n);
		break;
	}
}

size_t digest_end(struct digest *d, uint8_t out[DIGEST_MAX])
{
	void *s = d->state;
	switch (d->kind) {
	case DIGEST_MD5:
		(void)mbedtls_md5_finish_ret(s, out);
		return 16;
	case DIGEST_SHA1:
		(void)mbedtls_sha1_finish_ret(s, out);
		return 20;
	case DIGEST_SHA256:
		(void)mbedtls_sha256_finish_ret(s, out);
		return 32;
	case DIGEST_SHA512:
		(void)mbedtls_sha512_finish_ret(s, out);
		return 64;
	}
	return 0;
}
