USER_PROGRAMS += c_redis
c_redis_SRC := userland/systems/c_redis/main.c $(call house,userland/systems/c_redis/tcp.c) $(wildcard userland/lib/kv/*.c) kernel/lib/siphash.c
