/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan wants remembered: bytes changed inside files that are there. */
#include "attempt.h"
#include "base/str.h"
#include "conf/env.h"
#include <string.h>

enum {
	SAVE_MAX = 65536,
	LEGACY_MIN = 10, /* GRUB legacy's rule for its file: room for any number */
};

static bool same_file(const struct env_write *a, const struct env_write *b)
{
	return str_eq(a->file.device, b->file.device) && str_eq(a->file.path, b->file.path);
}

/* GRUB legacy's file: the number in its first line, the rest stays (GRUB 0.97 manual, savedefault).
 */
static enum err set_default(uint8_t *p, size_t n, struct str number)
{
	struct str rest = { (const char *)p, n }, line;
	uint64_t old;
	if (n < LEGACY_MIN || number.n >= LEGACY_MIN)
		return ERR_LIMIT;
	if (!str_split(&rest, '\n', &line) || !str_u64(str_trim(line), &old))
		return ERR_CORRUPT;
	memcpy(p, number.p, number.n);
	p[number.n] = '\n';
	return OK;
}

static enum err apply(const struct env_write *w, uint8_t *p, size_t n)
{
	return w->name.n ? env_block_set(p, n, w->name, w->value) : set_default(p, n, w->value);
}

/* All that w[0..n) says about w[0]'s file. */
static enum err save_file(struct boot *b, const struct env_write *w, size_t n, const char **why)
{
	const struct boot_file *f = &w->file;
	struct span old;
	*why = "it cannot be read";
	try(fs_slurp(f->fs, &f->node, SAVE_MAX, &b->choice, &old));
	uint8_t *p = arena_alloc(&b->choice, old.n + 1, 1);
	if (!p)
		return ERR_NOMEM;
	memcpy(p, old.p, old.n);
	*why = w->name.n ? "not an environment block, or it is full"
			 : "not the file of a saved default";
	for (size_t i = 0; i < n; i++)
		if (same_file(&w[i], w))
			try(apply(&w[i], p, old.n));
	if (!memcmp(p, old.p, old.n))
		return OK;
	*why = blk_writable(f->fs->disk) ? "it cannot be written in place"
					 : "the disk is not writable";
	return fs_overwrite(f->fs, &f->node, 0, p, old.n);
}

static bool is_first(const struct env_write *w, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_file(&w[k], &w[i]))
			return false;
	return true;
}

void boot_save(struct boot *b, const struct boot_plan *plan)
{
	for (size_t i = 0; i < plan->n_env; i++) {
		const struct env_write *w = &plan->env[i];
		const char *why;
		enum err e = is_first(plan->env, i) ? save_file(b, w, plan->n_env - i, &why) : OK;
		if (e)
			log_at(&b->log, LOG_WARN, "(%.*s)%.*s stays as it is: %s: %s",
			       STR_ARG(w->file.device), STR_ARG(w->file.path), why, err_text(e));
	}
}
