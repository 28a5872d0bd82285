// compare.c: our C library beside the host's, in one program: ours with every name prefixed
// (tests/module.mk). Random templates, texts and operations go to both, and what comes back must be the same:
// bytes, results, errno's kind. compare [CASES [NAME]]: so many cases of each kind (20,000 when not told), of
// the kinds that start with NAME.
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

typedef struct our_stream OUR_FILE;
int our_snprintf(char *to, size_t size, const char *template, ...),
    our_swprintf(wchar_t *to, size_t size, const wchar_t *template, ...);
int our_sscanf(const char *text, const char *template, ...),
    our_swscanf(const wchar_t *text, const wchar_t *template, ...);
OUR_FILE *our_fmemopen(void *buffer, size_t size, const char *mode),
    *our_open_memstream(char **text, size_t *size);
OUR_FILE *our_open_wmemstream(wchar_t **text, size_t *size), *our_tmpfile(void),
    *our_fopen(const char *path, const char *mode);
OUR_FILE *our_freopen(const char *path, const char *mode, OUR_FILE *file);
int our_fclose(OUR_FILE *file), our_fflush(OUR_FILE *file), our_fgetc(OUR_FILE *file),
    our_ungetc(int c, OUR_FILE *file), our_fputc(int c, OUR_FILE *file);
int our_fseek(OUR_FILE *file, long offset, int whence), our_fputs(const char *text, OUR_FILE *file),
    our_setvbuf(OUR_FILE *file, char *buffer, int mode, size_t size);
int our_feof(OUR_FILE *file), our_ferror(OUR_FILE *file), our_fwide(OUR_FILE *file, int mode),
    our_fputws(const wchar_t *text, OUR_FILE *file);
int our_fprintf(OUR_FILE *file, const char *template, ...),
    our_fwprintf(OUR_FILE *file, const wchar_t *template, ...),
    our_fscanf(OUR_FILE *file, const char *template, ...);
void our_clearerr(OUR_FILE *file);
wint_t our_fgetwc(OUR_FILE *file), our_ungetwc(wint_t c, OUR_FILE *file);
long our_ftell(OUR_FILE *file);
size_t our_fread(void *to, size_t size, size_t count, OUR_FILE *file),
    our_fwrite(const void *from, size_t size, size_t count, OUR_FILE *file);
char *our_setlocale(int category, const char *name);
long double our_strtold(const char *text, char **end);
double our_strtod(const char *text, char **end);
float our_strtof(const char *text, char **end);
extern _Thread_local int our_errno;
long our_random(void), our_lrand48(void), our_nrand48(unsigned short own[3]), our_mrand48(void),
    our_jrand48(unsigned short own[3]), our_a64l(const char *text);
void our_srandom(unsigned seed), our_srand48(long seed), our_lcong48(unsigned short parameter[7]),
    *our_memccpy(void *to, const void *from, int byte, size_t size);
char *our_initstate(unsigned seed, char *state, size_t size), *our_setstate(char *state),
    *our_l64a(long number), *our_stpncpy(char *to, const char *from, size_t size);
double our_drand48(void), our_erand48(unsigned short own[3]);
unsigned short *our_seed48(unsigned short seed[3]);
int our_getsubopt(char **option, char *const *names, char **value),
    our_wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t size);
size_t our_mbsnrtowcs(wchar_t *to, const char **from, size_t limit, size_t size, void *state),
    our_wcsnrtombs(char *to, const wchar_t **from, size_t limit, size_t size, void *state);
size_t our_strxfrm(char *to, const char *from, size_t size),
    our_wcsftime(wchar_t *to, size_t size, const wchar_t *template, const struct tm *fields);
long our_wcstol(const wchar_t *text, wchar_t **end, int base);
double our_wcstod(const wchar_t *text, wchar_t **end);
wchar_t *our_wcpncpy(wchar_t *to, const wchar_t *from, size_t size);
void our_swab(const void *from, void *to, ssize_t size);

const char our___ehdr_start[64]; // this library starts no thread here
static unsigned long cases = 20000, failures;
#define CHECK(condition, ...)                                       \
	do {                                                        \
		if (!(condition) && ++failures <= 20) {             \
			printf("FAIL %s:%d: ", __func__, __LINE__); \
			printf(__VA_ARGS__);                        \
			printf("\n");                               \
		}                                                   \
	} while (0)

static uint64_t state = 0x9e3779b97f4a7c15;
static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static unsigned below(unsigned limit)
{
	return (unsigned)(draw() >> 20) % limit;
}

#define PICK(array) (array)[below(sizeof(array) / sizeof(*(array)))]

// -------- printf

static double draw_double(void)
{
	static const double special[] = {0.0,        -0.0,      1,      -1.5,     0.1,
					 1e300,      -1e-300,   5e-324, INFINITY, -INFINITY,
					 123456.789, 9.9999995, 1e15,   0.5,      2.5};
	uint64_t bits = draw();
	double value;
	if (below(2))
		return PICK(special);
	if (below(2))
		return (double)(int64_t)(draw() % 2000001 - 1000000) / (1 << below(12));
	memcpy(&value, &bits, 8);
	return isnan(value) ? 0 : value;
}

// A conversion's middle: flags, width, precision.
static int draw_middle(char *to, const char *flags, bool precision)
{
	int size = 0;
	for (unsigned i = below(4); i > 0; i--)
		to[size++] = flags[below((unsigned)strlen(flags))];
	if (below(2))
		size += sprintf(to + size, "%u", 1 + below(30));
	if (precision && below(2))
		size += sprintf(to + size, ".%u", below(8) ? below(20) : below(300));
	to[size] = '\0';
	return size;
}

static char ours[70000], theirs[70000];
static void same_text(const char *template, int got, int wanted)
{
	CHECK(got == wanted && (wanted < 0 || strcmp(ours, theirs) == 0),
	      "printf(%s): %d '%.200s', not %d '%.200s'", template, got, ours, wanted, theirs);
}
#define BOTH(template, ...)                                                          \
	same_text(template, our_snprintf(ours, sizeof(ours), template, __VA_ARGS__), \
		  snprintf(theirs, sizeof(theirs), template, __VA_ARGS__))

static void test_printf_random(void)
{
	static const char *const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
	static const wchar_t *const wide[] = {L"plain", L"", L"g\u00fcn", L"\u20ac\u4e2d\U0001f600z",
					      L"long enough to be cut somewhere \u00e4\u00f6\u00fc"};
	char template[200], middle[64];
	for (unsigned long i = 0; i < cases; i++) {
		uint64_t value = draw() >> below(64);
		unsigned before = below(4);
		switch (below(6)) {
		case 0:
		case 1:
			draw_middle(middle, "-+ #0'", true);
			snprintf(template, sizeof(template), "%.*s%%%s%s%c|", (int)before, "abc", middle,
				 PICK(lengths), "diuoxX"[below(6)]);
			value = below(4) ? value : -value;
			BOTH(template, value);
			break;
		case 2:
			draw_middle(middle, "-+ #0", true);
			double drawn = draw_double();
			char kind = "eEfFgGaA"[below(8)];
			if ((kind | 32) == 'a' && fpclassify(drawn) == FP_SUBNORMAL)
				break; // C leaves the leading digit open
			snprintf(template, sizeof(template), "%%%s%c%%n", middle, kind);
			int our_count = 0, count = 0;
			int got = our_snprintf(ours, sizeof(ours), template, drawn, &our_count),
			    wanted = snprintf(theirs, sizeof(theirs), template, drawn, &count);
			same_text(template, got, wanted);
			CHECK(our_count == count, "%%n of %s", template);
			break;
		case 3:
			draw_middle(middle, "-+ #0", true);
			long double extended =
			    ldexpl((long double)(draw() | 1ul << 63), (int)below(32000) - 16300);
			snprintf(template, sizeof(template), "%%%sL%c", middle, "eEfFgG"[below(6)]);
			extended = below(2) ? extended : -extended;
			if (isfinite(extended) && extended != 0)
				BOTH(template, extended);
			break;
		case 4:
			draw_middle(middle, "-", true);
			snprintf(template, sizeof(template), "[%%%sls]", middle);
			const wchar_t *text = PICK(wide);
			wint_t character = (wint_t)L"a\u00e9\u4e2d\U0001f601"[below(4)];
			BOTH(template, text);
			snprintf(template, sizeof(template), "[%%%ss|%%S|%%lc|%%c]", middle);
			BOTH(template, "some text", text, character, 'q');
			break;
		default: {
			int order[3] = {1, 2, 3}, swap = (int)below(3), first = order[swap];
			order[swap] = order[0];
			order[0] = first;
			static const char *const kinds[3][4] = {
			    {"d", "5d", "x", "-8u"}, {"s", "10s", ".3s", "-7s"}, {"f", ".2e", "12g", "+.1f"}};
			snprintf(template, sizeof(template), "%%%d$%s,%%%d$%s,%%%d$%s,%%1$*1$d,%%2$.*1$s",
				 order[0], PICK(kinds[order[0] - 1]), order[1], PICK(kinds[order[1] - 1]),
				 order[2], PICK(kinds[order[2] - 1]));
			int width = (int)below(40);
			double third = draw_double();
			BOTH(template, width, "positional", third);
		}
		}
	}
}

static void test_printf_chosen(void)
{
	signed char tiny = 0, our_tiny = 0;
	long large = 0, our_large = 0;
	BOTH("%.200d|%.250x|%#.130o|%0300d|%-300u|", 12345, 0xbeef, 8, -7, 9u);
	BOTH("%5%|%%|%c|%10c|%-3c|", 'x', 'y', 'z');
	BOTH("%2$s %1$s %2$s", "one", "two");
	BOTH("%3$*1$.*2$f|%3$Lf", 12, 3, 2.5L);
	BOTH("%1$Lg %2$d %3$g", 1e4000L, 5, 0.25);
	BOTH("%s %.3s %10s", "a", "abcdef", "r");
	BOTH("100%% costs $5 %d", 7);
	BOTH("%.0f %#.0f %.0e %#x %#o %+d % d", 0.5, 2.5, 15.0, 0, 0, 5, 5);
	BOTH("%.9000f|%.12000Lf", 0.1, 3.6e-4951L);
	BOTH("%p", (void *)0x1234);
	our_errno = errno = ENOENT;
	BOTH("%m|%20m|%d", 1);
	CHECK(our_snprintf(ours, sizeof(ours), "ab%hhncd%ln", &our_tiny, &our_large) ==
		      snprintf(theirs, sizeof(theirs), "ab%hhncd%ln", &tiny, &large) &&
		  tiny == our_tiny && large == our_large,
	      "%%hhn");
	CHECK(our_snprintf(NULL, 0, "%ls", (wchar_t[]){0xd800, 0}) == -1 && our_errno == EILSEQ,
	      "a surrogate");
	CHECK(our_snprintf(NULL, 0, "%.99999f", 1.0) == -1 && our_errno == EOVERFLOW, "too many digits");
	CHECK(our_snprintf(ours, 4, "%s", "abcdefg") == 7 && strcmp(ours, "abc") == 0, "a short buffer");
}

static wchar_t our_wide[4000], their_wide[4000];
static void test_wprintf(void)
{
	static const wchar_t *const texts[] = {L"plain", L"", L"g\u00fcn", L"\u20ac\u4e2d\U0001f600z"};
	static const char *const bytes[] = {"ascii", "", "g\303\274n", "\342\202\254\344\270\255 and more"};
	for (unsigned long i = 0; i < cases / 4; i++) {
		wchar_t template[100];
		char middle[64];
		draw_middle(middle, "-", true);
		swprintf(template, 100, L"\u00e4%%%sls|%%%ss|%%4lc|%%-3c|%%%dd|%%.3g|%%n", middle, middle,
			 1 + below(9));
		int count = 0, our_count = 0, number = (int)draw();
		const wchar_t *text = PICK(texts);
		const char *byte = PICK(bytes);
		size_t size = below(4) ? 4000 : below(40);
		int got = our_swprintf(our_wide, size, template, text, byte, L"a\u00e9\u4e2d"[i % 3], 'c',
				       number, 0.1, &our_count);
		int wanted = swprintf(their_wide, size, template, text, byte, L"a\u00e9\u4e2d"[i % 3], 'c',
				      number, 0.1, &count);
		CHECK(got == wanted &&
			  (wanted < 0 || (wcscmp(our_wide, their_wide) == 0 && count == our_count)),
		      "wprintf(%ls) %d, not %d: '%ls', not '%ls'", template, got, wanted, our_wide,
		      their_wide);
	}
	int wanted = swprintf(their_wide, 100, L"%2$ls:%1$d", 5, L"\u20ac");
	CHECK(our_swprintf(our_wide, 100, L"%2$ls:%1$d", 5, L"\u20ac") == wanted &&
		  wcscmp(our_wide, their_wide) == 0,
	      "positions");
}

// -------- scanf

static int draw_input(char *to)
{
	static const char *const pieces[] = {
	    "12",         "-7",  "+3",     "0x1F", "017",      "abc",        " ",
	    "\t\n",       "1.5", "-.25e3", "inf",  "INFINITY", "nan",        "0x1.8p3",
	    "%",          ",",   "]",      "-",    "zz",       "9999999999", "99999999999999999999",
	    "g\303\274n", "0",   "00",     ".",    "e5",       "infi",       "0b1",
	    "3.e2",       "a-c"};
	int size = 0;
	for (unsigned i = 1 + below(5); i > 0; i--)
		size += sprintf(to + size, "%s", PICK(pieces));
	return size;
}

static void draw_template(char *to, int *count)
{
	static const char *const kinds[] = {
	    "d",  "i",      "u", "o",     "x",    "hhd",     "hd", "ld", "lld", "jd", "zu", "f",  "lf",
	    "e",  "s",      "c", "[a-z]", "[^,]", "[]0-9-]", "n",  "3s", "2d",  "9f", "*d", "*s", "ls",
	    "lc", "l[a-z]", "%", "[^a]",  "g",    "5i",      "lx", "4x", "1d",  "S",  "p"};
	static const char *const between[] = {"", "", "", " ", ",", "a", "  %%"};
	int size = 0;
	*count = 0;
	for (unsigned i = 1 + below(4); i > 0; i--) {
		size += sprintf(to + size, "%s", PICK(between));
		size += sprintf(to + size, "%%%s", PICK(kinds));
	}
}

// glibc takes "1e+", "0x" and a "%5c" that ends early, which C does not (7.21.6.2p9: a prefix that matches
// nothing is a matching failure): they are among the chosen texts. It reads names and binary numbers in its
// own way too.
static bool is_disputed(const char *text, const char *template)
{
	if (strpbrk(text, "eEpPxX") != NULL) // ... which a width may make: %2f of "1e5" is "1e"
		for (const char *at = template; (at = strchr(at, '%')) != NULL; at++) {
			const char *after = at + 1 + strspn(at + 1, "*$'123456789m0");
			if (after != at + 1 && strchr("aAeEfFgGxXi", after[strspn(after, "hlLqjzt")]) != NULL)
				return true;
		}
	return strstr(text, "infi") != NULL || strstr(text, "INFINITY") != NULL ||
	       strstr(text, "nan") != NULL || strstr(text, "0b") != NULL;
}

static void test_scanf(void)
{
	char text[200], template[100];
	wchar_t wide_text[200], wide_template[100];
	static char our_to[6][256] __attribute__((aligned(16))),
	    their_to[6][256] __attribute__((aligned(16)));
	for (unsigned long i = 0; i < cases; i++) {
		int count;
		draw_input(text);
		draw_template(template, &count);
		memset(our_to, 0, sizeof(our_to));
		memset(their_to, 0, sizeof(their_to));
		bool wide = below(2);
		int got, wanted;
		if (is_disputed(text, template))
			continue;
		if (wide) {
			mbstowcs(wide_text, text, 200);
			mbstowcs(wide_template, template, 100);
			got = our_swscanf(wide_text, wide_template, our_to[0], our_to[1], our_to[2],
					  our_to[3], our_to[4]);
			wanted = swscanf(wide_text, wide_template, their_to[0], their_to[1], their_to[2],
					 their_to[3], their_to[4]);
		} else {
			got =
			    our_sscanf(text, template, our_to[0], our_to[1], our_to[2], our_to[3], our_to[4]);
			wanted = sscanf(text, template, their_to[0], their_to[1], their_to[2], their_to[3],
					their_to[4]);
		}
		int bad = memcmp(our_to, their_to, sizeof(our_to)) != 0;
		CHECK(got == wanted && !bad, "%sscanf('%s', '%s') = %d, not %d; %s", wide ? "w" : "", text,
		      template, got, wanted, bad ? "other values" : "");
	}
}

static void test_scanf_chosen(void)
{
	int a = 0, b = 0, end = 0;
	char *text = NULL, word[20];
	wchar_t *wide = NULL;
	long double extended;
	CHECK(our_sscanf("12 34", "%2$d %1$d", &a, &b) == 2 && a == 34 && b == 12, "positions");
	CHECK(our_sscanf("hello world", "%ms %ml[a-z]%n", &text, &wide, &end) == 2 &&
		  strcmp(text, "hello") == 0 && wcscmp(wide, L"world") == 0 && end == 11,
	      "%%m");
	CHECK(our_sscanf("1e+x", "%Lf", &extended) == 0 && our_sscanf("0xg", "%x", &a) == 0 &&
		  our_sscanf("infinit", "%Lf", &extended) == 0,
	      "prefixes");
	CHECK(our_sscanf("infinity", "%Lf", &extended) == 1 && isinf(extended) &&
		  our_sscanf("nan(12)x", "%Lf%s", &extended, word) == 2 && isnan(extended),
	      "names");
	CHECK(our_sscanf("abc", "%5c", word) == EOF && our_sscanf("-0x", "%3i", &a) == 0 &&
		  our_sscanf("1.5e9", "%4Lf", &extended) == 0,
	      "cut short");
	CHECK(our_sscanf("0.1", "%Lf", &extended) == 1 && extended == 0.1L, "long double");
	CHECK(our_sscanf("", "%d", &a) == EOF && our_sscanf("x", "%d", &a) == 0 &&
		  our_sscanf("  ", "%c%c%c", word, word, word) == 2,
	      "the end");
	CHECK(our_sscanf(
		  "000000000000000000000000000000000000000000000000000000000000000000000000000000000017z",
		  "%d%s", &a, word) == 2 &&
		  a == 17,
	      "a long number");
}

// -------- streams

struct pair {
	OUR_FILE *ours;
	FILE *theirs;
	const char *name;
	bool full; // its end is the buffer's: what is written there, glibc does otherwise
};

static char history[1000]; // of the operations, for a failure
// One random operation on both; what it gives must agree.
static void operate(struct pair *pair, bool reads, bool writes, bool seeks)
{
	static const char text[] = "the quick brown fox\njumps over the lazy dog\n0123456789";
	char got[64], wanted[64];
	size_t size = below(sizeof(text)), our_size, their_size;
	int c = 'a' + (int)below(26), our_rc, their_rc;
	long offset = (long)below(60) - 10;
	unsigned what = below(9);
	sprintf(history + strlen(history), " %u(%zu,%ld)", what, size, offset);
	switch (what) {
	case 0:
		if (!writes)
			break;
		our_size = our_fwrite(text, 1, size, pair->ours),
		their_size = fwrite(text, 1, size, pair->theirs);
		CHECK(our_fflush(pair->ours) == fflush(pair->theirs) && (our_size == their_size),
		      "%s:%s: fwrite", pair->name, history);
		break;
	case 1:
		if (!reads)
			break;
		fflush(pair->theirs);
		our_fflush(pair->ours);
		if (writes) {
			fseek(pair->theirs, 0, SEEK_CUR);
			our_fseek(pair->ours, 0, SEEK_CUR);
		}
		our_size = our_fread(got, 1, size, pair->ours),
		their_size = fread(wanted, 1, size, pair->theirs);
		CHECK(our_size == their_size && memcmp(got, wanted, our_size) == 0,
		      "%s:%s: fread %zu, not %zu", pair->name, history, our_size, their_size);
		CHECK(!our_feof(pair->ours) == !feof(pair->theirs), "%s:%s: feof", pair->name, history);
		if (writes) {
			fseek(pair->theirs, 0, SEEK_CUR);
			our_fseek(pair->ours, 0, SEEK_CUR);
		}
		break;
	case 2:
		if (writes) {
			our_rc = our_fputc(c, pair->ours), their_rc = fputc(c, pair->theirs);
			CHECK(our_rc == their_rc && our_fflush(pair->ours) == fflush(pair->theirs),
			      "%s:%s: fputc", pair->name, history);
		}
		break;
	case 3:
	case 4: {
		if (!seeks)
			break;
		int whence = (int)below(pair->full ? 2 : 3);
		sprintf(history + strlen(history), " from %d", whence);
		our_rc = our_fseek(pair->ours, offset, whence),
		their_rc = fseek(pair->theirs, offset, whence);
		CHECK(our_rc == their_rc, "%s:%s: fseek(%ld, %d): %d, not %d", pair->name, history, offset,
		      whence, our_rc, their_rc);
		break;
	}
	case 5: {
		if (!reads || writes)
			break;
		our_rc = our_fgetc(pair->ours), their_rc = fgetc(pair->theirs);
		CHECK(our_rc == their_rc, "%s:%s: fgetc", pair->name, history);
		if (our_rc != EOF && below(2))
			CHECK(our_ungetc(our_rc, pair->ours) == ungetc(our_rc, pair->theirs) &&
				  our_fgetc(pair->ours) == fgetc(pair->theirs),
			      "%s:%s: ungetc", pair->name, history);
		break;
	}
	case 6:
		if (writes) {
			our_rc = our_fprintf(pair->ours, "%d:%s", c, "x"),
			their_rc = fprintf(pair->theirs, "%d:%s", c, "x");
			our_fflush(pair->ours);
			fflush(pair->theirs);
		}
		break;
	case 7:
		our_clearerr(pair->ours);
		clearerr(pair->theirs);
		break;
	default: {
		if (*pair->name == 'a' && below(2)) // elsewhere a full fmemopen buffer may not take it
			CHECK(our_fputc(c, pair->ours) == fputc(c, pair->theirs), "%s:%s: fputc", pair->name,
			      history);
		long our_at = our_ftell(pair->ours), at = ftell(pair->theirs);
		CHECK(our_at == at, "%s:%s: ftell %ld, not %ld", pair->name, history, our_at, at);
	}
	}
}

static void test_fmemopen(void)
{
	static const char *const modes[] = {"r", "w", "a", "r+", "w+", "a+"};
	for (unsigned long i = 0; i < cases / 10; i++) {
		char our_bytes[700], bytes[700];
		const char *mode = PICK(modes);
		size_t size = 600 + below(100); // what is full: below, for glibc differs from POSIX there
		memset(bytes, '.', sizeof(bytes));
		if (*mode == 'a')
			strcpy(bytes, "contents of before");
		memcpy(our_bytes, bytes, sizeof(bytes));
		*history = '\0';
		struct pair pair = {our_fmemopen(our_bytes, size, mode), fmemopen(bytes, size, mode), mode,
				    *mode == 'r' && mode[1] == '+'};
		for (int j = 0; j < 12; j++)
			operate(&pair, *mode == 'r' || mode[1] == '+', *mode != 'r' || mode[1] == '+', true);
		our_fclose(pair.ours);
		fclose(pair.theirs);
		CHECK(memcmp(our_bytes, bytes, 530) == 0,
		      "fmemopen %s of %zu: other contents after%s: %.*s, not %.*s", mode, size, history,
		      (int)size, our_bytes, (int)size, bytes);
	}
}

// What POSIX says and glibc does otherwise: contents that fill the buffer, seeks in a stream that grows, "r"
// over a NUL.
static void test_memory_chosen(void)
{
	char bytes[6] = "abcde", *text;
	size_t size;
	OUR_FILE *file = our_fmemopen(bytes, 5, "w");
	CHECK(our_fputs("12345678", file) >= 0 && our_fclose(file) != 0 && strcmp(bytes, "1234") == 0,
	      "w, full: %s", bytes);
	file = our_fmemopen(bytes, 5, "w+");
	CHECK(*bytes == 0 && our_fputs("12345", file) >= 0 && our_fclose(file) == 0 &&
		  memcmp(bytes, "12345", 6) == 0,
	      "w+, full: %s", bytes);
	file = our_fmemopen("a\0b", 3, "r");
	CHECK(our_fread(bytes, 1, 6, file) == 3 && our_feof(file) && our_fseek(file, -1, SEEK_END) == 0 &&
		  our_fgetc(file) == 'b',
	      "a NUL");
	CHECK(our_fseek(file, 4, SEEK_SET) == -1 && our_fseek(file, -9, SEEK_CUR) == -1 &&
		  our_fclose(file) == 0,
	      "outside");
	CHECK(our_fmemopen(bytes, 5, "q") == NULL && our_errno == EINVAL, "a mode");
	file = our_fmemopen(NULL, 5, "w+");
	CHECK(our_fputs("hey", file) >= 0 && our_fseek(file, 1, SEEK_SET) == 0 && our_fgetc(file) == 'e' &&
		  our_fclose(file) == 0,
	      "memory of its own");
	file = our_open_memstream(&text, &size);
	CHECK(our_fputs("0123456789", file) >= 0 && our_fseek(file, 3, SEEK_SET) == 0 &&
		  our_fflush(file) == 0 && size == 3 && text[10] == 0,
	      "a seek back: %zu", size);
	CHECK(our_fputc('x', file) == 'x' && our_fflush(file) == 0 && size == 4 &&
		  our_fseek(file, 2, SEEK_END) == 0 && our_ftell(file) == 12,
	      "its end: %zu", size);
	CHECK(our_fputc('y', file) == 'y' && our_fclose(file) == 0 && size == 13 &&
		  memcmp(text, "012x456789\0\0y", 14) == 0,
	      "a gap: %zu", size);
}

static void test_open_memstream(void)
{
	for (unsigned long i = 0; i < cases / 10; i++) {
		char *our_text, *text;
		size_t our_size, size;
		*history = '\0';
		struct pair pair = {our_open_memstream(&our_text, &our_size), open_memstream(&text, &size),
				    "open_memstream", false};
		for (int j = 0; j < 10; j++) {
			operate(&pair, false, true, false);
			our_fflush(pair.ours);
			fflush(pair.theirs);
		}
		our_fclose(pair.ours);
		fclose(pair.theirs);
		CHECK(our_size == size && memcmp(our_text, text, size + 1) == 0,
		      "open_memstream:%s: %zu, not %zu", history, our_size, size);
		free(text);
	}
}

static void test_files(void)
{
	static const char *const modes[] = {"w+", "r+", "a+", "a", "w", "r"};
	static char our_buffer[100], buffer[100];
	char our_name[] = "/tmp/compare.oXXXXXX", name[] = "/tmp/compare.tXXXXXX";
	fclose(fdopen(mkstemp(our_name), "w"));
	fclose(fdopen(mkstemp(name), "w"));
	for (unsigned long i = 0; i < cases / 20; i++) {
		const char *mode = PICK(modes);
		*history = '\0';
		struct pair pair = {our_fopen(our_name, mode), fopen(name, mode), mode, false};
		if (below(3) == 0)
			CHECK(our_setvbuf(pair.ours, our_buffer, _IOFBF, 60) == 0 &&
				  setvbuf(pair.theirs, buffer, _IOFBF, 60) == 0,
			      "setvbuf");
		else if (below(3) == 0)
			CHECK(our_setvbuf(pair.ours, NULL, _IONBF, 0) == 0 &&
				  setvbuf(pair.theirs, NULL, _IONBF, 0) == 0,
			      "setvbuf");
		for (int j = 0; j < 12; j++) {
			operate(&pair, *mode == 'r' || mode[1] == '+', *mode != 'r' || mode[1] == '+', true);
			if (below(20) == 0) {
				mode = PICK(modes);
				sprintf(history + strlen(history), " reopened %s", mode);
				pair = (struct pair){our_freopen(our_name, mode, pair.ours),
						     freopen(name, mode, pair.theirs), mode, false};
			}
		}
		our_fclose(pair.ours);
		fclose(pair.theirs);
		char got[4096], wanted[4096];
		FILE *one = fopen(our_name, "r"), *two = fopen(name, "r");
		size_t our_size = fread(got, 1, sizeof(got), one),
		       size = fread(wanted, 1, sizeof(wanted), two);
		fclose(one);
		fclose(two);
		CHECK(our_size == size && memcmp(got, wanted, size) == 0,
		      "a file of mode %s: %zu bytes, not %zu after%s", mode, our_size, size, history);
	}
	remove(our_name);
	remove(name);
}

static void test_wide_streams(void)
{
	static const wchar_t text[] = L"plain, gr\u00fc\u00df, \u20ac\u4e2d\U0001f600\n";
	wchar_t *memory;
	size_t size;
	OUR_FILE *file = our_tmpfile();
	CHECK(our_fwide(file, 0) == 0 && our_fputws(text, file) >= 0 && our_fwide(file, -1) > 0,
	      "orientation");
	CHECK(our_fwprintf(file, L"%5ls|%d", L"\u00e4", 42) == 8 && our_fseek(file, 0, SEEK_SET) == 0,
	      "fwprintf");
	for (size_t i = 0; i < wcslen(text); i++) {
		wint_t c = our_fgetwc(file);
		CHECK(c == (wint_t)text[i] && our_ungetwc(c, file) == c && our_fgetwc(file) == c,
		      "character %zu", i);
	}
	our_fclose(file);
	file = our_open_wmemstream(&memory, &size);
	CHECK(our_fputws(text, file) >= 0 && our_fflush(file) == 0 && size == wcslen(text) &&
		  wcscmp(memory, text) == 0,
	      "open_wmemstream");
	CHECK(our_fseek(file, 2, SEEK_SET) == 0 && our_fputws(L"\u20ac", file) >= 0 && our_ftell(file) == 3 &&
		  our_fclose(file) == 0 && size == 3 && memory[2] == 0x20ac,
	      "a seek in it");
	file = our_fmemopen("a\377b", 3, "r");
	CHECK(our_fgetwc(file) == 'a' && our_fgetwc(file) == WEOF && our_errno == EILSEQ && our_ferror(file),
	      "no UTF-8");
	our_fclose(file);
}

// -------- numbers

static void expect_number(const char *text)
{
	char *our_end, *end;
	our_errno = errno = 0;
	long double got = our_strtold(text, &our_end), wanted = strtold(text, &end);
	CHECK(memcmp(&got, &wanted, 10) == 0 && our_end == end &&
		  (isnan(wanted) || fpclassify(wanted) == FP_SUBNORMAL || our_errno == errno),
	      "strtold(%.60s): %La, not %La", text, got, wanted);
	double our_double = our_strtod(text, &our_end), their_double = strtod(text, &end);
	CHECK(memcmp(&our_double, &their_double, 8) == 0 && our_end == end, "strtod(%.60s): %a, not %a", text,
	      our_double, their_double);
	float our_float = our_strtof(text, NULL), their_float = strtof(text, NULL);
	CHECK(memcmp(&our_float, &their_float, 4) == 0, "strtof(%.60s): %a, not %a", text, our_float,
	      their_float);
}

static void test_strtold(void)
{
	static const char *const chosen[] = {"0",
					     "-0",
					     "inf",
					     "-infinity",
					     "nan",
					     "nan(1x)",
					     "nan(",
					     "1e4932",
					     "1.189731495357231765e4932",
					     "1.18973149535723176509e4932",
					     "1e4933",
					     "3.6451995318824746025e-4951",
					     "1.8e-4951",
					     "1.9e-4951",
					     "1e-5000",
					     "1e99999",
					     "0x1p16383",
					     "0x1p16384",
					     "0x1p-16445",
					     "0x1p-16446",
					     "0x1.8p-16446",
					     "0x.00000000000000000000000001p0",
					     "0xffffffffffffffff.8",
					     "0xffffffffffffffff.7",
					     "18446744073709551615.5",
					     "18446744073709551614.5",
					     "18446744073709551616",
					     "0x1.00000000000000010000000000000000000000000000001p0",
					     "0x123456789abcdef123456789abcdef123456789abcdefp-100",
					     "0x1.fffffffffffff8p1023",
					     "0x1.fffffep127",
					     "0x1.ffffffp127",
					     "  12abc",
					     "",
					     "+",
					     "0x",
					     "1e",
					     "3.3621031431120935063e-4932"};
	char text[3000];
	for (size_t i = 0; i < sizeof(chosen) / sizeof(*chosen); i++)
		expect_number(chosen[i]);
	for (unsigned long i = 0; i < cases / 10; i++) {
		int size = 0, digits = 1 + (int)below(30);
		if (below(3) == 0) {
			size = sprintf(text, "0x%lx.%lxp%d", draw() >> below(64), draw() >> below(64),
				       (int)below(33000) - 16500);
		} else {
			for (int j = 0; j < digits; j++)
				size += sprintf(text + size, "%u%s", below(10), j == digits / 2 ? "." : "");
			sprintf(text + size, "e%d",
				below(2) ? (int)below(700) - 350 : (int)below(10000) - 5000);
		}
		expect_number(text);
	}
	for (unsigned long i = 0; i < cases / 2000; i++) { // halfway between neighbours
		long double value = ldexpl((long double)(draw() | 1ul << 63), (int)below(600) - 300 - 63);
		int exponent, size = snprintf(text, sizeof(text), "%.1500Lf", value);
		long double unit = ldexpl(1, (frexpl(value, &exponent), exponent - 65));
		(void)size, (void)unit;
		expect_number(text);
	}
}

// -------- generators and the rest

static void test_generators(void)
{
	static const size_t sizes[] = {8, 31, 32, 64, 100, 128, 256, 300};
	static char our_state[2][300] __attribute__((aligned(8))),
	    their_state[2][300] __attribute__((aligned(8)));
	CHECK(our_random() == random(), "random before srandom");
	for (unsigned i = 0; i < 40; i++) {
		unsigned seed = i < 2 ? i : (unsigned)draw();
		our_srandom(seed);
		srandom(seed);
		for (int j = 0; j < 200; j++)
			CHECK(our_random() == random(), "random of seed %u, number %d", seed, j);
		int which = (int)(i % 2);
		size_t size = PICK(sizes);
		our_initstate(seed, our_state[which], size);
		initstate(seed, their_state[which], size);
		for (unsigned j = below(300); j > 0; j--)
			CHECK(our_random() == random(), "random of %zu bytes", size);
		if (i > 0) {
			our_setstate(our_state[!which]);
			setstate(their_state[!which]);
		}
	}
	CHECK(our_initstate(1, our_state[0], 7) == NULL && our_errno == EINVAL, "too little state");
	for (int i = 0; i < 200; i++) {
		unsigned short mine[7], words[7];
		for (int j = 0; j < 7; j++)
			mine[j] = words[j] = (unsigned short)draw();
		if (i % 3 == 0) {
			our_srand48((long)draw()), our_srand48(i), srand48(i);
		} else if (i % 3 == 1) {
			our_lcong48(mine), lcong48(words);
		} else {
			CHECK(memcmp(our_seed48(mine), seed48(words), 6) == 0, "seed48");
		}
		for (int j = 0; j < 50; j++) {
			CHECK(our_drand48() == drand48() && our_lrand48() == lrand48() &&
				  our_mrand48() == mrand48(),
			      "drand48");
			CHECK(our_erand48(mine) == erand48(words) && our_nrand48(mine) == nrand48(words) &&
				  our_jrand48(mine) == jrand48(words),
			      "erand48");
		}
		long number = (long)(draw() >> below(64));
		char text[8];
		snprintf(text, sizeof(text), "%s", l64a(number));
		CHECK(strcmp(our_l64a(number), text) == 0 && our_a64l(text) == (int32_t)a64l(text),
		      "l64a(%ld)", number);
	}
}

static void test_texts(void)
{
	static const char *const names[] = {"ro", "rw", "name", "", NULL};
	static const wchar_t *const wide[] = {L"\u00c4bc", L"\u00e4BC",      L"abc",
					      L"abd",      L"\u20ac\u4e2dx", L""};
	static const char *const numbers[] = {
	    " 12x",   "0x1F",
	    "-077",   "99999999999999999999",
	    "1.5e3,", "inf",
	    "",       "0000000000000000000000000000000000000000000000000000000000000000000000000000012"};
	for (unsigned i = 0; i < 2000; i++) {
		char options[64], again[64], *our_at = options, *at = again, *our_value, *value;
		snprintf(options, sizeof(options), "%s%s,%s=%u,%s", PICK(names) ?: "x", below(2) ? "=1" : "",
			 PICK(names) ?: "zz", i, below(2) ? "end" : "");
		strcpy(again, options);
		while (*at != '\0') {
			int got = our_getsubopt(&our_at, (char *const *)names, &our_value),
			    wanted = getsubopt(&at, (char *const *)names, &value);
			CHECK(got == wanted && our_at - options == at - again && !our_value == !value &&
				  (value == NULL || strcmp(our_value, value) == 0),
			      "getsubopt");
		}
		char bytes[32] = "", theirs_bytes[32] = "";
		const wchar_t *text = PICK(wide), *other = PICK(wide), *our_text = text, *their_text = text;
		size_t limit = below(6), size = below(12);
		mbstate_t their_state;
		struct {
			unsigned a, b;
		} our_state = {0, 0};
		memset(&their_state, 0, sizeof(their_state));
		CHECK(our_wcsnrtombs(bytes, &our_text, limit, size, &our_state) ==
			      wcsnrtombs(theirs_bytes, &their_text, limit, size, &their_state) &&
			  our_text == their_text && memcmp(bytes, theirs_bytes, 32) == 0,
		      "wcsnrtombs of %ls, %zu, %zu", text, limit, size);
		char whole[32];
		wcstombs(whole, text, 32);
		const char *our_from = whole, *from = whole;
		wchar_t out[16] = {0}, their_out[16] = {0};
		CHECK(our_mbsnrtowcs(out, &our_from, limit, size, &our_state) ==
			      mbsnrtowcs(their_out, &from, limit, size, &their_state) &&
			  our_from == from && memcmp(out, their_out, sizeof(out)) == 0,
		      "mbsnrtowcs of %s, %zu, %zu", whole, limit, size);
		int order = our_wcsncasecmp(text, other, limit), wanted = wcsncasecmp(text, other, limit);
		CHECK((order > 0) == (wanted > 0) && (order < 0) == (wanted < 0), "wcsncasecmp");
		CHECK(our_wcpncpy(out, text, size) - out == wcpncpy(their_out, text, size) - their_out &&
			  memcmp(out, their_out, sizeof(out)) == 0,
		      "wcpncpy");
		wchar_t digits[100], *our_end, *end;
		mbstowcs(digits, PICK(numbers), 100);
		int base = (int)below(3) * 8;
		CHECK(our_wcstol(digits, &our_end, base) == wcstol(digits, &end, base) && our_end == end,
		      "wcstol(%ls)", digits);
		CHECK(our_wcstod(digits, &our_end) == wcstod(digits, &end) && our_end == end, "wcstod(%ls)",
		      digits);
		char copy[16] = "", their_copy[16] = "";
		char *stop = our_memccpy(copy, whole, 'b', limit),
		     *their_stop = memccpy(their_copy, whole, 'b', limit);
		CHECK((stop ? stop - copy : -1) == (their_stop ? their_stop - their_copy : -1) &&
			  memcmp(copy, their_copy, 16) == 0,
		      "memccpy");
		CHECK(our_stpncpy(copy, whole, size) - copy ==
			      stpncpy(their_copy, whole, size) - their_copy &&
			  memcmp(copy, their_copy, 16) == 0,
		      "stpncpy");
		our_swab(whole, copy, (ssize_t)size);
		swab(whole, their_copy, (ssize_t)size);
		CHECK(memcmp(copy, their_copy, 16) == 0, "swab");
	}
	struct tm when = {.tm_year = 126, .tm_mon = 10, .tm_mday = 23, .tm_wday = 1, .tm_yday = 326};
	wchar_t out[64], their_out[64];
	for (size_t size = 0; size < 40; size++)
		CHECK(our_wcsftime(out, size, L"\u20ac %Y-%m-%d %A\u00e4", &when) ==
			      wcsftime(their_out, size, L"\u20ac %Y-%m-%d %A\u00e4", &when) &&
			  (size < 30 || wcscmp(out, their_out) == 0),
		      "wcsftime into %zu", size);
}

// Texts of four parts in every base, some damaged.
static void test_addresses(void)
{
	static const char *const parts[] = {"0", "1", "255", "256", "65535", "65536", "16777215", "16777216", "4294967295", "4294967296",
					    "0x7f", "0X", "017", "08", "", "1 ", "x", "00", "99999999999999999999"};
	unsigned our_inet_addr(const char *text), inet_addr(const char *text);
	for (unsigned long i = 0; i < cases; i++) {
		char text[200] = "";
		for (unsigned part = 0, total = 1 + below(5); part < total; part++) {
			strcat(text, parts[below(sizeof(parts) / sizeof(*parts))]);
			strcat(text, part + 1 < total ? "." : below(20) == 0 ? "." : "");
		}
		CHECK(our_inet_addr(text) == inet_addr(text), "inet_addr(\"%s\") = %#x, not %#x", text, our_inet_addr(text), inet_addr(text));
	}
}

// getdate by the same file of templates: what the text does not say comes from now.
static void test_getdate(void)
{
	static const char *const texts[] = {"12:30:15", "23:59", "Mon", "friday", "March", "Feb 30", "Feb 29 2023", "Feb 29 2024", "31", "2031-07-09",
					    "2031-07-09 05:06:07", "Sep 9 1:02:03", "at 7 o'clock", "nonsense", "", "12:30:15  ", "12:61"};
	struct tm *our_getdate(const char *text), *got, *wanted;
	extern int our_getdate_err;
	extern char **our_environ;
	static char *none[] = {NULL};
	int our_setenv(const char *name, const char *value, int overwrite);
	our_environ = none;
	char path[] = "/tmp/compare.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	fputs("%H:%M:%S\n%H:%M\n%A\n%B\n%b %d\n%b %d %Y\n%d\n%Y-%m-%d\n%Y-%m-%d %H:%M:%S\n%b %d %H:%M:%S\nat %I o'clock\n", file);
	fclose(file);
	setenv("TZ", "UTC0", 1);
	our_setenv("TZ", "UTC0", 1);
	unsetenv("DATEMSK");
	CHECK(our_getdate("12:30") == NULL && our_getdate_err == 1, "without DATEMSK: %d", our_getdate_err);
	our_setenv("DATEMSK", "/nonexistent", 1);
	CHECK(our_getdate("12:30") == NULL && our_getdate_err == 2, "without the file: %d", our_getdate_err);
	our_setenv("DATEMSK", "/tmp", 1);
	CHECK(our_getdate("12:30") == NULL && our_getdate_err == 4, "a folder: %d", our_getdate_err);
	setenv("DATEMSK", path, 1);
	our_setenv("DATEMSK", path, 1);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char one[64] = "", two[64] = "";
		do { // of the same second
			wanted = getdate(texts[i]);
			snprintf(one, sizeof(one), "%d", getdate_err);
			if (wanted != NULL && strcmp(texts[i], "March") == 0)
				wanted->tm_mday = 1; // POSIX: the month's first day is meant
			if (wanted != NULL)
				mktime(wanted), strftime(one, sizeof(one), "%F %T %a %j", wanted);
			got = our_getdate(texts[i]);
			snprintf(two, sizeof(two), "%d", our_getdate_err);
			if (got != NULL)
				strftime(two, sizeof(two), "%F %T %a %j", got);
		} while (got != NULL && wanted != NULL && got->tm_sec != wanted->tm_sec && texts[i][0] > '9');
		CHECK(strcmp(one, two) == 0, "getdate(\"%s\") = %s, not %s", texts[i], two, one);
	}
	unlink(path);
}

static void test_paths(void)
{
	char *our_basename(char *path), *our_dirname(char *path), *__xpg_basename(char *path), *dirname(char *path);
	for (unsigned long i = 0; i < cases; i++) {
		char path[4][16], length = (char)below(8);
		for (int c = 0; c < 8; c++)
			path[0][c] = c < length ? "//a.b"[below(5)] : '\0';
		for (int copy = 1; copy < 4; copy++)
			memcpy(path[copy], path[0], sizeof(path[0]));
		char *name = our_basename(path[0]), *their_name = __xpg_basename(path[1]), *folder = our_dirname(path[2]), *their_folder = dirname(path[3]);
		CHECK(strcmp(name, their_name) == 0, "basename: \"%s\", not \"%s\"", name, their_name);
		CHECK(strcmp(folder, their_folder) == 0 || strcmp(their_folder, "//") == 0, "dirname: \"%s\", not \"%s\"", folder, their_folder);
	}
}

// A random tree, walked by both with every combination of flags: paths, kinds, places, sizes, working directories; and ended early.
static char walks[2][100000];
static int walk_now, walk_left;

static int note_visit(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	char here[200] = "";
	size_t used = strlen(walks[walk_now]);
	snprintf(walks[walk_now] + used, sizeof(walks[0]) - used, "%s %d %d %d %ld %s\n", path, kind, place != NULL ? place->base : -1, place != NULL ? place->level : -1,
		 kind == FTW_NS ? 0 : (long)status->st_ino, kind == FTW_DP ? "" : getcwd(here, sizeof(here))); // glibc is still inside a directory when it reports it last
	return walk_left-- == 0 ? 77 : 0;
}

static int note_plain(const char *path, const struct stat *status, int kind)
{
	return note_visit(path, status, kind, NULL);
}

static void make_tree(int depth)
{
	for (int i = 0, total = (int)below(6); i < total; i++) {
		char name[20];
		snprintf(name, sizeof(name), "%c%d", "fdsx"[i % 4], i);
		if (i % 4 == 0)
			fclose(fopen(name, "w"));
		else if (i % 4 == 1 && depth < 5 && mkdir(name, 0700) == 0 && chdir(name) == 0) {
			make_tree(depth + 1);
			CHECK(chdir("..") == 0, "chdir");
		} else if (symlink(i % 4 == 2 ? "f0" : "nowhere", name) < 0)
			CHECK(errno == EEXIST, "symlink");
	}
}

static void test_nftw(void)
{
	int our_nftw(const char *path, int (*visit)(const char *, const struct stat *, int, struct FTW *), int descriptors, int flags);
	int our_ftw(const char *path, int (*visit)(const char *, const struct stat *, int), int descriptors);
	char root[] = "/tmp/compare.XXXXXX", command[60];
	CHECK(mkdtemp(root) != NULL, "mkdtemp");
	for (unsigned long i = 0; i < 10 + cases / 1000; i++) {
		CHECK(chdir(root) == 0 && mkdir("t", 0700) == 0 && chdir("t") == 0, "the tree");
		make_tree(0);
		CHECK(chdir(root) == 0, "chdir");
		for (int flags = 0; flags < 17; flags++) {
			int rc[2], limit = below(3) ? -1 : (int)below(10);
			static const char *const starts[] = {"t", "./t", "t/", "t//", "absent"};
			const char *start = starts[below(5)];
			for (walk_now = 0; walk_now < 2; walk_now++) {
				*walks[walk_now] = '\0';
				walk_left = limit;
				errno = our_errno = 0;
				rc[walk_now] = flags == 16 ? (walk_now ? ftw(start, note_plain, 9) : our_ftw(start, note_plain, 9)) :
							     (walk_now ? nftw(start, note_visit, 9, flags) : our_nftw(start, note_visit, 9, flags));
			}
			CHECK(rc[0] == rc[1] && strcmp(walks[0], walks[1]) == 0, "nftw(%s, %d) = %d, not %d:\n%s----\n%s", start, flags, rc[0], rc[1], walks[0], walks[1]);
		}
		snprintf(command, sizeof(command), "rm -rf %s/t", root);
		CHECK(system(command) == 0, "rm");
	}
	int rc[2];
	for (walk_now = 0; walk_now < 2; walk_now++) { // what is mounted below is left out
		*walks[walk_now] = '\0';
		walk_left = 400;
		rc[walk_now] = (walk_now ? nftw : our_nftw)("/dev", note_visit, 9, FTW_PHYS | FTW_MOUNT);
	}
	CHECK(rc[0] == rc[1] && strcmp(walks[0], walks[1]) == 0, "nftw(/dev, FTW_MOUNT):\n%s----\n%s", walks[0], walks[1]);
	// a directory that is below itself is named, but not what is in it; not even that when directories come last
	CHECK(mkdir("t", 0700) == 0 && mkdir("t/d", 0700) == 0 && symlink("..", "t/d/up") == 0, "the circle");
	walk_now = 0;
	for (int flags = 0; flags <= FTW_DEPTH; flags += FTW_DEPTH) {
		*walks[0] = '\0';
		walk_left = -1;
		int lines = 0, rc = our_nftw("t", note_visit, 9, flags);
		for (char *c = walks[0]; *c != '\0'; c++)
			lines += *c == '\n';
		CHECK(rc == 0 && lines == (flags == 0 ? 3 : 2), "the circle, flags %d: %d, %s", flags, rc, walks[0]);
	}
	snprintf(command, sizeof(command), "rm -rf %s", root);
	CHECK(chdir("/") == 0 && system(command) == 0, "rm");
}

int main(int count, char **arguments)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {{"printf", test_printf_random},
		     {"printf, chosen", test_printf_chosen},
		     {"wprintf", test_wprintf},
		     {"scanf", test_scanf},
		     {"scanf, chosen", test_scanf_chosen},
		     {"fmemopen", test_fmemopen},
		     {"memory, chosen", test_memory_chosen},
		     {"open_memstream", test_open_memstream},
		     {"files", test_files},
		     {"wide streams", test_wide_streams},
		     {"strtold", test_strtold},
		     {"generators", test_generators},
		     {"texts", test_texts},
		     {"addresses", test_addresses},
		     {"getdate", test_getdate},
		     {"paths", test_paths},
		     {"nftw", test_nftw}};
	unsigned long bad = 0;
	if (count > 1)
		cases = strtoul(arguments[1], NULL, 10);
	if (setlocale(LC_ALL, "C.UTF-8") == NULL || our_setlocale(LC_ALL, "C.UTF-8") == NULL) {
		printf("FAIL C.UTF-8 is not here\n");
		return 1;
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (count > 2 && strncmp(tests[i].name, arguments[2], strlen(arguments[2])) != 0)
			continue;
		failures = 0;
		tests[i].run();
		printf("%s %s", failures == 0 ? "ok" : "FAIL", tests[i].name);
		printf(failures > 0 ? ": %lu failures\n" : "\n", failures);
		fflush(stdout);
		bad += failures;
	}
	return bad != 0;
}
