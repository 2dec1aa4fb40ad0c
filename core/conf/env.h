/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ENV_H
#define ENV_H
#include "../base/fmt.h"
#include "../base/str.h"
/*
 * Names with values: GRUB's variables and functions, as one hash table that is
 * copied by value. Hostile names cannot make it slow: a search looks at
 * ENV_PROBES slots at most, and a name that finds none of them free is ERR_LIMIT.
 */
enum { ENV_PROBES = 64 };
struct env_var {
	struct str name;  /* p == NULL: the slot was never used */
	struct str value; /* p == NULL: not set */
	const void *ref;  /* functions: the body */
	bool exported;
};
struct env {
	struct env_var *slot;
	size_t used, cap; /* cap is a power of two, or 0 */
};
/* The variable, or NULL when it is not set. */
const struct env_var *env_find(const struct env *e, struct str name);
/* The value, or p == NULL when it is not set. */
struct str env_get(const struct env *e, struct str name);
/* name and value are copied into a. */
enum err env_set(struct env *e, struct arena *a, struct str name, struct str value,
		 const void *ref);
void env_unset(struct env *e, struct str name);
/* GRUB's export makes a variable that is not set yet. */
enum err env_export(struct env *e, struct arena *a, struct str name);
/* A copy that can be changed on its own; exported: of exported variables only. */
enum err env_copy(struct env *to, const struct env *from, struct arena *a, bool exported);

/*
 * GRUB's environment block, a file of 1024 bytes as a rule: a signature line,
 * then "name=value" lines where a backslash keeps the next byte, comment lines,
 * and '#' as filling (GNU GRUB manual, "Environment block").
 */
struct env_block {
	struct str rest;
};
bool env_block_begin(struct env_block *b, struct span file); /* false: no signature */
/* The next variable; value still has its backslashes. False at the end. */
bool env_block_next(struct env_block *b, struct str *name, struct str *value);
/*
 * Set a variable in the n bytes of a block, or take it out where value.p is
 * NULL; what is free afterwards is '#'. ERR_CORRUPT: not such a block;
 * ERR_SYNTAX: no name for one; ERR_LIMIT: no room. After an error the bytes are
 * of no use.
 */
enum err env_block_set(uint8_t *block, size_t n, struct str name, struct str value);
/* p == NULL: out of memory. */
struct str env_block_value(struct str escaped, struct arena *a);
#endif
