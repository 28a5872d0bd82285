# ksyms.awk: `nm -n` of the first link -> the assembly of the symbol table that the second link embeds.
# Addresses are relative to the image's start; code only, sorted, one name an address.
function hex(text,   value, i) {
	value = 0
	for (i = 1; i <= length(text); i++)
		value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return value
}
# The image lies in the last 2 GiB of addresses, so the low eight digits tell all apart.
$3 == "__image_start" { base = hex(substr($1, 9)) }
$2 ~ /^[tT]$/ && $3 !~ /^(__|\.L)/ {
	offset = hex(substr($1, 9)) - base
	if (count > 0 && offset == offsets[count])
		next
	offsets[++count] = offset
	names[count] = $3
}
END {
	print "\t.section .ksyms, \"a\", @progbits\n\t.globl ksyms_count, ksyms_offsets, ksyms_name_offsets, ksyms_names"
	print "\t.hidden ksyms_count, ksyms_offsets, ksyms_name_offsets, ksyms_names\n\t.balign 8"
	printf "ksyms_count:\n\t.long %d\nksyms_offsets:\n", count
	for (i = 1; i <= count; i++)
		printf "\t.long %d\n", offsets[i]
	print "ksyms_name_offsets:"
	for (i = 1; i <= count; i++) {
		printf "\t.long %d\n", at
		at += length(names[i]) + 1
	}
	print "ksyms_names:"
	for (i = 1; i <= count; i++)
		printf "\t.asciz \"%s\"\n", names[i]
	print "\t.byte 0\n\t.section .note.GNU-stack, \"\", @progbits"
}
