d=/tmp/case.$$; mkdir $d; cd $d
echo one > f; echo two >> f; cat f; cat < f | wc -l
echo err >&2 2>/dev/null; { echo out; echo err >&2; } > o 2> e; cat o e
{ echo out; echo err >&2; } > both 2>&1; cat both
cat <<A <<B
first
A
second
B
x=val
cat <<E1
$x $(echo sub) \$x `echo bq` "quoted" 'single'
E1
cat <<'E2'
$x $(echo sub) \$x
E2
cat <<-E3
	tabs gone
		two
	E3
exec 3>third; echo to3 >&3; exec 3>&-; cat third
exec 4<f; read a <&4; read b <&4; echo $a $b; exec 4<&-
(echo hi >&5) 2>/dev/null || echo "bad fd $?"
cat nosuchfile 2>/dev/null || echo failed
: > empty; [ -s empty ] || echo empty
(echo x > /nosuchdir/file) 2>/dev/null; echo "status $?"
if echo in > g; then cat g; fi > h; cat h
for i in 1 2 3; do echo $i; done > loop; cat loop
while read l; do echo "got $l"; done < loop
(cat <<EOF
in subshell
EOF
)
f() { cat; }; f <<EOF
to function
EOF
echo abc | { read v; echo "$v"; }
echo a b c | while read x y; do echo "$y $x"; done
printf 'no newline' | while read l; do echo never; done; printf 'x\\y z\n' | (read r; echo "$r"); printf 'x\\y z\n' | (read -r r; echo "$r")
echo '  lead  and trail  ' | (read l; echo "[$l]"); echo 'a:b:c' | (IFS=: read x y; echo "$x $y")
2>&1 ls /nonexistent_dir >/dev/null | wc -l
echo 1 >|f; cat f; echo 2 1<>f; cat f
cd /; rm -r $d
