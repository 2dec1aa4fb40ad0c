/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../crypt/crypt.h"
#include "cmd.h"
#include <string.h>

/*
 * hashsum, md5sum and their like (GNU GRUB manual, "hashsum"): --check FILE
 * compares files with what FILE lists, a line "DIGEST  NAME" each; without it
 * the digests are printed.
 */
enum {
	HASH_CHUNK = 65536,
	HASH_STEP = 256, /* bytes that take as long as a step */
};

struct hash {
	enum digest_kind kind;
	struct str prefix; /* --prefix: what the names in a list are below */
	bool keep_going;
	uint8_t *chunk;
};

static bool kind_of(struct str name, enum digest_kind *out)
{
	static const char *const names[] = { "md5", "sha1", "sha256", "sha512" };
	for (size_t i = 0; i < array_len(names); i++) {
		*out = (enum digest_kind)i;
		if (str_eq_nocase(name, str_of(names[i])))
			return true;
	}
	return false;
}

static enum err add_all(struct sh *sh, const struct hash *h, const struct boot_file *f,
			struct digest *d, enum err *bad)
{
	struct conf_host *host = sh->c->host;
	uint64_t size = boot_file_size(f);
	for (uint64_t at = 0; at < size && !*bad; at += HASH_CHUNK) { /* to the file's end */
		size_t n = (size_t)min_u64(HASH_CHUNK, size - at);
		try(sh_spend(sh, SH_LOOK + (uint32_t)(n / HASH_STEP)));
		*bad = host->bytes ? host->bytes(host, f, at, h->chunk, n) : ERR_UNSUPPORTED;
		digest_add(d, h->chunk, n);
	}
	return OK;
}

/* *n: bytes in out; 0: the file cannot be read, which was logged. */
static enum err digest_of(struct sh *sh, const struct hash *h, struct str name,
			  uint8_t out[DIGEST_MAX], size_t *n)
{
	struct boot_file f;
	struct sh_path p;
	struct digest d;
	*n = 0;
	try(sh_path(sh, name, &p));
	enum err bad = sh->c->host->open(sh->c->host, p.device, p.path, &f);
	if (!bad && f.node.type != FS_FILE)
		bad = ERR_TYPE;
	digest_begin(&d, h->kind);
	if (!bad)
		try(add_all(sh, h, &f, &d, &bad));
	if (bad)
		sh_fail(sh, SH_NO_FILE, "%.*s: %s", STR_ARG(name), err_text(bad));
	else
		*n = digest_end(&d, out);
	return OK;
}

/* A line of a list: two blanks, or a blank and '*', stand before the name. */
static enum err check_line(struct sh *sh, const struct hash *h, struct str line, bool *good)
{
	uint8_t want[DIGEST_MAX], have[DIGEST_MAX];
	size_t blank = str_find(line, ' ', 0), n_want, n;
	struct str name = str_sub(line, blank + 2, line.n);
	struct text t = { .arena = sh->c->arena };
	*good = false;
	if (!hex_bytes(str_sub(line, 0, blank), want, sizeof want, &n_want) || str_empty(name)) {
		sh_fail(sh, SH_BAD_FILE, "not a line of digests: %.*s", STR_ARG(line));
		return OK;
	}
	text_fmt(&t, "%.*s%s%.*s", STR_ARG(h->prefix), h->prefix.n ? "/" : "", STR_ARG(name));
	if (t.bad)
		return ERR_NOMEM;
	try(digest_of(sh, h, text_str(&t), have, &n));
	*good = n && n == n_want && memcmp(want, have, n) == 0;
	sh_log(sh, LOG_INFO, "%.*s: %s", STR_ARG(name), *good ? "as listed" : "not as listed");
	return OK;
}

static enum err check_list(struct sh *sh, const struct hash *h, struct str list)
{
	struct sh_path p;
	struct str text, line;
	size_t wrong = 0;
	bool found, good;
	try(sh_path(sh, list, &p));
	try(sh_read(sh, &p, &text, &found));
	if (!found)
		return OK;
	while (str_split(&text, '\n', &line)) { /* each turn takes a line */
		line = str_trim(line);
		if (str_empty(line))
			continue;
		try(check_line(sh, h, line, &good));
		wrong += !good;
		if (wrong && !h->keep_going)
			break;
	}
	sh->status = wrong ? SH_FALSE : SH_TRUE;
	return OK;
}

static enum err print_one(struct sh *sh, const struct hash *h, struct str name)
{
	static const char digit[] = "0123456789abcdef";
	uint8_t sum[DIGEST_MAX];
	char hex[2 * DIGEST_MAX];
	size_t n;
	try(digest_of(sh, h, name, sum, &n));
	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digit[sum[i] >> 4];
		hex[2 * i + 1] = digit[sum[i] & 15];
	}
	if (n)
		sh_log(sh, LOG_INFO, "%.*s  %.*s", (int)(2 * n), hex, STR_ARG(name));
	return OK;
}

static enum err usage(struct sh *sh, const struct sh_args *a, const char *what)
{
	sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: %s", STR_ARG(a->v[0]), what);
	return OK;
}

enum err cmd_hashsum(struct sh *sh, const struct sh_args *a)
{
	static const struct sh_opt opt[] = {
		{ "hash", 'h', OPT_VALUE },	 { "check", 'c', OPT_VALUE },
		{ "prefix", 'p', OPT_VALUE },	 { "keep-going", 'k', OPT_FLAG },
		{ "uncompress", 'u', OPT_FLAG },
	};
	struct sh_opts o = sh_opts_of(a, opt, array_len(opt));
	struct str value, *file = arena_array(sh->c->arena, struct str, a->n);
	struct str name = str_sub(a->v[0], 0, a->v[0].n - 3), list = { 0 }; /* "md5sum" */
	struct hash h = { .chunk = arena_alloc(sh->c->arena, HASH_CHUNK, 1) };
	size_t n = 0;
	int i;
	if (!file || !h.chunk)
		return ERR_NOMEM;
	while ((i = sh_opt_next(sh, &o, &value)) > OPT_END) { /* each turn takes an argument */
		if (i == OPT_WORD)
			file[n++] = value;
		else if (i == 0)
			name = value;
		else if (i == 1)
			list = value;
		else if (i == 2)
			h.prefix = value;
		else if (i == 4)
			return usage(sh, a, "--uncompress: domboot does not do that");
		h.keep_going = h.keep_going || i == 3;
	}
	if (i == OPT_BAD)
		return OK;
	if (!kind_of(name, &h.kind))
		return usage(sh, a, "not a digest that domboot knows");
	if (list.p ? n : !n)
		return usage(sh, a, list.p ? "a list and files" : "no file named");
	if (list.p)
		return check_list(sh, &h, list);
	for (size_t k = 0; k < n; k++)
		try(print_one(sh, &h, file[k]));
	return OK;
}
