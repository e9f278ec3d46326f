// SPDX-License-Identifier: Apache-2.0
//
// Windows only: who owns a file, who else may use it, and how one is made for its owner alone. Part of
// the library KeyseatSDK::jose.
//
// Administrators, SYSTEM and TrustedInstaller are here what root is elsewhere: they can take any file,
// so that a right of theirs says nothing. "Others" are everybody but the owner, this user and those
// three. Rights are read from the DACL alone; an entry that denies does not make up for one that allows.

#ifndef KEYSEAT_SDK_WINDOWS_FILE_SECURITY_H
#define KEYSEAT_SDK_WINDOWS_FILE_SECURITY_H

#include <cstdint>
#include <memory>
#include <string>

namespace keyseat::sdk::windows {

struct FileSecurity {
   std::string owner; // SID as text: S-1-5-...
   bool owned_by_me = false;
   bool owned_by_administrators = false; // or SYSTEM, or TrustedInstaller
   bool readable_by_others = false;
   bool writable_by_others = false; // content or attributes, removal, the DACL, the owner
   bool others_only_add = false;    // of a folder: writable, but for nothing than new entries
};

// Of an open file or folder (a HANDLE with READ_CONTROL). Returns 0 or an error of GetLastError().
std::uint32_t read_file_security(void *handle, FileSecurity &security);

// The SID of the user of this thread, who may be impersonated, otherwise of the process: S-1-5-21-... Empty
// when Windows refuses; GetLastError() says why.
std::string current_user_sid();

// Whom a new file is for.
enum class Audience {
   owner,           // the user of this process and SYSTEM
   owner_of_folder, // the same, for a folder and for what will be in it
   everybody        // a file: the same; everybody else may read
};

// A security descriptor for CreateFileW() and others: owned by the user of this process, protected, so that the
// folder's entries are not inherited. Null when Windows refuses; GetLastError() says why.
using SecurityDescriptor = std::unique_ptr<void, void (*)(void *)>;
SecurityDescriptor make_security_descriptor(Audience audience);

} // namespace keyseat::sdk::windows

#endif
