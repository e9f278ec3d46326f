// SPDX-License-Identifier: Apache-2.0
//
// Node: a machine with a configuration and key files in a folder of its own, for tests that encrypt and
// decrypt whole definitions with the real keyfile plugin.

#ifndef KEYSEAT_TESTS_DRIVER_NODE_H
#define KEYSEAT_TESTS_DRIVER_NODE_H

#include <keyseat/config.h>
#include <keyseat/driver.h>
#include <keyseat/prompter.h>

#include "driver/protector_set.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/scratch_folder.h"

namespace keyseat::test {

// The SQL Server definition of the documentation, with tabs and an order of its own. `value` is what
// typeProperties holds beside the connection string.
inline constexpr std::string_view kPassword = "S3cr3t-Pa55phrase";
std::string sql_server_definition();

class Node {
 public:
   // One keyfile protector for each of `protectors`, created, and a rule that uses all of them.
   explicit Node(const std::vector<std::string> &protectors = {"dev"},
                 const std::string &key_type = "P-256");
   Node(const Node &) = delete;
   Node &operator=(const Node &) = delete;
   ~Node();

   const std::filesystem::path &folder() const { return folder_; }

   // Replaces keyseat.json and starts over with it; keys stay.
   void configure(std::string_view json);

   Driver &driver() { return *driver_; }

   std::string encrypt(std::string_view definition, const SealOptions &options = {});
   std::string decrypt(std::string_view definition);

   // The Error that it ends with. Throws std::logic_error when there is none.
   Error decrypt_error(std::string_view definition);
   Error encrypt_error(std::string_view definition, const SealOptions &options = {});

   // The public JWK of a protector, in a file of this node's folder.
   std::filesystem::path export_public(const std::string &protector);
   void create(const std::string &protector, const std::string &key_type);

   std::filesystem::path write(const std::string &name, std::string_view content) const;
   std::string read(const std::string &name) const;

 private:
   const ScratchFolder scratch_;
   const std::filesystem::path folder_;
   std::unique_ptr<Prompter> prompter_;
   std::unique_ptr<Config> config_;
   std::unique_ptr<Driver> driver_;
};

// The Jwe's JSON inside an encrypted definition, changed by `change` and put back.
std::string with_credential(std::string_view definition,
                            const std::function<std::string(const std::string &json)> &change);
std::string credential_json(std::string_view definition);

// `text` with the first `from` replaced by `to`. Throws std::logic_error when there is none.
std::string replaced(std::string_view text, std::string_view from, std::string_view to);

} // namespace keyseat::test

#endif
