// SPDX-License-Identifier: Apache-2.0
//
// Linux: what a worker reaches, by Landlock (landlock(7)), and its resources.

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/descriptor_posix.h"
#include "base/platform_sandbox.h"

namespace keyseat::platform {
namespace {

namespace fs = std::filesystem;

// Revisions of the interface, and what came with them: the headers of the system may be older than its
// kernel.
constexpr int kAbiRefer = 2;
constexpr int kAbiTruncate = 3;
constexpr int kAbiNetwork = 4;
constexpr int kAbiDevices = 5;
constexpr int kAbiScopes = 6;

constexpr std::uint64_t kTruncate = 1U << 14;    // LANDLOCK_ACCESS_FS_TRUNCATE
constexpr std::uint64_t kIoctlDevice = 1U << 15; // LANDLOCK_ACCESS_FS_IOCTL_DEV
constexpr std::uint64_t kTcp = 3;                // LANDLOCK_ACCESS_NET_{BIND,CONNECT}_TCP
constexpr std::uint64_t kSignals = 2;            // LANDLOCK_SCOPE_SIGNAL

// struct landlock_ruleset_attr as it is now. A kernel that knows less wants the rest to be zero.
struct Ruleset {
   std::uint64_t files = 0;
   std::uint64_t network = 0;
   std::uint64_t scopes = 0;
};

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kRun = kRead | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                 LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER | kTruncate;
constexpr std::uint64_t kDevice =
      LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kIoctlDevice;
constexpr std::uint64_t kAll =
      kRun | kWrite | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK | kIoctlDevice;
// What a rule for something other than a folder may say.
constexpr std::uint64_t kOfFiles = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                   LANDLOCK_ACCESS_FS_READ_FILE | kTruncate | kIoctlDevice;

constexpr std::array kPrograms{"/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt"};
constexpr std::array kKernelFiles{"/proc", "/sys"};
constexpr std::array kEveryonesDevices{"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                       "/dev/urandom"};
constexpr const char *kSettings = "/etc";
constexpr const char *kOurSettings = "keyseat"; // there may be keys in it

int landlock_abi() noexcept {
   static const auto abi = static_cast<int>(
         ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
   return abi < 0 ? 0 : abi;
}

[[noreturn]] void sandbox_failed(const char *what, int error) {
   throw Error(ErrorCode::internal, fmt::format("the sandbox cannot be made: {}: {}", what,
                                                std::generic_category().message(error)));
}

// Rules, until they are put into force.
class AccessRules {
 public:
   explicit AccessRules(bool network) : files_(kAll) {
      const int abi = landlock_abi();
      if (abi < kAbiRefer) files_ &= ~std::uint64_t{LANDLOCK_ACCESS_FS_REFER};
      if (abi < kAbiTruncate) files_ &= ~kTruncate;
      if (abi < kAbiDevices) files_ &= ~kIoctlDevice;
      Ruleset wanted;
      wanted.files = files_;
      if (abi >= kAbiNetwork && !network) wanted.network = kTcp;
      if (abi >= kAbiScopes) wanted.scopes = kSignals;
      set_ = Descriptor(static_cast<int>(
                              ::syscall(SYS_landlock_create_ruleset, &wanted, sizeof wanted, 0)))
                   .release();
      if (set_ < 0) sandbox_failed("landlock_create_ruleset", errno);
   }
   AccessRules(const AccessRules &) = delete;
   AccessRules &operator=(const AccessRules &) = delete;
   ~AccessRules() { ::close(set_); }

   // What is not there is not allowed.
   void allow(const fs::path &path, std::uint64_t rights) const {
      const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
      if (place.is_open()) allow(place.get(), rights);
   }

   void allow(int place, std::uint64_t rights) const {
      struct stat facts {};
      if (::fstat(place, &facts) != 0) sandbox_failed("fstat", errno);
      if (!S_ISDIR(facts.st_mode)) rights &= kOfFiles;
      landlock_path_beneath_attr rule{};
      rule.allowed_access = rights & files_;
      rule.parent_fd = place;
      if (::syscall(SYS_landlock_add_rule, set_, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0 &&
          errno != EBADFD) { // a file of no file system, such as a memfd, is never denied
         sandbox_failed("landlock_add_rule", errno);
      }
   }

   void enforce() const {
      if (::syscall(SYS_landlock_restrict_self, set_, 0) != 0) {
         sandbox_failed("landlock_restrict_self", errno);
      }
   }

 private:
   std::uint64_t files_;
   int set_ = -1;
};

void allow_settings(const AccessRules &rules) {
   std::error_code error;
   if (!fs::exists(fs::path(kSettings) / kOurSettings, error)) return rules.allow(kSettings, kRead);
   for (const auto &entry : fs::directory_iterator(kSettings, error)) {
      if (entry.path().filename() != kOurSettings) rules.allow(entry.path(), kRead);
   }
}

void set_limit(__rlimit_resource resource, rlim_t most) {
   rlimit limit{};
   if (::getrlimit(resource, &limit) != 0) sandbox_failed("getrlimit", errno);
   if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < most) most = limit.rlim_max;
   limit = {most, most};
   if (::setrlimit(resource, &limit) != 0) sandbox_failed("setrlimit", errno);
}

} // namespace

SandboxSupport sandbox_support() noexcept {
   SandboxSupport support;
   support.files = landlock_abi() > 0;
   support.signals = landlock_abi() >= kAbiScopes;
   support.system_calls = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
   support.network = support.system_calls || landlock_abi() >= kAbiNetwork;
   support.programs = support.system_calls;
   support.memory = KEYSEAT_LIMITS_MEMORY;
   return support;
}

void limit_worker() {
   forbid_dumps();
   if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) sandbox_failed("no_new_privs", errno);
   set_limit(RLIMIT_NOFILE, kMostWorkerFiles);
   // Sanitizers map terabytes of shadow.
   if (KEYSEAT_LIMITS_MEMORY) set_limit(RLIMIT_DATA, kMostWorkerMemory);
}

void restrict_access(const SandboxAccess &access, const PinnedFile &library) {
   if (landlock_abi() == 0) return;
   const AccessRules rules(access.network);
   for (const char *path : kPrograms)
      rules.allow(path, kRun);
   for (const char *path : kKernelFiles)
      rules.allow(path, kRead);
   for (const char *path : kEveryonesDevices)
      rules.allow(path, kDevice);
   allow_settings(rules);
   rules.allow(static_cast<int>(library.handle()), kRead);
   for (const std::string &path : access.read)
      rules.allow(path, kRead);
   for (const std::string &path : access.write) {
      std::error_code error;
      rules.allow(fs::is_directory(path, error) ? fs::path(path) : fs::path(path).parent_path(),
                  kWrite);
   }
   for (const std::string &path : access.device)
      rules.allow(path, kDevice);
   rules.enforce();
}

} // namespace keyseat::platform
