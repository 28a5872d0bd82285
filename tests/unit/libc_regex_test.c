// libc_regex_test.c: our regcomp and regexec beside the host's on random patterns and texts: whether, where, and each group.
#include <criterion/criterion.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

typedef struct {
	size_t re_nsub;
	struct regex *re_program;
} our_regex_t;
#define regex_t our_regex_t
#define regcomp our_regcomp
#define regexec our_regexec
#define regerror our_regerror
#define regfree our_regfree
int our_regcomp(our_regex_t *restrict regex, const char *restrict pattern, int flags);
int our_regexec(const our_regex_t *restrict regex, const char *restrict text, size_t count, regmatch_t *restrict match, int flags);
size_t our_regerror(int code, const our_regex_t *restrict regex, char *restrict to, size_t size);
void our_regfree(our_regex_t *regex);
#include "tests/unit/seeds.h"
#include "userland/libc/regex.c"
#undef regex_t
#undef regcomp
#undef regexec
#undef regerror
#undef regfree

#include "tests/unit/cases.h"

#define MATCHES 5

static void draw_text(char *text, const char *alphabet, int longest)
{
	int length = (int)draw(longest + 1);
	for (int i = 0; i < length; i++)
		text[i] = alphabet[draw((unsigned)strlen(alphabet))];
	text[length] = '\0';
}

// A random pattern that POSIX gives a meaning: pieces, groups, choices, repeats. Returns what follows it.
static char *draw_pattern(char *to, bool extended, int depth, int *groups)
{
	static const char *const pieces[] = {"a", "b", "ab", ".", "[ab]", "[^a]", "[a-c]", "[[:alpha:]]", "c", "[]b]", "[b-]"};
	static const char *const repeats[2][7] = {{"*", "\\{1,2\\}", "\\{2\\}", "\\{0,1\\}", "", "", ""},
						  {"*", "+", "?", "{1,2}", "{0,2}", "", ""}};
	for (unsigned parts = 1 + draw(3); parts > 0; parts--) {
		if (depth < 3 && *groups < 3 && draw(4) == 0) {
			++*groups;
			to = stpcpy(to, extended ? "(" : "\\(");
			to = draw_pattern(to, extended, depth + 1, groups);
			to = stpcpy(to, extended ? ")" : "\\)");
		} else {
			to = stpcpy(to, pieces[draw(11)]);
		}
		to = stpcpy(to, repeats[extended][draw(7)]);
	}
	if (extended && draw(5) == 0 && depth < 3)
		to = draw_pattern(stpcpy(to, "|"), extended, depth + 1, groups);
	return to;
}

static bool differs(const char *pattern, const char *text, int flags, int run_flags, size_t compared)
{
	regmatch_t wanted[MATCHES], got[MATCHES];
	regex_t host;
	our_regex_t ours;
	if (regcomp(&host, pattern, flags) != 0)
		return false;
	int rc = our_regcomp(&ours, pattern, flags);
	if (rc != 0) {
		regfree(&host);
		return true;
	}
	int host_found = regexec(&host, text, compared, wanted, run_flags) == 0;
	int found = our_regexec(&ours, text, MATCHES, got, run_flags) == 0;
	bool different = found != host_found || (found && memcmp(wanted, got, compared * sizeof(regmatch_t)) != 0);
	regfree(&host);
	our_regfree(&ours);
	return different;
}

// Whole matches must always agree. Groups only where there is no repeated group or choice: there the standard's words and glibc
// part (a group that an earlier round of a repeat has set; which alternative counts), and glibc 2.36 may look for them for ever.
Test(libc_regex, matches_as_the_host)
{
	char pattern[256], text[24];
	for (int i = 0; i < (int)seeds(8000); i++) {
		int groups = 0, extended = (int)draw(2);
		char *to = pattern + (draw(6) == 0 ? sprintf(pattern, "^") : 0);
		to = draw_pattern(to, extended, 0, &groups);
		if (draw(6) == 0)
			to = stpcpy(to, "$");
		*to = '\0';
		draw_text(text, "aabbcA-]\n", 12);
		int flags = (extended ? REG_EXTENDED : 0) | (draw(5) == 0 ? REG_ICASE : 0) | (draw(4) == 0 ? REG_NEWLINE : 0);
		int run_flags = (draw(6) == 0 ? REG_NOTBOL : 0) | (draw(6) == 0 ? REG_NOTEOL : 0);
		bool simple = strstr(pattern, extended ? ")*" : "\\)*") == NULL && strstr(pattern, ")+") == NULL &&
			      strstr(pattern, "){") == NULL && strstr(pattern, ")\\{") == NULL && strchr(pattern, '|') == NULL &&
			      strstr(pattern, ")?") == NULL;
		CHECK(!differs(pattern, text, flags, run_flags, simple ? MATCHES : 1), "'%s' on '%s', flags %d %d", pattern, text,
		      flags, run_flags);
	}
}

Test(libc_regex, back_references)
{
	static const struct {
		const char *pattern, *text;
		int flags;
		regoff_t start, end;
	} cases[] = {{"\\(a*\\)b\\1", "aabaa", 0, 0, 5}, {"\\(a*\\)b\\1", "aaba", 0, 1, 4}, {"(.)\\1", "abccd", REG_EXTENDED, 2, 4},
		     {"^(.+)\\1$", "abab", REG_EXTENDED, 0, 4}, {"(a)(b)?\\2c", "ac", REG_EXTENDED, -1, -1},
		     {"\\(.\\)\\(.\\)\\2\\1", "xabbay", 0, 1, 5}, {"(a|ab)(c|bcd)\\1", "abcda", REG_EXTENDED, 0, 5},
		     {"(x)\\1", "XxX", REG_EXTENDED | REG_ICASE, 0, 2}, {"\\(\\)\\1a", "ba", 0, 1, 2}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		our_regex_t regex;
		regmatch_t match = {-1, -1};
		CHECK(our_regcomp(&regex, cases[i].pattern, cases[i].flags) == 0, "%s", cases[i].pattern);
		our_regexec(&regex, cases[i].text, 1, &match, 0);
		CHECK(match.rm_so == cases[i].start && match.rm_eo == cases[i].end, "%s on %s: %d-%d", cases[i].pattern,
		      cases[i].text, match.rm_so, match.rm_eo);
		our_regfree(&regex);
	}
}

Test(libc_regex, groups_by_the_standard) // leftmost parts take the longest
{
	static const struct {
		const char *pattern, *text;
		regmatch_t groups[4];
	} cases[] = {{"(a|ab)(c|bcd)(d*)", "abcd", {{0, 4}, {0, 2}, {2, 3}, {3, 4}}}, {"(a*)(ab)*(b*)", "abb", {{0, 3}, {0, 1}, {-1, -1}, {1, 3}}},
		     {"(a|b)*c", "abc", {{0, 3}, {1, 2}, {-1, -1}, {-1, -1}}}, {"(a*)*", "aa", {{0, 2}, {0, 2}, {-1, -1}, {-1, -1}}},
		     {"(x)?(y)", "y", {{0, 1}, {-1, -1}, {0, 1}, {-1, -1}}}, {"(a+|b){2,3}", "aab", {{0, 3}, {2, 3}, {-1, -1}, {-1, -1}}},
		     {"((a)(b))?c", "abc", {{0, 3}, {0, 2}, {0, 1}, {1, 2}}}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		our_regex_t regex;
		regmatch_t match[4];
		CHECK(our_regcomp(&regex, cases[i].pattern, REG_EXTENDED) == 0, "%s", cases[i].pattern);
		CHECK(our_regexec(&regex, cases[i].text, 4, match, 0) == 0, "%s", cases[i].pattern);
		for (int j = 0; j < 4; j++)
			CHECK(match[j].rm_so == cases[i].groups[j].rm_so && match[j].rm_eo == cases[i].groups[j].rm_eo,
			      "%s on %s: group %d is %d-%d", cases[i].pattern, cases[i].text, j, match[j].rm_so, match[j].rm_eo);
		our_regfree(&regex);
	}
}

Test(libc_regex, refusals)
{
	static const struct {
		const char *pattern;
		int flags, error;
	} cases[] = {{"(", REG_EXTENDED, REG_EPAREN}, {"\\(", 0, REG_EPAREN}, {"[", 0, REG_EBRACK}, {"[a", 0, REG_EBRACK},
		     {"\\", 0, REG_EESCAPE}, {"[b-a]", 0, REG_ERANGE}, {"[[:nope:]]", 0, REG_ECTYPE}, {"a\\{2,1\\}", 0, REG_BADBR},
		     {"a\\{1", 0, REG_EBRACE}, {"\\1", 0, REG_ESUBREG}, {"a\\{256\\}", 0, REG_BADBR}, {"[[.ab.]]", 0, REG_ECOLLATE},
		     {"((((a{255}){255}){255}){255})", REG_EXTENDED, REG_ESPACE}, {"\\)", 0, REG_EPAREN}};
	char message[64];
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		our_regex_t regex;
		int error = our_regcomp(&regex, cases[i].pattern, cases[i].flags);
		CHECK(error == cases[i].error, "%s: %d", cases[i].pattern, error);
		CHECK(our_regerror(error, &regex, message, sizeof(message)) == strlen(message) + 1, "%s", message);
	}
}

Test(libc_regex, no_damage_breaks_it_and_no_pattern_is_slow)
{
	char pattern[40], text[16], slow[2001];
	for (int i = 0; i < (int)seeds(12000); i++) {
		our_regex_t regex;
		regmatch_t match[3];
		draw_text(pattern, "ab.*+?|()[]^$-\\{}1,:=", 12);
		draw_text(text, "aabb.*", 8);
		if (our_regcomp(&regex, pattern, draw(2) ? REG_EXTENDED : 0) != 0)
			continue;
		our_regexec(&regex, text, 3, match, 0);
		our_regfree(&regex);
	}
	memset(slow, 'a', 2000);
	slow[2000] = '\0';
	our_regex_t regex;
	cr_assert_eq(our_regcomp(&regex, "(a*)*(a|aa)*(a*a*)*b", REG_EXTENDED), 0);
	cr_assert_eq(our_regexec(&regex, slow, 0, NULL, 0), REG_NOMATCH);
	our_regfree(&regex);
}
