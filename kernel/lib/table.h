// table.h: tables that the linker gathers. A file adds its own entry, and nobody keeps a list: what is not linked is not there.
//
//   TABLE_ADD(procfs_files, uptime, &uptime_file);       // in any file
//   TABLE_EACH(procfs_files, struct procfs_file, file)   // in the one that uses them; `file` is a pointer to each
//
// Entries are pointers in the section of the table's name; the linker gives its bounds (in the kernel: kernel.ld). No order is
// promised. An empty table is no error.
#pragma once

#define TABLE_ADD(table, name, pointer)                                                                           \
	static __typeof__(pointer) const table##_##name __attribute__((used, section(#table))) = (pointer)

#define TABLE_BOUND(name) extern const void *const name[] __attribute__((weak, visibility("hidden")))
#define TABLE_EACH(table, type, entry)                                                                            \
	TABLE_BOUND(__start_##table);                                                                             \
	TABLE_BOUND(__stop_##table);                                                                              \
	const void *const *entry##_at = __start_##table;                                                          \
	for (const type *entry; entry##_at != __stop_##table && (entry = *entry##_at, true); entry##_at++)
