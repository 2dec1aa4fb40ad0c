/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "extlinux.h"
#include "lock.h"
#include "../base/str.h"

static void say(const struct ext_parse *p, enum log_level level, const char *what, struct str which)
{
	log_at(p->c->log, level, "(%.*s)%.*s:%u: %s %.*s", STR_ARG(p->file->src.device),
	       STR_ARG(p->file->src.path), p->file->line, what, STR_ARG(which));
}

enum { FILES_MAX = 256 }; /* of one menu, whatever includes them */

static enum err over(const struct ext_parse *p, uint32_t limit, const char *what)
{
	char line[64];
	fmt_to(line, sizeof line, "over the limit of %u", limit);
	say(p, LOG_ERROR, line, str_of(what));
	return ERR_LIMIT;
}

/* The directory of a file, with the slash. */
static struct str dir_of(struct str path)
{
	size_t n = path.n;
	while (n && path.p[n - 1] != '/')
		n--;
	return str_sub(path, 0, n);
}

/* "WORD rest" without regard to case; pygrub also takes "WORD=rest". */
static bool take_word(struct str *line, struct str *word)
{
	size_t n = 0;
	while (n < line->n && !is_blank(line->p[n]) && line->p[n] != '=')
		n++;
	*word = str_sub(*line, 0, n);
	*line = str_trim(str_sub(*line, n + 1, line->n));
	return n > 0;
}

static bool is(struct str word, const char *name)
{
	return str_eq_nocase(word, str_of(name));
}

/* --- nodes ------------------------------------------------------------------------ */

static enum err add_node(struct ext_parse *p, bool is_menu, struct ext_node **out)
{
	struct ext_node *n = arena_new(p->c->arena, struct ext_node);
	if (!n)
		return ERR_NOMEM;
	if (p->entries == 0)
		return over(p, p->c->limits.entries, "entries");
	p->entries--;
	n->is_menu = is_menu;
	n->file = p->file;
	n->parent = p->menu;
	n->made_before = p->newest;
	if (p->newest)
		p->newest->made_after = n;
	else
		p->oldest = n;
	p->newest = n;
	if (p->menu->last)
		p->menu->last->next = n;
	else
		p->menu->first = n;
	p->menu->last = n;
	n->label = (struct ext_label){
		.src = p->file->src,
		.dir = p->g.dir,
		.line = p->file->line,
	};
	*out = n;
	return OK;
}

static enum err begin_menu(struct ext_parse *p, struct str tag)
{
	struct ext_node *n;
	try(add_node(p, true, &n));
	n->name = n->title = tag.n ? tag : STR("Submenu");
	if (++p->depth > p->c->limits.depth)
		return over(p, p->c->limits.depth, "submenus in submenus");
	p->menu = n;
	return OK;
}

static void end_menu(struct ext_parse *p)
{
	if (p->menu == p->floor)
		return; /* an END too many */
	p->menu = p->menu->parent;
	p->depth--;
}

/* --- files ------------------------------------------------------------------------ */

static enum err read_lines(struct ext_parse *p, struct ext_file *f);
static enum err end_label(struct ext_parse *p);

static bool is_open(const struct ext_parse *p, struct str path)
{
	for (const struct ext_file *f = p->file; f; f = f->from) /* as deep as limits.include */
		if (str_eq(f->src.path, path))
			return true;
	return false;
}

/* Read a file at this place. ERR_NOENT, ERR_LOOP: it was not, and the rest can go on. */
static enum err read_file(struct ext_parse *p, struct str name)
{
	struct ext_label here = { .src = p->file->src, .dir = p->g.dir };
	struct ext_file *f = arena_new(p->c->arena, struct ext_file);
	if (!f)
		return ERR_NOMEM;
	*f = (struct ext_file){ .from = p->file, .depth = p->file->depth + 1 };
	f->src.device = here.src.device;
	try(ext_path(p->c, &here, name, &f->src.path));
	if (p->files == 0)
		return over(p, FILES_MAX, "files");
	p->files--;
	if (is_open(p, f->src.path))
		return ERR_LOOP;
	if (f->depth > p->c->limits.include)
		return over(p, p->c->limits.include, "files in files");
	enum err e = p->c->host->read(p->c->host, f->src.device, f->src.path, p->c->limits.file,
				      p->c->arena, &f->src.text);
	if (e == ERR_NOMEM || e == ERR_LIMIT)
		return e;
	if (e) {
		say(p, LOG_WARN, err_text(e), f->src.path);
		return ERR_NOENT;
	}
	const struct ext_file *back = p->file;
	e = read_lines(p, f);
	p->file = back;
	return e;
}

static bool can_go_on(enum err e)
{
	return e == OK || e == ERR_NOENT || e == ERR_LOOP;
}

static enum err read_include(struct ext_parse *p, struct str name)
{
	enum err e = read_file(p, name);
	if (e == ERR_LOOP)
		say(p, LOG_WARN, "a file that includes itself:", name);
	return can_go_on(e) ? OK : e;
}

static enum err include_menu(struct ext_parse *p, struct str name, struct str tag)
{
	struct ext_node *menu = p->menu, *floor = p->floor;
	uint32_t depth = p->depth;
	try(end_label(p));
	try(begin_menu(p, tag));
	p->floor = p->menu;
	try(read_include(p, name));
	try(end_label(p));
	p->menu = menu;
	p->floor = floor;
	p->depth = depth;
	return OK;
}

/* INCLUDE FILE [TAG]: with a tag it is a submenu. */
static enum err include(struct ext_parse *p, struct str args)
{
	struct str name, tag;
	if (!str_word(&args, &name))
		return OK;
	if (str_word(&args, &tag))
		return include_menu(p, name, tag);
	return read_include(p, name);
}

/* --- labels ----------------------------------------------------------------------- */

bool ext_is_menu_module(struct str file)
{
	return ext_is_module(file, "menu.c32") || ext_is_module(file, "vesamenu.c32");
}

/* A label that leads to another menu: the file's name, and its directory where it is told. */
static bool leads_to(const struct ext_label *l, struct str *name, struct str *dir)
{
	struct str rest = l->kernel, word, args = l->append;
	*dir = (struct str){ NULL, 0 };
	if (!str_word(&rest, &word))
		return false;
	if (l->other && is(word, "config")) {
		if (!str_word(&rest, name))
			return false;
		*dir = str_word(&rest, &word) || str_word(&args, &word) ? word : STR("");
		return true;
	}
	if (!ext_is_menu_module(word))
		return false;
	return str_word(&rest, name) || str_word(&args, name);
}

/* The label that a DEFAULT inside a submenu means, and the submenus on the way to it. */
static void mark_default(struct ext_parse *p, struct ext_node *menu)
{
	struct str rest = p->g.default_, name;
	if (!str_word(&rest, &name))
		return;
	for (struct ext_node *n = menu->made_after; n; n = n->made_after) {
		if (n->is_menu || !str_eq(n->name, name))
			continue;
		for (; n != menu; n = n->parent)
			n->is_default = true;
		return;
	}
}

static enum err read_config(struct ext_parse *p, struct ext_node *n, struct str name,
			    struct str dir)
{
	if (dir.n) {
		struct text t = { .arena = p->c->arena };
		text_fmt(&t, "%.*s%s", STR_ARG(dir), str_ends(dir, STR("/")) ? "" : "/");
		p->g.dir = text_str(&t);
		if (t.bad)
			return ERR_NOMEM;
	}
	try(read_file(p, name));
	try(end_label(p));
	mark_default(p, n);
	return OK;
}

/*
 * Make of a label the submenu that its CONFIG or menu.c32 would show. The way to
 * it leads through the label's own file, which may have ended: Debian's installer
 * has files that lead to each other.
 */
static enum err open_config(struct ext_parse *p, struct ext_node *n, struct str name,
			    struct str dir)
{
	struct ext_globals g = p->g;
	const struct ext_file *file = p->file;
	struct ext_node *start = p->start, *menu = p->menu, *floor = p->floor;
	uint32_t depth = p->depth;
	p->g = (struct ext_globals){ .dir = g.dir };
	p->menu = p->floor = n;
	p->file = n->file;
	n->is_menu = true;
	enum err e = read_config(p, n, name, dir);
	p->g = g;
	p->file = file;
	p->start = start;
	p->menu = menu;
	p->floor = floor;
	p->depth = depth;
	if (e == ERR_NOENT) /* a label without effect: its user hears why */
		n->is_menu = false;
	n->dropped = e == ERR_LOOP; /* a way back, which Esc is, too */
	return can_go_on(e) ? OK : e;
}

/*
 * "linux.c32 vmlinuz root=..." is what KERNEL and APPEND would say. The arguments may
 * stand in either place, those of the program first.
 */
static enum err unwrap_linux(struct ext_parse *p, struct ext_label *l)
{
	struct text t = { .arena = p->c->arena };
	struct str rest = l->kernel, word, command;
	if (!str_word(&rest, &word) || !ext_is_module(word, "linux.c32"))
		return OK;
	text_fmt(&t, "%.*s %.*s", STR_ARG(rest), STR_ARG(l->append));
	command = text_str(&t);
	if (t.bad)
		return ERR_NOMEM;
	l->other = false;
	if (!str_word(&command, &l->kernel))
		l->kernel = (struct str){ NULL, 0 };
	l->append = str_trim(command);
	return OK;
}

/* A label that names no kernel is a kernel's name itself, where there is a file of that name. */
static enum err find_kernel(struct ext_parse *p, struct ext_node *n)
{
	struct ext_label *l = &n->label;
	struct boot_file f;
	struct str path;
	if (l->kernel.n || l->other || n->dropped || !n->name.n)
		return OK;
	try(ext_path(p->c, l, n->name, &path));
	if (!p->c->host->open(p->c->host, l->src.device, path, &f) && f.node.type == FS_FILE)
		l->kernel = n->name;
	return OK;
}

static enum err end_label(struct ext_parse *p)
{
	struct ext_node *n = p->label;
	struct str name, dir;
	p->label = NULL;
	p->in_text = false;
	if (!n)
		return OK;
	if (!n->label.has_append)
		n->label.append = p->g.append;
	if (str_eq(n->label.append, STR("-")))
		n->label.append = (struct str){ NULL, 0 };
	try(unwrap_linux(p, &n->label));
	try(find_kernel(p, n));
	if (n->dropped || !leads_to(&n->label, &name, &dir))
		return OK;
	return open_config(p, n, name, dir);
}

static struct str unquoted(struct str s)
{
	bool quoted = s.n > 1 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0];
	return quoted ? str_sub(s, 1, s.n - 1) : s;
}

static enum err begin_label(struct ext_parse *p, struct str args)
{
	try(end_label(p));
	try(add_node(p, false, &p->label));
	p->label->name = p->label->title = unquoted(args);
	return OK;
}

/* --- directives ------------------------------------------------------------------- */

/* A title without the caret that marks its hotkey. */
static enum err set_title(struct ext_parse *p, struct ext_node *n, struct str title)
{
	size_t caret = str_find(title, '^', 0);
	struct text t = { .arena = p->c->arena };
	n->title = title;
	if (caret == title.n)
		return OK;
	text_put(&t, str_sub(title, 0, caret));
	text_put(&t, str_sub(title, caret + 1, title.n));
	n->title = text_str(&t);
	n->hotkey = caret + 1 < title.n ? ascii_lower(title.p[caret + 1]) : 0;
	return t.bad ? ERR_NOMEM : OK;
}

static void set_password(struct ext_node *n, struct str args)
{
	n->restricted = true;
	n->password = args;
}

/* MENU MASTER PASSWD TEXT */
static enum err set_master(struct ext_parse *p, struct str args)
{
	struct str word;
	if (!take_word(&args, &word) || !is(word, "passwd"))
		return OK;
	p->guarded = true;
	p->master = arena_new(p->c->arena, struct boot_user);
	if (!p->master)
		return ERR_NOMEM;
	p->master->secret = lock_secret(args);
	return OK;
}

/* MENU ... about the open label. */
static enum err menu_of_label(struct ext_parse *p, struct str word, struct str args)
{
	if (is(word, "label"))
		return set_title(p, p->label, args);
	if (is(word, "default"))
		p->label->is_default = true;
	else if (is(word, "passwd"))
		set_password(p->label, args);
	else if (is(word, "hide"))
		p->label->hide = true;
	else if (is(word, "disable") || is(word, "goto") || is(word, "exit") || is(word, "quit"))
		p->label->dropped = true; /* text, or ways that Esc and Enter are */
	return OK;
}

/* MENU ... about the menu that the labels are in. */
static enum err menu_of_menu(struct ext_parse *p, struct str word, struct str args)
{
	if (is(word, "master"))
		return set_master(p, args);
	if (is(word, "hidden"))
		p->g.hidden = true;
	else if (is(word, "immediate"))
		p->g.immediate = true;
	else if (is(word, "start"))
		p->start = p->menu;
	else if (is(word, "include"))
		return include(p, args);
	else if (!p->menu->parent)
		return OK;
	else if (is(word, "title") || is(word, "label"))
		return set_title(p, p->menu, args);
	else if (is(word, "default"))
		p->menu->is_default = true;
	else if (is(word, "passwd"))
		set_password(p->menu, args);
	return OK;
}

static enum err menu_directive(struct ext_parse *p, struct str args)
{
	struct str word;
	if (!take_word(&args, &word))
		return OK;
	if (is(word, "separator"))
		return end_label(p);
	if (is(word, "begin")) {
		try(end_label(p));
		return begin_menu(p, args);
	}
	if (is(word, "end")) {
		try(end_label(p));
		end_menu(p);
		return OK;
	}
	bool anywhere = is(word, "master") || is(word, "hidden") || is(word, "immediate") ||
			is(word, "start") || is(word, "include") || is(word, "title");
	return p->label && !anywhere ? menu_of_label(p, word, args) : menu_of_menu(p, word, args);
}

static void set_kernel(struct ext_label *l, struct str args, bool other)
{
	l->kernel = args;
	l->other = other;
}

bool ext_label_line(struct ext_label *l, struct str line)
{
	/* The kinds of kernel that are none for a guest; all but COM32 keep their names in front.
	 */
	static const char *const others[] = { "com32",	 "boot",      "bss",	"comboot",
					      "fdimage", "localboot", "config", "pxe" };
	struct str word, args = line;
	take_word(&args, &word);
	if (is(word, "kernel") || is(word, "linux")) {
		set_kernel(l, args, false);
		return true;
	}
	if (is(word, "initrd")) {
		l->initrd = args;
		return true;
	}
	if (is(word, "append")) {
		l->append = args;
		l->has_append = true;
		return true;
	}
	for (size_t i = 0; i < array_len(others); i++) {
		if (!is(word, others[i]))
			continue;
		set_kernel(l, i == 0 ? args : line, true);
		return true;
	}
	return false;
}

static void set_tenths(struct ext_parse *p, struct str args, uint64_t *out)
{
	if (!str_u64(args, out))
		say(p, LOG_WARN, "not a number:", args);
}

/* Displayed, played or typed with real hardware: nothing to do for a guest. */
static bool is_ignored(struct str word)
{
	static const char *const names[] = {
		"allowoptions",
		"console",
		"devicetree",
		"devicetreedir",
		"display",
		"f0",
		"f1",
		"f10",
		"f11",
		"f12",
		"f2",
		"f3",
		"f4",
		"f5",
		"f6",
		"f7",
		"f8",
		"f9",
		"fdt",
		"fdtdir",
		"fdtoverlays",
		"font",
		"implicit",
		"ipappend",
		"kbdmap",
		"nocomplete",
		"noescape",
		"nohalt",
		"path",
		"sendcookies",
		"serial",
		"sysappend",
		"devicetree-overlay",
	};
	for (size_t i = 0; i < array_len(names); i++)
		if (is(word, names[i]))
			return true;
	return false;
}

static void global_directive(struct ext_parse *p, struct str word, struct str args)
{
	uint64_t flag = 0;
	if (is(word, "default")) {
		p->g.default_ = args;
	} else if (is(word, "ontimeout")) {
		p->g.ontimeout = args;
	} else if (is(word, "onerror")) {
		p->g.onerror = args;
	} else if (is(word, "append")) {
		p->g.append = args;
	} else if (is(word, "ui")) {
		p->g.ui = args;
	} else if (is(word, "prompt")) {
		p->g.prompt = !str_u64(args, &flag) || flag;
	} else if (is(word, "timeout")) {
		set_tenths(p, args, &p->g.timeout);
	} else if (is(word, "totaltimeout")) {
		set_tenths(p, args, &p->g.total);
	} else if (is(word, "allowoptions")) {
		p->fixed = str_u64(args, &flag) && !flag;
	} else if (is(word, "say")) {
		log_at(p->c->log, LOG_INFO, "%.*s", STR_ARG(args));
	} else if (!is_ignored(word)) {
		say(p, LOG_INFO, "unknown directive", word);
	}
}

static enum err directive(struct ext_parse *p, struct str line)
{
	struct str word, args = line;
	take_word(&args, &word);
	if (p->in_text || (is(word, "text") && is(args, "help"))) {
		p->in_text = !is(word, "endtext");
		return OK;
	}
	if (is(word, "include"))
		return include(p, args);
	if (is(word, "menu"))
		return menu_directive(p, args);
	/* pygrub takes every word that begins so. */
	if (str_eq_nocase(str_sub(word, 0, 5), STR("label")))
		return begin_label(p, args);
	if (!p->label || !ext_label_line(&p->label->label, line))
		global_directive(p, word, args);
	return OK;
}

static enum err read_lines(struct ext_parse *p, struct ext_file *f)
{
	struct str rest = { (const char *)f->src.text.p, f->src.text.n }, line;
	struct str bom = STR("\xef\xbb\xbf");
	if (str_starts(rest, bom))
		rest = str_sub(rest, bom.n, rest.n);
	p->file = f;
	while (str_split(&rest, '\n', &line)) { /* ends with the text */
		line = str_trim(line);
		f->line++;
		if (!line.n || line.p[0] == '#')
			continue;
		if (p->lines-- == 0)
			return over(p, p->c->limits.steps, "lines");
		try(directive(p, line));
	}
	return OK;
}

enum err ext_add_command(struct ext_parse *p, struct str name, struct str command)
{
	p->menu = &p->top;
	try(begin_label(p, name));
	p->label->title = command;
	set_kernel(&p->label->label, command, false);
	return end_label(p);
}

/* Before anything was read. */
static void begin(struct ext_parse *p)
{
	p->g.dir = dir_of(p->first.src.path);
	p->top.is_menu = true;
	p->menu = p->floor = &p->top;
	p->file = &p->first;
}

/* "UI menu.c32 FILE ...": the files that the menu is made of; nothing: this one. */
static struct str menu_files(const struct ext_globals *g)
{
	struct str rest = g->ui.n ? g->ui : g->default_, word;
	bool menu = str_word(&rest, &word) && ext_is_menu_module(word);
	return menu ? str_trim(rest) : (struct str){ NULL, 0 };
}

/* Read them in the place of what was read; "~" is the first file itself (menu.txt). */
static enum err read_menu_files(struct ext_parse *p, struct str names)
{
	const struct ext_parse was = *p;
	struct str name;
	bool some = false;
	*p = (struct ext_parse){ .c = was.c,
				 .first = was.first,
				 .entries = was.entries,
				 .files = was.files,
				 .lines = was.lines };
	begin(p);
	while (str_word(&names, &name)) { /* each turn takes a word */
		p->first.line = 0;
		enum err e = str_eq(name, STR("~")) ? read_lines(p, &p->first) : read_file(p, name);
		if (!can_go_on(e))
			return e;
		some = some || e == OK;
	}
	if (!some) { /* those of a boot loader's own program, or lost ones */
		*p = was;
		return OK;
	}
	p->g.ui = was.g.ui.n ? was.g.ui : was.g.default_;
	return end_label(p);
}

enum err ext_read(struct ext_parse *p, const struct conf_source *src)
{
	p->first.src = *src;
	p->entries = p->c->limits.entries;
	p->files = FILES_MAX;
	p->lines = p->c->limits.steps;
	begin(p);
	try(read_lines(p, &p->first));
	try(end_label(p));
	return read_menu_files(p, menu_files(&p->g));
}
