/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FS_WALK_H
#define FS_WALK_H
#include "../core/fs/fs.h"
/* A look at everything in a file system, for fuzzers and sweeps. */
struct fs_walk {
	struct fs *fs;
	size_t names, names_max; /* it ends after so many */
	uint32_t sum; /* of names, types, sizes, link targets, files' first and last bytes */
	size_t errors;
	/* Called for each file and link; may be NULL. */
	void (*data)(struct fs_walk *w, const struct fs_node *f);
};
void fs_walk(struct fs_walk *w);
/* What a fuzzer does with its input: mount it with one driver, and walk. */
void fs_walk_image(const struct fs_ops *driver, const uint8_t *image, size_t n);
#endif
