# SPDX-License-Identifier: BSD-2-Clause
package Testing::Program;

# Programs that a test runs to its end, and what they say: each gets no input, and its exit status is that of the shell,
# so that one that a signal ended has not ended well. Beside them programs that a test writes, such as one that only
# pretends to be QEMU. A machine that is talked to while it runs is Testing::Serial's.

use v5.36;

use Exporter qw(import);
use Path::Tiny qw(path);
use POSIX ();

our @EXPORT_OK = qw(run said_by output_of output_alone write_program forget_environment);

# { status, said } of what is started in the folder; said is both outputs.
sub run ($folder, @command) {
	my ($said, $status) = _ended(sub () {
		chdir $folder or die "$folder: $!\n";
		_errors_to('>&', \*STDOUT);
	}, @command);
	return { status => $status, said => $said };
}

# (what is said, status), where that is both outputs,
sub said_by (@command) { return _ended(sub () { _errors_to('>&', \*STDOUT) }, @command) }

# that on standard output, with errors going where those of the test go,
sub output_of (@command) { return _ended(sub () { }, @command) }

# and that without errors, which are not for people who read the test's.
sub output_alone (@command) { return _ended(sub () { _errors_to('>', '/dev/null') }, @command) }

sub _ended ($prepare, @command) {
	my $pid = open my $pipe, '-|' // die "fork: $!\n";

	if (!$pid) {
		eval {
			open STDIN, '<', '/dev/null' or die "STDIN: $!\n";
			$prepare->();
			no warnings 'exec';
			exec { $command[0] } @command or die "$command[0]: $!\n";
		};
		print STDERR $@;
		POSIX::_exit(127);
	}
	my $said = do { local $/ = undef; <$pipe> // '' };
	close $pipe;
	return ($said, $? >> 8 || ($? & 127 ? 128 + ($? & 127) : 0));
}

sub _errors_to ($how, $where) {
	open STDERR, $how, $where or die "STDERR: $!\n";
	return;
}

# One that can be run, at this path: which is returned.
sub write_program ($path, $text) {
	path($path)->touchpath->spew_raw($text);
	chmod 0755, $path or die "$path: $!\n";
	return $path;
}

# The make, the harness or the service that runs the tests says nothing to what is tested. Further names are patterns.
sub forget_environment (@names) {
	my $forgotten = join '|', qw(MAKE MFLAGS PERL_TEST HARNESS_ REPORT_FOLLOWS), map { "(?:$_)" } @names;

	delete @ENV{grep { /^(?:$forgotten)/ } keys %ENV};
	return;
}

1;
