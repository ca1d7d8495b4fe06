# SPDX-License-Identifier: BSD-2-Clause
package Gate::Machine;

# Runs QEMU once: starts it, hands on its serial lines as they come, keeps the complete log, and ends it when its time
# is over. It says how QEMU ended; what that means is judged elsewhere.
#
# Where the host takes part (host), QEMU gets a monitor of its own on a socket, and what is to be typed on a pipe.
#
# Time in which QEMU waited for a processor is not counted: how busy the computer is must not decide how a run ends.

use v5.36;

use IO::Select;
use List::Util qw(max min);
use Fcntl qw(F_SETFD);
use POSIX qw(:sys_wait_h);
use Socket qw(AF_UNIX SOCK_STREAM PF_UNSPEC);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep);

use Gate::Bytes qw(bytes_of);
use Gate::Standstill;

use constant MONITOR => 'busproof-host';
use constant { OUTPUT_LIMIT => 16 * 1024 * 1024, POLL_SECONDS => 0.02, STANDSTILL => 20 };
# QEMU hands on each byte by itself. Whoever takes each as it comes needs as much of the computer as QEMU does; who has
# just been given an answer waits for nobody, so that events of the host follow each other at once.
use constant GATHER_SECONDS => 0.001;

# command: list; folder: where it runs and where serial.log and qemu.err are written; timeout: seconds; standstill:
# seconds in which nothing moves, after which it is dead (default 20); line: called with each line, without its end;
# prompt: a pattern of what a console firmware shows when it has nothing more to do, which ends QEMU;
# host: where given, called with a socket of QEMU's monitor, and returns a function that says what to type after a line.
# Returns { seconds, stopped, status, signal, stderr, bytes }; stopped says why we ended it, or is empty.
sub run (%machine) {
	$machine{standstill} //= STANDSTILL;
	my $started = _now();
	my ($pid, $serial, $type) = _start(%machine);
	my $delay = 0;
	my $left = sub () {
		my $seconds = $started + $machine{timeout} - _now();
		return $seconds if $seconds > 0;
		$delay = max($delay, _delay($pid));	# of threads that have ended nothing is known any more
		return $seconds + $delay;
	};
	my %end = (stopped => '');

	local @SIG{qw(INT TERM HUP PIPE)} = (sub ($signal) { _end($pid); die "ended by SIG$signal\n" }) x 4;
	$end{bytes} = _read_lines($serial, $pid, $left, \%end, %machine, type => $type);
	_wait($pid, $left, \%end, $machine{timeout});
	$end{seconds} = _now() - $started;
	$end{stderr} = bytes_of("$machine{folder}/qemu.err") // '';
	return \%end;
}

sub _now () { return clock_gettime(CLOCK_MONOTONIC) }

# Seconds that the thread which had to wait longest has waited for a processor: the second field of
# /proc/PID/task/TID/schedstat. 0 where there is no such file.
sub _delay ($pid) {
	my @delays = map { (split ' ', bytes_of($_) // '')[1] // 0 } glob "/proc/$pid/task/*/schedstat";
	return max(0, @delays) / 1e9;
}

sub _start (%machine) {
	pipe my $serial, my $output or die "pipe: $!\n";
	my ($type, @host) = $machine{host} ? _host($machine{host}) : ();
	my $pid = fork // die "fork: $!\n";

	return ($pid, $serial, $type) if $pid;
	setpgrp;
	my $ready = chdir($machine{folder}) && _input(@host) && open(STDOUT, '>&', $output)
		&& open(STDERR, '>', 'qemu.err');
	my @monitor = @host ? ('-chardev', 'socket,id=' . MONITOR . ',fd=' . fileno $host[1], '-qmp',
		'chardev:' . MONITOR) : ();
	{ no warnings 'exec'; $ready && exec { $machine{command}[0] } $machine{command}->@*, @monitor; }
	print STDERR "cannot run $machine{command}[0]: $!\n";
	STDERR->flush;
	POSIX::_exit(127);
}

# A function that types what the host answers to a line, and says whether it did, and QEMU's ends: of what is typed, and
# of the monitor.
sub _host ($host) {
	pipe my $typed, my $keyboard or die "pipe: $!\n";
	socketpair my $ours, my $monitor, AF_UNIX, SOCK_STREAM, PF_UNSPEC or die "socketpair: $!\n";
	my $answer = $host->($ours);
	my $type = sub ($line) {
		my $text = $answer->($line) // return 0;
		local $SIG{PIPE} = 'IGNORE';	# a QEMU that has ended reads nothing
		syswrite $keyboard, $text;
		return 1;
	};
	return ($type, $typed, $monitor);
}

# In QEMU's process: what is typed, or nothing; and its end of the monitor stays open.
sub _input ($typed = undef, $monitor = undef) {
	return open STDIN, '<', '/dev/null' if !$typed;
	return open(STDIN, '<&', $typed) && fcntl $monitor, F_SETFD, 0;
}

sub _read_lines ($serial, $pid, $left, $end, %machine) {
	my $select = IO::Select->new($serial);
	my $standstill = Gate::Standstill->new(pid => $pid, seconds => $machine{standstill});
	my ($rest, $bytes, $answered, $own) = ('', 0, 0);

	open my $log, '>:raw', "$machine{folder}/serial.log" or die "$machine{folder}/serial.log: $!\n";
	$log->autoflush(1);
	while (1) {
		my $seconds = $left->();
		if ($seconds <= 0) {
			$end->{stopped} = "still ran after $machine{timeout} s";
			last;
		}
		if (!$select->can_read(min($seconds, Gate::Standstill->look_seconds))) {
			next if !$standstill->is_dead;
			$end->{stopped} = "stood still: for $machine{standstill} s its threads only waited, "
				. 'for each other (a dead lock)';
			last;
		}
		$standstill->lives;
		sleep GATHER_SECONDS if !$answered;
		$answered = 0;
		my $got = sysread $serial, my $chunk, 65536;
		next if !defined $got && $!{EINTR};
		last unless $got;
		print {$log} $chunk;
		$bytes += $got;
		$rest .= $chunk;
		while ($rest =~ s/^([^\n]*)\n//) {
			my $line = $1;
			$own = $1 if $line =~ /^busproof: ([ -~]+)/;
			$machine{line}->($line);
			$answered = 1 if $machine{type} && $machine{type}->($line =~ s/\r//gr);
		}
		if (my $shown = _prompt($machine{prompt}, $chunk, $rest)) {
			$end->{stopped} = 'is at the prompt of its console firmware, which has nothing more to do ('
				. ($own // $shown) . ')';
			last;
		}
		next if $bytes < OUTPUT_LIMIT;
		$end->{stopped} = 'wrote more than ' . OUTPUT_LIMIT . ' bytes';
		last;
	}
	$machine{line}->($rest) if $rest ne '';
	return $bytes;
}

# What of the last that was read says that nothing more will come; a prompt is the beginning of a line, unfinished.
sub _prompt ($prompt, $chunk, $rest) {
	return if !defined $prompt;
	return $1 =~ s/[^ -~]//gr if "$chunk\n$rest" =~ /($prompt)/;
	return;
}

# Its output is over; the process may not be.
sub _wait ($pid, $left, $end, $timeout) {
	until (waitpid($pid, WNOHANG) == $pid) {
		$end->{stopped} ||= "still ran after $timeout s, its serial line closed" if $left->() <= 0;
		if ($end->{stopped}) {
			_end($pid);
			last;
		}
		sleep POLL_SECONDS;
	}
	$end->{status} = $? >> 8;
	$end->{signal} = $? & 127;
	kill KILL => -$pid;
	return;
}

sub _end ($pid) {
	kill KILL => -$pid, $pid;
	waitpid $pid, 0;
	return;
}

1;
