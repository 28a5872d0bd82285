true; echo $?; false; echo $?
sh -c 'exit 200'; echo $?
nosuchcommand_x 2>/dev/null; echo $?
/etc/tour 2>/dev/null; [ $? -ge 126 ] && echo cannot run
/ 2>/dev/null; echo $?
(sh -c 'kill -9 $$') 2>/dev/null; echo $?
(sh -c 'kill -TERM $$'; :) 2>/dev/null; echo $?
true | false; echo $?; false | true; echo $?
x=$(false); echo $?; x=$(exit 9) y=1; echo $?
(set -e; false; echo not reached); echo $?
(set -e; if false; then :; fi; false || true; ! true; echo reached); echo $?
(set -e; f() { false; echo in f; }; f && echo ok; echo end); echo $?
(set -u; echo $undefined_variable) 2>/dev/null; echo $?
(exit 256) ; echo $?
f() { return; }; false; f; echo $?
trap 'echo trapped $?' EXIT
sh -c 'trap "echo bye" EXIT; echo hi; exit 4'; echo $?
sh -c 'trap "echo usr1" USR1; kill -USR1 $$; echo after'
sh -c 'trap "" TERM; kill -TERM $$; echo survived'
sh -c 'trap "echo x" INT; trap - INT; kill -INT $$; echo no' 2>/dev/null; echo $?
sh -c 'sleep 5 & kill $!; wait $! 2>/dev/null; echo $?' 2>/dev/null
sh -c 'exit 3 & wait $!; echo $?'
sh -c 'if' 2>/dev/null; echo $?
sh -c 'echo "unterminated' 2>/dev/null; echo $?
sh -c 'for do' 2>/dev/null; echo $?
sh -c ')' 2>/dev/null; echo $?
sh -c 'echo a; fi; echo b' 2>/dev/null; echo $?
sh -c 'eval "echo x; fi"; echo no' 2>/dev/null; echo $?
sh -c 'readonly r=1; r=2; echo no' 2>/dev/null; echo $?
sh -c 'echo $0 $1 $2 $#' name a b
sh -c 'cd /nosuch; echo $?' 2>/dev/null
sh -c 'break; echo not in a loop'
sh /nosuchscript 2>/dev/null; [ $? != 0 ] && echo bad script
echo 'echo from stdin
echo after' | sh
printf 'exit 12' | sh; echo $?
