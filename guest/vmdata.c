/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vmdata.h"
#include "xen/store.h"
#include "../core/base/fmt.h"
#include "../core/base/str.h"

#define PLACE "vm-data/domboot/"
enum { ROOM = 16384, KEY_MAX = 128 };

struct vmdata {
	char text[ROOM];
	size_t n;
};
static struct vmdata vmdata;

/* One node's text under the key of a word. */
static void take(struct boot_want *want, const char *node, const char *key, struct log *log)
{
	char path[STORE_PATH];
	char *text = vmdata.text + vmdata.n;
	size_t n;
	fmt_to(path, sizeof path, PLACE "%s", node);
	enum err e = store_read(path, text, ROOM - vmdata.n, &n);
	if (e == ERR_NOENT)
		return;
	if (e) {
		log_at(log, LOG_WARN, "xenstore: %s: %s: passed over", path, err_text(e));
		return;
	}
	vmdata.n += n + 1;
	words_set(want, str_of(key), (struct str){ text, n }, log);
}

static void take_env(struct boot_want *want, struct log *log)
{
	char names[STORE_PAYLOAD + 1], node[KEY_MAX];
	size_t n = 0;
	if (store_list(PLACE "env", names, sizeof names, &n))
		return;
	for (size_t at = 0; at < n;) { /* each turn passes a name */
		struct str name = str_of(names + at);
		size_t begins = vmdata.n;
		char *key = vmdata.text + begins;
		at += name.n + 1;
		if (name.n > KEY_MAX - 8 || ROOM - begins < 2 * KEY_MAX) {
			log_at(log, LOG_WARN, "xenstore: " PLACE "env/%.*s: too long",
			       STR_ARG(name));
			continue;
		}
		vmdata.n += fmt_to(key, KEY_MAX * 2, "xen_grub_env_%.*s", STR_ARG(name)) + 1;
		fmt_to(node, sizeof node, "env/%.*s", STR_ARG(name));
		take(want, node, key, log);
	}
}

void vmdata_read(struct boot_want *want, struct log *log)
{
	static const char *const keys[] = { "config", "default", "timeout", "append" };
	vmdata.n = 0;
	for (size_t i = 0; i < array_len(keys); i++)
		take(want, keys[i], keys[i], log);
	take_env(want, log);
}
