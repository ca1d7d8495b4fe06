# SPDX-License-Identifier: BSD-2-Clause
package Gate::Tap;

# The view for programs: TAP on standard output, with the harness's own points behind the firmware's and the plan made
# to fit. What failed is also said on standard error, where prove lets it through to the person who waits: by reason,
# and not every point of a device that is broken throughout.

use v5.36;

use Gate::Summary;

use constant WIDTH => 120;

# own: number of the harness's points; raw: leave the version and a bail-out as the firmware wrote them.
sub new ($class, %options) {
	STDOUT->autoflush(1);
	return bless { %options, version => $options{raw} ? undef : _version(), planned => 0,
		summary => Gate::Summary->new(WIDTH) }, $class;
}

# The newest version that the installed parser does not call a mistake.
sub _version () {
	require TAP::Parser;
	my $parser = TAP::Parser->new({ tap => "TAP version 14\n1..1\nok 1\n" });
	$parser->run;
	return $parser->parse_errors ? 13 : 14;
}

sub line ($self, $kind, $text, $transcript) {
	if ($kind eq 'version') {
		$text = "TAP version $self->{version}" if defined $self->{version};
		$text = "# $text" if $self->{started}++;
	} elsif ($kind eq 'plan') {
		return $self->_plan($text, $transcript);
	} elsif ($kind eq 'bail' && !$self->{raw}) {
		$text = "# $text";	# would end all other boots of the gate as well
	} elsif ($kind eq 'point') {
		$self->_count($text, $transcript);
	} elsif ($kind eq 'yaml') {
		$self->{summary}->evidence($text);
	}
	say $text;
	return;
}

sub _count ($self, $text, $transcript) {
	my $failed = $transcript->count('failed') > ($self->{failed} // 0);
	my ($name) = $text =~ /^(?:not )?ok\s*\d*(?:\s*-)?\s*(.*)/;

	$self->{failed} = $transcript->count('failed');
	$self->{summary}->point($name =~ s/\\(.)/$1/gr, $failed ? 'failed' : 'ok', '');
	return;
}

sub _plan ($self, $text, $transcript) {
	my $points = $transcript->planned + $self->{own};

	say "# $text" if defined $transcript->skip_all;
	say "1..$points" unless $self->{planned}++;
	return;
}

sub finish ($self, $transcript, $points, $facts) {
	my $number = $transcript->number;

	say 'TAP version ', $self->{version} // 14 if !$transcript->started;
	$self->_tell(map { s/^\s+//r } $self->{summary}->lines);
	$self->_own_point(++$number, $_, $facts) for @$points;
	say "1..$number" if !$self->{planned};
	$self->_run_facts($facts) if !$self->{raw};
	return;
}

# What a report wants to know about the run, and cannot see in its points.
sub _run_facts ($self, $facts) {
	say "# run: $_ ", $facts->{$_} =~ s/[^ -~]/?/gr for qw(machine version place seconds command);
	return;
}

sub _own_point ($self, $number, $point, $facts) {
	if (!$point->{problems}->@*) {
		my $directive = defined $point->{skip} ? ' # SKIP ' . _escape($point->{skip}) : '';
		say "ok $number - ", _escape($point->{name}), $directive;
		return;
	}
	say "not ok $number - ", _escape($point->{name});
	say '  ---';
	say '  problems:';
	say '    - ', _quote($_) for $point->{problems}->@*;
	say "  $_: ", _quote($facts->{$_}) for sort keys %$facts;
	say '  ...';
	$self->_tell("not ok $number - $point->{name}", $point->{problems}->@*, "log: $facts->{log}");
	return;
}

sub _tell ($self, @lines) {
	say STDERR "# $self->{name}: $_" for @lines;
	return;
}

sub _escape ($text) { return $text =~ s/([\\#])/\\$1/gr }

sub _quote ($text) { return '"' . $text =~ s/([\\"])/\\$1/gr =~ s/[^ -~]/?/gr . '"' }

1;
