/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a run that cannot go on because busproof itself is at fault: says why, with the verdict, and switches
 * the machine off.
 */
#ifndef FATAL_H
#define FATAL_H

_Noreturn void fatal(const char *text, ...) __attribute__((format(printf, 1, 2)));

#endif
