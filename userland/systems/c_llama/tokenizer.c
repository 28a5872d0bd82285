// tokenizer.c: see tokenizer.h. File: int32 longest piece, then for each piece float32 score, int32 length, its bytes.
#include "userland/systems/c_llama/tokenizer.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTE_PIECES 3 // pieces 3 .. 258 stand for single bytes

static char **sort_pieces; // qsort has no argument for its comparison

static int compare_pieces(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b, order = strcmp(sort_pieces[x], sort_pieces[y]);
	return order != 0 ? order : (x > y) - (x < y);
}

static char *read_all(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *bytes = NULL;
	if (file == NULL)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (*size = ftell(file)) < 64 << 20 && fseek(file, 0, SEEK_SET) == 0)
		bytes = malloc(*size + 1);
	if (bytes != NULL && fread(bytes, 1, *size, file) != *size) {
		free(bytes);
		bytes = NULL;
	}
	fclose(file);
	return bytes;
}

// Copies the pieces out with a NUL behind each: together never longer than the file.
static int read_pieces(struct tokenizer *tokenizer, const char *file, size_t size)
{
	char *to = tokenizer->bytes;
	size_t at = 4;
	for (int i = 0; i < tokenizer->count; i++) {
		int32_t length;
		if (size < 8 || at > size - 8)
			return -EINVAL;
		memcpy(&tokenizer->scores[i], file + at, 4);
		memcpy(&length, file + at + 4, 4);
		at += 8;
		if (length < 0 || (size_t)length > size - at)
			return -EINVAL;
		memcpy(to, file + at, length);
		to[length] = '\0';
		tokenizer->pieces[i] = to;
		tokenizer->sorted[i] = i;
		to += length + 1;
		at += length;
	}
	sort_pieces = tokenizer->pieces;
	qsort(tokenizer->sorted, tokenizer->count, sizeof(int), compare_pieces);
	return 0;
}

int tokenizer_open(struct tokenizer *tokenizer, const char *path, int count)
{
	size_t size = 0;
	*tokenizer = (struct tokenizer){.count = count};
	errno = EINVAL;
	char *file = read_all(path, &size);
	if (file == NULL)
		return -errno;
	tokenizer->pieces = calloc(count, sizeof(char *));
	tokenizer->scores = calloc(count, sizeof(float));
	tokenizer->sorted = calloc(count, sizeof(int));
	tokenizer->bytes = malloc(size + 1);
	int rc = -ENOMEM;
	if (tokenizer->pieces != NULL && tokenizer->scores != NULL && tokenizer->sorted != NULL && tokenizer->bytes != NULL)
		rc = read_pieces(tokenizer, file, size);
	free(file);
	if (rc != 0)
		tokenizer_close(tokenizer);
	return rc;
}

void tokenizer_close(struct tokenizer *tokenizer)
{
	free(tokenizer->pieces);
	free(tokenizer->scores);
	free(tokenizer->sorted);
	free(tokenizer->bytes);
	*tokenizer = (struct tokenizer){0};
}

static int find(const struct tokenizer *tokenizer, const char *text)
{
	int low = 0, high = tokenizer->count;
	while (low < high) {
		int middle = low + (high - low) / 2, order = strcmp(tokenizer->pieces[tokenizer->sorted[middle]], text);
		if (order == 0)
			return tokenizer->sorted[middle];
		*(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
	}
	return -1;
}

static int character_length(const char *text) // of one UTF-8 character; 1 for what is none
{
	int length = 1;
	while (length < 4 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length++;
	return length;
}

// One token a character, or one a byte when the vocabulary lacks the character.
static int split(const struct tokenizer *tokenizer, const char *text, int *tokens, int limit)
{
	int count = 0;
	while (*text != '\0') {
		char character[5] = {0};
		int length = character_length(text), token;
		memcpy(character, text, length);
		token = find(tokenizer, character);
		for (int i = 0; i < (token < 0 ? length : 1); i++) {
			if (count == limit)
				return -E2BIG;
			tokens[count++] = token >= 0 ? token : (unsigned char)text[i] + BYTE_PIECES;
		}
		text += length;
	}
	return count;
}

static int best_pair(const struct tokenizer *tokenizer, const int *tokens, int count, int *merged)
{
	float best = -1e10f;
	int place = -1;
	char pair[512];
	for (int i = 0; i + 1 < count; i++) {
		int token, length = snprintf(pair, sizeof(pair), "%s%s", tokenizer->pieces[tokens[i]], tokenizer->pieces[tokens[i + 1]]);
		if (length >= (int)sizeof(pair) || (token = find(tokenizer, pair)) < 0 || tokenizer->scores[token] <= best)
			continue;
		best = tokenizer->scores[token];
		place = i;
		*merged = token;
	}
	return place;
}

int tokenizer_encode(const struct tokenizer *tokenizer, const char *text, int *tokens, int limit)
{
	int count = 0, space = find(tokenizer, " "), place, merged;
	if (limit < 2 || tokenizer->count <= 258)
		return -E2BIG;
	tokens[count++] = TOKEN_BEGIN;
	if (*text != '\0' && space >= 0)
		tokens[count++] = space; // words carry the space before them; the first one too
	int added = split(tokenizer, text, tokens + count, limit - count);
	if (added < 0)
		return added;
	count += added;
	while ((place = best_pair(tokenizer, tokens, count, &merged)) >= 0) {
		tokens[place] = merged;
		memmove(tokens + place + 1, tokens + place + 2, (count - place - 2) * sizeof(int));
		count--;
	}
	return count;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

const char *tokenizer_decode(const struct tokenizer *tokenizer, int previous, int token, size_t *length)
{
	static char byte[2];
	if (token < 0 || token >= tokenizer->count) {
		*length = 0;
		return "";
	}
	const char *piece = tokenizer->pieces[token];
	if (previous == TOKEN_BEGIN && *piece == ' ')
		piece++;
	*length = strlen(piece);
	if (*length == 6 && memcmp(piece, "<0x", 3) == 0 && hex(piece[3]) >= 0 && hex(piece[4]) >= 0 && piece[5] == '>') {
		byte[0] = hex(piece[3]) * 16 + hex(piece[4]);
		*length = 1;
		return byte;
	}
	return piece;
}
