/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/str.h"
#include "kernel.h"
#include "say.h"
#include "worker.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
/* The plan's files into the descriptors that the front made, through one buffer. */

enum { COPY_BUFFER = 256 << 10 }; /* stays in a CPU's cache between read and write */

static _Noreturn void fail_write(const char *what)
{
	bool limit = errno == EFBIG; /* not ours, which was asked before */
	worker_end(limit ? STATUS_LIMIT : STATUS_OUTPUT, "Error writing temporary copy of %s: %s",
		   what,
		   limit ? "over the limit of the size of files; ulimit -f raises it"
			 : strerror(errno));
}

static void copy(struct worker *w, const struct boot_stream *s, int fd, uint8_t *buf,
		 const char *what, struct kernel_sum *sum)
{
	for (uint64_t off = 0; off < s->size;) { /* every piece moves on */
		size_t n = (size_t)min_u64(s->size - off, COPY_BUFFER);
		enum err e = stream_read(s, off, buf, n);
		if (e)
			worker_fail(e, "%s: cannot read %.*s at byte %llu: %s",
				    w->job->disk[0].path, STR_ARG(s->file->path),
				    (unsigned long long)off, err_text(e));
		kernel_sum_add(sum, off, buf, n);
		if (!write_all(fd, buf, n))
			fail_write(what);
		off += n;
	}
}

static void open_stream(struct worker *w, const struct boot_file *f, size_t n, uint64_t max,
			const char *option, struct boot_stream *out)
{
	if (stream_of(f, n, 4, out) == OK && out->size <= max)
		return;
	worker_fail(ERR_LIMIT, "%s: %.*s has more than %llu MiB; --%s=MIB raises the limit",
		    w->job->disk[0].path, STR_ARG(f->path), (unsigned long long)(max / OPTS_MIB),
		    option);
}

/* "/boot/a /boot/b": what stands for the files in an answer without copies. */
static struct str join_paths(struct worker *w, const struct boot_file *f, size_t n)
{
	struct text t = { .arena = &w->arena };
	for (size_t i = 0; i < n; i++)
		text_fmt(&t, "%s%.*s", i ? " " : "", STR_ARG(f[i].path));
	if (t.bad)
		worker_no_memory();
	return text_str(&t);
}

/* A plain ELF where it was packed, so that nothing in dom0 outside this jail unpacks it. */
static void write_unpacked(struct worker *w, struct boot_stream *kernel)
{
	struct span plain;
	struct image img;
	struct image_file f = { .name = kernel->file->path, .log = boot_log(w->boot) };
	enum err e = kernel_unpack(kernel->file, f.log, w->job->o->max_kernel, &plain);
	f.bytes = plain;
	if (!e)
		e = image_parse(&f, &img);
	if (!e && !img.xen.present)
		e = image_fail(&f, ERR_UNSUPPORTED, "no Xen notes, not a kernel for a Xen guest");
	if (e && e != ERR_FORMAT) /* Arm's have no ELF inside */
		worker_fail_kernel(w, e);
	if (!write_all(W_KERNEL, plain.p, plain.n))
		fail_write("kernel");
	kernel->size = plain.n;
}

static void copy_both(struct worker *w, struct boot_stream *kernel,
		      const struct boot_stream *initrd, struct kernel_sum *sum)
{
	struct kernel_sum none = { .end = 0 };
	uint8_t *buf = arena_alloc(&w->arena, COPY_BUFFER, 4096);
	if (!buf)
		worker_no_memory();
	if (w->job->o->unpack_kernel) {
		write_unpacked(w, kernel);
	} else {
		copy(w, kernel, W_KERNEL, buf, "kernel", sum);
		enum err e =
			kernel_sum_good(sum) ? OK : kernel_verify(kernel->file, boot_log(w->boot));
		if (e)
			worker_fail_kernel(w, e);
	}
	copy(w, initrd, W_RAMDISK, buf, "ramdisk", &none);
}

static _Noreturn void deliver(struct worker *w, const struct boot_plan *p)
{
	const struct opts *o = w->job->o;
	struct boot_stream kernel, initrd;
	struct kernel_sum sum;
	enum err e = kernel_look(&p->kernel, boot_log(w->boot), &sum);
	if (e)
		worker_fail_kernel(w, e);
	open_stream(w, &p->kernel, 1, o->max_kernel, "max-kernel", &kernel);
	open_stream(w, p->initrd, p->n_initrd, o->max_initrd, "max-initrd", &initrd);
	if (!o->not_really)
		copy_both(w, &kernel, &initrd, &sum);
	struct text t = { .arena = &w->arena };
	struct result r = {
		.kernel_size = kernel.size,
		.ramdisk_size = initrd.size,
		.has_ramdisk = p->n_initrd > 0,
		.kernel = p->kernel.path,
		.ramdisk = join_paths(w, p->initrd, p->n_initrd),
		.args = p->cmdline,
		.counted = p->counted,
	};
	e = result_put(&t, &r);
	if (e)
		worker_fail(e, "the answer: %s", err_text(e));
	worker_send(WIRE_RESULT, 0, text_str(&t));
	_exit(0);
}

void job_boot(struct worker *w)
{
	deliver(w, worker_linux(w));
}
