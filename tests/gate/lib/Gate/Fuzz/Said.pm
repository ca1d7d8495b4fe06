# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Said;

# What a boot said as TAP: its points with their evidence, and its comments; which points failed, and what differs from
# another boot of the same machine. Times are no difference, nor what random numbers a device gave, nor whether a
# deviation showed that is listed as showing sometimes, nor how far one went that shows always.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use lib dirname(abs_path(__FILE__)) . '/../../../../report/lib';
use Report::Deviations;

use constant SHOWN => 3;

# What a busy host adds to the comments, and takes away: times, and points that passed in their second try; and
# how far a device went whose declining of bit 33 is a known deviation, as its points' evidence is not compared either.
my $OF_THE_HOST = qr{^# (?:time:|unsteady:|run: (?:seconds|command)|matrix: \S+/declined)};

sub new ($class, $text) {
	my $self = bless { points => [], comments => [] }, $class;
	my $point;

	for my $line (split /\n/, $text) {
		if ($line =~ /^(not )?ok (\d+) - (.*?)(?:\s+# (TODO|SKIP)\s*(.*))?$/) {
			$point = { ok => !$1, name => $3, directive => $4 // '', why => $5 // '', evidence => [] };
			push $self->{points}->@*, $point;
		} elsif ($line =~ /^\s/ && $point) {
			push $point->{evidence}->@*, $line if $line !~ /^  (?:rerun|debug|seconds):/;
		} elsif ($line !~ $OF_THE_HOST) {
			push $self->{comments}->@*, $line;
		}
	}
	return $self;
}

sub points ($self) { return $self->{points}->@* }

# The firmware's points that fail the run: { name, test, reason }.
sub failed ($self) {
	return map { { name => $_->{name}, test => $_->{name} =~ s{/.*}{}r, reason => _field($_, qr/reason|error/) } }
		grep { !$_->{ok} && $_->{directive} eq '' && $_->{name} !~ /^host:/ } $self->points;
}

# What the harness's own points complain of.
sub problems ($self) {
	return map { /^    - "(.*)"$/ ? $1 =~ s/\\(.)/$1/gr : () } map { $_->{evidence}->@* }
		grep { !$_->{ok} && $_->{name} =~ /^host:/ } $self->points;
}

sub _field ($point, $name) {
	my ($value) = map { /^  (?:$name): "?(.*?)"?$/ ? $1 : () } $point->{evidence}->@*;
	return $value;
}

sub differences ($one, $other) {
	my @points = map { $_->{points} } $one, $other;

	return { kind => 'verdict', key => 'number of points', text => @{$points[0]} . ' points, then '
		. @{$points[1]} }
		if $points[0]->@* != $points[1]->@*;
	state $may_show = { map { $_->{name} => 1 } grep { $_->{shows} ne 'always' } Report::Deviations::listed() };
	my @pairs = map { [$points[0][$_], $points[1][$_]] } 0 .. $points[0]->$#*;
	my @steady = grep { !$may_show->{$_->[0]{why}} && !$may_show->{$_->[1]{why}} } @pairs;
	my @verdicts = grep { _verdict($_->[0]) ne _verdict($_->[1]) } @steady;
	my @texts = grep { $_->[0]{directive} ne 'TODO' && _verdict($_->[0]) eq _verdict($_->[1])
		&& _evidence($_->[0]) ne _evidence($_->[1]) } @steady;

	return (
		_few(map { { kind => 'verdict', key => $_->[0]{name} =~ s{/.*}{}r,
			text => _verdict($_->[0]) . ', then ' . _verdict($_->[1]) } } @verdicts),
		_few(map { { kind => 'text', key => $_->[0]{name} =~ s{/.*}{}r, text => "$_->[0]{name}: "
			. _first_difference(map { _evidence($_) } @$_) } } @texts),
		_comments($one, $other),
	);
}

sub _few (@list) { return splice @list, 0, SHOWN }

# Some devices look at their rings by themselves after some starts, and not after others.
my $LOOKS_BY_ITSELF = qr/^the device uses buffers without a doorbell$/;

sub _verdict ($point) {
	my $verdict = ($point->{ok} ? 'ok ' : 'not ok ') . $point->{name};
	return $verdict if $point->{directive} eq '' || $point->{why} =~ $LOOKS_BY_ITSELF;
	return "$verdict # $point->{directive} $point->{why}";
}

sub _evidence ($point) {
	return join "\n", map { s/found [0-9a-f]{16}/found DATA/gr } $point->{evidence}->@*;
}

sub _comments ($one, $other) {
	my @texts = map { join "\n", $_->{comments}->@* } $one, $other;

	return () if $texts[0] eq $texts[1];
	my $difference = _first_difference(@texts);
	my ($key) = $difference =~ /^# ([\w-]+)/;
	return { kind => 'text', key => 'comment ' . ($key // ''), text => $difference };
}

sub _first_difference ($one, $other) {
	my @lines = map { [split /\n/] } $one, $other;
	my ($at) = grep { ($lines[0][$_] // '') ne ($lines[1][$_] // '') } 0 .. $lines[0]->@* + $lines[1]->@*;

	return ($lines[0][$at] // 'nothing') =~ s/^\s+//r . ', then ' . (($lines[1][$at] // 'nothing') =~ s/^\s+//r);
}

1;
