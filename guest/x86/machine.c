/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../guest.h"
#include "../xen/hypercall.h"
#include "../xen/shared.h"
#include "../../core/base/fmt.h"
#include "../../core/base/str.h"
#include "trap.h"

/* machine.h: what all types of guest have in common. */
static const struct x86_type *type;
static const struct start *start;
static struct shm *shared;
static uint8_t upcall_mask; /* as it was found */

const struct start *start_get(void)
{
	return start;
}

struct shm *machine_shared(void)
{
	return shared;
}

struct shm *machine_console(void)
{
	return start->console_mfn ? type->frame(start->console_mfn) : NULL;
}

struct shm *machine_store(void)
{
	return start->store_mfn ? type->frame(start->store_mfn) : NULL;
}

struct shm *machine_grants(size_t n)
{
	return type->grants(n);
}

uint64_t machine_tsc(void)
{
	uint32_t lo, hi;
	asm volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi)::"memory");
	return (uint64_t)hi << 32 | lo;
}

bool machine_cpu64(void)
{
	return sizeof(void *) == 8;
}

const char *machine_build_id(void)
{
	extern const uint8_t build_id[20]; /* the note's content, by the linker */
	static char text[41];
	for (size_t i = 0; i < sizeof build_id; i++)
		fmt_to(text + 2 * i, 3, "%02x", build_id[i]);
	return text;
}

struct str machine_fact(struct str name)
{
	if (str_eq(name, STR("grub_platform")))
		return str_of(type->platform);
	if (str_eq(name, STR("grub_cpu")))
		return machine_cpu64() ? STR("x86_64") : STR("i386");
	return (struct str){ NULL, 0 };
}

unsigned long trap_address(void)
{
	return type->fault();
}

enum err machine_begin(void)
{
	type->traps(true);
	shared = type->shared();
	if (!shared)
		return ERR_NOMEM;
	upcall_mask = shm_u8(shared, SHARED_upcall_mask);
	return OK;
}

void machine_end(void)
{
	for (size_t at = 0; at < SHARED_evtchn_bytes; at += 4) {
		shm_set_u32(shared, SHARED_evtchn_pending + at, 0);
		shm_set_u32(shared, SHARED_evtchn_mask + at, 0);
	}
	shm_set_u8(shared, SHARED_upcall_pending, 0);
	shm_set_u8(shared, SHARED_upcall_mask, upcall_mask);
	for (size_t at = 0; at < SHARED_WORD; at += 4)
		shm_set_u32(shared, SHARED_pending_sel + at, 0);
	type->unshare();
	type->traps(false);
}

/* Constructors of the codec libraries: they look at the processor. */
static void constructors(void)
{
	extern void (*const init_array_start[])(void), (*const init_array_end[])(void);
	for (void (*const *fn)(void) = init_array_start; fn < init_array_end; fn++)
		(*fn)();
}

void x86_main(const struct x86_type *t, const struct start *s)
{
	type = t;
	start = s;
	constructors();
	guest_main();
}
