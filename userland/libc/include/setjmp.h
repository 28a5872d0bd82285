#pragma once
typedef unsigned long jmp_buf[8];
int setjmp(jmp_buf state) __attribute__((returns_twice));
void longjmp(jmp_buf state, int value) __attribute__((noreturn));
#define _setjmp(state) setjmp(state)
#define _longjmp(state, value) longjmp(state, value)
typedef struct sigjmp_state {
	jmp_buf registers;
	unsigned long mask;
	int saved;
} sigjmp_buf[1];
void sigjmp_save(struct sigjmp_state *state, int save);
#define sigsetjmp(state, save) (sigjmp_save(state, save), setjmp((state)->registers))
void siglongjmp(sigjmp_buf state, int value) __attribute__((noreturn));
