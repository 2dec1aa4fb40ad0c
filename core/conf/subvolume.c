/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
/*
 * Btrfs subvolumes in paths, as the GRUBs of openSUSE, Fedora and openEuler have
 * them (their patches grub2-btrfs-01 to -07): btrfs-mount-subvol shows a
 * subvolume in a directory's place, and where $btrfs_relative_path is set, paths
 * begin in $btrfs_subvol, which is how snapper's menu starts a snapshot. Where
 * nothing is there, the path stays what it was: it may name all the way itself.
 */
enum { MOUNTS_MAX = 64 };

static bool is_btrfs(struct sh *sh, struct str device)
{
	struct conf_host *h = sh->c->host;
	struct text name = { .arena = sh->c->arena };
	text_fmt(&name, "fs:%.*s", STR_ARG(device));
	return h->fact && !name.bad && str_eq(h->fact(h, text_str(&name)), STR("btrfs"));
}

/* What stands behind dir in path; p == NULL: it is not below it. */
static struct str below(struct str path, struct str dir)
{
	bool is = str_starts(path, dir) && (path.n == dir.n || path.p[dir.n] == '/');
	return is ? str_sub(path, dir.n, path.n) : (struct str){ NULL, 0 };
}

/* The innermost mount that path lies below. */
static const struct sh_mount *mount_of(const struct sh *sh, const struct sh_path *p)
{
	const struct sh_mount *best = NULL;
	for (const struct sh_mount *m = sh->s.mount; m; m = m->older) /* MOUNTS_MAX */
		if (str_eq(m->device, p->device) && below(p->path, m->dir).p &&
		    (!best || m->dir.n > best->dir.n))
			best = m;
	return best;
}

/* rest in subvol, if that is there. */
static enum err enter(struct sh *sh, struct str subvol, struct str rest, struct sh_path *p)
{
	struct text t = { .arena = sh->c->arena };
	struct boot_file f;
	try(sh_spend(sh, SH_LOOK));
	text_fmt(&t, "%s%.*s%.*s", str_starts(subvol, STR("/")) ? "" : "/", STR_ARG(subvol),
		 STR_ARG(rest));
	if (t.bad)
		return ERR_NOMEM;
	if (!sh->c->host->open(sh->c->host, p->device, text_str(&t), &f))
		p->path = text_str(&t);
	return OK;
}

enum err sh_subvolume(struct sh *sh, struct sh_path *p)
{
	const struct sh_mount *m = mount_of(sh, p);
	struct str subvol, relative;
	if (m)
		return enter(sh, m->subvol, below(p->path, m->dir), p);
	try(sh_get(sh, STR("btrfs_subvol"), &subvol));
	try(sh_get(sh, STR("btrfs_relative_path"), &relative));
	bool is = str_starts(relative, STR("y")) || str_starts(relative, STR("1"));
	return is && subvol.n && is_btrfs(sh, p->device) ? enter(sh, subvol, p->path, p) : OK;
}

/* btrfs-mount-subvol DEVICE DIRECTORY SUBVOLUME */
enum err cmd_mount_subvolume(struct sh *sh, const struct sh_args *a)
{
	struct sh_mount *m = arena_new(sh->c->arena, struct sh_mount);
	struct sh_path p;
	if (!m)
		return ERR_NOMEM;
	if (a->n < 4) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: a device, a directory and a subvolume are due",
			STR_ARG(a->v[0]));
		return OK;
	}
	try(sh_path(sh, a->v[1], &p));
	if (!is_btrfs(sh, p.device)) {
		sh_fail(sh, SH_BAD_ARGUMENT, "%.*s: %.*s: no Btrfs", STR_ARG(a->v[0]),
			STR_ARG(a->v[1]));
		return OK;
	}
	size_t n = a->v[2].n;
	while (n && a->v[2].p[n - 1] == '/')
		n--;
	*m = (struct sh_mount){ sh->s.mount, p.device, str_sub(a->v[2], 0, n), a->v[3],
				sh->s.mount ? sh->s.mount->n + 1 : 1 };
	if (m->n > MOUNTS_MAX)
		return sh_limit(sh, "mounted subvolumes", MOUNTS_MAX);
	sh->s.mount = m;
	return OK;
}
