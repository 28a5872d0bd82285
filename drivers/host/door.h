// door.h: the way out of the machine that is not a terminal: /dev/door0 (status), door1 (stdout), door2 (stderr).
#pragma once

void door_init(void);
