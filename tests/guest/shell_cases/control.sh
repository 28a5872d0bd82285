if true; then echo a; fi; if false; then echo b; else echo c; fi
if false; then echo d; elif true; then echo e; else echo f; fi
i=0; while [ $i -lt 5 ]; do i=$((i+1)); [ $i = 2 ] && continue; [ $i = 4 ] && break; echo w$i; done
until [ $i -le 0 ]; do i=$((i-1)); done; echo $i
for i in a 'b c' $(echo d e); do echo "<$i>"; done
for i in; do echo never; done; echo $?
for i in 1 2; do for j in 1 2 3; do [ $j = 2 ] && continue 2; echo $i$j; done; done
for i in 1 2; do for j in 1 2 3; do [ $j = 2 ] && break 2; echo $i$j; done; done
f() { for a; do echo "arg $a"; done; return 7; }
f x "y z"; echo $?
g() { local v=inner; v2=changed; echo $v; }
v=outer; v2=old; g; echo $v $v2
r() { [ $1 -le 0 ] && return 0; echo r$1; r $(($1-1)); }
r 3
case hello in h*) echo starts;; *) echo other;; esac
case x in a|b|x) echo found;; esac
case '*' in \*) echo star;; esac
case 'a b' in 'a b') echo blank;; esac
case abc in [!a]*) echo no;; [a-c]??) echo range;; esac
case nothing in x) echo x;; esac; echo $?
case $(echo word) in (word) echo paren ;; esac
x=$(case a in a) echo incase;; esac); echo $x
{ echo group; echo two; } | cat
(echo sub; exit 3); echo $?
! true; echo $?; ! false; echo $?
true && echo and || echo or; false && echo and || echo or
false || true && echo chain
echo one; echo two & wait; echo three
h() if true; then echo iffn; fi
h
k() { echo redirected; } >&2
k 2>/dev/null; k 2>&1
while read -r l; do case $l in q) break;; esac; echo "l=$l"; done <<X
p
r
q
s
X
i=0; while :; do i=$((i+1)); if [ $i -gt 100 ]; then break; fi; done; echo $i
