x='a  b'; y=''
echo $x "$x" '$x' \$x "a\"b" 'it'\''s' "$y" end
printf '<%s>' $x "$x" $y "$y" "" a"b c"d; echo
printf '<%s>' "a\
b" a\
b; echo
printf '%s|' "back\\slash \d \$x \`" '\n'; echo
echo "nested $(echo "inner $(echo "deep $x")")"
printf '%s|' `printf '%s ' back \`echo two\` '\\\\'`; echo
set -- 1 "2 3" ''
printf '[%s]' "$@"; echo; printf '[%s]' "$*"; echo; printf '[%s]' $*; echo; printf '[%s]' $@; echo
printf '[%s]' "x$@y"; echo
set --
printf '[%s]' "$@" z; echo; printf '[%s]' "$*" z; echo; printf '[%s]' "a$@b"; echo
IFS=:; p=a:b::c:; printf '[%s]' $p; echo; set -- 1 2 3; echo "$*"; printf '[%s]' $*; echo
IFS=' :'; p=' a : b c:'; printf '[%s]' $p; echo
unset IFS; printf '[%s]' $p; echo
a=~; [ "$a" = "$HOME" ] && echo home
echo "${x}" ${y:-"d e"} "${y:-d  e}" ${y:-'q  r'}
