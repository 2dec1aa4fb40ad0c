/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "look.h"
#include "../base/date.h"
#include "../base/fmt.h"
#include "../base/str.h"
#include "../base/utf.h"
#include <string.h>

/* --- devices -------------------------------------------------------------------- */

size_t look_name(const struct look *l, struct str device, char out[LOOK_NAME])
{
	size_t comma = str_find(device, ',', 0), at = device.n;
	uint64_t number;
	while (at > comma && is_digit(device.p[at - 1]))
		at--;
	size_t n;
	if (l->from_zero && at > comma && str_u64(str_sub(device, at, device.n), &number) && number)
		n = fmt_to(out, LOOK_NAME, "(%.*s,%llu)", (int)comma, device.p,
			   (unsigned long long)number - 1);
	else
		n = fmt_to(out, LOOK_NAME, "(%.*s)", STR_ARG(device));
	return min_size(n, LOOK_NAME - 1);
}

static struct str fact(const struct look *l, const char *what, struct str device)
{
	char name[LOOK_NAME + 8];
	struct conf_host *h = l->c->host;
	size_t n = fmt_to(name, sizeof name, "%s:%.*s", what, STR_ARG(device));
	if (!h->fact || n >= sizeof name)
		return (struct str){ NULL, 0 };
	return h->fact(h, (struct str){ name, n });
}

/* "123 bytes", or with human "1.5 MiB". */
static void put_size(const struct look *l, uint64_t n, char *out, size_t cap)
{
	static const char *const unit[] = { "", "KiB", "MiB", "GiB", "TiB" };
	size_t u = 0;
	uint64_t tenth = n;
	if (!l->human || n < 1024) {
		fmt_to(out, cap, "%llu", (unsigned long long)n);
		return;
	}
	for (; n >= 1024 && u + 1 < array_len(unit); u++) {
		tenth = n % 1024 * 10 / 1024;
		n /= 1024;
	}
	fmt_to(out, cap, "%llu.%llu %s", (unsigned long long)n, (unsigned long long)tenth, unit[u]);
}

static bool say_device(const struct look *l, const struct conf_device *d)
{
	char name[LOOK_NAME], size[32] = "";
	struct look human = *l;
	size_t n = look_name(l, d->name, name);
	struct str fs = fact(l, "fs", d->name), label = fact(l, "label", d->name);
	struct str uuid = fact(l, "uuid", d->name);
	human.human = true;
	put_size(&human, d->size, size, sizeof size);
	return conf_say(l->c, "%.*s: %.*s%s%.*s%s%s%.*s, %s%s\n", (int)n, name,
			STR_ARG(fs.n ? fs : STR("no file system that domboot knows")),
			label.n ? ", label \"" : "", STR_ARG(label), label.n ? "\"" : "",
			uuid.n ? ", UUID " : "", STR_ARG(uuid), size,
			d->size < 1024 ? " bytes" : "");
}

/* The device by any of its names; false: there is none. */
static bool find_device(const struct look *l, struct str name, struct conf_device *out)
{
	struct conf_host *h = l->c->host;
	struct str canonical = fact(l, "device", name);
	for (size_t i = 0; h->device && h->device(h, i, out); i++) /* ends with the disks */
		if (str_eq(out->name, canonical.p ? canonical : name))
			return true;
	return false;
}

enum err look_device(const struct look *l, struct str device)
{
	struct conf_device d;
	if (!find_device(l, device, &d))
		return ERR_NOENT;
	(void)say_device(l, &d);
	return OK;
}

enum err look_devices(const struct look *l)
{
	struct conf_host *h = l->c->host;
	struct conf_device d;
	char name[LOOK_NAME];
	bool more = l->c->user;
	for (size_t i = 0; more && h->device && h->device(h, i, &d); i++) {
		size_t n = look_name(l, d.name, name);
		more = l->more ? say_device(l, &d) : conf_say(l->c, "%.*s ", (int)n, name);
	}
	if (more && !l->more)
		(void)conf_print(l->c, STR("\n"));
	return OK;
}

/* --- directories ------------------------------------------------------------------ */

enum { NAMES_MAX = 65536 };

struct names {
	const struct look *l;
	struct arena *arena;
	struct str *v;
	size_t n, cap;
};

/* A directory's name gets a slash. */
static enum err add_name(void *ctx, struct str name, enum fs_type type)
{
	struct names *d = ctx;
	struct text t = { .arena = d->arena };
	if (!d->l->c->user) /* in a script nobody sees them */
		return OK;
	if (str_eq(name, STR(".")) || str_eq(name, STR("..")) ||
	    (!d->l->dots && str_starts(name, STR("."))))
		return OK;
	if (d->n == d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 64;
		struct str *v = cap > NAMES_MAX ? NULL : arena_array(d->arena, struct str, cap);
		if (!v)
			return cap > NAMES_MAX ? ERR_LIMIT : ERR_NOMEM;
		if (d->n)
			memcpy(v, d->v, d->n * sizeof *v);
		d->v = v;
		d->cap = cap;
	}
	text_put(&t, name);
	if (type == FS_DIR)
		text_char(&t, '/');
	d->v[d->n++] = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static bool say_long(const struct look *l, const struct boot_file *f, struct str name)
{
	char size[32] = "DIR";
	struct date d = { 0 };
	if (f->node.type != FS_DIR)
		put_size(l, f->node.size, size, sizeof size);
	date_of_unix(f->node.mtime, &d);
	return conf_say(l->c, "%-12s %04u-%02u-%02u %02u:%02u  %.*s\n", size, d.year, d.month,
			d.day, d.hour, d.minute, STR_ARG(name));
}

/* A name that leads nowhere, such as a link to what is gone, has neither size nor date. */
static bool say_name(struct names *d, struct str device, struct str dir, struct str name)
{
	struct conf *c = d->l->c;
	struct text path = { .arena = d->arena };
	struct boot_file f;
	if (!d->l->more)
		return conf_say(c, "%.*s ", STR_ARG(name));
	text_fmt(&path, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
	if (path.bad || c->host->open(c->host, device, text_str(&path), &f))
		return conf_say(c, "%-12s %16s  %.*s\n", "?", "", STR_ARG(name));
	return say_long(d->l, &f, name);
}

static enum err list(struct names *d, struct str device, struct str path)
{
	struct conf *c = d->l->c;
	bool more = c->user;
	try(c->host->list(c->host, device, path, add_name, d));
	say_sort(d->v, d->n);
	for (size_t i = 0; more && i < d->n; i++)
		more = say_name(d, device, path, d->v[i]);
	if (more && !d->l->more)
		(void)conf_print(c, STR("\n"));
	return OK;
}

enum err look_list(const struct look *l, struct str device, struct str path)
{
	struct conf *c = l->c;
	struct arena arena;
	struct names d = { .l = l, .arena = &arena };
	struct boot_file f;
	try(c->host->open(c->host, device, path, &f));
	if (f.node.type != FS_DIR) {
		if (l->more)
			(void)say_long(l, &f, path);
		else
			(void)conf_say(c, "%.*s\n", STR_ARG(path));
		return OK;
	}
	arena_init(&arena, c->arena->pages, c->limits.bytes);
	enum err e = list(&d, device, path);
	arena_release(&arena);
	return e;
}

/* --- files ------------------------------------------------------------------------ */

enum { PIECE = 1024 };

static enum err read_piece(const struct look *l, const struct boot_file *f, uint64_t at, uint8_t *p,
			   size_t n)
{
	struct conf_host *h = l->c->host;
	return h->bytes ? h->bytes(h, f, at, p, n) : ERR_UNSUPPORTED;
}

/* So much of the text that no character is cut at its end, unless it is nothing else. */
static size_t whole(const uint8_t *p, size_t n)
{
	size_t end = n;
	while (end > 0 && n - end < 4 && (p[end - 1] & 0xc0) == 0x80)
		end--;
	if (end > 0 && p[end - 1] >= 0xc0)
		end--;
	return end ? end : n;
}

enum err look_text(const struct look *l, const struct boot_file *f)
{
	uint8_t buf[PIECE];
	if (f->node.type != FS_FILE)
		return ERR_TYPE;
	if (!l->c->user)
		return OK;
	for (uint64_t at = 0; at < f->node.size;) { /* moves on */
		size_t n = (size_t)min_u64(PIECE, f->node.size - at);
		try(read_piece(l, f, at, buf, n));
		if (at + n < f->node.size)
			n = whole(buf, n);
		if (!conf_print(l->c, (struct str){ (const char *)buf, n }))
			return OK;
		at += n;
	}
	return OK;
}

enum { HEX_ROW = 16 };

static bool say_row(const struct look *l, uint64_t at, const uint8_t *p, size_t n)
{
	char line[96];
	size_t k = fmt_to(line, sizeof line, "%08llx ", (unsigned long long)at);
	for (size_t i = 0; i < HEX_ROW; i++)
		k += i < n ? fmt_to(line + k, sizeof line - k, " %02x", p[i])
			   : fmt_to(line + k, sizeof line - k, "   ");
	k += fmt_to(line + k, sizeof line - k, "  |");
	for (size_t i = 0; i < n; i++)
		line[k++] = p[i] >= 0x20 && p[i] < 0x7f ? (char)p[i] : '.';
	line[k++] = '|';
	line[k++] = '\n';
	return conf_print(l->c, (struct str){ line, k });
}

enum err look_bytes(const struct look *l, const struct boot_file *f, uint64_t from, uint64_t n)
{
	uint8_t buf[HEX_ROW];
	if (f->node.type != FS_FILE)
		return ERR_TYPE;
	uint64_t at = min_u64(from, f->node.size), end = at + min_u64(n, f->node.size - at);
	for (bool more = l->c->user; more && at < end;) { /* moves on */
		size_t k = (size_t)min_u64(HEX_ROW, end - at);
		try(read_piece(l, f, at, buf, k));
		more = say_row(l, at, buf, k);
		at += k;
	}
	return OK;
}

/* The bytes that differ, as long as anybody wants to see them. */
static bool say_differences(const struct look *l, uint64_t at, const uint8_t *a, const uint8_t *b,
			    size_t n, unsigned *left)
{
	for (size_t i = 0; i < n && *left; i++) {
		if (a[i] == b[i])
			continue;
		(*left)--;
		if (!conf_say(l->c, "they differ at byte %llu: 0x%02x, 0x%02x\n",
			      (unsigned long long)(at + i), a[i], b[i]))
			*left = 0;
	}
	return *left;
}

enum err look_compare(const struct look *l, const struct boot_file *a, const struct boot_file *b,
		      bool *same)
{
	uint8_t x[PIECE], y[PIECE];
	unsigned left = 10; /* as many as GRUB tells */
	*same = a->node.size == b->node.size;
	if (a->node.type != FS_FILE || b->node.type != FS_FILE)
		return ERR_TYPE;
	if (!*same)
		(void)conf_say(l->c, "the sizes differ: %llu, %llu bytes\n",
			       (unsigned long long)a->node.size, (unsigned long long)b->node.size);
	uint64_t end = min_u64(a->node.size, b->node.size);
	for (uint64_t at = 0; at < end; at += PIECE) {
		size_t n = (size_t)min_u64(PIECE, end - at);
		try(read_piece(l, a, at, x, n));
		try(read_piece(l, b, at, y, n));
		if (memcmp(x, y, n) == 0)
			continue;
		*same = false;
		if (!say_differences(l, at, x, y, n, &left))
			break;
	}
	return OK;
}

enum err look_date(const struct look *l)
{
	static const char *const day[] = { "Thursday", "Friday",  "Saturday", "Sunday",
					   "Monday",   "Tuesday", "Wednesday" };
	struct conf_host *h = l->c->host;
	uint64_t now = h->clock ? h->clock(h) : 0;
	struct date d;
	if (!now)
		return ERR_UNSUPPORTED;
	date_of_unix((int64_t)now, &d);
	(void)conf_say(l->c, "%04u-%02u-%02u %02u:%02u:%02u %s (UTC)\n", d.year, d.month, d.day,
		       d.hour, d.minute, d.second, day[now / 86400 % array_len(day)]);
	return OK;
}
