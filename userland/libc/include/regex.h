// regex.h: POSIX regular expressions. Without back-references a search takes time proportional to text times pattern.
#pragma once
#include <sys/types.h>
#define REG_EXTENDED 1
#define REG_ICASE 2
#define REG_NEWLINE 4
#define REG_NOSUB 8
#define REG_NOTBOL 1
#define REG_NOTEOL 2
#define REG_STARTEND 4 // the text is text[match[0].rm_so, match[0].rm_eo); anchors and words look at what lies before it too
enum {
	REG_NOMATCH = 1, REG_BADPAT, REG_ECOLLATE, REG_ECTYPE, REG_EESCAPE, REG_ESUBREG, REG_EBRACK, REG_EPAREN, REG_EBRACE,
	REG_BADBR, REG_ERANGE, REG_ESPACE, REG_BADRPT
};
typedef long regoff_t;
typedef struct {
	size_t re_nsub; // groups
	struct regex *re_program;
} regex_t;
typedef struct {
	regoff_t rm_so, rm_eo;
} regmatch_t;
int regcomp(regex_t *restrict regex, const char *restrict pattern, int flags);
int regexec(const regex_t *restrict regex, const char *restrict text, size_t count, regmatch_t *restrict match, int flags);
size_t regerror(int code, const regex_t *restrict regex, char *restrict to, size_t size);
void regfree(regex_t *regex);
