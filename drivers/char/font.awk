# font.awk: font.txt to a table in C (font.h). A block that is not whole or not in order is an error.
function fail(why) { print FILENAME ":" FNR ": " why > "/dev/stderr"; failed = 1; exit 1 }
function number(hex,    i, value) {
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
	return value
}
function end_block(    i) {
	if (count && rows != 16)
		fail("a block of " rows " rows")
	for (i = 1; i <= count; i++)
		printf "\t{0x%04x, {%s}},\n", code[i], substr(glyph[i], 3)
	total += count
}
/^# / || !NF { next }
/^U/ {
	end_block()
	rows = 0
	count = NF
	for (i = 1; i <= NF; i++) {
		code[i] = number(substr($i, 3))
		glyph[i] = ""
		if (code[i] <= before)
			fail($i " is out of order")
		before = code[i]
	}
	next
}
{
	if (NF != count || ++rows > 16)
		fail("a row that does not fit its block")
	for (i = 1; i <= NF; i++) {
		if ($i !~ /^[.#]+$/ || length($i) != 8)
			fail("a row is eight of . and #")
		value = 0
		for (k = 1; k <= 8; k++)
			value = value * 2 + (substr($i, k, 1) == "#")
		glyph[i] = glyph[i] ", " value
	}
}
BEGIN { print "#include \"drivers/char/font.h\"\nconst struct font_glyph font_glyphs[] = {" }
END {
	if (failed)
		exit 1
	end_block()
	if (before != 65533)
		fail("the last one is not U+FFFD")
	print "};\nconst unsigned font_count = " total ";"
}
