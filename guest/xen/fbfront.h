/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FBFRONT_H
#define FBFRONT_H
#include "pagefront.h"
/*
 * The domain's frame buffer, a byte a dot: Xen public/io/fbif.h. QEMU takes
 * bytes as 3 bits of red, 3 of green and 2 of blue (its hw/display/xenfb.c),
 * and copies them. With 32 bits it would show our pages themselves, also after
 * it has unmapped them: a viewer that looks then makes it crash.
 */
struct fbfront {
	struct pagefront front;
	uint8_t *dots; /* the next row follows at once */
	uint32_t width, height;
	size_t pages; /* the shared one, the directory's, and those of the dots; 0: none */
	uint32_t out_prod;
	bool asked; /* the back end wants to be told of changes */
};

/* Memory for a frame buffer of this size. ERR_NOENT: the domain has none; ERR_NOMEM (logged). */
enum err fbfront_find(struct fbfront *f, struct log *log, uint32_t width, uint32_t height);
/* After pagefront_finish: whether it wants to be told. */
void fbfront_ready(struct fbfront *f);
/*
 * These dots have changed. Never waits; false: the back end has not yet taken
 * what it was told before, so tell it again.
 */
bool fbfront_tell(struct fbfront *f, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
/* After pagefront_close: give the memory back, or leave it to a back end that may use it. */
void fbfront_end(struct fbfront *f, bool ours);
#endif
