# SPDX-License-Identifier: BSD-2-Clause
#
# The toy port: how objects and programs for this computer are built, as flags.mk of a port in arch/ says it.
#
# With sanitizers, and with a test for a kernel of its own in the place of an image.

CROSS :=
ARCH_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
ARCH_LIBS := -lcmocka
