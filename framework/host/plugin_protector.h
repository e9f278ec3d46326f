// SPDX-License-Identifier: Apache-2.0
//
// PluginProtector: a Protector over the tables of a plugin's instance.

#ifndef KEYSEAT_HOST_PLUGIN_PROTECTOR_H
#define KEYSEAT_HOST_PLUGIN_PROTECTOR_H

#include <keyseat/plugin/descriptor.h>
#include <keyseat/prompter.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <shared_mutex>

#include "host/host_services.h"
#include "host/plugin_call.h"
#include "host/protector.h"
#include "host/settings.h"

namespace keyseat {

// Opened by its constructor, closed by its destructor or after the first breach of the contract.
//
// Locks: calls that are serialised hold `mutex_` alone; wrap() and unwrap() share it once a status()
// has reported KEYSEAT_CAP_PARALLEL (R-THR-3). A question to a person is asked under it.
//
// fork(): a byte in key memory, which a child sees as 0, tells the child to leave the instance alone,
// close() included (R-PRC-5).
class PluginProtector final : public Protector {
 public:
   // See Plugin::open().
   PluginProtector(std::string name, const keyseat_descriptor &descriptor, bool isolated,
                   const Settings &settings, const std::filesystem::path &folder,
                   Prompter &prompter);
   PluginProtector(const PluginProtector &) = delete;
   PluginProtector &operator=(const PluginProtector &) = delete;
   ~PluginProtector() override;

   const std::string &name() const override { return name_; }
   const std::string &plugin() const override { return plugin_; }
   bool is_isolated() const override { return isolated_; }

   ProtectorStatus status(const CallContext &context) override;
   WrappedCek wrap(const CallContext &context, BytesView cek) override;
   std::optional<SecretBytes> unwrap(const CallContext &context, std::string_view header,
                                     BytesView encrypted_key) override;

   bool offers(Extension extension) const override;
   std::string create_key(const CallContext &context, const KeyRequest &request) override;
   std::vector<KeyInfo> list_keys(const CallContext &context) override;
   void destroy_key(const CallContext &context, std::string_view kid) override;
   std::string export_public_key(const CallContext &context) override;
   std::string approve(const CallContext &context) override;
   std::string self_test(const CallContext &context) override;

 private:
   enum class Sharing { alone, with_others };

   void open(const keyseat_descriptor &descriptor);
   void check_instance() const;
   void find_extensions();
   void close() noexcept;

   // Runs `body` under the lock that R-THR-3 asks for; a plugin_defect ends the instance.
   template <class Body>
   auto with_instance(Sharing sharing, Body body);
   void require_usable() const;
   bool is_forked() const { return marker_.data()[0] == 0; }

   // Learns from what a call came to, and throws it if it is a failure.
   void finish(const PluginCall &call, keyseat_status status,
               std::initializer_list<const SinkState *> sinks = {});

   // Runs a function of an extension that makes one JSON document, which `check` looks at.
   template <class Function, class Check>
   std::string document_of(const CallContext &context, const char *what,
                           PluginCall::Prompts prompts, Function function, Check check);

   template <class Table>
   const Table &table(Extension extension) const;
   void check_printable(const char *what, std::string_view text) const;

   const std::string name_;
   const std::string plugin_;
   const bool isolated_;
   const std::string who_;
   const OpenSettings settings_;
   HostServices host_;
   SecretBytes marker_;

   mutable std::shared_mutex mutex_;
   const keyseat_instance *instance_ = nullptr;
   std::array<const void *, 4> extensions_{}; // by Extension
   std::atomic<bool> parallel_ = false;
};

} // namespace keyseat

#endif
