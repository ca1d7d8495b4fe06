# SPDX-License-Identifier: BSD-2-Clause
package Report::Views;

# The matrix of the page: in which view each structure was accessed, folded. Devices that say the same in a mode, of the
# structures that they have, on the same machines and QEMUs, are one row; what differs stands apart.

use v5.36;

use List::Util qw(uniq);

use Report::Html qw(e section table points_link worst);

# What is asked for in another order than that of names.
my @COLUMNS = qw(descriptors available used packed-ring driver-events device-events indirect buffer-read buffer-write);

sub html (@boots) {
	my @rows = rows(@boots);
	my @structures = _structures(@rows);

	return section('matrix', 'Matrix: in which view each structure was accessed',
		'A row stands for devices that say the same in a mode, in all configurations; a cell, for those of '
		. 'them that have the structure. It leads to its points.',
		@rows ? table('Views', ['mode', 'devices', 'on', @structures], map { _row($_, @structures) } @rows)
			: '<p>No boot is kept.</p>');
}

sub _structures (@rows) {
	my %seen = map { $_ => 1 } map { keys $_->{cells}->%* } @rows;

	return ((grep { delete $seen{$_} } @COLUMNS), sort keys %seen);
}

# [{ mode, devices => [], platforms => ["machine QEMU"], on => text, cells => { structure => { view, outcome } } }]
sub rows (@boots) {
	my $seen = _seen(@boots);
	my @platforms = sort(uniq(map { _platform($_) } @boots));
	my (%alike, %rows);

	for my $key (sort keys %$seen) {
		my ($device, $mode, $platform) = split /\0/, $key;
		push $alike{join "\0", $mode, $device, _signature($seen->{$key})}->@*, [$platform, $seen->{$key}];
	}
	for my $key (sort keys %alike) {
		my ($mode, $device) = split /\0/, $key;
		my @on = map { $_->[0] } $alike{$key}->@*;
		my $of = $rows{join "\0", $mode, _on(\@on, @platforms)} //= [];
		my $cells = $alike{$key}[0][1];
		my ($row) = grep { _agree($_->{cells}, $cells) } @$of;

		push @$of, $row = { mode => $mode, platforms => \@on, on => _on(\@on, @platforms), cells => {},
			devices => [] } if !$row;
		push $row->{devices}->@*, $device;
		$row->{cells} = { $row->{cells}->%*, %$cells };
	}
	return map { $rows{$_}->@* } sort keys %rows;
}

sub _agree ($cells, $others) {
	return !grep { $cells->{$_} && _said($cells->{$_}) ne _said($others->{$_}) } keys %$others;
}

# { "device\0mode\0platform" => { structure => { view, outcome } } }: all views that the boots saw, and the worst
# verdict.
sub _seen (@boots) {
	my %seen;

	for my $run (@boots) {
		my %outcome = map { $_->{name} => $_->{outcome} } $run->points;
		for my $row (keys $run->matrix->%*) {
			my ($device, $mode) = $row =~ m{^([^@]+)@[^/]*(?:/(.*))?$} or next;
			my $cells = $seen{join "\0", $device, $mode // '', _platform($run)} //= {};

			for my $structure (grep { $run->matrix->{$row}{$_} ne '-' } $run->columns) {
				my ($verdict) = grep { defined } map { $outcome{"$_/$row"} } tests_of($structure);
				my $cell = $cells->{$structure} //= { views => {}, outcomes => {} };

				$cell->{views}{$run->matrix->{$row}{$structure}} = 1;
				$cell->{outcomes}{$verdict // 'skip'} = 1;
			}
		}
	}
	for my $cell (map { values %$_ } values %seen) {
		$cell->{view} = join ', ', sort keys $cell->{views}->%*;
		$cell->{outcome} = worst(keys $cell->{outcomes}->%*);
	}
	return { map { $_ => $seen{$_} } grep { $seen{$_}->%* } keys %seen };
}

sub _platform ($run) {
	return $run->machine . ' ' . $run->qemu;
}

sub _signature ($cells) {
	return join '; ', map { "$_ " . _said($cells->{$_}) } sort keys %$cells;
}

sub _said ($cell) {
	return "$cell->{view} $cell->{outcome}";
}

# "everywhere", "alpha" (on each of its QEMUs), "sparc64 trixie".
sub _on ($on, @platforms) {
	my @left = @$on;
	my @words;

	return 'everywhere' if @$on == @platforms;
	for my $machine (uniq map { (split / /)[0] } @platforms) {
		my @of = grep { index($_, "$machine ") == 0 } @left;
		my $all = grep { index($_, "$machine ") == 0 } @platforms;
		push @words, @of && @of == $all ? $machine : @of;
	}
	return join ', ', @words;
}

# The tests that look at a structure of a virtio device, at all of them where bit 33 is declined, and at a buffer of
# another engine.
sub tests_of ($structure) {
	return ("virtio.view.$structure", 'virtio.view.declined', 'engine.view-' . $structure =~ s/^buffer-//r);
}

sub _row ($row, @structures) {
	my $mode = $row->{mode} eq '' ? 'no virtio device' : $row->{mode};
	my $bad = grep { $_->{outcome} =~ /^(?:failed|error)$/ } values $row->{cells}->%*;

	return ($bad ? '<tr class="bad">' : '<tr>') . '<th scope="row">' . e($mode) =~ s{/}{/<wbr>}gr
		. '</th><td>' . e(join ', ', $row->{devices}->@*)
		. '</td><td>' . e($row->{on}) . '</td>' . join('', map { _cell($row, $_) } @structures) . '</tr>';
}

sub _cell ($row, $structure) {
	my $cell = $row->{cells}{$structure} or return '<td></td>';
	my $view = $cell->{view} =~ /^(bus|physical|both|none|refused)$/ ? $1 : $cell->{view} =~ /,/ ? 'both' : 'other';
	my %word = (failed => ' failed', error => ' error', todo => ' deviation');
	my ($machines, $qemus) = map { my $at = $_; join ',', uniq map { (split / /, $_,
		2)[$at] } $row->{platforms}->@* } 0, 1;
	my $text = e($cell->{view} . ($word{$cell->{outcome}} // ''));

	# What no test judges has no points to lead to.
	return qq(<td class="view $view $cell->{outcome}">$text</td>) if $cell->{outcome} eq 'skip';
	return qq(<td class="view $view $cell->{outcome}">) . points_link($text, test => join(',',
		tests_of($structure)),
		device => join(',', $row->{devices}->@*), mode => $row->{mode} eq '' ? '-' : $row->{mode},
		$row->{on} eq 'everywhere' ? () : (machine => $machines, qemu => $qemus)) . '</td>';
}

1;
