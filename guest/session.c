/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"
#include "guest.h"
#include "handover.h"
#include "mem.h"
#include "start.h"
#include "vmdata.h"
#include "words.h"
#include "xen/machine.h"
#include "../core/base/fmt.h"
#include "../core/base/str.h"
#include <string.h>

enum { PAUSE_MS = 3000 };

/* The ramdisk that dom0 gave is a menu when it is a text. */
static void preset_find(struct boot_want *want, struct log *log)
{
	const struct start *s = start_get();
	size_t n = (size_t)s->mod_len;
	if (!n)
		return;
	const uint8_t *p =
		n > START_PRESET ? NULL : mem_map(s->mod_pfn, (n + PAGE_SIZE - 1) / PAGE_SIZE);
	while (p && n && !p[n - 1]) /* libxl counts pages */
		n--;
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

/* What stops a loader that we start from starting us again. */
#define NO_PVBOOT "pvboot=no"

/* Whether the guest's own loader is looked for: nobody else may have chosen. */
static bool chains(const struct boot_want *want)
{
	char line[START_CMDLINE];
	const struct start *s = start_get();
	memcpy(line, s->cmdline, sizeof line);
	return !s->pvh && !want->config.n && !want->preset.n &&
	       !str_eq(words_value(line, STR("pvboot")), STR("no"));
}

/* Start the plan's loader; where it does not boot, say so here and above the menu. */
static void chain_to(struct boot *b, const struct platform *pf, const struct boot_plan *plan,
		     struct boot_want *want, char line[LOG_LINE])
{
	bool first = !boot_reason(b).n;
	log_at(pf->log, LOG_INFO, "Booting %.*s", STR_ARG(plan->title));
	(void)handover_boot(plan, pf);
	struct str why = boot_reason(b);
	if (first && why.n)
		memcpy(line, why.p, why.n);
	else
		why.n = min_size(fmt_to(line, LOG_LINE, "%.*s does not boot", STR_ARG(plan->title)),
				 LOG_LINE - 1);
	want->notice = (struct str){ line, why.n };
	log_at(pf->log, LOG_WARN, "%.*s does not boot: going on with the configurations",
	       STR_ARG(plan->title));
}

/*
 * A guest may bring a loader of its own, which goes first, by names that Xen
 * has fixed (docs/misc/x86-xenpv-bootloader). What dom0 said is for it, too.
 * Returns when there is none, or none that boots.
 */
static void chain(struct boot *b, const struct platform *pf, struct boot_want *want,
		  char line[LOG_LINE])
{
	static const char *const dir[] = { "/boot/xen", "/xen" };
	const char *words = start_get()->cmdline;
	for (size_t i = 0; i < array_len(dir); i++) {
		char path[40], args[START_CMDLINE + sizeof NO_PVBOOT];
		const struct boot_plan *plan;
		fmt_to(path, sizeof path, "%s/pvboot-%s.elf", dir[i],
		       machine_cpu64() ? "x86_64" : "i386");
		fmt_to(args, sizeof args, "%s%s" NO_PVBOOT, words, *words ? " " : "");
		if (boot_kernel(b, str_of(path), str_of(args), &plan) == OK)
			chain_to(b, pf, plan, want, line);
	}
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
	if (chains(&want))
		chain(b, &heard, &want, line);
	for (;;) { /* once for every entry that the user tries */
		e = shell ? boot_shell(b, &want, &plan) : boot_run(b, &want, &plan);
		*wish = boot_wish(b);
		if (*wish != WISH_NONE || (e && (!pf->con || (shell && e != ERR_CANCEL))))
			break;
		shell = e ? !shell : boot_typed(b);
		if (e)
			continue;
		boot_save(b, plan);
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
	struct boot_var var[WORDS_VARS];
	struct boot_want want = { .var = var };
	const struct start *s = start_get();
	for (size_t i = 0; i < sizeof line; i++)
		line[i] = s->cmdline[i];
	if (line[sizeof line - 2])
		log_at(pf->log, LOG_WARN, "the words from dom0 fill %zu bytes: they may be cut off",
		       sizeof line - 1);
	vmdata_read(&want, pf->log);
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
