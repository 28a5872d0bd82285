#=
echo a; echo b & wait; echo c
#=
echo a;
echo b
#=
true && echo yes || echo no
#=
false && echo yes || echo no
#=
false || false && echo x; echo $?
#=
! true; echo $?; ! false; echo $?
#=
! true | false; echo $?
#=
! ! true; echo $?
#=
if true; then echo a; else echo b; fi
#=
if false; then echo a; elif true; then echo b; else echo c; fi
#=
if false; then echo a; fi; echo $?
#=
if
true
then
echo multi
fi
#=
if false; true; then echo list; fi
#=
while false; do :; done; echo $?
#=
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done
#=
i=0; until [ $i -ge 3 ]; do echo $i; i=$((i+1)); done
#=
for i in a b c; do echo $i; done
#=
for i in a b c
do echo $i
done
#=
for i
do echo $i
done
set -- x y; for i do echo $i; done; for i; do echo $i; done
#=
set -- x y
for i
in 1 2; do echo $i; done
#=
for i in; do echo $i; done; echo $?
#=
for i in a; do false; done; echo $?
#=
for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done
#=
for i in 1 2 3; do [ $i = 2 ] && break; echo $i; done
#=
for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done
#=
for i in 1 2; do for j in a b; do [ $j = b ] && break 2; echo $i$j; done; done; echo $?
#=
for i in 1 2; do for j in a b; do break 9; done; echo no; done; echo done
#=
for in in in; do echo $in; done
#=
for for in a; do echo $for; done
#=
case a in a) echo 1;; esac
#=
case a in (a) echo 1;; (b) echo 2;; esac
#=
case b in a|b|c) echo or;; esac
#=
case x in a) echo 1;; *) echo default;; esac
#=
case x in a) echo 1;; esac; echo $?
#=
case a in a) ;; esac; echo $?
#=
case a in a) false;; esac; echo $?
#=
false; case a in b) ;; esac; echo $?
#=
case a in a) echo last
esac
#=
case a
in
a)
echo x
;;
esac
#=
case "a b" in "a b") echo yes;; esac
#=
case a in "$(echo a)") echo sub;; esac
#=
case esac in (esac) echo esac;; esac
#=
case if in if) echo if;; esac
#=
case "" in "") echo empty;; esac
#=
case a in
  b) echo no ;;
  # comment
  a) echo yes ;; # trailing
esac
#=
{ echo a; echo b; }
#=
{ echo a
echo b
}
#=
{ echo a; } | { cat; echo b; }
#=
(echo a; echo b) | cat
#=
(exit 3); echo $?
#=
x=1; (x=2; echo $x); echo $x
#=
((echo nested); echo outer)
#=
( (echo spaces) )
#=
f() { echo f $1; }; f a
#=
f() (echo sub; exit 4); f; echo $?
#=
f() if true; then echo if; fi; f
#=
f() for i in 1 2; do echo $i; done; f
#=
f() case $1 in a) echo A;; esac; f a
#=
f() { echo out; } > file; f; cat file
#=
f() {
echo multi
}
f
#=
f()
{ echo newline; }
f
#=
f () { echo space; }; f
#=
f() { return 3; }; f; echo $?
#=
f() { return; }; false; f; echo $?
#=
f() { echo $#; }; f; f a "b c"
#=
f() { echo "$@"; shift; echo "$@"; }; set -- 1 2; f a b; echo "$@"
#=
f() { echo one; }; f() { echo two; }; f
#=
f() { f() { echo inner; }; echo outer; }; f; f
#=
f() { x=changed; }; x=old; f; echo $x
#=
f() { local x=in; echo $x; }; x=out; f; echo $x
#=
f() { local x; x=in; g; echo $x; }; g() { x=g; }; x=out; f; echo $x
#=
f() { [ $1 = 0 ] || { echo $1; f $(($1-1)); }; }; f 3
#=
f() { cat <<E
doc $1
E
}; f a; f b
#=
f() { cat <<E; }
outside
E
f; f
#=
unset -f f; f() { :; }; unset -f f; f 2>/dev/null; echo $?
#=
echo a | cat | cat | tr a b
#=
echo a |

cat
#=
true &&

echo next
#=
false ||
echo next
#=
false | true; echo $?; true | false; echo $?
#=
exit 5 | true; echo $?
#=
x=1 | x=2; echo "[$x]"
#=
echo a & wait; echo $?
#=
(sleep 0.05; exit 7) & wait $!; echo $?
#=
{ echo a; } 2>&1 && echo b
#=
if echo a; then echo b; fi > f; cat f
#=
while read x; do echo "<$x>"; done <<E
one
two
E
#=
for i in 1 2; do echo $i; done | while read x; do echo "[$x]"; done
#=
i=0; while true; do i=$((i+1)); [ $i = 3 ] && break; done; echo $i
#=
while :; do break; done; echo $?
#=
if ! false; then echo not; fi
#=
while ! true; do :; done; echo $?
#=
echo if then else fi for do done case esac while until { } ! in
#=
{ echo }; }
#=
{ echo a; }; { echo b; }
#=
echo {a,b} }{
#=
a=b=c; echo $a
#=
a=1 b=2; echo $a$b
#=
a=1 b=$a; echo $b
#=
a=1 sh -c 'echo $a'; echo "[$a]"
#=
a=1; a=2 true; echo $a
#=
a=1 b=2 env | grep '^[ab]=' | sort
#=
1a=x 2>/dev/null; echo $?
#=
x=$(false); echo $?
#=
x=$(exit 3) y=$(exit 4); echo $?
#=
x=$(exit 3) true; echo $?
#=
$(echo echo hi)
#=
$(true); echo $?; $(false); echo $?
#=
"" 2>/dev/null; echo $?
#=
x=; $x; echo $?
#=
> file; ls
#=
>f echo x; cat f; <f cat
#=
echo a >f b; cat f
#=
nosuchcommand 2>/dev/null; echo $?
#=
./nosuch 2>/dev/null; echo $?
#=
touch file; ./file 2>/dev/null; echo $?
#=
mkdir d; ./d 2>/dev/null; echo $?
#=
echo 'echo script $1' > s; chmod +x s; ./s arg
#=
printf '#!/bin/sh\necho bang' > s; chmod +x s; ./s
#=
echo ok; if; echo never
#=
sh -c 'if' 2>/dev/null; echo $?
#=
sh -c 'echo (' 2>/dev/null; echo $?
#=
sh -c ')' 2>/dev/null; echo $?
#=
sh -c 'echo "unterminated' 2>/dev/null; echo $?
#=
sh -c 'for 1 in a; do :; done' 2>/dev/null; echo $?
#=
sh -c 'then' 2>/dev/null; echo $?
#=
sh -c 'a; ; b' 2>/dev/null; echo $?
#=
sh -c '| a' 2>/dev/null; echo $?
#=
sh -c 'echo a &&' 2>/dev/null; echo $?
#=
sh -c 'case a in' 2>/dev/null; echo $?
#=
sh -c 'echo >' 2>/dev/null; echo $?
#=
sh -c '{ echo a' 2>/dev/null; echo $?
#=
sh -c ''; echo $?
#=
sh -c '# only'; echo $?
#=
sh -c 'echo $0 $1 $#' name a b
#=
sh -c 'echo $0'
#=
echo 'echo $0 $1' > s; sh s x
#=
echo 'echo $1' | sh -s arg
#= posix: 127 for a script that is not there; dash and busybox say 2
sh nosuchscript 2>/dev/null; echo $?
#> 127
#> status 0
#=
sh -c 'exit 300'; echo $?
#=
sh -c 'kill -9 $$'; echo $?
#=
sh -c 'kill -TERM $$'; echo $?
#=
echo a;;echo b 2>/dev/null
#=
x=5; while [ $x -gt 0 ]; do x=$((x-1)); case $x in 3) continue;; 1) break;; esac; echo $x; done
#=
f() { while true; do return 5; done; }; f; echo $?
#=
f() { for i in 1 2 3; do case $i in 2) return $i;; esac; done; }; f; echo $?
#=
f() { if true; then return 2; fi; echo never; }; f; echo $?
#=
f() { return 1 || echo never; }; f && echo t || echo f
#=
(return 3) 2>/dev/null; echo $?
#= posix: ";&" falls through (2024); dash and busybox lack it
case a in a) echo 1;& b) echo 2;; c) echo 3;; esac
#> 1
#> 2
#> status 0
#=
alias e='echo aliased'
e x
#=
alias e='echo aliased'; e x 2>/dev/null; echo $?
#=
alias a='echo ' b='word'
a b
#=
alias a='echo' b='word'
a b
#=
alias ls='ls -d'
ls /
#=
alias x=y y=x
x 2>/dev/null; echo $?
#=
alias foo='echo foo'
\foo 2>/dev/null; echo $?
"foo" 2>/dev/null; echo $?
#=
alias i='if true; then' t='echo'
i t yes; fi
#=
alias a='echo one; echo'
a two
#=
alias a=b; alias a; unalias a; alias a 2>/dev/null; echo $?
#=
alias b='1 2' a="it's"; alias
#=
unalias nosuch 2>/dev/null; echo $?
#=
alias a=x b=y; unalias -a; alias; echo $?
#=
alias e='echo in'
eval 'e eval'
#=
alias e='echo in'
x=$(e sub); echo "$x"
#=
alias e='echo in'
echo "`e back`"
#=
alias l='echo -n'
l a; l b; echo
#=
alias p='|cat'
echo x p
#=
alias c='# '
c echo nothing
echo end
#=
alias e='echo $x'
x=1; e
x=2; e
#=
alias mac='for i in 1 2; do echo $i; done'
mac | cat
#=
alias n='
echo newline'
n
#=
alias v='x=1'
v; echo $x
#=
alias e=echo
f() { e in function; }
alias e=false
f
#= posix: $LINENO counts from the script's first line; Debian's dash has none
echo $LINENO
echo $LINENO

echo $LINENO
#> 2
#> 3
#> 5
#> status 0
#=
LINENO=5; echo $LINENO
