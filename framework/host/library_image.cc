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

bool lies_within(std::uint64_t file_size, std::uint64_t offset, std::uint64_t size) {
   return offset <= file_size && size <= file_size - offset;
}

// `index` counts headers; requires that the bytes hold it.
template <class Header>
Header header_at(BytesView bytes, std::size_t index) {
   static_assert(std::is_trivially_copyable_v<Header>);
   Header header{};
   std::memcpy(&header, bytes.data() + index * sizeof header, sizeof header);
   return header;
}

} // namespace

std::string image_flaw(const platform::PinnedFile &file) {
   const std::uint64_t file_size = file.identity().size;
   const Bytes start = file.read(0, sizeof(ElfHeader));
   if (as_text(start).starts_with("MZ")) return {};
   if (!as_text(start).starts_with("\x7f"
                                   "ELF")) {
      return "it is no shared library";
   }
   if (start.size() < sizeof(ElfHeader)) return "it is cut off";
   const auto header = header_at<ElfHeader>(start, 0);
   if (header.ident[kClassIndex] != kClass64) return "it is no library of 64 bits";
   if (header.type != kSharedObject) return "it is no shared library";
   if (header.program_header_size != sizeof(ProgramHeader)) return "its ELF header is damaged";
   const std::uint64_t table_size =
         std::uint64_t{header.program_header_count} * sizeof(ProgramHeader);
   // The sections are nothing to the loader, but they stand last: a file without their end is no whole
   // one. Both are 0 where they were stripped.
   const std::uint64_t sections_size =
         std::uint64_t{header.section_header_count} * header.section_header_size;
   if (!lies_within(file_size, header.program_headers, table_size) ||
       !lies_within(file_size, header.section_headers, sections_size)) {
      return "it is cut off";
   }
   const Bytes table = file.read(header.program_headers, table_size);
   if (table.size() < table_size) return "it is cut off";
   for (std::size_t i = 0; i < header.program_header_count; ++i) {
      const auto segment = header_at<ProgramHeader>(table, i);
      if (!lies_within(file_size, segment.offset, segment.size_in_file)) return "it is cut off";
   }
   return {};
}

} // namespace keyseat
