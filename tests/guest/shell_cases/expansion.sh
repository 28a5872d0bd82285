p=/usr/local/lib/file.tar.gz
echo ${p##*/} ${p#*/} ${p%.*} ${p%%.*} ${p%/*} ${#p} ${p#nothing} ${p%x}
e=; unset u
echo "${u-unset}" "${e-unset}" "${u:-null}" "${e:-null}" "${u+set}" "${e+set}" "${e:+null}" "${p:+yes}"
echo ${u:=assigned} $u
s='a*b?c'; echo "${s#a\*}" "${s%\?c}" ${s%'?c'}
v=abcabc; echo ${v#*b} ${v##*b} ${v%b*} ${v%%b*} ${v#"$e"}
echo ${p##"/usr"} ${p#/usr/$e}
set -- one two three four five six seven eight nine ten eleven
echo $1 $10 ${10} ${11} $# ${#} ${#1}
shift 3; echo $1 $#
(echo ${nope?is missing}) 2>/dev/null; echo $?
(echo ${e:?}) 2>/dev/null; echo $?
echo "$((1 + 2 * 3)) $(( (1+2)*3 )) $((7/2)) $((-7/2)) $((-7%3)) $((1<<10)) $((0x1f)) $((010)) $((5>3)) $((5<3)) $((1==1 && 0 || 2))"
n=5; echo $((n+=2)) $n $((n*n)) $((n>6?10:20)) $((!n)) $((~n)) $((-n)) $((n&3)) $((n|8)) $((n^1))
x=$((n-1)); echo $x $(($x+1)) $((${x}*2))
echo $((  1  +  1  ))$(( 2 ))
a=1 b=2 c=$((a+b)); echo $c
echo "$(printf 'x\ny\n\n\n')" "$(printf '')" end
echo $(printf 'many   blanks\n\tand tabs\n')
