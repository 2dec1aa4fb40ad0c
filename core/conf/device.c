/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
/*
 * The devices in the order in which GRUB goes through them, as search and
 * patterns show it: what loopback made, the newest first; then disk after disk,
 * each before its partitions, and those from the last one to the first
 * (asked of GRUB 2.06 by test/conf/boot.py).
 */
enum { LOOPS_SEEN = 64 }; /* the newest calls of loopback that are looked at */

/* Neither taken away nor replaced by a newer one of that name; no more than LOOPS_SEEN are newer.
 */
static bool is_attached(const struct sh *sh, const struct sh_loop *l)
{
	const struct sh_loop *newest = sh->s.loop;
	while (newest != l && !str_eq(newest->name, l->name))
		newest = newest->older;
	return newest == l && l->device.p;
}

static size_t put_loops(const struct sh *sh, struct str *v)
{
	const struct sh_loop *l = sh->s.loop;
	size_t n = 0;
	for (size_t i = 0; l && i < LOOPS_SEEN; i++, l = l->older)
		if (is_attached(sh, l))
			v[n++] = l->name;
	return n;
}

static struct str disk_of(struct str device)
{
	return str_sub(device, 0, str_find(device, ',', 0));
}

/* The host has a disk's partitions first to last, and then the disk. */
static void turn_disks(struct str *v, size_t n)
{
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && str_eq(disk_of(v[to]), disk_of(v[from]));)
			to++;
		for (size_t i = from, k = to - 1; i < k; i++, k--) {
			struct str other = v[i];
			v[i] = v[k];
			v[k] = other;
		}
	}
}

enum err sh_devices(struct sh *sh, struct sh_devices *out)
{
	struct conf_host *h = sh->c->host;
	struct conf_device d;
	size_t total = 0;
	while (h->device && h->device(h, total, &d)) /* ends with the disks */
		total++;
	struct str *v = arena_array(sh->c->arena, struct str, LOOPS_SEEN + total);
	if (!v)
		return ERR_NOMEM;
	size_t n = put_loops(sh, v);
	for (size_t i = 0; i < total && h->device(h, i, &d); i++)
		v[n + i] = d.name;
	turn_disks(v + n, total);
	*out = (struct sh_devices){ .v = v, .n = n + total, .n_loop = n };
	return OK;
}
