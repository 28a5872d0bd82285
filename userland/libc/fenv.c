// fenv.c: the floating-point environment. Two units compute, each with flags and a direction of its own: a flag is set when it is in
// either, and a direction is given to both. The x87's flags change only with all of its environment (fnstenv, fldenv).
#include <fenv.h>

static unsigned sse(void)
{
	unsigned word;
	__asm__ volatile("stmxcsr %0" : "=m"(word));
	return word;
}

static void set_sse(unsigned word)
{
	__asm__ volatile("ldmxcsr %0" : : "m"(word));
}

int fegetenv(fenv_t *environment)
{
	__asm__ volatile("fnstenv %0\n\tfldenv %0" : "=m"(*environment)); // fnstenv masks every exception
	environment->mxcsr = sse();
	return 0;
}

int fesetenv(const fenv_t *environment)
{
	static const fenv_t usual = {.control = 0x37f, .tags = 0xffff, .mxcsr = 0x1f80};
	environment = environment == FE_DFL_ENV ? &usual : environment;
	__asm__ volatile("fldenv %0" : : "m"(*environment));
	set_sse(environment->mxcsr);
	return 0;
}

int fetestexcept(int exceptions)
{
	unsigned short status;
	__asm__ volatile("fnstsw %0" : "=a"(status));
	return (int)((status | sse()) & (unsigned)exceptions & FE_ALL_EXCEPT);
}

int feclearexcept(int exceptions)
{
	fenv_t now;
	fegetenv(&now);
	now.status &= (unsigned short)~(exceptions & FE_ALL_EXCEPT);
	now.mxcsr &= ~((unsigned)exceptions & FE_ALL_EXCEPT);
	return fesetenv(&now);
}

int fegetexceptflag(fexcept_t *flags, int exceptions)
{
	*flags = (fexcept_t)fetestexcept(exceptions);
	return 0;
}

// Sets the flags and nothing happens; every trap that a program may have enabled waits for its next instruction.
int fesetexceptflag(const fexcept_t *flags, int exceptions)
{
	feclearexcept(exceptions);
	set_sse(sse() | (unsigned)(*flags & exceptions & FE_ALL_EXCEPT));
	return 0;
}

int feraiseexcept(int exceptions)
{
	set_sse(sse() | ((unsigned)exceptions & FE_ALL_EXCEPT));
	return 0;
}

int fegetround(void)
{
	unsigned short control;
	__asm__ volatile("fnstcw %0" : "=m"(control));
	return control & FE_TOWARDZERO;
}

int fesetround(int direction)
{
	unsigned short control;
	if ((direction & ~FE_TOWARDZERO) != 0)
		return 1;
	__asm__ volatile("fnstcw %0" : "=m"(control));
	control = (unsigned short)((control & ~FE_TOWARDZERO) | direction);
	__asm__ volatile("fldcw %0" : : "m"(control));
	set_sse((sse() & ~(FE_TOWARDZERO << 3u)) | (unsigned)direction << 3);
	return 0;
}

int feholdexcept(fenv_t *environment)
{
	fegetenv(environment);
	fenv_t quiet = *environment;
	quiet.control |= 0x3f;
	quiet.mxcsr |= 0x1f80;
	fesetenv(&quiet);
	return feclearexcept(FE_ALL_EXCEPT);
}

int feupdateenv(const fenv_t *environment)
{
	int raised = fetestexcept(FE_ALL_EXCEPT);
	fesetenv(environment);
	return feraiseexcept(raised);
}
