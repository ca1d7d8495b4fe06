package Gate::Screen;

# The view for people (make run): what the firmware says as it says it, each verdict behind a counter that shows how far
# the run is, and a summary at the end. Colours only on a terminal, and not when NO_COLOR is set.

use v5.36;

my %COLOUR = (ok => 32, failed => 31, todo => 33, skip => 33, comment => 2, PASS => '1;32', FAIL => '1;31');

sub new ($class, %options) {
	STDOUT->autoflush(1);
	my $self = bless { %options, colour => -t STDOUT && !length($ENV{NO_COLOR} // ''), quiet => 0 }, $class;
	say "$self->{name}: booting $self->{what}";
	return $self;
}

sub line ($self, $kind, $text, $transcript) {
	return $self->_point($text, $transcript) if $kind eq 'point';
	return if $kind eq 'version' || $kind eq 'plan' || $text =~ /^# (?:host-check|bench|busproof|not judged):/;
	return if $kind eq 'yaml' && $self->{quiet};
	say $kind eq 'comment' ? $self->_paint('comment', $text) : $text;
	return;
}

# YAML is shown below points that fail; elsewhere it only would hide them.
sub _point ($self, $text, $transcript) {
	my ($not, $name) = $text =~ /^(not )?ok\s*\d*(?:\s*-)?\s*(.*)/;
	my ($directive) = map { lc } $name =~ /(?<!\\)#\s*(TODO|SKIP)/i;
	my $outcome = $directive // ($not ? 'failed' : 'ok');

	$self->{quiet} = $outcome ne 'failed';
	$self->_verdict($transcript->number, $transcript->planned, $outcome, $name);
	return;
}

sub _verdict ($self, $number, $planned, $outcome, $name) {
	my $total = defined $planned ? $planned + $self->{own} : '?';
	my $word = { ok => 'ok    ', failed => 'NOT OK', todo => 'todo  ', skip => 'skip  ' }->{$outcome};

	printf "[%*s/%s] %s %s\n", length $total, $number, $total, $self->_paint($outcome, $word),
		$name =~ s/\\([\\#])/$1/gr;
	return;
}

sub finish ($self, $transcript, $points, $facts) {
	my $number = $transcript->number;

	for my $point (@$points) {
		my $outcome = $point->{problems}->@* ? 'failed' : defined $point->{skip} ? 'skip' : 'ok';
		my $name = $point->{name} . (defined $point->{skip} ? " # $point->{skip}" : '');
		$self->_verdict(++$number, $transcript->planned, $outcome, $name);
		say "    $_" for $point->{problems}->@*;
	}
	$self->_summary($transcript, $points, $facts);
	return;
}

sub _summary ($self, $transcript, $points, $facts) {
	my @own = grep { $_->{problems}->@* } @$points;
	my @failed = ($transcript->failed, map { "not ok - $_->{name}" } @own);
	my $verdict = @failed ? 'FAIL' : 'PASS';

	say '';
	say $self->_paint('failed', $_) for @failed;
	say $self->_paint('skip', "not judged: $_") for $transcript->not_judged;
	printf "%s: %s: %d ok, %d failed, %d known deviations, %d skipped, in %.1f s\n", $self->{name},
		$self->_paint($verdict, $verdict), $transcript->count('ok') + @$points - @own, scalar @failed,
		$transcript->count('todo'), $transcript->count('skip'), $facts->{seconds};
	say "$self->{name}: the complete log is $facts->{log}";
	say "$self->{name}: the same by hand: $facts->{command}";
	say '';
	return;
}

sub _paint ($self, $what, $text) {
	return $self->{colour} ? "\e[$COLOUR{$what}m$text\e[0m" : $text;
}

1;
