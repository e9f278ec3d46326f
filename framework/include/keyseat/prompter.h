// SPDX-License-Identifier: Apache-2.0
//
// Prompter: who answers when a protector needs a PIN, a passphrase or a yes.

#ifndef KEYSEAT_PROMPTER_H
#define KEYSEAT_PROMPTER_H

#include <keyseat/error.h>
#include <keyseat/secret.h>

#include <cstdint>
#include <memory>
#include <string>

namespace keyseat {

enum class PromptKind {
   existing, // a secret that exists already
   fresh,    // a secret to be set: to be asked for twice
   confirm,  // a yes; the answer is empty
};

// One question. All text is public; text that came from a plugin is printable.
struct PromptRequest {
   PromptKind kind = PromptKind::existing;
   std::string protector;      // the configured name: "dev"
   std::string plugin;         // its plugin's id
   std::string secret;         // which secret: the option's name, "passphrase-source"
   std::string title;          // "passphrase of dev.jwk"
   std::string subject;        // for what: "decrypt the credential of SqlServerLinkedService"
   std::string error;          // why the previous answer did not do; may be empty
   unsigned attempt = 1;       // within one call
   int tries_left = -1;        // -1: unknown
   std::size_t min_length = 0; // bytes of UTF-8
   std::size_t max_length = 0; // bytes of UTF-8
};

// Answers questions. One question is asked at a time. The host checks the length of an answer.
class Prompter {
 public:
   virtual ~Prompter() = default;

   // Returns the answer in key memory. Throws Error(auth_required) when nobody can be asked, or a
   // source has no further answer; Error(declined) when a person said no.
   virtual SecretBytes answer(const PromptRequest &request) = 0;
};

// Nobody can be asked: every question fails with auth_required.
std::unique_ptr<Prompter> no_prompter();

// Asks on the terminal, if there is one, without echo; a fresh secret twice.
std::unique_ptr<Prompter> terminal_prompter();

// Answers from an inherited descriptor, one line each, in the order of the questions. A confirmation
// takes a line, too: "yes".
std::unique_ptr<Prompter> descriptor_prompter(int descriptor);

// The content of a secret's source as an option names it: a path, "fd:N" or "credential:NAME" (of
// systemd, in $CREDENTIALS_DIRECTORY). One final line end is dropped. Throws Error(auth_required):
// not there, not readable, readable by others; Error(config_invalid): no such form.
SecretBytes read_secret_source(const std::string &source);

} // namespace keyseat

#endif
