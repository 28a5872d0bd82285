// A function that no part of the kernel has: refused as "defined nowhere".
extern int printf(const char *, ...);
int fixture_of_memory(void);

int fixture_of_memory(void)
{
	return printf("");
}
