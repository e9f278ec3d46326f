// SPDX-License-Identifier: Apache-2.0
//
// What the operating system does for the library. The sources platform_*.cc implement it, one set for
// each platform; no other file of the framework or the command line calls the system beyond the C++
// library.

#ifndef KEYSEAT_BASE_PLATFORM_H
#define KEYSEAT_BASE_PLATFORM_H

#include <keyseat/secret.h>

#include "base/files.h"

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace keyseat::platform {

// -- memory -----------------------------------------------------------------------------------------

// Zeroed pages, left out of core dumps, wiped in a child after fork(); null when there are none.
// `size` is a multiple of page_size().
void *map_secret_pages(std::size_t size) noexcept;
void unmap_secret_pages(void *p, std::size_t size) noexcept; // the caller has wiped them
bool lock_pages(void *p, std::size_t size) noexcept;         // false: over the limit
std::size_t page_size() noexcept;

// Overwrites with zeros in a way that compilers keep.
void wipe(void *p, std::size_t size) noexcept;

// Has `before` called on the thread that forks, before it does, and `after` afterwards, in parent and
// child. Throws std::bad_alloc.
void around_fork(void (*before)(), void (*after)());

// -- the process -------------------------------------------------------------------------------------

// No core dumps of this process, and no look into its memory by other processes of the same user.
void forbid_dumps() noexcept;

// Opens the standard descriptors that the process was started without, so that no file that is opened
// later takes their numbers: what is read from standard input or written to standard output fails as
// if they were still closed. For the start of a program.
void hold_standard_descriptors() noexcept;

// Keeps libraries below plugins from writing to standard error, unless somebody has set them to do so.
// Changes the environment (TSS2_LOG): for a program's main(), before there are threads.
void quiet_libraries() noexcept;
// Leaves neither the working folder nor PATH among the places that libraries are looked for in: on
// Windows, where they are. For the start of a program.
void restrict_library_search() noexcept;

// What main() was given, without the program's name, in UTF-8.
std::vector<std::string> program_arguments(int count, char **arguments);

// How a library is loaded: every symbol bound at once, none visible to other libraries (dlopen), its
// own needs looked for beside it and among the system's libraries only (LoadLibraryEx).
unsigned library_load_flags() noexcept;

// -- files (files.h says what they do) ---------------------------------------------------------------

SecretBytes read_file(SecretMemory memory, const std::filesystem::path &path, std::size_t limit);
SecretBytes read_regular_file(SecretMemory memory, const std::filesystem::path &path,
                              std::size_t limit, const FileCheck &check);
void write_file(const std::filesystem::path &path, BytesView content, const WriteOptions &options);

// What lies in a folder, in no order. A link is neither a folder nor regular, whatever it leads to. Throws Error(io).
struct FolderEntry {
   std::filesystem::path path;
   bool is_folder = false;
   bool is_regular = false;
};
std::vector<FolderEntry> folder_entries(const std::filesystem::path &folder);

bool is_folder(const std::filesystem::path &path) noexcept; // or a link to one

// What two names of one place have in common, for comparing: on Windows, where names have no case, the
// name in capitals; on POSIX the name.
std::filesystem::path without_case(const std::filesystem::path &path);

// No error when it is there.
std::error_code make_folders(const std::filesystem::path &folder); // and those above it
std::error_code make_private_folder(const std::filesystem::path &folder);

void write_stdout(BytesView content);
void write_stderr(std::string_view text) noexcept; // what it does not take has no other place
std::optional<FileFacts> file_facts(const std::filesystem::path &path);

// What to type to mend a file's owner or mode: a command of this system, for hints.
std::string command_to_take_over(const std::filesystem::path &path);
std::string command_to_forbid_writing(const std::filesystem::path &path); // to others
std::string command_to_keep_private(const std::filesystem::path &path);

// Reads one line, without its end, from an inherited descriptor, byte by byte, so that nothing behind
// the line is consumed; none at its end. Throws Error(io), also for a line of more than `limit` bytes
// (at most 1 MiB).
std::optional<SecretBytes> read_line(SecretMemory memory, int descriptor, std::size_t limit);

// An opened file whose bytes cannot be exchanged behind its path any more: what was read is what is
// loaded. `load_path` names the opened file itself: /proc/self/fd/N on Linux; on Windows its path, which
// can be neither written, renamed nor removed while this lives.
class PinnedFile {
 public:
   // Throws Error(plugin_refused): not there, not to be read.
   explicit PinnedFile(const std::filesystem::path &path);
   // Takes over a file that this process was started with.
   explicit PinnedFile(std::intptr_t handle) : handle_(handle) {}
   PinnedFile(const PinnedFile &) = delete;
   PinnedFile &operator=(const PinnedFile &) = delete;
   ~PinnedFile();

   // Which file it is, in the state in which it is: other bytes have another identity.
   struct Identity {
      std::uint64_t device = 0;
      std::uint64_t number = 0; // of the file on its device
      std::uint64_t size = 0;   // bytes
      std::int64_t changed = 0; // nanoseconds; no owner can set it back
      // NOLINTNEXTLINE(modernize-use-nullptr): there is none in a comparison
      friend auto operator<=>(const Identity &, const Identity &) = default;
   };
   Identity identity() const;

   FileFacts facts() const;
   Bytes read_all() const;
   Bytes read(std::uint64_t offset, std::size_t size) const; // fewer bytes at the end of the file
   std::filesystem::path load_path() const;
   std::intptr_t handle() const { return handle_; }

 private:
   std::intptr_t handle_;
   std::filesystem::path path_;
};

// -- places ------------------------------------------------------------------------------------------

std::filesystem::path home_folder();          // empty when there is none
std::filesystem::path user_config_folder();   // $XDG_CONFIG_HOME/keyseat or ~/.config/keyseat;
                                              // %APPDATA%/keyseat on Windows
std::filesystem::path system_config_folder(); // /etc/keyseat; C:/ProgramData/keyseat
std::filesystem::path executable_path();      // of this process
std::string program_suffix();                 // of programs' files: "" or ".exe"
std::optional<std::string> environment(const char *name); // one variable

// -- terminal ----------------------------------------------------------------------------------------

bool stdout_is_terminal();
bool stderr_is_terminal();
bool has_terminal(); // somebody can be asked

// Shows `prompt` on the terminal and reads one line, with or without echo; none when there is no
// terminal, or its input has ended. Throws Error(declined) on an interrupt (Ctrl-C).
std::optional<SecretBytes> ask_terminal(SecretMemory memory, std::string_view prompt, bool echo);

// -- processes ---------------------------------------------------------------------------------------

// Blocks SIGPIPE on this thread while it lives: a dead peer of a plugin's library shall not end the
// host.
class SigpipeGuard {
 public:
   SigpipeGuard() noexcept;
   SigpipeGuard(const SigpipeGuard &) = delete;
   SigpipeGuard &operator=(const SigpipeGuard &) = delete;
   ~SigpipeGuard();

 private:
   bool was_blocked_;
   bool was_pending_;
};

struct ChildResult {
   int exit_code = 0;      // 128 + N when signal N ended it; 139 for an exception on Windows
   bool timed_out = false; // it was ended for taking too long
   std::string output;     // its standard output, at most 1 MiB
};

// Runs `arguments` (the first is the program's path) with no input, its standard output captured,
// standard error passed on, and ends it after `timeout_ms`. Throws Error(io).
ChildResult run_child(const std::vector<std::string> &arguments, unsigned timeout_ms);

} // namespace keyseat::platform

#endif
