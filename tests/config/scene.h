// SPDX-License-Identifier: Apache-2.0
//
// Scene: a project, a user and a system, each with a folder that may hold a configuration.

#ifndef KEYSEAT_TESTS_CONFIG_SCENE_H
#define KEYSEAT_TESTS_CONFIG_SCENE_H

#include <keyseat/config.h>

#include <filesystem>
#include <string>
#include <vector>

namespace keyseat::tests {

// The bytes of a fixture: a file below tests/config/data.
std::string fixture(const std::string &name);

// "3:5 message (hint)" for an error and those with it, with the name of the file's folder in front.
std::vector<std::string> lines_of(const Error &error);

// Folders of its own below the system's temporary one, gone with it. The project is a repository.
class Scene {
 public:
   Scene();
   Scene(const Scene &) = delete;
   Scene &operator=(const Scene &) = delete;
   ~Scene();

   std::filesystem::path root;    // canonical
   std::filesystem::path project; // root/project; holds .git
   std::filesystem::path user;    // root/user
   std::filesystem::path system;  // root/system

   // Copies a fixture to folder/keyseat.json, for nobody else to write; returns its path.
   std::filesystem::path put(const std::string &name, const std::filesystem::path &folder) const;
   static void write(const std::filesystem::path &file, const std::string &content);

   ConfigSearch search() const;
   Config load() const { return Config::load(search()); }
   Config load_named(const std::filesystem::path &file) const;

   // The mistakes that loading reports; empty when it succeeds.
   std::vector<std::string> mistakes() const;
};

} // namespace keyseat::tests

#endif
