// SPDX-License-Identifier: Apache-2.0
//
// The library as a file: the export directory of a PE image.

#include "contract/library.h"

#include "contract/configuration.h"

#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <windows.h>

namespace contract {

std::string Library::stem() const { return std::filesystem::u8path(path_).stem().string(); }

namespace {

// A structure that lies at `offset` of a file's content.
template <class T>
T read_at(const std::string &file, std::size_t offset) {
   if (offset + sizeof(T) > file.size()) throw std::runtime_error("truncated PE file");
   T value;
   std::memcpy(&value, file.data() + offset, sizeof value);
   return value;
}

} // namespace

std::vector<std::string> Library::exported_symbols() const {
   const std::string file = read_file(path_);
   const auto dos = read_at<IMAGE_DOS_HEADER>(file, 0);
   const auto start = static_cast<std::size_t>(dos.e_lfanew);
   const auto header = read_at<IMAGE_NT_HEADERS64>(file, start);

   // Where the address `rva` of the loaded image lies in the file.
   const auto offset_of = [&](std::size_t rva) {
      for (std::size_t i = 0; i < header.FileHeader.NumberOfSections; ++i) {
         const auto section = read_at<IMAGE_SECTION_HEADER>(
               file, start + sizeof header + i * sizeof(IMAGE_SECTION_HEADER));
         const std::size_t begin = section.VirtualAddress;
         if (rva >= begin && rva < begin + section.SizeOfRawData)
            return rva - begin + section.PointerToRawData;
      }
      throw std::runtime_error("an address in no section");
   };

   const auto place = header.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT];
   std::vector<std::string> names;
   if (place.Size == 0) return names;
   const auto exports = read_at<IMAGE_EXPORT_DIRECTORY>(file, offset_of(place.VirtualAddress));
   for (std::size_t i = 0; i < exports.NumberOfNames; ++i) {
      const auto name = read_at<DWORD>(file, offset_of(exports.AddressOfNames) + i * sizeof(DWORD));
      names.emplace_back(file.c_str() + offset_of(name));
   }
   return names;
}

} // namespace contract
