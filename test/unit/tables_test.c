/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/tables.h"

static const struct conf_ops *of(const char *path, const char *text)
{
	struct str t = str_of(text);
	return conf_ops_for(str_of(path), (struct span){ (const uint8_t *)t.p, t.n });
}

TEST(a_known_name_tells_the_language)
{
	check(of("/boot/grub/grub.cfg", "title x\n") == &grub2_conf);
	check(of("/boot/grub/menu.lst", "menuentry x {\n") == &legacy_conf);
	check(of("grub.conf", "") == &legacy_conf);
}

TEST(an_unknown_name_leaves_it_to_the_text)
{
	check(of("/boot/other.lst", "# menu\n  title Old\nkernel /k\n") == &legacy_conf);
	check(of("preset", "default 0\r\ntitle\tOld\r\n") == &legacy_conf);
	check(of("/x.cfg", "menuentry 'title' {\n}\n") == &grub2_conf);
	check(of("/x.cfg", "set titles=1\ntitles 2\n") == &grub2_conf);
	check(of("", "") == &grub2_conf);
}
