/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attempt.h"
#include "base/str.h"

/* What a place's name leads to: a text, or nothing but the name where it is bare. */
static enum err read_place(struct boot *b, struct volume *v, const struct conf_place *p)
{
	struct fs_node node;
	b->source.text = (struct span){ NULL, 0 };
	try(fs_open(&v->fs, str_of(p->path), &node));
	if (p->bare)
		return OK;
	return fs_slurp(&v->fs, &node, b->platform->limits.file, &b->texts, &b->source.text);
}

static enum err tell_unread(struct boot *b, const struct volume *v, struct str path, enum err e)
{
	char limit[80];
	fmt_to(limit, sizeof limit, "over the limit of %zu bytes in a configuration file",
	       b->platform->limits.file);
	log_at(&b->log, LOG_ERROR, "%.*s: %.*s: %s", STR_ARG(v->place), STR_ARG(path),
	       e == ERR_LIMIT ? limit : err_text(e));
	if (e != ERR_TYPE) { /* somebody configured something here */
		b->found = true;
		b->broken = e;
	}
	return e;
}

/*
 * Read p on v into b->source; p->ops NULL: the language by name and text.
 * ERR_NOENT without a word when it is not there.
 */
static enum err take(struct boot *b, struct volume *v, const struct conf_place *p)
{
	struct str path = str_of(p->path);
	struct text name = { .arena = &b->texts };
	if (disks_mount(&b->disks, v))
		return ERR_NOENT;
	enum err e = read_place(b, v, p);
	if (e == ERR_NOENT)
		return e;
	text_fmt(&name, "(%.*s)%.*s", STR_ARG(v->device), STR_ARG(path));
	if (!e && name.bad)
		e = ERR_NOMEM;
	if (e)
		return tell_unread(b, v, path, e);
	b->source.device = v->device;
	b->source.path = str_sub(text_str(&name), v->device.n + 2, name.n);
	b->config = text_str(&name);
	b->ops = p->ops ? p->ops : conf_ops_for(path, b->source.text);
	b->bare = p->bare;
	/* What installers put on the ESP: where there is no entry, nobody wanted one there. */
	b->lead = p->ops && !p->bare && str_starts(path, STR("/EFI/"));
	b->host.boot = v;
	return OK;
}

static enum err find_preset(struct boot *b, const struct boot_want *want)
{
	struct volume *v = disks_at(&b->disks, 0);
	b->bare = b->lead = false;
	if (!want->preset.n)
		return ERR_NOENT;
	b->source = (struct conf_source){
		.device = v ? v->device : STR("hd0"),
		.path = STR("/boot/grub/menu.lst"),
		.text = want->preset,
	};
	b->config = STR("the menu that dom0 gave");
	b->ops = conf_ops_for(STR("preset"), want->preset);
	b->host.boot = v;
	return OK;
}

static bool same_disk(const struct volume *a, const struct volume *b)
{
	return a->blk.parent == b->blk.parent;
}

/*
 * The file that the caller named: on the device that it names, then, since a
 * disk with and one without a partition table are confused so often ((hd0) for
 * (hd0,0)), on the others of that disk. A name without device: on any.
 */
static enum err find_asked(struct boot *b, const struct boot_want *want)
{
	struct str path = want->config, device = { NULL, 0 };
	struct volume *named = NULL, *v;
	struct conf_place place = { 0 };
	if (!path.n)
		return ERR_NOENT;
	if (path.p[0] == '(') {
		size_t end = str_find(path, ')', 0);
		device = str_sub(path, 1, end);
		path = str_sub(path, end + 1, path.n);
		if (want->legacy_numbers)
			try(conf_device_from_zero(&b->texts, device, &device));
	}
	place.path = str_dup(&b->texts, path).p;
	if (!place.path)
		return ERR_NOMEM;
	if (device.n && !disks_find(&b->disks, device, &named) && take(b, named, &place) == OK)
		return OK;
	struct str disk = str_sub(device, 0, str_find(device, ',', 0));
	bool any = !device.n || (!named && disks_find(&b->disks, disk, &named));
	for (size_t i = 0; (v = disks_at(&b->disks, i)); i++) {
		if (!any && !same_disk(v, named))
			continue;
		if (take(b, v, &place) == OK)
			return OK;
	}
	log_at(&b->log, LOG_ERROR, "%.*s: no such file on any disk; looking in the usual places",
	       STR_ARG(want->config));
	return ERR_NOENT;
}

/* Step i of the search: a volume, and the rank of the names to look for there. */
static struct volume *step_at(struct disks *d, size_t i, enum place_rank *rank)
{
	for (size_t k = 0; k < d->n; k++) {
		const struct disk *disk = &d->disk[k];
		if (i < 2 * disk->n) {
			*rank = i < disk->n ? PLACE_PYGRUB : PLACE_MORE;
			return &disk->volume[i % disk->n];
		}
		i -= 2 * disk->n;
	}
	*rank = PLACE_GUESS;
	return disks_at(d, i);
}

/* --- "/EFI/x/grub.cfg", whatever x is ------------------------------------------------- */

struct match {
	size_t left; /* that are passed over */
	struct arena *arena;
	struct str name;
};

static enum err match_name(void *ctx, struct str name, enum fs_type type)
{
	struct match *m = ctx;
	/* EFI/BOOT is a place of its own. */
	if (m->name.p || type != FS_DIR || name.p[0] == '.' || str_eq_nocase(name, STR("BOOT")))
		return OK;
	if (m->left-- == 0)
		m->name = str_dup(m->arena, name);
	return OK;
}

/* The place at b->at_match of what p's path stands for, and on to the next; ERR_NOENT: no more. */
static enum err next_match(struct boot *b, struct volume *v, const struct conf_place *p,
			   struct conf_place *out)
{
	enum { MATCHES_MAX = 16 }; /* each lists the directory anew */
	struct str path = str_of(p->path);
	size_t star = str_find(path, '*', 0);
	struct match m = { .left = b->at_match++, .arena = &b->texts };
	struct text t = { .arena = &b->texts };
	struct fs_node dir;
	*out = *p;
	if (star == path.n)
		return m.left ? ERR_NOENT : OK;
	if (m.left >= MATCHES_MAX || disks_mount(&b->disks, v) ||
	    fs_open(&v->fs, str_sub(path, 0, star), &dir) || dir.type != FS_DIR ||
	    fs_list(&v->fs, &dir, match_name, &m) || !m.name.p)
		return ERR_NOENT;
	text_fmt(&t, "%.*s%.*s%.*s", STR_ARG(str_sub(path, 0, star)), STR_ARG(m.name),
		 STR_ARG(str_sub(path, star + 1, path.n)));
	text_char(&t, 0);
	out->path = text_str(&t).p;
	return t.bad ? ERR_NOMEM : OK;
}

/* The next place of that rank; false: on this volume there are no more. */
static bool next_place(struct boot *b, struct volume *v, enum place_rank rank,
		       struct conf_place *out)
{
	for (; b->at_place < n_conf_places; b->at_place++, b->at_match = 0) {
		const struct conf_place *p = &conf_places[b->at_place];
		if (p->rank == rank && next_match(b, v, p, out) == OK)
			return true;
	}
	return false;
}

static enum err find_places(struct boot *b)
{
	struct volume *v;
	struct conf_place p;
	enum place_rank rank;
	for (; (v = step_at(&b->disks, b->at_step, &rank)); b->at_step++) {
		/* A configuration that is broken is no invitation to guess past it. */
		if (rank == PLACE_GUESS && b->found)
			break;
		while (next_place(b, v, rank, &p)) /* ends with the table */
			if (take(b, v, &p) == OK)
				return OK;
		b->at_place = b->at_match = 0;
	}
	return ERR_NOENT;
}

enum err find_next(struct boot *b, const struct boot_want *want)
{
	enum err e = ERR_NOENT;
	if (b->stage == FIND_PRESET) {
		b->stage = FIND_ASKED;
		e = find_preset(b, want);
	}
	if (e && b->stage == FIND_ASKED) {
		b->stage = FIND_PLACES;
		e = find_asked(b, want);
	}
	if (e)
		e = find_places(b);
	b->found |= !e && !b->bare && !b->lead;
	return e;
}

static void put_state(struct boot *b, struct volume *v, struct text *t)
{
	const struct foreign *f = v->tried ? disks_foreign(&b->disks, v) : NULL;
	if (!v->tried)
		text_put(t, STR("not looked at"));
	else if (f)
		text_fmt(t, "%s, which domboot does not read", f->name);
	else
		text_fmt(t, "%s",
			 v->result == OK	   ? v->fs.ops->name
			 : v->result == ERR_FORMAT ? "no file system that domboot knows"
						   : err_text(v->result));
}

void find_report(struct boot *b)
{
	if (b->disks.n == 0)
		log_at(&b->log, LOG_ERROR, "there is no disk");
	for (size_t i = 0; i < b->disks.n; i++) {
		const struct disk *k = &b->disks.disk[i];
		struct text t = { .arena = &b->arena };
		for (size_t j = 0; j < k->n; j++) {
			struct volume *v = &k->volume[j];
			if (v->part)
				text_fmt(&t, "partition %u: ", v->part->number);
			else
				text_put(&t, STR("whole disk: "));
			put_state(b, v, &t);
			text_put(&t, v->part ? STR("; ") : STR(""));
		}
		log_at(&b->log, LOG_ERROR, "%s: no boot configuration found (%.*s)", k->blk->name,
		       STR_ARG(text_str(&t)));
	}
}
