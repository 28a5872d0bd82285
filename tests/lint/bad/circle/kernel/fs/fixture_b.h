#pragma once
#include "kernel/fs/fixture_a.h"
