/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor of a GIC of version 3, for what stands beside it: an ITS (its.h), whose controller has its lines too.
 */
#ifndef INTERRUPT_GIC_H
#define INTERRUPT_GIC_H

#include "drivers/interrupt/interrupt.h"

extern const struct interrupt_driver gic_v3;

#endif
