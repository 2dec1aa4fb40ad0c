/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SECRET_H
#define SECRET_H
#include "crypt.h"
/* What a boot configuration says about a password. */
enum secret_kind {
	SECRET_PLAIN,
	SECRET_CRYPT,  /* "$1$SALT$HASH": see crypt_text */
	SECRET_PBKDF2, /* "grub.pbkdf2.sha512.ROUNDS.SALT.HASH", the last two in hexadecimal */
};
struct secret {
	enum secret_kind kind;
	struct str text;
};
/* ERR_SYNTAX: nothing that a password could fit; ERR_LIMIT: more than CRYPT_ROUNDS, or too long. */
enum err secret_look(const struct secret *s);
/*
 * Whether it is what was typed. The time does not tell how much of it is; it is
 * that of the rounds that the configuration asks for.
 */
bool secret_fits(const struct secret *s, struct str typed);
#endif
