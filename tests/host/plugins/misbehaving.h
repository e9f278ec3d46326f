// SPDX-License-Identifier: Apache-2.0
//
// A plugin that does to its process what no plugin may; what its sources share.

#ifndef KEYSEAT_TESTS_HOST_MISBEHAVING_H
#define KEYSEAT_TESTS_HOST_MISBEHAVING_H

#include <keyseat/plugin.h>

enum { PATH_ROOM = 4096 };

typedef struct misbehaving {
   keyseat_instance c;
   const keyseat_host *host;
   char act[32];          // what it does: misdeeds.c
   char during[32];       // the function in which it does it
   char once[PATH_ROOM];  // a file that it makes then, and after which it behaves; empty: each time
   char trace[PATH_ROOM]; // gets a line for each call: function, request id
   char file[PATH_ROOM];
   int came_to; // the errno of the last act; 0: it worked; -1: there was none yet
} misbehaving;

// Does what the instance is to do during `function`, if that is this one. `call` may be null.
void misbehave(misbehaving *self, const char *function, const keyseat_call *call);

#endif
