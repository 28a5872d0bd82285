#=
echo \a\b\$\`\"\\\'\*\?
#=
printf '%s\n' 'a"b`c$d\e'
#=
printf '%s\n' "a'b\`c\$d\\e\"f"
#=
printf '%s\n' "\a\b\c" | od -c | head -2
#=
printf '%s\n' "a\
b" a\
b
#=
printf '%s\n' 'a\
b'
#=
ec\
ho joined
#=
if t\
rue; t\
hen echo keyword; f\
i
#=
true &\
& echo operator
#=
x=1; echo $\
x ${\
x} $(\
echo sub) $((\
1 + 1))
#=
echo "a  b"  'c  d'  e\ \ f
#=
printf '[%s]' "" '' ""'' a"" ''b; echo
#=
x=; printf '[%s]' $x "$x" "$x"$x $x""; echo
#=
echo "$(echo "inner  quotes")"
#=
echo "$(echo ")")"
#=
echo "`echo "old  style"`"
#=
echo `echo \`echo nested\``
#=
echo "`echo \"quoted\"`"
#=
printf '%s\n' `printf '%s\n' '\$x \\\\ \\'`
#=
x='a b'; echo "${x}" '${x}' \${x}
#=
printf "%s|" "a\"b" "a\\b" "a\$b" "a\nb" 'a\nb' | od -c
#=
echo a'b'c"d"e\f
#=
echo "'" '"' "\"" \'
#=
echo '#not a comment' # a comment
#=
echo a#b; echo a #b
#=
# comment with 'quote and "quote
echo after
#=
echo "line
two"
#=
echo 'line
two'
#=
x="a
b"; echo $x; echo "$x"
#=
echo \
#=
echo "$(printf 'a\n\nb\n\n\n')x"
#=
echo $'a' 2>/dev/null | head -c 1
#=
echo "~" '~' \~ | cat
#=
echo "a"'b'"c"'d'
#=
x=abc; echo "$x"d "${x}d" "$x d"
#=
echo "$" '$' \$ "$ " a$
#=
echo "${u-"a  b"}" ${u-"a  b"} ${u-a  b}
#=
echo "${u-'a  b'}" ${u-'a  b'}
#=
echo "${u-\}}" ${u-\}} "${u-a\}b}"
#=
echo "${u-"}"}" ${u-"}"} ${u-'}'}
#=
echo "${u-it's}"
#=
x='a*b'; echo "${x#'a*'}" "${x#"a*"}" ${x#a\*}
#=
x=abc; echo "${x%'c'}" "${x%"c"}"
#=
echo "${u:-$(echo "x  y")}" ${u:-`echo 'x  y'`}
#=
eval 'echo "a" \"b\"'
#=
eval "echo 'a  b' \"c  d\""
#=
x='"'; echo $x; y="'"; echo "$y"
#=
echo ""''|od -c
#=
printf '%s|' a\ b "c d" 'e f' g\	h; echo
#=
printf '%s|' \; \& \| \< \> \( \) \#; echo
#=
echo a\
b\
c
#=
cat <<E
"quoted" 'single' \$x \\ \` \a
E
#=
cat <<'E'
$x `echo` \\ \$
E
#=
cat <<"E"
$x
E
#=
cat <<\E
$x
E
#=
cat <<E\ F
text $((1+1))
E F
#=
x=1; cat <<E
a\
b $x \
c
E
#=
cat <<E
a\\
E
#=
cat <<E
a\
E
b
E
#=
x=abc; cat <<E
${x#a} ${x%c} ${u-def} ${x+set} $(echo sub) `echo back` $((2*3))
E
