# groundup.py: gdb for this machine: `whereami`, `walk ADDRESS`, and `at PLACE`, which runs to a place of `make debug`.
#
# What gdb sees is the processor QEMU emulates: its registers, and memory through its page tables. Physical memory is read by
# QEMU's own switch of gdb's protocol (Qqemu.PhyMemMode). The kernel runs unslid (nokaslr), so its symbols fit as they are.
import os
import re
import gdb

BUILD = os.environ.get("GROUNDUP_B", "build/normal")
LONG_MODE_ACTIVE = 0x400
PROTECTED = 1
INTERRUPTS = 0x200
KERNEL_HALF = 1 << 63


def register(name):
    return int(gdb.parse_and_eval("$" + name)) & (1 << 64) - 1


def physical_u64(address):
    """Eight bytes of physical memory."""
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    try:
        return int.from_bytes(bytes(gdb.selected_inferior().read_memory(address, 8)), "little")
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def mode():
    if not register("cr0") & PROTECTED:
        return "16-bit real mode"
    return "64-bit mode" if register("efer") & LONG_MODE_ACTIVE else "32-bit protected mode"


def kernel_cpu():
    """This processor's struct cpu, or None before the kernel has set it up."""
    for name in ("gs_base", "k_gs_base"):
        base = register(name)
        if base & KERNEL_HALF:
            try:
                cpu = gdb.parse_and_eval("(struct cpu *)%#x" % base).dereference()
                if int(cpu["self"]) == base:
                    return cpu
            except gdb.error:
                pass
    return None


def thread_name():
    cpu = kernel_cpu()
    if cpu is None or int(cpu["thread"]) == 0:
        return None
    return cpu["thread"]["name"].string()


def locks_held():
    """Named spinlocks that somebody holds, and by whom."""
    held = []
    for line in gdb.execute("info variables -q -t spinlock", to_string=True).splitlines():
        found = re.search(r"struct spinlock (\w+);", line)
        if not found:
            continue
        lock = gdb.parse_and_eval("*&" + found.group(1))
        if int(lock["held"]) != 0:
            held.append("%s (CPU %d)" % (found.group(1), int(lock["owner"])))
    return held


def place():
    """file:line and function of the next instruction."""
    address = register("pc") if "64" in mode() else (register("cs") * 16 if "16" in mode() else 0) + register("pc")
    line = gdb.find_pc_line(address)
    symbol = gdb.execute("info symbol %#x" % address, to_string=True).split(" in section")[0].strip()
    where = "%s:%d" % (line.symtab.filename, line.line) if line.symtab else "no source here"
    return "%s   %s   (%#x)" % (where, "" if symbol.startswith("No symbol") else symbol, address)


class WhereAmI(gdb.Command):
    """whereami: mode, ring, CPU, thread, interrupts, locks held, file:line."""

    def __init__(self):
        super().__init__("whereami", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        in_real_mode = "16" in mode()
        print("mode     %s%s" % (mode(), "" if in_real_mode else ", ring %d" % (register("cs") & 3)))
        cpu = kernel_cpu()
        number = gdb.selected_thread().num - 1
        print("CPU      %d%s" % (number, "" if cpu is None else ", preempt_count %d" % int(cpu["preempt_count"])))
        if cpu is not None and int(cpu["thread"]) != 0:
            thread = cpu["thread"]
            print("thread   %s, tid %d" % (thread["name"].string(), int(thread["tid"])))
        print("irqs     %s" % ("on" if register("eflags") & INTERRUPTS else "off"))
        if cpu is not None:
            print("locks    %s" % (", ".join(locks_held()) or "none of the kernel's named ones"))
        print("at       " + place())


LEVELS = ["", "page table (4 KiB a step)", "page directory (2 MiB a step)", "directory pointers (1 GiB a step)",
          "root, PML4 (512 GiB a step)"]
SIZES = {1: "4 KiB", 2: "2 MiB", 3: "1 GiB"}


class Walk(gdb.Command):
    """walk ADDRESS: how the processor's page tables translate an address, level by level."""

    def __init__(self):
        super().__init__("walk", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("walk ADDRESS")
        address = int(gdb.parse_and_eval("(unsigned long)(" + argument + ")"))
        if not register("efer") & LONG_MODE_ACTIVE:
            print("%#x: no 64-bit paging yet: a linear address is the physical one" % address)
            return
        if (address >> 47) not in (0, 0x1ffff):
            print("%#x is not canonical: bits 47 to 63 must be equal" % address)
            return
        table = register("cr3") & 0x000ffffffffff000
        rights = {"write": True, "user": True, "execute": True}
        for level in (4, 3, 2, 1):
            index = address >> (12 + 9 * (level - 1)) & 511
            entry = physical_u64(table + index * 8)
            print("level %d  %-34s at %#x, entry %3d: %#018x" % (level, LEVELS[level], table, index, entry))
            if not entry & 1:
                print("         not present: touching %#x is a page fault" % address)
                return
            rights["write"] &= bool(entry & 2)
            rights["user"] &= bool(entry & 4)
            rights["execute"] &= not entry >> 63
            table = entry & 0x000ffffffffff000
            if level == 1 or (level < 4 and entry & 0x80):
                size = 1 << (12 + 9 * (level - 1))
                physical = (table & ~(size - 1)) + (address & (size - 1))
                can = "read" + (", write" if rights["write"] else "") + (", execute" if rights["execute"] else "")
                print("         a %s page: %#x is physical %#x; may %s; %s" % (
                    SIZES[level], address, physical, can, "user and kernel" if rights["user"] else "kernel only"))
                print("         %s, %s" % ("accessed" if entry & 0x20 else "not accessed yet",
                                           "written to" if entry & 0x40 else "not written to yet"))
                return


class InProgram(gdb.Breakpoint):
    """A breakpoint at a user address that counts only in a thread of one name: programs share their addresses."""

    def __init__(self, address, name):
        super().__init__("*%#x" % address, gdb.BP_HARDWARE_BREAKPOINT, internal=True)
        self.name = name

    def stop(self):
        return register("cs") & 3 == 3 and thread_name() == self.name


def run_to(location):
    gdb.execute("thbreak " + location, to_string=True)
    gdb.execute("continue", to_string=True)


def to_efi():
    """The application waits (wait-gdb) and has printed where the firmware put it."""
    base = int(os.environ["GROUNDUP_EFI"], 16)
    gdb.execute("symbol-file", to_string=True)
    gdb.execute("add-symbol-file %s/uefi.elf -o %#x" % (BUILD, base), to_string=True)
    gdb.execute("set var boot_gdb_waits = 0", to_string=True)
    gdb.execute("finish", to_string=True)


def to_main(program):
    """main() of a user program; the tools live in one file, `box`."""
    path = "%s/user/bin/%s" % (BUILD, program)
    if not os.path.exists(path):
        path = "%s/user/bin/box" % BUILD
    gdb.execute("add-symbol-file " + path, to_string=True)
    line = gdb.execute("info address main", to_string=True)
    address = int(re.search(r"0x[0-9a-f]+", line).group(0), 16)
    InProgram(address, program)
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error:
        raise gdb.GdbError("the machine ended before %s came to its main" % program)


def to_rom(place):
    """Our ROM: its symbols where its 32-bit code runs, and once more at the offsets that 16-bit code has in segment F000."""
    gdb.execute("symbol-file %s/bios.elf" % BUILD, to_string=True)
    if place == "reset":
        gdb.execute("add-symbol-file %s/bios.elf -o -0xf0000" % BUILD, to_string=True)
    else:
        run_to(place)


def see_32_bits():
    """The ROM's code has 32 bits and QEMU sends 64-bit registers: tells gdb that each is two of 32 (a target description, in
    the order of QEMU 7.2's gdb packet), so that DWARF's registers, frames and arguments are those of an i386."""
    packet = [(name, 32) for pair in "eax ebx ecx edx esi edi ebp esp".split() for name in (pair, pair + "_high")]
    packet += [("r%d" % i, 64) for i in range(8, 16)] + [("eip", 32), ("eip_high", 32), ("eflags", 32)]
    packet += [(name, 32) for name in "cs ss ds es fs gs".split()]
    packet += [(name, 64) for name in "fs_base gs_base k_gs_base cr0 cr2 cr3 cr4 cr8 efer".split()]
    packet += [("st%d" % i, 80) for i in range(8)]
    packet += [(name, 32) for name in "fctrl fstat ftag fiseg fioff foseg fooff fop".split()]
    packet += [("xmm%d" % i, 128) for i in range(16)] + [("mxcsr", 32)]
    types = {"eip": "code_ptr", "ebp": "data_ptr", "esp": "data_ptr", 80: "i387_ext", 128: "uint128"}
    features = {True: "", False: ""}
    for number, (name, bits) in enumerate(packet):
        i386 = bits in (32, 80) and name != "mxcsr" and not name.endswith("_high")
        features[i386] += '<reg name="%s" bitsize="%d" regnum="%d" type="%s"/>' % (
            name, bits, number, types.get(name, types.get(bits, "int")))
    path = os.environ["GDB"] + ".xml" # in the scratch folder of tests/debug; gdb reads it when it connects
    with open(path, "w") as description:
        description.write('<target><architecture>i386</architecture><feature name="org.gnu.gdb.i386.core">%s</feature>'
                          '<feature name="the.rest">%s</feature></target>' % (features[True], features[False]))
    gdb.execute("set tdesc filename " + path)
    for which in "fetch", "set": # one register's number is QEMU's, all of them together are only bytes
        gdb.execute("set remote %s-register-packet off" % which, to_string=True)


class At(gdb.Command):
    """at PLACE: runs to reset, post, mbr, stage2, efi, kernel, syscall, main:PROGRAM, or to a function of the kernel."""

    def __init__(self):
        super().__init__("at", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        kernel = "%s/%s.elf" % (BUILD, "judge" if os.environ.get("JUDGE", "0") == "1" else "kernel")
        if argument in ("reset", "post"):
            to_rom(argument)
        elif argument == "mbr":
            gdb.execute("symbol-file %s/stage1.elf" % BUILD, to_string=True)
            run_to("*0x7c00")
        elif argument == "stage2":
            gdb.execute("symbol-file %s/stage2.elf" % BUILD, to_string=True)
            run_to("stage2_main")
        elif argument == "efi":
            to_efi()
        else:
            gdb.execute("symbol-file " + kernel, to_string=True)
            if argument.startswith("main:"):
                to_main(argument[len("main:"):])
            else:
                function = {"kernel": "kernel_entry", "syscall": "trap_system_call"}.get(argument, argument)
                try:
                    gdb.execute("thbreak " + function, to_string=True)
                except gdb.error:
                    raise gdb.GdbError("AT=reset|post|mbr|stage2|efi|kernel|syscall|main:PROGRAM or a function of the kernel; "
                                       "there is no " + argument)
                gdb.execute("continue", to_string=True)
        gdb.execute("whereami")


for setting in ("confirm off", "pagination off", "breakpoint pending off", "stack-cache off", "code-cache off"):
    gdb.execute("set " + setting, to_string=True)
if os.environ.get("AT") in ("reset", "post"):
    see_32_bits()
else:
    gdb.execute("set architecture i386:x86-64", to_string=True)
WhereAmI()
Walk()
At()
