// SPDX-License-Identifier: Apache-2.0
//
// Sink: where a plugin puts one value (keyseat_sink, R-MEM-3).

#ifndef KEYSEAT_HOST_SINK_H
#define KEYSEAT_HOST_SINK_H

#include <keyseat/plugin/values.h>
#include <keyseat/secret.h>

#include <string>
#include <utility>

namespace keyseat {

// What a call looks at after the plugin has returned.
class SinkState {
 public:
   SinkState(const char *what, std::size_t limit) : what_(what), limit_(limit) {}

   const char *what() const { return what_; } // "header", for messages
   std::size_t limit() const { return limit_; }
   bool was_over_limit() const { return over_limit_; }
   bool was_out_of_memory() const { return out_of_memory_; }

 protected:
   bool over_limit_ = false;
   bool out_of_memory_ = false;

 private:
   const char *what_;
   std::size_t limit_;
};

// A sink of at most `limit` bytes over a std::string, Bytes or SecretBytes. Immovable: the plugin holds
// its address during the call.
template <class Value>
class Sink : public SinkState {
 public:
   Sink(const char *what, std::size_t limit, Value value = Value())
         : SinkState(what, limit), value_(std::move(value)), c_{this, &Sink::resize} {}
   Sink(const Sink &) = delete;
   Sink &operator=(const Sink &) = delete;
   ~Sink() = default;

   const keyseat_sink *c() const { return &c_; }
   const Value &value() const { return value_; }
   Value take() { return std::move(value_); }

 private:
   static std::uint8_t *KEYSEAT_CALL resize(const keyseat_sink *sink, std::size_t size) noexcept {
      return static_cast<Sink *>(sink->host_data)->resize(size);
   }

   std::uint8_t *resize(std::size_t size) noexcept {
      if (size > limit()) {
         over_limit_ = true;
         return nullptr;
      }
      try {
         value_.resize(size);
      } catch (...) {
         out_of_memory_ = true;
         return nullptr;
      }
      return size == 0 ? &nothing_ : reinterpret_cast<std::uint8_t *>(value_.data());
   }

   Value value_;
   keyseat_sink c_;
   std::uint8_t nothing_ = 0; // what an empty value points to
};

} // namespace keyseat

#endif
