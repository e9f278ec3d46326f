// SPDX-License-Identifier: Apache-2.0
//
// Descriptor: an open file descriptor that closes itself. For the POSIX sources of this room only.

#ifndef KEYSEAT_BASE_DESCRIPTOR_POSIX_H
#define KEYSEAT_BASE_DESCRIPTOR_POSIX_H

namespace keyseat::platform {

class Descriptor {
 public:
   explicit Descriptor(int number) noexcept : number_(number) {}
   Descriptor(Descriptor &&other) noexcept : number_(other.release()) {}
   Descriptor(const Descriptor &) = delete;
   Descriptor &operator=(const Descriptor &) = delete;
   Descriptor &operator=(Descriptor &&) = delete;
   ~Descriptor() { close(); }

   int get() const noexcept { return number_; }
   bool is_open() const noexcept { return number_ >= 0; }
   int release() noexcept;

   // 0, or the error that close(2) reports. Closing twice is nothing.
   int close() noexcept;

 private:
   int number_;
};

} // namespace keyseat::platform

#endif
