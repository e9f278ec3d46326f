// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the search share: a scene, and a folder deep in its project.

#ifndef KEYSEAT_TESTS_CONFIG_SEARCH_FIXTURE_H
#define KEYSEAT_TESTS_CONFIG_SEARCH_FIXTURE_H

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

#include "config/scene.h"
#include "config/search.h"
#include "support/access.h"

namespace keyseat::tests {

namespace fs = std::filesystem;

class Search : public testing::Test {
 protected:
   Search() : below(scene.project / "a" / "b") { fs::create_directories(below); }

   fs::path config_in(const fs::path &folder) const {
      Scene::write(folder / "keyseat.json", "{}");
      return folder / "keyseat.json";
   }

   // What loading says of the project's file.
   Error refusal() const {
      try {
         scene.load();
      } catch (const Error &error) {
         return error;
      }
      throw std::runtime_error("the file was taken");
   }

   const Scene scene;
   const fs::path below;
};

} // namespace keyseat::tests

#endif
