// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/encoding.h>

#include <array>

namespace keyseat::sdk::jose {
namespace {

// The two characters in which the alphabets of RFC 4648 differ.
struct Alphabet {
   int c62;
   int c63;
};
constexpr Alphabet kBase64 = {'+', '/'};
constexpr Alphabet kBase64Url = {'-', '_'};

// All bits set where a > b, else none: `b - a` is negative then. No branch and no table, so that
// neither branch prediction nor the cache learns about a secret.
constexpr int mask_if_greater(int a, int b) { return (b - a) >> 8; }

constexpr int mask_if_between(int low, int c, int high) {
   return mask_if_greater(c, low - 1) & mask_if_greater(high + 1, c);
}

constexpr char encode_sextet(Alphabet alphabet, int value) {
   int c = 'A' + value;
   c += mask_if_greater(value, 25) & ('a' - 'Z' - 1);
   c += mask_if_greater(value, 51) & ('0' - 'z' - 1);
   c += mask_if_greater(value, 61) & (alphabet.c62 - '9' - 1);
   c += mask_if_greater(value, 62) & (alphabet.c63 - alphabet.c62 - 1);
   return static_cast<char>(c);
}

// 0 to 63, or -1 for a character outside of the alphabet.
constexpr int decode_sextet(Alphabet alphabet, char character) {
   const int c = static_cast<unsigned char>(character);
   int value = -1;
   value += mask_if_between('A', c, 'Z') & (c - 'A' + 1);
   value += mask_if_between('a', c, 'z') & (c - 'a' + 27);
   value += mask_if_between('0', c, '9') & (c - '0' + 53);
   value += mask_if_between(alphabet.c62, c, alphabet.c62) & 63;
   value += mask_if_between(alphabet.c63, c, alphabet.c63) & 64;
   return value;
}

// 24 bits, or negative for a character outside of the alphabet.
constexpr int decode_group(Alphabet alphabet, const char *in) {
   const auto sextet = [&](int i) { return decode_sextet(alphabet, in[i]); };
   return sextet(0) * (1 << 18) | sextet(1) * (1 << 12) | sextet(2) * (1 << 6) | sextet(3);
}

// The same by table, for public bytes.
struct Tables {
   std::array<char, 64> characters{};
   std::array<std::array<int, 256>, 4> values{}; // by place in the group
   constexpr explicit Tables(Alphabet alphabet) {
      for (int i = 0; i < 64; ++i)
         characters[static_cast<std::size_t>(i)] = encode_sextet(alphabet, i);
      for (int i = 0; i < 256; ++i) {
         int value = decode_sextet(alphabet, static_cast<char>(i));
         for (std::size_t place = 4; place-- > 0; value *= 64)
            values[place][static_cast<std::size_t>(i)] = value;
      }
   }
};
constexpr Tables kBase64Tables(kBase64);
constexpr Tables kBase64UrlTables(kBase64Url);

constexpr char encode_sextet(const Tables &tables, int value) {
   return tables.characters[static_cast<std::size_t>(value)];
}
constexpr int decode_sextet(const Tables &tables, char character) {
   return tables.values[3][static_cast<unsigned char>(character)];
}
constexpr int decode_group(const Tables &tables, const char *in) {
   const auto value = [&](std::size_t i) {
      return tables.values[i][static_cast<unsigned char>(in[i])];
   };
   return value(0) | value(1) | value(2) | value(3);
}

std::size_t encoded_size(std::size_t size) { return size / 3 * 4 + (size % 3 * 4 + 2) / 3; }

// Writes encoded_size() characters, without padding. Alphabet: for secrets; Tables: for public bytes.
template <class Code>
void encode(const Code &code, BytesView bytes, char *out) {
   const auto put = [&](unsigned sextet) {
      *out++ = encode_sextet(code, static_cast<int>(sextet & 63));
   };
   for (; bytes.size() >= 3; bytes = bytes.sub(3)) {
      const unsigned group =
            static_cast<unsigned>(bytes[0]) << 16 | static_cast<unsigned>(bytes[1]) << 8 | bytes[2];
      put(group >> 18);
      put(group >> 12);
      put(group >> 6);
      put(group);
   }
   unsigned bits = 0;
   int count = 0;
   for (const std::uint8_t byte : bytes) {
      bits = bits << 8 | byte;
      for (count += 8; count >= 6; count -= 6)
         *out++ = encode_sextet(code, static_cast<int>(bits >> (count - 6) & 63));
   }
   if (count > 0) *out = encode_sextet(code, static_cast<int>(bits << (6 - count) & 63));
}

// Writes text.size() * 3 / 4 bytes; false for foreign characters, an impossible length, or unused bits
// that are not zero.
template <class Code>
bool decode(const Code &code, std::string_view text, std::uint8_t *out) {
   if (text.size() % 4 == 1) return false;
   unsigned bits = 0;
   int count = 0;
   int foreign = 0;
   const char *in = text.data();
   const char *const tail = in + text.size() / 4 * 4;
   for (; in != tail; in += 4) {
      const int group = decode_group(code, in);
      foreign |= group;
      // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): four characters have room for three bytes
      *out++ = static_cast<std::uint8_t>(group >> 16 & 255);
      *out++ = static_cast<std::uint8_t>(group >> 8 & 255);
      *out++ = static_cast<std::uint8_t>(group & 255);
   }
   for (const char c : text.substr(text.size() / 4 * 4)) {
      const int value = decode_sextet(code, c);
      foreign |= value;
      bits = bits << 6 | static_cast<unsigned>(value & 63);
      count += 6;
      if (count >= 8) {
         count -= 8;
         // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): two characters have room for a byte
         *out++ = static_cast<std::uint8_t>(bits >> count & 255);
      }
   }
   return foreign >= 0 && (bits & ((1u << count) - 1)) == 0;
}

std::size_t decoded_size(std::string_view text) {
   return text.size() / 4 * 3 + text.size() % 4 * 3 / 4;
}

std::string encode_text(const Tables &tables, BytesView bytes) {
   std::string text(encoded_size(bytes.size()), '\0');
   encode(tables, bytes, text.data());
   return text;
}

std::optional<Bytes> decode_text(const Tables &tables, std::string_view text) {
   Bytes bytes(decoded_size(text));
   if (!decode(tables, text, bytes.data())) return std::nullopt;
   return bytes;
}

} // namespace

std::string base64url_encode(BytesView bytes) { return encode_text(kBase64UrlTables, bytes); }

std::optional<Bytes> base64url_decode(std::string_view text) {
   return decode_text(kBase64UrlTables, text);
}

std::string base64_encode(BytesView bytes) {
   std::string text = encode_text(kBase64Tables, bytes);
   text.append((4 - text.size() % 4) % 4, '=');
   return text;
}

std::optional<Bytes> base64_decode(std::string_view text) {
   if (text.size() % 4 != 0) return std::nullopt;
   for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i)
      text.remove_suffix(1);
   return decode_text(kBase64Tables, text);
}

void base64url_encode_to(SecretBytes &out, BytesView bytes) {
   const std::size_t before = out.size();
   out.resize(before + encoded_size(bytes.size()));
   encode(kBase64Url, bytes, reinterpret_cast<char *>(out.data() + before));
}

bool base64url_decode_to(SecretBytes &out, std::string_view text) {
   const std::size_t before = out.size();
   out.resize(before + decoded_size(text));
   if (decode(kBase64Url, text, out.data() + before)) return true;
   out.resize(before);
   return false;
}

std::string hex_encode(BytesView bytes) {
   constexpr char kDigits[] = "0123456789abcdef";
   std::string text;
   text.reserve(2 * bytes.size());
   for (const std::uint8_t byte : bytes) {
      text += kDigits[byte >> 4];
      text += kDigits[byte & 15];
   }
   return text;
}

} // namespace keyseat::sdk::jose
