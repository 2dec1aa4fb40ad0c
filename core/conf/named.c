/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plain.h"
#include "../base/str.h"

/*
 * Kernels that boot because of their name, which pygrub looks for before any
 * configuration: Solaris and illumos with their boot archive, NetWare; and, as
 * XenServer's pygrub does, what a guest puts in the place of its menu. The
 * configuration is that file; it is not read. A Solaris kernel wants its own
 * name as the first word of its command line; XenServer's comes from dom0.
 */
enum args { ARGS_NONE, ARGS_NAME, ARGS_DOM0 };
static const struct {
	const char *title, *kernel, *initrd;
	bool needs_initrd;
	enum args args;
} systems[] = {
	{ "XenServer's kernel", "/xenkernel", "/xeninitrd", false, ARGS_DOM0 },
	{ "XenServer's kernel", "/boot/xenkernel", "/boot/xeninitrd", false, ARGS_DOM0 },
	{ "Solaris, 64 bit", "/platform/i86xpv/kernel/amd64/unix",
	  "/platform/i86pc/amd64/boot_archive", true, ARGS_NAME },
	{ "Solaris, 32 bit", "/platform/i86xpv/kernel/unix", "/platform/i86pc/boot_archive", true,
	  ARGS_NAME },
	{ "NetWare", "/nwserver/xnloader.sys", "", false, ARGS_NONE },
};

static struct str args_of(struct conf *c, enum args a, struct str kernel)
{
	if (a == ARGS_DOM0)
		return c->host->fact(c->host, STR("default_args"));
	return a == ARGS_NAME ? kernel : STR("");
}

static enum err named_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
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
		if (initrd.n && c->host->open(c->host, src->device, initrd, &f)) {
			if (systems[i].needs_initrd)
				break;
			initrd.n = 0;
		}
		*p = (struct plain){
			.src = *src,
			.title = str_of(systems[i].title),
			.kernel = src->path,
			.args = args_of(c, systems[i].args, src->path),
			.initrd = initrd,
		};
		return plain_menu(c, p, 1, out);
	}
	return ERR_NOENT;
}

const struct conf_ops named_conf = {
	.name = "kernel by its name",
	.load = named_load,
	.choose = plain_choose,
	.text = plain_text,
	.edit = plain_edit,
};
