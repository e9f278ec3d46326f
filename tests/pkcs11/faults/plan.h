/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes wrong in faulty_module.c. Module and test map the same file, which $FAULTY_MODULE_PLAN names, so
 * that the plan reaches a worker process as well, and what happened there comes back. */

#ifndef KEYSEAT_TESTS_PKCS11_FAULTS_PLAN_H
#define KEYSEAT_TESTS_PKCS11_FAULTS_PLAN_H

#include <stdint.h>

enum {
   FAULT_NONE,
   FAULT_REFUSE,      /* `value` is returned, and nothing is done */
   FAULT_LOSE_ANSWER, /* it is done, and `value` is returned */
   FAULT_LENGTH,      /* `value` is added to the length or count that comes back */
   FAULT_HANG,        /* until `releases` changes */
   FAULT_DELAY,       /* `value` milliseconds */
   FAULT_CRASH,
   FAULT_FLAGS /* tokens have the flags of `value`, too, and a keypad on which somebody enters the PIN */
};

/* Calls are counted from 1, of whatever function, in all threads and processes that share the plan. */
struct fault_plan {
   uint32_t kind;
   uint32_t first; /* the calls at fault: from this one */
   uint32_t last;  /* to this one */
   int64_t value;
   uint32_t calls;         /* so far */
   uint32_t faults;        /* so far */
   char last_function[32]; /* that was at fault */
   uint32_t releases;      /* so far, of the calls that hang */
   int64_t nanoseconds;    /* of processor time inside of SoftHSM, so far */
};

#endif
