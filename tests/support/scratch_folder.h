// SPDX-License-Identifier: Apache-2.0
//
// A folder for one test, removed with everything in it.

#ifndef KEYSEAT_TESTS_SUPPORT_SCRATCH_FOLDER_H
#define KEYSEAT_TESTS_SUPPORT_SCRATCH_FOLDER_H

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

namespace keyseat {

class ScratchFolder {
 public:
   ScratchFolder() {
      const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                         ("keyseat-test-" + std::to_string(std::random_device()()));
      if (!std::filesystem::create_directory(path)) throw std::runtime_error("no scratch folder");
      std::filesystem::permissions(path, std::filesystem::perms::owner_all);
      path_ = std::filesystem::canonical(path);
   }
   ScratchFolder(const ScratchFolder &) = delete;
   ScratchFolder &operator=(const ScratchFolder &) = delete;
   ~ScratchFolder() {
      std::error_code ignored;
      std::filesystem::remove_all(path_, ignored);
   }

   std::filesystem::path operator/(const char *name) const { return path_ / name; }
   const std::filesystem::path &path() const { return path_; }

   std::filesystem::path put(const char *name, std::string_view content) const {
      std::filesystem::create_directories((path_ / name).parent_path());
      std::ofstream(path_ / name, std::ios::binary) << content;
      return path_ / name;
   }

   std::size_t entries() const {
      return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(path_), {}));
   }

 private:
   std::filesystem::path path_;
};

inline std::string content_of(const std::filesystem::path &path) {
   std::ifstream in(path, std::ios::binary);
   return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace keyseat

#endif
