// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing whole files. Paths are as the user gave them. Errors name the path and say why.

#ifndef KEYSEAT_BASE_FILES_H
#define KEYSEAT_BASE_FILES_H

#include <keyseat/error.h>
#include <keyseat/secret.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace keyseat {

// Definitions beyond this size are refused: 64 MiB.
inline constexpr std::size_t kMaxDefinitionFile = std::size_t{64} << 20;

// Reads a whole file into `memory`; "-" reads standard input. Throws Error(io): no such file, a
// folder, not readable, longer than `limit` bytes.
SecretBytes read_file(SecretMemory memory, const std::filesystem::path &path, std::size_t limit);

// What is known of a file without reading it.
struct FileFacts {
   bool is_regular = false;
   bool is_folder = false;
   bool owned_by_me = false;        // the effective user
   bool owned_by_root = false;      // uid 0; Windows: Administrators, SYSTEM, TrustedInstaller
   std::string owner;               // uid or SID, to compare two files
   bool writable_by_others = false; // by anybody but its owner and root
   bool readable_by_others = false;
   bool others_only_add = false; // to a folder that they may write: others' entries stay (/tmp)
};

// read_file() for a file that a configuration names: opening a FIFO or a device would wait for its other
// end, or act on it. Throws Error(io), without waiting, for everything that is no regular file, "-"
// included. `check` throws for a file that shall not be believed: it sees the facts of the one that is
// open, and that is read, whatever its path names by then.
using FileCheck = std::function<void(const FileFacts &)>;
SecretBytes read_regular_file(SecretMemory memory, const std::filesystem::path &path,
                              std::size_t limit, const FileCheck &check = {});

// How a file is written.
struct WriteOptions {
   bool replace = true; // false: Error(output_exists) when it is there, even if it appears late
   bool holds_secret =
         false; // mode 0600, whatever stood there; otherwise the mode of the file that
                // is replaced, or 0666 less the umask. On Windows a DACL for the owner and
                // SYSTEM; otherwise the DACL of the old file, or what the folder passes on
};

// Writes a whole file: a temporary name in the same folder, synced, renamed over the old one, folder
// synced. A symbolic link is followed: its target is replaced, the link stays. Written to
// directly are this process's own descriptors (/dev/stdout, /dev/fd/N) and special files of this user or
// of root; with one that is no character device, a FIFO for one, only when it may be replaced: whoever
// made it may be reading at its other end. A failure leaves what was there, and no temporary file.
// Throws Error(io, output_exists).
void write_file(const std::filesystem::path &path, BytesView content, const WriteOptions &options);

// Writes to standard output, all of it, unbuffered. Throws Error(io); a closed pipe is an error, too.
void write_stdout(BytesView content);

// Whether `path` names a folder, or a link to one.
bool is_folder(const std::filesystem::path &path) noexcept;

// Makes a folder and the folders above it; one that is there is fine. Throws Error(io).
void make_folders(const std::filesystem::path &folder);

// The same, the last folder for this user alone. One that is there stays as it is.
void make_private_folder(const std::filesystem::path &folder);

// The files below `folder` whose name ends in ".json" (any case), sorted by path; links are not
// followed, folders named ".git" not entered. Throws Error(io).
std::vector<std::filesystem::path> json_files_below(const std::filesystem::path &folder);

// Facts of the target of `path`; none when there is no such file. Throws Error(io).
std::optional<FileFacts> file_facts(const std::filesystem::path &path);

} // namespace keyseat

#endif
