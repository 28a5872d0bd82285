// A header of the machine that builds: refused as "an outside include".
#include <linux/fs.h>
