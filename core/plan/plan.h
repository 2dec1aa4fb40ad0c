/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_H
#define PLAN_H
#include "../base/fmt.h"
#include "../fs/fs.h"
/*
 * What the evaluation of a configuration produces and both shells consume. It
 * names files and holds none of their bytes. Lives in the arena it was built in.
 */
struct boot_file {
	struct fs *fs; /* NULL in tests of the configuration languages: nothing to read */
	struct fs_node node;
	struct str device; /* GRUB's name without brackets: "hd0,msdos1", "hd0" */
	struct str path;   /* absolute, as the configuration spelled it */
	/*
	 * Where part.p is set: the bytes [off, off + len) of the file alone, as a
	 * section of a unified kernel image is. part names them in messages.
	 */
	struct str part;
	uint64_t off, len;
	/* Bytes in memory that stand around them: an archive's, where the file is put into one. */
	struct span before, after;
};
/* Bytes of it that count; UINT64_MAX: more than can be. */
static inline uint64_t boot_file_size(const struct boot_file *f)
{
	uint64_t own = f->part.p ? f->len : f->node.size, around = f->before.n + f->after.n;
	return own > UINT64_MAX - around ? UINT64_MAX : own + around;
}
/* As fs_start and fs_read, but off counts from where it begins; ERR_IO past its end. */
enum err boot_file_start(const struct boot_file *f, uint64_t off, void *dst, size_t len);
enum err boot_file_read(const struct boot_file *f, uint64_t off, void *dst, size_t len);
enum boot_kind { BOOT_LINUX, BOOT_MULTIBOOT };
/*
 * What a configuration wants to remember, in a file that is there; only a shell
 * may decide to write it.
 */
struct env_write {
	struct boot_file file;
	/* A variable of a GRUB environment block; empty: the file is GRUB legacy's `default`. */
	struct str name;
	struct str value; /* p == NULL: take the variable out */
};
struct boot_module {
	struct boot_file file;
	struct str args; /* its whole command line */
};

struct boot_plan {
	enum boot_kind kind;
	struct str title;
	struct boot_file kernel;
	struct str cmdline;		/* without the kernel's own name */
	const struct boot_file *initrd; /* one after the other, each padded to 4 bytes */
	size_t n_initrd;
	const struct boot_module *module; /* multiboot */
	size_t n_module;
	const struct env_write *env; /* save_env, next_entry, savedefault: in order */
	size_t n_env;
	struct str counted; /* the file of an entry whose boots are to be counted; empty: none */
};
enum {
	PLAN_CMDLINE_MAX = 8000, /* libxl drops items over 8191 bytes without an error */
	PLAN_INITRD_MAX = 64,
};
/*
 * The last gate: a kernel that is a non-empty regular file, the same for every
 * initrd, parts that lie inside their files, a command line of sane length and
 * without NUL or newline. Logs the reason with the file's name.
 */
enum err plan_check(const struct boot_plan *p, struct log *log);
/* The canonical text: one "key value" a line. Golden tests, dry runs, bug reports. */
void plan_print(const struct boot_plan *p, struct text *out);

/*
 * One source of bytes for a kernel, or for several initrds as one image. The
 * files must all be of one mount or of mounts that outlive the stream.
 */
struct boot_stream {
	const struct boot_file *file;
	size_t n;
	uint64_t size; /* sum, every file but the last padded with zeros to pad bytes */
	uint32_t pad;  /* 4 for a file in dom0, 4096 in a guest; a power of two */
};
enum err stream_of(const struct boot_file *f, size_t n, uint32_t pad, struct boot_stream *out);
/* As fs_start() and blk_drain(). */
enum err stream_start(const struct boot_stream *s, uint64_t off, void *dst, size_t len);
enum err stream_drain(const struct boot_stream *s);
enum err stream_read(const struct boot_stream *s, uint64_t off, void *dst, size_t len);
#endif
