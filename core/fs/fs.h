/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FS_H
#define FS_H
#include "../blk/blk.h"
/*
 * File systems, read only, but for fs_overwrite(). A driver decodes its format
 * and answers where things lie; fs.c walks paths, follows links, splits reads
 * and fills holes.
 */
enum fs_type { FS_FILE, FS_DIR, FS_LINK, FS_OTHER };

/* A file, by value: no handles, nothing to close. */
struct fs_node {
	enum fs_type type;
	uint64_t size; /* bytes */
	uint64_t id;   /* inode number, or what stands for it; for messages and cycle checks */
	int64_t mtime; /* seconds since 1970, UTC; 0: unknown */
	uint64_t u[6]; /* the driver's own: root block, flags, inline offset */
};

/* What lies at a file offset. */
enum fs_kind {
	FS_DATA,    /* plain bytes on fs->disk */
	FS_HOLE,    /* zeros */
	FS_INLINE,  /* plain bytes too, but inside metadata: read through the cache */
	FS_ENCODED, /* ask ops->decode */
};
struct fs_extent {
	enum fs_kind kind;
	uint64_t len; /* bytes of the file that this covers, > 0; may go past its end */
	uint64_t at;  /* FS_DATA, FS_INLINE: byte offset on fs->disk */
};

enum { FS_NAME_MAX = 255, FS_PATH_MAX = 4096, FS_LINKS_MAX = 40, FS_DEPTH_MAX = 64 };

struct fs;
/* One name of a directory; anything but OK ends the listing with that result. */
typedef enum err fs_name_fn(void *ctx, struct str name, enum fs_type type);

struct fs_ops {
	const char *name;
	/*
	 * Fill fs->root, uuid, label, priv. ERR_FORMAT: not mine, and nothing
	 * is logged; any other error: mine but unusable, and the log says why.
	 */
	enum err (*mount)(struct fs *fs);
	/* ERR_NOENT: no such name. name is 1..FS_NAME_MAX bytes, never "." or "..". */
	enum err (*lookup)(struct fs *fs, const struct fs_node *dir, struct str name,
			   struct fs_node *out);
	/* Every name but "." and "..", in the directory's order. */
	enum err (*list)(struct fs *fs, const struct fs_node *dir, fs_name_fn *fn, void *ctx);
	/* The target, ERR_LIMIT over cap bytes; NULL: the target is the file's data. */
	enum err (*readlink)(struct fs *fs, const struct fs_node *link, char *buf, size_t cap,
			     size_t *n);
	/* off < file->size. Metadata only: no file data is read. */
	enum err (*map)(struct fs *fs, const struct fs_node *file, uint64_t off,
			struct fs_extent *out);
	/* FS_ENCODED only, else NULL: len bytes of the file from off, decoded. */
	enum err (*decode)(struct fs *fs, const struct fs_node *file, uint64_t off, void *dst,
			   size_t len);
};

struct fs {
	const struct fs_ops *ops;
	struct blk *disk; /* the partition, or the whole disk */
	struct cache *cache;
	struct arena *arena; /* everything that the mount owns; unmount is arena_release */
	struct log *log;
	const char *where; /* the place for messages: "xvda, partition 2"; never NULL */
	struct fs_node root;
	char uuid[37], label[64]; /* as blkid prints them; empty when there is none */
	/* mount says so: a file's FS_DATA bytes belong to it alone, and nothing depends on them. */
	bool plain;
	void *priv;
};
/*
 * Try the drivers in order. where and log must be set in *fs before; disk and
 * a must outlive it. ERR_FORMAT: no driver knows it.
 */
enum err fs_mount(struct fs *fs, struct blk *disk, struct arena *a,
		  const struct fs_ops *const *drivers, size_t n);
/*
 * Walk a path from the root, following symbolic links (absolute ones from this
 * file system's root). Repeated and leading slashes do not matter. The result
 * is never a link.
 */
enum err fs_open(struct fs *fs, struct str path, struct fs_node *out);
/* The same, but the last component may be a link. */
enum err fs_lookup(struct fs *fs, struct str path, struct fs_node *out);
enum err fs_list(struct fs *fs, const struct fs_node *dir, fs_name_fn *fn, void *ctx);
/* A link's target into buf; ERR_LIMIT over cap bytes. */
enum err fs_readlink(struct fs *fs, const struct fs_node *link, char *buf, size_t cap, size_t *n);
/*
 * Begin to read len bytes at off into dst: all of them or an error, ERR_IO
 * past the end. In place after blk_drain(fs->disk). Reads go straight to dst
 * where offset and dst allow it.
 */
enum err fs_start(struct fs *fs, const struct fs_node *f, uint64_t off, void *dst, size_t len);
enum err fs_read(struct fs *fs, const struct fs_node *f, uint64_t off, void *dst, size_t len);
/* The whole file into the arena; ERR_LIMIT over max bytes. */
enum err fs_slurp(struct fs *fs, const struct fs_node *f, size_t max, struct arena *a,
		  struct span *out);
/*
 * Put len other bytes in the place of a file's own at off, on the disk too when
 * it returns. Nothing else changes: no size, no time, no metadata.
 * ERR_UNSUPPORTED, and nothing was written: the disk may not be, or not all of
 * these bytes lie plainly on it (compressed, checksummed, shared, a hole).
 */
enum err fs_overwrite(struct fs *fs, const struct fs_node *f, uint64_t off, const void *src,
		      size_t len);
/* Log "WHERE: NAME: what (number)" and return the code; what: "bad extent header in inode". */
enum err fs_corrupt(struct fs *fs, const char *what, uint64_t number);
enum err fs_unsupported(struct fs *fs, const char *what, uint64_t number);
#endif
