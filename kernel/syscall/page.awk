# page.awk: the support page of README.md, out of flags.tbl and syscalls.tbl (in this order).
/^#/ || NF == 0 { next }
FILENAME ~ /flags/ {
	taken = ""; absent = ""
	for (i = 3; i <= NF; i++) if ($i ~ /^-/) absent = absent " " substr($i, 2); else taken = taken " " $i
	flags[$1] = flags[$1] (flags[$1] == "" ? "" : "<br>") $2 ":" (taken == "" ? " none" : taken) (absent == "" ? "" : "; **not**" absent)
	next
}
{
	support = $3; sub(/^(partial|absent):/, "", support); gsub("[+]", " ", support)
	if ($3 == "absent" || $3 ~ /^absent:/) { absents++; missing = missing " " $2 }
	else if ($3 == "full" && !($2 in flags)) { fulls++; whole = whole " " $2 }
	else { rows = rows "| " $2 " | " ($3 == "full" ? "full" : support) " | " flags[$2] " |\n"; $3 == "full" ? fulls++ : partials++ }
}
END {
	printf "Of Linux 6.1's %d calls %d are here whole, %d in part, and %d are absent.\n\n", fulls + partials + absents, fulls, partials, absents
	print "Whole, with no flags or with all of them:" whole ".\n"
	print "| call | support | flags and values |\n|---|---|---|\n" rows
	print "Absent (ENOSYS, and the log says so once):" missing "."
}
