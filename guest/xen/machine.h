/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACHINE_H
#define MACHINE_H
#include "../../core/base/base.h"
/*
 * The pages that Xen shares with this domain, and the processor as far as the
 * drivers need it. Offsets inside the pages are the x86 ABI's of Xen's public
 * headers. Implemented in guest/x86, and in test/fake by a process.
 */
struct shm; /* shared memory: opaque, so that nobody reads it but with shm_* */

enum err machine_begin(void); /* shared_info, traps */
/* As at the start: no traps, no event pending or masked. */
void machine_end(void);
struct shm *machine_shared(void);  /* shared_info */
struct shm *machine_console(void); /* NULL: none */
struct shm *machine_store(void);
/* n grant table frames, mapped one after the other; NULL: refused. Once. */
struct shm *machine_grants(size_t n);
uint64_t machine_tsc(void);
const char *machine_build_id(void); /* in hexadecimal */
/* What configurations may ask about the machine: grub_platform, grub_cpu; p is NULL otherwise. */
struct str machine_fact(struct str name);
bool machine_cpu64(void); /* our ring structures are those of x86_64-abi */

/*
 * One aligned access each, never repeated and never merged by the compiler:
 * what is looked at twice may have changed in between, so copy, then check.
 */
static inline volatile void *shm_at(struct shm *s, size_t off)
{
	return (volatile char *)s + off;
}
static inline uint8_t shm_u8(struct shm *s, size_t off)
{
	return *(volatile uint8_t *)shm_at(s, off);
}
static inline uint16_t shm_u16(struct shm *s, size_t off)
{
	return *(volatile uint16_t *)shm_at(s, off);
}
static inline uint32_t shm_u32(struct shm *s, size_t off)
{
	return *(volatile uint32_t *)shm_at(s, off);
}
static inline uint64_t shm_u64(struct shm *s, size_t off)
{
	return *(volatile uint64_t *)shm_at(s, off);
}
static inline void shm_set_u8(struct shm *s, size_t off, uint8_t v)
{
	*(volatile uint8_t *)shm_at(s, off) = v;
}
static inline void shm_set_u16(struct shm *s, size_t off, uint16_t v)
{
	*(volatile uint16_t *)shm_at(s, off) = v;
}
static inline void shm_set_u32(struct shm *s, size_t off, uint32_t v)
{
	*(volatile uint32_t *)shm_at(s, off) = v;
}
static inline void shm_set_u64(struct shm *s, size_t off, uint64_t v)
{
	*(volatile uint64_t *)shm_at(s, off) = v;
}
/* Everything before is visible to the other side before everything after. */
static inline void shm_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
#endif
