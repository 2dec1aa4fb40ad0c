/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "worker.h"
/* ls and cat: files in the guest, for whoever looks for what is wrong there. */

struct place {
	struct fs *fs;
	struct fs_node node;
	struct str path; /* without the device */
};

/* "(hd0,msdos1)/etc/fstab": there; without a device: on the first volume that has it. */
static void find(struct worker *w, struct place *out)
{
	struct str path = str_of(w->job->path), device = { NULL, 0 };
	struct boot_volume v;
	enum err e = ERR_FORMAT;
	bool found = false;
	if (str_starts(path, STR("("))) {
		size_t end = str_find(path, ')', 0);
		device = str_sub(path, 1, end);
		path = str_sub(path, end + 1, path.n);
	}
	for (size_t i = 0; !found && boot_volume(w->boot, i, &v); i++) {
		if (device.n && !str_eq(device, v.device))
			continue;
		if (v.result)
			continue;
		e = fs_open(v.fs, path, &out->node);
		found = e == OK;
		out->fs = v.fs;
	}
	out->path = path;
	if (found)
		return;
	worker_end(e == ERR_FORMAT ? STATUS_NO_FS : status_of(e), "%s: %.*s: %s",
		   w->job->disk[0].path, STR_ARG(path),
		   e == ERR_FORMAT ? "no file system to look for it" : err_text(e));
}

/* --- ls ----------------------------------------------------------------------- */

struct listing {
	struct worker *w;
	const struct place *at;
};

static void report_file(struct worker *w, struct fs *fs, struct str name, const struct fs_node *n)
{
	static const char *const type[] = { "file", "directory", "link", "other" };
	struct record r = { .kind = REC_FILE };
	char target[FS_PATH_MAX];
	size_t len;
	r.text[FILE_TYPE] = str_of(type[n->type]);
	r.number[FILE_SIZE] = n->type == FS_FILE || n->type == FS_LINK ? n->size : RECORD_UNKNOWN;
	r.number[FILE_MTIME] = n->mtime > 0 ? (uint64_t)n->mtime : RECORD_UNKNOWN;
	r.text[FILE_NAME] = name;
	if (n->type == FS_LINK && fs_readlink(fs, n, target, sizeof target, &len) == OK)
		r.text[FILE_TARGET] = str_sub((struct str){ target, len }, 0,
					      str_find((struct str){ target, len }, 0, 0));
	worker_report(w, &r);
}

/* A name that cannot be looked up is listed all the same; the log says why. */
static enum err list_name(void *ctx, struct str name, enum fs_type type)
{
	struct listing *l = ctx;
	struct fs_node n = { .type = type };
	struct fs *fs = l->at->fs;
	enum err e = fs->ops->lookup(fs, &l->at->node, name, &n);
	if (e)
		log_at(&l->w->log, LOG_WARN, "%s: %.*s/%.*s: %s", fs->where, STR_ARG(l->at->path),
		       STR_ARG(name), err_text(e));
	report_file(l->w, fs, str_sub(name, 0, str_find(name, 0, 0)), &n);
	return OK;
}

void job_ls(struct worker *w)
{
	struct place p;
	struct listing l = { w, &p };
	if (!w->job->path) {
		report_volumes(w);
		worker_done();
	}
	find(w, &p);
	if (p.node.type != FS_DIR) {
		report_file(w, p.fs, p.path, &p.node);
		worker_done();
	}
	enum err e = fs_list(p.fs, &p.node, list_name, &l);
	if (e)
		worker_fail(e, "%s: %.*s: %s", p.fs->where, STR_ARG(p.path), err_text(e));
	worker_done();
}

/* --- cat ---------------------------------------------------------------------- */

void job_cat(struct worker *w)
{
	struct place p;
	static char buf[WIRE_MAX]; /* the worker does one job */
	find(w, &p);
	if (p.node.type != FS_FILE)
		worker_end(STATUS_NO_FILE, "%s: %.*s: %s", p.fs->where, STR_ARG(p.path),
			   err_text(ERR_TYPE));
	if (p.node.size > w->job->o->max_initrd)
		worker_end(STATUS_LIMIT, "%s: %.*s has more than %llu MiB", p.fs->where,
			   STR_ARG(p.path), (unsigned long long)(w->job->o->max_initrd / OPTS_MIB));
	for (uint64_t at = 0; at < p.node.size;) { /* every piece moves on */
		size_t n = (size_t)min_u64(p.node.size - at, sizeof buf);
		enum err e = fs_read(p.fs, &p.node, at, buf, n);
		if (e)
			worker_end(STATUS_READ, "%s: %.*s: at byte %llu: %s", p.fs->where,
				   STR_ARG(p.path), (unsigned long long)at, err_text(e));
		worker_print((struct str){ buf, n });
		at += n;
	}
	worker_done();
}
