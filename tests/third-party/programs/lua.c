// lua.c: runs a script with the real Lua. libs: -llua5.4 -lm -ldl
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	lua_State *L = luaL_newstate();
	luaL_openlibs(L);
	int rc = argc > 1 ? luaL_dofile(L, argv[1]) : luaL_dostring(L, "error('no script')");
	if (rc != LUA_OK)
		fprintf(stderr, "lua: %s\n", lua_tostring(L, -1));
	lua_close(L);
	return rc != LUA_OK;
}
