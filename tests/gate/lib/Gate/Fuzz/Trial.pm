# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Trial;

# Boots a machine, twice, and says what is wrong with it. A finding is { kind, key, text }: kind is one of
#
#   refused     QEMU does not start it: it is no legal machine
#   death       QEMU died of a signal
#   unbounded   the run had to be ended, or took more of the processor than it may
#   failed      a point failed that is no deviation
#   host        a point of the harness failed: the end of the run, a disk, a user's file
#   stderr      QEMU complains of something other than its guest
#   verdict     the second boot had another verdict for a point
#   text        the second boot said something else, with the same verdicts
#
# and key is the test, or the kind of complaint, by which two machines are known to have the same fault.

use v5.36;

use POSIX ();

use Gate::Bytes qw(bytes_of);
use Gate::Fuzz::Said;

use constant { BAD_OPTION => 2, BOUND => 60 };

my $COMPLAINTS = qr/assert|abort|CRITICAL|corrupt|double free|Sanitizer|runtime error|\bBUG\b|should not be reached/i;

# boot: the program tests/gate/boot; qemu: path; folder: where; timeout: seconds, bound: seconds of the processor.
sub new ($class, %options) { return bless { bound => BOUND, %options }, $class }

# { findings, skip, boots => [...] } of a configuration in a file; twice: whether a sound one is booted again.
sub judge ($self, $path, $twice = 1) {
	my $first = $self->_boot($path);
	my @findings = $self->_findings($first);
	my @boots = $first;

	if ($twice && !grep({ $_->{kind} =~ /^(?:refused|unbounded|death)$/ } @findings) && !defined $first->{skip}) {
		push @boots, $self->_boot($path);
		push @findings, map { $self->_is_new($_, @findings) ? $_ : () } $self->_findings($boots[1]);
		push @findings, Gate::Fuzz::Said::differences($first->{said}, $boots[1]{said});
	}
	return { findings => \@findings, skip => $first->{skip}, boots => \@boots };
}

sub _is_new ($self, $finding, @known) {
	return !grep { $_->{kind} eq $finding->{kind} && $_->{key} eq $finding->{key} } @known;
}

# What one boot said and took. The processor's time is that of boot and QEMU together.
sub _boot ($self, $path) {
	my @command = ($self->{boot}, '--qemu', $self->{qemu}, '--folder', $self->{folder}, '--timeout',
		$self->{timeout}, $path);
	my ($user, $system) = (times)[2, 3];
	my $pid = open my $output, '-|' // die "fork: $!\n";

	if (!$pid) {
		open STDERR, '>', "$self->{folder}/boot.err" or die "STDERR: $!\n";
		exec @command or POSIX::_exit(127);
	}
	my $text = do { local $/ = undef; <$output> } // '';
	close $output;
	die "$path: ", bytes_of("$self->{folder}/boot.err") // '' if $? >> 8 == BAD_OPTION || $? & 127;
	my ($user_now, $system_now) = (times)[2, 3];
	my ($skip) = $text =~ /^1\.\.0 # SKIP (.*)/;

	return { said => Gate::Fuzz::Said->new($text), skip => $skip,
		stderr => bytes_of("$self->{folder}/qemu.err") // '',
		seconds => $text =~ /^# run: seconds ([\d.]+)/m ? $1 : 0,
		processor => $user_now + $system_now - $user - $system };
}

sub _findings ($self, $boot) {
	my $said = $boot->{said};
	my @problems = grep { !/^QEMU says/ } $said->problems;

	return if defined $boot->{skip};
	if (grep { /^QEMU did not start: exit status/ } @problems) {
		my ($why) = $boot->{stderr} =~ /(\S.*)/;
		return { kind => 'refused', key => 'refused', text => $why // 'QEMU did not start' };
	}
	return (
		_refused_itself($boot, @problems),
		(map { { kind => 'death', key => $_, text => "$_: " . _last_line($boot->{stderr}) } }
			grep { /^QEMU died/ } @problems),
		(map { { kind => 'unbounded', key => 'unbounded', text => $_ } }
			grep { /^QEMU (?:still ran|stood still|wrote more)/ } @problems),
		$self->_bound($boot),
		(map { { kind => 'failed', key => $_->{test},
			text => "$_->{name}: " . ($_->{reason} // 'no reason given') } } $said->failed),
		(map { { kind => 'host', key => s/\d+/N/gr, text => $_ } }
			grep { !/^QEMU (?:still|stood|wrote|died)/ } @problems),
		(map { { kind => 'stderr', key => s/\d+/N/gr, text => $_ } } grep { /$COMPLAINTS/ }
			split /\n/, $boot->{stderr}),
	);
}

# An end before the verdict, of a QEMU that refused an access of its own chipset's.
sub _refused_itself ($boot, @problems) {
	my ($region) = $boot->{stderr} =~ /Blocked re-entrant IO on MemoryRegion: (cchip\d)/ or return;
	return if !grep { /points were planned/ } @problems;
	return { kind => 'death', key => "re-entrant $region",
		text => "QEMU ended after it blocked an access to $region" };
}

sub _bound ($self, $boot) {
	return () if $boot->{processor} <= $self->{bound};
	return { kind => 'unbounded', key => 'unbounded',
		text => sprintf 'it took %.0f s of the processor, more than %d', $boot->{processor}, $self->{bound} };
}

sub _last_line ($text) { return (grep { /\S/ } split /\n/, $text)[-1] // 'nothing was said' }

1;
