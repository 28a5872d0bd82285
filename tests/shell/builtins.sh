#=
: a b > /dev/null; echo $?; true; echo $?; false; echo $?
#=
cd /; pwd; cd /tmp; pwd; cd - ; pwd; echo $OLDPWD
#=
mkdir -p a/b; cd a/b; cd ..; basename $(pwd); cd ..; [ "$PWD" = "$(pwd)" ] && echo same
#=
mkdir real; ln -s real link; cd link; basename "$PWD"; basename "$(pwd -P)"; cd ..; ls
#=
mkdir real; ln -s real link; cd -P link; basename "$PWD"
#=
mkdir -p r/s; ln -s r/s l; cd l; cd -P ..; basename "$PWD"; cd ..; cd l; cd -L ..; ls
#=
cd nosuch 2>/dev/null; echo $?; touch f; cd f 2>/dev/null; echo $?
#=
HOME=/tmp; cd; pwd; unset HOME; cd 2>/dev/null; pwd
#=
mkdir -p p/q; CDPATH=p; cd q; basename $PWD; 
#=
mkdir -p p/q q; CDPATH=:p; cd q; basename "$(dirname "$PWD")" | grep -c q
#=
mkdir -p p/q; CDPATH=p; cd ./q 2>/dev/null; echo $?
#=
cd "" 2>/dev/null; echo $?
#=
cd /usr/../tmp/./; pwd; cd //; pwd | tr -s /
#=
eval echo a b; eval 'x=1; echo $x'; eval; echo $?
#=
x='echo $y'; y=5; eval $x; eval "$x"; eval eval $x
#=
eval 'false'; echo $?; eval ''; echo $?
#=
eval 'for i in 1 2; do echo $i; done'
#=
for i in 1 2 3; do eval 'break'; done; echo $i
#=
echo 'echo sourced; x=set' > s; . ./s; echo $x
#=
echo 'return 5; echo never' > s; . ./s; echo $?
#=
echo 'echo $1' > s; set -- arg; . ./s
#=
. ./nosuch 2>/dev/null; echo never
#=
command . ./nosuch 2>/dev/null; echo $?
#=
mkdir bin; echo 'echo found' > bin/scr; PATH=$PWD/bin:$PATH; . scr
#=
echo 'exit 7' > s; (. ./s; echo never); echo $?
#=
: > s; false; . ./s; echo $?
#=
exec echo replaced; echo never
#=
(exec nosuch 2>/dev/null; echo never); echo $?
#=
exec; echo still
#=
(exec sh -c 'echo $0 $1' a b)
#=
x=1 exec sh -c 'echo $x'
#=
exit; echo never
#=
false; exit
#=
exit 3
#=
(exit 256); echo $?; (exit 255); echo $?
#=
(exit abc) 2>/dev/null; echo $?
#=
export x=1; sh -c 'echo $x'; y=2; export y; sh -c 'echo $y'
#=
export a b; sh -c 'echo "[$a]"'; a=5; sh -c 'echo $a'
#=
x=1; export x; unset x; sh -c 'echo "[$x]"'
#=
export 1x=2 2>/dev/null; echo never
#=
export x='a b'; export -p | grep '^export x='
#=
unset zz; export zz; export -p | grep '^export zz'
#=
readonly r=1; (r=2) 2>/dev/null; echo $?; echo $r
#=
readonly r=1; (unset r) 2>/dev/null; echo $?; readonly -p | grep ' r='
#=
readonly r=1; r=2 2>/dev/null; echo never
#=
readonly x; (x=1) 2>/dev/null; echo $?
#=
readonly r=1; (r=2 true; echo after) 2>/dev/null; echo $?
#=
readonly r=1; (for r in a; do echo $r; done) 2>/dev/null; echo $?
#=
readonly r=1; (read r <<E
x
E
echo $?) 2>/dev/null
#=
unset nosuch; echo $?; x=1; unset x; echo ${x-unset}
#=
x=1; unset -v x; echo ${x-unset}; f() { echo f; }; f=1; unset f; f; unset -f f; f 2>/dev/null; echo $?
#=
unset a b c; a=1 b=2 c=3; unset a c; echo "$a$b$c"
#=
set a b c; echo $# $2; set --; echo $#; set -- -x; echo $1
#=
set -- a b; set > /dev/null; echo $#
#=
x='a b'; y="it's"; set | grep '^[xy]='
#=
set -e; set +e; false; echo $-
#=
set -f; echo $- | grep -c f; set +f; echo $- | grep -c f
#=
set -o | grep -c errexit; set +o | grep errexit; set -o errexit; set +o | grep errexit
#=
set -o noglob; echo *; set +o noglob; echo *
#=
set -z 2>/dev/null; echo never
#=
set -ef; echo $- | grep -c e; echo $- | grep -c f
#=
set - a b; echo $# $1
#=
set -a; x=1; sh -c 'echo $x'; set +a; y=2; sh -c 'echo "[$y]"'
#=
set -x; echo a 2>&1; : ; set +x
#=
exec 2>&1; set -x; x=1; echo $x "a b"; for i in 1; do :; done
#=
exec 2>&1; PS4='> '; set -x; echo traced
#=
exec 2>&1; set -v; echo verbose
#=
sh -n -c 'echo never'; echo $?
#=
sh -n -c 'if' 2>/dev/null; echo $?
#=
sh -u -c 'echo $nope' 2>/dev/null; echo $?
#=
sh -e -c 'false; echo never'; echo $?
#=
sh -f -c 'echo *'
#=
sh -c 'echo $-' | tr -d s
#=
sh -o errexit -c 'false; echo no'; echo $?
#=
sh -x -c 'echo a' 2>&1
#=
set -- a b c d; shift; echo $*; shift 3; echo $#
#=
set -- a; shift 0; echo $#; (shift x) 2>/dev/null; echo $?
#=
echo a b c | { read x; echo "$x"; }
#=
echo a b c | { read x y; echo "$x|$y"; }
#=
echo a b | { read x y z; echo "$x|$y|$z"; }
#=
echo '  a  b  ' | { read x; echo "[$x]"; }
#=
echo '  a  b  c  ' | { read x y; echo "[$x][$y]"; }
#=
printf '%s\n' 'a\b' | { read x; echo "$x"; }
#=
printf '%s\n' 'a\tb' | { read -r x; printf '%s\n' "$x"; }
#=
printf '%s\n' 'a\' 'b' | { read x; echo "$x"; }
#=
printf '%s\n' 'a\' 'b' | { read -r x; printf '%s\n' "$x"; }
#=
printf '%s\n' 'a\ b c' | { read x y; echo "[$x][$y]"; }
#=
echo a:b:c | { IFS=: read x y z; echo "$x $y $z"; }
#=
echo a:b:c:d | { IFS=: read x y; echo "$x $y"; }
#=
echo 1:2: | { IFS=: read x y; echo "$x $y"; }
#=
echo 1:2:3: | { IFS=: read x y; echo "$x $y"; }
#=
echo ::x | { IFS=: read a b c; echo "[$a][$b][$c]"; }
#=
echo ' a : b ' | { IFS=' :' read x y; echo "[$x][$y]"; }
#=
echo ' a b ' | { IFS= read x; echo "[$x]"; }
#=
printf noline | { read x; echo "$? $x"; }
#=
read x < /dev/null; echo $? "[$x]"
#=
printf 'a\nb\nc\n' | while read x; do echo "<$x>"; done
#=
echo x | read y; echo "[$y]"
#=
echo 'a,b' | { IFS=, read x y; echo "$x$y$IFS" | od -c | head -1; }
#=
test; echo $?; test ''; echo $?; test a; echo $?; [ ]; echo $?; [ a ]; echo $?
#=
[ ! '' ] && echo 1; [ ! a ] || echo 2; [ -n a ] && echo 3; [ -z '' ] && echo 4
#=
[ a = a ] && echo 1; [ a != b ] && echo 2; [ a = b ] || echo 3
#=
[ 1 -eq 1 ] && [ 1 -ne 2 ] && [ 1 -lt 2 ] && [ 2 -le 2 ] && [ 3 -gt 2 ] && [ 3 -ge 3 ] && echo all
#=
[ -1 -lt 0 ] && [ 010 -eq 10 ] && [ ' 5 ' -eq 5 ] && echo nums
#=
[ a -eq 1 ] 2>/dev/null; echo $?; [ 1 -eq ] 2>/dev/null; echo $?
#=
touch f; mkdir d; ln -s f l; [ -e f ] && [ -f f ] && [ -d d ] && [ -L l ] && [ -h l ] && [ ! -f d ] && echo files
#=
echo x > f; [ -s f ] && [ -r f ] && [ -w f ] && echo rws; [ -x f ] || echo nox; chmod +x f; [ -x f ] && echo x
#=
[ -e nosuch ] || echo no; [ -p nosuch ] || echo no; mkfifo p; [ -p p ] && echo fifo; [ -c /dev/null ] && echo char
#=
touch -d 2000-01-01 a; touch b; [ b -nt a ] && echo nt; [ a -ot b ] && echo ot; [ a -ef a ] && echo ef
#=
[ a = a -a b = b ] && echo and; [ a = b -o b = b ] && echo or; [ ! a = b ] && echo not; [ \( a = a \) ] && echo paren
#=
[ -t 0 ] || echo notty; [ -t 99 ] || echo nofd
#=
[ = = = ] && echo eq; [ ! = ! ] && echo bang; [ -f = -f ] && echo f; [ '(' = ')' ] || echo paren; [ -n = -n ] && echo n
#=
[ a 2>/dev/null; echo $?; [ a b ] 2>/dev/null; echo $?; [ a b c ] 2>/dev/null; echo $?
#=
[ ! ] && echo bang; [ -n ] && echo n; [ -z ] && echo z; [ \( ] && echo open
#=
[ "a b" = "a b" ] && echo q; x=; [ "$x" = "" ] && echo e; [ -z "$x" -a 1 -eq 1 ] && echo both
#=
[ a \< b ] && echo lt; [ b \> a ] && echo gt
#=
test -u /dev/null || echo u; test -g /dev/null || echo g; test -k /tmp && echo k; test -S /dev/null || echo S
#=
[ ! -e nosuch -a ! -d nosuch ] && echo ok; [ ! \( 1 -eq 2 \) ] && echo p
#=
printf 'a\n'; printf '%s %s\n' a b c; printf '%d\n' 5 010 0x1f -3; printf '%5d|%-5d|%05d\n' 1 2 3
#=
printf '%x %X %o %u\n' 255 255 8 7; printf '%c%c\n' abc def; printf '%%\n'; printf '%5s|%-5s|%.2s\n' a b cde
#=
printf '%b\n' 'a\tb\\c\0101'; printf 'x\ty\\\101\n'; printf '%b' 'a\cb' c; echo
#=
printf '%s\n'; printf '%d\n'; printf '[%s][%s]\n' a; printf 'no format\n' extra
#=
printf '%*d|%-*s|%.*s\n' 5 1 4 ab 2 xyz
#=
printf '%d\n' "'a" '"b'; printf '%d\n' abc 2>/dev/null; echo $?; printf '%d\n' 5x 2>/dev/null; echo $?
#=
printf '%e %f %g\n' 1.5 2.25 1e10; printf '%.3f|%10.2f|%-8.1f|\n' 3.14159 2.5 1.25
#=
printf '%+d % d %#x %#o\n' 5 5 255 8
#=
printf '\a\b\f\n\r\t\v\\\0' | od -c
#=
printf 2>/dev/null; echo $?; printf -- '-x\n'; printf '%s\n' -a
#=
printf '%i\n' 7; printf '%s' a b c; echo; printf '%s,' a b; echo; printf '%5b|\n' 'a\n' | cat
#=
echo; echo -n a; echo -n; echo b; echo -- x; echo - y
#=
umask 022; umask; umask 077; umask; umask -S
#=
umask 022; umask u=rwx,g=,o=; umask; umask g+w; umask; umask a-x; umask; umask o=g; umask
#=
umask 027; touch f; mkdir d; ls -l | awk 'NR>1{print $1}' | cut -c1-10
#=
(umask 9) 2>/dev/null; echo $?; umask 77; umask
#=
command -v cd; command -v if; command -v nosuch; echo $?; f() { :; }; command -v f; alias q=r; command -v q
#=
command -v sh | grep -c /; command -v /bin/cat; command -v ./nosuch; echo $?
#=
command echo a; f() { echo func; }; f; echo() { printf 'mine\n'; }; echo x; command echo x
#=
command -p cat /dev/null; echo $?; command nosuch 2>/dev/null; echo $?; command; echo $?
#=
command -V cd >/dev/null; echo $?; command -V nosuch >/dev/null 2>&1; echo $?
#=
type cd > /dev/null; echo $?; type nosuch >/dev/null 2>&1; echo $?
#=
set -e; command false || echo ok
#=
command set -- a b; echo $#; command export x=5; echo $x
#=
command eval 'echo $((1+1))'; command : ; echo $?
#=
while getopts ab:c o; do echo "$o $OPTARG"; done; echo $OPTIND
set -- -a -b val -c rest; while getopts ab:c o; do echo "$o $OPTARG"; done; echo $OPTIND; shift $((OPTIND-1)); echo $1
#=
set -- -abval -c; while getopts ab:c o; do echo "$o $OPTARG"; done; echo $OPTIND
#=
set -- -x; getopts a o 2>/dev/null; echo "$? $o ${OPTARG-none}"
#=
set -- -x -b; while getopts :ab: o; do echo "$o ${OPTARG-none}"; done
#=
set -- -b; getopts b: o 2>/dev/null; echo "$? $o ${OPTARG-none}"
#=
set -- -a -- -b; while getopts ab o; do echo $o; done; echo $OPTIND
#=
set -- -a x -b; while getopts ab o; do echo $o; done; echo $OPTIND
#=
set -- -ab -c; getopts abc o; echo $o; getopts abc o; echo $o; getopts abc o; echo $o; getopts abc o; echo $? $o
#=
set -- -a; getopts a o; OPTIND=1; set -- -b; getopts b o; echo $o
#=
while getopts ab: o -a -b x y; do echo "$o $OPTARG"; done; echo $OPTIND
#=
f() { OPTIND=1; while getopts xy o; do echo "f$o"; done; }; f -x -y; f -y
#=
set -- - ; getopts a o; echo $? $OPTIND
#=
getopts a 2>/dev/null; echo $?
#=
sleep 5 & kill $!; wait $!; echo $?
#=
(exit 3) & p=$!; (exit 4) & q=$!; wait $p; echo $?; wait $q; echo $?
#=
wait; echo $?; wait 999999; echo $?
#=
sleep 0.1 & wait; echo $?
#=
(exit 9) & wait $!; echo $?
#=
kill -l | tr ' ' '\n' | grep -c -x -e INT -e TERM; kill -l 2; kill -l 137; kill -l 15
#=
kill -0 $$; echo $?; kill -0 999999 2>/dev/null; echo $?; kill -s TERM 999999 2>/dev/null; echo $?
#=
kill 2>/dev/null; echo $?; kill -NOSUCH $$ 2>/dev/null; echo $?
#= posix: without job control %1 is the process; dash signals a group that is not there
sleep 5 & kill -9 %1; wait $!; echo $?
#> 137
#> status 0
#=
ulimit -n | grep -c '^[0-9]'; (ulimit -n 50; ulimit -n); (ulimit -S -n 40; ulimit -n)
#=
ulimit -f; (ulimit -f 10; ulimit -f); (ulimit -c 0; ulimit -c)
#=
times | wc -l; times | grep -c 'm.*s '
#=
hash; echo $?; hash -r; hash nosuch 2>/dev/null; echo $?; hash cat; echo $?
#=
f() { local a=1 b; b=2; echo $a$b; }; a=x b=y; f; echo $a$b
#=
f() { local x; echo "[${x-unset}]"; x=2; }; x=1; f; echo $x
#=
f() { local x=1; unset x; echo "[${x-unset}]"; }; x=0; f; echo $x
#=
f() { local IFS=:; set -- a b; echo "$*"; }; f; set -- a b; echo "$*"
#=
x=1 y=2 :; echo $x $y
#=
x=1; x=2 eval 'echo $x'; echo $x
#=
f() { echo $x; }; x=1; x=2 f; echo $x
#=
x=1 export x; sh -c 'echo $x'
#=
break; echo $?; continue; echo $?
#=
for i in 1 2; do (break); echo $i; done
#=
(for i in 1; do break 0; done) 2>/dev/null; echo $?
#=
f() { break; }; for i in 1 2; do f; echo $i; done
#=
pwd -P >/dev/null; echo $?; pwd -L > /dev/null; echo $?
#=
jobs; echo $?; sleep 0.2 & jobs | grep -c Running; wait
#=
sleep 1 & jobs -p | grep -c '^[0-9]'; kill $!
#=
echo x | while read l; do echo "in $l"; done; echo out
#=
x=$(trap); echo "[$x]"
#=
echo $PPID | grep -c '^[0-9]'
