// Two headers that include each other: refused as "a circle".
#pragma once
#include "kernel/fs/fixture_b.h"
