/* SPDX-License-Identifier: BSD-2-Clause */
/* The console firmware's own console. */
#ifndef CLIENT_CONSOLE_H
#define CLIENT_CONSOLE_H

#include "arch/arch.h"

extern const struct console client_console;

#endif
