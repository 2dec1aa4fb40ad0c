/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The front's side of the pipe: frames, results, records, and the JSON made of them. */
#include "../../dom0/json.h"
#include "../../dom0/wire.h"
#include "../../hosted/hosted.h"
#include <stdlib.h>

static void take(const struct wire_frame *f, struct arena *a)
{
	struct result result;
	struct record r;
	struct text t = { .arena = a };
	if (f->type == WIRE_RESULT && result_get(f->payload, &result) == OK &&
	    result.args.n > WIRE_FIELD_MAX)
		abort();
	if (f->type != WIRE_RECORD || record_get(f->detail, f->payload, &r))
		return;
	json_record(&t, &r);
	for (size_t i = 0; i < t.n; i++) /* nothing that a terminal would obey */
		if (t.p[i] < ' ' && t.p[i] >= 0)
			abort();
	t.n = 0;
	record_put(&t, &r);
	if (!t.bad && t.n != f->payload.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct wire_frame f;
	size_t used;
	arena_init(&a, &hosted_exact, 16 << 20);
	while (wire_next((struct span){ p, n }, &f, &used) == OK && used) {
		take(&f, &a);
		p += used;
		n -= used;
	}
	arena_release(&a);
	return 0;
}
