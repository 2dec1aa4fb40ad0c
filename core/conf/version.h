/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VERSION_H
#define VERSION_H
#include "../base/base.h"
/* Orders of versions, as strcmp gives them: < 0 where a is older than b. */

/* UAPI.10, the Version Format Specification: what systemd-boot sorts by. */
int version_cmp(struct str a, struct str b);
/* rpm's order (rpm-version(7)). */
int version_cmp_rpm(struct str a, struct str b);
/* NAME-VERSION-RELEASE by its parts, each in rpm's order: what Fedora's blscfg sorts by. */
int version_cmp_package(struct str a, struct str b);
#endif
