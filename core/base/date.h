/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DATE_H
#define DATE_H
#include "base.h"
/* A date and time in words, as FAT and ISO 9660 keep it. */
struct date {
	uint32_t year;	     /* 1 to 9999 */
	uint32_t month, day; /* from 1 */
	uint32_t hour, minute, second;
};
/* Seconds since 1970, taking d as UTC; 0 where there is no such date. */
int64_t date_unix(const struct date *d);
/* The same moment back, in UTC: from 1970 to 9999. */
void date_of_unix(int64_t t, struct date *out);
#endif
