/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"
/*
 * "newc:NAME:FILE": GRUB puts the file into an initramfs under that name, with
 * the directories above it. The format: cpio(5), "New ASCII Format"; Linux'
 * Documentation/driver-api/early-userspace/buffer-format.rst. GRUB makes one
 * archive of such files that stand side by side; here each has its own, for to
 * the kernel that is the same. It skips zeros before an archive, too: with
 * them the file's own bytes begin on a page, and are read straight to their place.
 */
enum {
	NEWC_DIR = 0040777, /* the modes that GRUB 2.06 gives */
	NEWC_FILE = 0100777,
	NEWC_NAME_MAX = 1024,
	NEWC_PAGE = 4096,
};

static void align(struct text *t)
{
	while (t->n % 4 && !t->bad)
		text_char(t, 0);
}

/* magic, ino, mode, uid, gid, nlink, mtime, filesize, dev and rdev (major, minor), namesize, check
 */
static void put_header(struct text *t, struct str name, unsigned mode, uint32_t size)
{
	align(t);
	text_fmt(t, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 0u, mode, 0u, 0u,
		 1u, 0u, size, 0u, 0u, 0u, 0u, (unsigned)name.n + 1, 0u);
	text_put(t, name);
	text_char(t, 0);
	align(t);
}

static void put_directories(struct text *t, struct str name)
{
	for (size_t i = str_find(name, '/', 0); i < name.n; i = str_find(name, '/', i + 1))
		put_header(t, str_sub(name, 0, i), NEWC_DIR, 0);
}

/* All headers, with zeros in front up to a whole number of pages. */
static enum err put_before(struct sh *sh, struct str name, uint32_t size, struct span *out)
{
	struct text t = { .arena = sh->c->arena }, whole = t;
	put_directories(&t, name);
	put_header(&t, name, NEWC_FILE, size);
	for (size_t n = t.n; n % NEWC_PAGE && !whole.bad; n++)
		text_char(&whole, 0);
	text_put(&whole, text_str(&t));
	*out = (struct span){ (const uint8_t *)whole.p, whole.n };
	return t.bad || whole.bad ? ERR_NOMEM : OK;
}

static enum err put_after(struct sh *sh, uint64_t size, struct span *out)
{
	struct text t = { .arena = sh->c->arena }, whole = t;
	put_header(&t, STR("TRAILER!!!"), 0, 0);
	for (; size % 4; size++)
		text_char(&whole, 0);
	text_put(&whole, text_str(&t));
	*out = (struct span){ (const uint8_t *)whole.p, whole.n };
	return t.bad || whole.bad ? ERR_NOMEM : OK;
}

enum err sh_newc(struct sh *sh, struct str name, struct boot_file *f)
{
	while (str_starts(name, STR("/")))
		name = str_sub(name, 1, name.n);
	if (name.n > NEWC_NAME_MAX)
		return sh_limit(sh, "bytes in the name of newc:", NEWC_NAME_MAX);
	if (f->node.size > UINT32_MAX)
		return sh_limit(sh, "bytes in a file of newc:", UINT32_MAX);
	try(put_before(sh, name, (uint32_t)f->node.size, &f->before));
	try(put_after(sh, f->node.size, &f->after));
	f->part = name;
	f->len = f->node.size;
	return OK;
}
