# SPDX-License-Identifier: BSD-2-Clause
package Testing::Serial;

# A machine that a test talks to over its serial line while it runs: { pid, to, from, patience, heard }, started by a
# command for the shell, as tests/gate/boot and tests/gate/monitor print one. What a test knows of it besides is kept in
# it too. A program that runs to its end by itself is Testing::Program's.

use v5.36;

use Exporter qw(import);
use IO::Select;
use IPC::Open2 qw(open2);
use Time::HiRes qw(time);

our @EXPORT_OK = qw(started heard keys_typed finish);

# A QEMU that has died fails its test.
$SIG{PIPE} = 'IGNORE';

# The last line of what a program has printed is the command. What the machine is waited for ends after so many seconds.
sub started ($printed, $patience) {
	my ($command) = $printed =~ /(.+)\n?\z/ or die "no command to start a machine by\n";
	my ($from, $to);
	my $pid = open2($from, $to, 'sh', '-c', $command =~ s/&& /&& exec /r . ' 2>/dev/null');

	return { pid => $pid, to => $to, from => $from, patience => $patience, heard => '' };
}

# Does the serial line say this? With undef: does it end? Lines end as they do here.
sub heard ($machine, $wanted, $patience = $machine->{patience}) {
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

# What was heard before is forgotten.
sub keys_typed ($machine, $text) {
	$machine->{heard} = '';
	syswrite $machine->{to}, $text;
	return;
}

sub finish ($machine) {
	kill 'KILL', $machine->{pid};
	waitpid $machine->{pid}, 0;
	return;
}

1;
