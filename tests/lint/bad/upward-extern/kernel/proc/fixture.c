int fixture_of_a_process(void);

int fixture_of_a_process(void)
{
	return 0;
}
