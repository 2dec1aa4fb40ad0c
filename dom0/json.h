/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef JSON_H
#define JSON_H
#include "record.h"
/*
 * JSON text (RFC 8259) that is safe to show: what is not printable in it is
 * escaped, bytes that are no UTF-8 become U+FFFD. Pure.
 */
void json_string(struct text *out, struct str s);
/* An object with the keys of the record's kind; what is not known is null. */
void json_record(struct text *out, const struct record *r);
#endif
