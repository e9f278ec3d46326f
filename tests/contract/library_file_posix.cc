// SPDX-License-Identifier: Apache-2.0
//
// The library as a file.

#include "contract/library.h"

#include "contract/configuration.h"

#include <elf.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace contract {

std::string Library::stem() const { return std::filesystem::path(path_).stem().string(); }

namespace {

// A structure that lies at `offset` of a file's content.
template <class T>
T read_at(const std::string &file, std::size_t offset) {
   if (offset + sizeof(T) > file.size()) throw std::runtime_error("truncated ELF file");
   T value;
   std::memcpy(&value, file.data() + offset, sizeof value);
   return value;
}

} // namespace

std::vector<std::string> Library::exported_symbols() const {
   const std::string file = read_file(path_);
   const auto header = read_at<Elf64_Ehdr>(file, 0);
   const auto section_at = [&](std::size_t index) {
      return read_at<Elf64_Shdr>(file, header.e_shoff + index * sizeof(Elf64_Shdr));
   };
   std::vector<std::string> names;
   for (std::size_t i = 0; i < header.e_shnum; ++i) {
      const Elf64_Shdr section = section_at(i);
      if (section.sh_type != SHT_DYNSYM) continue;
      const Elf64_Shdr strings = section_at(section.sh_link);
      for (std::size_t at = 0; at < section.sh_size; at += sizeof(Elf64_Sym)) {
         const auto symbol = read_at<Elf64_Sym>(file, section.sh_offset + at);
         if (symbol.st_shndx == SHN_UNDEF || ELF64_ST_BIND(symbol.st_info) == STB_LOCAL) continue;
         names.emplace_back(file.c_str() + strings.sh_offset + symbol.st_name);
      }
   }
   return names;
}

} // namespace contract
