# a comment
echo a # trailing
echo a#b
echo a;echo b
x=1; unset x; echo "[$x]"
export E1=exported; sh -c 'echo $E1'; E2=temp sh -c 'echo $E2'; echo "[$E2]"
E3=5 eval 'echo $E3'
command -v echo; command -v nosuch; echo $?; type cd | head -1 >/dev/null
command echo via command
eval 'a=1;' "b=2"; echo $a$b
f() { echo func; }; f; unset -f f; f 2>/dev/null; echo $?
set -- a b c; while [ $# -gt 0 ]; do printf %s. $1; shift; done; echo
echo $(( $(echo 3) + $(echo 4) ))
test 1 -eq 1 -a 2 -gt 1 && echo and; test 1 = 2 -o a = a && echo or; [ ! a = b ] && echo not
[ ] || echo empty; [ x ] && echo x; [ "" ] || echo null; [ -n "" ] || echo n; [ -z "" ] && echo z; [ ! ] && echo bang
[ \( a = a \) -a b ] && echo paren; [ -f /bin/sh ] && echo f; [ -d /tmp -a -x /bin/sh ] && echo d; [ -e /nosuch ] || echo e
[ a = ] 2>/dev/null; echo $?; [ 1 -eq x ] 2>/dev/null; echo $?; [ = = = ] && echo eq
printf '%d %5d|%-5d|%05d %x %o %c %s\n' 1 2 3 4 255 8 xyz str
printf '%s\n' a b c; printf '%s-%s\n' a b c; printf 'no args\n'; printf '%b|' 'a\tb' 'c\0101'; echo; printf '%%|%5.2f|%e\n' 3.14159 12345.678
printf '\101\x\n' 2>/dev/null; printf '%s' ; echo; printf "%d\n" "'A" 0x10 010
a=5; a=$a$a; echo $a; b="x
y"; echo "$b"
echo "$(cat <<EOF
doc in sub
EOF
)"
umask 022; umask; pwd >/dev/null; cd /tmp; pwd; cd - >/dev/null
: ${DEF:=default}; echo $DEF
if [ "$(echo x)" = x ]; then echo same; fi
s=$(printf 'a b\nc'); set -- $s; echo $#
echo ${PWD:+pwd set} ${#}
n=3; while [ $n -gt 0 ]; do echo $n; n=$((n-1)); done | while read l; do echo "<$l>"; done
(trap 'echo in sub exit' EXIT; :); echo after
exec_test() { (exec echo exec worked); }; exec_test
true & pid=$!; wait $pid; echo $?; [ "$pid" -gt 1 ] && echo pid
echo a | cat | cat | cat; echo done
v=$(echo one; echo two); echo $v; echo "$v"
echo "a
b"
case "x y" in x\ y) echo escaped;; esac
{ echo brace; }; { echo nl
}
if true
then
  echo multi
fi
for x in 1 2 \
  3
do echo $x
done
! [ a = b ] && echo inverted
echo end
