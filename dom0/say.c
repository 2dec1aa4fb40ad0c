/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "say.h"
#include "../core/base/fmt.h"
#include "../core/base/utf.h"
#include <errno.h>
#include <string.h>
#include <string.h>
#include <unistd.h>

bool write_all(int fd, const void *p, size_t n)
{
	const char *from = p;
	while (n) { /* every write moves on or ends it */
		ssize_t done = write(fd, from, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		from += done;
		n -= (size_t)done;
	}
	return true;
}

size_t say_clean(char *p, size_t n)
{
	size_t to = 0;
	for (size_t from = 0; from < n;) { /* every turn moves on */
		size_t end = from;
		while (end < n && p[end] != '\n' && p[end] != '\t')
			end++;
		size_t kept = str_clean(p + from, end - from);
		memmove(p + to, p + from, kept);
		to += kept;
		if (end < n)
			p[to++] = p[end++];
		from = end;
	}
	return to;
}

enum { LINE_MAX_BYTES = 2 * LOG_LINE, HELD_MAX = 64 << 10 };

static struct {
	bool on;
	unsigned lost; /* lines for which there was no room */
	size_t n;
	char text[HELD_MAX];
} held;

static void put(const char *p, size_t n)
{
	if (!held.on) {
		(void)!write_all(STDERR_FILENO, p, n); /* where else could it be said */
	} else if (n > sizeof held.text - held.n) {
		held.lost++;
	} else {
		memcpy(held.text + held.n, p, n);
		held.n += n;
	}
}

void say_hold(void)
{
	held.on = isatty(STDERR_FILENO);
}

void say_held(void)
{
	held.on = false;
	put(held.text, held.n);
	held.n = 0;
	if (held.lost)
		say(LOG_WARN, "%u more messages are not shown", held.lost);
	held.lost = 0;
}

/* One write a line, so that parallel runs do not mix theirs. */
static void line(const char *prefix, const char *fmt, va_list ap)
{
	char buf[LINE_MAX_BYTES];
	size_t head = fmt_to(buf, sizeof buf, "%s", prefix);
	size_t n = fmt_v(buf + head, sizeof buf - head, fmt, ap);
	n = str_clean(buf + head, min_size(n, sizeof buf - head - 1)) + head;
	buf[n] = '\n';
	put(buf, n + 1);
}

static char last_error[LINE_MAX_BYTES];

const char *say_last_error(void)
{
	return last_error;
}

void say(enum log_level level, const char *fmt, ...)
{
	va_list ap;
	if (level == LOG_ERROR) {
		va_start(ap, fmt);
		fmt_v(last_error, sizeof last_error, fmt, ap);
		va_end(ap);
	}
	va_start(ap, fmt);
	line(level == LOG_WARN ? "domboot: warning: " : "domboot: ", fmt, ap);
	va_end(ap);
}

static void line_of(const char *prefix, const char *fmt, ...) printf_like(2, 3);
static void line_of(const char *prefix, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	line(prefix, fmt, ap);
	va_end(ap);
}

void say_hint(const char *text)
{
	line_of("domboot: hint: ", "%s", text);
}

void say_failure(const char *fmt, ...)
{
	va_list ap;
	say_held();
	va_start(ap, fmt);
	line("RuntimeError: ", fmt, ap);
	va_end(ap);
}
