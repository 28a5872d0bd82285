{ hello.pas: Pascal: strings, sets, files, exceptions. }
program hello;
{$mode objfpc}
uses sysutils;
var f: text; s: string; i: integer;
begin
  assign(f, 'pascal.txt'); rewrite(f);
  for i := 1 to 5 do writeln(f, i, ' ', i * i);
  close(f); reset(f);
  while not eof(f) do begin readln(f, s); writeln(s); end;
  close(f);
  try
    writeln(strtoint('x'));
  except
    on e: exception do writeln(e.classname);
  end;
end.
