#pragma once
#include_next <setjmp.h>
#undef _setjmp
#undef _longjmp
int _setjmp(jmp_buf state) __attribute__((returns_twice));
void _longjmp(jmp_buf state, int value) __attribute__((noreturn));
