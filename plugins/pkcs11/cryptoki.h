// SPDX-License-Identifier: Apache-2.0
//
// PKCS #11 (Cryptoki) as p11-kit's headers declare it, 2.40, what they lack of 3.0, and return values
// as exceptions.

#ifndef PKCS11_CRYPTOKI_H
#define PKCS11_CRYPTOKI_H

#include <keyseat/sdk/bytes.h>
#include <keyseat/sdk/failure.h>

#include <p11-kit/pkcs11.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>

namespace pkcs11 {

using keyseat::sdk::Bytes;
using keyseat::sdk::BytesView;
using keyseat::sdk::Failure;

// PKCS #11 3.0: how a module that has several interfaces hands them out.
struct CkInterface {
   CK_UTF8CHAR_PTR name;
   void *functions; // "PKCS 11": begins with the version, as CK_FUNCTION_LIST does
   CK_FLAGS flags;
};
using CkGetInterface = CK_RV (*)(CK_UTF8CHAR_PTR name, CK_VERSION *version, CkInterface **found,
                                 CK_FLAGS flags);

// A function of a module that did not return CKR_OK.
class CryptokiError : public std::exception {
 public:
   CryptokiError(const char *function, CK_RV rv) : function_(function), rv_(rv) {}
   const char *what() const noexcept override { return function_; }
   const char *function() const { return function_; }
   CK_RV rv() const { return rv_; }

 private:
   const char *function_;
   CK_RV rv_;
};

// Throws unless `rv` is CKR_OK.
inline void check(CK_RV rv, const char *function) {
   if (rv != CKR_OK) throw CryptokiError(function, rv);
}

// A module that says it has written more than there was room for is not believed in anything.
inline std::size_t checked_size(CK_ULONG size, std::size_t room, const char *function) {
   if (size > room) throw CryptokiError(function, CKR_GENERAL_ERROR);
   return size;
}

// What a return value says about the way on. Modules differ in how exact they are.
enum class Meaning : std::uint8_t {
   bad_input,   // the data does not belong to the key: an altered or foreign encrypted key
   not_offered, // the token does not do this with this key, and never will
   session,     // the session is gone or in a state of its own: another one may do
   handle,      // the object is gone: look for the key again
   login,       // nobody is logged in any more
   device,      // the token may have been removed: look for it again
   vague,       // may be the input or the device
   other
};
Meaning meaning_of(CK_RV rv);

// "CKR_DEVICE_ERROR (0x30)"; "0x80000001" for one that has no name.
std::string rv_name(CK_RV rv);

// The failure that a person is told: `where` is what was at work, "token “prod”".
Failure failure_of(const CryptokiError &error, const std::string &where);

// Cryptoki takes what it only reads through pointers that are not const.
inline CK_BYTE_PTR input(BytesView bytes) {
   // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): read, never written
   return const_cast<CK_BYTE_PTR>(bytes.data());
}

} // namespace pkcs11

#endif
