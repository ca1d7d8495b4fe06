# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Jobs;

# Does several things at a time, each in a process of its own, and hands on what they return in their order.

use v5.36;

use JSON::PP;
use POSIX ();

# work: called with a task in a process of its own, returns what JSON can carry; done: called with each task
# and its result.
sub run ($jobs, $tasks, $work, $done) {
	my ($next, $told) = (0, 0);
	my (%running, @results);

	local $SIG{INT} = local $SIG{TERM} = sub ($signal) {
		kill TERM => -$_->{pid} for values %running;
		die "ended by SIG$signal\n";
	};
	while ($told < @$tasks) {
		while ($next < @$tasks && keys %running < $jobs) {
			my $job = _start($work, $tasks->[$next]);
			$running{$job->{pid}} = { %$job, number => $next++ };
		}
		my $pid = waitpid -1, 0;
		die "a process is lost: $!\n" if $pid < 0;
		my $job = delete $running{$pid} // next;
		$results[$job->{number}] = _result($job);
		for (; defined $results[$told]; $told++) {
			$done->($tasks->[$told], $results[$told]);
		}
	}
	return;
}

# The result comes through a file that has no name any more, so that no size of it can make the process wait.
sub _start ($work, $task) {
	open my $file, '+>', undef or die "no file for a result: $!\n";
	my $pid = fork // die "fork: $!\n";

	return { pid => $pid, file => $file } if $pid;
	setpgrp;
	local @SIG{qw(INT TERM)} = ('DEFAULT') x 2;
	my $result = eval { $work->($task) } // { error => $@ || "no result\n" };
	print {$file} JSON::PP->new->canonical->encode($result);
	close $file;
	POSIX::_exit(0);
}

sub _result ($job) {
	seek $job->{file}, 0, 0;
	my $text = do { local $/ = undef; readline $job->{file} } // '';

	return eval { decode_json($text) } // { error => "a process ended without a result\n" };
}

1;
