/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "secret.h"
#include "../base/str.h"

enum { SALT_MAX = 512 };
struct pbkdf2 {
	uint64_t rounds;
	uint8_t salt[SALT_MAX], hash[DIGEST_MAX];
	size_t n_salt, n_hash;
};

/* GRUB manual, "password_pbkdf2"; what grub-mkpasswd-pbkdf2 prints. */
static enum err pbkdf2_read(struct str text, struct pbkdf2 *p)
{
	const struct str head = STR("grub.pbkdf2.sha512.");
	struct str rest = str_sub(text, head.n, text.n), rounds, salt, hash;
	if (!str_starts(text, head) || !str_split(&rest, '.', &rounds) ||
	    !str_split(&rest, '.', &salt) || !str_split(&rest, '.', &hash) || rest.n)
		return ERR_SYNTAX;
	if (!str_u64(rounds, &p->rounds) || !p->rounds)
		return ERR_SYNTAX;
	/* A digest of more than one block, which nobody makes, takes as many times the rounds. */
	if (p->rounds > CRYPT_ROUNDS || salt.n / 2 > SALT_MAX || hash.n / 2 > DIGEST_MAX)
		return ERR_LIMIT;
	bool good = hex_bytes(salt, p->salt, SALT_MAX, &p->n_salt) &&
		    hex_bytes(hash, p->hash, DIGEST_MAX, &p->n_hash) && p->n_hash;
	return good ? OK : ERR_SYNTAX;
}

enum err secret_look(const struct secret *s)
{
	struct pbkdf2 p;
	char text[CRYPT_TEXT];
	switch (s->kind) {
	case SECRET_PLAIN:
		return OK;
	case SECRET_PBKDF2:
		return pbkdf2_read(s->text, &p);
	case SECRET_CRYPT:
		break;
	}
	/* Only a text of the length that its own setting gives can ever fit. */
	size_t n = crypt_text(STR(""), s->text, text);
	return !n ? ERR_SYNTAX : OK;
}

/* syslinux' sha1pass ends its text with one more '$'. */
static struct str without_end(struct str s)
{
	return str_ends(s, STR("$")) ? str_sub(s, 0, s.n - 1) : s;
}

bool secret_fits(const struct secret *s, struct str typed)
{
	struct pbkdf2 p;
	uint8_t hash[DIGEST_MAX];
	char text[CRYPT_TEXT];
	if (typed.n > CRYPT_TYPED)
		return false;
	switch (s->kind) {
	case SECRET_PLAIN:
		return same_text(s->text, typed);
	case SECRET_CRYPT: {
		struct str made = { text, crypt_text(typed, s->text, text) };
		return made.n && same_text(made, without_end(s->text));
	}
	case SECRET_PBKDF2:
		if (pbkdf2_read(s->text, &p))
			return false;
		pbkdf2_sha512(typed, (struct span){ p.salt, p.n_salt }, (uint32_t)p.rounds, hash,
			      p.n_hash);
		return same_bytes(hash, p.hash, p.n_hash);
	}
	return false;
}
