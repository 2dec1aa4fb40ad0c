/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ELF_H
#define ELF_H
#include "image.h"
/* The tables of an ELF file, both widths, as far as kernels need them (System V gABI 4.1). */
enum { PT_LOAD = 1, PT_NOTE = 4, SHT_SYMTAB = 2, SHT_STRTAB = 3, SHT_NOTE = 7 };
enum { ELF_SHDR_32 = 40, ELF_SHDR_64 = 64 }; /* bytes of a section header */

struct elf {
	const struct image_file *file;
	bool is64;
	uint64_t entry;
	uint64_t phoff, shoff;
	uint16_t phentsize, phnum, shentsize, shnum, shstrndx;
};
struct elf_phdr {
	uint32_t type;
	uint64_t offset, paddr, filesz, memsz, align;
};
struct elf_shdr {
	uint32_t name, type, link, info;
	uint64_t offset, size, addralign, entsize;
};
/* Errors as of image_parse(). */
enum err elf_open(struct elf *e, const struct image_file *f);
enum err elf_phdr(const struct elf *e, uint16_t i, struct elf_phdr *out);
enum err elf_shdr(const struct elf *e, uint16_t i, struct elf_shdr *out);
/* A range of the file; what: for the message. */
enum err elf_bytes(const struct elf *e, const char *what, uint64_t off, uint64_t len,
		   struct span *out);
/* The name of a section; empty where the string table is damaged. */
struct str elf_name(const struct elf *e, const struct elf_shdr *sh);

/* All notes that Xen defines, from where the file has them. */
enum err note_parse(const struct elf *e, struct xen_notes *out);
#endif
