# SPDX-License-Identifier: BSD-2-Clause
package Report::Run;

# One kept run: the TAP that a program or a boot printed, as points with their evidence, and for a boot of the gate the
# matrix, what the console firmware handed over, and which QEMU it was. What is missing in it is a problem of the run.
# Report::Result keeps the same as JSON, and makes runs of that again.

use v5.36;

use constant { READ_LIMIT => 32 * 1024 * 1024, PROBLEMS_SHOWN => 5 };

# A point is { name, outcome, why, evidence }. outcome: ok, skip, todo (a deviation), failed, error (could not be
# judged); why: the reason of a skip, the name of a deviation, the reason that the evidence gives.
sub read ($class, $path, $name) {
	my $self = $class->restored(name => $name, path => $path);

	$self->_line($_) for _lines($path);
	$self->_check;
	$self->_name_unsteady;
	return $self;
}

# Of what the accessors below return, as one of another form has kept it.
sub restored ($class, %kept) {
	return bless {
		points => [], matrix => {}, hand_off => {}, run => {}, problems => [], plan => undef, yaml => undef,
		columns => [], not_judged => [], unsteady => [], %kept,
	}, $class;
}

sub _lines ($path) {
	open my $file, '<:raw', $path or die "$path: $!\n";
	die "$path: is not a file\n" if !-f $file;
	die "$path: is larger than any report\n" if -s _ > READ_LIMIT;
	local $/ = undef;
	return split /\r?\n/, (<$file> // '') =~ s/[^\t\r\n -~]/?/gr;
}

# ---- Lines --------------------------------------------------------------------------------------------------------

sub _line ($self, $line) {
	if (defined $self->{yaml}) {
		return $self->_evidence($line) if $line =~ /^\s/ || $line eq '';
		$self->{yaml} = undef;
	}
	return $self->_point($1, $2, $3) if $line =~ /^(not )?ok\b\s*(\d+)?(?:\s*-)?\s*(.*)/;
	return $self->_comment($1) if $line =~ /^#\s?(.*)/;
	return $self->_plan($1) if $line =~ /^1\.\.(\d+)/;
	$self->{yaml} = [] if $line =~ /^  ---/ && $self->{points}->@*;
	$self->_problem("Bail out! $1") if $line =~ /^Bail out!\s*(.*)/i;
	return;
}

sub _plan ($self, $points) {
	$self->_problem('has two plans') if defined $self->{plan};
	$self->{plan} //= $points;
	return;
}

sub _point ($self, $not, $number, $rest) {
	my ($name, $directive, $why) = $rest =~ /^((?:[^\\#]|\\.)*?)\s*(?:#\s*(TODO|SKIP)\w*\s*(.*))?$/i;
	my $outcome = $directive ? lc $directive : $not ? 'failed' : 'ok';

	$_ = ($_ // '') =~ s/\\([\\#])/$1/gr for $name, $why;
	push $self->{points}->@*, { name => $name, outcome => $outcome, why => $why, evidence => '' };
	my $expected = $self->{points}->@*;
	$self->_problem("has point $number where $expected must be") if defined $number && $number != $expected;
	return;
}

sub _evidence ($self, $line) {
	my $point = $self->{points}[-1];

	if ($line =~ /^\s+\.\.\.\s*$/) {
		$self->{yaml} = undef;
		return;
	}
	$point->{evidence} .= $line =~ s/^  //r . "\n";
	$point->{outcome} = 'error' if $point->{outcome} eq 'failed' && $line =~ /^  verdict: error\s*$/;
	$point->{why} = $1 =~ s/\\(.)/$1/gr
		if $point->{outcome} =~ /^(?:failed|error)$/ && $line =~ /^  reason: "(.*)"\s*$/;
	return;
}

sub _comment ($self, $text) {
	return $self->_matrix($1) if $text =~ /^matrix: (\S.*)/;
	$self->{run}{$1} = $2 if $text =~ /^run: (\w+) (.*)/;
	$self->{run}{firmware} //= $1 if $text =~ /^busproof (\S+) on /;
	push $self->{not_judged}->@*, $1 if $text =~ /^not judged: (\S.*?)\s*$/;
	push $self->{unsteady}->@*, $1 if $text =~ /^unsteady: (\S.*?)\s*$/;
	$self->{hand_off}{$1} = $2 if $text =~ /^hand-off ([0-9a-f]\S*|hose \d+ \S+)\s+(.*)/;
	return;
}

# A heading first ("device and mode  descriptors  ..."), then rows ("rng@01:01.0/accepted  bus  ...").
sub _matrix ($self, $text) {
	my ($row, @cells) = split ' ', $text =~ s/^device and mode/device/r;

	if ($row eq 'device') {
		$self->{columns} = \@cells;
	} elsif (@cells == $self->{columns}->@*) {
		$self->{matrix}{$row}->@{$self->{columns}->@*} = @cells;
	}
	return;
}

# ---- As a whole ---------------------------------------------------------------------------------------------------

sub _problem ($self, $text) {
	push $self->{problems}->@*, $text if $self->{problems}->@* < PROBLEMS_SHOWN;
	return;
}

sub _check ($self) {
	my ($plan, $came) = ($self->{plan}, scalar $self->{points}->@*);

	$self->_problem($came ? 'has no plan' : 'printed no TAP') if !defined $plan;
	$self->_problem("planned $plan points, $came came") if defined $plan && $plan != $came;
	return;
}

# "name: why" becomes { point, why }, each point once. A name may have a colon in it, so the longest one counts that is
# a point's.
sub _name_unsteady ($self) {
	my %there = map { $_->{name} => 1 } $self->points;
	my (%seen, @unsteady);

	for my $text ($self->{unsteady}->@*) {
		my @words = split /: /, $text;
		my @ends = grep { $there{join ': ', @words[0 .. $_]} } 0 .. $#words;
		my $end = $ends[-1] // 0;
		my ($name, $why) = map { join ': ', @$_ } [@words[0 .. $end]], [@words[$end + 1 .. $#words]];
		push @unsteady, { point => $name, why => $why } if !$seen{$name}++;
	}
	$self->{unsteady} = \@unsteady;
	return;
}

sub name ($self) { return $self->{name} }
sub path ($self) { return $self->{path} }
sub points ($self) { return $self->{points}->@* }
sub problems ($self) { return $self->{problems}->@* }
sub matrix ($self) { return $self->{matrix} }
sub structures ($self) { return $self->{columns}->@* }
sub columns ($self) { return $self->{columns}->@* }
sub hand_off ($self) { return $self->{hand_off} }
sub not_judged ($self) { return $self->{not_judged}->@* }	# "net@00:03.0: what of it: what to add"
sub unsteady ($self) { return $self->{unsteady}->@* }	# { point, why }: failed once, and not in a second try
sub count ($self, @outcomes) {
	my %is = map { $_ => 1 } @outcomes;
	return scalar grep { $is{$_->{outcome}} } $self->points;
}

sub passed ($self) { return !$self->problems && !$self->count('failed', 'error') }

# Of a boot of the gate: the name of its QEMU, and of its configuration. Others have none.
sub qemu ($self) { return ($self->{name} =~ m{(?:^|/)gate/([^/]+)/[^/]+$})[0] }
sub configuration ($self) { return $self->qemu && ($self->{name} =~ m{([^/]+)$})[0] }
sub machine ($self) { return $self->{run}{machine} // ($self->configuration // '') =~ s/-.*//r }
sub version ($self) { return $self->{run}{version} // 'unknown' }
sub place ($self) { return $self->{run}{place} // 0 }	# of its QEMU in QEMUS=
sub seconds ($self) { return $self->{run}{seconds} }
sub command ($self) { return $self->{run}{command} }
sub firmware ($self) { return $self->{run}{firmware} }	# the version that the image says

# Why a point is what it is, or nothing. The harness's own points give their reasons as a list.
sub reason_of ($point) {
	return $point->{why} if $point->{why} ne '';
	return $point->{evidence} =~ /^  - "(.*)"$/m ? $1 =~ s/\\(.)/$1/gr : undef;
}

# ---- Commands in evidence -----------------------------------------------------------------------------------------

# { rerun, debug => what stands in evidence behind this key, with "tests=*" for the point's name }: each is the same for
# all points of a run.
sub repeats ($self) {
	my %repeats;

	for my $point ($self->points) {
		last if keys %repeats == 2;
		while ($point->{evidence} =~ /^(rerun|debug): (.*)/mg) {
			my ($key, $command) = ($1, $2);
			$repeats{$key} //= $command =~ s/tests=\Q$point->{name}\E/tests=*/r;
		}
	}
	return \%repeats;
}

# A point's evidence, in which the lines that follow from repeats() are something else.
sub evidence_without ($point, $repeats, $instead) {
	my $evidence = $point->{evidence};

	for my $key (keys %$repeats) {
		my $command = $repeats->{$key} =~ s/tests=\*/tests=$point->{name}/r;
		$evidence =~ s/^$key: \Q$command\E\n/$instead->($key)/me;
	}
	return $evidence;
}

1;
