// SPDX-License-Identifier: Apache-2.0
//
// Pkcs11Protector: creating, listing and destroying keys.

#include "protector.h"

#include "key_maker.h"

#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>

namespace pkcs11 {

using keyseat::sdk::KeyInfo;
using keyseat::sdk::KeyRequest;

namespace {

constexpr std::size_t kIdSize = 16; // names a key by itself (secret_kid)
constexpr const char *kDefaultLabel = "keyseat";

FoundKeys find_all(const Device &device, const Attached &attached, CK_SESSION_HANDLE session) {
   return find_keys(Objects(attached.module->functions(), session), attached.token, device.uri());
}

std::optional<jose::KeyType> wanted_type(const KeyRequest &request) {
   if (request.encrypted) {
      throw Failure(KEYSEAT_E_UNSUPPORTED,
                    "a key on a token has no passphrase of its own: the token's PIN protects it");
   }
   if (!request.key_type) return std::nullopt;
   const auto type = jose::key_type_from_name(*request.key_type);
   if (!type || *type == jose::KeyType::x25519) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "no such type of key is made on a token")
            .with_hint("types are oct, P-256, P-384, RSA-2048 and RSA-3072");
   }
   return type;
}

jose::KeyType type_to_make(const KeyUri &uri, std::optional<jose::KeyType> wanted,
                           const Mechanisms &mechanisms) {
   const auto object_class = uri.object_class();
   const bool is_secret = object_class && *object_class == CKO_SECRET_KEY;
   if (!wanted) return is_secret ? jose::KeyType::oct : default_type(mechanisms);
   if (object_class && is_secret != (*wanted == jose::KeyType::oct)) {
      throw Failure(KEYSEAT_E_CONFIG, "the URI's type is not the one of such a key")
            .with_option("uri")
            .with_hint("type=secret-key is for oct, type=private for pairs");
   }
   return *wanted;
}

// Throws E_KEY_EXISTS; with leave to replace, E_UNSUPPORTED where old and new would be one by name.
void require_room(const KeyUri &uri, const FoundKeys &found, const Token &token, bool replace,
                  jose::KeyType type) {
   const std::string first = !found.keys.empty()         ? describe_key(token, found.keys.front())
                             : !found.unsuitable.empty() ? found.unsuitable.front()
                                                         : "";
   if (first.empty()) return;
   if (!replace) {
      throw Failure(KEYSEAT_E_KEY_EXISTS, "there is " + first)
            .with_hint("replacing it makes unreadable what was encrypted to it");
   }
   if (!found.unsuitable.empty()) {
      throw Failure(KEYSEAT_E_UNSUPPORTED,
                    "what the URI means is for something else, and is not replaced: " +
                          found.unsuitable.front());
   }
   if (type == jose::KeyType::oct && uri.id()) {
      throw Failure(
            KEYSEAT_E_UNSUPPORTED,
            "a secret key is named by its id, and the URI gives the new one that of the old")
            .with_hint("take id out of the URI, or write another one");
   }
}

Bytes id_for(const KeyUri &uri) {
   if (uri.id()) return *uri.id();
   Bytes id(kIdSize);
   jose::random_bytes(id.data(), id.size());
   return id;
}

KeyInfo info_of(const Token &token, const Key &key, const std::string &alg) {
   KeyInfo info;
   // Where destroying a pair was cut short, its public half is left.
   const bool is_whole = key.own_object != CK_INVALID_HANDLE;
   info.state = is_whole ? KEYSEAT_KEY_RETIRED : KEYSEAT_KEY_MISSING;
   if ((token.slot_info.flags & CKF_HW_SLOT) != 0) info.capabilities |= KEYSEAT_CAP_HARDWARE;
   if (key.is_pair()) info.capabilities |= KEYSEAT_CAP_KEY_PAIR;
   if (key.extractable) info.capabilities |= KEYSEAT_CAP_EXPORTABLE;
   info.kid = kid_of(token, key);
   info.label = describe_object(token.info, key.object_class(), key.id, key.label);
   info.key_type = jose::key_type_name(key.type);
   info.alg = alg;
   return info;
}

// Destroying may be repeated, and half of a pair would be in the way: a second session gets a try, too.
void destroy(Attached &attached, const Key &key) {
   const CK_FUNCTION_LIST &f = attached.module->functions();
   try {
      const SessionPool::Writing writing(attached.sessions);
      destroy_objects(f, writing.handle(), key.own_object, key.public_object);
   } catch (const CryptokiError &) {
      const SessionPool::Writing writing(attached.sessions);
      destroy_objects(f, writing.handle(), key.own_object, key.public_object);
   }
}

// A creation that undoes itself unless it is completed; a failure of that leaves the first one to tell. It
// does not where an old key may be gone: then the new one is all that is left.
class Creation {
 public:
   Creation(Attached &attached, const FoundKeys &old, const Bytes &id, bool is_id_unique)
         : attached_(attached), old_(old), id_(id), is_id_unique_(is_id_unique) {}
   Creation(const Creation &) = delete;
   Creation &operator=(const Creation &) = delete;
   ~Creation() {
      try {
         if (!is_complete_) undo();
      } catch (const std::exception &) {
         return; // the token does not let it
      }
   }

   void made(const MadeKey &key) { made_ = key; }
   void complete() { is_complete_ = true; }

 private:
   void undo() const {
      const CK_FUNCTION_LIST &f = attached_.module->functions();
      const SessionPool::Writing writing(attached_.sessions);
      const Objects objects(f, writing.handle());
      for (const Key &key : old_.keys) {
         if (!objects.number(key.own_object, CKA_CLASS)) return;
      }
      if (!is_id_unique_) {
         destroy_objects(f, writing.handle(), made_.own_object, made_.public_object);
         return;
      }
      // The answer with the handles may be lost: the id tells the key.
      Template wanted;
      wanted.truth(CKA_TOKEN, true).bytes(CKA_ID, id_);
      for (const CK_OBJECT_HANDLE object : objects.find(wanted))
         destroy_objects(f, writing.handle(), object, CK_INVALID_HANDLE);
   }

   Attached &attached_;
   const FoundKeys &old_;
   const Bytes &id_;
   bool is_id_unique_; // no other key has it
   bool is_complete_ = false;
   MadeKey made_;
};

} // namespace

std::string Pkcs11Protector::create_key(const Call &call, const KeyRequest &request) {
   const BytesView request_id = call.request_id();
   const bool is_repeated = std::equal(request_id.begin(), request_id.end(), created_by_.begin());
   if (is_repeated && !created_kid_.empty()) return created_kid_;
   const auto wanted = wanted_type(request);
   // Logs in, and finds out whether token and session are what they seem, before anything is made.
   device_.with_token(call, [&](Attached &attached) {
      attached.login.require(call, attached.sessions);
      in_session(call, attached.sessions,
                 [&](const Session &session) { find_all(device_, attached, session.handle()); });
   });
   call.check_cancelled();
   created_kid_ = device_.with_token_once(call, [&](Attached &attached) {
      const CK_FUNCTION_LIST &f = attached.module->functions();
      const SessionPool::Writing writing(attached.sessions);
      const FoundKeys old = find_all(device_, attached, writing.handle());
      const jose::KeyType type = type_to_make(device_.uri(), wanted, attached.mechanisms);
      require_room(device_.uri(), old, attached.token, request.replace, type);
      const std::string label = device_.uri().label().value_or(kDefaultLabel);
      const Bytes id = id_for(device_.uri());
      Creation creation(attached, old, id, !device_.uri().id());
      const MadeKey made = make_key(f, writing.handle(), type, id, label, device_.wanted_alg(),
                                    attached.mechanisms);
      creation.made(made);
      Key key = read_key(Objects(f, writing.handle()), made.public_object, made.own_object);
      std::string kid = device_.with_algorithm(call, attached, std::move(key)).kid;
      for (const Key &old_key : old.keys)
         destroy(attached, old_key);
      creation.complete();
      return kid;
   });
   device_.forget_key();
   std::copy(request_id.begin(), request_id.end(), created_by_.begin());
   return created_kid_;
}

std::vector<KeyInfo> Pkcs11Protector::list_keys(const Call &call) {
   struct Listed {
      Token token;
      std::vector<Key> keys;
      std::vector<std::string> algs;
   };
   const Listed listed = device_.with_token(call, [&](Attached &attached) {
      attached.login.require(call, attached.sessions);
      Listed found{attached.token, {}, {}};
      found.keys = in_session(call, attached.sessions, [&](const Session &session) {
         return find_all(device_, attached, session.handle()).keys;
      });
      for (const Key &key : found.keys) {
         const Algorithms algorithms = algorithms_of(key, attached.mechanisms);
         found.algs.emplace_back(algorithms.empty() ? "" : algorithms.front()->alg());
      }
      return found;
   });
   std::vector<KeyInfo> infos;
   for (std::size_t i = 0; i < listed.keys.size(); ++i)
      infos.push_back(info_of(listed.token, listed.keys[i], listed.algs[i]));
   // wrap() uses none of several
   if (infos.size() != 1 || infos.front().state == KEYSEAT_KEY_MISSING) return infos;
   try {
      device_.with_key(call, [&](Attached &, const KnownKey &known) {
         infos.front().state = KEYSEAT_KEY_CURRENT;
         infos.front().alg = known.alg;
      });
   } catch (const Failure &failure) {
      // What wrap() does not use is listed all the same, and can be destroyed.
      if (failure.status() != KEYSEAT_E_UNSUPPORTED) throw;
   }
   return infos;
}

void Pkcs11Protector::destroy_key(const Call &call, std::string_view kid) {
   const auto find = [&](Attached &attached, CK_SESSION_HANDLE session) {
      FoundKeys found = find_all(device_, attached, session);
      const auto is_other = [&](const Key &key) { return kid_of(attached.token, key) != kid; };
      found.keys.erase(std::remove_if(found.keys.begin(), found.keys.end(), is_other),
                       found.keys.end());
      if (found.keys.empty())
         throw Failure(KEYSEAT_E_KEY_MISSING, attached.token.name() + " has no key of that kid");
      if (found.keys.size() > 1) {
         throw Failure(KEYSEAT_E_CONFIG,
                       attached.token.name() + " has several keys of that kid, of one CKA_ID")
               .with_option("uri")
               .with_hint("name the one that is meant by its label (object=...)");
      }
      return found.keys.front();
   };
   // Logs in, and finds the key, before anything is destroyed.
   device_.with_token(call, [&](Attached &attached) {
      attached.login.require(call, attached.sessions);
      in_session(call, attached.sessions,
                 [&](const Session &session) { find(attached, session.handle()); });
   });
   device_.with_token_once(call, [&](Attached &attached) {
      const Key key = in_session(call, attached.sessions, [&](const Session &session) {
         return find(attached, session.handle());
      });
      destroy(attached, key);
   });
   device_.forget_key();
   created_kid_.clear();
}

} // namespace pkcs11
