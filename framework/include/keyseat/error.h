// SPDX-License-Identifier: Apache-2.0
//
// Error: the one type that the library throws, and the table of its codes.

#ifndef KEYSEAT_ERROR_H
#define KEYSEAT_ERROR_H

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// What kind of failure it is. Each code has a name (JSON, logs) and an exit code (docs/exit-codes.md);
// the table stands in base/error.cc.
enum class ErrorCode {
   usage,                  // 2   the command cannot be meant
   output_exists,          // 2   an output is there already, and nobody said to replace it
   config_invalid,         // 3   a configuration with mistakes
   config_untrusted,       // 3   a found configuration that nobody has trusted
   plugin_unknown,         // 3   no plugin of that id is installed
   protector_unknown,      // 3   the configuration has no protector of that name
   definition_invalid,     // 4   not JSON, or no linked-service definition
   definition_contradicts, // 4  not the definition that the caller says it is
   plugin_refused,         // 5   a library that shall not or cannot be loaded
   plugin_defect,          // 5   a plugin that broke the contract
   unsupported,            // 5   a plugin does not offer the operation
   protector_unavailable,  // 6   device, service or file not to be reached
   key_missing,            // 6   the protector has no key (yet, or any more)
   key_exists,             // 6   a key would be replaced, and nobody said so
   auth_required,          // 7   a PIN or passphrase is needed, and nobody can be asked
   auth_failed,            // 7   it was wrong
   auth_locked,            // 7   too many wrong ones
   declined,               // 7   a person said no
   credential_refused,     // 8   damaged, altered, or none of Keyseat's
   binding_differs,        // 8   the definition is not the one that the credential was sealed for
   no_recipient,           // 9   nobody here can open it
   io,                     // 11  reading or writing failed
   internal,               // 70  a defect of this library
};

// "config-invalid" and the like.
std::string_view error_name(ErrorCode code);

// The exit code that a command ends with.
int exit_code(ErrorCode code);

// Where something is wrong. Parts that are unknown are empty or 0.
struct Place {
   std::string file{};     // as the user named it; "-" is standard input
   std::size_t line = 0;   // from 1
   std::size_t column = 0; // from 1, in code points
   std::string pointer{};  // JSON pointer (RFC 6901) into that file's document or definition
};

// A failure: what happened, to what, where, why, and what to do about it. No text of it holds a
// secret. Copyable.
//
//    throw Error(ErrorCode::key_missing, "protector 'dev' has no key")
//        .hint("keyseat protector create dev");
class Error : public std::exception {
 public:
   Error(ErrorCode code, std::string message);

   Error &hint(std::string text) &;
   Error &&hint(std::string text) &&;
   Error &at(Place place) &;
   Error &&at(Place place) &&;
   Error &in_file(std::string file) &; // sets the file where none is known
   Error &&in_file(std::string file) &&;
   // Further mistakes of the same kind, in order: a configuration reports all of them at once.
   Error &&with(std::vector<Error> others) &&;

   const char *what() const noexcept override { return message_.c_str(); }
   ErrorCode code() const { return code_; }
   const std::string &message() const { return message_; }
   const std::string &hint() const { return hint_; }
   const Place &place() const { return place_; }
   const std::vector<Error> &others() const { return others_; }
   int exit_code() const { return keyseat::exit_code(code_); }

 private:
   ErrorCode code_;
   std::string message_;
   std::string hint_;
   Place place_;
   std::vector<Error> others_;
};

} // namespace keyseat

#endif
