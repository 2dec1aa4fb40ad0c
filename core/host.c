/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host.h"
#include "base/str.h"
#include <string.h>

static struct host *host_of(struct conf_host *door)
{
	return container_of(door, struct host, door);
}

static enum err volume_of(struct host *h, struct str device, struct volume **v)
{
	try(disks_find(h->disks, device, v));
	/* A language asks for names, and a volume without a file system has none. */
	return disks_mount(h->disks, *v) ? ERR_NOENT : OK;
}

static enum err host_open(struct conf_host *door, struct str device, struct str path,
			  struct boot_file *out)
{
	struct host *h = host_of(door);
	struct volume *v;
	try(disks_find(h->disks, device, &v));
	if (disks_mount(h->disks, v))
		return ERR_FORMAT;
	*out = (struct boot_file){ .fs = &v->fs, .device = v->device };
	try(fs_open(&v->fs, path, &out->node));
	out->path = str_dup(h->disks->arena, path);
	return out->path.p ? OK : ERR_NOMEM;
}

static enum err host_read(struct conf_host *door, struct str device, struct str path, size_t max,
			  struct arena *a, struct span *out)
{
	struct volume *v;
	struct fs_node node;
	try(volume_of(host_of(door), device, &v));
	try(fs_open(&v->fs, path, &node));
	return fs_slurp(&v->fs, &node, max, a, out);
}

static enum err host_list(struct conf_host *door, struct str device, struct str path,
			  fs_name_fn *fn, void *ctx)
{
	struct volume *v;
	struct fs_node node;
	try(volume_of(host_of(door), device, &v));
	try(fs_open(&v->fs, path, &node));
	return fs_list(&v->fs, &node, fn, ctx);
}

static struct str disk_uuid(const struct host *h, const struct volume *v)
{
	for (size_t i = 0; i < h->disks->n; i++)
		if (h->disks->disk[i].blk == v->blk.parent && h->disks->disk[i].table.uuid[0])
			return str_of(h->disks->disk[i].table.uuid);
	return (struct str){ NULL, 0 };
}

static bool matches(struct host *h, struct volume *v, enum search_by by, struct str key)
{
	struct fs_node node;
	if (by == SEARCH_PART_LABEL)
		return v->part && str_eq(str_of(v->part->label), key);
	if (by == SEARCH_DISK_UUID)
		return !v->part && str_eq_nocase(disk_uuid(h, v), key);
	if (by == SEARCH_PART_UUID)
		return v->part && str_eq_nocase(str_of(v->part->partuuid), key);
	if (disks_mount(h->disks, v))
		return false;
	switch (by) {
	case SEARCH_LABEL:
		return str_eq(str_of(v->fs.label), key);
	case SEARCH_UUID:
		return str_eq_nocase(str_of(v->fs.uuid), key);
	default:
		break;
	}
	return fs_open(&v->fs, key, &node) == OK;
}

static enum err host_search(struct conf_host *door, enum search_by by, struct str key,
			    struct str *device)
{
	struct host *h = host_of(door);
	struct volume *v = h->boot;
	if (key.n == 0)
		return ERR_NOENT;
	/* The boot device first: a copy of its UUID on another disk must not win. */
	bool found = v && matches(h, v, by, key);
	for (size_t i = 0; !found && (v = disks_at(h->disks, i)); i++)
		found = matches(h, v, by, key);
	for (struct loop *l = found ? NULL : h->disks->loop; l && !found; l = l->older)
		for (size_t i = 0; i < l->disk.n && !found; i++)
			found = matches(h, v = &l->disk.volume[i], by, key);
	if (!found)
		return ERR_NOENT;
	*device = v->device;
	return OK;
}

/*
 * The types of the EFI system partition and of the extended boot loader
 * partition (UAPI.1, "The Partitions"): GUIDs as they lie on disk, MBR type bytes.
 */
static const struct purpose {
	const char *name;
	uint8_t mbr, guid[16];
} purposes[] = {
	{ "esp",
	  0xef,
	  { 0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e,
	    0xc9, 0x3b } },
	{ "xbootldr",
	  0xea,
	  { 0xff, 0xc2, 0x13, 0xbc, 0xe6, 0x59, 0x62, 0x42, 0xa3, 0x52, 0xb2, 0x75, 0xfd, 0x6f,
	    0x71, 0x72 } },
};

static bool is_for(const struct volume *v, const struct purpose *p)
{
	if (!v->part)
		return false;
	return v->scheme == PART_GPT ? memcmp(v->part->type, p->guid, sizeof p->guid) == 0
				     : v->part->type[0] == p->mbr;
}

/* The partition of that purpose on v's disk. */
static struct str purpose_fact(struct host *h, const struct volume *v, struct str name)
{
	for (size_t i = 0; i < array_len(purposes); i++) {
		struct volume *o;
		for (size_t k = 0; str_eq(name, str_of(purposes[i].name)); k++) {
			if (!(o = disks_at(h->disks, k)))
				break;
			if (o->blk.parent == v->blk.parent && is_for(o, &purposes[i]))
				return o->device;
		}
	}
	return (struct str){ NULL, 0 };
}

/*
 * What update_engine leaves to the boot loader: of the partitions for /usr on
 * v's disk, the one of the highest priority that has booted well or may be
 * tried. The type, and the attributes priority, tries and success (bits 48 to
 * 51, 52 to 55, and 56), are those of ChromiumOS' disk format, which CoreOS took over.
 */
static struct str gptprio_fact(struct host *h, const struct volume *v)
{
	static const uint8_t usr[16] = { 0xf4, 0xf5, 0xfb, 0x5d, 0x48, 0x28, 0xac, 0x4b,
					 0xaa, 0x5e, 0x0d, 0x9a, 0x20, 0xb7, 0x45, 0xa6 };
	struct str best = { NULL, 0 };
	uint64_t highest = 0;
	struct volume *o;
	for (size_t i = 0; (o = disks_at(h->disks, i)); i++) {
		if (o->blk.parent != v->blk.parent || o->scheme != PART_GPT ||
		    memcmp(o->part->type, usr, sizeof usr) != 0)
			continue;
		uint64_t bits = o->part->attributes >> 48, priority = bits & 15;
		if ((bits >> 4 & 0x1f) && priority > highest) {
			highest = priority;
			best = o->device;
		}
	}
	return best;
}

static struct str volume_fact(struct host *h, struct volume *v, struct str name)
{
	static const char *const scheme[] = {
		[PART_NONE] = NULL,
		[PART_MBR] = "msdos",
		[PART_GPT] = "gpt",
	};
	if (str_eq(name, STR("partmap")))
		return str_of(scheme[v->scheme]);
	if (str_eq(name, STR("driver"))) /* as GRUB's port to Xen has it */
		return str_starts(v->device, STR("hd")) ? STR("xen") : STR("loopback");
	if (str_eq(name, STR("place")))
		return v->place;
	if (str_eq(name, STR("device")))
		return v->device;
	if (str_eq(name, STR("esp")) || str_eq(name, STR("xbootldr")))
		return purpose_fact(h, v, name);
	if (str_eq(name, STR("gptprio")))
		return gptprio_fact(h, v);
	if (str_eq(name, STR("part-uuid")))
		return str_of(v->part ? v->part->partuuid : NULL);
	if (str_eq(name, STR("disk-uuid")))
		return v->part ? (struct str){ NULL, 0 } : disk_uuid(h, v);
	if (str_eq(name, STR("part-label")))
		return str_of(v->part ? v->part->label : NULL);
	if (str_eq(name, STR("foreign"))) {
		const struct foreign *f = disks_foreign(h->disks, v);
		return str_of(f ? f->name : NULL);
	}
	if (disks_mount(h->disks, v))
		return (struct str){ NULL, 0 };
	if (str_eq(name, STR("fs")))
		return str_of(v->fs.ops->name);
	if (str_eq(name, STR("uuid")))
		return str_of(v->fs.uuid);
	if (str_eq(name, STR("label")))
		return str_of(v->fs.label);
	return (struct str){ NULL, 0 };
}

static struct str host_fact(struct conf_host *door, struct str name)
{
	struct host *h = host_of(door);
	size_t colon = str_find(name, ':', 0);
	struct volume *v;
	if (colon == name.n || str_starts(name, STR("tries:")))
		return h->platform->fact ? h->platform->fact(h->platform, name)
					 : (struct str){ NULL, 0 };
	if (disks_find(h->disks, str_sub(name, colon + 1, name.n), &v))
		return (struct str){ NULL, 0 };
	return volume_fact(h, v, str_sub(name, 0, colon));
}

static bool host_device(struct conf_host *door, size_t i, struct conf_device *out)
{
	const struct volume *v = disks_at(host_of(door)->disks, i);
	if (v)
		*out = (struct conf_device){ .name = v->device, .size = v->blk.size };
	return v;
}

static enum err host_bytes(struct conf_host *door, const struct boot_file *f, uint64_t off,
			   void *dst, size_t len)
{
	(void)door;
	return boot_file_read(f, off, dst, len);
}

static uint64_t host_clock(struct conf_host *door)
{
	struct platform *p = host_of(door)->platform;
	return p->clock ? p->clock(p) : 0;
}

static uint64_t host_work(struct conf_host *door)
{
	return disks_work(host_of(door)->disks);
}

void host_init(struct host *h, struct disks *d, struct platform *p)
{
	*h = (struct host){
		.door = { host_open, host_read, host_list, host_search, host_fact, host_device,
			  host_bytes, host_clock, host_work },
		.disks = d,
		.platform = p,
	};
}
