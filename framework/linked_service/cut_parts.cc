// SPDX-License-Identifier: Apache-2.0

#include "linked_service/put_back.h"
#include "linked_service/sas_uri.h"
#include "linked_service/secret_string.h"

#include <algorithm>

namespace keyseat {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_split_into(std::string_view text, const std::optional<SplitText> &split,
                   const std::vector<CutPart> &parts) {
   if (!split || split->secrets.size() != parts.size()) return false;
   std::size_t gone = 0;
   for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto &[begin, end] = split->secrets[i];
      if (parts[i].at + gone != begin) return false;
      if (parts[i].text.reveal_text() != text.substr(begin, end - begin)) return false;
      gone += end - begin;
   }
   return true;
}

// A part of a URI begins with '?'; no part of a connection string does.
bool is_query(const std::vector<CutPart> &parts) {
   return parts.size() == 1 && parts.front().text.reveal_text().starts_with('?');
}

std::string_view trimmed(std::string_view text, std::string_view characters) {
   text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
   return text.substr(0, text.find_last_not_of(characters) + 1);
}

SecretBytes with_query(std::string_view rest, std::string_view query) {
   const std::string_view base = rest.substr(0, rest.find('#'));
   const bool has_query = base.find('?') != std::string_view::npos;
   SecretBytes whole(document_memory());
   whole.append(base);
   whole.append(has_query ? "&" : "?");
   whole.append(query.substr(1));
   whole.append(rest.substr(base.size()));
   return whole;
}

std::optional<SecretBytes> with_pairs(std::string_view rest, const std::vector<CutPart> &parts) {
   SecretBytes whole(document_memory());
   whole.append(rest);
   const std::string_view before = trimmed(rest, kSpace);
   bool needs_separator = !before.empty() && !before.ends_with(';');
   for (const CutPart &part : parts) {
      if (needs_separator) whole.append(";");
      whole.append(trimmed(part.text.reveal_text(), " \t\r\n;"));
      needs_separator = true;
   }
   // An edit that leaves a quote open would swallow what follows it.
   const auto split = split_connection_string(whole.reveal_text(), Dialect::adonet_sql);
   if (!split || split->secrets.size() < parts.size()) return std::nullopt;
   const SecretBytes again = without_spans(whole.reveal_text(), split->secrets);
   if (trimmed(again.reveal_text(), " \t\r\n;") != trimmed(rest, " \t\r\n;")) return std::nullopt;
   return whole;
}

} // namespace

bool are_parts_of(std::string_view text, const std::vector<CutPart> &parts) {
   return is_split_into(text, split_connection_string(text, Dialect::adonet_sql), parts) ||
          is_split_into(text, split_sas_uri(text), parts);
}

SecretBytes without_parts(std::string_view text, const std::vector<CutPart> &parts) {
   std::vector<TextSpan> spans;
   std::size_t gone = 0;
   for (const CutPart &part : parts) {
      spans.push_back({part.at + gone, part.at + gone + part.text.size()});
      gone += part.text.size();
   }
   return without_spans(text, spans);
}

std::optional<SecretBytes> reattach(std::string_view rest, const std::vector<CutPart> &parts) {
   if (is_query(parts)) return with_query(rest, parts.front().text.reveal_text());
   return with_pairs(rest, parts);
}

} // namespace keyseat
