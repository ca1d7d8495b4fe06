# SPDX-License-Identifier: BSD-2-Clause
package Gate::Screen;

# The view for people (make run): one line that shows how far the run is, and at its end a screen that says what came of
# it (Gate::Summary). With verbose every verdict is shown as it comes, and the evidence of what failed. Colours and the
# moving line only on a terminal; no colours when NO_COLOR is set.

use v5.36;

use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use Gate::Place;
use Gate::Summary;

use constant { WIDTH => 80, TERMINAL_SECONDS => 0.1, FILE_SECONDS => 10 };

my %COLOUR = (ok => 32, failed => 31, todo => 33, skip => 33, comment => 2, PASS => '1;32', FAIL => '1;31');

sub new ($class, %options) {
	STDOUT->autoflush(1);
	my $terminal = -t STDOUT;
	my $self = bless {
		%options, terminal => $terminal, colour => $terminal && !length($ENV{NO_COLOR} // ''), quiet => 0,
		width => _width($terminal), told => clock_gettime(CLOCK_MONOTONIC),
	}, $class;

	$self->{summary} = Gate::Summary->new($self->{width});
	say "$self->{name}: booting $self->{what}" if $self->{verbose};
	return $self;
}

# Columns of the terminal; in a file there is no telling.
sub _width ($terminal) {
	my ($asked) = $terminal ? qx{stty size </dev/tty 2>/dev/null} =~ /(\d+)$/ : ();
	my ($columns) = ($ENV{COLUMNS} // $asked // '') =~ /^(\d+)$/;

	return $columns && $columns >= 40 ? $columns : WIDTH;
}

sub line ($self, $kind, $text, $transcript) {
	return $self->_point($text, $transcript) if $kind eq 'point';
	$self->{summary}->evidence($text) if $kind eq 'yaml';
	$self->{summary}->matrix($1) if $kind eq 'comment' && $text =~ /^# matrix: (\S+ .*)/;
	return if !$self->{verbose} || $kind eq 'version' || $kind eq 'plan' || ($kind eq 'yaml' && $self->{quiet});
	return if $text =~ /^# (?:host-check|bench|busproof|not judged):/;
	say $kind eq 'comment' ? $self->_paint('comment', $text) : $text;
	return;
}

# YAML is shown below points that fail; elsewhere it only would hide them.
sub _point ($self, $text, $transcript) {
	my ($not, $name) = $text =~ /^(not )?ok\s*\d*(?:\s*-)?\s*(.*)/;
	my ($plain, $directive, $why) = $name =~ /^((?:[^\\#]|\\.)*?)\s*(?:#\s*(TODO|SKIP)\w*\s*(.*))?$/i;
	my $outcome = $directive ? lc $directive : $not ? 'failed' : 'ok';

	$self->{quiet} = $outcome ne 'failed';
	$self->{summary}->point($plain =~ s/\\([\\#])/$1/gr, $outcome, $why // '');
	return $self->_verdict($transcript->number, $transcript->planned, $outcome, $name) if $self->{verbose};
	$self->_progress($transcript, $plain);
	return;
}

sub _progress ($self, $transcript, $name) {
	my $now = clock_gettime(CLOCK_MONOTONIC);
	my $text = sprintf '%s: %d of %s points, %d failed', $self->{name}, $transcript->number,
		$transcript->planned // '?', $transcript->count('failed');

	return if $now - $self->{told} < ($self->{terminal} ? TERMINAL_SECONDS : FILE_SECONDS);
	$self->{told} = $now;
	return say $text if !$self->{terminal};
	print "\r\e[K", substr "$text: $name", 0, $self->{width} - 1;
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

	print "\r\e[K" if $self->{terminal} && !$self->{verbose};
	for my $point (@$points) {
		my $outcome = $point->{problems}->@* ? 'failed' : defined $point->{skip} ? 'skip' : 'ok';
		my $name = $point->{name} . (defined $point->{skip} ? " # $point->{skip}" : '');

		$self->{summary}->point($point->{name}, $outcome, '');
		$self->{summary}->evidence("  reason: \"$_\"") for $point->{problems}->@*;
		next if !$self->{verbose};
		$self->_verdict(++$number, $transcript->planned, $outcome, $name);
		say "    $_" for $point->{problems}->@*;
	}
	$self->_summary($transcript, $points, $facts);
	return;
}

sub _summary ($self, $transcript, $points, $facts) {
	my @own = grep { $_->{problems}->@* } @$points;
	my $failed = $transcript->failed + @own;
	my $verdict = $failed ? 'FAIL' : 'PASS';

	say '' if $self->{verbose};
	printf "%s: %s: %d ok, %d failed, %d known deviations, %d skipped, in %.1f s\n", $self->{name},
		$self->_paint($verdict, $verdict), $transcript->count('ok') + @$points - @own, $failed,
		$transcript->count('todo'), $transcript->count('skip'), $facts->{seconds};
	for my $line ($self->{summary}->lines($transcript->not_judged)) {
		say $line =~ /^  not ok:/ ? $self->_paint('failed', $line)
			: $line =~ /^  not judged:/ ? $self->_paint('skip', $line) : $line;
	}
	say "  all of it: $facts->{log}, and on the screen with ",
		Gate::Place::is_project() ? 'V=1' : '--verbose';
	say "  by hand: $facts->{command}" if $self->{verbose};
	return;
}

sub _paint ($self, $what, $text) {
	return $self->{colour} ? "\e[$COLOUR{$what}m$text\e[0m" : $text;
}

1;
