#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Boots all machines of tests/gate/machines, each of which gave a false alarm once, and twenty that are drawn: see
# tests/gate/fuzz-machines. The seed is fixed, so that a run says something about the change that it judges, and not
# about its luck; other seeds are for make fuzz-machines, which also asks of the first ones whether two boots say the
# same: here those that are drawn are enough for that. A machine that fails is tried again, as the boots of the gate
# are: what a busy host does once is said, and fails nothing.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use constant { SEED => 11, COUNT => 20 };

my $GATE = dirname(abs_path(__FILE__));

exec "$GATE/fuzz-machines", '--again', '--seed', SEED, '--count', COUNT, '--shrink', 10,
	'--files-once', sort glob "\Q$GATE\E/machines/*.cfg"
	or die "$GATE/fuzz-machines: $!\n";
