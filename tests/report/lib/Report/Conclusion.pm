# SPDX-License-Identifier: BSD-2-Clause
package Report::Conclusion;

# What the differences of all configurations come to (Report::Difference): first one line, then classes of cells of the
# matrix, then a line for each device. The details, point by point, stand behind them when they are asked for.

use v5.36;

use List::Util qw(uniq);

use constant { CLASSES_SHOWN => 12, SHORT_REASON => 100 };

# In which way a device was driven says what its addresses are; the ring does not.
my %STATE = (
	accepted => 'with bit 33 accepted', 'not-offered' => 'without bit 33', legacy => 'driven as legacy devices',
	declined => 'with bit 33 declined', 'declined-version-1' => 'with bit 33 and VERSION_1 declined',
);

# runs: those of one side, { key => run }, which say what rows of the matrix there are.
sub lines ($runs, @differences) {
	return (_totals(scalar keys %$runs, @differences), _classes($runs, @differences),
		map { _devices($_) } @differences);
}

sub _totals ($configurations, @differences) {
	my @count = map { my $what = $_; scalar map { $_->{$what}->@* } @differences } qw(points cells hand_off);

	return "different: $count[0] points, $count[1] cells of the matrix and $count[2] lines of the hand-off, "
		. 'in ' . @differences . " of $configurations configurations";
}

# ---- Classes of cells ---------------------------------------------------------------------------------------------

sub _classes ($runs, @differences) {
	my $there = _there($runs);
	my (%cells, @lines);

	for my $difference (@differences) {
		for my $cell ($difference->{cells}->@*) {
			my $class = $cells{_state($cell->{row})}{"$cell->{was} -> $cell->{is}"} //= {};

			$class->{devices}{"$difference->{key} " . _device_of($cell->{row})} = 1;
			$class->{columns}{$cell->{column}} = 1;
		}
	}
	for my $state (sort keys %cells) {
		for my $change (sort keys $cells{$state}->%*) {
			my $class = $cells{$state}{$change};
			my ($some, $all) = map { scalar keys(($_->{devices} // {})->%*) } $class, $there->{$state};
			my @columns = sort keys $class->{columns}->%*;
			my $every = @columns > 1 && @columns == keys(($there->{$state}{columns} // {})->%*);

			push @lines, [$some, sprintf '  %s %s: %s: %s', $some >= $all ? "all $some devices"
				: "$some of $all devices",
				$state, $every ? 'every structure' : join(', ', @columns), $change];
		}
	}
	@lines = map { $_->[1] } sort { $b->[0] <=> $a->[0] || $a->[1] cmp $b->[1] } @lines;
	return @lines if @lines <= CLASSES_SHOWN;
	return (@lines[0 .. CLASSES_SHOWN - 1], '  and ' . (@lines - CLASSES_SHOWN) . ' smaller classes');
}

# { state => { devices, columns } } of all rows of a side: what a class can be all of.
sub _there ($runs) {
	my %there;

	for my $key (keys %$runs) {
		my $matrix = $runs->{$key}->matrix;

		for my $row (keys %$matrix) {
			$there{_state($row)}{devices}{"$key " . _device_of($row)} = 1;
			$there{_state($row)}{columns}{$_} = 1
				for grep { $matrix->{$row}{$_} ne '-' } keys $matrix->{$row}->%*;
		}
	}
	return \%there;
}

sub _state ($row) {
	my ($mode) = $row =~ m{^[^/]+/([^/]+)};

	return defined $mode ? $STATE{$mode} // $mode : 'that are no virtio devices';
}

# ---- Devices ------------------------------------------------------------------------------------------------------

# "rng@00:03.0" of a point's or a row's name; '' of one that is about no device.
sub _device_of ($name) {
	return ($name =~ m{\b([\w:-]+\@\d+:[\da-f]+\.\d)})[0] // '';
}

sub _devices ($difference) {
	my $key = $difference->{key};
	my (%points, %cells, @order);

	return "$key: $difference->{lacking}" if defined $difference->{lacking};
	for my $point ($difference->{points}->@*) {
		push $points{_device_of($point->{name})}->@*, $point;
	}
	for my $cell ($difference->{cells}->@*) {
		push $cells{_device_of($cell->{row})}->@*, $cell;
	}
	@order = sort(uniq(keys %points, keys %cells));
	return (
		(map { "$key: " . _device($_, $points{$_} // [], $cells{$_} // []) } @order),
		map { "$key: $_" } $difference->{hand_off}->@*, $difference->{problems}->@*,
	);
}

sub _device ($device, $points, $cells) {
	my $worse = grep { $_->{was} =~ /^(?:ok|skipped|deviation)/ && $_->{is} =~ /^(?:not ok|error)/ } @$points;
	my $better = grep { $_->{is} =~ /^(?:ok|skipped|deviation)/ && $_->{was} =~ /^(?:not ok|error)/ } @$points;
	my @parts = @$points . ' points';

	push @parts, "$worse fail now" if $worse;
	push @parts, "$better fail no longer" if $better;
	push @parts, @$cells . ' cells of the matrix: ' . join ', ', uniq map { "$_->{was} -> $_->{is}" } @$cells
		if @$cells;
	push @parts, _first(@$points) if @$points == 1 || !@$cells;
	return join '; ', ($device eq '' ? 'no device' : $device) . ": $parts[0]", @parts[1 .. $#parts];
}

sub _first (@points) {
	my $is = $points[0]{is};

	return "$points[0]{name}: " . (length $is > SHORT_REASON ? substr($is, 0, SHORT_REASON) . '...' : $is);
}

# ---- Details ------------------------------------------------------------------------------------------------------

sub details ($difference) {
	return map { "$difference->{key}: $_" } _rows($difference->{cells}->@*), _tests($difference->{points}->@*);
}

# One line for each row of the matrix, with the structures that changed in the same way together.
sub _rows (@cells) {
	my (%columns, %order, @rows);

	for my $cell (@cells) {
		my $change = "$cell->{was} -> $cell->{is}";

		push @rows, $cell->{row} if !$order{$cell->{row}};
		push $order{$cell->{row}}->@*, $change if !$columns{$cell->{row}}{$change};
		push $columns{$cell->{row}}{$change}->@*, $cell->{column};
	}
	return map {
		my $row = $_;
		"matrix: $row " . join '; ', map { join(', ', $columns{$row}{$_}->@*) . ": $_" } $order{$row}->@*;
	} @rows;
}

# Points of one test that differ in the same way are one entry: a broken device breaks dozens of them alike.
sub _tests (@points) {
	my (%entries, @order);

	for my $point (@points) {
		my ($test, $subject) = $point->{name} =~ m{^([\w.-]+)/(.+)$} ? ($1, $2) : ($point->{name}, '');
		my $entry = join "\0", $test, map { s/\d[\da-fx]*/N/gr } $point->{was}, $point->{is};

		push @order, $entry if !$entries{$entry};
		push $entries{$entry}->@*, { %$point, test => $test, subject => $subject };
	}
	return map { _entry($entries{$_}->@*) } @order;
}

sub _entry (@points) {
	my ($first) = @points;
	my $alike = (uniq map { "$_->{was}\0$_->{is}" } @points) > 1 ? ' (other numbers in others)' : '';
	my $subjects = @points == 1 ? ($first->{subject} eq '' ? '' : "/$first->{subject}")
		: " of " . @points . ' subjects: ' . join ', ', map { $_->{subject} } @points;

	return "$first->{test}$subjects\n    A: $first->{was}\n    B: $first->{is}$alike";
}

1;
