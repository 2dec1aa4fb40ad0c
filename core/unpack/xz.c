/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec.h"
#include <lzma.h>

/*
 * A stream taken apart block by block rather than by lzma_stream_decoder():
 * that one allocates the dictionary in full, and kernels ask for up to 128 MiB
 * of it. No distance reaches further back than the block's start, so a
 * dictionary of the output's size does.
 */
struct xz {
	struct span src;
	size_t at;
	uint8_t *dst;
	size_t made, room;
	lzma_stream_flags flags;
	lzma_index_hash *index;
};

static enum err result(lzma_ret e)
{
	switch (e) {
	case LZMA_OK:
	case LZMA_STREAM_END:
		return OK;
	case LZMA_MEM_ERROR:
		return ERR_NOMEM;
	case LZMA_OPTIONS_ERROR:
	case LZMA_UNSUPPORTED_CHECK:
		return ERR_UNSUPPORTED;
	default:
		return ERR_CORRUPT;
	}
}

static void shrink(lzma_filter *f, size_t room)
{
	for (size_t i = 0; i < LZMA_FILTERS_MAX && f[i].id != LZMA_VLI_UNKNOWN; i++) {
		lzma_options_lzma *o = f[i].options;
		if (f[i].id == LZMA_FILTER_LZMA2 && o->dict_size > room)
			o->dict_size = (uint32_t)room;
	}
}

/* Block header at x->at. filters: LZMA_FILTERS_MAX + 1, freed by the caller. */
static enum err block_header(struct xz *x, lzma_block *b)
{
	b->check = x->flags.check;
	b->header_size = lzma_block_header_size_decode(x->src.p[x->at]);
	if (b->header_size > x->src.n - x->at)
		return ERR_CORRUPT;
	try(result(lzma_block_header_decode(b, NULL, x->src.p + x->at)));
	x->at += b->header_size;
	shrink(b->filters, x->room);
	return OK;
}

static enum err block_data(struct xz *x, lzma_block *b)
{
	lzma_ret e = lzma_block_buffer_decode(b, NULL, x->src.p, &x->at, x->src.n, x->dst, &x->made,
					      x->room);
	if (e == LZMA_BUF_ERROR)
		return ERR_LIMIT;
	try(result(e));
	return result(lzma_index_hash_append(x->index, lzma_block_unpadded_size(b),
					     b->uncompressed_size));
}

static enum err block(struct xz *x)
{
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	lzma_block b = { .version = 1, .filters = filters };
	filters[0].id = LZMA_VLI_UNKNOWN;
	enum err e = block_header(x, &b);
	if (!e)
		e = block_data(x, &b);
	lzma_filters_free(filters, NULL);
	return e;
}

/* Index and footer: the sizes of all blocks again, and the stream's real end. */
static enum err footer(struct xz *x)
{
	lzma_stream_flags foot;
	lzma_ret e = lzma_index_hash_decode(x->index, x->src.p, &x->at, x->src.n);
	if (e != LZMA_STREAM_END)
		return e == LZMA_MEM_ERROR ? ERR_NOMEM : ERR_CORRUPT;
	if (x->src.n - x->at < LZMA_STREAM_HEADER_SIZE)
		return ERR_CORRUPT;
	try(result(lzma_stream_footer_decode(&foot, x->src.p + x->at)));
	x->at += LZMA_STREAM_HEADER_SIZE;
	if (foot.backward_size != lzma_index_hash_size(x->index))
		return ERR_CORRUPT;
	return result(lzma_stream_flags_compare(&x->flags, &foot));
}

static enum err stream(struct xz *x)
{
	if (x->src.n - x->at < LZMA_STREAM_HEADER_SIZE)
		return ERR_CORRUPT;
	try(result(lzma_stream_header_decode(&x->flags, x->src.p + x->at)));
	x->at += LZMA_STREAM_HEADER_SIZE;
	while (x->at < x->src.n && x->src.p[x->at]) /* a block is 8 bytes at least */
		try(block(x));
	return x->at < x->src.n ? footer(x) : ERR_CORRUPT;
}

enum err xz_unpack(struct span src, uint8_t *dst, size_t *n)
{
	struct xz x = { .src = src, .dst = dst, .room = *n };
	enum err e;
	do { /* a stream is 32 bytes at least */
		lzma_index_hash *index = lzma_index_hash_init(x.index, NULL);
		if (!index) {
			lzma_index_hash_end(x.index, NULL);
			return ERR_NOMEM;
		}
		x.index = index;
		e = stream(&x);
	} while (!e && unpack_detect((struct span){ src.p + x.at, src.n - x.at }) == UNPACK_XZ);
	lzma_index_hash_end(x.index, NULL);
	*n = x.made;
	return e;
}
