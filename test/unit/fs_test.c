/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/plan/plan.h"
#include <string.h>

/*
 * A file system of a table: what fs.c does for every driver, without one.
 * Node ids are indices; a name belongs to the directory that dir names.
 */
struct row {
	unsigned dir;
	const char *name;
	enum fs_type type;
	const char *target;	   /* FS_LINK */
	const struct fs_extent *x; /* FS_FILE: covers the file in order */
	uint64_t size;
};
static const struct fs_extent mixed[] = {
	{ FS_DATA, 4096, 8192 }, { FS_DATA, 4096, 12288 }, { FS_HOLE, 1000, 0 },
	{ FS_INLINE, 24, 100 },	 { FS_DATA, 5000, 4096 },
};
static const struct fs_extent outside[] = { { FS_DATA, 4096, 16384 - 4095 } };
static const struct fs_extent nothing[] = { { FS_DATA, 0, 0 } };
static const struct row rows[] = {
	{ 0, "", FS_DIR, NULL, NULL, 0 },
	{ 0, "boot", FS_DIR, NULL, NULL, 0 },
	{ 1, "vmlinuz", FS_FILE, NULL, mixed, 4096 * 2 + 1000 + 24 + 4500 },
	{ 0, "kernel", FS_LINK, "boot/vmlinuz", NULL, 0 },
	{ 1, "up", FS_LINK, "../../boot/./vmlinuz", NULL, 0 },
	{ 1, "abs", FS_LINK, "/boot/vmlinuz", NULL, 0 },
	{ 0, "loop", FS_LINK, "loop", NULL, 0 },
	{ 0, "dir", FS_LINK, "boot", NULL, 0 },
	{ 0, "gone", FS_LINK, "nowhere/x", NULL, 0 },
	{ 0, "outside", FS_FILE, NULL, outside, 4096 },
	{ 0, "nothing", FS_FILE, NULL, nothing, 1 },
	{ 0, "empty", FS_FILE, NULL, nothing, 0 },
};

static enum err t_mount(struct fs *fs)
{
	fs->root = (struct fs_node){ .type = FS_DIR };
	return OK;
}

static enum err t_lookup(struct fs *fs, const struct fs_node *dir, struct str name,
			 struct fs_node *out)
{
	(void)fs;
	for (unsigned i = 1; i < array_len(rows); i++) {
		if (rows[i].dir != dir->id || !str_eq(str_of(rows[i].name), name))
			continue;
		*out = (struct fs_node){ .type = rows[i].type, .id = i, .size = rows[i].size };
		return OK;
	}
	return ERR_NOENT;
}

static enum err t_readlink(struct fs *fs, const struct fs_node *link, char *buf, size_t cap,
			   size_t *n)
{
	(void)fs;
	*n = strlen(rows[link->id].target);
	if (*n > cap)
		return ERR_LIMIT;
	memcpy(buf, rows[link->id].target, *n);
	return OK;
}

static enum err t_map(struct fs *fs, const struct fs_node *f, uint64_t off, struct fs_extent *out)
{
	(void)fs;
	const struct fs_extent *x = rows[f->id].x;
	while (off && off >= x->len)
		off -= x++->len;
	*out = *x;
	out->len -= off;
	out->at += off;
	return OK;
}

static const struct fs_ops table_fs = {
	.name = "table",
	.mount = t_mount,
	.lookup = t_lookup,
	.readlink = t_readlink,
	.map = t_map,
};

static uint8_t image[16384];
static unsigned starts; /* requests that reached the device */
static const struct blk_ops *mem_ops;

static enum err count_start(struct blk *b, uint64_t off, void *dst, size_t len)
{
	starts++;
	return mem_ops->start(b, off, dst, len);
}

static enum err count_drain(struct blk *b)
{
	return mem_ops->drain(b);
}

static struct fs *mount(uint32_t align)
{
	static const struct blk_ops counting = { .start = count_start, .drain = count_drain };
	static const struct fs_ops *const drivers[] = { &table_fs };
	static struct fs fs;
	static struct blk disk;
	for (size_t i = 0; i < sizeof image; i++)
		image[i] = (uint8_t)(i * 31 >> 4 | 1);
	blk_mem(&disk, image, sizeof image);
	mem_ops = disk.ops;
	disk.ops = &counting;
	disk.align = align;
	fs = (struct fs){ .where = "disk", .log = test_log() };
	check_ok(fs_mount(&fs, &disk, test_arena(), drivers, 1));
	return &fs;
}

static uint64_t id_of(const char *path)
{
	struct fs_node n;
	check_ok(fs_open(mount(1), str_of(path), &n));
	return n.id;
}

TEST(paths_lead_to_the_file)
{
	check_u64(id_of("/boot/vmlinuz"), 2);
	check_u64(id_of("boot//vmlinuz"), 2);
	check_u64(id_of("//boot/../boot/./vmlinuz"), 2);
	check_u64(id_of("/../../boot/vmlinuz"), 2);
	check_u64(id_of("/"), 0);
	check_u64(id_of("/boot/"), 1);
}

TEST(links_are_followed_from_where_they_lie)
{
	check_u64(id_of("/kernel"), 2);
	check_u64(id_of("/boot/up"), 2);
	check_u64(id_of("/boot/abs"), 2);
	check_u64(id_of("/dir/vmlinuz"), 2);
	struct fs_node n;
	check_ok(fs_lookup(mount(1), STR("/dir"), &n));
	check(n.type == FS_LINK);
}

TEST(bad_paths_end_in_their_error)
{
	struct fs_node n;
	struct fs *fs = mount(1);
	char deep[FS_PATH_MAX];
	memset(deep, '/', sizeof deep);
	check_err(fs_open(fs, STR("/boot/none"), &n), ERR_NOENT);
	check_err(fs_open(fs, STR("/boot/vmlinuz/x"), &n), ERR_NOENT);
	check_err(fs_open(fs, STR("/gone"), &n), ERR_NOENT);
	check_err(fs_open(fs, STR("/loop"), &n), ERR_LOOP);
	check_ok(fs_open(fs, (struct str){ deep, sizeof deep }, &n));
	check_err(fs_open(fs, (struct str){ deep, sizeof deep + 1 }, &n), ERR_LIMIT);
}

/* What the mixed file holds at i. */
static uint8_t want_at(size_t i)
{
	if (i < 8192)
		return image[8192 + i];
	if (i < 9192)
		return 0;
	return i < 9216 ? image[100 + i - 9192] : image[4096 + i - 9216];
}

TEST(any_range_of_a_mixed_file_reads_right)
{
	static _Alignas(512) uint8_t buf[16384];
	for (uint32_t align = 1; align <= 512; align *= 512) {
		struct fs *fs = mount(align);
		struct fs_node n;
		check_ok(fs_open(fs, STR("/kernel"), &n));
		for (size_t off = 0; off < n.size; off += 1111)
			for (size_t len = (size_t)(n.size - off), k = 0; k < 3; k++, len /= 3) {
				memset(buf, 0xee, sizeof buf);
				check_ok(fs_read(fs, &n, off, buf, len));
				for (size_t i = 0; i < len; i++)
					check_u64(buf[i], want_at(off + i));
				check_u64(buf[len], 0xee);
			}
		check_err(fs_read(fs, &n, n.size - 1, buf, 2), ERR_IO);
		check_err(fs_read(fs, &n, UINT64_MAX, buf, 2), ERR_IO);
	}
}

TEST(what_lies_together_is_read_together)
{
	static _Alignas(4096) uint8_t buf[8192];
	struct fs *fs = mount(512);
	struct fs_node n;
	check_ok(fs_open(fs, STR("/kernel"), &n));
	starts = 0;
	check_ok(fs_read(fs, &n, 0, buf, sizeof buf));
	check_u64(starts, 1);
}

TEST(a_lying_extent_is_corrupt)
{
	struct fs *fs = mount(1);
	struct fs_node n;
	uint8_t c[4096];
	check_ok(fs_open(fs, STR("/outside"), &n));
	check_err(fs_read(fs, &n, 0, c, sizeof c), ERR_CORRUPT);
	check(test_logged("disk: table: damaged: a file reaches past the end of the device"));
	check_ok(fs_open(fs, STR("/nothing"), &n));
	check_err(fs_read(fs, &n, 0, c, 1), ERR_CORRUPT);
}

TEST(slurp_takes_whole_files_up_to_a_limit)
{
	struct fs *fs = mount(1);
	struct fs_node n;
	struct span s;
	check_ok(fs_open(fs, STR("/kernel"), &n));
	check_ok(fs_slurp(fs, &n, (size_t)n.size, test_arena(), &s));
	check_u64(s.n, n.size);
	check_err(fs_slurp(fs, &n, (size_t)n.size - 1, test_arena(), &s), ERR_LIMIT);
	check_err(fs_slurp(fs, &fs->root, 100, test_arena(), &s), ERR_TYPE);
	check_ok(fs_open(fs, STR("/empty"), &n));
	check_ok(fs_slurp(fs, &n, 100, test_arena(), &s));
	check_u64(s.n, 0);
}

static struct boot_file file_of(struct fs *fs, const char *path)
{
	struct boot_file f = { .fs = fs, .device = STR("hd0"), .path = str_of(path) };
	check_ok(fs_open(fs, f.path, &f.node));
	return f;
}

TEST(a_stream_pads_all_files_but_the_last)
{
	struct fs *fs = mount(1);
	struct boot_file f[2] = { file_of(fs, "/kernel"), file_of(fs, "/boot/abs") };
	struct boot_stream s;
	static uint8_t buf[2 * 16384];
	f[0].node.size = 9999; /* not a multiple of 4 */
	check_ok(stream_of(f, 2, 4096, &s));
	check_u64(s.size, 12288 + f[1].node.size);
	check_ok(stream_read(&s, 9990, buf, 3000));
	for (size_t i = 0; i < 3000; i++) {
		size_t at = 9990 + i;
		check_u64(buf[i], at < 9999 ? want_at(at) : at < 12288 ? 0 : want_at(at - 12288));
	}
	check_err(stream_read(&s, s.size, buf, 1), ERR_IO);
	check_ok(stream_of(f, 1, 4096, &s));
	check_u64(s.size, 9999);
}

TEST(a_part_of_a_file_is_a_file_of_its_own)
{
	struct fs *fs = mount(1);
	struct boot_file f[2] = { file_of(fs, "/kernel"), file_of(fs, "/kernel") };
	struct boot_plan p = { .kernel = f[0], .initrd = &f[1], .n_initrd = 1 };
	struct text t = { .arena = test_arena() };
	struct boot_stream s;
	uint8_t buf[64];
	f[0].part = p.kernel.part = STR(".linux");
	f[0].off = p.kernel.off = 4097;
	f[0].len = p.kernel.len = 10;
	check_ok(stream_of(f, 2, 16, &s));
	check_u64(s.size, 16 + f[1].node.size);
	check_ok(stream_read(&s, 2, buf, 20));
	for (size_t i = 0; i < 20; i++)
		check_u64(buf[i], i < 8 ? want_at(4099 + i) : i < 14 ? 0 : want_at(i - 14));
	check_err(boot_file_read(f, 5, buf, 6), ERR_IO);
	check_err(boot_file_read(f, UINT64_MAX, buf, 1), ERR_IO);
	check_ok(plan_check(&p, test_log()));
	plan_print(&p, &t);
	check(str_starts(text_str(&t), STR("kind linux\nkernel (hd0)/kernel:.linux\nargs")));
	p.kernel.len = f[0].node.size - 4096;
	check_err(plan_check(&p, test_log()), ERR_CORRUPT);
	check(test_logged("kernel (hd0)/kernel:.linux: reaches past the end of the file"));
	p.kernel.len = 0;
	check_err(plan_check(&p, test_log()), ERR_CORRUPT);
}

TEST(bytes_stand_around_a_file)
{
	struct fs *fs = mount(1);
	struct boot_file f = file_of(fs, "/kernel");
	uint8_t buf[64];
	f.part = STR("name");
	f.off = 5000;
	f.len = 10;
	f.before = (struct span){ (const uint8_t *)"before", 6 };
	f.after = (struct span){ (const uint8_t *)"after", 5 };
	check_u64(boot_file_size(&f), 21);
	for (size_t off = 0; off <= 21; off++)
		for (size_t n = 0; n <= 21 - off; n++) {
			check_ok(boot_file_read(&f, off, buf, n));
			for (size_t i = off; i < off + n; i++)
				check_u64(buf[i - off], i < 6	 ? (uint8_t) "before"[i]
							: i < 16 ? want_at(5000 + i - 6)
								 : (uint8_t) "after"[i - 16]);
		}
	check_err(boot_file_read(&f, 0, buf, 22), ERR_IO);
	check_err(boot_file_read(&f, 22, buf, 0), ERR_IO);
	check_err(boot_file_read(&f, UINT64_MAX, buf, 2), ERR_IO);
	f.len = UINT64_MAX - 10;
	check_u64(boot_file_size(&f), UINT64_MAX);
	check_err(boot_file_read(&f, 0, buf, 1), ERR_IO);
}

TEST(sizes_that_do_not_add_up_are_refused)
{
	struct boot_file f[3] = { { .node.size = UINT64_MAX - 4096 }, { .node.size = 1 << 20 } };
	struct boot_stream s;
	check_err(stream_of(f, 2, 4, &s), ERR_LIMIT);
	f[0].node.size = UINT64_MAX;
	check_err(stream_of(f, 2, 4, &s), ERR_LIMIT);
}

TEST(a_plan_is_checked_and_printed)
{
	struct fs *fs = mount(1);
	struct boot_file initrd = file_of(fs, "/boot/abs");
	struct boot_plan p = { .kernel = file_of(fs, "/kernel"),
			       .cmdline = STR("ro quiet"),
			       .initrd = &initrd,
			       .n_initrd = 1 };
	struct text t = { .arena = test_arena() };
	check_ok(plan_check(&p, test_log()));
	plan_print(&p, &t);
	check_str(text_str(&t),
		  "kind linux\nkernel (hd0)/kernel\nargs ro quiet\ninitrd (hd0)/boot/abs\n");
	p.cmdline = STR("a\nb");
	check_err(plan_check(&p, test_log()), ERR_SYNTAX);
	p.cmdline = (struct str){ "a\0b", 3 };
	check_err(plan_check(&p, test_log()), ERR_SYNTAX);
	p.cmdline.n = PLAN_CMDLINE_MAX + 1;
	check_err(plan_check(&p, test_log()), ERR_LIMIT);
	p.cmdline.n = 0;
	initrd = file_of(fs, "/empty");
	check_err(plan_check(&p, test_log()), ERR_CORRUPT);
	check(test_logged("initrd (hd0)/empty: an empty file"));
	p.kernel = file_of(fs, "/boot");
	check_err(plan_check(&p, test_log()), ERR_TYPE);
}
