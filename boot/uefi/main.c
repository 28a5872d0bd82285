// main.c: the UEFI application (UEFI specification 2.10). GNU-EFI gives headers, entry and self-relocation; the rest is
// boot/common. Files lie beside it on the EFI system partition.
//
// After ExitBootServices() the firmware is gone: from there on nothing may be printed on its console or allocated from it.
// The memory map must not change between GetMemoryMap() and ExitBootServices(), so its buffer comes first, with slack, and
// the pair is repeated while the firmware says that it did change. DescriptorSize is the stride, not sizeof.
#include <efi.h>

#include "boot/common/memory.h"
#include "boot/common/start.h"

#define PAGE 4096ull
#define FOUR_GIB 0x100000000ull
#define MAP_SLACK_PAGES 4
#define EXIT_TRIES 8

extern char loader_start[], loader_end[]; // the linker script's
static struct boot_info info;
static EFI_SYSTEM_TABLE *table;
static EFI_FILE_PROTOCOL *volume;
static BOOLEAN firmware_gone;
static volatile int boot_gdb_waits;

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *system_table);

void boot_screen(const char *text)
{
	CHAR16 wide[2] = {0, 0};

	for (; !firmware_gone && *text != '\0'; text++) {
		wide[0] = *text;
		table->ConOut->OutputString(table->ConOut, wide);
	}
}

// Memory below 4 GiB, whole pages.
static void *take_pages(uint64_t size)
{
	EFI_PHYSICAL_ADDRESS address = FOUR_GIB - 1;
	UINTN pages = (size + PAGE - 1) / PAGE;

	if (table->BootServices->AllocatePages(AllocateMaxAddress, EfiLoaderData, pages, &address) != EFI_SUCCESS)
		boot_fail("too little memory: %llu KiB are not free in one piece", (unsigned long long)size / 1024);
	return (void *)address;
}

// make debug AT=efi: says where this image lies, and waits until gdb clears the flag.
static __attribute__((noinline)) void wait_for_gdb(void)
{
	for (boot_gdb_waits = 1; boot_gdb_waits != 0;)
		__asm__ volatile("pause");
}

static void open_volume(EFI_HANDLE handle)
{
	static EFI_GUID image_guid = LOADED_IMAGE_PROTOCOL, volume_guid = SIMPLE_FILE_SYSTEM_PROTOCOL;
	EFI_SIMPLE_FILE_SYSTEM_PROTOCOL *file_system;
	EFI_LOADED_IMAGE *loaded;

	if (table->BootServices->HandleProtocol(handle, &image_guid, (void **)&loaded) != EFI_SUCCESS ||
	    table->BootServices->HandleProtocol(loaded->DeviceHandle, &volume_guid, (void **)&file_system) != EFI_SUCCESS ||
	    file_system->OpenVolume(file_system, &volume) != EFI_SUCCESS)
		boot_fail("disk error while reading the EFI system partition");
}

// Reads a file into pages of its own, with room for one byte more. NULL: it is not there and need not be.
static void *read_file(const char *name, UINTN *size, int needed)
{
	CHAR16 wide[BOOT_CONFIG_NAME_MAX + 1] = {0};
	EFI_FILE_PROTOCOL *file;
	UINT64 end = UINT64_MAX;
	void *bytes = NULL;
	EFI_STATUS status;

	for (unsigned i = 0; i < BOOT_CONFIG_NAME_MAX && name[i] != '\0'; i++)
		wide[i] = name[i];
	status = volume->Open(volume, &file, wide, EFI_FILE_MODE_READ, 0);
	if (status == EFI_NOT_FOUND && !needed)
		return NULL;
	if (status == EFI_NOT_FOUND)
		boot_fail("%s is missing", name);
	if (status == EFI_SUCCESS)
		status = file->SetPosition(file, UINT64_MAX); // the end, from where GetPosition tells the size
	if (status == EFI_SUCCESS)
		status = file->GetPosition(file, &end);
	if (status == EFI_SUCCESS)
		status = file->SetPosition(file, 0);
	*size = end;
	if (status == EFI_SUCCESS && end < FOUR_GIB) {
		bytes = take_pages(end + 1);
		status = file->Read(file, size, bytes);
	}
	if (status != EFI_SUCCESS || *size != end)
		boot_fail("disk error while reading %s", name);
	file->Close(file);
	return bytes;
}

static int same_guid(const EFI_GUID *a, const EFI_GUID *b)
{
	return __builtin_memcmp(a, b, sizeof(*a)) == 0;
}

static void find_tables(void)
{
	static const EFI_GUID acpi2 = ACPI_20_TABLE_GUID, acpi1 = ACPI_TABLE_GUID, smbios = SMBIOS_TABLE_GUID;
	uint64_t old_rsdp = 0;

	for (UINTN i = 0; i < table->NumberOfTableEntries; i++) {
		const EFI_CONFIGURATION_TABLE *entry = &table->ConfigurationTable[i];
		if (same_guid(&entry->VendorGuid, &acpi2))
			info.rsdp = (uint64_t)entry->VendorTable;
		if (same_guid(&entry->VendorGuid, &acpi1))
			old_rsdp = (uint64_t)entry->VendorTable;
		if (same_guid(&entry->VendorGuid, &smbios))
			info.smbios = (uint64_t)entry->VendorTable;
	}
	if (info.rsdp == 0)
		info.rsdp = old_rsdp;
}

static void find_screen(void)
{
	static EFI_GUID guid = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;
	EFI_GRAPHICS_OUTPUT_PROTOCOL *screen;

	if (table->BootServices->LocateProtocol(&guid, NULL, (void **)&screen) != EFI_SUCCESS || screen->Mode == NULL ||
	    screen->Mode->Info->PixelFormat != PixelBlueGreenRedReserved8BitPerColor)
		return;
	info.framebuffer = (struct boot_framebuffer){
		.base = screen->Mode->FrameBufferBase, .width = screen->Mode->Info->HorizontalResolution,
		.height = screen->Mode->Info->VerticalResolution, .pitch = screen->Mode->Info->PixelsPerScanLine * 4,
		.bits_per_pixel = 32};
}

static enum boot_memory_type type_of(UINT32 type)
{
	switch (type) {
	case EfiConventionalMemory:
	case EfiBootServicesCode:
	case EfiBootServicesData: return BOOT_MEMORY_USABLE;
	case EfiLoaderCode:
	case EfiLoaderData: return BOOT_MEMORY_LOADER;
	case EfiACPIReclaimMemory: return BOOT_MEMORY_ACPI;
	case EfiACPIMemoryNVS: return BOOT_MEMORY_NVS;
	default: return BOOT_MEMORY_RESERVED;
	}
}

// Ends the firmware's services and turns its last memory map into ours.
static void leave_firmware(EFI_HANDLE handle)
{
	UINTN size = 0, key = 0, stride = 0, room;
	EFI_STATUS status = EFI_INVALID_PARAMETER;
	UINT32 version;
	UINT8 *map;

	table->BootServices->GetMemoryMap(&size, NULL, &key, &stride, &version);
	room = size + MAP_SLACK_PAGES * PAGE;
	map = take_pages(room);
	for (int tries = 0; tries < EXIT_TRIES && status == EFI_INVALID_PARAMETER; tries++) {
		size = room;
		status = table->BootServices->GetMemoryMap(&size, (void *)map, &key, &stride, &version);
		if (status == EFI_SUCCESS)
			status = table->BootServices->ExitBootServices(handle, key);
	}
	if (status != EFI_SUCCESS)
		boot_fail("the firmware does not let go (ExitBootServices: %llx)", (unsigned long long)status);
	firmware_gone = TRUE;
	for (UINTN at = 0; at + stride <= size; at += stride) {
		const EFI_MEMORY_DESCRIPTOR *piece = (const void *)(map + at);
		if (boot_memory_add(&info, piece->PhysicalStart, piece->NumberOfPages * PAGE, type_of(piece->Type)) != 0)
			boot_fail("the memory map is damaged or too long");
	}
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *system_table)
{
	struct boot_config config;
	struct boot_image image;
	void *bytes, *memory;
	UINTN size;
	int rc;

	table = system_table;
	boot_begin(&info, BOOT_PATH_UEFI);
	boot_stage(&info, "efi");
	if ((uint64_t)loader_end > FOUR_GIB)
		boot_fail("the firmware put this loader above 4 GiB, out of the kernel's first page tables");
	table->BootServices->SetWatchdogTimer(0, 0, 0, NULL);
	open_volume(handle);
	bytes = read_file("groundup.cfg", &size, 1);
	boot_config(&config, &info, bytes, size);
	boot_command_line_qemu(&info);
	if (boot_has_word(info.command_line, "wait-gdb")) {
		boot_say("efi at %#llx, waiting for gdb", (unsigned long long)loader_start);
		wait_for_gdb();
	}
	bytes = read_file(config.kernel, &size, 1);
	boot_verify(config.kernel, bytes, size, config.kernel_sha256);
	rc = boot_image_check(&image, bytes, size);
	if (rc != 0)
		boot_fail_image(rc);
	memory = take_pages(image.size);
	bytes = read_file(config.initrd, &size, config.initrd_sha256 != NULL);
	if (bytes != NULL)
		boot_verify(config.initrd, bytes, size, config.initrd_sha256);
	find_tables();
	find_screen();
	leave_firmware(handle);
	if (bytes != NULL)
		boot_initrd(&info, (uint64_t)bytes, size);
	if (boot_memory_add(&info, (uint64_t)memory, image.size, BOOT_MEMORY_KERNEL) != 0)
		boot_fail("the memory map is too long");
	boot_start(&info, &image, (uint64_t)memory);
}
