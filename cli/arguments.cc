// SPDX-License-Identifier: Apache-2.0
//
// The one translation unit that knows CLI11, which takes seconds to compile.
#include "cli/arguments.h"

#include <keyseat/error.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/text.h"
#include "cli/argument_flaws.h"
#include "cli/help.h"
#include "cli/kid_argument.h"
#include "cli/path_option.h"

namespace keyseat::cli {
namespace {

// Fills an Arguments while CLI11 reads. A command's callback moves its struct into place.
class Parser {
 public:
   Parser(const std::vector<std::string> &arguments,
          const std::map<std::string, std::string> &typed);
   Arguments parse(std::vector<std::string> arguments);

 private:
   CLI::App &add(CLI::App &parent, std::string_view name);
   CLI::App &add_group(std::string_view name);
   template <class T>
   std::shared_ptr<T> chooses(CLI::App &command);

   static void add_file(CLI::App &command, std::string &path);
   static void add_files(CLI::App &command, std::vector<std::string> &paths);
   static void add_output(CLI::App &command, OutputOptions &output);
   static void add_seal(CLI::App &command, SealArguments &seal);
   static void add_expect(CLI::App &command, Expectation &expect);

   void add_global_options();
   void add_commands(const std::vector<std::string> &arguments);
   void add_init();
   void add_encrypt();
   void add_decrypt();
   void add_plan();
   void add_inspect();
   void add_verify();
   void add_import();
   void add_protector_commands();
   void add_plugin_commands();
   void add_config_commands();

   const CLI::App &innermost() const;
   Error usage_error(const CLI::ParseError &error) const;

   CLI::App app_{std::string(help_text("").purpose), "keyseat"};
   const std::map<std::string, std::string> &typed_; // the aliases of options
   Arguments result_;
};

// Names the application layer that the command words form: "protector create".
std::string full_name(const CLI::App &command) {
   const CLI::App *parent = command.get_parent();
   if (parent == nullptr) return {};
   const std::string prefix = full_name(*parent);
   return prefix.empty() ? command.get_name() : prefix + " " + command.get_name();
}

Parser::Parser(const std::vector<std::string> &arguments,
               const std::map<std::string, std::string> &typed)
      : typed_(typed) {
   app_.fallthrough();
   app_.require_subcommand(1);
   app_.footer(std::string(help_text("").example));
   app_.get_formatter()->column_width(34);
   add_global_options();
   add_commands(arguments);
}

// Commands that are not among the words need not be known, which saves most of the time that reading
// the arguments takes; where none is, help and messages are about all of them.
void Parser::add_commands(const std::vector<std::string> &arguments) {
   using Entry = std::pair<std::string_view, void (Parser::*)()>;
   static constexpr std::array<Entry, 10> kCommands{{
         {"init", &Parser::add_init},
         {"encrypt", &Parser::add_encrypt},
         {"decrypt", &Parser::add_decrypt},
         {"plan", &Parser::add_plan},
         {"inspect", &Parser::add_inspect},
         {"import", &Parser::add_import},
         {"verify", &Parser::add_verify},
         {"protector", &Parser::add_protector_commands},
         {"plugin", &Parser::add_plugin_commands},
         {"config", &Parser::add_config_commands},
   }};
   const auto is_named = [&](const Entry &command) {
      return std::find(arguments.begin(), arguments.end(), command.first) != arguments.end();
   };
   const bool none_is = std::none_of(kCommands.begin(), kCommands.end(), is_named);
   for (const Entry &command : kCommands) {
      if (none_is || is_named(command)) (this->*command.second)();
   }
}

CLI::App &Parser::add(CLI::App &parent, std::string_view name) {
   const std::string word(name.substr(name.rfind(' ') + 1));
   const HelpText help = help_text(name);
   CLI::App &command = *parent.add_subcommand(word, std::string(help.purpose));
   command.allow_windows_style_options(false);
   command.footer(fmt::format("{}\n\nOptions of every command: keyseat --help", help.example));
   return command;
}

CLI::App &Parser::add_group(std::string_view name) {
   CLI::App &group = add(app_, name);
   group.require_subcommand(1);
   return group;
}

template <class T>
std::shared_ptr<T> Parser::chooses(CLI::App &command) {
   auto values = std::make_shared<T>();
   command.final_callback([this, values] { result_.command = std::move(*values); });
   return values;
}

void Parser::add_global_options() {
   GlobalOptions &global = result_.global;
   add_path(app_, "--config", global.config, "Use this configuration; it is trusted")
         ->type_name("FILE");
   app_.add_flag("--json", global.json, "Write JSON to standard output, and nothing else there");
   app_.add_flag("-q,--quiet", global.quiet, "Say nothing but errors");
   app_.add_flag("-v,--verbose", global.verbose, "Say more");
   app_.add_flag("--no-color", global.no_color, "Use no colours; so does NO_COLOR");
   app_.add_option("--passphrase-fd", global.passphrase_fd,
                   "Answer prompts from this descriptor, one line each")
         ->type_name("N")
         ->check(descriptor_flaw);
   app_.set_version_flag("--version", "keyseat " KEYSEAT_VERSION, "Print the version");
}

void Parser::add_file(CLI::App &command, std::string &path) {
   command.add_option("FILE", path, "A definition; - is standard input")
         ->required()
         ->check(empty_flaw)
         ->type_name("");
}

void Parser::add_files(CLI::App &command, std::vector<std::string> &paths) {
   command
         .add_option("PATH", paths,
                     "Definitions, or folders that are searched for *.json; - is standard input")
         ->required()
         ->check(empty_flaw)
         ->type_name("");
}

void Parser::add_output(CLI::App &command, OutputOptions &output) {
   CLI::Option *file =
         add_path(command, "-o,--output", output.output, "Write to this file")->type_name("FILE");
   CLI::Option *folder = add_path(command, "--output-dir", output.output_folder,
                                  "Write below this folder, relative paths kept")
                               ->type_name("DIR");
   CLI::Option *in_place =
         command.add_flag("--in-place", output.in_place, "Replace each file by its result");
   file->excludes(folder)->excludes(in_place);
   folder->excludes(in_place);
   command.add_flag("-f,--force", output.force, "Replace outputs that exist");
}

void Parser::add_seal(CLI::App &command, SealArguments &seal) {
   command
         .add_option("-p,--protector", seal.protectors,
                     "Protect with this protector, in place of those the rules name; repeatable")
         ->allow_extra_args(false)
         ->type_name("NAME");
   add_paths(command, "-r,--recipient", seal.public_keys,
             "Let the holder of this public key open it, too: a JWK file; repeatable")
         ->allow_extra_args(false)
         ->type_name("FILE");
   command.add_option("--binding", seal.binding, "What the credential is glued to")
         ->type_name("target|strict|type")
         ->check(one_of("target|strict|type"));
   command.add_flag("--replace-vendor-credential", seal.replace_vendor_credential,
                    "Overwrite a reference into the vendor's stores");
}

void Parser::add_expect(CLI::App &command, Expectation &expect) {
   command.add_option("--expect-name", expect.name, "Refuse a definition of another name")
         ->type_name("NAME");
   command
         .add_option("--expect-runtime", expect.integration_runtime,
                     "Refuse a definition for another integration runtime")
         ->type_name("NAME");
}

void Parser::add_init() { chooses<InitCommand>(add(app_, "init")); }

void Parser::add_encrypt() {
   CLI::App &command = add(app_, "encrypt");
   auto values = std::make_shared<EncryptCommand>();
   auto only_plan = std::make_shared<bool>(false);
   add_files(command, values->paths);
   add_output(command, values->output);
   add_seal(command, values->seal);
   add_expect(command, values->expect);
   command.add_flag("--what-if", *only_plan, "Write nothing; show the plan, as keyseat plan does");
   command.final_callback([this, values, only_plan] {
      if (*only_plan) {
         result_.command = PlanCommand{values->paths, values->seal, values->expect};
      } else {
         result_.command = std::move(*values);
      }
   });
}

void Parser::add_decrypt() {
   CLI::App &command = add(app_, "decrypt");
   auto values = chooses<DecryptCommand>(command);
   add_files(command, values->paths);
   add_output(command, values->output);
   add_expect(command, values->expect);
}

void Parser::add_plan() {
   CLI::App &command = add(app_, "plan");
   auto values = chooses<PlanCommand>(command);
   add_files(command, values->paths);
   add_seal(command, values->seal);
   add_expect(command, values->expect);
}

void Parser::add_inspect() {
   CLI::App &command = add(app_, "inspect");
   auto values = chooses<InspectCommand>(command);
   add_file(command, values->file);
   add_expect(command, values->expect);
}

void Parser::add_import() {
   CLI::App &command = add(app_, "import");
   auto values = chooses<ImportCommand>(command);
   add_file(command, values->file);
   add_output(command, values->output);
   add_seal(command, values->seal);
   add_expect(command, values->expect);
}

void Parser::add_verify() {
   CLI::App &command = add(app_, "verify");
   auto values = chooses<VerifyCommand>(command);
   add_files(command, values->paths);
   add_expect(command, values->expect);
}

void Parser::add_protector_commands() {
   CLI::App &group = add_group("protector");
   const auto add_name = [](CLI::App &command, auto &name) {
      return command.add_option("NAME", name, "A protector of the configuration")->type_name("");
   };

   chooses<ProtectorListCommand>(add(group, "protector list"));

   CLI::App &status = add(group, "protector status");
   add_name(status, chooses<ProtectorStatusCommand>(status)->name);

   CLI::App &create = add(group, "protector create");
   auto created = chooses<ProtectorCreateCommand>(create);
   add_name(create, created->name)->required();
   create.add_option("--key-type", created->key_type, "Kind of key; the plugin's usual one if none")
         ->type_name("oct|P-256|P-384|X25519|RSA-2048|RSA-3072")
         ->check(one_of("oct|P-256|P-384|X25519|RSA-2048|RSA-3072"));
   create.add_flag("--encrypted", created->encrypted, "Encrypt the key under a passphrase");
   create.add_flag("--replace", created->replace,
                   "Replace a key that exists, once that is confirmed");

   CLI::App &keys = add(group, "protector keys");
   add_name(keys, chooses<ProtectorKeysCommand>(keys)->name)->required();

   CLI::App &destroy = add(group, "protector destroy");
   auto destroyed = chooses<ProtectorDestroyCommand>(destroy);
   add_name(destroy, destroyed->name)->required();
   destroy.add_option("KID", destroyed->kid, "The key's kid, as protector keys shows it")
         ->required()
         ->type_name("");

   CLI::App &export_public = add(group, "protector export-public");
   auto exported = chooses<ProtectorExportPublicCommand>(export_public);
   add_name(export_public, exported->name)->required();
   add_path(export_public, "-o,--output", exported->output, "Write to this file")
         ->type_name("FILE");
   export_public.add_flag("-f,--force", exported->force, "Replace a file that exists");

   CLI::App &test = add(group, "protector test");
   add_name(test, chooses<ProtectorTestCommand>(test)->name)->required();

   CLI::App &approve = add(group, "protector approve");
   add_name(approve, chooses<ProtectorApproveCommand>(approve)->name)->required();
}

void Parser::add_plugin_commands() {
   CLI::App &group = add_group("plugin");
   chooses<PluginListCommand>(add(group, "plugin list"));

   CLI::App &info = add(group, "plugin info");
   info.add_option("PLUGIN", chooses<PluginInfoCommand>(info)->plugin,
                   "A plugin's id, or the path of a library")
         ->required()
         ->type_name("ID|PATH");

   CLI::App &describe = *group.add_subcommand("describe-library")->group("");
   auto described = chooses<PluginDescribeCommand>(describe);
   add_path(describe, "PATH", described->path, "")->required();
   describe.add_option("SHA256", described->pin);
}

void Parser::add_config_commands() {
   CLI::App &group = add_group("config");
   chooses<ConfigShowCommand>(add(group, "config show"));
   chooses<ConfigCheckCommand>(add(group, "config check"));
   chooses<ConfigSchemaCommand>(add(group, "config schema"));

   CLI::App &trust = add(group, "config trust");
   auto values = chooses<ConfigTrustCommand>(trust);
   add_path(trust, "FILE", values->file, "The configuration; the one that was found if none")
         ->type_name("");
   trust.add_flag("-y,--yes", values->yes, "Do not ask");
}

// The command whose words were read last.
const CLI::App &Parser::innermost() const {
   const CLI::App *command = &app_;
   while (!command->get_subcommands().empty()) {
      command = command->get_subcommands().back();
   }
   return *command;
}

Error Parser::usage_error(const CLI::ParseError &error) const {
   const CLI::App &command = innermost();
   const std::string name = full_name(command);
   const std::string hint =
         name.empty() ? "keyseat --help" : fmt::format("keyseat {} --help", name);
   const std::vector<std::string> rest = app_.remaining(true);
   std::string first = rest.empty() ? "" : printable(rest[0].substr(0, rest[0].find('=')));
   if (const auto alias = typed_.find(first); alias != typed_.end()) {
      first = printable(alias->second);
   }

   if (!command.get_subcommands({}).empty()) {
      const std::string_view group = name.empty() ? "" : " ";
      if (first.empty()) {
         return Error(ErrorCode::usage, fmt::format("keyseat{}{} needs a command", group, name))
               .hint(hint);
      }
      if (first.front() != '-') {
         return Error(ErrorCode::usage,
                      fmt::format("there is no command 'keyseat {}{}{}'", name, group, first))
               .hint(hint);
      }
   }
   if (!first.empty()) {
      return Error(ErrorCode::usage, fmt::format("'keyseat{}{}' does not take '{}'",
                                                 name.empty() ? "" : " ", name, first))
            .hint(hint);
   }
   return Error(ErrorCode::usage, error.what()).hint(hint);
}

Arguments Parser::parse(std::vector<std::string> arguments) {
   std::reverse(arguments.begin(), arguments.end()); // as CLI11 wants them
   try {
      app_.parse(std::move(arguments));
   } catch (const CLI::CallForHelp &) {
      result_.command = ShowText{app_.help()};
   } catch (const CLI::CallForVersion &) {
      result_.command = ShowText{"keyseat " KEYSEAT_VERSION "\n"};
   } catch (const CLI::ParseError &error) {
      throw usage_error(error);
   }
   return std::move(result_);
}

} // namespace

Arguments parse_arguments(const std::vector<std::string> &arguments,
                          const std::map<std::string, std::string> &typed) {
   return Parser(arguments, typed).parse(with_kid_last(arguments));
}

} // namespace keyseat::cli
