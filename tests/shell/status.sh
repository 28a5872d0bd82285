#=
set -e; false; echo never
#=
set -e; false || echo ok; echo next
#=
set -e; if false; then :; fi; echo next
#=
set -e; ! true; echo next
#=
set -e; ! false; echo next
#=
set -e; while false; do :; done; echo next; until true; do :; done; echo done
#=
set -e; false && true; echo next
#=
set -e; true && false; echo never
#=
set -e; (false); echo never
#=
set -e; (false; echo no) || echo caught
#=
set -e; { false; echo inside; } || echo no; echo next
#=
set -e; f() { false; echo infunc; }; f || echo no; echo next
#=
set -e; f() { false; echo never; }; f; echo never
#=
set -e; x=$(false); echo never
#=
set -e; x=$(false) true; echo next
#=
set -e; echo $(false) next
#=
set -e; false | true; echo next
#=
set -e; true | false; echo never
#=
set -e; case a in a) false;; esac; echo never
#=
set -e; for i in 1 2; do false; done; echo never
#=
set -e; eval false; echo never
#=
set -e; nosuch 2>/dev/null; echo never
#=
set -e; (exit 3) || echo $?; sh -c 'exit 4'; echo never
#=
set -e; if (false); then :; else echo else; fi
#=
set -e; trap 'echo exit $?' EXIT; false
#=
set -e; f() { return 3; }; f; echo never
#=
set -e; . /dev/null; echo ok; false & wait; echo next
#=
trap 'echo bye' EXIT; echo hi
#=
trap 'echo bye' 0; exit 3
#=
trap 'echo bye; exit 5' EXIT; exit 3
#=
trap 'echo one' EXIT; trap 'echo two' EXIT
#=
trap 'echo x' EXIT; trap - EXIT; echo end
#=
trap 'echo $?' EXIT; false
#=
trap 'echo $?' EXIT; exit 7
#=
trap 'false' EXIT; exit 0
#=
trap 'echo sub' EXIT; (echo in); echo out
#=
(trap 'echo subexit' EXIT; echo in); echo out
#=
trap 'echo got INT' INT; kill -INT $$; echo after
#=
trap 'echo got' TERM USR1; kill -TERM $$; kill -USR1 $$; echo after
#=
trap '' TERM; kill -TERM $$; echo survived
#=
trap '' TERM; sh -c 'kill -TERM $$; echo child survived'
#=
trap 'echo no' TERM; sh -c 'kill -TERM $$; echo never'; echo $?
#=
trap 'echo caught' TERM; trap - TERM; (kill -TERM $$; sleep 1) 2>/dev/null; echo never
#=
trap 'x=1' USR1; kill -USR1 $$; echo $x
#=
trap 'echo a' USR1; trap; trap 'it'\''s' USR2; trap
#= posix: in a subshell trap shows the traps of before it; dash shows none in a pipeline
trap 'echo a' INT TERM USR1; trap - INT; trap | sort
#> trap -- 'echo a' TERM
#> trap -- 'echo a' USR1
#> status 0
#=
trap 'echo usr1' 10; kill -10 $$; trap 10; trap
#=
trap 'echo a' NOSUCH 2>/dev/null; echo $?
#=
trap 'false' USR1; kill -USR1 $$; echo $?
#=
trap 'exit 6' USR1; kill -USR1 $$; echo never
#=
f() { trap 'echo in f' EXIT; }; f; echo end
#=
trap 'echo outer' USR1; (kill -USR1 $$); sleep 0.1; echo done
#=
trap 'echo x' USR1; sleep 0.3 & (sleep 0.1; kill -USR1 $$) & wait; echo $?
#=
trap 'echo trap' EXIT; exec true
#=
trap 'echo cleanup; rm -f f' EXIT; touch f; exit 2
#=
sh -c 'trap "echo bye" EXIT; /bin/true'
#=
sh -c 'trap "echo bye" EXIT; (exit 4)'; echo $?
#=
(trap 'echo t' EXIT; /bin/echo e)
#=
trap 'return 3' USR1; f() { kill -USR1 $$; echo never; }; f; echo $?
#=
for i in 1 2 3; do trap 'break' USR1; kill -USR1 $$; echo $i; done; echo end
#=
trap 'echo err' ERR 2>/dev/null; echo $?
#=
trap "echo $x" EXIT; x=late; trap 'echo $x' EXIT; x=later
#=
sh -c 'kill -INT $$' ; echo $?
#=
sh -c 'exec false'; echo $?
#=
x=$(sh -c 'kill -9 $$'); echo $?
#=
false; (echo $?); { echo $?; }; echo $?
#=
false; x=1; echo $?
#=
false
echo $?
#=
false; : ; echo $?
#=
true; if false; then :; fi; echo $?
#=
while true; do false; break; done; echo $?
#=
f() { false; }; f; echo $?
#=
f() { :; }; false; f; echo $?
#=
f() { return $?; }; false; f; echo $?
#=
(false); echo $?; { false; }; echo $?
#=
false & echo $?; wait $!; echo $?
#=
echo $(false; echo $?)
#=
false; echo `echo $?`
#=
! (exit 3); echo $?
#=
false || (exit 5); echo $?
#=
true && (exit 5); echo $?
#=
sh -c 'set -o pipefail; false | true'; echo $? | grep -c .
#= posix: pipefail (2024), which this dash lacks
set -o pipefail; false | true; echo $?; (exit 3) | (exit 4) | true; echo $?; set +o pipefail; false | true; echo $?
#> 1
#> 4
#> 0
#> status 0
#=
sh -c 'readonly a=1; a=2; echo no' 2>/dev/null; echo $?
#=
sh -c 'export -z; echo after' 2>/dev/null; echo $?
#=
sh -c 'cd /nosuch; echo after' 2>/dev/null; echo $?
#=
sh -c 'shift 5; echo after' 2>/dev/null; echo $?
#=
sh -c ': > /nosuch/x; echo after' 2>/dev/null; echo $?
#=
sh -c 'true > /nosuch/x; echo after' 2>/dev/null; echo $?
#=
sh -c 'unset -f nosuch; echo $?'
#=
sh -c '${x?}; echo after' 2>/dev/null; echo $?
#=
sh -c 'echo ${x:?msg}' 2>/dev/null || echo failed
#=
sh -c '(echo ${x?}); echo after $?' 2>/dev/null
#=
sh -c 'x=$(echo ${y?}); echo after $?' 2>/dev/null
#=
sh -c 'eval "echo ("; echo after' 2>/dev/null; echo $?
#=
sh -c '(eval "echo ("); echo after $?' 2>/dev/null
#=
sh -c 'return 3; echo x'; echo $?
#=
sh -c 'read 1x < /dev/null; echo after' 2>/dev/null; echo $?
#=
sh -c 'umask zz; echo after $?' 2>/dev/null
#=
sh -c 'kill abc; echo after' 2>/dev/null
#=
sh -c 'command -z x; echo after' 2>/dev/null
#=
sh -c 'getopts; echo after' 2>/dev/null
#=
x=1; unset x; echo ${x-u}; (unset PATH; cat /dev/null) 2>/dev/null; echo $?
#=
PATH=/nosuch; cat /dev/null 2>/dev/null; echo $?; /bin/echo abs
#=
PATH=/nosuch cat /dev/null 2>/dev/null; echo $?
#=
mkdir b; printf '#!/bin/sh\necho mine' > b/tool; chmod +x b/tool; PATH=$PWD/b:$PATH tool; tool 2>/dev/null; echo $?
#=
echo 'echo $x' > s; x=5 sh s; export x=6; sh s
#=
x=parent; (x=child; echo $x); echo $x; { x=group; }; echo $x
#=
cd /tmp; (cd /; pwd); pwd
#=
f() { echo old; }; (f() { echo new; }; f); f
#=
umask 022; (umask 077); umask
#=
set -f; (set +f; echo $- | grep -c f); echo $- | grep -c f
#=
(set -- a b; echo $#); echo $#
#=
x=1; y=$(x=2; echo $x); echo $x $y
#=
x=0; echo a | { read y; x=1; }; echo $x
#=
i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; echo $i
#=
f() { [ $1 -gt 200 ] || f $(($1+1)); }; f 0; echo deep
#=
s=; i=0; while [ $i -lt 300 ]; do s="$s$i,"; i=$((i+1)); done; echo ${#s}
#=
x=$(i=0; while [ $i -lt 5000 ]; do echo line$i; i=$((i+1)); done); echo ${#x}
#=
set -- $(i=0; while [ $i -lt 500 ]; do echo $i; i=$((i+1)); done); echo $# ${500}
#=
for a in 1 2 3; do for b in 1 2 3; do for c in 1 2 3; do :; done; done; done; echo $a$b$c
#=
gcd() { if [ $2 -eq 0 ]; then echo $1; else gcd $2 $(($1 % $2)); fi; }; gcd 1071 462
#=
fib() { [ $1 -lt 2 ] && echo $1 && return; echo $(( $(fib $(($1-1))) + $(fib $(($1-2))) )); }; fib 8
#=
n=60; p=2; while [ $n -gt 1 ]; do while [ $((n%p)) -eq 0 ]; do printf '%s ' $p; n=$((n/p)); done; p=$((p+1)); done; echo
#=
rev() { r=; s=$1; while [ -n "$s" ]; do r=${s%"${s#?}"}$r; s=${s#?}; done; echo "$r"; }; rev 'hello world'
#=
printf '%s\n' b a c | sort | while read x; do printf '%s ' $x; done; echo
#=
set -- one 'two three' four; for a; do case $a in *' '*) echo "space: $a";; o*) echo "o: $a";; *) echo "other: $a";; esac; done
#=
save() { for i; do printf %s\\n "$i" | sed "s/'/'\\\\''/g;1s/^/'/;\$s/\$/' \\\\/"; done; echo " "; }
set -- "a b" "it's"; x=$(save "$@"); set --; eval "set -- $x"; echo $# "$1" "$2"
#=
cat > conf <<E
# comment
key=value
other = spaced
E
while IFS='= ' read -r k v; do case $k in ''|\#*) continue;; esac; echo "$k -> $v"; done < conf
#=
log() { printf '%s: %s\n' "$1" "$2" >&2; }; log a b 2>&1
#=
die() { echo "$1"; exit ${2-1}; }; (die msg 3); echo $?
#=
tmp=$(mktemp -d ./t.XXXXXX); [ -d "$tmp" ] && rmdir "$tmp" && echo ok
#=
a=1; b=2; a=$b b=$a; echo $a $b
#=
x=a.tar.gz; case $x in *.tar.gz|*.tgz) echo tar;; *.zip) echo zip;; esac
#=
i=10; until [ $((i-=3)) -lt 0 ]; do printf '%d ' $i; done; echo
#=
: ${A:=1} ${B:=$A}; echo $A$B
#=
{ echo 1; { echo 2; { echo 3; }; }; } | tac
#=
(((echo triple)))
#=
if [ -n "$x" ] || { [ -z "$x" ] && true; }; then echo compound; fi
#=
f() { if [ $# -eq 0 ]; then set -- default; fi; echo $1; }; f; f given
#=
x=5; [ $x -gt 3 ] && { echo big; x=0; } ; echo $x
#=
v=x; eval "$v=indirect"; eval echo \$$v
#=
IFS=,; set -- $(echo a,b,c); unset IFS; echo $3$2$1
#=
while :; do while :; do break 2; done; echo no; done; echo out
#=
echo "$(cd /; pwd)" "$(pwd | wc -l)"
#=
exec 3<<E
a
b
E
while read x <&3; do echo $x; done
#=
x="$(printf 'a\nb')"; case $x in *'
'*) echo has newline;; esac
#=
sleep 0.1 & sleep 0.1 & wait; echo both
#=
{ sleep 0.1; echo slow; } & echo fast; wait
#=
x() { :; }; x && echo func; x=var; echo $x
#=
until false; do echo once; break; done
#=
set -- a b c; while [ $# -gt 0 ]; do echo $1; shift; done
#=
set -- -v -o out file; while [ $# -gt 0 ]; do case $1 in -v) echo verbose;; -o) shift; echo "out $1";; *) echo "arg $1";; esac; shift; done
#=
echo "${PATH:+set}" "${HOME:+set}"; env -i sh -c 'echo ${HOME-none}'
#=
for job in 'echo x' 'printf x' pwd 'type type'; do
	{ eval "$job" > /dev/full; echo "$?" >&3; } 3>&1 2>&1 | wc -l
done
