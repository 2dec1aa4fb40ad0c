/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tables.h"
#include "base/str.h"

const struct fs_ops *const fs_drivers[] = {
	&ext_fs, &btrfs_fs, &fat_fs, &iso9660_fs, NULL,
};
const size_t n_fs_drivers = array_len(fs_drivers) - 1;

/*
 * pygrub's order, so that nothing that boots with it changes; what it does not
 * know comes after.
 */
const struct conf_place conf_places[] = {
	{ "/boot/grub/grub.cfg", &grub2_conf },
	{ "/grub/grub.cfg", &grub2_conf },
	{ "/boot/grub2/grub.cfg", &grub2_conf },
	{ "/grub2/grub.cfg", &grub2_conf },
	{ "/boot/isolinux/isolinux.cfg", &extlinux_conf },
	{ "/boot/extlinux/extlinux.conf", &extlinux_conf },
	{ "/boot/extlinux.conf", &extlinux_conf },
	{ "/extlinux/extlinux.conf", &extlinux_conf },
	{ "/extlinux.conf", &extlinux_conf },
	{ "/boot/grub/menu.lst", &legacy_conf },
	{ "/boot/grub/grub.conf", &legacy_conf },
	{ "/grub/menu.lst", &legacy_conf },
	{ "/grub/grub.conf", &legacy_conf },
	{ "/boot/syslinux/extlinux.conf", &extlinux_conf },
	{ "/boot/syslinux/syslinux.cfg", &extlinux_conf },
	{ "/syslinux/extlinux.conf", &extlinux_conf },
	{ "/syslinux/syslinux.cfg", &extlinux_conf },
	{ "/syslinux.cfg", &extlinux_conf },
	{ "/boot/isolinux/syslinux.cfg", &extlinux_conf },
	{ "/isolinux/isolinux.cfg", &extlinux_conf },
	{ "/isolinux/syslinux.cfg", &extlinux_conf },
	{ "/isolinux.cfg", &extlinux_conf },
	/* Ubuntu on Btrfs: the default subvolume is the top level, the root file system is "@". */
	{ "/@/boot/grub/grub.cfg", &grub2_conf },
	{ "/@/boot/grub2/grub.cfg", &grub2_conf },
	{ NULL, NULL },
};
const size_t n_conf_places = array_len(conf_places) - 1;

static struct str base_name(struct str path)
{
	size_t at = path.n;
	while (at > 0 && path.p[at - 1] != '/')
		at--;
	return str_sub(path, at, path.n);
}

/* A line that begins with word. */
static bool has_line(struct str text, struct str word)
{
	struct str line;
	while (str_split(&text, '\n', &line)) {
		line = str_trim(line);
		if (str_starts(line, word) && line.n > word.n && is_blank(line.p[word.n]))
			return true;
	}
	return false;
}

static const struct conf_ops *named(struct str path)
{
	struct str name = base_name(path);
	for (size_t i = 0; i < n_conf_places; i++)
		if (str_eq(base_name(str_of(conf_places[i].path)), name))
			return conf_places[i].ops;
	return NULL;
}

const struct conf_ops *conf_ops_for(struct str path, struct span text)
{
	/* The word without which a file of the language has no entry. */
	static const struct {
		const char *word;
		const struct conf_ops *ops;
	} telling[] = {
		{ "menuentry", &grub2_conf },
		{ "title", &legacy_conf },
	};
	const struct conf_ops *ops = named(path);
	for (size_t i = 0; !ops && i < array_len(telling); i++)
		if (has_line((struct str){ (const char *)text.p, text.n }, str_of(telling[i].word)))
			ops = telling[i].ops;
	return ops ? ops : conf_places[0].ops;
}
