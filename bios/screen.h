// screen.h: text for people, through INT 10h: the video BIOS shows it, else int10.c writes it to the first
// serial line. '\n' ends a line.
#pragma once
#include <stdbool.h>

void screen_text(const char *text);
void screen_line(const char *template, ...) __attribute__((format(printf, 1, 2)));
// Is there a video BIOS?
bool screen_has_video(void);
// From now on the serial line shows what the video BIOS is told to show.
void screen_mirror(void);
void serial_put(char character);
