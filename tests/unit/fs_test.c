// fs_test.c: names, files and tmpfs over the simulated lower floors.
// sources: kernel/dev/chardev.c kernel/dev/memory.c kernel/dev/registry.c kernel/fs/*.c kernel/ipc/pipe.c kernel/ipc/poll.c kernel/ipc/epoll.c kernel/ipc/anonymous.c kernel/ipc/eventfd.c kernel/ipc/select.c kernel/lib/cpio.c kernel/lib/format.c tests/sim/os/core.c tests/sim/os/sched.c
// flags: -iquote tests/sim/os
#include <criterion/criterion.h>
#include "tests/unit/seeds.h"
#include "tests/sim/os/world.h"

#define rc_is(call, wanted) cr_assert_eq((long)(call), (long)(wanted), #call " gave %ld", (long)(call_result = (call)))
static long call_result;

// The value of a call, compared once: the call is not repeated.
#define gives(call, wanted)                                                                                       \
	do {                                                                                                           \
		call_result = (long)(call);                                                                            \
		cr_assert(call_result == (long)(wanted), "%s gave %ld, not %ld", #call, call_result, (long)(wanted));    \
	} while (0)

static void setup(void)
{
	world_begin(1);
	name_make(AT_FDCWD, "/t", S_IFDIR | 0777, 0, NULL);
	sys_chdir(U("/t"));
}

TestSuite(fs, .init = setup);

Test(fs, a_file_keeps_its_bytes)
{
	char buffer[64];

	gives(write_file("hello", "world"), 5);
	gives(read_file("hello", buffer, sizeof(buffer)), 5);
	cr_assert_str_eq(buffer, "world");
	gives(sys_open(U("missing"), O_RDONLY, 0), -ENOENT);
	gives(sys_open(U("hello"), O_CREAT | O_EXCL | O_RDWR, 0600), -EEXIST);
	gives(sys_open(U("hello/x"), O_RDONLY, 0), -ENOTDIR);
	gives(sys_open(U("hello/"), O_RDONLY, 0), -ENOTDIR);
	gives(sys_open(U("/t"), O_WRONLY, 0), -EISDIR);
	gives(sys_open(U("new/"), O_CREAT | O_WRONLY, 0644), -EISDIR);
	gives(sys_open(U(""), O_RDONLY, 0), -ENOENT);
	gives(sys_open(12, O_RDONLY, 0), -EFAULT);
}

Test(fs, sparse_files_read_zeros_and_truncate_forgets)
{
	char byte = 7, buffer[8] = "xxxxxxx";
	struct abi_stat stat;
	int fd = (int)sys_open(U("sparse"), O_CREAT | O_RDWR, 0600);

	gives(sys_pwrite64(fd, U(&byte), 1, 1 << 20), 1);
	gives(sys_fstat(fd, U(&stat)), 0);
	cr_assert_eq(stat.st_size, (1 << 20) + 1);
	cr_assert_eq(stat.st_blocks, 8);
	gives(sys_pread64(fd, U(buffer), 8, 5000), 8);
	cr_assert_eq(memcmp(buffer, "\0\0\0\0\0\0\0\0", 8), 0);
	gives(sys_pwrite64(fd, U("abcdef"), 6, 4094), 6);
	gives(sys_ftruncate(fd, 4096), 0);
	gives(sys_ftruncate(fd, 5000), 0);
	gives(sys_pread64(fd, U(buffer), 6, 4094), 6);
	cr_assert_eq(memcmp(buffer, "ab\0\0\0\0", 6), 0);
	gives(sys_lseek(fd, -1, SEEK_SET), -EINVAL);
	gives(sys_lseek(fd, 10, SEEK_END), 5010);
	gives(sys_read(fd, U(buffer), 8), 0);
	gives(sys_ftruncate(fd, -1), -EINVAL);
}

Test(fs, append_goes_to_the_end_whatever_the_position)
{
	char buffer[16];
	int a = (int)sys_open(U("log"), O_CREAT | O_RDWR | O_APPEND, 0600), b = (int)sys_open(U("log"), O_RDWR | O_APPEND, 0);

	gives(sys_write(a, U("one"), 3), 3);
	gives(sys_write(b, U("two"), 3), 3);
	gives(sys_lseek(a, 0, SEEK_SET), 0);
	gives(sys_write(a, U("three"), 5), 5);
	gives(sys_pread64(b, U(buffer), 16, 0), 11);
	cr_assert_eq(memcmp(buffer, "onetwothree", 11), 0);
}

Test(fs, removing_and_links)
{
	struct abi_stat stat;
	char buffer[8];

	write_file("a", "data");
	gives(sys_link(U("a"), U("b")), 0);
	gives(sys_link(U("a"), U("b")), -EEXIST);
	gives(sys_link(U("/t"), U("dir")), -EPERM);
	gives(sys_stat(U("b"), U(&stat)), 0);
	cr_assert_eq(stat.st_nlink, 2);
	int fd = (int)sys_open(U("a"), O_RDONLY, 0);
	gives(sys_unlink(U("a")), 0);
	gives(sys_unlink(U("b")), 0);
	gives(sys_unlink(U("b")), -ENOENT);
	gives(sys_fstat(fd, U(&stat)), 0);
	cr_assert_eq(stat.st_nlink, 0);
	gives(sys_read(fd, U(buffer), 8), 4); // an open file outlives its names
	gives(sys_close(fd), 0);
	gives(sys_close(fd), -EBADF);
}

Test(fs, directories)
{
	gives(sys_mkdir(U("d"), 0755), 0);
	gives(sys_mkdir(U("d"), 0755), -EEXIST);
	gives(sys_mkdir(U("d/e/"), 0755), 0);
	gives(sys_mkdir(U("nowhere/e"), 0755), -ENOENT);
	gives(sys_rmdir(U("d")), -ENOTEMPTY);
	gives(sys_unlink(U("d")), -EISDIR);
	gives(sys_rmdir(U("d/.")), -EINVAL);
	gives(sys_rmdir(U("d/e/..")), -ENOTEMPTY);
	gives(sys_rmdir(U("/")), -EBUSY);
	gives(sys_rmdir(U("d/e")), 0);
	gives(sys_chdir(U("d")), 0);
	gives(sys_rmdir(U("/t/d")), 0);
	char buffer[64];
	gives(sys_getcwd(U(buffer), 64), -ENOENT);
	gives(sys_open(U("x"), O_CREAT | O_WRONLY, 0644), -ENOENT); // nothing is made in a removed directory
	write_file("/t/loose", "x");
	gives(sys_rename(U("/t/loose"), U("y")), -ENOENT);
	gives(sys_link(U("/t/loose"), U("y")), -ENOENT);
	gives(sys_chdir(U("..")), 0);
	gives(sys_getcwd(U(buffer), 64), 3);
	cr_assert_str_eq(buffer, "/t");
	gives(sys_getcwd(U(buffer), 2), -ERANGE);
}

Test(fs, symbolic_links)
{
	char buffer[64];

	write_file("target", "text");
	gives(sys_symlink(U("target"), U("l1")), 0);
	gives(sys_symlink(U("/t/l1"), U("l2")), 0);
	gives(read_file("l2", buffer, 64), 4);
	gives(sys_readlink(U("l2"), U(buffer), 3), 3);
	gives(sys_readlink(U("target"), U(buffer), 64), -EINVAL);
	gives(sys_open(U("l2"), O_RDONLY | O_NOFOLLOW, 0), -ELOOP);
	gives(sys_symlink(U("loop"), U("loop")), 0);
	gives(sys_open(U("loop"), O_RDONLY, 0), -ELOOP);
	gives(sys_open(U("loop/x"), O_RDONLY, 0), -ELOOP);
	gives(sys_symlink(U("made"), U("dangling")), 0);
	gives(write_file("dangling", "x"), 1); // creates through the link
	gives(read_file("made", buffer, 64), 1);
	gives(sys_open(U("dangling"), O_CREAT | O_EXCL | O_WRONLY, 0644), -EEXIST);
	gives(sys_mkdir(U("dir"), 0755), 0);
	gives(sys_symlink(U("../t/dir"), U("ld")), 0);
	gives(write_file("ld/f", "in"), 2);
	gives(read_file("dir/f", buffer, 64), 2);
	gives(sys_rmdir(U("ld")), -ENOTDIR);
	gives(sys_symlink(U(""), U("empty")), -ENOENT);
	char name[16] = "c00";
	for (int i = 1; i <= 41; i++) { // 40 links are followed, not 41
		char to[16];
		snprintf(to, sizeof(to), "c%02d", i - 1);
		snprintf(name, sizeof(name), "c%02d", i);
		gives(sys_symlink(U(i == 1 ? "target" : to), U(name)), 0);
	}
	gives(read_file("c40", buffer, 64), 4);
	gives(read_file("c41", buffer, 64), -ELOOP);
}

Test(fs, renames)
{
	char buffer[16];

	write_file("a", "A");
	write_file("b", "B");
	gives(sys_renameat2(AT_FDCWD, U("a"), AT_FDCWD, U("b"), 1), -EEXIST);
	gives(sys_renameat2(AT_FDCWD, U("a"), AT_FDCWD, U("b"), 4), -EINVAL);
	gives(sys_rename(U("a"), U("b")), 0);
	gives(read_file("b", buffer, 16), 1);
	cr_assert_str_eq(buffer, "A");
	gives(read_file("a", buffer, 16), -ENOENT);
	sys_mkdir(U("d"), 0755);
	sys_mkdir(U("d/e"), 0755);
	gives(sys_rename(U("d"), U("d/e/f")), -EINVAL);
	gives(sys_rename(U("b"), U("d")), -EISDIR);
	gives(sys_rename(U("d"), U("b")), -ENOTDIR);
	gives(sys_rename(U("d/e"), U("d")), -ENOTEMPTY);
	gives(sys_rename(U("b"), U("d/e/b")), 0);
	gives(sys_rename(U("d/e"), U("top")), 0);
	gives(read_file("top/b", buffer, 16), 1);
	gives(sys_rename(U("."), U("x")), -EBUSY);
	gives(sys_rename(U("top"), U("/dev/top")), -EXDEV);
	sys_link(U("top/b"), U("same"));
	gives(sys_rename(U("same"), U("top/b")), 0); // one file under two names: nothing happens
	gives(read_file("same", buffer, 16), 1);
}

Test(fs, names_have_limits)
{
	static char name[PATH_MAX + 8];

	memset(name, 'n', NAME_MAX + 1);
	gives(sys_mkdir(U(name), 0755), -ENAMETOOLONG);
	name[NAME_MAX] = 0;
	gives(sys_mkdir(U(name), 0755), 0);
	gives(sys_rmdir(U(name)), 0);
	memset(name, '/', PATH_MAX + 1);
	gives(sys_chdir(U(name)), -ENAMETOOLONG);
	name[PATH_MAX - 1] = 0;
	gives(sys_chdir(U(name)), 0);
}

Test(fs, descriptors)
{
	write_file("f", "abc");
	int a = (int)sys_open(U("f"), O_RDONLY | O_CLOEXEC, 0);
	gives(sys_fcntl(a, F_GETFD, 0), FD_CLOEXEC);
	gives(sys_dup2(a, 40), 40);
	gives(sys_fcntl(40, F_GETFD, 0), 0);
	gives(sys_dup2(a, a), a);
	gives(sys_dup3(a, a, 0), -EINVAL);
	gives(sys_dup2(77, 1), -EBADF);
	gives(sys_dup2(a, 64), -EBADF); // RLIMIT_NOFILE
	gives(sys_fcntl(a, F_DUPFD, 64), -EINVAL);
	gives(sys_fcntl(a, F_DUPFD_CLOEXEC, 30), 30);
	gives(sys_fcntl(a, 9999, 0), -EINVAL);
	gives(sys_write(a, U("x"), 1), -EBADF);
	int fd = 0, count = 0;
	while ((fd = (int)sys_dup(a)) >= 0)
		count++;
	cr_assert_eq(fd, -EMFILE);
	cr_assert_eq(count, 64 - 3);
	files_close_on_exec(current->files);
	gives(sys_fcntl(30, F_GETFD, 0), -EBADF);
	gives(sys_fcntl(40, F_GETFD, 0), 0);
	fd = (int)sys_open(U("f"), O_PATH, 0);
	gives(sys_read(fd, U(&count), 1), -EBADF);
	fd = (int)sys_open(U("f"), 3, 0); // neither read nor write: ioctl only
	gives(sys_read(fd, U(&count), 1), -EBADF);
}

Test(fs, directories_are_listed_with_stable_positions)
{
	char buffer[4096], seen[64] = "";
	sys_mkdir(U("list"), 0755);
	write_file("list/one", "");
	write_file("list/two", "");
	write_file("list/three", "");
	int fd = (int)sys_open(U("list"), O_RDONLY | O_DIRECTORY, 0);
	gives(sys_getdents64(fd, U(buffer), 8), -EINVAL);
	long size;
	while ((size = sys_getdents64(fd, U(buffer), 32)) > 0) {
		struct abi_dirent64 *entry = (struct abi_dirent64 *)buffer;
		strcat(strcat(seen, entry->d_name), " ");
		if (strcmp(entry->d_name, "one") == 0)
			sys_unlink(U("list/one"));
	}
	cr_assert_eq(size, 0);
	cr_assert_str_eq(seen, ". .. one two three ");
	gives(sys_getdents64(sys_open(U("list/two"), O_RDONLY, 0), U(buffer), 100), -ENOTDIR);
}

Test(fs, permissions)
{
	static struct cred user = {.uid = 1000, .euid = 1000, .fsuid = 1000, .gid = 1000, .fsgid = 1000};

	write_file("secret", "x");
	sys_chmod(U("secret"), 0640);
	sys_mkdir(U("closed"), 0700);
	write_file("closed/f", "x");
	sys_mkdir(U("sticky"), 0755);
	sys_chmod(U("sticky"), 01777);
	write_file("sticky/roots", "x");
	sys_chmod(U("/t"), 0755);
	current->cred = &user;
	gives(sys_open(U("secret"), O_RDONLY, 0), -EACCES);
	gives(sys_open(U("closed/f"), O_RDONLY, 0), -EACCES);
	gives(sys_open(U("made"), O_CREAT | O_RDWR, 0644), -EACCES);
	gives(sys_unlink(U("secret")), -EACCES);
	gives(sys_unlink(U("sticky/roots")), -EPERM);
	gives(write_file("sticky/mine", "x"), 1);
	gives(sys_unlink(U("sticky/mine")), 0);
	gives(sys_chmod(U("secret"), 0666), -EPERM);
	gives(sys_chown(U("secret"), 1000, 1000), -EPERM);
	gives(sys_access(U("secret"), R_OK), -EACCES);
	gives(sys_access(U("secret"), F_OK), 0);
	gives(sys_mount(U("x"), U("/t"), U("tmpfs"), 0, 0), -EPERM);
	current->cred = NULL;
	gives(sys_chown(U("secret"), UINT32_MAX, 1000), 0);
	current->cred = &user;
	gives(sys_access(U("secret"), R_OK), 0);
	current->cred = NULL;
	gives(sys_access(U("secret"), X_OK), -EACCES); // not even the superuser executes what nobody may
}

Test(fs, mounts)
{
	char buffer[512], where[64];

	sys_mkdir(U("m"), 0755);
	gives(sys_mount(U("x"), U("m"), U("tmpfs"), 0, 0), 0);
	gives(sys_mount(U("x"), U("m"), U("nofs"), 0, 0), -ENODEV);
	gives(sys_mount(U("x"), U("/proc"), U("proc"), 0, 0), -EBUSY);
	gives(write_file("m/inside", "i"), 1);
	gives(sys_rmdir(U("m")), -EBUSY);
	gives(sys_chdir(U("m")), 0);
	gives(sys_getcwd(U(where), 64), 5);
	gives(sys_umount2(U("/t/m"), 0), -EBUSY);
	gives(sys_open(U("../m/inside"), O_RDONLY, 0), 0);
	sys_close(0);
	gives(sys_chdir(U("..")), 0);
	gives(sys_rename(U("m/inside"), U("inside")), -EXDEV);
	read_file("/proc/mounts", buffer, sizeof(buffer));
	cr_assert(strstr(buffer, "tmpfs /t/m tmpfs rw") != NULL, "%s", buffer);
	gives(sys_umount2(U("m"), 0), 0);
	gives(sys_umount2(U("m"), 0), -EINVAL);
	gives(sys_open(U("m/inside"), O_RDONLY, 0), -ENOENT);
	gives(sys_mount(U("x"), U("m"), U("tmpfs"), 1, 0), 0);
	gives(sys_open(U("m/f"), O_CREAT | O_WRONLY, 0644), -EROFS);
	gives(sys_umount2(U("m"), 0), 0);
}

Test(fs, devices)
{
	char buffer[8] = "xxxxxxx";
	int fd = (int)sys_open(U("/dev/zero"), O_RDWR, 0);

	gives(sys_read(fd, U(buffer), 8), 8);
	cr_assert_eq(buffer[7], 0);
	fd = (int)sys_open(U("/dev/full"), O_RDWR, 0);
	gives(sys_write(fd, U(buffer), 8), -ENOSPC);
	fd = (int)sys_open(U("/dev/null"), O_RDWR, 0);
	gives(sys_read(fd, U(buffer), 8), 0);
	gives(sys_write(fd, U(buffer), 8), 8);
	gives(sys_ioctl(fd, 0x5401, U(buffer)), -ENOTTY);
	gives(sys_mknod(U("nodev"), S_IFCHR | 0600, 0x6363), 0);
	gives(sys_open(U("nodev"), O_RDONLY, 0), -ENXIO);
	gives(read_file("/proc/nothing", buffer, 8), -ENOENT);
	char text[256];
	cr_assert_gt(read_file("/proc/filesystems", text, 256), 10);
	gives(sys_mkdir(U("/proc/x"), 0755), -ENOENT);
	gives(sys_unlink(U("/proc/mounts")), -EPERM);
}

Test(fs, nothing_leaks)
{
	world_leave(current);
	uint64_t objects = sim_live_objects, pages = sim_live_pages;
	world_begin(2);
	sys_chdir(U("/t"));
	sys_mkdir(U("m"), 0755);
	sys_mount(U("x"), U("m"), U("tmpfs"), 0, 0);
	sys_mkdir(U("m/d"), 0755);
	write_file("m/d/f", "text");
	sys_symlink(U("d/f"), U("m/l"));
	int fd = (int)sys_open(U("m/l"), O_RDWR, 0);
	sys_unlink(U("m/d/f"));
	sys_close(fd);
	sys_rename(U("m/d"), U("m/e"));
	write_file("m/e/kept", "text");
	cr_assert_eq(sys_umount2(U("m"), 0), 0);
	sys_rmdir(U("m"));
	int32_t ends[2];
	sys_pipe(U(ends));
	sys_write(ends[1], U("x"), 1);
	world_leave(current);
	cr_assert_eq(sim_live_objects, objects, "%ld objects", (long)(sim_live_objects - objects));
	cr_assert_eq(sim_live_pages, pages);
}

Test(fs, running_out_of_memory_is_an_errno_and_leaks_nothing)
{
	world_leave(current);
	uint64_t objects = sim_live_objects, pages = sim_live_pages;
	for (uint64_t seed = 1; seed <= seeds(60); seed++) {
		world_begin(seed);
		sys_chdir(U("/t"));
		sim_fail_allocations(8);
		sys_mkdir(U("oom"), 0755);
		write_file("oom/f", "text");
		sys_symlink(U("oom"), U("ol"));
		sys_link(U("oom/f"), U("og"));
		sys_rename(U("og"), U("oh"));
		sys_truncate(U("ol/f"), 2);
		int32_t ends[2] = {-1, -1};
		sys_pipe(U(ends));
		sim_fail_allocations(0);
		sys_unlink(U("oom/f"));
		sys_unlink(U("ol"));
		sys_unlink(U("og"));
		sys_unlink(U("oh"));
		sys_rmdir(U("oom"));
		world_leave(current);
		cr_assert_eq(sim_live_objects, objects, "seed %lu: %ld objects", seed, (long)(sim_live_objects - objects));
		cr_assert_eq(sim_live_pages, pages);
	}
}

// ---- many at once ----

static void churn(void *argument)
{
	static const char *const places[] = {"/t/c", "/t/c/a", "/t/c/b", "/t/c/a/d"};
	char one[32], two[32], buffer[256];

	for (int round = 0; round < 40; round++) {
		snprintf(one, sizeof(one), "%s/%d", places[sim_random(4)], (int)sim_random(4));
		snprintf(two, sizeof(two), "%s/%d", places[sim_random(4)], (int)sim_random(4));
		switch (sim_random(9)) {
		case 0:
			write_file(one, "text");
			break;
		case 1:
			sys_unlink(U(one));
			break;
		case 2:
			sys_rename(U(one), U(two));
			break;
		case 3:
			sys_mkdir(U(one), 0755);
			break;
		case 4:
			sys_rmdir(U(one));
			break;
		case 5:
			sys_link(U(one), U(two));
			break;
		case 6:
			sys_symlink(U(two), U(one));
			break;
		case 7:
			sys_chdir(U(one));
			sys_getcwd(U(buffer), sizeof(buffer));
			break;
		case 8: {
			long fd = sys_open(U(places[sim_random(4)]), O_RDONLY, 0);
			while (fd >= 0 && sys_getdents64((int)fd, U(buffer), 64) > 0)
				;
			if (fd >= 0)
				sys_close((int)fd);
		}
		}
	}
	world_leave(current);
}

// Removes all below a directory, and counts what link counts say is wrong.
static int remove_tree(const char *name)
{
	char buffer[1024], path[256];
	struct abi_stat stat;
	long fd = sys_open(U(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0), size, directories = 2;
	int wrong = 0;

	sys_fstat((int)fd, U(&stat));
	while ((size = sys_getdents64((int)fd, U(buffer), sizeof(buffer))) > 0)
		for (long at = 0; at < size;) {
			struct abi_dirent64 *entry = (struct abi_dirent64 *)(buffer + at);
			at += entry->d_reclen;
			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
			directories += entry->d_type == DT_DIR;
			wrong += entry->d_type == DT_DIR ? remove_tree(path) : sys_unlink(U(path)) != 0;
		}
	sys_close((int)fd);
	return wrong + (stat.st_nlink != (uint64_t)directories) + (sys_rmdir(U(name)) != 0);
}

Test(fs, names_survive_every_interleaving)
{
	world_leave(current);
	uint64_t objects = sim_live_objects, pages = sim_live_pages;
	for (uint64_t seed = 1; seed <= seeds(60); seed++) {
		world_begin(seed);
		sys_mkdir(U("/t/c"), 0777);
		sys_mkdir(U("/t/c/a"), 0777);
		sys_mkdir(U("/t/c/b"), 0777);
		sys_mkdir(U("/t/c/a/d"), 0777);
		for (int i = 0; i < 4; i++)
			sim_spawn("churn", 100 + i, churn, NULL);
		if (sim_run() != 0)
			cr_assert_fail("seed %lu: stuck: %s", seed, sim_stuck());
		if (remove_tree("/t/c") != 0)
			cr_assert_fail("seed %lu: a link count is wrong", seed);
		world_leave(current);
		if (sim_live_objects != objects || sim_live_pages != pages)
			cr_assert_fail("seed %lu: %ld objects, %ld pages are left", seed, (long)(sim_live_objects - objects),
				       (long)(sim_live_pages - pages));
	}
}

Test(fs, an_archive_becomes_files_without_a_copy)
{
	static char text[64];
	struct page *pages = page_alloc(3, ALLOC_ZERO);
	char *archive = page_address(pages), *at = archive;
	struct abi_stat stat;

	for (int i = 1; i < 8; i++)
		pages[i].references.value = 1;
	at += sprintf(at, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, 0100755, 0, 0, 1, 9, 4096 * 2 + 10, 0, 0,
		      0, 0, 4096 - 110, 0);
	strcpy(at, "deep/er/program");
	memset(archive + 4096, 'p', 4096 * 2 + 10);
	at = archive + 4096 * 3 + 12;
	at += sprintf(at, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s", 1, 0100755, 0, 0, 1, 9, 1, 0, 0, 0, 0, 10, 0,
		      "../climbs");
	at = archive + ((at + 1 - archive + 3) & ~3);
	*at = 'x';
	at += 4;
	sprintf(at, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s", 1, 0, 0, 0, 1, 9, 0, 0, 0, 0, 0, 11, 0, "TRAILER!!!");
	uint64_t before = sim_live_pages;
	gives(initramfs_unpack(archive, 8 * 4096, "/t/under"), -EINVAL); // for the name that climbs; the rest is there
	gives(sys_stat(U("/t/under/deep/er/program"), U(&stat)), 0);
	cr_assert(stat.st_size == 4096 * 2 + 10 && (stat.st_mode & 0777) == 0755);
	cr_assert_eq(sim_live_pages - before, 1); // two pages were adopted, the tail was copied
	cr_assert_eq(pages[1].references.value, 2);
	int fd = (int)sys_open(U("/t/under/deep/er/program"), O_RDONLY, 0);
	gives(sys_pread64(fd, U(text), 20, 4096 * 2), 10);
	gives(sys_stat(U("/t/climbs"), U(&stat)), -ENOENT);
}

// ---- /proc/PID, with one process that can go ----

static int alive = 42;

static int next_process(int pid)
{
	return pid < alive ? alive : 0;
}

static int process_owner(int pid, uint32_t *uid, uint32_t *gid)
{
	*uid = 1000;
	*gid = 1001;
	return pid == alive ? 0 : -ESRCH;
}

static struct files *process_files(int pid)
{
	if (pid != alive)
		return NULL;
	refcount_get(&current->files->references);
	return current->files;
}

static int show_status(struct text *text, int pid)
{
	if (pid != alive)
		return -ESRCH;
	for (int i = 0; i < 1000; i++)
		text_print(text, "Pid:\t%d\n", pid);
	return 0;
}

static int process_cwd(int pid, struct path *path)
{
	return pid == alive ? path_walk(AT_FDCWD, "/t", 0, path) : -ESRCH;
}

PROCFS_TASK_ENTRY(status, .mode = S_IFREG | 0444, .show = show_status);
PROCFS_TASK_ENTRY(cwd, .mode = S_IFLNK | 0777, .place = process_cwd, .operations = &procfs_link_operations);
static const struct procfs_task_operations processes = {next_process, process_owner, process_files};

Test(fs, processes_are_shown_and_may_vanish)
{
	static char text[16384];
	struct abi_stat stat;
	bool seen = false;

	procfs_task_operations = &processes;
	write_file("named", "x");
	int fd = (int)sys_open(U("/proc"), O_RDONLY, 0);
	long size = sys_getdents64(fd, U(text), sizeof(text));
	for (long at = 0; at < size; at += ((struct abi_dirent64 *)(text + at))->d_reclen)
		seen |= strcmp(((struct abi_dirent64 *)(text + at))->d_name, "42") == 0;
	cr_assert(seen);
	gives(sys_getdents64(fd, U(text), sizeof(text)), 0);
	gives(read_file("/proc/42/status", text, sizeof(text)), 8000);
	cr_assert_eq(memcmp(text, "Pid:\t42\n", 8), 0);
	gives(sys_stat(U("/proc/42"), U(&stat)), 0);
	cr_assert(stat.st_uid == 1000 && stat.st_gid == 1001);
	gives(read_file("/proc/42/cwd/named", text, sizeof(text)), 1);
	gives(sys_readlink(U("/proc/42/cwd"), U(text), 10), 2);
	int file = (int)sys_open(U("named"), O_RDONLY, 0);
	char name[32];
	snprintf(name, sizeof(name), "/proc/42/fd/%d", file);
	gives(sys_readlink(U(name), U(text), 100), 8);
	cr_assert_eq(memcmp(text, "/t/named", 8), 0);
	gives(read_file(name, text, 10), 1);
	sys_unlink(U("named"));
	gives(sys_readlink(U(name), U(text), 100), 18);
	cr_assert_eq(memcmp(text, "/t/named (deleted)", 18), 0);
	gives(read_file(name, text, 10), 1); // the link leads to the file, not to its name
	gives(sys_readlink(U("/proc/self"), U(text), 10), 1);
	int status = (int)sys_open(U("/proc/42/status"), O_RDONLY, 0), directory = (int)sys_open(U("/proc/42"), O_RDONLY, 0);
	gives(sys_read(status, U(text), 100), 100);
	alive = 43;
	gives(sys_read(status, U(text), 100), 100); // the text of that moment stays
	gives(sys_pread64(status, U(text), 100, 0), -ESRCH);
	gives(sys_openat(directory, U("status"), O_RDONLY, 0), -ENOENT);
	gives(sys_open(U("/proc/42/status"), O_RDONLY, 0), -ENOENT);
	gives(sys_open(U("/proc/042"), O_RDONLY, 0), -ENOENT);
	gives(sys_open(U("/proc/99999999999"), O_RDONLY, 0), -ENOENT);
	procfs_task_operations = NULL;
}
