/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "disks.h"
#include "base/str.h"
#include "tables.h"

static struct str fmt_dup(struct arena *a, const char *fmt, ...) printf_like(2, 3);
static struct str fmt_dup(struct arena *a, const char *fmt, ...)
{
	char line[FS_NAME_MAX + 128];
	va_list ap;
	va_start(ap, fmt);
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	return str_dup(a, (struct str){ line, min_size(n, sizeof line - 1) });
}

static const char *scheme_tag(enum part_scheme s)
{
	return s == PART_GPT ? "gpt" : "msdos";
}

static enum err volume_init(struct disks *d, struct disk *k, struct str name, const struct part *p,
			    struct volume *v)
{
	v->part = p;
	v->scheme = p ? k->table.scheme : PART_NONE;
	if (p) {
		v->device = fmt_dup(d->arena, "%.*s,%s%u", STR_ARG(name),
				    scheme_tag(k->table.scheme), p->number);
		v->place = fmt_dup(d->arena, "%s: partition %u", k->blk->name, p->number);
		try(blk_slice(&v->blk, k->blk, p->off, p->size));
	} else {
		v->device = name;
		v->place = fmt_dup(d->arena, "%s", k->blk->name);
		try(blk_slice(&v->blk, k->blk, 0, k->blk->size));
	}
	return v->device.p && v->place.p ? OK : ERR_NOMEM;
}

enum err disk_init(struct disks *d, struct disk *k, struct str name)
{
	const struct part_table *t = &k->table;
	try(part_scan(k->blk, d->arena, d->log, &k->table));
	k->volume = arena_array(d->arena, struct volume, t->n + 1);
	if (!k->volume)
		return ERR_NOMEM;
	for (size_t i = 0; i <= t->n; i++)
		try(volume_init(d, k, name, i < t->n ? &t->part[i] : NULL, &k->volume[i]));
	k->n = t->n + 1;
	return OK;
}

enum err disks_init(struct disks *d, struct blk *const *blk, size_t n, struct arena *a,
		    struct log *log)
{
	if (n > DISKS_MAX) {
		log_at(log, LOG_WARN, "%zu disks: only the first %d are looked at", n, DISKS_MAX);
		n = DISKS_MAX;
	}
	*d = (struct disks){
		.arena = a, .log = log, .n = n, .driver = fs_drivers, .n_driver = n_fs_drivers
	};
	d->disk = arena_array(a, struct disk, n);
	if (!d->disk)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		struct str name = fmt_dup(a, "hd%zu", i);
		d->disk[i].blk = blk[i];
		enum err e = name.p ? disk_init(d, &d->disk[i], name) : ERR_NOMEM;
		if (e == ERR_NOMEM)
			return e;
		if (e)
			log_at(log, LOG_ERROR, "%s: the partition table: %s", blk[i]->name,
			       err_text(e));
	}
	return OK;
}

/* "disk.img: partition 1 (ext4, "root")": what an admin needs to find the place. */
static void name_mounted(struct disks *d, struct volume *v)
{
	const char *quote = v->fs.label[0] ? "\"" : "", *comma = v->fs.label[0] ? ", " : "";
	struct str s = fmt_dup(d->arena, "%.*s (%s%s%s%s%s)", STR_ARG(v->place), v->fs.ops->name,
			       comma, quote, v->fs.label, quote);
	if (!s.p)
		return;
	v->place = s;
	v->fs.where = s.p;
}

uint64_t disks_work(const struct disks *d)
{
	uint64_t n = 0;
	for (size_t i = 0; i < d->n; i++)
		n += d->disk[i].blk->work;
	for (const struct loop *l = d->loop; l; l = l->older) /* LOOPS_MAX at most */
		n += l->blk.work;
	return n;
}

enum err disks_mount(struct disks *d, struct volume *v)
{
	if (v->tried)
		return v->result;
	v->tried = true;
	v->fs.log = d->log;
	v->fs.where = v->place.p;
	v->result = fs_mount(&v->fs, &v->blk, d->arena, d->driver, d->n_driver);
	if (!v->result)
		name_mounted(d, v);
	else if (v->result == ERR_FORMAT)
		log_at(d->log, LOG_DEBUG, "%.*s: no file system that domboot knows",
		       STR_ARG(v->place));
	else if (v->result == ERR_IO || v->result == ERR_NOMEM)
		log_at(d->log, LOG_ERROR, "%.*s: %s", STR_ARG(v->place), err_text(v->result));
	return v->result;
}

const struct foreign *disks_foreign(struct disks *d, struct volume *v)
{
	if (disks_mount(d, v) != ERR_FORMAT)
		return NULL;
	if (!v->foreign_tried)
		v->foreign = foreign_of(&v->blk, d->arena);
	v->foreign_tried = true;
	return v->foreign;
}

/* Cut the digits that end s off; false when there are none. */
static bool trailing_number(struct str s, struct str *head, uint64_t *v)
{
	size_t at = s.n;
	while (at > 0 && is_digit(s.p[at - 1]))
		at--;
	*head = str_sub(s, 0, at);
	return str_u64(str_sub(s, at, s.n), v);
}

/* "xvdb" is the second disk where the disks go by other names, as in dom0. */
static struct disk *find_by_letter(struct disks *d, struct str name)
{
	if (name.n != 4 || !str_starts(name, STR("xvd")) || name.p[3] < 'a')
		return NULL;
	for (size_t k = 0; k < d->n; k++)
		if (str_starts(str_of(d->disk[k].blk->name), STR("xvd")))
			return NULL;
	size_t i = (size_t)(name.p[3] - 'a');
	return i < d->n ? &d->disk[i] : NULL;
}

static struct disk *find_disk(struct disks *d, struct str name)
{
	struct str head;
	uint64_t i;
	if (trailing_number(name, &head, &i) && str_eq(head, STR("hd")))
		return i < d->n ? &d->disk[i] : NULL;
	if (str_starts(name, STR("xen/")))
		name = str_sub(name, 4, name.n);
	for (size_t k = 0; k < d->n; k++)
		if (str_eq(str_of(d->disk[k].blk->name), name))
			return &d->disk[k];
	return find_by_letter(d, name);
}

/* The volume that the text behind the disk's name and a comma means; empty: the whole disk. */
static enum err find_volume(struct disk *k, struct str part, struct volume **out)
{
	struct str tag;
	uint64_t number;
	*out = &k->volume[k->n - 1];
	if (str_empty(part))
		return OK;
	/* The tag may be wrong, as after a conversion to GPT: numbers did not change. */
	if (!trailing_number(str_sub(part, 0, str_find(part, ',', 0)), &tag, &number))
		return ERR_NOENT;
	for (size_t i = 0; i + 1 < k->n; i++) {
		*out = &k->volume[i];
		if ((*out)->part->number == number)
			return OK;
	}
	return ERR_NOENT;
}

enum err disks_find(struct disks *d, struct str name, struct volume **out)
{
	struct str part = { "", 0 };
	struct disk *k;
	if (str_starts(name, STR("loop("))) {
		try(loop_find(d, name, &k, &part));
	} else {
		size_t comma = str_find(name, ',', 0);
		k = find_disk(d, str_sub(name, 0, comma));
		part = str_sub(name, comma + 1, name.n);
	}
	return k && k->n ? find_volume(k, part, out) : ERR_NOENT;
}

struct volume *disks_at(struct disks *d, size_t i)
{
	for (size_t k = 0; k < d->n; k++) {
		if (i < d->disk[k].n)
			return &d->disk[k].volume[i];
		i -= d->disk[k].n;
	}
	return NULL;
}
