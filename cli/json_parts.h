// SPDX-License-Identifier: Apache-2.0
//
// Pieces that several of the JSON documents have in common. For the sources json_*.cc only.

#ifndef KEYSEAT_CLI_JSON_PARTS_H
#define KEYSEAT_CLI_JSON_PARTS_H

#include <keyseat/error.h>

#include <nlohmann/json.hpp>
#include <string>

namespace keyseat::cli {

using Json = nlohmann::ordered_json; // members stay in the order of the documentation

// One line; bytes that are not UTF-8 are replaced.
inline std::string json_line(const Json &json) {
   return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Null in place of an empty text.
inline Json text_or_null(const std::string &text) { return text.empty() ? Json() : Json(text); }

// Null in place of an unknown line or column.
inline Json number_or_null(std::size_t number) { return number == 0 ? Json() : Json(number); }

inline Json place_json(const Place &place) {
   return {{"file", text_or_null(place.file)},
           {"line", number_or_null(place.line)},
           {"column", number_or_null(place.column)}};
}

Json error_json(const Error &error); // json_output.cc

} // namespace keyseat::cli

#endif
