/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask.h"
#include "width.h"
#include "../base/str.h"
#include <string.h>

/* The question, and the end of the answer where all of it does not fit. */
static void draw(struct ask *a, struct str prompt, struct str answer)
{
	char buf[OUT_COLS_MAX];
	size_t room = a->cols - min_size(prompt.n, a->cols - 1) - 1;
	struct str end = str_sub(answer, answer.n - min_size(answer.n, room), answer.n);
	out_go_to(a->out, a->row, 1);
	out_cut(a->out, prompt, a->cols - 1);
	out_cut(a->out, text_clean(end, buf, sizeof buf), room);
	out_put(a->out, STR("\x1b[K"));
	out_flush(a->out);
}

/* One key into the answer; false: it ends it. */
static bool take(struct key k, char *buf, size_t cap, size_t *n)
{
	if (k.code == KEY_ENTER)
		return false;
	if (k.code == KEY_DELETE || (k.code == KEY_CHAR && (k.byte == 0x7f || k.byte == '\b')))
		*n -= *n > 0;
	else if (k.code == KEY_CHAR && k.byte == KEY_CTRL('u'))
		*n = 0;
	else if (k.code == KEY_CHAR && k.byte >= ' ' && *n < cap)
		buf[(*n)++] = (char)k.byte;
	return true;
}

static bool breaks_off(struct key k, size_t n)
{
	if (k.code == KEY_CHAR)
		return k.byte == KEY_CTRL('c') || (k.byte == KEY_CTRL('d') && !n);
	return k.code == KEY_ESC;
}

enum err ask_line(struct ask *a, struct str prompt, bool hidden, char *buf, size_t cap, size_t *n)
{
	*n = 0;
	for (;;) { /* until the user decides, the deadline comes or the console is gone */
		struct key k;
		bool any;
		try(input_poll(a->in, &k, &any));
		if (!any) {
			draw(a, prompt, hidden ? STR("") : (struct str){ buf, *n });
			try(input_wait(a->in, a->first_ms, &k));
		}
		if (k.code == KEY_NONE) {
			if (a->in->con->now_ms(a->in->con) >= a->first_ms)
				return ERR_NOENT;
			continue;
		}
		a->first_ms = CON_FOREVER;
		if (breaks_off(k, *n))
			return ERR_CANCEL;
		if (!take(k, buf, cap, n))
			return OK;
	}
}

/* What is typed meanwhile is lost: a guess costs its time. */
static enum err wait_out(struct con *c, uint32_t ms)
{
	uint64_t end = c->now_ms(c) + ms;
	while (c->now_ms(c) < end)
		if (c->byte(c, end) == -2)
			return ERR_IO;
	return OK;
}

static void forget(void *p, size_t n)
{
	volatile char *v = p;
	while (n--)
		v[n] = 0;
}

enum err ask_password(struct ask *a, struct guard *g, const struct boot_lock *l)
{
	char name[CRYPT_TYPED], password[CRYPT_TYPED];
	size_t n_name = 0, n_password = 0;
	if (guard_names(l))
		try(ask_line(a, STR("User name: "), false, name, sizeof name, &n_name));
	enum err e = ask_line(a, STR("Password: "), true, password, sizeof password, &n_password);
	if (!e) {
		draw(a, STR("Checking the password..."), STR(""));
		bool good = guard_try(g, l, (struct str){ name, n_name },
				      (struct str){ password, n_password });
		e = good ? OK : ERR_DENIED;
	}
	forget(password, sizeof password);
	if (e != ERR_DENIED)
		return e;
	draw(a, STR("Access denied."), STR(""));
	try(wait_out(a->in->con, guard_delay_ms(g)));
	return ERR_DENIED;
}
