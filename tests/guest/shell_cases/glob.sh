d=/tmp/case.$$; mkdir $d; cd $d
touch a.c b.c a.h .hidden 'with space' '[x]' ./-dash
mkdir -p dir/sub; touch dir/one dir/two dir/sub/three
echo *; echo *.c; echo ?.h; echo [ab].c; echo [!a].c; echo *.none; echo '*.c' "*.c" \*.c
echo .h*; echo dir/*; echo */*; echo d*/s*/*; echo ./*.c; (cd dir; echo ../*.c)
p='*.c'; echo $p "$p"; set -f; echo *.c; set +f
for f in *; do printf '<%s>' "$f"; done; echo
echo "[x]" [[]x]; echo with*; x='with*'; ls $x
case a.c in *.c) echo match;; esac
echo [[:alpha:]].c; echo */ ; echo nosuch/*
cd /; rm -r $d
