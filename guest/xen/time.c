/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "time.h"
#include "machine.h"
#include "shared.h"

/* struct vcpu_time_info: Xen public/xen.h. */
enum {
	TIME_version = SHARED_time,
	TIME_tsc_timestamp = SHARED_time + 8,
	TIME_system_time = SHARED_time + 16,
	TIME_tsc_to_system_mul = SHARED_time + 24,
	TIME_tsc_shift = SHARED_time + 28,
};
enum { TRIES = 1000 }; /* an update takes Xen a few instructions */

static uint64_t scale(uint64_t cycles, uint32_t mul, int8_t shift)
{
	cycles = shift < 0 ? cycles >> (-shift & 63) : cycles << (shift & 63);
	return (cycles >> 32) * mul + ((cycles & UINT32_MAX) * mul >> 32);
}

uint64_t time_ns(void)
{
	struct shm *s = machine_shared();
	uint64_t ns = 0;
	for (int i = 0; i < TRIES; i++) {
		uint32_t version = shm_u32(s, TIME_version);
		shm_fence();
		uint64_t stamp = shm_u64(s, TIME_tsc_timestamp);
		ns = shm_u64(s, TIME_system_time);
		uint32_t mul = shm_u32(s, TIME_tsc_to_system_mul);
		int8_t shift = (int8_t)shm_u8(s, TIME_tsc_shift);
		/* Counters wrap, and a stamp may lie ahead when we just changed the processor. */
		uint64_t passed = machine_tsc() - stamp;
		if ((int64_t)passed > 0)
			ns += scale(passed, mul, shift);
		shm_fence();
		if (!(version & 1) && version == shm_u32(s, TIME_version))
			break;
	}
	return ns;
}

uint64_t time_ms(void)
{
	return time_ns() / 1000000;
}

uint64_t time_from_ms(uint64_t ms)
{
	return ms > UINT64_MAX / 1000000 ? 0 : ms * 1000000;
}

uint64_t time_in_ms(uint64_t ms)
{
	return time_ms() + ms;
}

uint64_t time_wall(void)
{
	struct shm *s = machine_shared();
	for (int i = 0; i < TRIES; i++) {
		uint32_t version = shm_u32(s, SHARED_wc_version);
		shm_fence();
		uint64_t sec =
			(uint64_t)shm_u32(s, SHARED_wc_sec_hi) << 32 | shm_u32(s, SHARED_wc_sec);
		shm_fence();
		if (!(version & 1) && version == shm_u32(s, SHARED_wc_version))
			return sec ? sec + time_ns() / 1000000000 : 0;
	}
	return 0;
}
