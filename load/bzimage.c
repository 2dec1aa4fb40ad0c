/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../core/base/rd.h"
#include "image.h"

/* Offsets of the setup header and of the fields in it. */
enum {
	SETUP_SECTS = 0x1f1,
	BOOT_FLAG = 0x1fe,
	HEADER = 0x202,
	RELOCATABLE = 0x234,
	PROTOCOL_MIN = 0x0208, /* the first that tells where the payload is */
	PROTOCOL_INIT_SIZE = 0x020a,
	PROTOCOL_XLOADFLAGS = 0x020c,
	TRAILER = 4, /* bytes */
};

static void fields(struct rd *r, struct bzimage *b)
{
	rd_seek(r, 0x22c);
	b->initrd_max = rd_le32(r);
	b->align = rd_le32(r); /* 0x230 */
	b->relocatable = rd_u8(r) != 0;
	rd_skip(r, 1);
	b->xloadflags = rd_le16(r); /* 0x236 */
	b->cmdline_max = rd_le32(r);
	if (b->version < PROTOCOL_XLOADFLAGS)
		b->xloadflags = 0;
	rd_seek(r, 0x258);
	if (b->version >= PROTOCOL_INIT_SIZE) {
		b->pref_address = rd_le64(r);
		b->init_size = rd_le32(r); /* 0x260 */
	}
}

enum err bzimage_parse(const struct image_file *f, struct bzimage *out)
{
	struct rd r = rd_of(f->bytes.p, f->bytes.n);
	*out = (struct bzimage){ 0 };
	rd_seek(&r, SETUP_SECTS);
	uint8_t sects = rd_u8(&r);
	rd_seek(&r, BOOT_FLAG);
	uint16_t flag = rd_le16(&r);
	rd_seek(&r, HEADER);
	uint32_t magic = rd_be32(&r);
	out->version = rd_le16(&r);
	if (!rd_ok(&r) || flag != 0xaa55 || magic != 0x48647253) /* "HdrS" */
		return ERR_FORMAT;
	if (out->version < PROTOCOL_MIN)
		return image_fail(f, ERR_UNSUPPORTED, "boot protocol %u.%02u is too old",
				  out->version >> 8, out->version & 0xff);
	fields(&r, out);
	out->kernel_off = ((sects ? sects : 4u) + 1) * 512;
	rd_seek(&r, 0x248);
	uint32_t off = rd_le32(&r), len = rd_le32(&r);
	rd_seek(&r, out->kernel_off);
	rd_skip(&r, off);
	out->payload = rd_take(&r, len);
	if (!rd_ok(&r) || len <= TRAILER)
		return image_fail(
			f, ERR_CORRUPT,
			"bzImage payload of %u bytes at %u lies outside the file (%zu bytes)", len,
			off, f->bytes.n);
	struct rd t = rd_of(out->payload.p + len - TRAILER, TRAILER);
	out->unpacked = rd_le32(&t);
	return OK;
}

/* Every packer but gzip, whose own last field it is, is followed by the size trailer. */
static enum err payload(const struct image_file *f, const struct bzimage *b,
			struct image_packing *out)
{
	out->format = unpack_detect(b->payload);
	out->packed = b->payload;
	out->size = b->unpacked;
	out->exact = true;
	if (out->format == UNPACK_NONE)
		return image_fail(f, ERR_UNSUPPORTED, "bzImage payload of unknown compression");
	if (out->format != UNPACK_GZIP)
		out->packed.n -= TRAILER;
	if (b->unpacked == 0 || b->unpacked > IMAGE_MAX)
		return image_fail(f, ERR_CORRUPT, "bzImage says that it unpacks to %u bytes",
				  b->unpacked);
	return OK;
}

/* The size that a stream claims, where it is a believable one. */
static size_t claim(enum unpack_format format, struct span packed)
{
	uint64_t n;
	return unpack_size(format, packed, &n) && n > 0 && n <= IMAGE_MAX ? (size_t)n : SIZE_MAX;
}

enum err image_packing(const struct image_file *f, struct image_packing *out)
{
	struct bzimage b;
	struct rd r = rd_of(f->bytes.p, f->bytes.n);
	*out = (struct image_packing){ 0 };
	enum err e = bzimage_parse(f, &b);
	if (!e)
		return payload(f, &b, out);
	if (e != ERR_FORMAT || rd_be32(&r) == 0x7f454c46)
		return e == ERR_FORMAT ? OK : e;
	out->format = unpack_detect(f->bytes);
	out->packed = f->bytes;
	out->size = claim(out->format, f->bytes);
	if (out->format != UNPACK_NONE)
		return OK;
	if (f->bytes.n > 2 && f->bytes.p[0] == 'M' && f->bytes.p[1] == 'Z')
		return image_fail(f, ERR_FORMAT, "an EFI program, not a Linux bzImage");
	return image_fail(f, ERR_FORMAT, "neither a bzImage nor an ELF kernel");
}

enum err image_unpack(const struct image_file *f, const struct image_packing *p, void *dst,
		      size_t *n)
{
	size_t room = *n;
	enum err e = unpack(p->format, p->packed, dst, n);
	if (!e && p->exact && *n != p->size)
		return image_fail(f, ERR_CORRUPT, "unpacks to %zu bytes, not to %zu", *n, p->size);
	if (!e || (e == ERR_LIMIT && !p->exact && room < IMAGE_MAX))
		return e;
	if (e == ERR_LIMIT)
		return image_fail(f, p->exact ? ERR_CORRUPT : e, "unpacks to more than %zu bytes",
				  room);
	return image_fail(f, e, "%s: %s", unpack_name(p->format),
			  e == ERR_NOMEM     ? "out of memory while unpacking"
			  : e == ERR_CORRUPT ? "damaged compressed data"
					     : err_text(e));
}
