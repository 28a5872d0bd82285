// The GPU's core asks the machine for memory behind its host's back: refused as "comes from outside".
extern void *malloc(unsigned long size);
void *fixture_of_a_core(void);

void *fixture_of_a_core(void)
{
	return malloc(1);
}
