// streams.c: records in, texts out: files and commands by name, and the files of the command line.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userland/lib/awk/awk.h"
#include "userland/lib/awk/internal.h"

struct stream {
	struct stream *next;
	int kind;
	struct text *name;
	FILE *file;
	char *buffer; // what was read and belongs to the next record
	size_t start, size, room;
	bool ended;
};
static struct stream *streams;

static FILE *open_stream(int kind, const char *name)
{
	if (kind == '|' || kind == 'r') {
		fflush(stdout);
		return popen(name, kind == 'r' ? "r" : "w");
	}
	if (strcmp(name, "-") == 0 || strcmp(name, "/dev/stdin") == 0 || strcmp(name, "/dev/stdout") == 0)
		return kind == '<' ? stdin : stdout;
	if (strcmp(name, "/dev/stderr") == 0 && kind != '<')
		return stderr;
	return fopen(name, kind == '<' ? "r" : kind == '>' ? "w" : "a");
}

static bool is_file(int kind) // written to: ">" and ">>" of one name are one stream
{
	return kind != '<' && kind != 'r' && kind != '|';
}

struct stream *stream_of(int kind, struct value name)
{
	name = value_text(name);
	struct stream *stream = streams;
	while (stream != NULL && ((stream->kind != kind && !(is_file(kind) && is_file(stream->kind))) ||
				  stream->name->size != name.text->size ||
				  memcmp(stream->name->bytes, name.text->bytes, name.text->size) != 0))
		stream = stream->next;
	if (stream == NULL) {
		FILE *file = open_stream(kind, name.text->bytes);
		if (file == NULL && kind != '<' && kind != 'r')
			awk_die("cannot open %s: %s", name.text->bytes, strerror(errno));
		if (file != NULL) {
			stream = awk_keep(calloc(1, sizeof(*stream)));
			*stream = (struct stream){.next = streams, .kind = kind, .name = value_share(name).text, .file = file};
			streams = stream;
		}
	}
	value_drop(name);
	return stream;
}

void stream_write(struct stream *stream, const char *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, stream != NULL ? stream->file : stdout) != size && size > 0)
		awk_die("write error: %s", strerror(errno));
	if (stream != NULL && stream->file == stderr)
		fflush(stderr);
}

// More bytes behind those there are. False at the end.
static bool fill(struct stream *stream)
{
	if (stream->ended)
		return false;
	if (stream->start > 0) {
		memmove(stream->buffer, stream->buffer + stream->start, stream->size - stream->start);
		stream->size -= stream->start;
		stream->start = 0;
	}
	if (stream->room - stream->size < 4096)
		stream->buffer = awk_keep(realloc(stream->buffer, stream->room = 2 * stream->room + 8192));
	ssize_t part;
	fflush(stdout);
	do
		part = read(fileno(stream->file), stream->buffer + stream->size, stream->room - stream->size - 1);
	while (part < 0 && errno == EINTR);
	stream->ended = part <= 0;
	stream->size += part > 0 ? part : 0;
	return part > 0;
}

// Finds the end of the first record in what was read: *size bytes, then *skip of separator. False: more must
// be read first.
static bool find_record(const struct stream *stream, const struct text *separator, const regex_t *regex,
			size_t *size, size_t *skip)
{
	const char *from = stream->buffer + stream->start;
	size_t left = stream->size - stream->start;
	if (regex != NULL) {
		regmatch_t match = {(regoff_t)stream->start, (regoff_t)stream->size};
		if (left == 0 || regexec(regex, stream->buffer, 1, &match, REG_STARTEND) != 0 ||
		    match.rm_so == match.rm_eo || ((size_t)match.rm_eo == stream->size && !stream->ended))
			return false;
		*size = match.rm_so - stream->start;
		*skip = match.rm_eo - match.rm_so;
		return true;
	}
	if (separator->size == 0) { // paragraphs: one empty line or more ends one
		const char *found = memmem(from, left, "\n\n", 2);
		if (found == NULL)
			return false;
		*size = found - from;
		for (*skip = 2; *size + *skip < left && from[*size + *skip] == '\n';)
			++*skip;
		return *size + *skip < left || stream->ended;
	}
	const char *found = memchr(from, separator->bytes[0], left);
	*size = found != NULL ? (size_t)(found - from) : 0;
	*skip = 1;
	return found != NULL;
}

bool stream_read(struct stream *stream, struct value *record)
{
	struct value separator = value_text(awk_get(V_RS));
	const regex_t *regex = separator.text->size > 1 ? awk_dynamic_regex(value_share(separator)) : NULL;
	size_t size, skip;
	for (;;) {
		if (separator.text->size == 0) // newlines before a paragraph go
			while (stream->start < stream->size && stream->buffer[stream->start] == '\n')
				stream->start++;
		if (stream->start < stream->size && find_record(stream, separator.text, regex, &size, &skip))
			break;
		if (fill(stream))
			continue;
		if (stream->start < stream->size && find_record(stream, separator.text, regex, &size, &skip))
			break;
		size = stream->size - stream->start;
		skip = 0;
		if (separator.text->size == 0 && size > 0 && stream->buffer[stream->size - 1] == '\n') {
			size--;
			skip = 1;
		}
		break;
	}
	value_drop(separator);
	if (size + skip == 0)
		return false;
	*record = value_input(stream->buffer + stream->start, size);
	stream->start += size + skip;
	return true;
}

static int close_one(struct stream **slot)
{
	struct stream *stream = *slot;
	*slot = stream->next;
	int rc = 0;
	if (stream->kind == '|' || stream->kind == 'r') {
		rc = pclose(stream->file);
		rc = WIFSIGNALED(rc) ? 256 + WTERMSIG(rc) : WEXITSTATUS(rc);
	} else if (stream->file == stdout || stream->file == stderr || stream->file == stdin) {
		fflush(stream->file);
	} else {
		rc = fclose(stream->file);
	}
	value_drop((struct value){V_STRING, 0, stream->name});
	free(stream->buffer);
	free(stream);
	return rc;
}

int stream_close(struct value name)
{
	int rc = -1;
	name = value_text(name);
	for (struct stream **slot = &streams; *slot != NULL;)
		if (strcmp((*slot)->name->bytes, name.text->bytes) == 0)
			rc = close_one(slot);
		else
			slot = &(*slot)->next;
	value_drop(name);
	return rc;
}

int streams_flush(const struct value *name)
{
	int rc = name == NULL ? fflush(stdout) : -1;
	for (struct stream *stream = streams; stream != NULL; stream = stream->next)
		if (stream->kind != '<' && stream->kind != 'r' &&
		    (name == NULL || strcmp(stream->name->bytes, name->text->bytes) == 0))
			rc = fflush(stream->file);
	return rc;
}

int streams_close(void)
{
	int rc = 0;
	fflush(stdout);
	while (streams != NULL)
		rc |= close_one(&streams) < 0;
	return rc;
}

static struct stream *main_stream;
static int argument = 1;
static bool used_file;

// Opens the next file that ARGV names, doing its assignments on the way. False at the end.
static bool main_open(void)
{
	for (;;) {
		int count = (int)value_take_number(awk_get(V_ARGC));
		struct value *slot = NULL;
		if (argument < count) {
			struct value key = value_text(value_number(argument++));
			slot = array_find(awk_cell(V_ARGV)->array, key, false);
			value_drop(key);
			if (slot == NULL)
				continue;
		} else if (used_file) {
			return false;
		}
		struct value name = slot != NULL ? value_text(value_share(*slot)) : value_string("-", 1);
		const char *text = name.text->bytes, *equals = strchr(text, '=');
		size_t length = 0;
		while (isalnum((unsigned char)text[length]) || text[length] == '_')
			length++;
		if (slot != NULL && equals == text + length && length > 0 && !isdigit((unsigned char)*text)) {
			char *variable = strndup(text, length);
			awk_assign(variable, equals + 1);
			free(variable);
		} else if (*text != '\0') {
			used_file = true;
			FILE *file = strcmp(text, "-") == 0 ? stdin : fopen(text, "r");
			if (file == NULL) {
				fflush(stdout);
				fprintf(stderr, "awk: cannot open %s: %s\n", text, strerror(errno));
				exit(2);
			}
			main_stream = awk_keep(calloc(1, sizeof(*main_stream)));
			main_stream->file = file;
			awk_set(V_FILENAME, slot != NULL ? value_share(name) : value_string("", 0));
			awk_set(V_FNR, value_number(0));
		}
		value_drop(name);
		if (main_stream != NULL)
			return true;
	}
}

void main_next_file(void)
{
	if (main_stream == NULL)
		return;
	if (main_stream->file != stdin)
		fclose(main_stream->file);
	free(main_stream->buffer);
	free(main_stream);
	main_stream = NULL;
}

bool main_read(struct value *record)
{
	for (;;) {
		if (main_stream == NULL && !main_open())
			return false;
		if (stream_read(main_stream, record))
			return true;
		main_next_file();
	}
}
