# generate.awk: turns flags.tbl and syscalls.tbl (in this order) into kernel/uapi/syscall_numbers.h, kernel/syscall/prototypes.h and kernel/syscall/table.h
# below the folder `out`. Columns are checked, so that a slip in the table stops the build with its line.
BEGIN {
	c["fd"] = "int"; c["int"] = "int"; c["uint"] = "unsigned"; c["mode"] = "uint32_t"; c["size"] = "size_t"
	c["off"] = "int64_t"; c["u64"] = "uint64_t"; c["addr"] = "user_addr"; c["path"] = "user_addr"
	numbers = out "/kernel/uapi/syscall_numbers.h"; prototypes = out "/kernel/syscall/prototypes.h"; table = out "/kernel/syscall/table.h"
	print "// Generated from kernel/syscall/syscalls.tbl.\n#pragma once" > numbers
	names = out "/kernel/uapi/syscall_names.h"
	print "// Generated from kernel/syscall/syscalls.tbl and kernel/uapi/errno.h: SYSCALL(number, name, types and names), ERROR(number, name)" > names
	print "// Generated from kernel/syscall/syscalls.tbl.\n#pragma once\n#include <stddef.h>\n#include <stdint.h>\n#include \"kernel/arch/x86_64/machine/usercopy.h\"" > prototypes
	print "// Generated from kernel/syscall/syscalls.tbl: CALL(number, name, arguments of the call, types and names, support)\n#ifndef ABSENT\n#define ABSENT(number, name)\n#endif" > table
	last = -1
}
FILENAME ~ /errno/ { if ($1 == "#define" && $3 ~ /^[0-9]+$/) print "ERROR(" $3 ", " $2 ")" > names; next }
/^#/ || NF == 0 { next }
FILENAME ~ /flags/ { flags[$1] = flags[$1] "\\n    " $0; sub("    " $1 " ", "    ", flags[$1]); next }
{
	if (NF < 3 || $1 + 0 <= last || NF > 9 || $3 !~ /^(full|partial:.+|absent(:.+)?)$/) { print FILENAME ":" FNR ": bad line or order" > "/dev/stderr"; exit 1 }
	last = $1 + 0
	if ($3 == "absent") { print "SYSCALL(" $1 ", " $2 ", \"\")" > names; print "ABSENT(" $1 ", " $2 ")" > table; next }
	greatest = last
	parameters = ""; arguments = ""; shown = ""
	for (i = 4; i <= NF; i++) {
		split($i, part, ":")
		if (!(part[1] in c)) { print FILENAME ":" FNR ": unknown type " part[1] > "/dev/stderr"; exit 1 }
		parameters = parameters (i > 4 ? ", " : "") c[part[1]] " " part[2]
		arguments = arguments (i > 4 ? ", " : "") "(" c[part[1]] ")a[" i - 4 "]"
		shown = shown (i > 4 ? " " : "") $i
	}
	print "#define SYS_" $2 " " $1 > numbers
	print "SYSCALL(" $1 ", " $2 ", \"" shown "\")" > names
	noreturn = $2 == "exit" || $2 == "exit_group" ? "_Noreturn " : ""
	print noreturn "long sys_" $2 "(" (parameters == "" ? "void" : parameters) ");" > prototypes
	if ($3 == "full" && flags[$2] ~ / -/) { print FILENAME ":" FNR ": full, and flags.tbl says what is absent" > "/dev/stderr"; exit 1 }
	support = $3; gsub("[+]", " ", support); support = support flags[$2]
	print "CALL(" $1 ", " $2 ", (" arguments "), \"" shown "\", \"" support "\")" > table
}
END { print "#undef SYSCALL\n#undef ERROR" > names; print "#define SYSCALL_NUMBER_MAX " greatest > numbers; print "#undef ABSENT" > table }
