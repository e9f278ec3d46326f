// SPDX-License-Identifier: Apache-2.0
//
// What the acts of the misbehaving plugin need of the system: misdeeds_posix.c, misdeeds_windows.c.

#ifndef KEYSEAT_TESTS_HOST_MISDEEDS_H
#define KEYSEAT_TESTS_HOST_MISDEEDS_H

#include "misbehaving.h"

void hang(void); // for good
void sleep_half_a_second(void);

// True when it was not there.
int make_new_file(const char *path);

// What can be done to a process of this system alone; 0 for an act that it does not know.
int act_of_system(const misbehaving *self);

#endif
