/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices could not be driven, or not in full, so that a PASS is not taken for more than was seen. */
#ifndef DRIVEN_H
#define DRIVEN_H

/* A comment line for each of them, with what is lacking. */
void driven_print(void);

#endif
