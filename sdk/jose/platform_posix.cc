// SPDX-License-Identifier: Apache-2.0
#include "platform.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace keyseat::sdk::jose::platform {
namespace {

// Bits that let others than the owner read or write. A POSIX ACL is covered: its mask, which limits
// every further user and group, stands in the group's bits.
constexpr ::mode_t kOthersAccess = S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
constexpr ::mode_t kPrivateMode = S_IRUSR | S_IWUSR;
constexpr ::mode_t kPublicMode = kPrivateMode | S_IRGRP | S_IROTH;

// "cannot read dev.jwk: Permission denied", with the status that `code` deserves.
Failure file_failure(const char *verb, const std::string &path, int code) {
   keyseat_status status = KEYSEAT_E_IO;
   if (code == EACCES || code == EPERM || code == EROFS) status = KEYSEAT_E_DENIED;
   if (code == EEXIST) status = KEYSEAT_E_KEY_EXISTS;
   return Failure(status, std::string("cannot ") + verb + " " + path + ": " +
                                std::generic_category().message(code))
         .with_native("errno", code);
}

Failure missing(const std::string &path) {
   return Failure(KEYSEAT_E_KEY_MISSING, "there is no file " + path).with_native("errno", ENOENT);
}

bool is_absent(int code) { return code == ENOENT || code == ENOTDIR; }

// The system ends a path at a NUL and would open another file.
const char *system_path(const std::string &path) {
   if (path.empty() || path.find('\0') != std::string::npos)
      throw Failure(KEYSEAT_E_CONFIG, "the path of the key file is empty or has a NUL inside");
   return path.c_str();
}

class Descriptor {
 public:
   explicit Descriptor(int fd) : fd_(fd) {}
   ~Descriptor() {
      if (fd_ >= 0) ::close(fd_);
   }
   Descriptor(const Descriptor &) = delete;
   Descriptor &operator=(const Descriptor &) = delete;
   int get() const { return fd_; }
   bool is_open() const { return fd_ >= 0; }
   // Closing may report what an earlier write failed to.
   int close() {
      const int result = ::close(fd_);
      fd_ = -1;
      return result;
   }

 private:
   int fd_;
};

void check_owner(const std::string &path, const struct ::stat &status) {
   if (status.st_uid != ::geteuid() && status.st_uid != 0) {
      throw Failure(KEYSEAT_E_DENIED, "the key file " + path + " belongs to another user")
            .with_hint("make it your own: chown \"$(id -un)\" " + path);
   }
}

void check_private(const std::string &path, const struct ::stat &status) {
   if ((status.st_mode & kOthersAccess) != 0) {
      std::array<char, 8> mode{}; // room for any
      static_cast<void>(std::snprintf(mode.data(), mode.size(), "%04o",
                                      static_cast<unsigned>(status.st_mode & 07777)));
      throw Failure(KEYSEAT_E_DENIED,
                    "others may read or write the key file " + path + " (mode " + mode.data() + ")")
            .with_hint("keep it to its owner: chmod 600 " + path);
   }
}

// Whoever can write a public key decides who can read what is encrypted to it.
void check_unwritable(const std::string &path, const struct ::stat &status) {
   if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
      throw Failure(KEYSEAT_E_DENIED, "others may write the public key file " + path)
            .with_hint("see whose key it holds, then keep it to its owner: chmod 644 " + path);
   }
}

std::size_t read_some(int fd, std::uint8_t *out, std::size_t size, const std::string &path) {
   for (;;) {
      const ::ssize_t count = ::read(fd, out, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) throw file_failure("read", path, errno);
   }
}

void write_all(int fd, BytesView content, const std::string &path) {
   while (!content.empty()) {
      const ::ssize_t count = ::write(fd, content.data(), content.size());
      if (count >= 0) {
         content = content.sub(static_cast<std::size_t>(count));
      } else if (errno != EINTR) {
         throw file_failure("write", path, errno);
      }
   }
}

std::string folder_of(const std::string &path) {
   const std::size_t slash = path.rfind('/');
   if (slash == std::string::npos) return ".";
   return slash == 0 ? "/" : path.substr(0, slash);
}

std::string draw_temporary_name(const std::string &path) {
   std::array<std::uint8_t, 8> random{};
   random_bytes(random.data(), random.size());
   const std::size_t name = path.rfind('/') + 1; // npos + 1 is 0
   return path.substr(0, name) + "." + path.substr(name) + "." + hex_encode(random) + ".tmp";
}

// A file under a temporary name, removed unless it has got its own.
class TemporaryFile {
 public:
   TemporaryFile(const std::string &target, ::mode_t mode)
         : target_(target),
           name_(draw_temporary_name(target)),
           file_(::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                        mode)) {
      if (!file_.is_open()) throw file_failure("create a file beside", target, errno);
   }
   ~TemporaryFile() {
      if (is_temporary_) ::unlink(name_.c_str());
   }
   TemporaryFile(const TemporaryFile &) = delete;
   TemporaryFile &operator=(const TemporaryFile &) = delete;

   // `mode` once more, since the umask may have taken bits away.
   void fill(BytesView content, ::mode_t mode) {
      if (::fchmod(file_.get(), mode) != 0) throw file_failure("set the mode of", target_, errno);
      write_all(file_.get(), content, target_);
      if (::fsync(file_.get()) != 0 || file_.close() != 0)
         throw file_failure("write", target_, errno);
   }

   void replace_target() {
      if (::rename(name_.c_str(), target_.c_str()) != 0)
         throw file_failure("replace", target_, errno);
      is_temporary_ = false;
   }

   // A second name for the file, and never one that exists: link() is atomic. File systems without
   // hard links have renameat2().
   void become_target() {
      if (::link(name_.c_str(), target_.c_str()) == 0) return;
      int code = errno;
#ifdef RENAME_NOREPLACE
      if (code == EPERM || code == ENOTSUP || code == ENOSYS) {
         if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) ==
             0) {
            is_temporary_ = false;
            return;
         }
         code = errno;
      }
#endif
      throw file_failure("create", target_, code);
   }

 private:
   const std::string &target_;
   const std::string name_;
   Descriptor file_;
   bool is_temporary_ = true;
};

} // namespace

SecretBytes read_file(SecretMemory memory, const std::string &path, bool is_private,
                      std::size_t limit) {
   // Without O_NONBLOCK, opening a FIFO waits for a writer.
   const Descriptor file(::open(system_path(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
   if (!file.is_open()) {
      if (is_absent(errno)) throw missing(path);
      throw file_failure("open", path, errno);
   }
   struct ::stat status {};
   if (::fstat(file.get(), &status) != 0) throw file_failure("read", path, errno);
   if (!S_ISREG(status.st_mode)) throw Failure(KEYSEAT_E_DENIED, path + " is no regular file");
   check_owner(path, status);
   is_private ? check_private(path, status) : check_unwritable(path, status);

   const auto too_large = [&] {
      return Failure(KEYSEAT_E_LIMIT, path + " is larger than a key file may be (" +
                                            std::to_string(limit) + " bytes)");
   };
   const auto expected = static_cast<std::size_t>(status.st_size);
   if (expected > limit) throw too_large();
   // Room for one byte more than there should be shows a file that grows meanwhile.
   SecretBytes content(memory, expected + 1);
   std::size_t size = 0;
   while (const std::size_t count =
                read_some(file.get(), content.data() + size, content.size() - size, path)) {
      size += count;
      if (size > limit) throw too_large();
      if (size == content.size()) content.resize(size + size / 2 + 1);
   }
   content.resize(size);
   return content;
}

void write_file(const std::string &path, BytesView content, bool is_private, bool replace) {
   system_path(path);
   const ::mode_t mode = is_private ? kPrivateMode : kPublicMode;
   const Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
   if (!folder.is_open()) {
      if (is_absent(errno)) {
         throw file_failure("write", path, errno)
               .with_hint("create the folder first: mkdir -m 700 -p " + folder_of(path));
      }
      throw file_failure("open the folder of", path, errno);
   }
   {
      TemporaryFile file(path, mode);
      file.fill(content, mode);
      if (replace) {
         file.replace_target();
      } else {
         file.become_target();
      }
   }
   // The file is whole and in its place. Some file systems cannot sync a folder: EINVAL.
   if (::fsync(folder.get()) != 0 && errno != EINVAL)
      throw file_failure("sync the folder of", path, errno);
}

bool file_exists(const std::string &path) {
   struct ::stat status {};
   if (::stat(system_path(path), &status) == 0) return true;
   if (is_absent(errno)) return false;
   throw Failure(KEYSEAT_E_IO,
                 "cannot look for " + path + ": " + std::generic_category().message(errno))
         .with_native("errno", errno);
}

void remove_file(const std::string &path) {
   if (::unlink(system_path(path)) == 0) return;
   if (is_absent(errno)) throw missing(path);
   throw file_failure("remove", path, errno);
}

std::int64_t file_time(const std::string &path) {
   struct ::stat status {};
   return ::stat(system_path(path), &status) == 0 ? status.st_mtime : 0;
}

} // namespace keyseat::sdk::jose::platform
