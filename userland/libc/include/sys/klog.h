#pragma once
// syslog(2): command 3 reads the last messages, 10 gives the size of the buffer.
int klogctl(int command, char *to, int size);
