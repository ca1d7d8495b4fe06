/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of tests and deviations that are in the image, as one JSON document for other programs (list=json). */
#ifndef TABLES_H
#define TABLES_H

/*
 * Prints it to the console, each line of it as a TAP comment that begins with "# json: ". What it holds is described in
 * docs/gate.md; TABLES_FORMAT goes up when a reader of the one before could go wrong.
 */
#define TABLES_FORMAT	1
void tables_print(void);

#endif
