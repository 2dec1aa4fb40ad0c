/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "legacy_run.h"
#include "lock.h"
#include "../base/str.h"

/* --- lines ---------------------------------------------------------------------- */

enum err legacy_lines_init(struct legacy_lines *l, struct arena *a, struct str text, uint32_t line)
{
	*l = (struct legacy_lines){ .text = text, .line = line };
	l->buf = arena_alloc(a, text.n + 1, 1);
	return l->buf ? OK : ERR_NOMEM;
}

/*
 * A line as GRUB legacy reads it: CR dropped, tabs are blanks, a backslash at
 * its end joins the next line and is nothing special elsewhere. Comments are not
 * joined: pygrub reads the line after a comment that ends in a backslash.
 */
static struct str next_line(struct legacy_lines *l)
{
	size_t n = 0;
	bool literal = false, comment = false;
	l->line++;
	while (l->at < l->text.n) {
		char c = l->text.p[l->at++];
		if (c == '\n') {
			if (!literal || comment)
				break;
			l->line++;
		}
		if (c == '\r')
			continue;
		if (literal && c != '\n')
			l->buf[n++] = '\\';
		literal = c == '\\';
		if (literal)
			continue;
		comment |= c == '#' && n == 0;
		if (n || (c != ' ' && c != '\t' && c != '\n'))
			l->buf[n++] = c == '\t' || c == '\n' ? ' ' : c;
	}
	return str_trim((struct str){ l->buf, n });
}

static bool is_separator(char c)
{
	return is_blank(c) || c == '=';
}

static void cut_command(struct str line, struct legacy_command *out)
{
	size_t name = 0, args;
	while (name < line.n && !is_separator(line.p[name]))
		name++;
	for (args = name; args < line.n && is_separator(line.p[args]); args++)
		;
	out->name = str_sub(line, 0, name);
	out->args = str_sub(line, args, line.n);
	out->all = line;
}

bool legacy_next(struct legacy_lines *l, struct legacy_command *out)
{
	while (l->at < l->text.n) { /* every line moves on */
		out->at = l->at;
		out->line = l->line + 1;
		struct str line = next_line(l);
		if (line.n && line.p[0] != '#') {
			cut_command(line, out);
			return true;
		}
	}
	return false;
}

bool legacy_number(struct str s, uint64_t *out)
{
	bool hex = str_starts(s, STR("0x"));
	size_t from = hex ? 2 : 0, i = from;
	for (*out = 0; i < s.n; i++) {
		char c = ascii_lower(s.p[i]);
		bool letter = hex && c >= 'a' && c <= 'f';
		if (!letter && !is_digit(c))
			break;
		if (!mul_u64(*out, hex ? 16 : 10, out) ||
		    !add_u64(*out, (uint64_t)(letter ? c - 'a' + 10 : c - '0'), out))
			return false;
	}
	return i > from;
}

bool legacy_is_title(const struct legacy_command *c)
{
	return str_starts(c->name, STR("title"));
}

/* --- the menu ------------------------------------------------------------------- */

/* One file on its way to a menu, and the files that led to it. */
struct loading {
	struct conf *c;
	const struct conf_source *src;
	const struct loading *from;
	const struct boot_entry *in; /* the submenu that they make; NULL: the top */
	uint32_t depth;
	uint32_t *left; /* entries that may still be made, in all files together */
	struct str text, source;
	bool password;		       /* a global one: lock means something */
	const struct boot_lock *guard; /* that one's; NULL: none can fit it */
	bool saved, hidden;
	bool boots; /* without any title: the commands are those of one entry */
	int timeout_s;
	uint64_t number; /* default */
	struct str fallback;
	struct boot_entry *entry;
	struct legacy_body *body; /* of the same number */
	size_t n;
};

static void say(const struct loading *l, uint32_t line, const char *what, struct str which)
{
	log_at(l->c->log, LOG_WARN, "%.*s:%u: %s %.*s", STR_ARG(l->source), line, what,
	       STR_ARG(which));
}

/*
 * password [--md5|--encrypted] TEXT [FILE]. The file is another menu, for those
 * who know the password; here they get this one unlocked. --encrypted is
 * Fedora's, for SHA-256 and SHA-512.
 */
static enum err take_password(struct loading *l, const struct legacy_command *cmd,
			      const struct boot_lock **out)
{
	struct str args = cmd->args, word;
	struct boot_user *u = arena_new(l->c->arena, struct boot_user);
	bool some = str_word(&args, &word), hashed = false;
	if (!u)
		return ERR_NOMEM;
	for (; some && str_starts(word, STR("--")); some = str_word(&args, &word))
		hashed = true; /* ends with the words */
	*out = NULL;
	u->secret.kind = hashed ? SECRET_CRYPT : SECRET_PLAIN;
	u->secret.text = str_dup(l->c->arena, some ? word : STR(""));
	if (!u->secret.text.p)
		return ERR_NOMEM;
	if (str_word(&args, &word))
		say(l, cmd->line, "this menu is unlocked in the place of", word);
	if (some && secret_look(&u->secret) == OK)
		return lock_of(l->c->arena, u, out);
	say(l, cmd->line, "no password fits", str_sub(cmd->all, 0, cmd->name.n));
	return OK;
}

enum { TIMEOUT_MAX_S = 86400 };

/* The commands before the first title. */
static enum err header_command(struct loading *l, const struct legacy_command *cmd)
{
	struct str args = cmd->args, word;
	uint64_t v;
	bool some = str_word(&args, &word), number = some && legacy_number(word, &v);
	if (str_eq(cmd->name, STR("default"))) {
		l->saved = some && str_eq(word, STR("saved"));
		l->number = number ? v : 0;
		if (!number && !l->saved)
			say(l, cmd->line, "not a number of an entry:", cmd->all);
	} else if (str_eq(cmd->name, STR("timeout"))) {
		if (number)
			l->timeout_s = (int)min_u64(v, TIMEOUT_MAX_S);
		else if (!some || !str_eq(word, STR("-1")))
			say(l, cmd->line, "not a number of seconds:", cmd->all);
	} else if (str_eq(cmd->name, STR("fallback"))) {
		l->fallback = str_dup(l->c->arena, cmd->args);
		return l->fallback.p ? OK : ERR_NOMEM;
	} else if (str_eq(cmd->name, STR("hiddenmenu"))) {
		l->hidden = true;
	} else if (str_eq(cmd->name, STR("password"))) {
		l->password = true;
		return take_password(l, cmd, &l->guard);
	} else if (str_eq(cmd->name, STR("kernel")) || str_eq(cmd->name, STR("configfile"))) {
		l->boots = true;
	}
	return OK;
}

enum err legacy_default_path(struct arena *a, const struct conf_source *src, struct str *out)
{
	struct text path = { .arena = a };
	size_t dir = src->path.n;
	while (dir && src->path.p[dir - 1] != '/')
		dir--;
	text_fmt(&path, "%.*sdefault", (int)dir, src->path.p);
	*out = text_str(&path);
	return path.bad ? ERR_NOMEM : OK;
}

/* "savedefault" keeps the number as text, padded, in a file beside the menu. */
static enum err read_saved(struct loading *l)
{
	enum { SAVED_MAX = 65536 };
	struct span text;
	struct str path, rest, line;
	try(legacy_default_path(l->c->arena, l->src, &path));
	if (l->c->host->read(l->c->host, l->src->device, path, SAVED_MAX, l->c->arena, &text)) {
		log_at(l->c->log, LOG_INFO, "%.*s: no saved default in %.*s: the first entry",
		       STR_ARG(l->source), STR_ARG(path));
		return OK;
	}
	rest = (struct str){ (const char *)text.p, text.n };
	if (!str_split(&rest, '\n', &line) || !legacy_number(str_trim(line), &l->number))
		say(l, 1, "no number is saved in", path);
	return OK;
}

static enum err load_file(struct loading *l);
static const struct boot_entry *chosen(const struct loading *l);

static bool is_loop(const struct loading *l, const struct legacy_file *f)
{
	for (; l; l = l->from) /* as deep as limits.include */
		if (str_eq(l->src->device, f->device) && str_eq(l->src->path, f->path))
			return true;
	return false;
}

/* Make the entries of another menu the submenu of entry i. */
static enum err open_menu(struct loading *l, size_t i)
{
	struct legacy_body *b = &l->body[i];
	struct legacy_file f;
	struct boot_file found;
	struct conf_source *src = arena_new(l->c->arena, struct conf_source);
	if (!src)
		return ERR_NOMEM;
	try(legacy_configfile(l->c, b, &f));
	try(conf_open(l->c, &b->src, f.device, f.path, &found));
	f.device = found.device;
	if (is_loop(l, &f) || l->depth >= l->c->limits.include) {
		say(l, b->line, "menus that lead to each other:", f.path);
		return ERR_LOOP;
	}
	src->device = f.device;
	src->path = f.path;
	try(l->c->host->read(l->c->host, f.device, f.path, l->c->limits.file, l->c->arena,
			     &src->text));
	struct loading sub = { .c = l->c, .src = src, .from = l, .left = l->left };
	sub.in = &l->entry[i];
	sub.depth = l->depth + 1;
	try(load_file(&sub));
	if (sub.password && !l->password)
		l->guard = sub.guard;
	l->password |= sub.password;
	l->entry[i].children = sub.entry;
	l->entry[i].n_children = sub.n;
	b->chosen = chosen(&sub);
	return OK;
}

/* What an entry's commands say about it. */
struct looked {
	bool asks, locked, kernel, menu, chains;
	bool tests;		     /* memory: the kernel is no kernel */
	const struct boot_lock *own; /* of its own password */
};

static bool tests_memory(struct str args)
{
	struct str word = { NULL, 0 };
	while (str_word(&args, &word) && str_starts(word, STR("--")))
		;
	return conf_tests_memory(word);
}

static enum err look_at(struct loading *l, const struct legacy_body *b, struct looked *out)
{
	struct legacy_lines lines;
	struct legacy_command cmd;
	try(legacy_lines_init(&lines, l->c->arena, b->text, b->line));
	while (legacy_next(&lines, &cmd)) { /* ends with the text */
		if (str_eq(cmd.name, STR("password")) && !l->boots) {
			out->asks = true;
			try(take_password(l, &cmd, &out->own));
		}
		out->locked |= str_eq(cmd.name, STR("lock"));
		if (str_eq(cmd.name, STR("kernel")) || str_eq(cmd.name, STR("kernel$"))) {
			out->kernel = true;
			out->tests = tests_memory(cmd.args);
		}
		out->chains |= str_eq(cmd.name, STR("chainloader"));
		out->menu |= str_eq(cmd.name, STR("configfile"));
	}
	return OK;
}

/* lock asks for the menu's password, password for its own, both for both. */
static enum err lock_entry(struct loading *l, struct boot_entry *e, const struct looked *k)
{
	bool locked = k->locked && l->password;
	e->restricted = k->asks || locked;
	e->lock = k->asks ? k->own : l->guard;
	if (!k->asks || !locked || !k->own)
		return OK;
	struct boot_lock *both = arena_new(l->c->arena, struct boot_lock);
	if (!both)
		return ERR_NOMEM;
	*both = *k->own;
	both->also = l->guard;
	e->lock = l->guard ? both : NULL;
	return OK;
}

/* How entry i is shown. */
static enum err look_into(struct loading *l, size_t i)
{
	struct looked k = { 0 };
	try(look_at(l, &l->body[i], &k));
	try(lock_entry(l, &l->entry[i], &k));
	enum err e = (k.menu || k.chains) && !k.kernel ? open_menu(l, i) : ERR_NOENT;
	if (e && !k.kernel)
		l->entry[i].hopeless = k.chains ? "starts another boot loader"
				       : k.menu ? "leads to a menu that is not there"
						: "has no kernel";
	else if (k.tests)
		l->entry[i].hopeless = "tests memory";
	/* The menu is whole without it; who chooses this entry hears why it does not boot. */
	return e == ERR_NOMEM || e == ERR_LIMIT ? e : OK;
}

/* The title as GRUB cuts it; of a longer word what pygrub takes. */
static struct str title_of(const struct legacy_command *cmd)
{
	bool exact = cmd->name.n == sizeof "title" - 1;
	return exact ? cmd->args : str_trim(str_sub(cmd->all, sizeof "title", cmd->all.n));
}

/* The next entry; its commands begin at the byte `from` and end with the text, for now. */
static enum err begin_entry(struct loading *l, struct str title, size_t from, uint32_t line)
{
	struct str name = str_dup(l->c->arena, title);
	if (!name.p)
		return ERR_NOMEM;
	l->body[l->n] = (struct legacy_body){
		.src = *l->src,
		.text = str_sub(l->text, from, l->text.n),
		.line = line,
		.number = (uint32_t)l->n,
		.fallback = l->fallback,
	};
	l->entry[l->n] = (struct boot_entry){
		.id = name,
		.title = name,
		.parent = l->in,
		.index = (uint32_t)l->n,
		.source = l->source,
		.line = line,
		.body = &l->body[l->n],
	};
	l->n++;
	return OK;
}

/* All entries in order. pygrub keeps one without commands, but for the last. */
static enum err make_entries(struct loading *l)
{
	struct legacy_lines lines;
	struct legacy_command cmd;
	bool empty = false;
	try(legacy_lines_init(&lines, l->c->arena, l->text, 0));
	if (l->boots)
		return begin_entry(l, l->source, 0, 0);
	while (legacy_next(&lines, &cmd)) { /* ends with the text */
		empty = legacy_is_title(&cmd);
		if (!empty)
			continue;
		if (l->n) {
			struct str *text = &l->body[l->n - 1].text;
			*text = str_sub(*text, 0, cmd.at - (size_t)(text->p - l->text.p));
		}
		try(begin_entry(l, title_of(&cmd), lines.at, lines.line));
	}
	l->n -= empty;
	return OK;
}

/* Run the header, and make room for the entries. */
static enum err count_entries(struct loading *l)
{
	struct legacy_lines lines;
	struct legacy_command cmd;
	uint32_t n = 0;
	try(legacy_lines_init(&lines, l->c->arena, l->text, 0));
	while (legacy_next(&lines, &cmd)) { /* ends with the text */
		if (legacy_is_title(&cmd))
			n++;
		else if (!n)
			try(header_command(l, &cmd));
	}
	l->boots &= !n;
	n += l->boots;
	if (n > *l->left) {
		log_at(l->c->log, LOG_ERROR, "%.*s: over the limit of %u entries",
		       STR_ARG(l->source), l->c->limits.entries);
		return ERR_LIMIT;
	}
	*l->left -= n;
	l->entry = arena_array(l->c->arena, struct boot_entry, n);
	l->body = arena_array(l->c->arena, struct legacy_body, n);
	if (!l->entry || !l->body)
		return ERR_NOMEM;
	return n ? OK : ERR_NOENT;
}

static enum err load_file(struct loading *l)
{
	struct text source = { .arena = l->c->arena };
	struct str bom = STR("\xef\xbb\xbf");
	text_fmt(&source, "(%.*s)%.*s", STR_ARG(l->src->device), STR_ARG(l->src->path));
	if (source.bad)
		return ERR_NOMEM;
	l->source = text_str(&source);
	l->timeout_s = -1;
	l->text = (struct str){ (const char *)l->src->text.p, l->src->text.n };
	if (str_starts(l->text, bom))
		l->text = str_sub(l->text, bom.n, l->text.n);
	try(count_entries(l));
	try(make_entries(l));
	for (size_t i = 0; i < l->n; i++)
		try(look_into(l, i));
	if (l->saved)
		try(read_saved(l));
	return l->n ? OK : ERR_NOENT;
}

/* --- what is to boot -------------------------------------------------------------- */

/* The entry, or of a submenu its default. Submenus always have one. */
static const struct boot_entry *leaf(const struct boot_entry *e)
{
	while (e->children) /* as deep as limits.include */
		e = ((const struct legacy_body *)e->body)->chosen;
	return e;
}

static const struct boot_entry *chosen(const struct loading *l)
{
	if (l->number < l->n)
		return leaf(&l->entry[l->number]);
	log_at(l->c->log, LOG_INFO, "%.*s: there is no entry %llu: the first one",
	       STR_ARG(l->source), (unsigned long long)l->number);
	return leaf(l->entry);
}

enum { FALLBACK_MAX = 16 };

/* The entries of one menu that its fallback command numbers. */
static void add_fallbacks(struct str numbers, const struct boot_entry *menu, size_t n_menu,
			  const struct boot_entry **to, size_t *n)
{
	struct str word;
	uint64_t number;
	while (*n < FALLBACK_MAX && str_word(&numbers, &word)) /* ends with the words */
		if (legacy_number(word, &number) && number < n_menu)
			to[(*n)++] = leaf(&menu[number]);
}

/* Of the menu that the default lies in, where that is another file, and then the first one's. */
static enum err fill_fallback(struct loading *l, struct boot_menu *out)
{
	const struct boot_entry *in = out->chosen->parent;
	const struct legacy_body *b = out->chosen->body;
	const struct boot_entry **e =
		arena_array(l->c->arena, const struct boot_entry *, FALLBACK_MAX);
	if (!e)
		return ERR_NOMEM;
	if (in)
		add_fallbacks(b->fallback, in->children, in->n_children, e, &out->n_fallback);
	add_fallbacks(l->fallback, l->entry, l->n, e, &out->n_fallback);
	out->fallback = e;
	return OK;
}

enum err legacy_load(struct conf *c, const struct conf_source *src, struct boot_menu *out)
{
	uint32_t left = c->limits.entries;
	struct loading l = { .c = c, .src = src, .left = &left };
	struct text why = { .arena = c->arena };
	try(load_file(&l));
	text_fmt(&why, "default %s%llu", l.saved ? "saved: " : "", (unsigned long long)l.number);
	text_char(&why, 0);
	if (why.bad)
		return ERR_NOMEM;
	*out = (struct boot_menu){
		.entry = l.entry,
		.n = l.n,
		.chosen = chosen(&l),
		.why = why.p,
		/* Commands without a title are an order, not an offer. */
		.timeout_s = l.boots && l.timeout_s < 0 ? 0 : l.timeout_s,
		.hidden = l.hidden,
		.guarded = l.password,
		.guard = l.guard,
	};
	return fill_fallback(&l, out);
}

static enum err legacy_choose(struct conf *c, const struct boot_entry *e, struct boot_plan *out)
{
	*out = (struct boot_plan){ .title = e->title };
	return legacy_run(c, e->body, out);
}

static enum err legacy_text(struct conf *c, const struct boot_entry *e, struct str *out)
{
	const struct legacy_body *b = e->body;
	(void)c;
	*out = b->text;
	return OK;
}

static enum err legacy_edit(struct conf *c, const struct boot_entry *e, struct str text,
			    struct boot_entry *out)
{
	struct legacy_body *b = arena_new(c->arena, struct legacy_body);
	if (!b)
		return ERR_NOMEM;
	*b = *(const struct legacy_body *)e->body;
	b->text = text;
	*out = *e;
	out->body = b;
	return OK;
}

const struct conf_ops legacy_conf = {
	.name = "legacy",
	.load = legacy_load,
	.choose = legacy_choose,
	.text = legacy_text,
	.edit = legacy_edit,
	.shell = &legacy_shell,
};
