// SPDX-License-Identifier: Apache-2.0
#include "host/frame.h"

#include <array>

namespace keyseat {
namespace {

constexpr std::string_view kMagic = "KSF1";
constexpr std::size_t kHeaderSize = 16;
constexpr std::size_t kSizeOffset = 12;
constexpr std::size_t kFieldHeaderSize = 6;
constexpr std::size_t kUsualSize = 512; // holds a wrap or an unwrap without growing

template <class Integer>
Integer load(BytesView bytes, std::size_t offset) {
   std::uint64_t value = 0;
   for (std::size_t i = 0; i < sizeof(Integer); ++i) {
      value |= std::uint64_t{bytes[offset + i]} << (8 * i);
   }
   return static_cast<Integer>(value);
}

template <class Integer>
std::array<std::uint8_t, sizeof(Integer)> little_endian(Integer value) {
   std::array<std::uint8_t, sizeof(Integer)> bytes{};
   for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(std::uint64_t{value} >> (8 * i));
   }
   return bytes;
}

// Nothing but whole fields in `bytes`; none otherwise.
std::optional<std::vector<Field>> split(BytesView bytes) {
   std::vector<Field> fields;
   while (!bytes.empty()) {
      if (fields.size() == kMaxFields || bytes.size() < kFieldHeaderSize) return std::nullopt;
      const auto tag = load<std::uint16_t>(bytes, 0);
      const auto size = load<std::uint32_t>(bytes, 2);
      bytes = bytes.sub(kFieldHeaderSize);
      if (size > bytes.size()) return std::nullopt;
      fields.push_back({tag, bytes.sub(0, size)});
      bytes = bytes.sub(size);
   }
   return fields;
}

} // namespace

std::optional<Frame> Frame::decode(SecretBytes bytes) {
   Frame frame(std::move(bytes));
   const BytesView whole = frame.bytes_;
   if (whole.size() < kHeaderSize || whole.size() > kMaxFrame ||
       as_text(whole.sub(0, kMagic.size())) != kMagic || load<std::uint16_t>(whole, 6) != 0 ||
       load<std::uint32_t>(whole, kSizeOffset) != whole.size() - kHeaderSize) {
      return std::nullopt;
   }
   frame.type_ = load<std::uint16_t>(whole, 4);
   frame.call_ = load<std::uint32_t>(whole, 8);
   auto fields = split(whole.sub(kHeaderSize));
   if (!fields) return std::nullopt;
   frame.fields_ = std::move(*fields);
   return frame;
}

FrameWriter::FrameWriter(std::uint16_t type, std::uint32_t call) : frame_(key_memory()) {
   frame_.reserve(kUsualSize);
   frame_.append(kMagic);
   frame_.append(little_endian(type));
   frame_.append(little_endian(std::uint16_t{0}));
   frame_.append(little_endian(call));
   frame_.append(little_endian(std::uint32_t{0})); // finish() knows
}

void FrameWriter::bytes(std::uint16_t tag, BytesView value) {
   if (++fields_ > kMaxFields || value.size() > kMaxFrame ||
       frame_.size() + kFieldHeaderSize + value.size() > kMaxFrame) {
      throw FrameError();
   }
   frame_.append(little_endian(tag));
   frame_.append(little_endian(static_cast<std::uint32_t>(value.size())));
   frame_.append(value);
}

void FrameWriter::u32(std::uint16_t tag, std::uint32_t value) { bytes(tag, little_endian(value)); }

void FrameWriter::u64(std::uint16_t tag, std::uint64_t value) { bytes(tag, little_endian(value)); }

SecretBytes FrameWriter::finish() {
   const auto size = little_endian(static_cast<std::uint32_t>(frame_.size() - kHeaderSize));
   for (std::size_t i = 0; i < size.size(); ++i) {
      frame_.data()[kSizeOffset + i] = size[i];
   }
   return std::move(frame_);
}

BytesView FrameReader::bytes(std::uint16_t tag) {
   if (!next_is(tag)) throw FrameError();
   return fields_[next_++].value;
}

std::string_view FrameReader::text(std::uint16_t tag) {
   const std::string_view text = as_text(bytes(tag));
   if (text.find('\0') != std::string_view::npos) throw FrameError();
   return text;
}

std::uint32_t FrameReader::u32(std::uint16_t tag) {
   const BytesView value = bytes(tag);
   if (value.size() != sizeof(std::uint32_t)) throw FrameError();
   return load<std::uint32_t>(value, 0);
}

std::uint64_t FrameReader::u64(std::uint16_t tag) {
   const BytesView value = bytes(tag);
   if (value.size() != sizeof(std::uint64_t)) throw FrameError();
   return load<std::uint64_t>(value, 0);
}

void FrameReader::end() const {
   if (next_ != fields_.size()) throw FrameError();
}

} // namespace keyseat
