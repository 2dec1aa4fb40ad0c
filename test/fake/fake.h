/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_H
#define FAKE_H
#include "../../core/base/fmt.h"
#include "../../core/base/str.h"
#include "../../guest/handover.h"
#include "../../guest/mem_ops.h"
#include "../../guest/start.h"
#include "../../guest/xen/bus.h"
#include "../../guest/xen/hypercall.h"
#include "../../guest/xen/machine.h"
#include "../test.h"
/*
 * A Xen in a process, for the drivers in guest/: one thread, and a clock that
 * stands still while code runs and jumps ahead when the domain sleeps, so that
 * a wait of 30 s costs nothing and every run is the same. The other side
 * (xenstored, back ends, a reader of the console) acts when the domain sleeps
 * or yields. A domain that sleeps for ever, or asks for what a real Xen
 * refuses, fails the test; to look up now and then for FAKE_LONG_MS is to
 * sleep for ever, too.
 */
enum { FAKE_LONG_MS = 3600000 };
enum { FAKE_PAGES = 16384, FAKE_MFN = 0x40000, FAKE_PORTS = 64 };
enum { FAKE_STORE_PORT = 1, FAKE_CONSOLE_PORT = 2 };

struct fake {
	uint64_t now_ns;
	/*
	 * The n-th of the kind from now on fails; 0: none does. It counts down.
	 * fail_call: hypercalls of any kind, but for those that a real Xen
	 * cannot refuse: closing what is open, ending the domain.
	 */
	unsigned fail_alloc_port, fail_pages, fail_call;
	bool no_console;
	/* What stands for the jump; without it the hand-over fails. */
	enum err (*handover)(const struct boot_plan *plan, const struct platform *pf);
	/* What happened. */
	int shutdown; /* a reason, or -1 */
	unsigned polls;
	struct start start;
};
extern struct fake fake;

/* A fresh domain: memory, an empty xenstore, a console that somebody reads. */
void fake_begin(void);
/* Nothing is left of the drivers: grants, channels, watches, unread messages. */
void fake_check_quiet(void);
unsigned fake_channels(void); /* bound or unbound, but not closed */
unsigned fake_grants(void);   /* entries that permit access, the toolstack's not counted */
uint64_t fake_ms(void);	      /* since fake_begin */
void fake_sleep(uint64_t ms); /* the domain does nothing for so long */
/* Run fn until the domain ends; returns the reason, -1 when fn returned. */
int fake_run(void (*fn)(void));

/* For the other side. The page behind a grant, or NULL where dom may not write to it. */
void *fake_granted(uint16_t dom, uint32_t ref);
void *fake_frame(uint64_t mfn); /* the page of this number, granted or not; NULL: none */
/* As mapping it does: reading and writing are set, or taken back. */
void fake_grant_use(uint32_t ref, bool used);
void fake_raise(uint32_t port); /* an event for the domain */
bool fake_port_open(uint32_t port);
uint16_t fake_port_remote(uint32_t port); /* who may bind to it */
/* The domain has sent an event to this port since the last time that this was asked. */
bool fake_kicked(uint32_t port);
#define FAKE_NEVER UINT64_MAX

/* --- console ----------------------------------------------------------------- */

struct fake_console {
	bool unread; /* nobody takes the output */
	char out[65536];
	size_t n;
};
extern struct fake_console fake_console;
void fake_type(const char *keys);
void fake_type_later(uint64_t ms, const char *keys);
bool fake_said(const char *text); /* the output holds this */

/* --- xenstored --------------------------------------------------------------- */

struct fake_store {
	bool mute;	      /* takes requests and never answers */
	bool deaf;	      /* does not even take them */
	unsigned fail;	      /* the n-th request is answered with EIO */
	unsigned foreign;     /* so many answers to nobody before each answer */
	unsigned flood;	      /* so many watch events before each answer */
	unsigned long_answer; /* the n-th answer says that it is 5000 bytes long */
	unsigned bad_index;   /* after the n-th answer the ring's index is nonsense */
	unsigned requests, watches;
};
extern struct fake_store fake_store;
void fake_set(const char *path, const char *value); /* absolute */
void fake_setf(const char *path, const char *fmt, ...) printf_like(2, 3);
void fake_set_later(uint64_t ms, const char *path, const char *value); /* one at a time */
void fake_remove(const char *path);
const char *fake_get(const char *path);	 /* NULL: not there */
uint64_t fake_get_u64(const char *path); /* UINT64_MAX: not there */
/* The whole store as text, sorted. */
struct str fake_dump(void);

/* --- block back ends ----------------------------------------------------------- */

enum fake_lie {
	LIE_NONE,
	LIE_ID,	    /* answers to a request that was never made */
	LIE_TWICE,  /* answers twice */
	LIE_OP,	    /* another operation */
	LIE_JUMP,   /* rsp_prod far ahead */
	LIE_BACK,   /* rsp_prod goes back */
	LIE_STATUS, /* a status that nobody defined, always */
	LIE_HOLD,   /* keeps the pages mapped */
};
struct fake_disk {
	uint32_t vbd;
	uint64_t sectors; /* of 512 */
	uint32_t sector_size;
	uint8_t *image; /* what it holds; NULL: fake_byte() */
	bool readonly;
	bool no_flush; /* it has no such feature */
	/* How it behaves: */
	uint64_t late_ms;  /* in state 1 for so long */
	bool never;	   /* stays in state 2 */
	uint64_t never_ms; /* the same, but only for so long from the start */
	uint64_t delay_ms; /* of each answer */
	bool reverse;	   /* answers the youngest first */
	unsigned errors;   /* so many requests end with status -1 */
	unsigned fail;	   /* the n-th request does, and its repetitions, and no other */
	unsigned bad_writes, bad_flushes; /* so many of these do */
	unsigned dies;	     /* the n-th request is the last that it takes: then it closes */
	unsigned dies_again; /* and after that it dies once more */
	bool offline;	     /* and when it dies, it does not come back */
	uint16_t moves;	     /* and when it dies, it comes back in this domain */
	bool vanishes;	     /* and when it dies, its directory is gone */
	bool silent;	     /* and when it dies, says nothing */
	enum fake_lie lie;   /* beginning with the n-th answer: */
	unsigned lie_from;
	/* What it saw: */
	unsigned requests, most_in_flight, segments, kicks, writes, flushes;
	bool connected;
};
/* A disk in xenstore as libxl leaves it; the fields are for the test to change. */
struct fake_disk *fake_disk(uint32_t vbd, const char *dev, uint64_t sectors);
/* The same, served by another domain. */
struct fake_disk *fake_disk_of(uint16_t dom, uint32_t vbd, const char *dev, uint64_t sectors);
uint8_t fake_byte(uint32_t vbd, uint64_t off); /* what the disk holds there */

/* --- frame buffer and keyboard back ends ------------------------------------------ */

struct fake_screen {
	/* How it behaves: */
	bool no_keyboard; /* there is a vfb only; before fake_screen_add */
	bool absent;	  /* stays in state 1 */
	bool never;	  /* stays in state 2 */
	bool deaf;	  /* connects, and looks at no ring */
	bool unasked;	  /* does not want to be told of changes */
	bool deserts;	  /* connects, and does not follow when the front end leaves */
	bool liar;	  /* its ring indices are nonsense */
	uint64_t late_ms; /* of each step of its own */
	/* What it saw: */
	bool fb, kbd; /* connected now */
	unsigned connects, updates;
	size_t updated; /* dots in all updates */
};
extern struct fake_screen fake_screen;
/* vfb 0 and vkbd 0 in xenstore as libxl leaves them. */
void fake_screen_add(void);
/* What a viewer reads in a row of letters; the cursor is below them, reverse video is not told. */
const char *fake_screen_row(size_t row);
/* The viewer types a key of Linux's code, pressed and released, and reads the screen just before.
 */
void fake_screen_type_later(uint64_t ms, uint32_t code);
bool fake_screen_read(const char *text); /* some row held this when the last key was typed */

/* --- how the parts fit together (machine.c calls) ------------------------------ */

void fake_store_begin(void);
void fake_disks_begin(void);
void fake_screen_begin(void);
void fake_console_begin(void);
/* Do what is due; true when something was done. */
bool fake_store_step(void);
bool fake_disks_step(void);
bool fake_screen_step(void);
bool fake_console_step(void);
uint64_t fake_disks_next(void); /* when something is due, ns; FAKE_NEVER */
uint64_t fake_screen_next(void);
uint64_t fake_store_next(void);
uint64_t fake_console_next(void);
void fake_disks_see(const char *path); /* a key was written or removed */
void fake_screen_see(const char *path);
struct shm *fake_page(uint64_t pfn);
extern struct shm *fake_shared, *fake_store_page, *fake_console_page;
#endif
