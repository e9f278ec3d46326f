// SPDX-License-Identifier: Apache-2.0
//
// Random JSON texts in many layouts, the same for the same seed.

#ifndef KEYSEAT_TESTS_JSON_RANDOM_DOCUMENT_H
#define KEYSEAT_TESTS_JSON_RANDOM_DOCUMENT_H

#include <array>
#include <random>
#include <string>
#include <string_view>

namespace keyseat {

class RandomDocument {
 public:
   explicit RandomDocument(unsigned seed) : random_(seed), layout_(seed % kLayouts) {}

   // An object with members, which nests up to four levels.
   std::string text() { return weird_space() + object(0) + weird_space(); }

   std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
   enum Layout { compact, spaced, pretty_lf, pretty_crlf_tabs, weird };
   static constexpr unsigned kLayouts = 5;

   std::string weird_space() {
      if (layout_ != weird) return {};
      std::string out;
      for (std::size_t i = below(4); i > 0; --i)
         out += " \t\r\n"[below(4)];
      return out;
   }

   // Between members, and after the opening and before the closing brace.
   std::string line(int depth) {
      switch (layout_) {
         case compact:
            return {};
         case spaced:
            return " ";
         case pretty_lf:
            return "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' ');
         case pretty_crlf_tabs:
            return "\r\n" + std::string(static_cast<std::size_t>(depth), '\t');
         default:
            return weird_space();
      }
   }

   std::string colon() {
      if (layout_ == weird) return weird_space() + ":" + weird_space();
      return layout_ == compact ? ":" : ": ";
   }

   std::string string() {
      constexpr std::array<std::string_view, 12> kPieces{
            "a", "Z", "é", "€", "😀", R"(\n)", "/", R"(\")", R"(\\)", R"(\u00e9)", R"(\ud83d\ude00)",
            " "};
      std::string out;
      for (std::size_t i = below(6); i > 0; --i)
         out += kPieces[below(kPieces.size())];
      return out;
   }

   std::string value(int depth) {
      constexpr std::array<std::string_view, 7> kScalars{
            "null", "true", "false", "0", "-1.50", "1e400", "12345678901234567890"};
      const std::size_t kind = below(depth < 4 ? 8 : 5);
      if (kind < 3) return "\"" + string() + "\"";
      if (kind < 5) return std::string(kScalars[below(kScalars.size())]);
      return kind < 7 ? object(depth) : array(depth);
   }

   std::string object(int depth) {
      const std::size_t count = below(5);
      std::string out = "{";
      for (std::size_t i = 0; i < count; ++i) {
         out += line(depth + 1) + "\"" + string() + std::to_string(i) + "\"" + colon();
         out += value(depth + 1) + weird_space() + (i + 1 < count ? "," : "");
      }
      return out + (count > 0 || layout_ == weird ? line(depth) : "") + "}";
   }

   std::string array(int depth) {
      const std::size_t count = below(4);
      std::string out = "[";
      for (std::size_t i = 0; i < count; ++i) {
         out += line(depth + 1) + value(depth + 1) + (i + 1 < count ? "," : "");
      }
      return out + (count > 0 ? line(depth) : "") + "]";
   }

   std::mt19937 random_;
   unsigned layout_;
};

} // namespace keyseat

#endif
