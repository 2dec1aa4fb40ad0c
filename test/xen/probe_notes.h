/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_NOTES_H
#define PROBE_NOTES_H
/*
 * What the probe asks its loader for, as kernels of several systems do: one of
 * these is defined, or none.
 *   LIKE_LINUX    p2m list at an address of its own, initrd not mapped
 *   LIKE_NETBSD   physical addresses are virtual ones, symbols behind the image
 *   LIKE_ILLUMOS  the same addresses, in 4 bytes; the entry point is the ELF's;
 *                 no hypercall page
 *   LIKE_MINI_OS  from address 0
 *   LIKE_2006     a string in the place of notes
 */

/* NOTE(type, value): an ELF note named "Xen" */
#define NOTE(type, value) ".balign 4\n.long 4, 2f-1f, " #type "\n.asciz \"Xen\"\n1: " value "\n2:\n"
#define NOTES(list)	  asm(".pushsection .note.Xen, \"a\", @note\n" list ".balign 4\n.popsection\n")
#define NOTES_ALL	  /* who one is */                                                         \
	NOTE(6, ".asciz \"probe\"")                                                                \
	NOTE(5, ".asciz \"xen-3.0\"") NOTE(8, ".asciz \"generic\"") NOTE(9, ".asciz \"yes\"")
#define NOTES_PLACE /* where one is */                                                             \
	NOTE(3, WORD " PROBE_BASE") NOTE(1, WORD " _start") NOTE(2, WORD " hypercall_page")

#if defined(LIKE_LINUX)
NOTES(NOTES_ALL NOTES_PLACE NOTE(15, ".quad 0x8000000000") NOTE(16, ".quad 1")
	      NOTE(10, ".ascii \"!writable_page_tables|pae_pgdir_above_4gb\"")
		      NOTE(17, ".long 0x8001"));
#elif defined(LIKE_NETBSD)
NOTES(NOTES_ALL NOTES_PLACE NOTE(4, WORD " PROBE_BASE") NOTE(11, ".asciz \"yes\"")
	      NOTE(10, ".asciz \"\"") NOTE(13, ".long 1, 1"));
#elif defined(LIKE_ILLUMOS)
NOTES(NOTES_ALL NOTE(3, ".long PROBE_BASE") NOTE(4, ".long PROBE_BASE"));
#elif defined(LIKE_2006)
asm(".pushsection __xen_guest, \"a\"\n.asciz \"GUEST_OS=probe,XEN_VER=xen-3.0,VIRT_BASE=" BASE_TEXT
    ",HYPERCALL_PAGE=0x100,PAE=yes,LOADER=generic\"\n.popsection\n");
#else
NOTES(NOTES_ALL NOTES_PLACE);
#endif
#endif
