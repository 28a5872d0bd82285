// A path that is no file of the repository: refused as "no file of the repository".
#include "third_party/zlib.h"
