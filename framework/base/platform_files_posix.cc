// SPDX-License-Identifier: Apache-2.0
//
// Linux: reading files, and what is known of them.

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "base/descriptor_posix.h"
#include "base/file_posix.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat::platform {

namespace fs = std::filesystem;

int Descriptor::release() noexcept { return std::exchange(number_, -1); }

int Descriptor::close() noexcept {
   const int number = release();
   return number < 0 || ::close(number) == 0 ? 0 : errno;
}

Error file_error(ErrorCode code, const char *what, const fs::path &path, std::string_view why) {
   const std::string name = path.string();
   return Error(code, fmt::format("cannot {} '{}': {}", what, printable(name), why)).in_file(name);
}

void fail(const char *what, const fs::path &path, int error) {
   throw file_error(ErrorCode::io, what, path, std::generic_category().message(error));
}

int open_file(const fs::path &path, int flags) {
   for (;;) {
      const int file = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY);
      if (file >= 0 || errno != EINTR) return file;
   }
}

FileFacts facts_of(const struct ::stat &raw) {
   FileFacts facts;
   facts.is_regular = S_ISREG(raw.st_mode);
   facts.is_folder = S_ISDIR(raw.st_mode);
   facts.owned_by_me = raw.st_uid == ::geteuid();
   facts.owned_by_root = raw.st_uid == 0;
   facts.owner = std::to_string(raw.st_uid);
   facts.writable_by_others = (raw.st_mode & (S_IWGRP | S_IWOTH)) != 0;
   facts.readable_by_others = (raw.st_mode & (S_IRGRP | S_IROTH)) != 0;
   facts.others_only_add = facts.is_folder && (raw.st_mode & S_ISVTX) != 0;
   return facts;
}

namespace {

// -- reading -----------------------------------------------------------------------------------------

// read(2) that is not interrupted; -1 and errno otherwise.
ssize_t read_some(int descriptor, std::uint8_t *to, std::size_t size) {
   for (;;) {
      const ssize_t got = ::read(descriptor, to, size);
      if (got >= 0) return got;
      if (errno == EAGAIN) {
         pollfd readable{descriptor, POLLIN, 0};
         ::poll(&readable, 1, -1);
      } else if (errno != EINTR) {
         return -1;
      }
   }
}

// Reads to the end; `expected` bytes are the best guess of how many come.
SecretBytes read_to_end(SecretMemory memory, int descriptor, const fs::path &path,
                        std::size_t expected, std::size_t limit) {
   constexpr std::size_t kChunk = 65536;
   const auto too_long = [&] {
      return file_error(ErrorCode::io, "read", path, fmt::format("longer than {} bytes", limit));
   };
   if (expected > limit) throw too_long();
   SecretBytes content(memory);
   content.reserve(expected + 1); // one byte more, to see the end
   std::size_t room = expected + 1;
   for (;;) {
      const std::size_t before = content.size();
      content.resize(before + room);
      const ssize_t got = read_some(descriptor, content.data() + before, room);
      if (got < 0) fail("read", path, errno);
      content.resize(before + static_cast<std::size_t>(got));
      if (got == 0) return content;
      if (content.size() > limit) throw too_long();
      room = content.size() <= expected ? expected + 1 - content.size() : kChunk;
   }
}

} // namespace

SecretBytes read_file(SecretMemory memory, const fs::path &path, std::size_t limit) {
   if (path == "-") return read_to_end(memory, STDIN_FILENO, path, 0, limit);
   const Descriptor file(open_file(path, O_RDONLY));
   if (!file.is_open()) fail("read", path, errno);
   struct stat facts {};
   if (::fstat(file.get(), &facts) != 0) fail("read", path, errno);
   if (S_ISDIR(facts.st_mode)) fail("read", path, EISDIR);
   const std::size_t expected =
         S_ISREG(facts.st_mode) ? static_cast<std::size_t>(facts.st_size) : 0;
   return read_to_end(memory, file.get(), path, expected, limit);
}

// O_NONBLOCK: opening a FIFO without a writer returns. Regular files read the same with it.
SecretBytes read_regular_file(SecretMemory memory, const fs::path &path, std::size_t limit,
                              const FileCheck &check) {
   const Descriptor file(open_file(path, O_RDONLY | O_NONBLOCK));
   if (!file.is_open()) fail("read", path, errno);
   struct stat facts {};
   if (::fstat(file.get(), &facts) != 0) fail("read", path, errno);
   if (!S_ISREG(facts.st_mode)) {
      throw file_error(ErrorCode::io, "read", path, "it is no regular file");
   }
   if (check) check(facts_of(facts));
   return read_to_end(memory, file.get(), path, static_cast<std::size_t>(facts.st_size), limit);
}

std::vector<FolderEntry> folder_entries(const fs::path &folder) {
   try {
      std::vector<FolderEntry> entries;
      for (const fs::directory_entry &entry : fs::directory_iterator(folder)) {
         const fs::file_status status = entry.symlink_status();
         entries.push_back({entry.path(), fs::is_directory(status), fs::is_regular_file(status)});
      }
      return entries;
   } catch (const fs::filesystem_error &error) {
      const std::string name = path_text(folder);
      throw Error(ErrorCode::io,
                  fmt::format("cannot walk '{}': {}", printable(name), error.code().message()))
            .in_file(name);
   }
}

fs::path without_case(const fs::path &path) { return path; }

bool is_folder(const fs::path &path) noexcept {
   std::error_code error;
   return fs::is_directory(path, error);
}

std::error_code make_folders(const fs::path &folder) {
   std::error_code error;
   fs::create_directories(folder, error);
   return error;
}

std::error_code make_private_folder(const fs::path &folder) {
   if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
   return {errno, std::generic_category()};
}

std::string command_to_take_over(const fs::path &path) {
   return fmt::format("chown \"$(id -u)\" '{}'", printable(path_text(path)));
}

std::string command_to_forbid_writing(const fs::path &path) {
   return fmt::format("chmod go-w '{}'", printable(path_text(path)));
}

std::string command_to_keep_private(const fs::path &path) {
   return fmt::format("chmod 600 '{}'", printable(path_text(path)));
}

std::optional<FileFacts> file_facts(const fs::path &path) {
   struct stat raw {};
   if (::stat(path.c_str(), &raw) == 0) return facts_of(raw);
   if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
   fail("look at", path, errno);
}

std::optional<SecretBytes> read_line(SecretMemory memory, int descriptor, std::size_t limit) {
   constexpr std::size_t kLongestLine = std::size_t{1} << 20;
   limit = std::min(limit, kLongestLine);
   const fs::path name = fmt::format("fd:{}", descriptor);
   SecretBytes line(memory);
   bool ended = false;
   while (!ended && line.size() <= limit + 1) { // a CR may follow the longest line
      const std::size_t size = line.size();
      line.resize(size + 1);
      const ssize_t got = read_some(descriptor, line.data() + size, 1);
      if (got < 0) fail("read", name, errno);
      if (got == 0 && size == 0) return std::nullopt;
      ended = got == 0 || line.data()[size] == '\n';
      if (ended) line.resize(size > 0 && line.data()[size - 1] == '\r' ? size - 1 : size);
   }
   if (line.size() <= limit) return line;
   throw file_error(ErrorCode::io, "read", name,
                    fmt::format("a line is longer than {} bytes", limit));
}

// -- PinnedFile --------------------------------------------------------------------------------------

// O_NONBLOCK: a FIFO in the place of a library shall be refused, not waited for.
PinnedFile::PinnedFile(const fs::path &path)
      : handle_(open_file(path, O_RDONLY | O_NONBLOCK)), path_(path) {
   if (handle_ < 0) {
      throw file_error(ErrorCode::plugin_refused, "load", path,
                       std::generic_category().message(errno));
   }
   struct stat raw {};
   if (::fstat(static_cast<int>(handle_), &raw) == 0 && S_ISREG(raw.st_mode)) return;
   ::close(static_cast<int>(handle_));
   throw file_error(ErrorCode::plugin_refused, "load", path, "no regular file");
}

PinnedFile::~PinnedFile() { ::close(static_cast<int>(handle_)); }

FileFacts PinnedFile::facts() const {
   struct stat raw {};
   if (::fstat(static_cast<int>(handle_), &raw) != 0) fail("look at", path_, errno);
   return facts_of(raw);
}

PinnedFile::Identity PinnedFile::identity() const {
   constexpr std::int64_t kNanoseconds = 1000000000;
   struct stat raw {};
   if (::fstat(static_cast<int>(handle_), &raw) != 0) fail("look at", path_, errno);
   return {raw.st_dev, raw.st_ino, static_cast<std::uint64_t>(raw.st_size),
           raw.st_ctim.tv_sec * kNanoseconds + raw.st_ctim.tv_nsec};
}

Bytes PinnedFile::read_all() const {
   constexpr std::size_t kChunk = 65536;
   Bytes content;
   for (;;) {
      const Bytes more = read(content.size(), kChunk);
      if (more.empty()) return content;
      content.insert(content.end(), more.begin(), more.end());
   }
}

Bytes PinnedFile::read(std::uint64_t offset, std::size_t size) const {
   Bytes content(size);
   std::size_t done = 0;
   while (done < size) {
      const ssize_t got = ::pread(static_cast<int>(handle_), content.data() + done, size - done,
                                  static_cast<off_t>(offset + done));
      if (got == 0) break;
      if (got > 0) {
         done += static_cast<std::size_t>(got);
      } else if (errno != EINTR) {
         fail("read", path_, errno);
      }
   }
   content.resize(done);
   return content;
}

fs::path PinnedFile::load_path() const { return fmt::format("/proc/self/fd/{}", handle_); }

} // namespace keyseat::platform
