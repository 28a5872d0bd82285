// uv.c: timers, files, threads, a pipe and a child process on libuv's event loop. libs: -l:libuv_a.a -lpthread -ldl -lrt
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static uv_timer_t timer;
static uv_process_t child;
static uv_async_t async;
static int ticks;

static void tick(uv_timer_t *handle)
{
	printf("tick %d\n", ++ticks);
	if (ticks == 3)
		uv_timer_stop(handle);
}

static void work(uv_work_t *request)
{
	request->data = (void *)42;
	uv_async_send(&async);
}

static void worked(uv_work_t *request, int status)
{
	printf("work gave %ld, status %d\n", (long)request->data, status);
}

static void called(uv_async_t *handle)
{
	uv_close((uv_handle_t *)handle, NULL);
}

static void ended(uv_process_t *process, int64_t status, int signal)
{
	printf("child ended: %ld, signal %d\n", (long)status, signal);
	uv_close((uv_handle_t *)process, NULL);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 5;
	uv_loop_t *loop = uv_default_loop();
	static uv_work_t request;
	uv_timer_init(loop, &timer);
	uv_timer_start(&timer, tick, 5, 5);
	uv_run(loop, UV_RUN_DEFAULT);
	uv_async_init(loop, &async, called);
	uv_queue_work(loop, &request, work, worked);
	uv_run(loop, UV_RUN_DEFAULT);
	uv_fs_t file;
	int fd = uv_fs_open(loop, &file, "uv.txt", O_CREAT | O_RDWR | O_TRUNC, 0644, NULL);
	uv_buf_t buffer = uv_buf_init("through libuv", 13);
	printf("write %d\n", uv_fs_write(loop, &file, fd, &buffer, 1, 0, NULL));
	printf("stat %d, %ld bytes\n", uv_fs_stat(loop, &file, "uv.txt", NULL), (long)file.statbuf.st_size);
	printf("rename %d\n", uv_fs_rename(loop, &file, "uv.txt", "uv2.txt", NULL));
	char *arguments[] = {argv[0], "child", NULL};
	uv_process_options_t options = {.file = argv[0], .args = arguments, .exit_cb = ended};
	printf("spawn %d\n", uv_spawn(loop, &child, &options));
	uv_run(loop, UV_RUN_DEFAULT);
	return uv_loop_close(loop);
}
