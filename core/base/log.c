/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base.h"
#include "fmt.h"
#include "utf.h"
#include <string.h>

void log_v(struct log *log, enum log_level level, const char *fmt, va_list ap)
{
	char line[LOG_LINE + 1];
	if (!log || level > log->level)
		return;
	size_t n = fmt_v(line, sizeof line, fmt, ap);
	if (n > LOG_LINE) {
		n = LOG_LINE;
		memcpy(line + n - 3, "...", 3);
	}
	log->emit(log, level, line, str_clean(line, n));
}

void log_at(struct log *log, enum log_level level, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_v(log, level, fmt, ap);
	va_end(ap);
}

const char *err_text(enum err e)
{
	static const char *const text[] = {
		[OK] = "no error",
		[ERR_FORMAT] = "not a format that domboot knows",
		[ERR_CORRUPT] = "damaged data",
		[ERR_UNSUPPORTED] = "a feature that domboot does not read",
		[ERR_NOENT] = "no such file or directory",
		[ERR_TYPE] = "not a regular file",
		[ERR_LOOP] = "too many levels of links or includes",
		[ERR_LIMIT] = "over a limit",
		[ERR_NOMEM] = "out of memory",
		[ERR_IO] = "read error",
		[ERR_SYNTAX] = "syntax error",
		[ERR_CANCEL] = "cancelled",
		[ERR_DENIED] = "a password is needed",
	};
	return (size_t)e < array_len(text) ? text[e] : "unknown error";
}
