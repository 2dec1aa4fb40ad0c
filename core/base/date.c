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

/* The first day of a month, since 1970. */
static int64_t month_start(uint32_t year, uint32_t month)
{
	return date_unix(&(struct date){ .year = year, .month = month, .day = 1 }) / 86400;
}

void date_of_unix(int64_t t, struct date *out)
{
	static const struct date last = { 9999, 12, 31, 23, 59, 59 };
	int64_t end = date_unix(&last);
	t = t < 0 ? 0 : t > end ? end : t;
	int64_t day = t / 86400, rest = t % 86400;
	/* Not too late: then a few years up, one for each 366 days that were too many. */
	uint32_t year = 1970 + (uint32_t)(day / 366), month = 1;
	while (year < 9999 && month_start(year + 1, 1) <= day)
		year++;
	while (month < 12 && month_start(year, month + 1) <= day)
		month++;
	*out = (struct date){
		.year = year,
		.month = month,
		.day = (uint32_t)(day - month_start(year, month)) + 1,
		.hour = (uint32_t)(rest / 3600),
		.minute = (uint32_t)(rest / 60 % 60),
		.second = (uint32_t)(rest % 60),
	};
}
