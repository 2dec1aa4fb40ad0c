/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf.h"
#include "../base/str.h"

bool conf_tests_memory(struct str path)
{
	size_t at = path.n;
	while (at && path.p[at - 1] != '/')
		at--;
	return str_eq_nocase(str_sub(path, at, at + 7), STR("memtest")) ||
	       str_eq_nocase(str_sub(path, at, at + 5), STR("mt86p"));
}

static struct str fact(struct conf *c, const char *what, struct str device)
{
	struct text name = { .arena = c->arena };
	text_fmt(&name, "%s:%.*s", what, STR_ARG(device));
	if (name.bad || !c->host->fact)
		return (struct str){ NULL, 0 };
	return c->host->fact(c->host, text_str(&name));
}

/* A file system that is not read may have the file: that is not the same as missing. */
static enum err missing(struct conf *c, struct str device, struct str path, enum err e)
{
	struct str place = fact(c, "place", device), foreign = { NULL, 0 };
	struct text t = { .arena = c->arena };
	if (place.p)
		text_fmt(&t, "%.*s: ", STR_ARG(place));
	else
		text_fmt(&t, "(%.*s)", STR_ARG(device));
	if (e == ERR_FORMAT)
		foreign = fact(c, "foreign", device);
	if (e != ERR_FORMAT)
		text_fmt(&t, "%.*s: %s", STR_ARG(path), err_text(e));
	else if (foreign.p)
		text_fmt(&t, "%.*s: it lies in %.*s, which domboot does not read", STR_ARG(path),
			 STR_ARG(foreign));
	else
		text_fmt(&t, "%.*s: there is no file system that domboot knows", STR_ARG(path));
	log_at(c->log, LOG_ERROR, "%.*s", STR_ARG(text_str(&t)));
	return e == ERR_FORMAT ? ERR_UNSUPPORTED : e;
}

enum err conf_device_from_zero(struct arena *a, struct str legacy, struct str *out)
{
	struct text t = { .arena = a };
	size_t comma = str_find(legacy, ',', 0);
	uint64_t number;
	if (str_u64(str_sub(legacy, comma + 1, legacy.n), &number) && number < UINT32_MAX)
		text_fmt(&t, "%.*s,%llu", (int)comma, legacy.p, (unsigned long long)number + 1);
	else
		text_put(&t, legacy);
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

enum err conf_open(struct conf *c, const struct conf_source *src, struct str device,
		   struct str path, struct boot_file *out)
{
	if (str_empty(device))
		device = src->device;
	enum err named = c->host->open(c->host, device, path, out);
	if (named == OK)
		return OK;
	/* ERR_FORMAT: the device is there, without a file system. */
	if (named != ERR_NOENT && named != ERR_FORMAT)
		return missing(c, device, path, named);
	const struct str other[] = { str_sub(device, 0, str_find(device, ',', 0)), src->device };
	for (size_t i = 0; i < array_len(other); i++) {
		if (str_eq(other[i], device) || c->host->open(c->host, other[i], path, out) != OK)
			continue;
		log_at(c->log, LOG_INFO, "%.*s is not on (%.*s): taken from (%.*s)", STR_ARG(path),
		       STR_ARG(device), STR_ARG(other[i]));
		return OK;
	}
	return missing(c, device, path, named);
}
