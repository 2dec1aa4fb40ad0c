/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tty.h"
#include "say.h"
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

void tty_find(struct tty *t)
{
	struct winsize size;
	*t = (struct tty){ .in = -1, .out = -1 };
	int out = isatty(STDOUT_FILENO) ? STDOUT_FILENO : STDERR_FILENO;
	if (!isatty(STDIN_FILENO) || !isatty(out))
		return;
	t->in = STDIN_FILENO;
	t->out = out;
	if (ioctl(out, TIOCGWINSZ, &size) == 0) {
		t->rows = size.ws_row;
		t->cols = size.ws_col;
	}
}

void tty_raw(struct tty *t)
{
	if (t->in < 0 || tcgetattr(t->in, &t->before))
		return;
	struct termios raw = t->before;
	raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	raw.c_lflag |= ISIG;
	raw.c_oflag |= OPOST | ONLCR;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	raw.c_cc[VSUSP] = _POSIX_VDISABLE;
	raw.c_cc[VQUIT] = _POSIX_VDISABLE;
	t->raw = tcsetattr(t->in, TCSADRAIN, &raw) == 0;
}

void tty_restore(struct tty *t)
{
	if (t->raw)
		tcsetattr(t->in, TCSADRAIN, &t->before);
	t->raw = false;
}

static uint64_t now_ms(struct con *c)
{
	struct timespec ts;
	(void)c;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

enum {
	WRITE_WAIT_MS = 100, /* for a terminal that takes nothing; then the text is dropped */
	WRITE_PIECE = 256,   /* what a terminal that says it is ready can take */
};

static void con_write(struct con *con, const char *p, size_t n)
{
	struct tty_con *c = container_of(con, struct tty_con, con);
	while (n) { /* every piece moves on or ends it */
		struct pollfd f = { .fd = c->out, .events = POLLOUT };
		size_t piece = min_size(n, WRITE_PIECE);
		if (poll(&f, 1, WRITE_WAIT_MS) != 1 || !write_all(c->out, p, piece))
			return;
		p += piece;
		n -= piece;
	}
}

/* How long poll() may sleep; it rounds down, so one more than is left. */
static int wait_ms(struct con *con, uint64_t deadline)
{
	uint64_t now = now_ms(con);
	if (deadline == CON_FOREVER)
		return -1;
	if (deadline <= now)
		return 0;
	return deadline - now < INT32_MAX ? (int)(deadline - now) + 1 : INT32_MAX;
}

static int con_byte(struct con *con, uint64_t deadline)
{
	struct tty_con *c = container_of(con, struct tty_con, con);
	if (c->at == c->n) {
		struct pollfd f = { .fd = c->in, .events = POLLIN };
		int got = poll(&f, 1, wait_ms(con, deadline));
		if (got == 0)
			return -1;
		ssize_t n = got < 0 ? -1 : read(c->in, c->buf, sizeof c->buf);
		if (n <= 0)
			return -2;
		c->at = 0;
		c->n = (size_t)n;
	}
	return c->buf[c->at++];
}

void tty_con_init(struct tty_con *c, int in, int out, uint16_t rows, uint16_t cols)
{
	*c = (struct tty_con){
		.con = { con_write, con_byte, now_ms, rows, cols, NULL, 0, 0 },
		.in = in,
		.out = out,
	};
}
