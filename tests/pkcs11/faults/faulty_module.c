/* SPDX-License-Identifier: Apache-2.0
 *
 * A PKCS #11 module that hands every call on to SoftHSM, but for those that its plan (plan.h) spoils. */

#define _GNU_SOURCE
#include "plan.h"

#include <p11-kit/pkcs11.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static struct fault_plan *plan;
static CK_FUNCTION_LIST_PTR softhsm;
static CK_FUNCTION_LIST functions;

static uint32_t kind_now(void) { return __atomic_load_n(&plan->kind, __ATOMIC_ACQUIRE); }

static void sleep_ms(int64_t milliseconds) {
   const struct timespec span = {milliseconds / 1000, milliseconds % 1000 * 1000000};
   nanosleep(&span, NULL);
}

static int64_t now_ns(void) {
   struct timespec now;
   clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
   return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* As it was before the call was counted as one at fault: whoever sees it counted can release it. */
static _Thread_local uint32_t releases_before;

static uint32_t releases_now(void) { return __atomic_load_n(&plan->releases, __ATOMIC_ACQUIRE); }

/* Counts a call; whether it is at fault. */
static bool is_at_fault(const char *function) {
   const uint32_t number = __atomic_add_fetch(&plan->calls, 1, __ATOMIC_ACQ_REL);
   if (kind_now() == FAULT_NONE || number < plan->first || number > plan->last) return false;
   strncpy(plan->last_function, function, sizeof plan->last_function - 1);
   releases_before = releases_now();
   __atomic_add_fetch(&plan->faults, 1, __ATOMIC_ACQ_REL);
   return true;
}

/* Before SoftHSM is called: true when it shall not be. */
static bool spoils_before(bool at_fault, CK_RV *rv) {
   if (!at_fault) return false;
   switch (kind_now()) {
      case FAULT_REFUSE:
         *rv = (CK_RV)plan->value;
         return true;
      case FAULT_HANG:
         while (releases_now() == releases_before)
            sleep_ms(10);
         return false;
      case FAULT_DELAY:
         sleep_ms(plan->value);
         return false;
      case FAULT_CRASH:
         __builtin_trap();
      default:
         return false;
   }
}

static CK_RV spoiled_after(bool at_fault, CK_RV rv, CK_ULONG *length) {
   if (!at_fault) return rv;
   if (kind_now() == FAULT_LOSE_ANSWER) return (CK_RV)plan->value;
   if (kind_now() == FAULT_LENGTH && rv == CKR_OK && length != NULL) {
      *length += (CK_ULONG)plan->value;
   }
   return rv;
}

/* SoftHSM, but for what FAULT_FLAGS says. */
static CK_FUNCTION_LIST device;

static CK_RV token_info_with_flags(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
   const CK_RV rv = softhsm->C_GetTokenInfo(slot, info);
   if (rv == CKR_OK && kind_now() == FAULT_FLAGS) info->flags |= (CK_FLAGS)plan->value;
   return rv;
}

static CK_RV login_with_keypad(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin,
                               CK_ULONG size) {
   static CK_UTF8CHAR entered[] = "5678-user-pin"; /* of with_token */
   if (pin != NULL || kind_now() != FAULT_FLAGS) return softhsm->C_Login(session, user, pin, size);
   return softhsm->C_Login(session, user, entered, sizeof entered - 1);
}

typedef CK_SESSION_HANDLE session_t;
typedef CK_OBJECT_HANDLE object_t;

/* F(function, parameters, arguments, the length or count that comes back). */
#define FAULTY_FUNCTIONS(F)                                                                        \
   F(C_Initialize, (void *arguments), (arguments), NULL)                                           \
   F(C_GetInfo, (CK_INFO * info), (info), NULL)                                                    \
   F(C_GetSlotList, (CK_BBOOL present, CK_SLOT_ID * list, CK_ULONG * count),                       \
     (present, list, count), count)                                                                \
   F(C_GetSlotInfo, (CK_SLOT_ID slot, CK_SLOT_INFO * info), (slot, info), NULL)                    \
   F(C_GetTokenInfo, (CK_SLOT_ID slot, CK_TOKEN_INFO * info), (slot, info), NULL)                  \
   F(C_GetMechanismList, (CK_SLOT_ID slot, CK_MECHANISM_TYPE * list, CK_ULONG * count),            \
     (slot, list, count), count)                                                                   \
   F(C_GetMechanismInfo, (CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO * info),      \
     (slot, type, info), NULL)                                                                     \
   F(C_OpenSession,                                                                                \
     (CK_SLOT_ID slot, CK_FLAGS flags, void *data, CK_NOTIFY notify, session_t *session),          \
     (slot, flags, data, notify, session), NULL)                                                   \
   F(C_CloseSession, (session_t session), (session), NULL)                                         \
   F(C_GetSessionInfo, (session_t session, CK_SESSION_INFO * info), (session, info), NULL)         \
   F(C_Login, (session_t session, CK_USER_TYPE user, CK_UTF8CHAR * pin, CK_ULONG size),            \
     (session, user, pin, size), NULL)                                                             \
   F(C_CreateObject, (session_t session, CK_ATTRIBUTE * made, CK_ULONG size, object_t * object),   \
     (session, made, size, object), NULL)                                                          \
   F(C_DestroyObject, (session_t session, object_t object), (session, object), NULL)               \
   F(C_GetAttributeValue,                                                                          \
     (session_t session, object_t object, CK_ATTRIBUTE * wanted, CK_ULONG size),                   \
     (session, object, wanted, size), &wanted->ulValueLen)                                         \
   F(C_FindObjectsInit, (session_t session, CK_ATTRIBUTE * wanted, CK_ULONG size),                 \
     (session, wanted, size), NULL)                                                                \
   F(C_FindObjects, (session_t session, object_t * found, CK_ULONG most, CK_ULONG * count),        \
     (session, found, most, count), count)                                                         \
   F(C_FindObjectsFinal, (session_t session), (session), NULL)                                     \
   F(C_EncryptInit, (session_t session, CK_MECHANISM * mechanism, object_t key),                   \
     (session, mechanism, key), NULL)                                                              \
   F(C_Encrypt,                                                                                    \
     (session_t session, CK_BYTE * in, CK_ULONG in_size, CK_BYTE * out, CK_ULONG * size),          \
     (session, in, in_size, out, size), size)                                                      \
   F(C_DecryptInit, (session_t session, CK_MECHANISM * mechanism, object_t key),                   \
     (session, mechanism, key), NULL)                                                              \
   F(C_Decrypt,                                                                                    \
     (session_t session, CK_BYTE * in, CK_ULONG in_size, CK_BYTE * out, CK_ULONG * size),          \
     (session, in, in_size, out, size), size)                                                      \
   F(C_GenerateKey,                                                                                \
     (session_t session, CK_MECHANISM * mechanism, CK_ATTRIBUTE * made, CK_ULONG size,             \
      object_t * key),                                                                             \
     (session, mechanism, made, size, key), NULL)                                                  \
   F(C_GenerateKeyPair,                                                                            \
     (session_t session, CK_MECHANISM * mechanism, CK_ATTRIBUTE * public_made,                     \
      CK_ULONG public_size, CK_ATTRIBUTE * own_made, CK_ULONG own_size, object_t * public_key,     \
      object_t * own_key),                                                                         \
     (session, mechanism, public_made, public_size, own_made, own_size, public_key, own_key),      \
     NULL)                                                                                         \
   F(C_WrapKey,                                                                                    \
     (session_t session, CK_MECHANISM * mechanism, object_t wrapping, object_t key, CK_BYTE * out, \
      CK_ULONG * size),                                                                            \
     (session, mechanism, wrapping, key, out, size), size)                                         \
   F(C_UnwrapKey,                                                                                  \
     (session_t session, CK_MECHANISM * mechanism, object_t unwrapping, CK_BYTE * in,              \
      CK_ULONG in_size, CK_ATTRIBUTE * made, CK_ULONG size, object_t * key),                       \
     (session, mechanism, unwrapping, in, in_size, made, size, key), NULL)                         \
   F(C_DeriveKey,                                                                                  \
     (session_t session, CK_MECHANISM * mechanism, object_t base, CK_ATTRIBUTE * made,             \
      CK_ULONG size, object_t * key),                                                              \
     (session, mechanism, base, made, size, key), NULL)

#define DEFINE(name, parameters, arguments, length)                               \
   static CK_RV faulty_##name parameters {                                        \
      const bool at_fault = is_at_fault(#name);                                   \
      CK_RV rv = CKR_OK;                                                          \
      if (spoils_before(at_fault, &rv)) return rv;                                \
      const int64_t begin = now_ns();                                             \
      rv = device.name arguments;                                                 \
      __atomic_add_fetch(&plan->nanoseconds, now_ns() - begin, __ATOMIC_ACQ_REL); \
      return spoiled_after(at_fault, rv, length);                                 \
   }
FAULTY_FUNCTIONS(DEFINE)

static struct fault_plan *map_plan(void) {
   const char *path = getenv("FAULTY_MODULE_PLAN");
   const int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
   if (file < 0) return NULL;
   void *mapped = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
   close(file);
   return mapped == MAP_FAILED ? NULL : mapped;
}

static CK_FUNCTION_LIST_PTR load_softhsm(void) {
   void *library = dlopen(SOFTHSM_MODULE, RTLD_NOW | RTLD_LOCAL);
   if (library == NULL) return NULL;
   void *symbol = dlsym(library, "C_GetFunctionList");
   CK_C_GetFunctionList get;
   memcpy(&get, &symbol, sizeof get); /* C11 has no conversion between the two */
   CK_FUNCTION_LIST_PTR list = NULL;
   return get != NULL && get(&list) == CKR_OK ? list : NULL;
}

static CK_RV make_functions(void) {
   plan = map_plan();
   softhsm = load_softhsm();
   if (plan == NULL || softhsm == NULL) return CKR_GENERAL_ERROR;
   device = *softhsm;
   device.C_GetTokenInfo = token_info_with_flags;
   device.C_Login = login_with_keypad;
   functions = *softhsm;
#define USE(name, parameters, arguments, length) functions.name = faulty_##name;
   FAULTY_FUNCTIONS(USE)
   return CKR_OK;
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
   static bool is_made;
   if (!is_made) {
      const CK_RV rv = make_functions();
      if (rv != CKR_OK) return rv;
      is_made = true;
   }
   *list = &functions;
   return CKR_OK;
}
