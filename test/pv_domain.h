/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PV_DOMAIN_H
#define PV_DOMAIN_H
#include "../guest/jump_pv.h"
#include "../guest/mem.h"
#include "boot_files.h"
/*
 * For tests of the hand-over to PV kernels, of both widths: a domain that is a
 * piece of this process' memory. When the loader jumps, the test looks at it
 * as the new kernel would: through its page tables, start_info, p2m list and
 * the M2P. What a test may change lies open; domain_of() sets all of it back.
 */
enum { PAGES = 16384, STORE = 0x203, CONSOLE = 0x204, ROOT = 0x210 };
extern uint8_t (*ram)[4096];  /* by today's PFN */
extern uint8_t kind[PAGES];   /* enum mem_kind */
extern bool unmapped[PAGES];  /* has no writable mapping */
extern bool wide;	      /* a 64-bit domain */
extern uint64_t mfn_base;     /* the lowest of its MFNs */
extern uint64_t p2m[PAGES];   /* as the loader found it */
extern uint64_t m2p[PAGES];   /* by MFN - mfn_base, with what the loader changed */
extern uint64_t today[PAGES]; /* and without */
extern bool refuse_pin;
extern unsigned live_levels; /* of the loader's own tables at the new stack */
/* What happened. */
extern struct jump_pv jump;
extern bool torn_down;
extern uint64_t pinned; /* the new root table's MFN; 0: none */

/* A loader at 1 MiB and what the toolstack put behind it; two holes. */
void domain_of(bool is64, uint64_t first_mfn);
void domain(void);
void domain_end(void);
uint64_t pfn_of(uint64_t mfn); /* by m2p */
uint8_t *frame(uint64_t mfn);  /* its bytes */

/* The kernel and its files. */
enum { SYMTAB_AT = 0xc000, SYMTAB_N = 6000, STRTAB_AT = 0xe000, STRTAB_N = 3333 };
extern struct kernel k;
extern const char *pae;	     /* the note of 32-bit kernels, or NULL */
extern const char *guest_os; /* the same */
extern bool symtab;	     /* the kernel asks for its symbols, and its last segment is odd */
/* Segments: whole pages and both edges; bytes that lie otherwise in memory; zeros only. */
void payload(uint64_t base, uint64_t at, bool p2m_note, bool mod_note);
void files(void);    /* from k onto the disk and into the plan */
enum err boot(void); /* OK: it has jumped */

/* The new kernel's view. */

uint8_t *see(uint64_t va, bool *writable); /* through the pinned tables; NULL: not mapped */
/* A word of start_info, by its offset in a 64-bit one. */
uint64_t word(const uint8_t *p, size_t off64);
uint8_t byte(uint64_t va); /* of the image */
void check_image(uint64_t va);
/* The list names every frame once, the M2P agrees. Returns it, as it lies at va. */
const uint64_t *check_p2m(uint64_t va);
void check_domain(uint64_t base, uint64_t at, bool p2m_note, bool mod_note); /* all of it */

/* What a refused kernel may not change: nothing. */
void remember(void);
void check_unchanged(void);
#endif
