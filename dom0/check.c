/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "../core/base/fmt.h"
#include "../core/base/str.h"

const char *const check_level_name[] = { "ok", "note", "warning", "error" };

enum {
	PV_CMDLINE_MAX = 1023,	/* libxenguest cuts what a PV guest gets: MAX_GUEST_CMDLINE */
	X86_CMDLINE_MAX = 2047, /* Linux/x86: COMMAND_LINE_SIZE */
	UNPACKED_TIMES = 4,	/* an initramfs, packed, and what it is unpacked */
	MIB = 1 << 20,
};
#define MODULE_MAX (1ull << 30) /* bytes: libxenguest's bound for an initrd */

static void say(struct check_sink *s, enum check_level level, const char *topic, const char *fix,
		const char *fmt, ...) printf_like(5, 6);
static void say(struct check_sink *s, enum check_level level, const char *topic, const char *fix,
		const char *fmt, ...)
{
	char line[512];
	va_list ap;
	va_start(ap, fmt);
	fmt_v(line, sizeof line, fmt, ap);
	va_end(ap);
	s->finding(s, level, topic, line, fix);
}

/* Wrong for the guest's own type is an error, for one of several only a note. */
static enum check_level weight(const struct check_facts *f, enum guest_type type)
{
	return f->type == type ? CHECK_ERROR : CHECK_NOTE;
}

static bool concerns(const struct check_facts *f, enum guest_type type)
{
	return f->type == GUEST_ANY || f->type == type;
}

/* --- the kernel ----------------------------------------------------------------- */

/* What libxenguest asks of a PV kernel's notes (tools/libs/guest/xg_dom_elfloader.c). */
static bool is_pv(const struct xen_notes *x)
{
	bool linux_or_generic = str_starts(x->text[XEN_NOTE_LOADER], STR("generic")) ||
				str_starts(x->text[XEN_NOTE_GUEST_OS], STR("linux"));
	return linux_or_generic && str_starts(x->text[XEN_NOTE_XEN_VERSION], STR("xen-3.0"));
}

static void check_pv(const struct check_facts *f, struct check_sink *s)
{
	const struct image *i = f->image;
	if (!is_pv(&i->xen))
		say(s, weight(f, GUEST_PV), "pv",
		    xen_note_has(&i->xen, XEN_NOTE_PHYS32_ENTRY)
			    ? "type = \"pvh\" boots it"
			    : "install a kernel that is built with CONFIG_XEN_PV",
		    "the kernel does not start as a PV guest: it has no notes for that");
	else if (i->is64)
		say(s, CHECK_OK, "pv", NULL, "the kernel starts as a PV guest (64 bit)");
	else if (!str_starts(i->xen.text[XEN_NOTE_PAE_MODE], STR("yes")))
		say(s, weight(f, GUEST_PV), "pv", "install a PAE kernel",
		    "a 32-bit PV kernel without PAE, which no Xen runs any more");
	else
		say(s, f->type == GUEST_PV ? CHECK_WARNING : CHECK_NOTE, "pv",
		    "type = \"pvh\" with pvshim = 1, or a 64-bit kernel",
		    "a 32-bit PV kernel: not every Xen is built to run it, Debian's is not");
}

static void check_pvh(const struct check_facts *f, struct check_sink *s)
{
	const struct image *i = f->image;
	if (xen_note_has(&i->xen, XEN_NOTE_PHYS32_ENTRY))
		say(s, CHECK_OK, "pvh", NULL, "the kernel starts as a PVH guest (%d bit)",
		    i->is64 ? 64 : 32);
	else
		say(s, weight(f, GUEST_PVH), "pvh",
		    is_pv(&i->xen) ? "type = \"pv\" boots it"
				   : "install a kernel that is built with CONFIG_PVH",
		    "the kernel does not start as a PVH guest: it has no PHYS32_ENTRY note");
}

#define XEN(major, minor) ((uint32_t)(major) << 16 | (minor))
/* Since when Xen's domain builder unpacks them; each where it was built with the library. */
static const uint32_t unpacks_since[] = {
	[UNPACK_GZIP] = XEN(4, 0),  [UNPACK_BZIP2] = XEN(4, 0), [UNPACK_LZMA] = XEN(4, 0),
	[UNPACK_XZ] = XEN(4, 2),    [UNPACK_LZO] = XEN(4, 1),	[UNPACK_LZ4] = XEN(4, 4),
	[UNPACK_ZSTD] = XEN(4, 15),
};

/* Linux 6.12 packs xz with a window of 128 MiB, for which Xen before 4.20 gives too little memory.
 */
static bool has_large_window(const struct check_facts *f)
{
	struct str rest = str_of(f->version), a, b;
	uint64_t major = 0, minor = 0;
	if (f->packing != UNPACK_XZ || !str_split(&rest, '.', &a) || !str_u64(a, &major))
		return false;
	size_t n = 0;
	while (n < rest.n && is_digit(rest.p[n]))
		n++;
	b = str_sub(rest, 0, n);
	return str_u64(b, &minor) && (major > 6 || (major == 6 && minor >= 12));
}

static void check_packing(const struct check_facts *f, struct check_sink *s)
{
	static const char fix[] = "bootloader_args = [ \"--unpack-kernel\" ]: domboot unpacks it";
	const char *name = f->packing ? unpack_name(f->packing) : "not packed";
	size_t i = (size_t)f->packing;
	uint32_t since = i < array_len(unpacks_since) ? unpacks_since[i] : 0;
	if (has_large_window(f))
		since = XEN(4, 20);
	unsigned major = since >> 16, minor = since & 0xffff;
	if (f->unpacks || !f->packing)
		say(s, CHECK_OK, "packing", NULL, "%s%s: every Xen loads it", name,
		    f->packing ? ", unpacked by domboot" : "");
	else if (!f->xen_version && since > XEN(4, 4))
		say(s, CHECK_NOTE, "packing", "--xen-version=VERSION tells which Xen this is",
		    "%s: needs Xen %u.%u or newer", name, major, minor);
	else if (f->xen_version && f->xen_version < since)
		say(s, CHECK_ERROR, "packing", fix, "%s needs Xen %u.%u or newer; this is %u.%u",
		    name, major, minor, f->xen_version >> 16, f->xen_version & 0xffff);
	else
		say(s, CHECK_OK, "packing", NULL, "%s: Xen %u.%u and newer unpack it", name, major,
		    minor);
}

/* --- memory --------------------------------------------------------------------- */

static uint64_t mib(uint64_t bytes)
{
	return bytes / MIB + (bytes % MIB > 0);
}

static void check_memory(const struct check_facts *f, struct check_sink *s)
{
	uint64_t kernel = f->image ? f->image->high - f->image->low : 0;
	uint64_t loaded = kernel + min_u64(f->initrd_size, UINT64_MAX / 16);
	uint64_t unpacked =
		loaded + min_u64(f->initrd_size, UINT64_MAX / 16) * (UNPACKED_TIMES - 1);
	char fix[64];
	fmt_to(fix, sizeof fix, "memory = %llu", (unsigned long long)mib(unpacked + unpacked / 4));
	if (f->has_initrd && f->initrd_size > MODULE_MAX)
		say(s, CHECK_ERROR, "initrd", "make it smaller: MODULES=dep in the guest",
		    "%llu MiB; Xen's domain builder takes 1024 MiB at most",
		    (unsigned long long)mib(f->initrd_size));
	if (!f->memory)
		return;
	if (loaded > f->memory)
		say(s, CHECK_ERROR, "memory", fix,
		    "kernel and initrd need %llu MiB, the guest has %llu",
		    (unsigned long long)mib(loaded), (unsigned long long)mib(f->memory));
	else if (unpacked > f->memory)
		say(s, CHECK_WARNING, "memory", fix,
		    "kernel and unpacked initrd may need some %llu MiB, the guest has %llu",
		    (unsigned long long)mib(unpacked), (unsigned long long)mib(f->memory));
	else
		say(s, CHECK_OK, "memory", NULL, "kernel and initrd: %llu of %llu MiB",
		    (unsigned long long)mib(loaded), (unsigned long long)mib(f->memory));
}

/* --- the command line ------------------------------------------------------------- */

/* The value of the last NAME=VALUE word; p NULL: there is none. */
static struct str option(struct str cmdline, struct str name)
{
	struct str word, found = { NULL, 0 };
	while (str_word(&cmdline, &word))
		if (str_starts(word, name))
			found = str_sub(word, name.n, word.n);
	return found;
}

static void check_length(const struct check_facts *f, struct check_sink *s)
{
	size_t n = f->cmdline.n;
	if (concerns(f, GUEST_PV) && n > PV_CMDLINE_MAX)
		say(s, f->type == GUEST_PV ? CHECK_ERROR : CHECK_WARNING, "cmdline",
		    "shorten it, or type = \"pvh\"",
		    "%zu bytes: what a PV guest gets is cut after %d", n, PV_CMDLINE_MAX);
	else if (n > X86_CMDLINE_MAX)
		say(s, CHECK_ERROR, "cmdline", "shorten it", "%zu bytes: Linux takes %d at most", n,
		    X86_CMDLINE_MAX);
	else
		say(s, CHECK_OK, "cmdline", NULL, "%zu bytes", n);
}

static void check_console(const struct check_facts *f, struct check_sink *s)
{
	static const char fix[] = "add console=hvc0 to the kernel's arguments";
	struct str rest = f->cmdline, word;
	bool some = false;
	while (str_word(&rest, &word)) {
		if (!str_starts(word, STR("console=")))
			continue;
		some = true;
		if (!str_starts(word, STR("console=hvc")))
			continue;
		say(s, CHECK_OK, "console", NULL, "%.*s: xl console shows what the kernel says",
		    STR_ARG(word));
		return;
	}
	if (some)
		say(s, CHECK_WARNING, "console", fix,
		    "no console= names hvc0: xl console stays empty");
	else if (f->type == GUEST_PV)
		say(s, CHECK_OK, "console", NULL, "no console=: a PV Linux takes hvc0 by itself");
	else
		say(s, f->type == GUEST_PVH ? CHECK_WARNING : CHECK_NOTE, "console", fix,
		    "no console=: a PVH guest's kernel says nothing on xl console");
}

/* --- root= ------------------------------------------------------------------------ */

static bool has_volume(const struct check_facts *f, struct str tag, struct str value)
{
	for (size_t i = 0; i < f->n_volume; i++) {
		const struct check_volume *v = &f->volume[i];
		struct str have = str_eq(tag, STR("UUID"))	 ? v->uuid
				  : str_eq(tag, STR("LABEL"))	 ? v->label
				  : str_eq(tag, STR("PARTUUID")) ? v->partuuid
								 : v->vdev;
		if (have.n && str_eq_nocase(have, value))
			return true;
	}
	return false;
}

static bool lacks_partuuid(const struct check_facts *f)
{
	for (size_t i = 0; i < f->n_volume; i++)
		if (f->volume[i].partuuid.n)
			return false;
	return true;
}

static void found_or_not(const struct check_facts *f, struct check_sink *s, struct str root,
			 struct str tag, struct str value)
{
	if (has_volume(f, tag, value))
		say(s, CHECK_OK, "root", NULL, "root=%.*s is on the guest's disks", STR_ARG(root));
	else if (!f->all_read || (str_eq(tag, STR("PARTUUID")) && lacks_partuuid(f)))
		say(s, CHECK_NOTE, "root", NULL,
		    "root=%.*s: not on what domboot reads of the disks; it may be on the rest",
		    STR_ARG(root));
	else
		say(s, CHECK_ERROR, "root", "correct root= in the guest, or attach the disk",
		    "root=%.*s is on none of the guest's disks", STR_ARG(root));
}

static void check_device(const struct check_facts *f, struct check_sink *s, struct str root)
{
	struct str name = str_sub(root, 5, root.n); /* behind "/dev/" */
	bool scsi = str_starts(name, STR("sd")) || str_starts(name, STR("hd")) ||
		    str_starts(name, STR("vd"));
	if (str_starts(name, STR("mapper/")) || str_find(name, '/', 0) < name.n)
		say(s, CHECK_NOTE, "root", NULL,
		    "root=%.*s: only the guest can tell whether it is there", STR_ARG(root));
	else if (scsi && !has_volume(f, STR("vdev"), name))
		say(s, CHECK_WARNING, "root",
		    "root=UUID=... holds under every name; or xvda for sda",
		    "root=%.*s: the guest's disks are named xvda, xvdb ... under Xen",
		    STR_ARG(root));
	else
		found_or_not(f, s, root, STR("vdev"), name);
}

static void check_root(const struct check_facts *f, struct check_sink *s)
{
	static const char *const tag[] = { "UUID", "LABEL", "PARTUUID" };
	struct str root = option(f->cmdline, STR("root="));
	size_t eq = str_find(root, '=', 0);
	struct str name = str_sub(root, 0, eq), value = str_sub(root, eq + 1, root.n);
	if (!root.p && !f->has_initrd) {
		say(s, CHECK_WARNING, "root", "add root= to the kernel's arguments",
		    "neither root= nor an initrd: the kernel finds no root file system");
		return;
	}
	if (!root.p)
		return;
	if (str_starts(root, STR("/dev/"))) {
		check_device(f, s, root);
		return;
	}
	if (!f->has_initrd && eq < root.n && !str_eq(name, STR("PARTUUID")))
		say(s, CHECK_ERROR, "root", "root=/dev/xvda1, or add an initrd",
		    "root=%.*s without an initrd: the kernel alone cannot find it", STR_ARG(root));
	for (size_t i = 0; i < array_len(tag); i++)
		if (eq < root.n && str_eq(name, str_of(tag[i])))
			found_or_not(f, s, root, name, value);
}

void check_boot(const struct check_facts *f, struct check_sink *s)
{
	if (f->type == GUEST_ANY && f->image && !is_pv(&f->image->xen) &&
	    !xen_note_has(&f->image->xen, XEN_NOTE_PHYS32_ENTRY))
		say(s, CHECK_ERROR, "kernel", "install a kernel for Xen guests",
		    "the kernel starts neither as a PV nor as a PVH guest");
	if (f->image && concerns(f, GUEST_PV))
		check_pv(f, s);
	if (f->image && concerns(f, GUEST_PVH))
		check_pvh(f, s);
	check_packing(f, s);
	check_memory(f, s);
	check_length(f, s);
	check_console(f, s);
	check_root(f, s);
}

/* --- dom0's configuration --------------------------------------------------------- */

static bool ends_in(struct str path, const char *name)
{
	struct str n = str_of(name);
	return str_ends(path, n) && (path.n == n.n || path.p[path.n - n.n - 1] == '/');
}

static void check_loader(const struct guest *g, struct check_sink *s)
{
	static const char fix[] = "bootloader = \"domboot\"";
	if (g->type == GUEST_HVM)
		say(s, CHECK_ERROR, "config", "type = \"pvh\"",
		    "an HVM guest boots by its own firmware: no boot loader of dom0 runs");
	else if (!g->bootloader.n && !g->kernel.n)
		say(s, CHECK_ERROR, "config", fix,
		    "neither bootloader= nor kernel=: nothing boots it");
	else if (ends_in(g->bootloader, "pygrub"))
		say(s, CHECK_NOTE, "config", fix,
		    "it is booted by pygrub; this is what domboot would do");
	else if (!g->bootloader.n)
		say(s, CHECK_NOTE, "config", NULL,
		    "kernel=%.*s is dom0's own file; this is about what the disks hold",
		    STR_ARG(g->kernel));
	else
		say(s, CHECK_OK, "config", NULL, "bootloader %.*s", STR_ARG(g->bootloader));
}

void check_guest(const struct guest *g, struct check_sink *s)
{
	check_loader(g, s);
	for (size_t i = 0; i < g->n_disk; i++) {
		struct str format = g->disk[i].format;
		if (format.n && !str_eq(format, STR("raw")))
			say(s, CHECK_NOTE, "disk",
			    "attach it and name the device instead: qemu-nbd -r",
			    "%s is %.*s: not looked at here; xl attaches it when it boots",
			    g->disk[i].path, STR_ARG(format));
	}
	for (size_t i = 0; i < g->n_note; i++)
		say(s, CHECK_NOTE, "config", NULL, "%.*s", STR_ARG(g->note[i]));
}
