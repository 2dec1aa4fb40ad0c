/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dom0's own files: xl.cfg, libvirt's XML, domboot.conf. Their writers err, too. */
#include "../../dom0/guest.h"
#include "../../dom0/settings.h"
#include "../../hosted/hosted.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct guest g = { .type = GUEST_ANY }, h = g;
	struct opts o;
	char why[OPTS_WHY];
	struct str text = { (const char *)p, n };
	arena_init(&a, &hosted_exact, 32 << 20);
	opts_init(&o);
	enum err e = xlcfg_parse(text, &a, &g, why);
	enum err f = virtxml_parse(text, &a, &h, why);
	enum err s = settings_parse(&o, "file", text, &a, why);
	if (g.n_disk > OPTS_DISKS_MAX || h.n_note > GUEST_NOTES_MAX || !o.file_systems)
		if (!s || !e || !f)
			abort();
	arena_release(&a);
	return 0;
}
