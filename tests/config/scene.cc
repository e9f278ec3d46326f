// SPDX-License-Identifier: Apache-2.0
#include "config/scene.h"

#include "base/path_text.h"
#include "support/access.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace keyseat::tests {

namespace fs = std::filesystem;

namespace {

std::string line_of(const Error &error) {
   const Place &place = error.place();
   const std::string folder = fs::path(place.file).parent_path().filename().string();
   const std::string where = place.line == 0 ? "" : fmt::format("{}:{} ", place.line, place.column);
   const std::string hint = error.hint().empty() ? "" : fmt::format(" ({})", error.hint());
   return fmt::format("{}:{}{}{}", folder, where, error.message(), hint);
}

} // namespace

std::string fixture(const std::string &name) {
   const fs::path path = fs::path(KEYSEAT_TESTS_DIR) / "config" / "data" / name;
   std::ifstream file(path, std::ios::binary);
   if (!file) throw std::runtime_error("no fixture " + path.string());
   std::string text(std::istreambuf_iterator<char>(file), {});
   // Elsewhere than on POSIX an absolute path begins with a drive.
   const std::string opt = "\"/opt/";
   for (std::size_t at = 0; (at = text.find(opt, at)) != std::string::npos; at += opt.size())
      text.replace(at, opt.size(), "\"" + generic_path_text(fs::absolute("/opt/")));
   return text;
}

std::vector<std::string> lines_of(const Error &error) {
   std::vector<std::string> lines{line_of(error)};
   for (const Error &other : error.others())
      lines.push_back(line_of(other));
   return lines;
}

Scene::Scene() {
   std::random_device random;
   const std::string name = fmt::format("keyseat-config-{:08x}{:08x}", random(), random());
   root = fs::canonical(fs::temp_directory_path()) / name;
   project = root / "project";
   user = root / "user";
   system = root / "system";
   fs::create_directories(project / ".git");
   fs::create_directories(user);
   fs::create_directories(system);
   for (const fs::path &folder : {root, project, user, system})
      test::keep_to_owner(folder);
}

Scene::~Scene() {
   std::error_code ignored; // what is left lies in the temporary folder
   fs::remove_all(root, ignored);
}

fs::path Scene::put(const std::string &name, const fs::path &folder) const {
   const fs::path file = folder / "keyseat.json";
   write(file, fixture(name));
   return file;
}

void Scene::write(const fs::path &file, const std::string &content) {
   std::ofstream(file, std::ios::binary) << content;
   test::keep_to_owner(file);
}

ConfigSearch Scene::search() const { return {std::nullopt, project, user, system}; }

Config Scene::load_named(const fs::path &file) const {
   ConfigSearch named = search();
   named.named = file;
   return Config::load(named);
}

std::vector<std::string> Scene::mistakes() const {
   try {
      load();
      return {};
   } catch (const Error &error) {
      return lines_of(error);
   }
}

} // namespace keyseat::tests
