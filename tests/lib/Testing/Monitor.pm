# SPDX-License-Identifier: BSD-2-Clause
package Testing::Monitor;

# A machine whose firmware is at its monitor: boots it, types lines, and looks at what comes back. What the points of
# a test are is its own; "good" and "bad" are two of the commonest.

use v5.36;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

use Testing::Program qw(output_of);
use Testing::Serial qw(started heard keys_typed finish);

our @EXPORT_OK = qw(ask bad finish good heard keys_typed start);

# A line that does something says how it ended. The prompt alone comes also where tab has shown what there is.
use constant { PATIENCE => 90, PROMPT => qr/busproof> \z/, DONE => qr/^# (?:ok|error: [^\n]*)\nbusproof> \z/m };

my $GATE = abs_path(dirname(abs_path(__FILE__)) . '/../../gate');

# The devices as tests/gate/boot takes them, more words of the command line, and more options of tests/gate/monitor.
sub start ($name, $devices, $append, @options) {
	my $folder = tempdir(CLEANUP => 1);
	my ($command, $status) = output_of($^X, "$GATE/monitor", $name, '--print-command', '--devices', $devices,
		'--folder', "$folder/machine", @options, $append eq '' ? () : ('--append', $append));
	die "$GATE/monitor: no command\n" if $status;
	my $machine = started($command, PATIENCE);

	$machine->{folder} = $folder;
	ok(heard($machine, PROMPT), 'the prompt comes') or diag(substr $machine->{heard}, -500);
	return $machine;
}

# What comes back for a line, without the line itself and the prompt.
sub ask ($machine, $line, $end = "\r") {
	keys_typed($machine, "$line$end");
	return 'no prompt' if !heard($machine, $line eq '' ? PROMPT : DONE);
	return $machine->{heard} =~ s/\A[^\n]*\n//r =~ s/busproof> \z//r;
}

sub good ($machine, $line, $said, $what = $line) {
	my $answer = ask($machine, $line);

	return like($answer, qr/$said.*^# ok\n\z/ms, $what);
}

sub bad ($machine, $line, $why) {
	my $answer = ask($machine, $line);

	return like($answer, qr/^# error: .*$why/m, "refused: $line");
}

1;
