# userland/bin/module.mk: shell, tools, init and the demonstrations.
USER_PROGRAMS += sh box init welcome locks crash
SIGNALS_SRC := userland/lib/signals/signals.c
sh_SRC := $(wildcard userland/bin/sh/*.c) userland/bin/box/test.c userland/bin/box/echo.c \
	userland/lib/line/line.c userland/lib/line/keys.c $(SIGNALS_SRC)
box_SRC := $(wildcard userland/bin/box/*.c userland/lib/deflate/*.c) userland/lib/line/keys.c kernel/lib/crc32.c $(SIGNALS_SRC)
init_SRC := userland/bin/init.c
welcome_SRC := userland/bin/welcome.c
locks_SRC := userland/bin/locks.c
crash_SRC := userland/bin/crash.c $(SIGNALS_SRC)
