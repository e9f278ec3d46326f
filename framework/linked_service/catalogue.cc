// SPDX-License-Identifier: Apache-2.0

#include "linked_service/catalogue.h"

#include "base/text.h"

#include <keyseat/error.h>
#include <keyseat/sdk/jose/json.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace keyseat {

std::string_view catalogue_json(); // the text of catalogue.json

namespace {

using sdk::jose::JsonError;
using sdk::jose::JsonKind;
using sdk::jose::JsonTree;
using sdk::jose::JsonValue;

constexpr std::array<std::pair<std::string_view, Dialect>, 9> kDialects = {{
      {"adonet-sql", Dialect::adonet_sql},
      {"keyword-password", Dialect::keyword_password},
      {"keyword-pwd", Dialect::keyword_pwd},
      {"keyword-credential", Dialect::keyword_credential},
      {"azure-storage", Dialect::azure_storage},
      {"cosmos-db", Dialect::cosmos_db},
      {"mongodb-uri", Dialect::mongodb_uri},
      {"odbc-driver", Dialect::odbc_driver},
      {"jdbc-query", Dialect::jdbc_query},
}};

// Reads one catalogue file; knows the file's text for the places of mistakes.
class CatalogueReader {
 public:
   CatalogueReader(std::string_view text, const std::string &name) : text_(text), name_(name) {}

   std::vector<CatalogueType> read() const try {
      const JsonTree tree(text_);
      std::vector<CatalogueType> types;
      for (JsonValue member = object(tree.root()).first(); member.exists();
           member = member.next()) {
         if (member.name_is("about")) continue;
         if (!member.name_is("types")) throw unknown_member(member);
         for (JsonValue v = array(member).first(); v.exists(); v = v.next())
            types.push_back(type(v));
      }
      return types;
   } catch (const JsonError &error) {
      throw invalid(error.offset(), error.what());
   }

 private:
   Error invalid(std::size_t offset, std::string message) const {
      const std::string_view before = text_.substr(0, offset);
      const std::size_t line_begin = before.rfind('\n') + 1; // 0 where there is none
      const auto is_first_byte = [](char c) {
         return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
      };
      Place place;
      place.file = name_;
      place.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
      place.column = 1 + static_cast<std::size_t>(
                               std::ranges::count_if(before.substr(line_begin), is_first_byte));
      return Error(ErrorCode::config_invalid, std::move(message)).at(std::move(place));
   }

   Error invalid(JsonValue value, std::string message) const {
      return invalid(value.span().begin, std::move(message));
   }

   Error unknown_member(JsonValue member) const {
      return invalid(member.key_span().begin,
                     fmt::format("a catalogue knows no member '{}'", printable(member.name())));
   }

   JsonValue object(JsonValue value) const {
      if (!value.is(JsonKind::object)) throw invalid(value, "an object is expected here");
      return value;
   }

   JsonValue array(JsonValue value) const {
      if (!value.is(JsonKind::array)) throw invalid(value, "an array is expected here");
      return value;
   }

   std::string text(JsonValue value) const {
      if (!value.is(JsonKind::string) || value.text_is("")) {
         throw invalid(value, "a string is expected here, and not an empty one");
      }
      return value.public_text();
   }

   std::string pointer(std::string path, JsonValue place) const {
      if (!path.starts_with('/')) throw invalid(place, "a path begins with '/'");
      return path;
   }

   Dialect dialect(JsonValue value) const {
      const std::string name = text(value);
      const auto *found =
            std::ranges::find(kDialects, name, &decltype(kDialects)::value_type::first);
      if (found == kDialects.end()) {
         throw invalid(value, fmt::format("there is no dialect '{}'", printable(name)));
      }
      return found->second;
   }

   CatalogueType type(JsonValue entry) const {
      CatalogueType type;
      for (JsonValue member = object(entry).first(); member.exists(); member = member.next()) {
         if (member.name_is("type")) {
            type.name = text(member);
         } else if (member.name_is("untyped")) {
            if (!member.is(JsonKind::boolean))
               throw invalid(member, "true or false is expected here");
            type.untyped = member.boolean();
         } else {
            add_paths(type, member);
         }
      }
      if (type.name.empty()) throw invalid(entry, "an entry needs a 'type'");
      for (CataloguePath &path : type.paths) { // fmt takes a tenth of the time of reading all
         if (path.why.empty()) path.why = "catalogue: " + type.name + ' ' + path.path;
      }
      return type;
   }

   void add_paths(CatalogueType &type, JsonValue member) const {
      constexpr std::array<std::pair<std::string_view, PathKind>, 5> kKinds = {{
            {"secret", PathKind::secret},
            {"sasUri", PathKind::sas_uri},
            {"secretMap", PathKind::secret_map},
            {"connectionString", PathKind::connection_string},
            {"freeForm", PathKind::free_form},
      }};
      const std::string name = member.name();
      const auto *found = std::ranges::find(kKinds, name, &decltype(kKinds)::value_type::first);
      if (found == kKinds.end()) throw unknown_member(member);
      const PathKind kind = found->second;
      const bool has_values = kind == PathKind::connection_string || kind == PathKind::free_form;
      const JsonValue paths = has_values ? object(member) : array(member);
      for (JsonValue v = paths.first(); v.exists(); v = v.next()) {
         CataloguePath path;
         path.kind = kind;
         path.path = pointer(has_values ? v.name() : text(v), v);
         if (kind == PathKind::connection_string) path.dialect = dialect(v);
         if (kind == PathKind::free_form) path.why = text(v);
         type.paths.push_back(std::move(path));
      }
   }

   std::string_view text_;
   const std::string &name_;
};

} // namespace

const Catalogue &Catalogue::built_in() {
   static const Catalogue catalogue = parse(catalogue_json(), "catalogue.json");
   return catalogue;
}

Catalogue Catalogue::parse(std::string_view json, const std::string &name) {
   Catalogue catalogue;
   catalogue.types_ = CatalogueReader(json, name).read();
   if (!std::ranges::is_sorted(catalogue.types_, less_no_case, &CatalogueType::name)) {
      std::ranges::sort(catalogue.types_, less_no_case, &CatalogueType::name);
   }
   const auto twice =
         std::ranges::adjacent_find(catalogue.types_, equal_no_case, &CatalogueType::name);
   if (twice != catalogue.types_.end()) {
      throw Error(
            ErrorCode::config_invalid,
            fmt::format("the catalogue has two entries for type '{}'", printable(twice->name)))
            .at({name, 0, 0, {}});
   }
   return catalogue;
}

const CatalogueType *Catalogue::find(std::string_view type) const {
   const auto found = std::ranges::lower_bound(types_, type, less_no_case, &CatalogueType::name);
   return found != types_.end() && equal_no_case(found->name, type) ? &*found : nullptr;
}

} // namespace keyseat
