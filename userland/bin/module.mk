# userland/bin/module.mk: shell, tools, init and the demonstrations.
USER_PROGRAMS += sh
sh_SRC := $(wildcard userland/bin/sh/*.c) userland/lib/signals/signals.c userland/bin/box/test.c userland/bin/box/echo.c
