// SPDX-License-Identifier: Apache-2.0
//
// Linux: writing files.

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/descriptor_posix.h"
#include "base/file_posix.h"
#include "base/platform.h"

namespace keyseat::platform {

namespace fs = std::filesystem;

namespace {

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
   bool is_own_descriptor = false;
   struct stat facts {};

   bool is_direct() const { return exists && (is_own_descriptor || !S_ISREG(facts.st_mode)); }
};

// /dev/stdout and /dev/fd/N lead there; the links below /proc name open files, not paths.
std::string folder_in_proc(const fs::path &path) {
   std::error_code ignored;
   std::string folder = fs::canonical(path.parent_path(), ignored).string();
   return folder.starts_with("/proc/") ? folder : std::string();
}

// Another process's descriptors are its own: a link to one may have been put into the way.
bool is_own_descriptor(const fs::path &path) {
   const std::string folder = folder_in_proc(path);
   return folder == fmt::format("/proc/{}/fd", ::getpid()) ||
          (folder.starts_with(fmt::format("/proc/{}/task/", ::getpid())) &&
           folder.ends_with("/fd"));
}

Target resolve_target(const fs::path &path) {
   constexpr int kMostLinks = 40; // as the kernel
   Target target;
   target.path = path;
   for (int links = 0;; ++links) {
      if (links == kMostLinks) fail("write", path, ELOOP);
      std::error_code no_link;
      const fs::path next = fs::read_symlink(target.path, no_link);
      if (no_link || !folder_in_proc(target.path).empty()) break;
      target.path = target.path.parent_path() / next; // an absolute one replaces all
   }
   target.exists = ::stat(target.path.c_str(), &target.facts) == 0;
   if (!target.exists && errno != ENOENT) fail("write", path, errno);
   if (target.path.filename().empty() || (target.exists && S_ISDIR(target.facts.st_mode))) {
      fail("write", path, EISDIR);
   }
   target.is_own_descriptor = is_own_descriptor(target.path);
   return target;
}

// Throws unless a special file, or what has taken its place, may be written to: see files.h.
void require_harmless(const fs::path &path, const struct stat &facts, bool replace) {
   if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
      throw file_error(ErrorCode::output_exists, "write", path,
                       "a special file of another user is there, who may be reading it");
   }
   if (!S_ISCHR(facts.st_mode) && !replace) {
      throw file_error(ErrorCode::output_exists, "write", path, "a special file is there already");
   }
}

void write_directly(const fs::path &path, const Target &target, BytesView content, bool replace) {
   const SigpipeGuard guard;
   if (!target.is_own_descriptor) require_harmless(path, target.facts, replace);
   const int flags = target.is_own_descriptor ? O_TRUNC : O_NOFOLLOW;
   Descriptor file(open_file(target.path, O_WRONLY | flags));
   if (!file.is_open()) fail("write", path, errno);
   struct stat opened {};
   if (::fstat(file.get(), &opened) != 0) fail("write", path, errno);
   if (!target.is_own_descriptor)
      require_harmless(path, opened, replace && !S_ISREG(opened.st_mode));
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

void write_file(const fs::path &path, BytesView content, const WriteOptions &options) {
   const Target target = resolve_target(path);
   if (target.is_direct()) return write_directly(path, target, content, options.replace);
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

} // namespace keyseat::platform
