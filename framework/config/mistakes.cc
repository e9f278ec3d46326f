// SPDX-License-Identifier: Apache-2.0
#include "config/mistakes.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace keyseat {
namespace {

void sort_by_place(std::vector<Error> &mistakes) {
   std::vector<std::string> files;
   files.reserve(mistakes.size());
   for (const Error &mistake : mistakes)
      files.push_back(mistake.place().file);
   const auto key = [&](const Error &mistake) {
      const Place &place = mistake.place();
      const auto file = std::find(files.begin(), files.end(), place.file) - files.begin();
      return std::tuple(file, place.line, place.column);
   };
   std::stable_sort(mistakes.begin(), mistakes.end(),
                    [&](const Error &a, const Error &b) { return key(a) < key(b); });
}

} // namespace

void Mistakes::add(Place place, std::string message, std::string hint) {
   add(Error(ErrorCode::config_invalid, std::move(message))
             .hint(std::move(hint))
             .at(std::move(place)));
}

void Mistakes::add(Error mistake) { mistakes_.push_back(std::move(mistake)); }

std::vector<Error> Mistakes::take() {
   sort_by_place(mistakes_);
   return std::exchange(mistakes_, {});
}

void Mistakes::throw_if_any() {
   std::vector<Error> all = take();
   if (all.empty()) return;
   Error first = std::move(all.front());
   all.erase(all.begin());
   throw std::move(first).with(std::move(all));
}

} // namespace keyseat
