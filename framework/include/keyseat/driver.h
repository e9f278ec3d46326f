// SPDX-License-Identifier: Apache-2.0
//
// Driver: applies the protectors that a configuration selects to the credentials of definitions.
//
//    Config config = Config::load(search);
//    auto prompter = terminal_prompter();
//    Driver driver(config, *prompter);
//    Opened opened = driver.open(file, "SqlServerLinkedService.json");
//    connect(opened.secret("/properties/typeProperties/password"));
//
// Definitions come in as the bytes of a file and go out as the bytes of a file; nothing here reads or
// writes one. Every function throws Error; whatever it throws, nothing has happened.

#ifndef KEYSEAT_DRIVER_H
#define KEYSEAT_DRIVER_H

#include <keyseat/config.h>
#include <keyseat/error.h>
#include <keyseat/prompter.h>
#include <keyseat/secret.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

class ProtectorSet; // driver/protector_set.h

// A file's bytes and what is known of it. Borrowed by each function for its call.
struct DefinitionFile {
   BytesView content;
   std::string name;           // what messages call it; "-" is standard input
   std::filesystem::path path; // absolute, for rules with `path`; empty for standard input
   std::string expect_name; // Error(definition_contradicts) when the definition has another name,
   std::string expect_runtime; // ... or integration runtime; empty: any
};

// A secret, as plans and reports name it.
struct SecretFacts {
   std::string pointer; // from the definition's object
   std::string kind;    // "property", "secure-string", "connection-string", "sas-uri"
   std::string why;
   std::string remains; // "nothing", "rest", "mask"
   std::size_t line = 0;
   std::size_t column = 0;
};

// Something that a person should know.
struct Remark {
   std::string kind; // "left-alone", "may-be-secret", "unknown-type", "vendor-credential",
                     // "redirectable", "machine-bound", "destination", "already-encrypted",
                     // "nothing-to-encrypt", ...
   std::string text;
   std::string pointer;
   std::size_t line = 0;
   std::size_t column = 0;
};

struct RecipientFacts {
   std::string protector; // the configured name, or the file of a public key; empty: unknown here
   std::string alg;
   std::string kid;         // may be empty
   std::string explanation; // JSON object of the plugin's inspect extension; may be empty
};

// Which recipients and which binding, when it is not the rules that say so.
struct SealOptions {
   std::vector<std::string> protectors;            // names; empty: as the rules say
   std::vector<std::filesystem::path> public_keys; // further recipients: public JWK files
   std::optional<std::string> binding;             // "type", "target", "strict"
   bool replace_vendor_credential = false;         // overwrite a reference into the vendor's stores
};

// What became of one file.
struct Outcome {
   bool changed = false;                  // false: `output` is the input
   SecretBytes output{document_memory()}; // bytes of a file
   bool holds_secret = false;             // the output has plaintext secrets in it
   std::string definition;                // its name; may be empty
   std::string type;
   std::vector<SecretFacts> secrets;
   std::vector<RecipientFacts> recipients;
   std::string binding; // scope; empty where there is no credential
   std::vector<Remark> remarks;
};

// The secrets of one credential, opened. Values are what the service would see: the characters of a
// string, the whole connection string.
class Opened {
 public:
   struct Secret {
      std::string pointer;
      SecretBytes value; // UTF-8
   };
   std::vector<Secret> secrets;
   std::string definition;
   std::string type;

   // Throws Error(definition_invalid) when the credential holds no such secret.
   std::string_view secret(std::string_view pointer) const;
};

// What a credential shows without a key.
struct Inspection {
   std::string definition;
   std::string type;
   std::string credential;         // "keyseat", "vendor-node", "vendor-cloud", "damaged", "none"
   std::string id;                 // ks_id in hex
   std::string enc;                // "A256GCM"
   std::string binding;            // scope
   std::vector<std::string> bound; // pointers of the bound members
   std::vector<std::string> differing; // those that are not as they were sealed
   std::vector<RecipientFacts> recipients;
   std::vector<SecretFacts> plaintext; // secrets that stand in clear beside it
   std::vector<Remark> remarks;
};

// Thread-safe: one Driver serves any number of threads.
class Driver {
 public:
   // `config` and `prompter` outlive the driver. Plugins are loaded when they are first needed.
   Driver(const Config &config, Prompter &prompter);
   Driver(const Driver &) = delete;
   Driver &operator=(const Driver &) = delete;
   ~Driver();

   // Encrypts the secrets of a definition. Unchanged when there is nothing to encrypt or it is
   // encrypted already. Throws Error(config_untrusted) before anything else.
   Outcome encrypt(const DefinitionFile &file, const SealOptions &options = {});

   // Decrypts the credential back into the definition.
   Outcome decrypt(const DefinitionFile &file);

   // What encrypt() would do. Needs no key, and no trust in the configuration.
   Outcome plan(const DefinitionFile &file, const SealOptions &options = {});

   // Opens the credential in memory and gives out nothing of it.
   Outcome verify(const DefinitionFile &file);

   // Opens the credential and gives out its secrets.
   Opened open(const DefinitionFile &file);

   // Takes a JWE that another JOSE library made (docs/import.md) and seals it anew.
   Outcome import(const DefinitionFile &file, const SealOptions &options = {});

   // Needs no key, and no trust in the configuration.
   Inspection inspect(const DefinitionFile &file);

   // The protectors of the configuration, opened on demand.
   ProtectorSet &protectors();

 private:
   const Config &config_;
   std::unique_ptr<ProtectorSet> protectors_;
};

} // namespace keyseat

#endif
