// screen.h: text for people: through INT 10h, and on the first serial line too where the mirror is on (no VGA, or fw_cfg file
// opt/groundup/rom-serial). '\n' ends a line.
#pragma once

void screen_text(const char *text);
void screen_line(const char *template, ...) __attribute__((format(printf, 1, 2)));
