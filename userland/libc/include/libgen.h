#pragma once
char *basename(char *path), *dirname(char *path);
