/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"
#include "guest.h"
#include "handover.h"
#include "mem.h"
#include "start.h"
#include "words.h"
#include "../core/base/str.h"
#include <string.h>

enum { PAUSE_MS = 3000, PRESET_MAX = 1 << 20 };

/* The ramdisk that dom0 gave is a menu when it is a text. */
static void preset_find(struct boot_want *want, struct log *log)
{
	const struct start *s = start_get();
	size_t n = (size_t)s->mod_len;
	if (!n)
		return;
	const uint8_t *p =
		n > PRESET_MAX ? NULL : mem_map(s->mod_pfn, (n + PAGE_SIZE - 1) / PAGE_SIZE);
	for (size_t i = 0; p && i < n; i++)
		if (p[i] < ' ' && p[i] != '\n' && p[i] != '\r' && p[i] != '\t')
			p = NULL;
	if (p)
		want->preset = (struct span){ p, n };
	else
		log_at(log, LOG_WARN, "the ramdisk (%zu bytes) is not a menu in text: passed over",
		       n);
}

static void pause(struct platform *pf)
{
	if (!pf->con)
		return;
	log_at(pf->log, LOG_INFO, "Press a key, or wait 3 s.");
	pf->con->byte(pf->con, pf->con->now_ms(pf->con) + PAUSE_MS);
}

/* Only the default boots by itself, and only once: what failed would fail for ever. */
static void must_choose(struct boot_want *want, const struct boot *b, char line[LOG_LINE])
{
	struct str why = boot_reason(b);
	memcpy(line, why.p, why.n);
	want->notice = (struct str){ line, why.n };
	want->has_timeout = true;
	want->timeout_s = -1;
}

/*
 * One look at the disks, until somebody wants something else. What fails or is
 * left leads from the menu to the command line, and from there back.
 */
static enum err attempt(struct platform *pf, struct boot_want want, enum boot_wish *wish)
{
	struct boot *b;
	const struct boot_plan *plan;
	char line[LOG_LINE];
	bool shell = false;
	enum err e = boot_begin(&b, pf);
	*wish = WISH_NONE;
	if (e) {
		log_at(pf->log, LOG_ERROR, "cannot look at the disks: %s", err_text(e));
		return e;
	}
	struct platform heard = *pf; /* so that boot_reason is the hand-over's, too */
	heard.log = boot_log(b);
	for (;;) { /* once for every entry that the user tries */
		e = shell ? boot_shell(b, &want, &plan) : boot_run(b, &want, &plan);
		*wish = boot_wish(b);
		if (*wish != WISH_NONE || (e && (!pf->con || (shell && e != ERR_CANCEL))))
			break;
		shell = e ? !shell : boot_typed(b);
		if (e)
			continue;
		e = handover_boot(plan, &heard);
		if (!pf->con)
			break;
		if (shell)
			continue;
		pause(pf);
		must_choose(&want, b, line);
	}
	boot_end(b);
	return e;
}

/* Where there is no room even for a command line. */
static enum boot_wish ask(struct platform *pf)
{
	static const char text[] = "\r\nr: look again   b: reboot   p: power off\r\n> ";
	pf->con->write(pf->con, text, sizeof text - 1);
	for (;;) { /* one key a turn */
		int key = pf->con->byte(pf->con, CON_FOREVER);
		if (key == 'b')
			return WISH_REBOOT;
		if (key == 'p' || key == -2)
			return WISH_HALT;
		if (key == 'r')
			return WISH_AGAIN;
	}
}

void session_run(struct platform *pf)
{
	char line[START_CMDLINE];
	struct boot_want want = { 0 };
	const struct start *s = start_get();
	for (size_t i = 0; i < sizeof line; i++)
		line[i] = s->cmdline[i];
	words_parse(line, &want, pf->log);
	preset_find(&want, pf->log);
	for (;;) { /* as often as the user wants */
		enum boot_wish wish;
		enum err e = attempt(pf, want, &wish);
		if (!pf->con && wish == WISH_NONE) /* nobody can be asked: let on_crash decide */
			guest_panic("cannot boot: %s", err_text(e));
		if (wish == WISH_NONE)
			wish = ask(pf);
		if (wish != WISH_AGAIN)
			guest_stop(wish == WISH_REBOOT ? SHUTDOWN_reboot : SHUTDOWN_poweroff);
		guest_disks(pf);
	}
}
