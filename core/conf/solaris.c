/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plain.h"
#include "../base/str.h"

/*
 * Systems that a kernel's file alone tells, which pygrub looks for before any
 * configuration: Solaris and illumos with their boot archive, NetWare. The
 * configuration is that file; it is not read. A Solaris kernel wants its own
 * name as the first word of its command line.
 */
static const struct {
	const char *title, *kernel, *initrd;
	bool named;
} systems[] = {
	{ "Solaris, 64 bit", "/platform/i86xpv/kernel/amd64/unix",
	  "/platform/i86pc/amd64/boot_archive", true },
	{ "Solaris, 32 bit", "/platform/i86xpv/kernel/unix", "/platform/i86pc/boot_archive", true },
	{ "NetWare", "/nwserver/xnloader.sys", "", false },
};

static enum err solaris_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	struct plain *p = arena_new(c->arena, struct plain);
	struct boot_file f;
	*out = (struct boot_menu){ .timeout_s = 0, .why = "the only entry" };
	if (!p)
		return ERR_NOMEM;
	for (size_t i = 0; i < array_len(systems); i++) {
		struct str initrd = str_of(systems[i].initrd);
		if (!str_eq(src->path, str_of(systems[i].kernel)))
			continue;
		if (initrd.n && c->host->open(c->host, src->device, initrd, &f))
			break;
		*p = (struct plain){
			.src = *src,
			.title = str_of(systems[i].title),
			.kernel = src->path,
			.args = systems[i].named ? src->path : STR(""),
			.initrd = initrd,
		};
		return plain_menu(c, p, 1, out);
	}
	return ERR_NOENT;
}

const struct conf_ops solaris_conf = {
	.name = "solaris",
	.load = solaris_load,
	.choose = plain_choose,
	.text = plain_text,
	.edit = plain_edit,
};
