# userland/bin/module.mk: shell, tools, init and the demonstrations. A tool or builtin registers itself, so a list of files says which
# there are; BUILD=spine lists the fewest that first light names.
SH_SPINE := $(addprefix userland/bin/sh/,builtin.c directory.c execute.c expand.c glob.c jobs.c main.c memory.c options.c parse.c redirect.c variable.c)
BOX_SPINE := $(addprefix userland/bin/box/,cat.c copy.c echo.c grep.c kernel.c ls.c main.c mkdir.c process.c remove.c system.c test.c words.c)
USER_PROGRAMS += sh box init welcome locks $(call house,crash)
SIGNALS_SRC := userland/lib/signals/signals.c
sh_SRC := $(call choose,$(SH_SPINE),$(wildcard userland/bin/sh/*.c)) userland/bin/box/test.c userland/bin/box/echo.c $(call house,$(addprefix userland/bin/box/,printf.c symbolic.c)) \
	userland/lib/line/line.c userland/lib/line/keys.c $(SIGNALS_SRC)
box_SRC := $(call choose,$(BOX_SPINE),$(wildcard userland/bin/box/*.c userland/lib/awk/*.c userland/lib/deflate/*.c) userland/lib/line/keys.c kernel/lib/crc32.c) \
	$(SIGNALS_SRC)
init_SRC := userland/bin/init.c
welcome_SRC := userland/bin/welcome.c
locks_SRC := userland/bin/locks.c
crash_SRC := userland/bin/crash.c $(SIGNALS_SRC)
