// hook.h: a HOOK is there only where the library has the file that defines it, so it is declared weak; that file says `#define HOOK` before
// its header, for a weak declaration would make its definition weak too, which any program's function of that name would replace.
#ifndef HOOK
#define HOOK __attribute__((weak))
#endif
