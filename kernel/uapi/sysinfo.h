// sysinfo.h: what sysinfo(2) and times(2) fill in, of the Linux x86-64 ABI.
#pragma once
#include <stdint.h>

struct abi_sysinfo {
	int64_t uptime;
	uint64_t loads[3];
	uint64_t totalram, freeram, sharedram, bufferram, totalswap, freeswap;
	uint16_t procs, pad;
	uint32_t pad2;
	uint64_t totalhigh, freehigh;
	uint32_t mem_unit;
	uint8_t reserved[4];
};
_Static_assert(sizeof(struct abi_sysinfo) == 112, "abi_sysinfo");

struct abi_tms {
	int64_t tms_utime, tms_stime, tms_cutime, tms_cstime;
};
