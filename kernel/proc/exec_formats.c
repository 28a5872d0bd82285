// exec_formats.c: programs that name another to run them: "#!" scripts, and PT_INTERP (the dynamic linker of the psABI).
#include "kernel/fs/fs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/exec.h"

static char *skip_blanks(char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

// Cuts "#!interpreter argument" into its two words; both end in the head itself. NULL: there is no interpreter.
static char *script_words(struct exec *exec, char **argument)
{
	char *line = (char *)exec->head + 2, *end = memchr(line, '\n', exec->head_size - 2);
	if (end == NULL)
		return NULL;
	while (end > line && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	*end = '\0';
	line = *argument = skip_blanks(line);
	while (**argument != '\0' && **argument != ' ' && **argument != '\t')
		++*argument;
	if (**argument != '\0')
		*(*argument)++ = '\0';
	*argument = skip_blanks(*argument);
	return *line != '\0' ? line : NULL;
}

// Puts the interpreter, its argument and the script's path in the place of argv[0], and opens the interpreter.
int exec_script(struct exec *exec, const char *script)
{
	char *argument, *line = script_words(exec, &argument);
	if (line == NULL)
		return -ENOEXEC;
	struct strings old = exec->arguments;
	exec->arguments = (struct strings){0};
	int rc = strings_add(&exec->arguments, line, strlen(line) + 1);
	if (rc == 0 && *argument != '\0')
		rc = strings_add(&exec->arguments, argument, strlen(argument) + 1);
	if (rc == 0)
		rc = strings_add(&exec->arguments, script, strlen(script) + 1);
	size_t at = old.count != 0 ? strlen(old.bytes) + 1 : 0;
	for (uint32_t i = 1; rc == 0 && i < old.count; i++) {
		size_t size = strlen(old.bytes + at) + 1;
		rc = strings_add(&exec->arguments, old.bytes + at, size);
		at += size;
	}
	kfree(old.bytes);
	char *interpreter = rc == 0 ? kmalloc(PATH_MAX, ALLOC_SLEEP) : NULL;
	if (rc == 0 && interpreter == NULL)
		rc = -ENOMEM;
	if (rc == 0) {
		strlcpy(interpreter, line, PATH_MAX);
		rc = exec_open(exec, interpreter);
	}
	kfree(interpreter);
	return rc;
}

static int load_interpreter(struct exec *exec, const char *path)
{
	struct exec *other = kzalloc(sizeof(*other), ALLOC_SLEEP);
	if (other == NULL)
		return -ENOMEM;
	int rc = exec_open(other, path);
	if (rc == 0 && elf64_check(other->head, other->head_size, other->file->inode->size) != 0)
		rc = -ENOEXEC;
	if (rc == 0) {
		other->mm = exec->mm;
		rc = exec_map_image(other, other->file, other->head, 0x7f0000000000 + random_pages(24), &exec->interpreter_base);
		exec->entry = ((struct elf64_header *)other->head)->entry + exec->interpreter_base;
	}
	if (other->file != NULL)
		file_put(other->file);
	kfree(other);
	return rc;
}

int exec_interpreter(struct exec *exec, const struct elf64_segment *segment)
{
	char path[256];
	if (segment->file_size == 0 || segment->file_size >= sizeof(path))
		return -ENOEXEC;
	if (file_read_kernel(exec->file, path, segment->file_size, segment->offset) != (long)segment->file_size)
		return -ENOEXEC;
	path[segment->file_size] = '\0';
	return load_interpreter(exec, path);
}
