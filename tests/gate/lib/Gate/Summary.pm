# SPDX-License-Identifier: BSD-2-Clause
package Gate::Summary;

# What a person wants to know when a run is over, on one screen: the verdict, the matrix in short, points that failed
# with their reasons, known deviations by name, what was not judged, and where the rest is. It is given the lines of the
# run as they come; Gate::Screen shows what it makes of them.

use v5.36;

use Text::Wrap ();

use constant { REASONS_SHOWN => 10, POINTS_SHOWN => 3, VIEW_WIDTH => 10, INDENT => 2 };

sub new ($class, $width) {
	return bless { width => $width, failed => [], deviations => {}, views => {}, devices => [], columns => [],
		block => '' }, $class;
}

# ---- What comes ---------------------------------------------------------------------------------------------------

# name: without directive and escapes; outcome: ok, failed, todo or skip; why: what stands behind the directive.
sub point ($self, $name, $outcome, $why) {
	$self->{deviations}{$why}++ if $outcome eq 'todo';
	$self->{block} = '';
	$self->{asked} = $outcome eq 'failed' ? { name => $name, reasons => [] } : undef;
	push $self->{failed}->@*, $self->{asked} if $self->{asked};
	return;
}

# The reason of a point that failed; of the command line, the lines of the block "errors".
sub evidence ($self, $line) {
	my $point = $self->{asked} or return;

	push $point->{reasons}->@*, $1 =~ s/\\(.)/$1/gr if $line =~ /^  (?:reason|errors): "(.*)"\s*$/;
	push $point->{reasons}->@*, $1 if $self->{block} eq 'errors' && $line =~ /^    (\S.*)/;
	$self->{block} = $1 if $line =~ /^  ([\w-]+):/;
	return;
}

# A heading first, then a row for each device and mode. Without a heading no view was looked at.
sub matrix ($self, $text) {
	my ($row, @cells) = split ' ', $text =~ s/^device and mode/device/r;
	my ($device, $mode) = split m{/}, $row, 2;

	return $self->{columns} = \@cells if $row eq 'device';
	return if !$self->{columns}->@*;
	push $self->{devices}->@*, $device if !$self->{views}{$device};
	push $self->{views}{$device}->@*, { mode => $mode // '', view => $self->_view(@cells) };
	return;
}

# "bus", or where not all structures were seen in the view of most of them, "bus, but used: none".
sub _view ($self, @cells) {
	my %of;

	for my $column (grep { $cells[$_] !~ /^(?:-|unused)$/ } 0 .. $#cells) {
		push $of{$cells[$column]}->@*, $self->{columns}[$column] // '?';
	}
	my ($most, @others) = sort { $of{$b}->@* <=> $of{$a}->@* || $a cmp $b } keys %of;

	return join ', but ', $most // 'not looked at', map { join(' and ', $of{$_}->@*) . ": $_" } @others;
}

# ---- What is shown ------------------------------------------------------------------------------------------------

sub lines ($self, @not_judged) {
	return ($self->_matrix_lines, $self->_failed_lines, $self->_deviation_lines,
		map { $self->_wrapped("not judged: $_") } @not_judged);
}

sub _wrapped ($self, $text, $behind = 2 * INDENT) {
	local $Text::Wrap::columns = $self->{width} + 1;
	local $Text::Wrap::unexpand = 0;
	local $Text::Wrap::huge = 'wrap';

	return split /\n/, Text::Wrap::wrap(' ' x INDENT, ' ' x $behind, $text =~ s/\s+$//r);
}

# Modes of one device that show the same stand in one line.
sub _matrix_lines ($self) {
	my ($longest) = sort { $b <=> $a } map { length } $self->{devices}->@*;
	my @lines;

	for my $device ($self->{devices}->@*) {
		my (%modes, @views);

		for my $row ($self->{views}{$device}->@*) {
			push @views, $row->{view} if !$modes{$row->{view}};
			push $modes{$row->{view}}->@*, $row->{mode} if length $row->{mode};
		}
		for my $view (@views) {
			my $name = $view eq $views[0] ? $device : '';
			push @lines, $self->_wrapped(sprintf('%-*s  %-*s  %s', $longest, $name, VIEW_WIDTH, $view,
				_modes(($modes{$view} // [])->@*)), INDENT + $longest + 2 + VIEW_WIDTH + 2);
		}
	}
	return @lines;
}

# "accepted (indirect, packed), declined": what begins alike is said once.
sub _modes (@modes) {
	my (%under, @bases);

	for my $mode (@modes) {
		my ($base, $rest) = split m{/}, $mode, 2;

		push @bases, $base if !$under{$base};
		push $under{$base}->@*, $rest // ();
	}
	return join ', ', map { $_ . ($under{$_}->@* ? ' (' . join(', ', $under{$_}->@*) . ')' : '') } @bases;
}

# Points that failed for one reason stand together: the reason first, because it is what a reader looks for.
sub _failed_lines ($self) {
	my (%points, @reasons, @lines);

	for my $point ($self->{failed}->@*) {
		my $reason = join '; ', $point->{reasons}->@*;

		push @reasons, $reason if !$points{$reason};
		push $points{$reason}->@*, $point->{name};
	}
	my @shown = @reasons[0 .. ($#reasons < REASONS_SHOWN ? $#reasons : REASONS_SHOWN - 1)];

	push @lines, $self->_wrapped('not ok: ' . join ': ', _some($points{$_}->@*), length ? $_ : ()) for @shown;
	push @lines, $self->_wrapped('not ok: for ' . (@reasons - @shown) . ' more reasons') if @reasons > @shown;
	return @lines;
}

sub _some (@names) {
	return join ', ', @names if @names <= POINTS_SHOWN;
	return join(', ', @names[0 .. POINTS_SHOWN - 1]) . ' and ' . (@names - POINTS_SHOWN) . ' more';
}

sub _deviation_lines ($self) {
	my $of = $self->{deviations};
	my @names = map { "$_ ($of->{$_})" } sort { $of->{$b} <=> $of->{$a} || $a cmp $b } keys %$of;

	return @names ? $self->_wrapped('known deviations: ' . join ', ', @names) : ();
}

1;
