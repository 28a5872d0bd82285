// documents.c: XML by expat, JSON by jansson, patterns by PCRE2, large numbers by GMP. libs: -lexpat -ljansson -lpcre2-8 -lgmp -lm
#define PCRE2_CODE_UNIT_WIDTH 8
#include <expat.h>
#include <gmp.h>
#include <jansson.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void start(void *depth, const char *name, const char **attributes)
{
	printf("%*s<%s", (*(int *)depth)++, "", name);
	for (; *attributes != NULL; attributes += 2)
		printf(" %s=%s", attributes[0], attributes[1]);
	printf(">\n");
}

static void end(void *depth, const char *name)
{
	--*(int *)depth;
}

int main(void)
{
	const char *xml = "<a><b x='1' y='&lt;'>text</b><c/></a>", *subject = "2026-11-22 and 1999-01-02";
	int depth = 0;
	XML_Parser parser = XML_ParserCreate(NULL);
	XML_SetUserData(parser, &depth);
	XML_SetElementHandler(parser, start, end);
	printf("xml %d\n", XML_Parse(parser, xml, strlen(xml), 1));
	printf("bad xml %d\n", XML_Parse(XML_ParserCreate(NULL), "<a><b></a>", 10, 1));
	json_error_t error;
	json_t *json = json_loads("{\"b\":[1,2.5,\"\\u00e9\",null,true],\"a\":{}}", 0, &error);
	char *text = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);
	puts(text);
	printf("bad json %d\n", json_loads("{", 0, &error) == NULL);
	int number;
	PCRE2_SIZE at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR) "(?<year>\\d{4})-(\\d\\d)-(\\d\\d)", PCRE2_ZERO_TERMINATED, 0, &number, &at, NULL);
	pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
	for (size_t from = 0; pcre2_match(code, (PCRE2_SPTR)subject, strlen(subject), from, 0, match, NULL) > 0;) {
		PCRE2_SIZE *found = pcre2_get_ovector_pointer(match);
		printf("match %.*s\n", (int)(found[1] - found[0]), subject + found[0]);
		from = found[1];
	}
	mpz_t a, b;
	mpz_init(a);
	mpz_init(b);
	mpz_fac_ui(a, 100);
	gmp_printf("%Zd\n", a);
	mpz_ui_pow_ui(b, 2, 521);
	mpz_sub_ui(b, b, 1);
	printf("prime %d\n", mpz_probab_prime_p(b, 20) > 0);
	return 0;
}
