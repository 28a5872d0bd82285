// sqlite.c: DATABASE; runs the SQL of standard input with the real SQLite and prints the rows. libs: -lsqlite3 -lm -lpthread -ldl
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static int row(void *unused, int count, char **values, char **names)
{
	for (int i = 0; i < count; i++)
		printf("%s%s", i ? "|" : "", values[i] ? values[i] : "NULL");
	putchar('\n');
	return 0;
}

int main(int argc, char **argv)
{
	sqlite3 *db;
	static char sql[1 << 16];
	char *message = NULL;
	sql[fread(sql, 1, sizeof(sql) - 1, stdin)] = '\0';
	if (sqlite3_open(argc > 1 ? argv[1] : ":memory:", &db) != SQLITE_OK)
		return 2;
	int rc = sqlite3_exec(db, sql, row, NULL, &message);
	if (rc != SQLITE_OK)
		fprintf(stderr, "sqlite: %s\n", message);
	sqlite3_close(db);
	return rc != SQLITE_OK;
}
