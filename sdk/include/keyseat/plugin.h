// SPDX-License-Identifier: Apache-2.0
//
// keyseat/plugin.h - the contract between a host and a protector plugin, revision 1-draft.
//
// A protector wraps content-encryption keys (CEKs) so that only something that it controls - a key
// file, a TPM, an HSM, an operating system account - can unwrap them. In the words of RFC 7516 it
// is a key management algorithm: wrap() takes a CEK and returns a JOSE header and an encrypted key.
// The host encrypts the credential; a plugin never sees one.
//
// The contract is plain C11 on <stddef.h> and <stdint.h>. A plugin links against no host library
// and resolves no host symbol. Everything beyond these headers (keyseat/sdk/) is comfort.
//
//    host                                          plugin (ID.so, ID.dll)
//    ----                                          ----------------------
//    load, call keyseat_plugin_v1()           -->  the descriptor: constant data, no I/O
//    check the configuration against
//       descriptor->options
//    descriptor->open(host, settings)         -->  an instance: one configured protector
//    instance->status / wrap / unwrap         -->  ...
//    instance->get_extension("keyseat.keys/1")-->  a table of further functions
//    instance->close                          -->  frees all that open() made
//
// One header holds one concept; read them in this order:
//
//    plugin/platform.h      calling convention, export, struct growth
//    plugin/values.h        bytes, text, sinks: how data crosses
//    plugin/status.h        what a function returns, and how a failure explains itself
//    plugin/call.h          what accompanies each call
//    plugin/option.h        the table of configuration options, and the settings made from it
//    plugin/instance.h      an opened protector
//    plugin/descriptor.h    what a library offers
//    plugin/entry.h         the one exported symbol
//    plugin/host.h          the host, and how its services are found
//    plugin/service_*.h     host services: log, secret memory, prompt
//    plugin/ext_*.h         extensions: keys, public key, approve, self-test, inspect
//
// This page states the rules that belong to no single function. Each has an id; a check of the
// conformance kit cites it. "Shall" binds the side that the rule names.
//
// MEMORY
//   R-MEM-1   Whoever allocates frees. No heap block crosses the boundary.
//   R-MEM-2   Inputs are borrowed: valid and unchanged until the function returns, not longer.
//   R-MEM-3   Outputs go through a sink (values.h), whose storage is the host's: locked and wiped
//             where the value is secret, limited in size. On failure the host discards all sinks.
//   R-MEM-4   Descriptors, option tables, extension tables and service tables are constant and live
//             as long as the process.
//   R-MEM-5   Pointers are valid, aligned and not null unless a comment says "may be null".
//
// UNWINDING
//   R-UNW-1   No function of either side unwinds: no C++ exception, Rust panic or longjmp crosses
//             the boundary, in either direction, callbacks and sinks included.
//
// ERRORS
//   R-ERR-1   Every failing call of a plugin reports itself once through keyseat_call.fail before
//             it returns; the status there equals the one returned.
//   R-ERR-2   No text that a plugin hands over holds key material, a PIN, a passphrase or
//             plaintext: messages, hints and names in an error, log lines, headers, status, kids,
//             labels, reports. They are logged and shown.
//   R-ERR-3   A status that its reader does not know reads as KEYSEAT_E_INTERNAL.
//
// THREADS. The last line of each function's comment names its tag.
//   R-THR-1   [entry]         called by one thread at a time, any number of times, before anything
//                             else of the library.
//   R-THR-2   [thread-safe]   called at any time by any thread, also concurrently.
//   R-THR-3   [per-instance]  the host runs one such call on an instance at a time; the thread may
//                             differ from call to call. Different instances run concurrently. Where
//                             status reports KEYSEAT_CAP_PARALLEL, wrap and unwrap of one instance
//                             run concurrently with each other, too.
//   R-THR-4   [in-call]       a host function that may be used from the moment the host hands it
//                             over until that call returns, from any thread.
//   R-THR-5   Where a host runs a plugin on its caller's threads, calls run under the identity (user,
//             token, impersonation) of the caller; otherwise - isolated, or on threads that can be
//             given up (R-ABN-1) - under that of the process. A plugin that moves work to another
//             thread takes the identity along.
//   R-THR-6   Threads that an instance starts have ended when its close() returns.
//
// PROCESS. These bind the plugin's own code; libraries below it do some of that, and the host
// guards against it (TSS2_LOG, SIGPIPE).
//   R-PRC-1   A plugin shall not exit, abort, or install signal, atexit or atfork handlers.
//   R-PRC-2   It shall not write to stdout or stderr, and not read stdin.
//   R-PRC-3   It shall not change working directory, umask, locale, environment or signal mask.
//   R-PRC-4   Every descriptor or handle that it opens is close-on-exec, not inheritable.
//   R-PRC-5   After fork() the child makes no call into any instance, close() included.
//   R-PRC-6   A loaded library is never unloaded.
//   R-PRC-7   A plugin holds no mutable state of the process: two hosts may live in one process,
//             each with its own instances, and know nothing of each other.
//
// INTEGRITY
//   R-INT-1   "Not mine" (KEYSEAT_E_NOT_MINE) is decided from `alg`, `kid` and shape alone, before
//             any prompt and any use of a key. `alg` shall be the one of the configured key. A
//             header without `kid` is mine if `alg` and shape are.
//   R-INT-2   Every failure of unwrap after that, for whatever reason in the header or the encrypted
//             key, is KEYSEAT_E_TAMPERED with one and the same message: unwrap is no oracle.
//   R-INT-3   An altered header or encrypted key never yields KEYSEAT_OK with a different CEK. (It
//             may yield the same one; the host refuses an altered credential as a whole.)
//   R-INT-4   Header and encrypted key are untrusted: outsiders can make both for a public key. A
//             header is read as the one JSON object that it is; a search in its text finds members
//             of members, too.
//
// FORMATS
//   R-FMT-1   A plugin reads every header and encrypted key that any released version of it has
//             written, and writes the newest.
//
// KEYS
//   R-KEY-1   open() does not fail because a key is missing: status() reports it.
//   R-KEY-2   A key comes into being by keyseat.keys/1 create() only. wrap() never makes one, and
//             nothing replaces an existing key unless it is asked to in so many words.
//
// ABANDONMENT
//   R-ABN-1   A call that outlives its deadline may be given up. The host then never touches that
//             instance again, waives close(), and keeps everything alive that the call can still
//             reach: inputs, sinks, call, settings, host.
//
// GROWTH: three ways, one job each.
//   R-GRW-1   Incompatible change: a new entry symbol (keyseat_plugin_v2). A library may export both.
//   R-GRW-2   More data: a struct that begins with `struct_size` grows at its tail. Its reader looks
//             at a member beyond revision 1 only after KEYSEAT_HAS() and else assumes what the
//             member's comment says. Such a struct has no padding on any target, since growth into
//             padding would read as "set". Its writer zeroes the struct and sets struct_size. Where
//             one side makes the struct and the other fills it in, the maker zeroes it and sets
//             struct_size; the filler writes a newer member only after KEYSEAT_HAS() and never
//             changes struct_size.
//   R-GRW-3   More behaviour: a new frozen table behind a new id that ends in its revision.
//   R-GRW-4   A struct without `struct_size` never changes. A published id never changes meaning.
//   R-GRW-5   While KEYSEAT_DRAFT is not 0, the contract may change in any way between drafts, and a
//             host loads only plugins of its own draft.
//
// HOST GUARANTEES
//   R-HST-1   Each open() that returned KEYSEAT_OK is paired with exactly one close(), after which
//             and during which no other call is made (but for R-ABN-1). After a failed open() nothing
//             is closed.
//   R-HST-2   Settings agree with the option table: known names, right types, required ones present,
//             defaults filled in, paths absolute, each name once.
//   R-HST-3   The functions behave the same whether the library runs in the host's process or in an
//             isolated worker. An isolating host grants only what marks (option.h) and capabilities
//             (instance.h) declare; what else a plugin reaches for is refused by the system.

#ifndef KEYSEAT_PLUGIN_H
#define KEYSEAT_PLUGIN_H

#include <keyseat/plugin/call.h>
#include <keyseat/plugin/descriptor.h>
#include <keyseat/plugin/entry.h>
#include <keyseat/plugin/ext_approve.h>
#include <keyseat/plugin/ext_inspect.h>
#include <keyseat/plugin/ext_keys.h>
#include <keyseat/plugin/ext_public_key.h>
#include <keyseat/plugin/ext_self_test.h>
#include <keyseat/plugin/host.h>
#include <keyseat/plugin/instance.h>
#include <keyseat/plugin/option.h>
#include <keyseat/plugin/platform.h>
#include <keyseat/plugin/service_log.h>
#include <keyseat/plugin/service_prompt.h>
#include <keyseat/plugin/service_secret_memory.h>
#include <keyseat/plugin/status.h>
#include <keyseat/plugin/values.h>

#endif
