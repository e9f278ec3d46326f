// SPDX-License-Identifier: Apache-2.0
//
// Linux: reading and writing files.

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "base/descriptor_posix.h"
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

namespace {

Error file_error(ErrorCode code, const char *what, const fs::path &path, std::string_view why) {
   const std::string name = path.string();
   return Error(code, fmt::format("cannot {} '{}': {}", what, printable(name), why)).in_file(name);
}

[[noreturn]] void fail(const char *what, const fs::path &path, int error) {
   throw file_error(ErrorCode::io, what, path, std::generic_category().message(error));
}

// open(2) that is not interrupted.
int open_file(const fs::path &path, int flags) {
   for (;;) {
      const int file = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY);
      if (file >= 0 || errno != EINTR) return file;
   }
}

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

// -- writing -----------------------------------------------------------------------------------------

// Writes everything; 0 or an errno.
int write_all(int descriptor, BytesView content) {
   while (!content.empty()) {
      const ssize_t written = ::write(descriptor, content.data(), content.size());
      if (written >= 0) {
         content = content.sub(static_cast<std::size_t>(written));
      } else if (errno == EAGAIN) {
         pollfd writable{descriptor, POLLOUT, 0};
         ::poll(&writable, 1, -1);
      } else if (errno != EINTR) {
         return errno;
      }
   }
   return 0;
}

// fsync(2); 0 or an errno. Some file systems and all pipes cannot sync, which is no failure.
int sync(int descriptor) {
   while (::fsync(descriptor) != 0) {
      if (errno == EINTR) continue;
      return errno == EINVAL || errno == EROFS || errno == ENOTSUP ? 0 : errno;
   }
   return 0;
}

// What write_file() is asked to write to.
struct Target {
   fs::path path; // symbolic links followed
   bool exists = false;
   bool direct = false; // a special file, or an inherited descriptor named under /proc
   struct stat facts {};
};

// /dev/stdout and /dev/fd/N lead there; the links below /proc name open files, not paths.
bool is_in_proc(const fs::path &path) {
   std::error_code ignored;
   return fs::canonical(path.parent_path(), ignored).string().starts_with("/proc/");
}

Target resolve_target(const fs::path &path) {
   constexpr int kMostLinks = 40; // as the kernel
   Target target;
   target.path = path;
   for (int links = 0;; ++links) {
      if (links == kMostLinks) fail("write", path, ELOOP);
      std::error_code no_link;
      const fs::path next = fs::read_symlink(target.path, no_link);
      if (no_link || is_in_proc(target.path)) break;
      target.path = target.path.parent_path() / next; // an absolute one replaces all
   }
   target.exists = ::stat(target.path.c_str(), &target.facts) == 0;
   if (!target.exists && errno != ENOENT) fail("write", path, errno);
   if (target.path.filename().empty() || (target.exists && S_ISDIR(target.facts.st_mode))) {
      fail("write", path, EISDIR);
   }
   target.direct = target.exists && (!S_ISREG(target.facts.st_mode) || is_in_proc(target.path));
   return target;
}

void write_directly(const fs::path &path, BytesView content) {
   const SigpipeGuard guard;
   Descriptor file(open_file(path, O_WRONLY | O_TRUNC));
   if (!file.is_open()) fail("write", path, errno);
   int error = write_all(file.get(), content);
   if (error == 0) error = sync(file.get());
   if (error == 0) error = file.close();
   if (error != 0) fail("write", path, error);
}

// A file with a random name beside the target; it is removed unless it has taken the target's place.
class TemporaryFile {
 public:
   TemporaryFile(int folder, const fs::path &target, mode_t mode)
         : folder_(folder), target_(target), file_(-1) {
      do {
         std::uint64_t random = 0;
         if (::getrandom(&random, sizeof random, 0) != sizeof random) fail("write", target, errno);
         name_ = fmt::format(".keyseat-{:016x}.tmp", random);
         constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
         file_ = ::openat(folder_, name_.c_str(), kFlags, mode);
      } while (file_ < 0 && (errno == EEXIST || errno == EINTR));
      if (file_ < 0) fail("write", target, errno);
   }
   TemporaryFile(const TemporaryFile &) = delete;
   TemporaryFile &operator=(const TemporaryFile &) = delete;
   ~TemporaryFile() {
      if (file_ >= 0) ::close(file_);
      if (!name_.empty()) ::unlinkat(folder_, name_.c_str(), 0);
   }

   // Owner and group as far as this process may set them, then the mode, which chown() lessens.
   void take_after(const struct stat &old, mode_t mode) {
      struct stat mine {};
      if (::fstat(file_, &mine) != 0) fail("write", target_, errno);
      if (mine.st_uid != old.st_uid || mine.st_gid != old.st_gid) {
         if (::fchown(file_, old.st_uid, old.st_gid) != 0) {
            // Another user's file: at least its group, where this user is a member.
            static_cast<void>(::fchown(file_, static_cast<uid_t>(-1), old.st_gid) == 0);
         }
      }
      set_mode(mode);
   }

   void set_mode(mode_t mode) {
      if (::fchmod(file_, mode) != 0) fail("write", target_, errno);
   }

   void write(BytesView content) {
      int error = write_all(file_, content);
      if (error == 0) error = sync(file_);
      if (::close(std::exchange(file_, -1)) != 0 && error == 0) error = errno;
      if (error != 0) fail("write", target_, error);
   }

   void take_place(const char *final_name, bool replace) {
      const unsigned flags = replace ? 0 : RENAME_NOREPLACE;
      int error = ::renameat2(folder_, name_.c_str(), folder_, final_name, flags) == 0 ? 0 : errno;
      if (error == EINVAL &&
          !replace) { // a file system without RENAME_NOREPLACE: link() is as strict
         error = ::linkat(folder_, name_.c_str(), folder_, final_name, 0) == 0 ? 0 : errno;
         if (error == 0) return; // the destructor removes the temporary name
      }
      if (error == EEXIST) {
         throw file_error(ErrorCode::output_exists, "write", target_, "it exists already");
      }
      if (error != 0) fail("write", target_, error);
      name_.clear();
   }

 private:
   int folder_;
   const fs::path &target_;
   int file_;
   std::string name_;
};

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
SecretBytes read_regular_file(SecretMemory memory, const fs::path &path, std::size_t limit) {
   const Descriptor file(open_file(path, O_RDONLY | O_NONBLOCK));
   if (!file.is_open()) fail("read", path, errno);
   struct stat facts {};
   if (::fstat(file.get(), &facts) != 0) fail("read", path, errno);
   if (!S_ISREG(facts.st_mode)) {
      throw file_error(ErrorCode::io, "read", path, "it is no regular file");
   }
   return read_to_end(memory, file.get(), path, static_cast<std::size_t>(facts.st_size), limit);
}

void write_file(const fs::path &path, BytesView content, const WriteOptions &options) {
   const Target target = resolve_target(path);
   if (target.direct) return write_directly(target.path, content);
   if (target.exists && !options.replace) {
      throw file_error(ErrorCode::output_exists, "write", path, "it exists already");
   }

   const fs::path parent = target.path.has_parent_path() ? target.path.parent_path() : ".";
   const Descriptor folder(open_file(parent, O_RDONLY | O_DIRECTORY));
   if (!folder.is_open()) fail("write", path, errno);

   // The umask can only take bits away here, so that nobody sees more than the final mode allows.
   const mode_t old_mode = target.facts.st_mode & 07777;
   const mode_t mode = options.holds_secret ? 0600 : target.exists ? old_mode : 0666;
   TemporaryFile temporary(folder.get(), path, mode & 0777);
   if (target.exists) {
      temporary.take_after(target.facts, mode);
   } else if (options.holds_secret) {
      temporary.set_mode(mode);
   }
   temporary.write(content);
   temporary.take_place(target.path.filename().c_str(), options.replace);
   if (const int error = sync(folder.get()); error != 0) fail("write", path, error);
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

void write_stdout(BytesView content) {
   const SigpipeGuard guard;
   const int error = write_all(STDOUT_FILENO, content);
   if (error == 0) return;
   throw Error(ErrorCode::io, fmt::format("cannot write to standard output: {}",
                                          std::generic_category().message(error)));
}

void write_stderr(std::string_view text) noexcept {
   static_cast<void>(write_all(STDERR_FILENO, as_bytes(text)));
}

namespace {

FileFacts facts_of(const struct stat &raw) {
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

} // namespace

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
