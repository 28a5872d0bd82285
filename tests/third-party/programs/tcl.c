// tcl.c: evaluates standard input with the real Tcl. libs: -ltcl8.6 -lz -lm -lpthread -ldl
#include <stdio.h>
#include <tcl8.6/tcl.h>

int main(int argc, char **argv)
{
	static char script[1 << 16];
	script[fread(script, 1, sizeof(script) - 1, stdin)] = '\0';
	Tcl_FindExecutable(argv[0]);
	Tcl_Interp *interpreter = Tcl_CreateInterp();
	int rc = Tcl_Eval(interpreter, script);
	if (rc != TCL_OK)
		fprintf(stderr, "tcl: %s\n", Tcl_GetStringResult(interpreter));
	Tcl_Finalize();
	return rc;
}
