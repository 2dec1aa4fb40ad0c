/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tables.h"
#include "base/str.h"

const struct fs_ops *const fs_drivers[] = {
	&ext_fs, &btrfs_fs, &fat_fs, &iso9660_fs, NULL,
};
const size_t n_fs_drivers = array_len(fs_drivers) - 1;

/* Those of PLACE_PYGRUB in pygrub's order, so that nothing that boots with it changes. */
const struct conf_place conf_places[] = {
	/* pygrub, and XenServer's, look for these before any configuration. */
	{ "/xenkernel", &named_conf, PLACE_PYGRUB, true },
	{ "/boot/xenkernel", &named_conf, PLACE_PYGRUB, true },
	{ "/platform/i86xpv/kernel/amd64/unix", &named_conf, PLACE_PYGRUB, true },
	{ "/platform/i86xpv/kernel/unix", &named_conf, PLACE_PYGRUB, true },
	{ "/nwserver/xnloader.sys", &named_conf, PLACE_PYGRUB, true },
	{ "/boot/grub/grub.cfg", &grub2_conf, PLACE_PYGRUB, false },
	{ "/grub/grub.cfg", &grub2_conf, PLACE_PYGRUB, false },
	{ "/boot/grub2/grub.cfg", &grub2_conf, PLACE_PYGRUB, false },
	{ "/grub2/grub.cfg", &grub2_conf, PLACE_PYGRUB, false },
	{ "/boot/isolinux/isolinux.cfg", &extlinux_conf, PLACE_PYGRUB, false },
	{ "/boot/extlinux/extlinux.conf", &extlinux_conf, PLACE_PYGRUB, false },
	{ "/boot/extlinux.conf", &extlinux_conf, PLACE_PYGRUB, false },
	{ "/extlinux/extlinux.conf", &extlinux_conf, PLACE_PYGRUB, false },
	{ "/extlinux.conf", &extlinux_conf, PLACE_PYGRUB, false },
	{ "/boot/grub/menu.lst", &legacy_conf, PLACE_PYGRUB, false },
	{ "/boot/grub/grub.conf", &legacy_conf, PLACE_PYGRUB, false },
	{ "/grub/menu.lst", &legacy_conf, PLACE_PYGRUB, false },
	{ "/grub/grub.conf", &legacy_conf, PLACE_PYGRUB, false },
	{ "/loader/entries", &bls_conf, PLACE_MORE, true },
	{ "/boot/loader/entries", &bls_conf, PLACE_MORE, true },
	{ "/EFI/Linux", &bls_conf, PLACE_MORE, true },
	{ "/boot/EFI/Linux", &bls_conf, PLACE_MORE, true },
	{ "/boot/syslinux/extlinux.conf", &extlinux_conf, PLACE_MORE, false },
	{ "/boot/syslinux/syslinux.cfg", &extlinux_conf, PLACE_MORE, false },
	{ "/syslinux/extlinux.conf", &extlinux_conf, PLACE_MORE, false },
	{ "/syslinux/syslinux.cfg", &extlinux_conf, PLACE_MORE, false },
	{ "/syslinux.cfg", &extlinux_conf, PLACE_MORE, false },
	{ "/boot/isolinux/syslinux.cfg", &extlinux_conf, PLACE_MORE, false },
	{ "/isolinux/isolinux.cfg", &extlinux_conf, PLACE_MORE, false },
	{ "/isolinux/syslinux.cfg", &extlinux_conf, PLACE_MORE, false },
	{ "/isolinux.cfg", &extlinux_conf, PLACE_MORE, false },
	/* Ubuntu on Btrfs: the default subvolume is the top level, the root file system is "@". */
	{ "/@/boot/grub/grub.cfg", &grub2_conf, PLACE_MORE, false },
	{ "/@/boot/grub2/grub.cfg", &grub2_conf, PLACE_MORE, false },
	/* Live media, where GRUB was made for UEFI alone. */
	{ "/EFI/BOOT/grub.cfg", &grub2_conf, PLACE_MORE, false },
	/* Its own directory on the ESP: RHEL 7 and 8, old Fedora, SteamOS, Ubuntu Core. */
	{ "/EFI/*/grub.cfg", &grub2_conf, PLACE_MORE, false },
	{ "/EFI/*/grub.conf", &legacy_conf, PLACE_MORE, false }, /* RHEL 6 */
	{ "/menu.lst", &legacy_conf, PLACE_MORE, false },	 /* GRUB4DOS */
	{ "/boot.cfg", &netbsd_conf, PLACE_MORE, false },
	{ "/boot/loader.conf", &freebsd_conf, PLACE_MORE, false },
	{ "/", &guess_conf, PLACE_GUESS, true },
	{ "/boot", &guess_conf, PLACE_GUESS, true },
	{ NULL, NULL, PLACE_GUESS, false },
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
		if (conf_places[i].rank != PLACE_GUESS &&
		    str_eq(base_name(str_of(conf_places[i].path)), name))
			return conf_places[i].ops;
	return NULL;
}

const struct conf_ops *conf_ops_for(struct str path, struct span text)
{
	/* The words without which a file of the language has no entry. */
	static const struct {
		const char *word, *other;
		const struct conf_ops *ops;
	} telling[] = {
		{ "menuentry", NULL, &grub2_conf }, { "label", NULL, &extlinux_conf },
		{ "LABEL", NULL, &extlinux_conf },  { "title", "linux", &bls_conf },
		{ "title", "uki", &bls_conf },	    { "title", NULL, &legacy_conf },
	};
	struct str all = { (const char *)text.p, text.n };
	const struct conf_ops *ops = named(path);
	for (size_t i = 0; !ops && i < array_len(telling); i++)
		if (has_line(all, str_of(telling[i].word)) &&
		    (!telling[i].other || has_line(all, str_of(telling[i].other))))
			ops = telling[i].ops;
	return ops ? ops : &grub2_conf;
}
