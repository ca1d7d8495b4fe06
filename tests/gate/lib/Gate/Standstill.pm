# SPDX-License-Identifier: BSD-2-Clause
package Gate::Standstill;

# Whether a QEMU still lives that has fallen silent. The firmware never sleeps, so a QEMU that takes no time of the
# processor is not slow: its threads wait for each other. One that somebody has stopped (a debugger, Ctrl-Z) only waits.
# Where there is no /proc, nothing is ever said to stand still.

use v5.36;

use constant { LOOK_SECONDS => 1, UTIME => 11, STIME => 12 };

# pid: QEMU's; seconds: how many looks, a second apart, must find that nothing has moved. Looks are counted rather than
# time, so that a computer that was itself stopped says nothing.
sub new ($class, %options) { return bless { looks => 0, %options }, $class }

sub look_seconds ($class) { return LOOK_SECONDS }

# To be asked after each LOOK_SECONDS of silence: is it dead?
sub is_dead ($self) {
	my ($state, $time) = _state($self->{pid}) or return 0;
	my $moved = !defined $self->{time} || $time != $self->{time} || $state =~ /[Tt]/;

	@$self{qw(time looks)} = ($time, $moved ? 0 : $self->{looks} + 1);
	return $self->{looks} >= $self->{seconds};
}

# It said something.
sub lives ($self) {
	$self->{looks} = 0;
	return;
}

# The state's letter and the ticks of all its threads: proc(5), /proc/PID/stat, behind the name in brackets.
sub _state ($pid) {
	open my $file, '<', "/proc/$pid/stat" or return;
	my ($fields) = (<$file> // '') =~ /.*\) (.*)/ or return;
	my @fields = split / /, $fields;
	return ($fields[0], $fields[UTIME] + $fields[STIME]);
}

1;
