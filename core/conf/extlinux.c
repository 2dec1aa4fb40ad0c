/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "extlinux.h"
#include "lock.h"
#include "../base/str.h"

/* --- entries ---------------------------------------------------------------------- */

/* The label that a command line begins with. */
static bool is_named(const struct ext_node *n, struct str command)
{
	struct str name;
	return str_word(&command, &name) && str_eq_nocase(n->name, name);
}

/* What MENU HIDE hides stays where it boots by itself. menu.c32 takes no such default. */
static bool is_hidden(const struct ext_parse *p, const struct ext_node *n)
{
	return n->hide && (p->g.ui.n || !is_named(n, p->g.default_)) &&
	       !is_named(n, p->g.ontimeout) && !is_named(n, p->g.onerror);
}

/* Children are younger than their parents: one walk counts all. */
static void count_nodes(struct ext_parse *p)
{
	for (struct ext_node *n = p->newest; n; n = n->made_before) {
		n->dropped |= (n->is_menu && n->n == 0) || is_hidden(p, n);
		if (!n->dropped)
			n->parent->n++;
	}
}

/* A label's own password or the master's; an empty one is none (menu.txt, "MENU PASSWD"). */
static enum err lock_label(struct ext_parse *p, const struct ext_node *n,
			   const struct boot_lock **out)
{
	struct boot_user *own = arena_new(p->c->arena, struct boot_user);
	if (!n->restricted)
		return OK;
	if (!own)
		return ERR_NOMEM;
	own->older = p->master;
	own->secret = lock_secret(n->password);
	return lock_of(p->c->arena, n->password.n ? own : p->master, out);
}

static enum err fill_entry(struct ext_parse *p, struct ext_node *n, uint32_t index)
{
	struct text source = { .arena = p->c->arena };
	text_fmt(&source, "(%.*s)%.*s", STR_ARG(n->label.src.device), STR_ARG(n->label.src.path));
	*n->entry = (struct boot_entry){
		.id = n->name,
		.title = n->title,
		.parent = n->parent->entry,
		.index = index,
		.source = text_str(&source),
		.line = n->label.line,
		.hotkey = p->g.immediate ? n->hotkey : 0,
		.restricted = n->restricted,
		.hopeless = n->is_menu ? NULL : ext_hopeless(&n->label),
		.body = &n->label,
	};
	return source.bad ? ERR_NOMEM : lock_label(p, n, &n->entry->lock);
}

static enum err fill_menu(struct ext_parse *p, struct ext_node *menu, struct boot_entry **out)
{
	uint32_t i = 0;
	struct boot_entry *e = arena_array(p->c->arena, struct boot_entry, menu->n);
	if (!e)
		return ERR_NOMEM;
	*out = e;
	for (struct ext_node *n = menu->first; n; n = n->next) {
		if (n->dropped)
			continue;
		n->entry = &e[i];
		try(fill_entry(p, n, i++));
	}
	if (menu->entry) {
		menu->entry->children = e;
		menu->entry->n_children = menu->n;
	}
	return OK;
}

static enum err make_entries(struct ext_parse *p, struct boot_menu *out)
{
	struct boot_entry *e;
	count_nodes(p);
	if (!p->top.n)
		return ERR_NOENT;
	try(fill_menu(p, &p->top, &e));
	out->entry = e;
	out->n = p->top.n;
	for (struct ext_node *n = p->oldest; n; n = n->made_after)
		if (n->is_menu && !n->dropped)
			try(fill_menu(p, n, &e));
	return OK;
}

/* --- what is to boot -------------------------------------------------------------- */

static bool is_hopeless(const struct ext_node *n)
{
	return !n->is_menu && n->entry->hopeless;
}

/*
 * What a menu boots by itself: MENU DEFAULT, the last one counts, or its first
 * entry; of those that nobody asked for, the first one that can boot here: installers'
 * menus begin with "boot from the hard disk".
 */
static const struct boot_entry *leaf(const struct ext_node *n)
{
	while (n->is_menu) { /* as deep as limits.depth */
		const struct ext_node *menu = n;
		n = NULL;
		for (const struct ext_node *i = menu->first; i; i = i->next)
			if (!i->dropped && (!n || i->is_default ||
					    (!n->is_default && is_hopeless(n) && !is_hopeless(i))))
				n = i;
	}
	return n->entry;
}

/* A label, not a MENU BEGIN; what leads to a submenu is one too. */
static bool is_label(const struct ext_node *n)
{
	return n->leads_to || (!n->dropped && (!n->is_menu || n->label.kernel.n));
}

static bool has_first_word(struct str label, struct str word)
{
	return str_starts(label, word) && (label.n == word.n || is_blank(label.p[word.n]));
}

/* The label that a command line begins with: the first word of both counts; NULL: none. */
static struct ext_node *find_label(const struct ext_parse *p, struct str command)
{
	struct str name;
	struct ext_node *other_case = NULL;
	if (!str_word(&command, &name))
		return NULL;
	for (struct ext_node *n = p->oldest; n; n = n->made_after) {
		if (!is_label(n))
			continue;
		if (has_first_word(n->name, name))
			return n;
		if (!other_case && str_eq_nocase(n->name, name))
			other_case = n;
	}
	return other_case;
}

/* "DEFAULT vmlinuz root=...": a kernel by its name, where no label has it. */
static enum err add_implicit(struct ext_parse *p)
{
	struct ext_label here = { .src = p->file->src, .dir = p->g.dir };
	struct str rest = p->g.default_, name, path;
	struct boot_file f;
	if (!str_word(&rest, &name) || find_label(p, name))
		return OK;
	try(ext_path(p->c, &here, name, &path));
	if (p->c->host->open(p->c->host, here.src.device, path, &f) || f.node.type != FS_FILE ||
	    ext_is_program(name))
		return OK;
	return ext_add_command(p, name, p->g.default_);
}

/* --- programs that start another label ---------------------------------------------- */

/* Of "-iso- A -sys- B -pxe- C" the command behind key. */
static struct str after_key(struct str args, const char *key)
{
	struct str word;
	while (str_word(&args, &word)) /* each turn takes a word */
		if (str_eq(word, str_of(key)) && str_word(&args, &word))
			return word;
	return (struct str){ NULL, 0 };
}

/* Of "A -- B" and "A -- PAE -- B" the part for this processor: the first or the second. */
static struct str cpu_part(struct str args, bool wide)
{
	struct str all = args, word;
	while (str_word(&args, &word)) /* each turn takes a word */
		if (str_eq(word, STR("--")))
			return wide ? str_trim(str_sub(all, 0, (size_t)(word.p - all.p)))
				    : cpu_part(args, true);
	return str_trim(all);
}

/* The command line that whichsys.c32 or ifcpu64.c32 would run; p == NULL: it is neither. */
static struct str started(const struct ext_parse *p, const struct ext_label *l)
{
	struct str rest = l->kernel, word;
	if (!str_word(&rest, &word))
		return (struct str){ NULL, 0 };
	struct str args = rest.n ? rest : l->append;
	bool iso = ext_is_module(p->first.src.path, "isolinux.cfg");
	if (ext_is_module(word, "whichsys.c32"))
		return after_key(args, iso ? "-iso-" : "-sys-");
	if (!ext_is_module(word, "ifcpu64.c32"))
		return (struct str){ NULL, 0 };
	struct conf_host *host = p->c->host;
	struct str cpu = host->fact ? host->fact(host, STR("grub_cpu")) : STR("");
	return cpu_part(args, !str_eq(cpu, STR("i386")));
}

static enum err add_words(const struct ext_parse *p, struct ext_label *l, struct str words)
{
	struct text t = { .arena = p->c->arena };
	words = str_trim(words);
	if (!words.n)
		return OK;
	text_fmt(&t, "%.*s%s%.*s", STR_ARG(l->append), l->append.n ? " " : "", STR_ARG(words));
	l->append = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

/* Labels can start each other in a circle, and each search walks over all of them. */
enum { SEARCHES_MAX = 256 };

/* The label becomes what it starts, under its own title. *searches: that are left. */
static enum err follow(struct ext_parse *p, struct ext_node *n, uint32_t *searches)
{
	enum { STEPS_MAX = 8 };
	for (int i = 0; i < STEPS_MAX && !n->is_menu; i++) {
		struct str command = started(p, &n->label), name;
		if (!command.n)
			return OK;
		if (*searches == 0)
			return ERR_LIMIT;
		--*searches;
		struct ext_node *to = find_label(p, command);
		if (!to || to == n || !str_word(&command, &name))
			return OK;
		if (to->is_menu) {
			n->leads_to = to;
			n->dropped = true;
			to->is_default |= n->is_default;
			return OK;
		}
		uint32_t line = n->label.line;
		n->label = to->label;
		n->label.line = line;
		try(add_words(p, &n->label, command));
	}
	return OK;
}

/* Over the limit the labels stay what they are: a broken one hides no good one. */
static enum err follow_all(struct ext_parse *p)
{
	uint32_t searches = SEARCHES_MAX;
	enum err e = OK;
	for (struct ext_node *n = p->oldest; n && !e; n = n->made_after)
		if (!n->dropped)
			e = follow(p, n, &searches);
	if (e != ERR_LIMIT)
		return e;
	log_at(p->c->log, LOG_WARN, "(%.*s)%.*s: over the limit of %u labels that start another",
	       STR_ARG(p->first.src.device), STR_ARG(p->first.src.path), SEARCHES_MAX);
	return OK;
}

/* --- the menu ----------------------------------------------------------------------- */

/* "DEFAULT label more words": a command line, whose words come behind the label's own. */
static enum err add_command(const struct ext_parse *p, struct ext_node *n, struct str command)
{
	struct str name;
	if (p->g.ui.n || str_eq(n->label.kernel, command))
		return OK; /* to menu.c32 it is a name and nothing else; or a file's, see
			      add_implicit() */
	str_word(&command, &name);
	return add_words(p, &n->label, command);
}

/* A label that is nowhere: the choice goes on, and its user hears of it. */
static void tell_missing(const struct ext_parse *p, const char *why, struct str command)
{
	struct str name, rest = command;
	if (str_word(&rest, &name) && !ext_is_menu_module(name))
		log_at(p->c->log, LOG_WARN, "(%.*s)%.*s: %s %.*s: there is no such label",
		       STR_ARG(p->first.src.device), STR_ARG(p->first.src.path), why,
		       STR_ARG(name));
}

/* The entry that a label boots. */
static const struct boot_entry *target(const struct ext_node *n)
{
	return leaf(n->leads_to ? n->leads_to : n);
}

static enum err choose(const struct ext_parse *p, struct boot_menu *out)
{
	const struct {
		struct str command;
		const char *why;
	} by[] = {
		{ p->g.ontimeout, "ONTIMEOUT" },
		{ p->g.default_, "DEFAULT" },
	};
	for (size_t i = 0; i < array_len(by) && !out->chosen; i++) {
		struct ext_node *n = find_label(p, by[i].command);
		out->chosen = n ? target(n) : NULL;
		out->why = by[i].why;
		if (n)
			try(add_command(p, n, by[i].command));
		else
			tell_missing(p, by[i].why, by[i].command);
	}
	if (out->chosen)
		return OK;
	const struct ext_node *start = p->start && !p->start->dropped ? p->start : &p->top;
	out->chosen = leaf(start);
	out->why = "MENU DEFAULT or the first label";
	return OK;
}

/*
 * Without a menu of its own syslinux boots DEFAULT at once, unless a key is
 * held down; with a TIMEOUT we give the user that time instead, as U-Boot
 * does. With a menu and no TIMEOUT it waits for ever.
 */
static int timeout_of(const struct ext_globals *g)
{
	enum { TIMEOUT_MAX_S = 86400 };
	uint64_t tenths = g->timeout ? g->timeout : g->total;
	struct str rest = g->default_, word;
	bool menu = g->ui.n || g->prompt || (str_word(&rest, &word) && ext_is_menu_module(word));
	if (tenths)
		return (int)min_u64(tenths / 10 + (tenths % 10 != 0), TIMEOUT_MAX_S);
	return menu ? -1 : 0;
}

static enum err extlinux_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	struct ext_parse *p = arena_new(c->arena, struct ext_parse);
	const struct boot_entry **fallback = arena_new(c->arena, const struct boot_entry *);
	if (!p || !fallback)
		return ERR_NOMEM;
	p->c = c;
	*out = (struct boot_menu){ 0 };
	try(ext_read(p, src));
	try(follow_all(p));
	try(add_implicit(p));
	try(make_entries(p, out));
	try(choose(p, out));
	out->timeout_s = timeout_of(&p->g);
	out->hidden = p->g.hidden;
	out->guarded = p->guarded || p->fixed;
	if (p->guarded && !p->fixed)
		try(lock_of(c->arena, p->master, &out->guard));
	const struct ext_node *onerror = find_label(p, p->g.onerror);
	if (onerror) {
		*fallback = target(onerror);
		out->fallback = fallback;
		out->n_fallback = 1;
	}
	return OK;
}

static enum err extlinux_choose(struct conf *c, const struct boot_entry *e, struct boot_plan *out)
{
	*out = (struct boot_plan){ .title = e->title };
	return ext_run(c, e->body, out);
}

/* What counts of a label, a line each: the file itself may have it in several places. */
static enum err extlinux_text(struct conf *c, const struct boot_entry *e, struct str *out)
{
	const struct ext_label *l = e->body;
	struct text t = { .arena = c->arena };
	text_fmt(&t, "%s%.*s\n", l->other ? "com32 " : "linux ", STR_ARG(l->kernel));
	if (l->initrd.n)
		text_fmt(&t, "initrd %.*s\n", STR_ARG(l->initrd));
	text_fmt(&t, "append %.*s\n", STR_ARG(l->append));
	*out = text_str(&t);
	return t.bad ? ERR_NOMEM : OK;
}

static enum err extlinux_edit(struct conf *c, const struct boot_entry *e, struct str text,
			      struct boot_entry *out)
{
	const struct ext_label *was = e->body;
	struct ext_label *l = arena_new(c->arena, struct ext_label);
	struct str line;
	if (!l)
		return ERR_NOMEM;
	*l = (struct ext_label){ .src = was->src, .dir = was->dir, .line = was->line };
	while (str_split(&text, '\n', &line)) /* ends with the text */
		if (!ext_label_line(l, str_trim(line)) && str_trim(line).n)
			log_at(c->log, LOG_WARN, "ignored: %.*s", STR_ARG(line));
	*out = *e;
	out->body = l;
	return OK;
}

const struct conf_ops extlinux_conf = {
	.name = "extlinux",
	.load = extlinux_load,
	.choose = extlinux_choose,
	.text = extlinux_text,
	.edit = extlinux_edit,
};
