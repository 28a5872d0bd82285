#=
echo a > f; echo b >> f; cat f; cat < f
#=
echo a > f; echo b > f; cat f
#=
echo a >| f; cat f
#=
set -C; echo a > f; (echo b > f) 2>/dev/null; echo $?; cat f; echo c >| f; cat f; echo d >> f; cat f
#=
set -C; echo x > /dev/null; echo $?
#=
set -o noclobber; : > n; { : > n; } 2>/dev/null; echo $?; set +C; : > n; echo $?
#=
echo err >&2 2>/dev/null; { echo err >&2; } 2>&1
#=
{ echo out; echo err >&2; } > f 2>&1; cat f
#=
{ echo out; echo err >&2; } 2>&1 > f | sed 's/^/pipe /'; cat f
#=
exec 3> f; echo three >&3; exec 3>&-; cat f
#=
echo data > f; exec 4< f; read x <&4; exec 4<&-; echo $x
#=
echo a > f; exec 3<> f; read x <&3; echo b >&3; exec 3>&-; cat f; echo $x
#=
(echo x >&9) 2>/dev/null; echo $?
#=
(cat < nosuch) 2>/dev/null; echo $?
#=
cat < nosuch 2>/dev/null; echo $?; echo still
#=
: < nosuch 2>/dev/null; echo never
#=
echo a > /nosuchdir/f 2>/dev/null; echo $?
#=
{ echo a; } > /nosuch/f 2>/dev/null; echo $?
#=
f() { echo in; }; f > out; cat out; f >> out; cat out
#=
if true; then echo a; fi > f; while read x; do echo "[$x]"; done < f
#=
for i in 1 2; do echo $i; done > f; cat f
#=
(echo sub) > f; cat f; { echo group; } > f; cat f
#=
case a in a) echo case;; esac > f; cat f
#=
echo a 1>f; cat f; echo b 2>e; cat 0<f
#=
echo 2>f; cat f
#=
echo 1 2>f 3; ls
#=
echo a> f; echo a1> g; cat f g
#=
x=f; echo a > $x; echo b > "$x 2"; ls; cat "f 2"
#=
echo a > f$((1+1)); ls; echo b > $(echo g); ls
#=
cat <<E
plain
E
#=
cat <<E; echo after
doc
E
#=
cat <<A; cat <<B
a
A
b
B
#=
cat <<A - <<B
a
A
b
B
#=
cat <<-E
	tab
		two
	E
#=
cat <<-'E'
	$x
	E
#=
if true; then
cat <<E
in if
E
fi
#=
while read a b; do echo "$b $a"; done <<E
1 2
3 4
E
#=
cat <<E | tr a-z A-Z
pipe
E
#=
x=$(cat <<E
sub
E
); echo $x
#=
cat <<E && echo ok
and
E
#=
x='$y'; y=z; cat <<E
$x
E
#=
cat <<E
$(echo 'a b'   c)
E
#=
cat <<E
${x-a
b}
E
#=
cat <<E
E
echo empty
#=
cat <<''
until empty line

echo next
#=
cat <<E 
trailing
E
#=
f() { cat; }; f <<E
func
E
#=
{ read a; read b; } <<E
1
2
E
echo $a$b
#=
cat <<E > f
to file
E
cat f
#=
cat 3<<E <&3
fd three
E
#=
exec 5<<E
line1
line2
E
read a <&5; read b <&5; echo $a $b
#=
i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i+1)); done > big; cat <<E | tail -1
$(cat big)
E
#=
exec > f; echo hidden; exec > /dev/tty 2>/dev/null; true
#=
exec 3>&1; echo a >&3; x=$(echo b >&3; echo c); echo $x
#=
exec 3>&1 1>f; echo in; exec 1>&3 3>&-; cat f
#=
echo x 3>f >&3; cat f
#=
{ echo a >&3; } 3>&1
#=
echo a >&1 | cat; echo b 1>&1
#=
echo err 2>&1 >&2 | cat
#=
cat <&- 2>/dev/null; echo $?
#=
echo x >&- 2>/dev/null; echo $?
#=
exec 3<nosuch 2>/dev/null; echo never
#=
command exec 3<nosuch 2>/dev/null; echo $?
#=
read x < nosuch 2>/dev/null; echo $?
#=
> a > b; ls
#=
echo text > a > b; cat a b
#=
mkdir d; echo a > d 2>/dev/null; echo $?
#=
echo a > 'sp ace'; cat < sp\ ace
#=
echo abc > f; { read -r x; echo $x; } < f; exec < f; read y; echo $y
#=
(exec 3>f; echo x >&3); cat f; (echo y >&3) 2>/dev/null; echo $?
#=
x=1; { x=2; } > /dev/null; echo $x
#=
while read l; do echo $l; break; done <<E
1
2
E
#=
exec 7>&1; exec 1>/dev/null; echo no; echo yes >&7
#=
ls nosuch 2>/dev/null >&2; echo $?
#=
echo a >f; cat <f >g; cat g; cat <g f
#=
touch f; chmod 000 f; [ "$(id -u)" = 0 ] || cat < f 2>/dev/null; echo done
#=
printf 'a\nb\nc\n' | { read x; cat; echo "x=$x"; }
#=
printf 'a\nb\n' | (read x; echo $x; read y; echo $y)
#= posix: a shell takes no more of its input than it needs; dash reads blocks
echo 'read x; echo "got $x"
data' | sh
#> got data
#> status 0
