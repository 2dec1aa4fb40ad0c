/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../core/base/str.h"
#include "../../dom0/jail.h"
#include "../../dom0/worker.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
/*
 * domboot with a worker that somebody has taken over, and without its jail: $LIE names what
 * it does. The front must not believe it. Linked in the place of worker.c.
 */

static enum command command;

static void raw(const void *p, size_t n)
{
	(void)!write(W_WIRE, p, n);
}

static void frame(uint8_t type, uint8_t detail, const void *p, uint32_t n)
{
	uint8_t head[WIRE_HEAD];
	wire_head(head, (enum wire_type)type, detail, n);
	raw(head, sizeof head);
	raw(p, n);
}

static void words(uint8_t type, uint8_t detail, const char *s)
{
	frame(type, detail, s, (uint32_t)strlen(s));
}

/* A result as result_put() would write it, but for its checks. */
static void result(uint64_t kernel, uint64_t ramdisk, uint8_t has, struct str args)
{
	uint8_t p[9000];
	size_t n = 17;
	const struct str field[] = { STR("/vmlinuz"), STR("/initrd"), args, STR("") };
	memcpy(p, &kernel, 8);
	memcpy(p + 8, &ramdisk, 8);
	p[16] = has;
	for (size_t i = 0; i < array_len(field); i++) {
		memcpy(p + n, &field[i].n, 4);
		if (field[i].n)
			memcpy(p + n + 4, field[i].p, field[i].n);
		n += 4 + field[i].n;
	}
	frame(WIRE_RESULT, 0, p, (uint32_t)n);
}

static void files(void)
{
	(void)!write(W_KERNEL, "kernel", 6);
	(void)!write(W_RAMDISK, "initrd", 6);
}

static void silence(void)
{
}
static void hang(void)
{
	for (;;)
		pause();
}
static void deaf(void)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	hang();
}
static void spin(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}
static void burn(void) /* in the jail */
{
	jail_confine(&(struct jail){ .n_fds = W_DISK, .uid = 65534, .max_file = 1, .cpu_s = 1 });
	spin();
}
static void noise(void)
{
	for (;;)
		raw("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
}
static void endless_log(void)
{
	for (;;)
		words(WIRE_LOG, LOG_WARN, "x\x1b[2J\r\nRuntimeError: nothing is wrong");
}
static void endless_text(void)
{
	char s[WIRE_MAX];
	memset(s, 'x', sizeof s);
	for (;;)
		frame(WIRE_TEXT, 0, s, sizeof s);
}
static void answer(void) /* before ours, where the toolstack reads it */
{
	words(WIRE_TEXT, 0, "kernel /etc/shadow\nargs x\n\n");
	files();
	result(6, 6, 1, STR("ro"));
}
static void half_a_frame(void)
{
	raw("R\0\0\0\xff\0\0\0half", 12);
}
static void half_and_hang(void)
{
	half_a_frame();
	hang();
}
static void huge(void)
{
	raw("T\0\0\0\xff\xff\xff\x7f", 8);
	hang();
}
static void kind(void)
{
	words('Z', 0, "what is that");
}
static void not_zero(void)
{
	raw("T\0\1\0\0\0\0\0", 8);
}
static void unasked(void)
{
	words(WIRE_RECORD, 1, "nobody asked for one");
}
static void bad_status(void)
{
	words(WIRE_FAILED, 0, "fine, thanks");
}
static void bad_reason(void)
{
	words(WIRE_FAILED, STATUS_READ, "\x1b]0;title\x07 two\nlines\r and \xe2\x80\xae backwards");
}
static void empty_result(void)
{
	frame(WIRE_RESULT, 0, "", 0);
}
static void no_files(void)
{
	result(6, 6, 1, STR("ro"));
}
static void less(void)
{
	files();
	result(7, 6, 1, STR("ro"));
}
static void secret_ramdisk(void)
{
	files();
	result(6, 0, 0, STR("ro"));
}
static void newline(void)
{
	files();
	result(6, 6, 1, STR("ro\nkernel /etc/shadow"));
}
static void nul(void)
{
	files();
	result(6, 6, 1, (struct str){ "ro\0kernel /etc/shadow", 21 });
}
static void quote(void)
{
	files();
	result(6, 6, 1, STR("ro')(kernel '/etc/shadow"));
}
static void long_args(void)
{
	static char s[8192];
	memset(s, 'a', sizeof s);
	files();
	result(6, 6, 1, (struct str){ s, sizeof s });
}
static void rest(void)
{
	uint8_t p[34] = { 0 };
	frame(WIRE_RESULT, 0, p, sizeof p);
}
static void child(void) /* as root it dies with the worker's process namespace */
{
	if (fork() == 0)
		hang();
	files();
	result(6, 6, 1, STR("ro"));
}
/* --- for the commands: records ------------------------------------------------ */

/* Everything that a terminal must not get, and what would be another line of a table. */
#define WILD                                                                                       \
	"a\x1b]0;title\x07\x1b[2J\n*  0  Debian\r\t\xe2\x80\xae\x9b"                               \
	"31m\xff"

/* Every text is s, every number the largest that is one. */
static struct str wild_record(enum record_kind kind, char room[], size_t cap, struct str s)
{
	struct text t = { .p = room, .cap = cap };
	struct record r = { .kind = kind };
	const struct field *f = record_fields(kind);
	for (size_t i = 0; i < RECORD_FIELDS; i++) {
		r.text[i] = s;
		r.number[i] = f[i].type == FIELD_BOOL ? 1 : UINT64_MAX - 1;
	}
	record_put(&t, &r);
	return text_str(&t);
}

static void send_record(enum record_kind kind, struct str s)
{
	static char room[RECORD_FIELDS * (RECORD_TEXT_MAX + 16)];
	struct str p = wild_record(kind, room, sizeof room, s);
	frame(WIRE_RECORD, (uint8_t)kind, p.p, (uint32_t)p.n);
}

static void done(void)
{
	result(0, 0, 0, STR(""));
}
static bool has_use_for(unsigned kind)
{
	static const unsigned kinds[] = {
		[CMD_LIST] = 1 << REC_CONFIG | 1 << REC_ENTRY,
		[CMD_SHOW] = 1 << REC_PLAN,
		[CMD_EXPLAIN] = 1 << REC_CONFIG | 1 << REC_VOLUME | 1 << REC_PLAN | 1 << REC_STEP,
		[CMD_DOCTOR] = 1 << REC_PLAN | 1 << REC_FINDING,
		[CMD_SCAN] = 1 << REC_PLAN | 1 << REC_FINDING,
		[CMD_LS] = 1 << REC_FILE,
	};
	return command < array_len(kinds) && kinds[command] >> kind & 1;
}

static void wild_records(void) /* of each kind that the command has, in no order */
{
	for (unsigned kind = REC_GUEST; kind-- > 0;)
		if (has_use_for(kind))
			send_record((enum record_kind)kind, STR(WILD));
	done();
}
static void other_records(void)
{
	for (unsigned kind = 0; kind < REC_GUEST; kind++)
		if (!has_use_for(kind))
			send_record((enum record_kind)kind, STR("a"));
	done();
}
static void record_kind(void)
{
	words(WIRE_RECORD, 99, "what is that");
	done();
}
static void record_of_the_front(void)
{
	send_record(REC_GUEST, STR("boots"));
	done();
}
static void record_short(void)
{
	frame(WIRE_RECORD, REC_FINDING, "\5\0\0\0erro", 8);
	done();
}
static void record_size(void)
{
	frame(WIRE_RECORD, REC_FINDING,
	      "\xff\xff\xff\xff"
	      "error",
	      9);
	done();
}
static void record_rest(void)
{
	static const char p[64];
	frame(WIRE_RECORD, REC_STEP, p, sizeof p);
	done();
}
static void record_nul(void)
{
	send_record(REC_FILE, (struct str){ "a\0b", 3 });
	done();
}
static void records_cut_short(void)
{
	send_record(REC_PLAN, STR("a"));
	send_record(REC_FINDING, STR("ok"));
}
static _Noreturn void endless_records(enum record_kind kind, size_t n)
{
	static char s[RECORD_TEXT_MAX];
	memset(s, 'x', sizeof s);
	for (;;)
		send_record(kind, (struct str){ s, n });
}
static void endless_files(void)
{
	endless_records(REC_FILE, 1);
}
static void endless_steps(void)
{
	endless_records(REC_STEP, RECORD_TEXT_MAX);
}
static void endless_plans(void)
{
	endless_records(REC_PLAN, 1000);
}
static void endless_problems(void) /* what a doctor finds, as long as a frame may be */
{
	static char s[RECORD_TEXT_MAX], room[WIRE_MAX];
	struct text t = { .p = room, .cap = sizeof room };
	struct record r = { .kind = REC_FINDING, .text[FINDING_LEVEL] = STR("warning") };
	memset(s, 'x', sizeof s);
	r.text[FINDING_TEXT] = (struct str){ s, 4000 };
	record_put(&t, &r);
	for (;;)
		frame(WIRE_RECORD, REC_FINDING, t.p, (uint32_t)t.n);
}
static void drip(void) /* never silent for long, never done */
{
	for (;; poll(NULL, 0, 20))
		send_record(REC_STEP, STR("a"));
}
static void no_reason(void)
{
	words(WIRE_FAILED, STATUS_NO_ENTRY, "");
}
static void reason_lost(void) /* as an error, behind more lines than are shown */
{
	for (int i = 0; i < 1500; i++)
		words(WIRE_LOG, LOG_WARN, "line");
	words(WIRE_LOG, LOG_ERROR, "the reason");
	words(WIRE_FAILED, STATUS_NO_ENTRY, "the reason");
}
static void escapes(void)
{
	words(WIRE_TEXT, 0, WILD "\n");
	done();
}
static void by_trap(void)
{
	__builtin_trap();
}
static void by_sys(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0,
	      0); /* an ordinary user may filter no more than itself */
	if (!jail_filter())
		syscall(SYS_getpid);
}
static void by_exit(void)
{
	files();
	_exit(0);
}

static const struct {
	const char *name;
	void (*lie)(void);
} lie[] = {
	{ "hang", hang },
	{ "silence", silence },
	{ "deaf", deaf },
	{ "spin", spin },
	{ "burn", burn },
	{ "noise", noise },
	{ "log", endless_log },
	{ "text", endless_text },
	{ "answer", answer },
	{ "half", half_a_frame },
	{ "stuck", half_and_hang },
	{ "huge", huge },
	{ "kind", kind },
	{ "zero", not_zero },
	{ "record", unasked },
	{ "status", bad_status },
	{ "reason", bad_reason },
	{ "empty", empty_result },
	{ "nofiles", no_files },
	{ "less", less },
	{ "secret", secret_ramdisk },
	{ "newline", newline },
	{ "nul", nul },
	{ "quote", quote },
	{ "long", long_args },
	{ "rest", rest },
	{ "child", child },
	{ "trap", by_trap },
	{ "sys", by_sys },
	{ "exit", by_exit },
	{ "records", wild_records },
	{ "rkind", record_kind },
	{ "rother", other_records },
	{ "rfront", record_of_the_front },
	{ "rshort", record_short },
	{ "rsize", record_size },
	{ "rrest", record_rest },
	{ "rnul", record_nul },
	{ "rcut", records_cut_short },
	{ "files", endless_files },
	{ "steps", endless_steps },
	{ "plans", endless_plans },
	{ "problems", endless_problems },
	{ "drip", drip },
	{ "noreason", no_reason },
	{ "lost", reason_lost },
	{ "escapes", escapes },
};

void worker_run(const struct job *job)
{
	const char *name = getenv("LIE");
	command = job->o->command;
	for (size_t i = 0; name && i < array_len(lie); i++)
		if (strcmp(lie[i].name, name) == 0)
			lie[i].lie();
	_exit(0);
}
