// SPDX-License-Identifier: Apache-2.0
#include "host/library_image.h"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace keyseat {
namespace {

// The members of Elf64_Ehdr and Elf64_Phdr that matter, in the byte order of this machine.
struct ElfHeader {
   std::uint8_t ident[16];
   std::uint16_t type;
   std::uint16_t machine;
   std::uint32_t version;
   std::uint64_t entry;
   std::uint64_t program_headers; // offset in the file
   std::uint64_t section_headers;
   std::uint32_t flags;
   std::uint16_t header_size;
   std::uint16_t program_header_size;
   std::uint16_t program_header_count;
   std::uint16_t section_header_size;
   std::uint16_t section_header_count;
   std::uint16_t section_names;
};
static_assert(sizeof(ElfHeader) == 64);

struct ProgramHeader {
   std::uint32_t type;
   std::uint32_t flags;
   std::uint64_t offset; // in the file
   std::uint64_t address;
   std::uint64_t physical_address;
   std::uint64_t size_in_file;
   std::uint64_t size_in_memory;
   std::uint64_t alignment;
};
static_assert(sizeof(ProgramHeader) == 56);

constexpr std::uint8_t kClass64 = 2;
constexpr std::size_t kClassIndex = 4;     // EI_CLASS
constexpr std::uint16_t kSharedObject = 3; // ET_DYN

bool begins_with(BytesView image, std::string_view magic) {
   return image.size() >= magic.size() && as_text(image.sub(0, magic.size())) == magic;
}

bool lies_within(BytesView image, std::uint64_t offset, std::uint64_t size) {
   return offset <= image.size() && size <= image.size() - offset;
}

template <class Header>
Header copy_at(BytesView image, std::uint64_t offset) {
   static_assert(std::is_trivially_copyable_v<Header>);
   Header header{};
   std::memcpy(&header, image.data() + offset, sizeof header);
   return header;
}

} // namespace

std::string image_flaw(BytesView image) {
   if (begins_with(image, "MZ")) return {};
   if (!begins_with(image,
                    "\x7f"
                    "ELF")) {
      return "it is no shared library";
   }
   if (image.size() < sizeof(ElfHeader)) return "it is cut off";
   const auto header = copy_at<ElfHeader>(image, 0);
   if (header.ident[kClassIndex] != kClass64) return "it is no library of 64 bits";
   if (header.type != kSharedObject) return "it is no shared library";
   if (header.program_header_size != sizeof(ProgramHeader)) return "its ELF header is damaged";
   const std::uint64_t table_size =
         std::uint64_t{header.program_header_count} * sizeof(ProgramHeader);
   // The sections are nothing to the loader, but they stand last: a file without their end is no whole
   // one. Both are 0 where they were stripped.
   const std::uint64_t sections_size =
         std::uint64_t{header.section_header_count} * header.section_header_size;
   if (!lies_within(image, header.program_headers, table_size) ||
       !lies_within(image, header.section_headers, sections_size)) {
      return "it is cut off";
   }
   for (std::uint64_t i = 0; i < header.program_header_count; ++i) {
      const auto segment =
            copy_at<ProgramHeader>(image, header.program_headers + i * sizeof(ProgramHeader));
      if (!lies_within(image, segment.offset, segment.size_in_file)) return "it is cut off";
   }
   return {};
}

} // namespace keyseat
