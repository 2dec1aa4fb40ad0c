/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TABLES_H
#define TABLES_H
#include "conf/conf.h"
/* Every driver and every language there is, on one screen: tables.c. Both lists end with a NULL
 * that is not counted. */
extern const struct fs_ops ext_fs;
extern const struct fs_ops btrfs_fs;
extern const struct fs_ops fat_fs;
extern const struct fs_ops iso9660_fs;
extern const struct fs_ops *const fs_drivers[];
extern const size_t n_fs_drivers;
extern const struct conf_ops bls_conf;
extern const struct conf_ops extlinux_conf;
extern const struct conf_ops freebsd_conf;
extern const struct conf_ops grub2_conf;
extern const struct conf_ops guess_conf;
extern const struct conf_ops legacy_conf;
extern const struct conf_ops netbsd_conf;
extern const struct conf_ops named_conf;
extern const struct conf_place conf_places[]; /* in search order */
extern const size_t n_conf_places;
/* The language of a file, by its name, or where that says nothing by its text. Never NULL. */
const struct conf_ops *conf_ops_for(struct str path, struct span text);
#endif
