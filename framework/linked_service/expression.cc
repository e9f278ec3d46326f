// SPDX-License-Identifier: Apache-2.0

#include "linked_service/expression.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace keyseat {

namespace {

// An interpolation longer than this is a literal.
constexpr std::size_t kMaxInterpolation = 8192;

bool is_word(char c) {
   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The end of a run of spaces.
std::size_t skip_spaces(std::string_view text, std::size_t at) {
   while (at < text.size() && text[at] == ' ')
      ++at;
   return at;
}

// Functions that an expression of the service may begin with.
constexpr std::array<std::string_view, 38> kServiceFunctions = {
      "activity",     "base64",
      "bool",         "coalesce",
      "concat",       "createArray",
      "dataset",      "dataUri",
      "decodeBase64", "decodeUriComponent",
      "first",        "float",
      "format",       "formatDateTime",
      "guid",         "if",
      "int",          "item",
      "join",         "json",
      "last",         "linkedService",
      "pipeline",     "replace",
      "split",        "string",
      "substring",    "toLower",
      "toUpper",      "trigger",
      "triggerBody",  "trim",
      "uriComponent", "uriComponentToString",
      "utcnow",       "variables",
      "xml",          "xpath"};

// Functions that an expression of ARM may begin with.
constexpr std::array<std::string_view, 38> kArmFunctions = {
      "base64",         "coalesce",   "concat",         "copyIndex", "createArray",
      "createObject",   "deployment", "environment",    "first",     "format",
      "guid",           "if",         "join",           "json",      "last",
      "length",         "list",       "listAccountSas", "listKeys",  "listSecrets",
      "listServiceSas", "padLeft",    "parameters",     "reference", "replace",
      "resourceGroup",  "resourceId", "skip",           "split",     "string",
      "subscription",   "substring",  "take",           "tenant",    "toLower",
      "uniqueString",   "uri",        "variables"};

using Functions = std::span<const std::string_view>;

// The end of "function(" from `at`; 0 where there is no call of one of these.
std::size_t skip_call_head(std::string_view text, std::size_t at, Functions functions) {
   const std::size_t begin = at;
   while (at < text.size() && is_word(text[at]))
      ++at;
   const std::string_view name = text.substr(begin, at - begin);
   at = skip_spaces(text, at);
   const bool is_call = at < text.size() && text[at] == '(';
   return is_call && std::ranges::any_of(
                           functions,
                           [&](std::string_view function) { return equal_no_case(function, name); })
                ? at + 1
                : 0;
}

// The position of the `close` that ends what lies at `at`, strings ('it''s') and nested brackets
// skipped; npos where there is none.
std::size_t find_close(std::string_view text, std::size_t at, char close) {
   bool in_string = false;
   int depth = 0;
   for (; at < text.size(); ++at) {
      const char c = text[at];
      if (c == '\'') {
         in_string = !in_string;
      } else if (!in_string) {
         if (depth == 0 && c == close) return at;
         // A beginning that has no end is given up at the next one: else a text of nothing but beginnings
         // would be read once for each of them.
         if (c == '@' && text.substr(at).starts_with("@{")) return std::string_view::npos;
         if (c == '(' || c == '[' || c == '{') ++depth;
         if ((c == ')' || c == ']' || c == '}') && --depth < 0) return std::string_view::npos;
      }
   }
   return std::string_view::npos;
}

// "name(...)" and what follows it: ".member", "?", "[...]", to the end of the text.
bool is_call_chain(std::string_view text, Functions functions) {
   std::size_t at = skip_call_head(text, 0, functions);
   if (at == 0) return false;
   at = find_close(text, at, ')');
   if (at == std::string_view::npos) return false;
   for (++at; at < text.size(); ++at) {
      if (text[at] == '[') {
         at = find_close(text, at + 1, ']');
         if (at == std::string_view::npos) return false;
      } else if (!is_word(text[at]) && text[at] != '.' && text[at] != '?') {
         return false;
      }
   }
   return true;
}

// Functions whose strings are names of something, or say which state of it.
bool takes_names(std::string_view function) {
   constexpr std::array<std::string_view, 16> kFunctions = {"activity",
                                                            "dataset",
                                                            "deployment",
                                                            "environment",
                                                            "extensionResourceId",
                                                            "item",
                                                            "linkedService",
                                                            "parameters",
                                                            "pipeline",
                                                            "reference",
                                                            "resourceGroup",
                                                            "resourceId",
                                                            "subscription",
                                                            "subscriptionResourceId",
                                                            "trigger",
                                                            "variables"};
   if (function.size() > 4 && equal_no_case(function.substr(0, 4), "list")) return true;
   return std::ranges::any_of(
         kFunctions, [&](std::string_view known) { return equal_no_case(known, function); });
}

} // namespace

bool has_string_literal(std::string_view expression) {
   std::vector<bool> names; // for each open bracket: whether strings in it are names
   std::size_t word = 0;    // where the word before `at` begins
   for (std::size_t at = 0; at < expression.size(); ++at) {
      const char c = expression[at];
      if (c == '(' || c == '[' || c == '{') {
         const bool is_index = c == '[' && at > 0;
         names.push_back(is_index || (c == '(' && takes_names(expression.substr(word, at - word))));
      } else if ((c == ')' || c == ']' || c == '}') && !names.empty()) {
         names.pop_back();
      } else if (c == '\'') {
         const std::size_t begin = at + 1;
         at = std::min(expression.find('\'', begin), expression.size());
         if (at > begin && !names.empty() && !names.back()) return true;
      }
      if (!is_word(c)) word = at + 1;
   }
   return false;
}

std::size_t interpolation_length(std::string_view text, std::size_t at) {
   if (!text.substr(at).starts_with("@{") || (at > 0 && text[at - 1] == '@')) return 0;
   const std::string_view window = text.substr(at, kMaxInterpolation);
   const std::size_t head = skip_spaces(window, 2);
   if (skip_call_head(window, head, kServiceFunctions) == 0) return 0;
   const std::size_t end = find_close(window, head, '}');
   return end == std::string_view::npos ? 0 : end + 1;
}

bool has_interpolation(std::string_view text) {
   for (std::size_t at = text.find("@{"); at != std::string_view::npos;
        at = text.find("@{", at + 1)) {
      if (interpolation_length(text, at) > 0) return true;
   }
   return false;
}

bool is_interpolation(std::string_view text) {
   for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = interpolation_length(text, at);
      if (length == 0) return false;
      at += length;
   }
   return !text.empty();
}

std::size_t find_outside_interpolations(std::string_view text, std::string_view characters,
                                        std::size_t at) {
   while (at < text.size()) {
      if (const std::size_t length = interpolation_length(text, at); length > 0) {
         at += length;
      } else if (characters.find(text[at]) != std::string_view::npos) {
         return at;
      } else {
         ++at;
      }
   }
   return std::string_view::npos;
}

bool is_expression(std::string_view text) {
   return is_interpolation(text) || is_arm_expression(text) ||
          (text.starts_with('@') && is_call_chain(text.substr(1), kServiceFunctions));
}

bool is_arm_expression(std::string_view text) {
   return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
          is_call_chain(text.substr(1, text.size() - 2), kArmFunctions);
}

} // namespace keyseat
