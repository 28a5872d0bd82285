// find.c: walks trees and asks an expression about each file; xargs, which makes commands of words.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

#define BATCH_BYTES 100000 // of arguments, far below what exec takes
#define BATCH_WORDS 4000

enum test { NOT, AND, OR, COMMA, NAME, INAME, PATH, TYPE, SIZE, PERM, MTIME, MMIN, NEWER, USER, GROUP, LINKS, INUM, EMPTY, TRUE, FALSE,
	    PRUNE, QUIT, PRINT, PRINT0, LS, DELETE, EXEC, EXEC_PLUS, OK, PRINTF };

struct expression {
	enum test test;
	struct expression *left, *right;
	const char *text;
	char compare; // + - or =
	long number;
	struct timespec when;
	char **command; // EXEC: up to NULL
	int words;	// EXEC_PLUS: how many the fixed part has; then the batch
	char **batch;
	int batched;
	size_t bytes;
};

struct file {
	const char *path, *name;
	struct stat status;
	int depth;
	bool pruned;
};

static struct call *find_call;
static char **word;
static bool acts, depth_first, one_device, follows, quit;
static long depth_least, depth_most = LONG_MAX;
static int find_status;
static struct expression *pluses[32];
static int plus_count;

static struct expression *parse_comma(void);

static void __attribute__((noreturn)) die(const char *what, const char *why)
{
	complain(find_call, "%s: %s", what, why);
	exit(1);
}

static struct expression *new_expression(enum test test, struct expression *left, struct expression *right)
{
	struct expression *expression = calloc(1, sizeof(*expression));
	if (expression == NULL)
		die("find", "out of memory");
	*expression = (struct expression){.test = test, .left = left, .right = right};
	return expression;
}

static const char *take_word(const char *option)
{
	if (*word == NULL)
		die(option, "an argument is missing");
	return *word++;
}

// "+5", "-5" or "5".
static void take_count(struct expression *expression, const char *option)
{
	const char *text = take_word(option);
	char *end;
	expression->compare = *text == '+' || *text == '-' ? *text : '=';
	expression->number = strtol(text + (expression->compare != '='), &end, 10);
	if (end == text)
		die(option, "a number is wanted");
	expression->text = end;
}

static bool compares(const struct expression *expression, long value)
{
	return expression->compare == '+'   ? value > expression->number
	       : expression->compare == '-' ? value < expression->number
					    : value == expression->number;
}

static void take_command(struct expression *expression, bool may_collect)
{
	char **start = word;
	while (*word != NULL && strcmp(*word, ";") != 0) {
		if (may_collect && word > start && strcmp(*word, "+") == 0 && strcmp(word[-1], "{}") == 0) {
			expression->test = EXEC_PLUS;
			expression->words = (int)(word - start) - 1;
			expression->batch = calloc(expression->words + BATCH_WORDS + 1, sizeof(char *));
			if (expression->batch == NULL || plus_count == 32)
				die("-exec", "too many");
			memcpy(expression->batch, start, expression->words * sizeof(char *));
			pluses[plus_count++] = expression;
			break;
		}
		word++;
	}
	if (*word == NULL || word == start)
		die("-exec", "a command and ';' are wanted");
	*word++ = NULL;
	expression->command = start;
}

static void take_permissions(struct expression *expression)
{
	const char *text = take_word("-perm");
	char *end;
	expression->compare = *text == '-' || *text == '/' ? *text : '=';
	expression->number = strtol(text + (expression->compare != '='), &end, 8);
	if (*end != '\0')
		die("-perm", "an octal mode is wanted");
}

static void take_newer(struct expression *expression)
{
	struct stat status;
	const char *path = take_word("-newer");
	if (stat(path, &status) < 0)
		die(path, strerror(errno));
	expression->when = status.st_mtim;
}

static void take_owner(struct expression *expression, bool user)
{
	const char *text = take_word(user ? "-user" : "-group");
	struct passwd *entry = user ? getpwnam(text) : NULL;
	struct group *group = user ? NULL : getgrnam(text);
	char *end;
	expression->compare = '=';
	expression->number = entry != NULL ? (long)entry->pw_uid : group != NULL ? (long)group->gr_gid : strtol(text, &end, 10);
	if (entry == NULL && group == NULL && (*end != '\0' || end == text))
		die(text, "no such user or group");
}

static const struct {
	const char *name;
	enum test test;
	char kind; // t: takes a text, c: a count
} tests[] = {{"-name", NAME, 't'}, {"-iname", INAME, 't'}, {"-path", PATH, 't'}, {"-wholename", PATH, 't'}, {"-type", TYPE, 't'},
	     {"-size", SIZE, 'c'}, {"-mtime", MTIME, 'c'}, {"-mmin", MMIN, 'c'}, {"-links", LINKS, 'c'}, {"-inum", INUM, 'c'},
	     {"-perm", PERM, 0}, {"-newer", NEWER, 0}, {"-user", USER, 0}, {"-group", GROUP, 0}, {"-empty", EMPTY, 0},
	     {"-true", TRUE, 0}, {"-false", FALSE, 0}, {"-prune", PRUNE, 0}, {"-quit", QUIT, 0}, {"-print", PRINT, 0},
	     {"-print0", PRINT0, 0}, {"-ls", LS, 0}, {"-delete", DELETE, 0}, {"-exec", EXEC, 0}, {"-ok", OK, 0}, {"-printf", PRINTF, 't'}};

// The options that say how to walk; they are true. False: it is none.
static bool take_walk_option(const char *name)
{
	if (strcmp(name, "-depth") == 0 || strcmp(name, "-d") == 0)
		depth_first = true;
	else if (strcmp(name, "-xdev") == 0 || strcmp(name, "-mount") == 0)
		one_device = true;
	else if (strcmp(name, "-follow") == 0)
		follows = true;
	else if (strcmp(name, "-maxdepth") == 0)
		depth_most = atol(take_word(name));
	else if (strcmp(name, "-mindepth") == 0)
		depth_least = atol(take_word(name));
	else
		return false;
	return true;
}

static struct expression *parse_primary(void)
{
	const char *name = take_word("expression");
	if (strcmp(name, "!") == 0 || strcmp(name, "-not") == 0)
		return new_expression(NOT, parse_primary(), NULL);
	if (strcmp(name, "(") == 0) {
		struct expression *inner = parse_comma();
		if (*word == NULL || strcmp(*word++, ")") != 0)
			die("(", "')' is missing");
		return inner;
	}
	if (take_walk_option(name))
		return new_expression(TRUE, NULL, NULL);
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (strcmp(tests[i].name, name) != 0)
			continue;
		struct expression *expression = new_expression(tests[i].test, NULL, NULL);
		if (tests[i].kind == 't')
			expression->text = take_word(name);
		else if (tests[i].kind == 'c')
			take_count(expression, name);
		else if (tests[i].test == PERM)
			take_permissions(expression);
		else if (tests[i].test == NEWER)
			take_newer(expression);
		else if (tests[i].test == USER || tests[i].test == GROUP)
			take_owner(expression, tests[i].test == USER);
		else if (tests[i].test == EXEC || tests[i].test == OK)
			take_command(expression, tests[i].test == EXEC);
		depth_first |= tests[i].test == DELETE;
		acts |= tests[i].test >= PRINT;
		return expression;
	}
	die(name, "unknown test");
}

static bool at_operator(const char *a, const char *b)
{
	return *word != NULL && (strcmp(*word, a) == 0 || strcmp(*word, b) == 0);
}

static struct expression *parse_and(void)
{
	struct expression *left = parse_primary();
	while (*word != NULL && !at_operator("-o", "-or") && !at_operator(")", ",")) {
		word += at_operator("-a", "-and");
		left = new_expression(AND, left, parse_primary());
	}
	return left;
}

static struct expression *parse_or(void)
{
	struct expression *left = parse_and();
	while (at_operator("-o", "-or")) {
		word++;
		left = new_expression(OR, left, parse_and());
	}
	return left;
}

static struct expression *parse_comma(void)
{
	struct expression *left = parse_or();
	while (at_operator(",", ",")) {
		word++;
		left = new_expression(COMMA, left, parse_or());
	}
	return left;
}

static bool run_words(char **words)
{
	int status = 0;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		execvp(words[0], words);
		fail(find_call, words[0]);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && status == 0;
}

// `text` with each "{}" replaced; the caller frees it.
static char *put_in(const char *text, const char *mark, const char *path)
{
	size_t length = strlen(text), marks = 0;
	for (const char *at = text; (at = strstr(at, mark)) != NULL; at += strlen(mark))
		marks++;
	char *result = malloc(length + marks * strlen(path) + 1), *to = result;
	while (result != NULL && *text != '\0') {
		if (strncmp(text, mark, strlen(mark)) == 0) {
			to = stpcpy(to, path);
			text += strlen(mark);
		} else {
			*to++ = *text++;
		}
	}
	if (result != NULL)
		*to = '\0';
	return result;
}

static bool run_exec(const struct expression *expression, const char *path)
{
	char *words[256];
	int count = 0;
	for (; expression->command[count] != NULL && count < 255; count++)
		words[count] = put_in(expression->command[count], "{}", path);
	words[count] = NULL;
	bool go = true;
	if (expression->test == OK) {
		fprintf(stderr, "< %s ... %s > ? ", words[0], path);
		int c = getchar();
		go = c == 'y' || c == 'Y';
		while (c != '\n' && c != EOF)
			c = getchar();
	}
	go = go && run_words(words);
	while (count > 0)
		free(words[--count]);
	return go;
}

static void flush_batch(struct expression *expression)
{
	if (expression->batched == 0)
		return;
	expression->batch[expression->words + expression->batched] = NULL;
	if (!run_words(expression->batch))
		find_status = 1;
	while (expression->batched > 0)
		free(expression->batch[expression->words + --expression->batched]);
	expression->bytes = 0;
}

static bool collect(struct expression *expression, const char *path)
{
	if (expression->batched == BATCH_WORDS || expression->bytes + strlen(path) > BATCH_BYTES)
		flush_batch(expression);
	expression->batch[expression->words + expression->batched++] = strdup(path);
	expression->bytes += strlen(path) + 1;
	return true;
}

static bool is_empty(const struct file *file)
{
	if (S_ISREG(file->status.st_mode))
		return file->status.st_size == 0;
	DIR *directory = S_ISDIR(file->status.st_mode) ? opendir(file->path) : NULL;
	int entries = 0;
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL && entries < 3;)
		entries++;
	bool empty = directory != NULL && entries == 2;
	if (directory != NULL)
		closedir(directory);
	return empty;
}

static bool has_size(const struct expression *expression, off_t size)
{
	long unit = *expression->text == 'c' ? 1 : *expression->text == 'w' ? 2 : *expression->text == 'k' ? 1024
		  : *expression->text == 'M' ? 1048576 : *expression->text == 'G' ? 1073741824 : 512;
	return compares(expression, (size + unit - 1) / unit);
}

static bool has_permissions(const struct expression *expression, mode_t mode)
{
	mode_t wanted = (mode_t)expression->number;
	mode &= 07777;
	return expression->compare == '-'   ? (mode & wanted) == wanted
	       : expression->compare == '/' ? wanted == 0 || (mode & wanted) != 0
					    : mode == wanted;
}

static char type_letter(mode_t mode)
{
	static const char letters[] = "?pc?d?b?f?l?s???";
	return letters[mode >> 12 & 15];
}

static void print_formatted(const char *format, const struct file *file)
{
	for (; *format != '\0'; format++) {
		if (*format == '\\') {
			const char *letter = strchr("n\nt\t0\0\\\\", *++format);
			putchar(letter != NULL ? letter[1] : *format);
			continue;
		}
		if (*format != '%') {
			putchar(*format);
			continue;
		}
		switch (*++format) {
		case 'p': fputs(file->path, stdout); break;
		case 'f': fputs(file->name, stdout); break;
		case 's': printf("%ld", file->status.st_size); break;
		case 'm': printf("%o", file->status.st_mode & 07777); break;
		case 'y': putchar(type_letter(file->status.st_mode)); break;
		case 'd': printf("%d", file->depth); break;
		case 'i': printf("%lu", file->status.st_ino); break;
		case 'n': printf("%lu", file->status.st_nlink); break;
		case 'U': printf("%u", file->status.st_uid); break;
		case 'G': printf("%u", file->status.st_gid); break;
		case 'T': printf("%ld", file->status.st_mtime); format += format[1] != '\0'; break;
		default: putchar(*format);
		}
	}
}

static bool delete_file(const struct file *file)
{
	if (strcmp(file->path, ".") == 0 || strcmp(file->path, "..") == 0)
		return true;
	if ((S_ISDIR(file->status.st_mode) ? rmdir : unlink)(file->path) == 0)
		return true;
	find_status = fail(find_call, file->path);
	return false;
}

static void print_ls(const struct file *file)
{
	char when[32];
	strftime(when, sizeof(when), "%b %e %H:%M", localtime(&(time_t){file->status.st_mtime}));
	printf("%7lu %5ld %c%03o %3lu %5u %5u %9ld %s %s\n", file->status.st_ino, file->status.st_blocks / 2,
	       type_letter(file->status.st_mode), file->status.st_mode & 0777, file->status.st_nlink, file->status.st_uid,
	       file->status.st_gid, file->status.st_size, when, file->path);
}

static bool holds(struct expression *expression, struct file *file)
{
	const struct stat *status = &file->status;
	time_t now = time(NULL);
	switch (expression->test) {
	case NOT: return !holds(expression->left, file);
	case AND: return holds(expression->left, file) && !quit && holds(expression->right, file);
	case OR: return holds(expression->left, file) || (!quit && holds(expression->right, file));
	case COMMA: return holds(expression->left, file), holds(expression->right, file);
	case NAME: return fnmatch(expression->text, file->name, 0) == 0;
	case INAME: return fnmatch(expression->text, file->name, FNM_CASEFOLD) == 0;
	case PATH: return fnmatch(expression->text, file->path, 0) == 0;
	case TYPE: return strchr(expression->text, type_letter(status->st_mode)) != NULL;
	case SIZE: return has_size(expression, status->st_size);
	case PERM: return has_permissions(expression, status->st_mode);
	case MTIME: return compares(expression, (now - status->st_mtime) / 86400);
	case MMIN: return compares(expression, (now - status->st_mtime + 59) / 60);
	case NEWER:
		return status->st_mtim.tv_sec > expression->when.tv_sec ||
		       (status->st_mtim.tv_sec == expression->when.tv_sec && status->st_mtim.tv_nsec > expression->when.tv_nsec);
	case USER: return compares(expression, status->st_uid);
	case GROUP: return compares(expression, status->st_gid);
	case LINKS: return compares(expression, (long)status->st_nlink);
	case INUM: return compares(expression, (long)status->st_ino);
	case EMPTY: return is_empty(file);
	case TRUE: return true;
	case FALSE: return false;
	case PRUNE: return file->pruned = true;
	case QUIT: return quit = true;
	case PRINT: return puts(file->path) >= 0;
	case PRINT0: return fwrite(file->path, 1, strlen(file->path) + 1, stdout) > 0;
	case LS: return print_ls(file), true;
	case DELETE: return delete_file(file);
	case EXEC_PLUS: return collect(expression, file->path);
	case PRINTF: return print_formatted(expression->text, file), true;
	default: return run_exec(expression, file->path);
	}
}

static void walk(const char *path, int depth, dev_t device, struct expression *expression)
{
	const char *slash = strrchr(path, '/');
	struct file file = {path, slash != NULL && slash[1] != '\0' ? slash + 1 : path, {0}, depth, false};
	bool follow = follows || (find_call->option['H'] && depth == 0);
	if ((follow ? stat : lstat)(path, &file.status) < 0 && (!follow || lstat(path, &file.status) < 0)) {
		find_status = fail(find_call, path);
		return;
	}
	if (depth == 0)
		device = file.status.st_dev;
	bool inside = S_ISDIR(file.status.st_mode) && depth < depth_most && !(one_device && file.status.st_dev != device);
	if (!depth_first && depth >= depth_least)
		holds(expression, &file);
	DIR *directory = inside && !file.pruned && !quit && depth < 10 * DEPTH_MAX ? opendir(path) : NULL;
	if (inside && !file.pruned && !quit && directory == NULL)
		find_status = fail(find_call, path);
	for (struct dirent *entry; directory != NULL && !quit && (entry = readdir(directory)) != NULL;) {
		char *below;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		bool bare = path[strlen(path) - 1] == '/';
		if (asprintf(&below, "%s%s%s", path, bare ? "" : "/", entry->d_name) < 0)
			die(path, "out of memory");
		walk(below, depth + 1, device, expression);
		free(below);
	}
	if (directory != NULL)
		closedir(directory);
	if (depth_first && depth >= depth_least && !quit)
		holds(expression, &file);
}

static int run_find(struct call *call)
{
	static char *here[] = {".", NULL};
	char **paths = call->operands;
	int count = 0;
	find_call = call;
	for (; *paths != NULL && (strcmp(*paths, "-H") == 0 || strcmp(*paths, "-L") == 0 || strcmp(*paths, "-P") == 0); paths++) {
		follows = (*paths)[1] == 'L';
		call->option['H'] = (*paths)[1] == 'H';
	}
	while (paths[count] != NULL && paths[count][0] != '-' && strcmp(paths[count], "(") != 0 && strcmp(paths[count], "!") != 0)
		count++;
	word = paths + count;
	struct expression *expression = *word != NULL ? parse_comma() : new_expression(TRUE, NULL, NULL);
	if (*word != NULL)
		die(*word, "not expected here");
	if (!acts)
		expression = new_expression(AND, expression, new_expression(PRINT, NULL, NULL));
	for (int i = 0; i < (count > 0 ? count : 1) && !quit; i++)
		walk(count > 0 ? paths[i] : here[0], 0, 0, expression);
	for (int i = 0; i < plus_count; i++)
		flush_batch(pluses[i]);
	return find_status;
}

// xargs

static struct {
	char **word;
	int fixed, count, limit;
	size_t bytes, most;
} line;
static int xargs_status;

// 0 to 125: go on; 255 stops with 124; a command that cannot be run is 126 or 127.
static void xargs_run(struct call *call)
{
	int status;
	if (call->option['t']) {
		for (int i = 0; i < line.count; i++)
			fprintf(stderr, "%s%s", i > 0 ? " " : "", line.word[i]);
		fputs("\n", stderr);
	}
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);
		if (null > 0)
			dup2(null, 0);
		line.word[line.count] = NULL;
		execvp(line.word[0], line.word);
		int reason = errno;
		fail(call, line.word[0]);
		_exit(reason == ENOENT ? 127 : 126);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || WIFSIGNALED(status))
		exit(125);
	if (WEXITSTATUS(status) == 255)
		complain(call, "%s: exited with status 255; stopping", line.word[0]);
	if (WEXITSTATUS(status) >= 126)
		exit(WEXITSTATUS(status) == 255 ? 124 : WEXITSTATUS(status));
	if (WEXITSTATUS(status) != 0)
		xargs_status = 123;
}

// The next word: blanks and newlines part, quotes and backslashes keep; with -0, -d or -I another separator. NULL: the end.
static char *xargs_word(struct call *call, int separator, bool *line_ends)
{
	char *text = NULL;
	size_t size = 0, room = 0;
	int c, quote = 0;
	bool any = false;
	*line_ends = false;
	while ((c = getchar()) != EOF) {
		bool plain = separator >= 0;
		if (plain ? c == separator : quote == 0 && (isspace(c))) {
			*line_ends = c == '\n';
			if (any || (plain && separator != '\n'))
				break;
			continue;
		}
		if (!plain && quote == 0 && (c == '\'' || c == '"')) {
			quote = c;
			any = true;
			continue;
		}
		if (!plain && c == quote) {
			quote = 0;
			continue;
		}
		if (!plain && quote == 0 && c == '\\' && (c = getchar()) == EOF)
			break;
		if (!plain && quote != 0 && c == '\n')
			quote = -1;
		if (quote < 0)
			break;
		if (plain && !any && separator == '\n' && isspace(c) && call->option['I'])
			continue; // -I: leading blanks go
		any = true;
		if (size + 2 > room)
			text = realloc(text, room = 2 * room + 64);
		text[size++] = (char)c;
	}
	if (quote != 0) {
		complain(call, "unmatched quote");
		exit(1);
	}
	if (!any && (c == EOF || separator < 0))
		return NULL;
	if (text == NULL)
		return strdup("");
	text[size] = '\0';
	return text;
}

static void xargs_replace(struct call *call, char **words, int count, int separator)
{
	bool ends;
	for (char *text; (text = xargs_word(call, separator, &ends)) != NULL; free(text)) {
		for (line.count = 0; line.count < count; line.count++)
			line.word[line.count] = put_in(words[line.count], call->value['I'], text);
		xargs_run(call);
		for (int i = 0; i < count; i++)
			free(line.word[i]);
	}
}

static int run_xargs(struct call *call)
{
	static char *echo[] = {"echo"};
	char **words = call->count > 0 ? call->operands : echo;
	int count = call->count > 0 ? call->count : 1, separator = call->option['0'] ? 0 : -1;
	long most = BATCH_WORDS, lines = 0, found = 0, bytes = BATCH_BYTES;
	bool ends, ran = false;
	if ((call->option['n'] && take_number(call, call->value['n'], &most) < 0) || (call->option['s'] && take_number(call, call->value['s'], &bytes) < 0) ||
	    (call->option['L'] && take_number(call, call->value['L'], &lines) < 0) || (most < 1 && complain(call, "-n %ld: at least 1", most)))
		return 1;
	if (call->option['d'])
		separator = strcmp(call->value['d'], "\\n") == 0 ? '\n' : strcmp(call->value['d'], "\\0") == 0 ? 0 : (unsigned char)*call->value['d'];
	most = most > BATCH_WORDS ? BATCH_WORDS : most;
	line.word = calloc(count + BATCH_WORDS + 2, sizeof(char *));
	if (line.word == NULL)
		return fail(call, NULL);
	if (call->option['I']) {
		xargs_replace(call, words, count, separator < 0 ? '\n' : separator);
		return xargs_status;
	}
	memcpy(line.word, words, count * sizeof(char *));
	line.count = count;
	for (char *text; (text = xargs_word(call, separator, &ends)) != NULL;) {
		if (call->option['E'] && strcmp(text, call->value['E']) == 0)
			break;
		if (line.count > count && line.bytes + strlen(text) > (size_t)bytes) {
			xargs_run(call);
			ran = true;
			line.count = count;
			line.bytes = 0;
		}
		line.word[line.count++] = text;
		line.bytes += strlen(text) + 1;
		found += ends;
		if (line.count - count < most && !(lines > 0 && found >= lines))
			continue;
		xargs_run(call);
		ran = true;
		line.count = count;
		line.bytes = 0;
		found = 0;
	}
	if (line.count > count || (!ran && !call->option['r']))
		xargs_run(call);
	return xargs_status;
}

TOOL("find", NULL, "[-HL] [PATH...] [EXPRESSION]", "Walks trees: -name -iname -path -type -size -perm -mtime -mmin -newer -user -group -links -inum\n"
     "-empty -maxdepth -mindepth -depth -xdev -prune -quit ! -a -o ( ) , -print -print0 -printf -ls -delete -exec ... ;|+ -ok", 0, -1, run_find)
TOOL("xargs", "+0rtn:s:I:E:L:d: null=0 no-run-if-empty=r verbose=t max-args=n delimiter=d", "[-0rt] [-n MOST] [-L LINES] [-I MARK] [-d C] [COMMAND...]",
     "Makes commands of the words it reads.", 0, -1, run_xargs)
