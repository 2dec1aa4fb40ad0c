/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "date.h"

int64_t date_unix(const struct date *d)
{
	static const uint16_t before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	static const uint8_t length[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (d->year < 1 || d->year > 9999 || d->month < 1 || d->month > 12 || d->day < 1 ||
	    d->day > length[d->month - 1] || d->hour > 23 || d->minute > 59 || d->second > 60)
		return 0;
	/* Leap days are counted up to the last February that is over. */
	uint32_t y = d->month > 2 ? d->year : d->year - 1;
	int64_t days = (int64_t)(d->year - 1) * 365 + y / 4 - y / 100 + y / 400 +
		       before[d->month - 1] + d->day - 1;
	enum { DAYS_TO_1970 = 719162 };
	return (days - DAYS_TO_1970) * 86400 + d->hour * 3600 + d->minute * 60 + d->second;
}
