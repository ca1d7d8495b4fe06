# SPDX-License-Identifier: BSD-2-Clause
package Gate::Monitor;

# A machine whose firmware is at its monitor: boots it, types lines, and looks at what comes back. What the points of
# a test are is its own; "good" and "bad" are two of the commonest.

use v5.36;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Select;
use IPC::Open2 qw(open2);
use Test::More;
use Time::HiRes qw(time);

our @EXPORT_OK = qw(ask bad finish good heard keys_typed start);

use constant { PATIENCE => 90, PROMPT => qr/busproof> \z/ };

my $GATE = abs_path(dirname(abs_path(__FILE__)) . '/../..');

# The devices as tests/gate/boot takes them, more words of the command line, and more options of tests/gate/monitor.
# A QEMU that has died must fail its test, for which the caller ignores SIGPIPE.
sub start ($name, $devices, $append, @options) {
	my $folder = tempdir(CLEANUP => 1);
	open my $pipe, '-|', $^X, "$GATE/monitor", $name, '--print-command', '--devices', $devices, '--folder',
		"$folder/machine", @options, $append eq '' ? () : ('--append', $append) or die "$GATE/monitor: $!\n";
	my ($command) = reverse <$pipe>;
	close $pipe or die "$GATE/monitor: no command\n";
	my ($from, $to);
	my $pid = open2($from, $to, 'sh', '-c', $command =~ s/&& /&& exec /r =~ s/\n/ 2>\/dev\/null/r);
	my $machine = { pid => $pid, to => $to, from => $from, heard => '', folder => $folder };

	ok(heard($machine, PROMPT), 'the prompt comes') or diag(substr $machine->{heard}, -500);
	return $machine;
}

# Does the serial line say this? With undef: does it end?
sub heard ($machine, $wanted, $patience = PATIENCE) {
	my $end = time + $patience;
	my $ready = IO::Select->new($machine->{from});

	while (time < $end) {
		return 1 if defined $wanted && $machine->{heard} =~ $wanted;
		next if !$ready->can_read(1);
		my $count = sysread $machine->{from}, $machine->{heard}, 65536, length $machine->{heard};
		$machine->{heard} =~ tr/\r//d;
		return !defined $wanted if !$count;
	}
	return 0;
}

sub keys_typed ($machine, $text) {
	$machine->{heard} = '';
	syswrite $machine->{to}, $text;
	return;
}

# What comes back for a line, without the line itself and the prompt.
sub ask ($machine, $line, $end = "\r") {
	keys_typed($machine, "$line$end");
	return 'no prompt' if !heard($machine, PROMPT);
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

sub finish ($machine) {
	kill 'KILL', $machine->{pid};
	waitpid $machine->{pid}, 0;
	return;
}

1;
