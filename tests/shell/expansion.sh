#=
x=abc; echo ${#x} ${#} ${#u}
#=
set -- a bb ccc; echo ${#1} ${#2} ${#3} $#
#=
echo ${u-d} ${u:-d}; u=; echo "[${u-d}]" ${u:-d}; u=v; echo ${u-d} ${u:-d}
#=
echo "[${u+s}]" "[${u:+s}]"; u=; echo ${u+s} "[${u:+s}]"; u=v; echo ${u+s} ${u:+s}
#=
echo ${u=d} $u; v=; echo "[${v=d}]" ${v:=e} $v
#=
(echo ${u?}) 2>/dev/null; echo $?
#=
(echo ${u?message}) 2>&1 | grep -c message
#=
u=; (echo ${u:?}) 2>/dev/null; echo $?; echo "[${u?}]"
#=
sh -c 'echo ${u?}; echo never' 2>/dev/null; echo $?
#=
x=a.b.c; echo ${x#*.} ${x##*.} ${x%.*} ${x%%.*}
#=
x=/a/b/c; echo ${x##*/} ${x%/*} ${x#/} ${x%%/*}
#=
x=aaa; echo ${x#a} ${x##a} ${x#a*} ${x##a*}x ${x%a} ${x%%a*}x
#=
x=abc; echo ${x#x} ${x%x} "${x#abc}" "${x%%*}"
#=
x='*'; y='a*b'; echo "${y#*"$x"}" "${y%"$x"*}" "${y#a$x}"
#=
x=abc; p='a*'; echo "${x#$p}" "${x##$p}" "${x#"$p"}"
#=
x=abcd; echo ${x#[a-b]} ${x#?} ${x#??} ${x%[!a]} ${x%%[cd]*}
#=
x='a b c'; echo "${x% *}" ${x#* }
#=
x='${y}'; y=1; echo $x "${x#\$}"
#=
echo ${u-${v-${w-deep}}}
#=
echo ${u:-$(echo cmd)} ${u:-`echo back`} ${u:-$((1+2))}
#=
x=1; echo ${x:+${x}2}
#=
set -- a b c; echo "$@" $@ "$*" $*
#=
set -- 'a b' c; for i in "$@"; do echo "[$i]"; done
#=
set -- 'a b' c; for i in $@; do echo "[$i]"; done
#=
set -- 'a b' c; for i in "$*"; do echo "[$i]"; done
#=
set -- 'a b' c; for i in $*; do echo "[$i]"; done
#=
set -- 'a b' c; for i in x"$@"y; do echo "[$i]"; done
#=
set --; for i in "$@"; do echo "[$i]"; done; for i in "$*"; do echo "<$i>"; done
#=
set --; for i in x"$@"; do echo "[$i]"; done;
#=
set -- ''; for i in "$@"; do echo "[$i]"; done; for i in $@; do echo "<$i>"; done
#=
set -- '' ''; echo $#; set -- $@; echo $#
#=
IFS=:; set -- a b c; echo "$*"; x="$*"; echo "$x"; echo $*
#=
IFS=; set -- a b c; echo "$*"; printf '[%s]' $* $@; echo
#=
unset IFS; set -- a b; echo "$*"
#=
IFS=:; x=$*; set -- a b; x=$*; echo "$x"
#=
set -- a b; x="$@"; echo "$x"
#=
set -- 1 2 3 4 5 6 7 8 9 10 11; echo $10 ${10} $11 ${11}
#=
echo $# $? $- | sed 's/[a-z]*$//'
#=
set -- a; echo ${1} ${2-unset} ${1-set} ${#@}
#= posix: without arguments $@ is unset; dash says it is set
set -- a b; echo ${@-x} ${*-x} ${@+y} ${*+y}; set --; echo ${@-x} ${*-x} "[${@+y}]"
#> a b a b y y
#> x x []
#> status 0
#=
set -- a b c; shift; echo $1 $#; shift 2; echo $#
#=
set -- a; shift 2 2>/dev/null; echo never
#=
echo $$ | grep -c '^[0-9]*$'; a=$$; (echo $$) | { read b; [ $a = $b ] && echo same; }
#=
: & [ -n "$!" ] && echo pid
#=
false; echo $? $?
#=
(exit 42); x=$?; echo $x
#=
echo ~ ~/x | sed "s,$HOME,H,g"
#=
HOME=/h; echo ~ ~/a a~ "~" \~ ~/"b c" a=~
#=
HOME=/h; x=~; y=~/a:~/b; z=a:~; echo $x $y $z
#=
HOME=/h; x=${u-~}; echo $x ${u-~/q} "${u-~}"
#=
HOME='/a b'; for i in ~; do echo "[$i]"; done
#=
echo ~root | grep -c '^/'
#=
echo ~nosuchuser
#=
HOME=/h; case ~ in /h) echo tilde;; esac
#=
unset HOME; echo ~ | wc -l
#=
echo $(echo a b) "$(echo a  b)" $(printf 'a\nb\n')
#=
echo $(printf '  a  b  ')x "$(printf '\n\na\n\n')"
#=
x=$(echo a; echo b); echo "$x"
#=
echo $(echo $(echo $(echo deep)))
#=
echo $(case a in a) echo yes;; esac) $(case b in (b) echo paren;; esac)
#=
echo $(
echo newline
)
#=
echo $(echo a # comment )
)
#=
x=$(cat <<E
here $((1+1))
E
); echo "$x"
#=
echo "$(echo "$(echo "a b")")"
#=
x=5; echo $(x=6; echo $x) $x
#=
echo $(exit 3)$?
#=
x=$(printf '\134a\\b'); printf '%s\n' "$x"
#= posix: "$((" may be a subshell inside a substitution
echo $( (echo sub) ) $((echo not arith) | cat)
#> sub not arith
#> status 0
#=
echo $(true)x$(true)
#=
echo "a$(true)b"
#=
echo $((1+2)) $((7-10)) $((3*4)) $((17/5)) $((17%5)) $((-17/5)) $((-17%5))
#=
echo $((1<2)) $((2<1)) $((1<=1)) $((1>2)) $((2>=2)) $((1==1)) $((1!=1))
#=
echo $((1&&0)) $((1||0)) $((!0)) $((!5)) $((~0)) $((-3)) $((+3)) $((- -3))
#=
echo $((6&3)) $((6|3)) $((6^3)) $((1<<4)) $((256>>3)) $((-8>>1))
#=
echo $((1?2:3)) $((0?2:3)) $((1?0?4:5:6))
#=
x=5; echo $((x)) $(($x)) $((x+1)) $((x*x)) $((${x}0))
#=
x=5; echo $((x=3)) $x $((x+=4)) $x $((x-=1)) $((x*=2)) $((x/=3)) $((x%=3)) $x
#=
x=6; echo $((x<<=2)) $((x>>=1)) $((x&=7)) $((x|=9)) $((x^=1)) $x
#=
echo $((2+3*4)) $(((2+3)*4)) $((2*(3+4)*5)) $((10-2-3)) $((100/10/2))
#=
echo $((1|2^3&4)) $((1<2==1)) $((1+1<<2)) $((!1+1)) $((5>3>1))
#=
echo $((0x10)) $((010)) $((0xff+0)) $((0))
#=
x=0x10; echo $((x)); x=' 7 '; echo $((x)) 
#=
x=; echo $((x+1)) $((u+1))
#=
echo $((9223372036854775807)) $((9223372036854775807+1))
#=
echo $((1 +
2))
#=
echo $(( $(echo 2) * ${u:-3} ))
#=
(echo $((1/0))) 2>/dev/null; echo $?
#=
(echo $((1+))) 2>/dev/null; echo $?
#=
(echo $((5=3))) 2>/dev/null; echo $?
#=
(x=abc; echo $((x))) 2>/dev/null; echo $?
#=
echo $((0&&1/0)) $((1||1/0)) $((1?2:1/0))
#=
x=1; : $((0&&(x=5))) $((1||(x=6))); echo $x
#=
a=2; b=3; echo $((a**b)) 2>/dev/null; echo never
#= busybox: POSIX leaves ++ to the shell; dash lacks it
x=5; echo $((x++)) $x $((++x)) $x $((x--)) $((--x)) $x
#= posix: the comma operator is C's
echo $((1,2)) $((x=3,x+1)) $x
#> 2 4 3
#> status 0
#=
x=3; echo $((x-- - 1)) 2>/dev/null; echo end | cat
#=
echo "$((1+1))" '$((1+1))' a$((1+1))b
#=
x='a b  c'; printf '[%s]' $x; echo
#=
x=' a b '; printf '[%s]' $x; echo; printf '[%s]' x$x'y'; echo
#=
IFS=:; x=a:b:c; printf '[%s]' $x; echo
#=
IFS=:; x=:a::b:; printf '[%s]' $x; echo
#=
IFS=' :'; x=' a : b::c d '; printf '[%s]' $x; echo
#=
IFS=; x='a b'; printf '[%s]' $x; echo
#=
IFS=ab; x=1a2b3ab4; printf '[%s]' $x; echo
#=
IFS=:; x=a:b; printf '[%s]' "$x" a:b; echo
#=
IFS=:; printf '[%s]' $(echo a:b) `echo c:d` $((1+1)); echo
#=
IFS=1; printf '[%s]' $((212)); echo
#=
IFS=' 	
'; x='a	b
c'; printf '[%s]' $x; echo
#=
unset IFS; x='a	b
c'; printf '[%s]' $x; echo
#=
IFS=x; y=axbxc; set -- $y; echo $# $1 $3
#=
x='a b'; y=$x; echo "$y"; set -- $x$x; echo $#
#=
x='a b'; set -- p$x's' "q$x"; echo $# "$2"
#=
IFS=/; x=/a/b; set -- $x; echo $# "[$1]"
#=
IFS=' '; x='   '; set -- $x; echo $#; IFS=:; x=:::; set -- $x; echo $#
#=
IFS=:; x=; set -- $x a; echo $#
#=
IFS='\'; x='a\b'; printf '[%s]' $x; echo
#=
x='a\ b'; printf '[%s]' $x; echo
#=
set -f; x='*'; echo $x *; set +f
#=
touch a b c; echo * [ab] ? [!a] 
#=
touch a b; x='*'; echo $x "$x" \* '*'
#=
touch a.c b.c d.h; echo *.c *.h *.x
#=
touch .hid vis; echo * .h* .[!.]*
#=
mkdir d; touch d/a d/b; echo d/* */ */a
#=
mkdir -p x/y z/y; touch x/y/f z/y/f; echo */*/f */y x/*/*
#=
touch 'a b' c; for i in *; do echo "[$i]"; done
#=
touch ab 'a*b'; echo a\*b a*b "a*"b
#=
touch a-b a_b; echo a[-_]b a[_-]b a[!-]b
#=
touch a1 a2 b1; echo [a-b][12] a[!1] [[:alpha:]]1 *[[:digit:]]
#=
touch ']' a; echo []] [!]]
#=
touch a; echo [a [] [!] a]
#=
echo nomatch*; echo [x]y; echo ?
#=
touch x; y=[x]; echo $y "$y"
#=
touch abc; echo a*c a?c *b* ?? ???
#=
mkdir d; echo d*/ ; cd d; echo *; echo ../d*
#=
touch -- -a; echo -*; echo ./-*
#=
touch A a B b; echo [a-b] [A-B]
#=
cat < /dev/null > x; for f in x nosuch*; do echo $f; done
#=
case abc in a*) echo 1;; esac; case abc in *c) echo 2;; esac; case abc in ?b?) echo 3;; esac; case abc in a) echo no;; esac
#=
case a.b in *.*) echo dot;; esac; case .a in *) echo hidden;; esac; case a/b in a*b) echo slash;; esac
#=
x='a*'; case abc in $x) echo pattern;; esac; case abc in "$x") echo no;; *) echo quoted;; esac
#=
case '*' in '*') echo 1;; esac; case '*' in \*) echo 2;; esac; case a in \*) echo no;; *) echo 3;; esac
#=
case a in [abc]) echo 1;; esac; case d in [!abc]) echo 2;; esac; case - in [a-]) echo 3;; esac; case ']' in []]) echo 4;; esac
#=
case a in [[:lower:]]) echo lower;; esac; case A in [[:upper:]]) echo upper;; esac; case ' ' in [[:space:]]) echo space;; esac; case _ in [[:alnum:]_]) echo word;; esac
#=
case '[' in [) echo bracket;; esac; case '[a' in [a) echo open;; esac
#=
case '\' in \\) echo backslash;; esac; case '\' in '\') echo single;; esac
#=
case b in [a"-"c]) echo range;; *) echo literal;; esac
#=
case a in [\a]) echo a;; esac; case '!' in [\!a]) echo bang;; esac
#=
x='[a-c]'; case b in $x) echo range;; esac; case b in "$x") echo no;; *) echo literal;; esac
#=
x=foo.tar.gz; case $x in *.tar.*) echo ${x%%.*};; esac
#=
case "a
b" in a*b) echo newline;; esac
#=
set -u; (echo $nope) 2>/dev/null; echo $?
#=
set -u; echo ${nope-default} "$@" $* end
#=
set -u; (echo ${#nope}) 2>/dev/null; echo $?
#=
set -u; x=; echo "[$x]" ${x:-empty}
#=
set -u; (echo $((nope+1))) 2>/dev/null; echo ok
#=
set -u; (echo $1) 2>/dev/null; echo $?; (echo $!) 2>/dev/null; echo $?
#=
set -u; (echo ${nope#x}) 2>/dev/null; echo $?
#=
(echo ${}) 2>/dev/null; echo $?
#=
(echo ${x!y}) 2>/dev/null; echo $?
#=
(readonly r=1; : ${r=2}; echo $r; : ${r:=3}; echo $r)
#=
x=1; echo $x$x ${x}y $x.y "$x"y
#=
a=1 a_b=2 ab=3; echo $a_b $ab ${a}_b ${a}b
#=
x=abc; echo "${x}"{1,2} ${x}[1]
#=
echo ${x:-a b} "${x:-a b}" ${x:-"a b"} | cat
#=
set -- ${u-a b}; echo $#; set -- "${u-a b}"; echo $#; set -- ${u-"a b" c}; echo $#
#=
set -- ${u+x} a; echo $#; set -- "${u+x}" a; echo $#
#=
set -- a b; set -- "${u-$@}"; echo $#; set -- ${u-"$@"}; echo $#
#=
set -- a b; echo "${u-$*}" "${1+$@}"
#=
x='1 2'; set -- ${x+"$x"}; echo $#
#=
echo "${x+}" "[${x-}]" | cat
#=
x=%a; echo ${x#%} ${x#\%} ; x=a#; echo ${x%#} ${x%\#}
#=
x=a/b; echo ${x%/*} "${x%%/*}" ${x#*/}
#=
x=$(printf 'a\001b'); echo ${#x}
#=
echo ${#-} ${#?} | cat | wc -w
#=
x=aXbXc; echo ${x%X*} ${x%%X*} ${x#*X} ${x##*X}
#=
x='a"b'; echo ${x#*\"} "${x#*\"}" "${x%\"*}"
#=
x="a'b"; echo ${x#*\'} "${x#*"'"}"
#=
x=' lead'; echo "${x#"${x%%[! ]*}"}"
#=
x='trail  '; echo "[${x%"${x##*[! ]}"}]"
#=
x=abc; while [ -n "$x" ]; do r=${x#?}; echo ${x%"$r"}; x=$r; done
