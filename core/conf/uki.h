/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UKI_H
#define UKI_H
#include "conf.h"
/*
 * Unified kernel images (UAPI.5): PE files that hold a kernel and what belongs
 * to it as sections. Their stub needs UEFI; the parts boot without it. The
 * format is that of the PE specification ("PE Format", Microsoft): the file
 * header behind the offset at 0x3c, the section table behind the optional header.
 */
enum uki_section {
	UKI_LINUX,
	UKI_INITRD,
	UKI_UCODE,   /* an initrd that comes first */
	UKI_CMDLINE, /* text */
	UKI_OSREL,   /* os-release(5) */
	UKI_UNAME,   /* the kernel's release, text */
	UKI_PROFILE, /* ID= and TITLE= of a profile */
	UKI_SECTIONS,
};
enum {
	UKI_TABLE_MAX = 1024,	/* sections of one image */
	UKI_PROFILES_MAX = 256, /* of one image that are looked at */
	UKI_TEXT_MAX = 65536,	/* bytes of a section that is text */
	UKI_ADDONS_MAX = 32,	/* of one image */
};
struct uki {
	struct boot_file file;
	uint32_t profiles; /* 1 where there is no .profile */
	uint16_t machine;  /* COFF's: 0x8664, 0x14c */
	/* Of the profile that was asked for; part.p == NULL: it has none. */
	struct boot_file section[UKI_SECTIONS];
};
/*
 * Read the section table. ERR_FORMAT, not logged: not a PE file (out->machine is 0), or one
 * without a kernel, whose other sections *out has. ERR_NOENT: it has no such profile; ERR_CORRUPT:
 * a table or a section that reaches past the end.
 */
enum err uki_read(struct conf *c, const struct boot_file *f, uint32_t profile, struct uki *out);
/* A section's text without NULs at its end; empty where there is none. */
enum err uki_text(struct conf *c, const struct uki *u, enum uki_section s, struct str *out);
/* The value of NAME= in os-release(5)'s form, without quotes; empty: not there. */
enum err uki_field(struct conf *c, struct str text, const char *name, struct str *out);
/*
 * The kernel, the initrds and, where *cmdline is empty, the command line of an
 * image. more: initrds that come after its own.
 */
enum err uki_plan(struct conf *c, const struct uki *u, const struct boot_file *more, size_t n_more,
		  struct str cmdline, struct boot_plan *out);
/* The image's own command line, empty where it has none. */
enum err uki_cmdline(struct conf *c, const struct uki *u, struct str *out);
/*
 * Add to *plan what lies beside an image: the addons (PE files without a kernel) of
 * /loader/addons and of NAME.efi.extra.d, each in the order of names. Their command lines come
 * after what plan has, their .ucode before its initrds, their .initrd after them, as
 * systemd-stub(7) does it (.ucode and .initrd: newer versions). One that does not fit
 * the image is left out and told. No signature is checked: there is no firmware to ask.
 */
enum err uki_addons(struct conf *c, const struct uki *u, struct boot_plan *plan);
#endif
