/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plain.h"
#include "version.h"
#include "../base/str.h"

/*
 * The last resort: a disk with kernels and no configuration for them. Every
 * kernel of a directory is an entry, the newest first, with the initrd that its
 * distribution would have named for it. root= is given only where /etc/fstab
 * says it in words that hold in a Xen guest.
 */
enum { GUESS_NAMES_MAX = 4096, GUESS_KERNELS_MAX = 64, GUESS_TIMEOUT_S = 5, FSTAB_MAX = 65536 };

struct found {
	struct str name, version; /* "vmlinuz-6.1-amd64", "6.1-amd64" */
	bool old;		  /* "vmlinuz.old" */
	size_t kind;		  /* of kernel_names */
};
struct guess {
	struct conf *c;
	const struct conf_source *src;
	struct str dir; /* with the slash */
	struct found kernel[GUESS_KERNELS_MAX];
	size_t n;
	uint32_t names;
	struct str root; /* "root=UUID=... ro", or empty */
	bool by_initrd;	 /* which only an initrd understands */
};

/* --- kernels ---------------------------------------------------------------------- */

/* Of one version the first is taken first. */
static const struct {
	const char *name;
	bool more; /* anything may follow, else only a dash and a version */
} kernel_names[] = {
	{ "vmlinuz", true }, { "bzImage", true }, { "kernel-", true },
	{ "Image", false },  { "linux", false },  { "vmlinux", true },
};

/* Its index in kernel_names, or their number. */
static size_t kind_of(struct str name)
{
	size_t i = 0;
	for (; i < array_len(kernel_names); i++) {
		struct str begin = str_of(kernel_names[i].name);
		if (!str_starts(name, begin))
			continue;
		if (kernel_names[i].more || name.n == begin.n || name.p[begin.n] == '-')
			break;
	}
	return i;
}

/* Names that a line of words can hold, and that are no checksum or signature of a kernel. */
static bool is_usable(struct str name)
{
	static const char *const not [] = { ".hmac",	 ".sig",      ".asc",	 ".gpg",
					    ".config",	 ".map",      ".signed", ".bak",
					    ".dpkg-tmp", ".dpkg-new", ".debug" };
	/* SUSE keeps the whole kernel beside the one that boots, packed for its debugger. */
	static const char *const packed[] = { ".gz", ".xz", ".zst", ".bz2" };
	for (size_t i = 0; i < array_len(packed) && str_starts(name, STR("vmlinux")); i++)
		if (str_ends(name, str_of(packed[i])))
			return false;
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] <= ' ' || name.p[i] == 0x7f)
			return false;
	for (size_t i = 0; i < array_len(not ); i++)
		if (str_ends(name, str_of(not [i])))
			return false;
	return true;
}

/* < 0 where a comes first. A name without a version is a link to what is meant to boot. */
static int order(const struct found *a, const struct found *b)
{
	int r = (int)a->old - (int)b->old;
	if (!r)
		r = (a->version.n != 0) - (b->version.n != 0);
	if (!r)
		r = version_cmp(b->version, a->version);
	return r ? r : (a->kind > b->kind) - (a->kind < b->kind);
}

/* Keep a kernel in its place; of too many the oldest go. */
static void keep(struct guess *g, struct found k)
{
	size_t at = g->n < GUESS_KERNELS_MAX ? g->n++ : GUESS_KERNELS_MAX;
	for (; at && order(&k, &g->kernel[at - 1]) < 0; at--)
		if (at < GUESS_KERNELS_MAX)
			g->kernel[at] = g->kernel[at - 1];
	if (at < GUESS_KERNELS_MAX)
		g->kernel[at] = k;
}

static enum err take_name(void *ctx, struct str name, enum fs_type type)
{
	struct guess *g = ctx;
	struct found k = { .name = name, .kind = kind_of(name) };
	if (g->names++ == GUESS_NAMES_MAX)
		return ERR_LIMIT;
	if ((type != FS_FILE && type != FS_LINK) || !is_usable(name) ||
	    k.kind == array_len(kernel_names))
		return OK;
	k.name = str_dup(g->c->arena, name);
	if (!k.name.p)
		return ERR_NOMEM;
	k.version = str_sub(k.name, str_of(kernel_names[k.kind].name).n, k.name.n);
	k.old = str_ends(k.version, STR(".old"));
	if (str_starts(k.version, STR("-")))
		k.version = str_sub(k.version, 1, k.version.n);
	keep(g, k);
	return OK;
}

/* --- initrds ------------------------------------------------------------------------- */

/* What stands before and behind the version: Debian, Fedora, SUSE, Arch, Alpine, Gentoo. */
static const struct {
	const char *before, *behind;
} initrd_names[] = {
	{ "initrd.img-", "" },	 { "initramfs-", ".img" }, { "initrd-", "" },
	{ "initrd-", ".img" },	 { "initramfs-", "" },	   { "initramfs-genkernel-x86_64-", "" },
	{ "initramfs-", ".gz" }, { "initrd_", ".gz" },
};
/* Of a kernel without a version. */
static const char *const bare_initrds[] = { "initrd.img", "initrd", "initramfs.img", "initrd.gz",
					    "initramfs" };

/* Whether this file is there; then its path. */
static bool is_there(struct guess *g, const char *before, struct str middle, const char *behind,
		     struct str *out)
{
	struct conf_host *h = g->c->host;
	struct text t = { .arena = g->c->arena };
	struct boot_file f;
	text_fmt(&t, "%.*s%s%.*s%s", STR_ARG(g->dir), before, STR_ARG(middle), behind);
	*out = text_str(&t);
	return !t.bad && h->open(h, g->src->device, *out, &f) == OK && f.node.type == FS_FILE &&
	       f.node.size > 0;
}

static struct str find_initrd(struct guess *g, const struct found *k)
{
	struct str path, old = k->old ? STR(".old") : STR("");
	bool bare = k->version.n == old.n;
	for (size_t i = 0; bare && i < array_len(bare_initrds); i++)
		if (is_there(g, bare_initrds[i], old, "", &path))
			return path;
	for (size_t i = 0; !bare && i < array_len(initrd_names); i++)
		if (is_there(g, initrd_names[i].before, k->version, initrd_names[i].behind, &path))
			return path;
	return STR("");
}

/* --- the root file system ---------------------------------------------------------------- */

/* The fields of fstab(5)'s line for "/". */
static bool root_line(struct str text, struct str *spec, struct str *options)
{
	struct str line, where, type;
	while (str_split(&text, '\n', &line)) { /* ends with the text */
		line = str_trim(line);
		if (str_word(&line, spec) && spec->p[0] != '#' && str_word(&line, &where) &&
		    str_eq(where, STR("/")) && str_word(&line, &type))
			return str_word(&line, options);
	}
	return false;
}

/* A name that means the same inside a Xen guest, and one that some disk here bears. */
static bool is_safe(struct guess *g, struct str spec)
{
	struct conf_host *h = g->c->host;
	const struct str uuid = STR("UUID="), label = STR("LABEL=");
	struct str device;
	if (str_starts(spec, STR("/dev/xvd")) || str_starts(spec, STR("PARTUUID=")))
		return true;
	g->by_initrd = true;
	if (str_starts(spec, uuid))
		return !h->search(h, SEARCH_UUID, str_sub(spec, uuid.n, spec.n), &device);
	if (str_starts(spec, label))
		return !h->search(h, SEARCH_LABEL, str_sub(spec, label.n, spec.n), &device);
	return str_starts(spec, STR("/dev/mapper/"));
}

static enum err read_fstab(struct guess *g)
{
	struct conf_host *h = g->c->host;
	const struct str fstab = STR("/etc/fstab");
	struct text t = { .arena = g->c->arena };
	struct str device = g->src->device, spec, options, option;
	struct span text;
	enum err e = h->read(h, device, fstab, FSTAB_MAX, g->c->arena, &text);
	if (e == ERR_NOENT && h->search(h, SEARCH_FILE, fstab, &device) == OK)
		e = h->read(h, device, fstab, FSTAB_MAX, g->c->arena, &text);
	if (e)
		return e == ERR_NOMEM ? e : OK;
	if (!root_line((struct str){ (const char *)text.p, text.n }, &spec, &options) ||
	    !is_safe(g, spec))
		return OK;
	text_fmt(&t, "root=%.*s ro", STR_ARG(spec));
	while (str_split(&options, ',', &option)) /* ends with the text */
		if (str_starts(option, STR("subvol")))
			text_fmt(&t, " rootflags=%.*s", STR_ARG(option));
	g->root = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

/* --- the menu --------------------------------------------------------------------------------- */

static enum err fill(struct guess *g, const struct found *k, struct plain *p)
{
	struct text title = { .arena = g->c->arena }, path = { .arena = g->c->arena };
	text_fmt(&path, "%.*s%.*s", STR_ARG(g->dir), STR_ARG(k->name));
	text_fmt(&title, "%.*s (a guess: there is no boot configuration)", STR_ARG(k->name));
	*p = (struct plain){
		.src = *g->src,
		.title = text_str(&title),
		.id = k->name,
		.kernel = text_str(&path),
		.initrd = find_initrd(g, k),
	};
	if (!g->by_initrd || p->initrd.n)
		p->args = g->root;
	if (!p->args.n)
		log_at(g->c->log, LOG_WARN,
		       "%.*s: nothing says safely where its root is: no root=", STR_ARG(p->kernel));
	return title.bad || path.bad ? ERR_NOMEM : OK;
}

static enum err look_around(struct guess *g)
{
	struct conf_host *h = g->c->host;
	struct text t = { .arena = g->c->arena };
	enum err e = h->list(h, g->src->device, g->src->path, take_name, g);
	if (e == ERR_NOMEM || (e && !g->n))
		return e == ERR_LIMIT ? ERR_NOENT : e;
	text_fmt(&t, "%.*s%s", STR_ARG(g->src->path), str_ends(g->src->path, STR("/")) ? "" : "/");
	g->dir = text_str(&t);
	if (t.bad)
		return ERR_NOMEM;
	if (!g->n)
		return ERR_NOENT;
	log_at(g->c->log, LOG_WARN,
	       "(%.*s)%.*s: there is no boot configuration: guessing from the kernels",
	       STR_ARG(g->src->device), STR_ARG(g->src->path));
	return read_fstab(g);
}

static enum err guess_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	struct guess *g = arena_new(c->arena, struct guess);
	struct plain *v;
	*out = (struct boot_menu){ .timeout_s = GUESS_TIMEOUT_S };
	if (!g)
		return ERR_NOMEM;
	*g = (struct guess){ .c = c, .src = src };
	try(look_around(g));
	v = arena_array(c->arena, struct plain, g->n);
	if (!v)
		return ERR_NOMEM;
	for (size_t i = 0; i < g->n; i++)
		try(fill(g, &g->kernel[i], &v[i]));
	out->why = "a guess: the newest kernel";
	return plain_menu(c, v, g->n, out);
}

const struct conf_ops guess_conf = {
	.name = "guess",
	.load = guess_load,
	.choose = plain_choose,
	.text = plain_text,
	.edit = plain_edit,
};
