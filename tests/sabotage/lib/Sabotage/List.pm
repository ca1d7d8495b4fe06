# SPDX-License-Identifier: BSD-2-Clause
package Sabotage::List;

# Reads the lists of sabotages (tests/sabotage/*.list) and applies one to a copy of the sources. A list is made of
#
#	== an-expectation-does-nothing
#	What is broken, in a sentence or two.
#	noticed-by: unit/test_verdict => expectations
#	--- tests/conformance/framework/verdict.c
#	-	if (!condition)
#	+	if (!condition && !trial)
#
# and of lines that begin with "#". Behind "---" stands one change of that file, as in a diff, but without numbers and
# with as little around it as tells the place: "-" is taken away, "+" comes in its place, " " stays. The lines must
# stand in the file once, blanks before them do not count, and the first may begin and the last may end within a line. A
# further "---" is a further change. What may stand behind noticed-by: is Sabotage::Check's; a line below it that begins
# with a tab goes on with it.

use v5.36;

use Sabotage::Check;

# Each is { name, where, breaks, check, changes => [{ file, old => [lines], new => [lines] }] }. Dies with a sentence
# where a list cannot be understood.
sub read (@paths) {
	my @sabotages = map { _in_file($_) } @paths;
	my %where;

	for my $sabotage (@sabotages) {
		my $before = $where{$sabotage->{name}};
		die "$sabotage->{where}: $sabotage->{name} stands in $before already\n" if defined $before;
		$where{$sabotage->{name}} = $sabotage->{where};
	}
	return @sabotages;
}

sub _in_file ($path) {
	my @sabotages;

	open my $file, '<', $path or die "$path: $!\n";
	while (my $line = <$file>) {
		chomp $line;
		next if $line =~ /^#/ || $line eq '';
		if ($line =~ /^== ([\w-]+)$/) {
			push @sabotages, { name => $1, where => "$path line $.", breaks => '', changes => [] };
			next;
		}
		@sabotages && _line($sabotages[-1], $line) or die "$path line $.: not understood: $line\n";
	}
	_whole($_) for @sabotages;
	return @sabotages;
}

sub _line ($sabotage, $line) {
	my $change = $sabotage->{changes}[-1];

	if ($line =~ /^noticed-by: (.*)$/) {
		return $sabotage->{noticed_by} = $1;
	} elsif (defined $sabotage->{noticed_by} && !$change && $line =~ /^\t(.*)$/) {
		return $sabotage->{noticed_by} .= " $1";
	} elsif ($line =~ /^--- (\S+)$/) {
		return push $sabotage->{changes}->@*, { file => $1, old => [], new => [] };
	} elsif (!$change) {
		return $sabotage->{breaks} .= ($sabotage->{breaks} eq '' ? '' : ' ') . $line;
	}
	my ($kind, $text) = $line =~ /^([-+ ])(.*)$/ or return 0;
	push $change->{old}->@*, $text if $kind ne '+';
	push $change->{new}->@*, $text if $kind ne '-';
	return 1;
}

sub _whole ($sabotage) {
	my $noticed_by = $sabotage->{noticed_by};
	$sabotage->{check} = defined $noticed_by && Sabotage::Check->parse($noticed_by);
	die "$sabotage->{where}: not understood: noticed-by: $noticed_by\n"
		if defined $noticed_by && !$sabotage->{check};
	my @lacking = (
		$sabotage->{breaks} eq '' ? 'a sentence that says what is broken' : (),
		$sabotage->{check} ? () : 'noticed-by:',
		$sabotage->{changes}->@* ? () : 'a change',
		(grep { !$_->{old}->@* } $sabotage->{changes}->@*) ? 'lines to look for' : (),
	);

	die "$sabotage->{where}: $sabotage->{name} has no $lacking[0]\n" if @lacking;
	return;
}

# The files with the changes made in them, { path => text }; dies with a sentence when a change has lost its place.
sub changed ($sabotage, $root) {
	my %text;

	for my $change ($sabotage->{changes}->@*) {
		my $path = $change->{file};
		$text{$path} //= _slurp("$root/$path") // die "$path, which it changes, is not there\n";
		my $old = _pattern($change->{old}->@*);
		my $places = () = $text{$path} =~ /$old/g;
		die "what it changes in $path stands there $places times, not once: $change->{old}[0]\n"
			if $places != 1;
		my $new = join "\n", $change->{new}->@*;
		# With what is blank before it, or the compiler takes it for part of what is above.
		$text{$path} =~ s/(?:^[ \t]*)?$old/$new/m;
	}
	return \%text;
}

# A blank line of the list stands for itself; elsewhere only what is not blank counts at the beginning of a line.
sub _pattern (@lines) {
	my $pattern = join '[ \t]*\n\s*', map { quotemeta s/^\s+|\s+$//gr } @lines;
	return qr/$pattern/;
}

sub _slurp ($path) {
	open my $file, '<', $path or return;
	local $/ = undef;
	return <$file>;
}

1;
