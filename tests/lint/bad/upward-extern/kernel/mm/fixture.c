// Memory management calls processes by an extern of its own: refused as "climbs".
extern int fixture_of_a_process(void);
int fixture_of_memory(void);

int fixture_of_memory(void)
{
	return fixture_of_a_process();
}
