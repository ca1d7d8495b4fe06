# SPDX-License-Identifier: BSD-2-Clause
package Report::Bench;

# The results of `make bench` as a part of the report page: growth with devices and with memory, requests, mappings,
# times. Plots are drawings in the page itself; the numbers behind each stand in a table under it.

use v5.36;

use JSON::PP;
use List::Util qw(max min uniq);

use Report::Html qw(e section table);

# A plot's drawing: its size, what is left around it for labels, and what a line and a letter of them take. It is small,
# so that its letters can be read on a telephone. Both axes are logarithmic.
use constant { WIDTH => 480, HEIGHT => 320, LEFT => 76, TOP => 20, BOTTOM => 60, LINE => 18, LETTER => 9.3 };
use constant SERIES => 4;	# looks of lines that page.css has
use constant MARK => 26;	# the mark before a name, and the gaps around it

# Nothing where there is no benchmark, and a sentence where its file cannot be read.
sub html ($path) {
	return () if !defined $path || !-e $path;
	my $bench = eval { JSON::PP->new->decode(_slurp($path)) };
	my @body = ref $bench eq 'HASH' ? eval { _body($bench) } : ();

	@body = '<p>bench.json cannot be read: ' . e($@ =~ s/ at \S+ line.*//sr || 'it is no object') . '</p>'
		if !@body;
	return section('times', 'Times and growth (make bench)',
		'Instructions are those of the emulated CPU, counted with <code>-icount shift=0</code>; they include '
		. 'waiting for devices. Seconds are those of the computer that ran it.', @body);
}

sub _slurp ($path) {
	open my $file, '<:raw', $path or die "$path: $!\n";
	local $/ = undef;
	return <$file> // '';
}

sub _body ($bench) {
	my %of = map { $_ => $bench->{$_} } grep { ref $bench->{$_} eq 'HASH' } keys %$bench;

	return (
		_not_run(%of),
		_growth('devices', 'Growth with virtio devices', 'virtio devices behind bridges',
			sub ($size) { $size }, %of),
		_growth('memory', 'Growth with memory', 'memory', \&_memory, %of),
		_mappings(%of), _requests(%of), _times(%of),
	);
}

sub _not_run (%of) {
	return map { '<p>' . e("$_: not run: $of{$_}{not_run}") . '</p>' }
		grep { defined $of{$_}{not_run} } sort keys %of;
}

sub _memory ($megabytes) {
	return $megabytes < 1024 ? "$megabytes MiB" : $megabytes / 1024 . ' GiB';
}

# ---- Growth -------------------------------------------------------------------------------------------------------

my @PARTS = qw(devices engines tests cleaning-up);

sub _growth ($key, $title, $label, $shown, %of) {
	my (@rows, %series);

	for my $machine (grep { ref $of{$_}{$key} eq 'ARRAY' } sort keys %of) {
		for my $size ($of{$machine}{$key}->@*) {
			push @rows, _growth_row($machine, $shown->($size->{size}), $size);
			push $series{$machine}->@*, [$size->{size}, $size->{instructions} / 1e6]
				if $size->{instructions};
		}
	}
	return () if !@rows;
	my $what = "Millions of instructions of a full run, by $label";
	return ("<h3>$title</h3>", _plot($what, $label, 'million instructions', $shown, %series),
		table($what,
			['machine', $label, 'points', 'million instructions', 'thousand a point', 'finding devices',
			'trying engines', 'tests', 'cleaning up', 'bytes on the console', 'seconds, with -icount'],
			@rows));
}

sub _growth_row ($machine, $size, $result) {
	my $head = '<tr><th scope="row">' . e($machine) . '</th><td>' . e($size) . '</td>';

	return $head . '<td colspan="9">not run: ' . e($result->{not_run}) . '</td></tr>' if defined $result->{not_run};
	my $failed = $result->{failed} ? " ($result->{failed} failed)" : '';
	return $head . '<td class="number">' . e("$result->{points}$failed") . '</td>' . join('', map { _number($_) }
		$result->{instructions} / 1e6, $result->{instructions} / 1e3 / max(1, $result->{points}),
		(map { ($result->{parts}{$_} // 0) / 1e6 } @PARTS))
		. '<td class="number">' . e($result->{bytes}) . '</td>' . _number($result->{seconds}) . '</tr>';
}

sub _number ($value) {
	return sprintf '<td class="number">%.*f</td>', $value < 100 ? 1 : 0, $value;
}

# ---- Requests, mappings, times ------------------------------------------------------------------------------------

sub _counts ($result) {
	return ref $result->{counts} eq 'ARRAY' ? $result->{counts}->@* : ();
}

# "map-1024-pages": what a page costs where so many are mapped at once.
sub _mappings (%of) {
	my (@rows, %series);

	for my $machine (sort keys %of) {
		for my $count (_counts($of{$machine})) {
			my ($what, $pages) = $count->{name} =~ /^(map|unmap)-(\d+)-pages$/ or next;
			push $series{"$machine, $what"}->@*, [$pages, $count->{value}];
			push @rows, '<tr><th scope="row">' . e($machine) . '</th><td>' . e($what)
				. '</td><td class="number">' . e($pages)
				. '</td>' . _number($count->{value}) . '</tr>';
		}
	}
	return () if !@rows;
	my $what = 'Instructions to map and unmap a page, by pages at once';
	return ('<h3>Mappings</h3>',
		_plot($what, 'pages at once', 'instructions a page', sub ($size) { $size }, %series),
		'<details><summary>The numbers</summary>',
		table($what, ['machine', 'what', 'pages', 'instructions a page'], @rows), '</details>');
}

sub _requests (%of) {
	my @all = map { my $machine = $_; map { $_->{name} =~ m{^request/([^/]+)/(.+)/depth-(\d+)$}
		? [$machine, $1, $2, $3, $_->{value}] : () } _counts($of{$machine}) } sort keys %of;
	my $longest = max(1, map { $_->[4] } @all);

	return () if !@all;
	return ('<h3>Requests</h3>', table('Instructions of the driver for a request',
		['machine', 'device', 'mode', 'requests for a doorbell', 'instructions a request', ''],
		map { _bar($_->[4] / $longest, _number($_->[4]), $_->@[0 .. 3]) } @all));
}

sub _times (%of) {
	my @rows;

	for my $machine (sort keys %of) {
		my $result = $of{$machine};
		my @bars = grep { defined $_->[1] } ['boot and halt, seconds', $result->{halt_seconds}],
			['full run, mixed set, seconds', $result->{full_seconds}],
			['points per second of it, without the boot', $result->{points_per_second}];
		push @rows, map { '<tr><th scope="row">' . e($machine) . '</th><td>' . e($_->[0])
			. sprintf('</td><td class="number">%.*f</td></tr>', $_->[1] < 100 ? 2 : 0, $_->[1]) } @bars;
	}
	return @rows ? ('<h3>Times</h3>', table('Times', ['machine', 'what', 'value'], @rows)) : ();
}

sub _bar ($part, $number, @cells) {
	my ($head, @others) = map { e($_) } @cells;

	return qq(<tr><th scope="row">$head</th>) . join('', map { "<td>$_</td>" } @others) . $number
		. sprintf '<td><svg width="120" height="10" aria-hidden="true"><rect width="%d" height="10"></rect>'
			. '</svg></td></tr>',
			max(1, 120 * $part);
}

# ---- Plots --------------------------------------------------------------------------------------------------------

# series: name => [[x, y], ...]. Lines differ in dashes and marks as well as in colour, and each has its name
# at its end.
sub _plot ($what, $x_label, $y_label, $shown, %series) {
	my @points = grep { $_->[0] > 0 && $_->[1] > 0 } map { @$_ } values %series;

	return () if !@points;
	my @x = sort { $a <=> $b } uniq map { $_->[0] } @points;
	my ($low, $high) = _decades(map { $_->[1] } @points);
	my $right = WIDTH - MARK - LETTER * max(map { length } keys %series);
	my $x_at = _scale($x[0], $x[-1], LEFT, $right);
	my $y_at = _scale($low, $high, HEIGHT - BOTTOM, TOP);
	my $number = 0;

	return (qq(<figure><svg class="plot" viewBox="0 0 @{[WIDTH]} @{[HEIGHT]}" role="img" )
		. qq(aria-label="${\ e($what)}: the numbers are in the table that follows">),
		_grid(\@x, $low, $high, $x_at, $y_at, $shown), _axis_labels($x_label, $y_label, $right),
		_names_apart($y_at, $right, %series),
		(map { _line($_, $number++, $x_at, $y_at, $series{$_}) } sort keys %series),
		'</svg><figcaption>' . e($what) . '</figcaption></figure>');
}

# Powers of ten around all values.
sub _decades (@values) {
	my ($low, $high) = (1, 1);

	$low /= 10 while $low > min(@values);
	$low *= 10 while $low * 10 <= min(@values);
	$high = $low * 10;
	$high *= 10 while $high < max(@values);
	return ($low, $high);
}

sub _scale ($from, $to, $first, $last) {
	return sub ($value) {
		return $from == $to ? ($first + $last) / 2
			: $first + ($last - $first) * log($value / $from) / log($to / $from);
	};
}

sub _grid ($xs, $low, $high, $x_at, $y_at, $shown) {
	my $right = sprintf '%.1f', $x_at->($xs->[-1]);
	my (@parts, $end);

	for (my $y = $low; $y <= $high * 1.001; $y *= 10) {
		my $at = sprintf '%.1f', $y_at->($y);
		push @parts, qq(<line class="grid" x1="@{[LEFT]}" y1="$at" x2="$right" y2="$at"></line>),
			sprintf '<text x="%d" y="%.1f" text-anchor="end">%s</text>', LEFT - 8, $at + 5, $y;
	}
	for my $x (@$xs) {
		my $at = sprintf '%.1f', $x_at->($x);
		push @parts, sprintf '<line class="grid" x1="%s" y1="%d" x2="%s" y2="%d"></line>', $at, TOP, $at,
			HEIGHT - BOTTOM;
		my $half = LETTER * length($shown->($x)) / 2;
		next if defined $end && $at - $half < $end + LETTER;
		$end = $at + $half;
		push @parts, sprintf '<text x="%s" y="%d" text-anchor="middle">%s</text>', $at, HEIGHT - BOTTOM + 24,
			e($shown->($x));
	}
	return @parts;
}

sub _axis_labels ($x_label, $y_label, $right) {
	my $middle = (TOP + HEIGHT - BOTTOM) / 2;

	return (sprintf('<text x="%d" y="%d" text-anchor="middle">%s</text>', (LEFT + $right) / 2, HEIGHT - 10,
		e($x_label)),
		sprintf '<text x="16" y="%d" text-anchor="middle" transform="rotate(-90 16 %d)">%s</text>',
			$middle, $middle, e($y_label));
}

# Names stand at the right with the marks of their lines, as high as those end, and one below the other where they meet.
sub _names_apart ($y_at, $right, %series) {
	my %end = map { $_ => $y_at->($series{$_}[-1][1]) } sort keys %series;
	my ($at, $number, @parts) = (TOP - LINE, 0);
	my %number = map { $_ => $number++ } sort keys %series;

	for my $name (sort { $end{$a} <=> $end{$b} || $a cmp $b } keys %end) {
		my $class = 'series-' . $number{$name} % SERIES;
		$at = max($at + LINE, $end{$name} + 5);
		push @parts, _mark($class, $number{$name}, $right + MARK - 10, $at - 5),
			sprintf '<text class="%s" x="%.1f" y="%.1f">%s</text>', $class, $right + MARK, $at, e($name);
	}
	return @parts;
}

sub _line ($name, $number, $x_at, $y_at, $points) {
	my $class = 'series-' . $number % SERIES;
	my @at = map { [$x_at->($_->[0]), $y_at->($_->[1])] } @$points;
	my $path = join ' ', map { sprintf '%.1f,%.1f', @$_ } @at;

	return (qq(<polyline class="$class" points="$path"></polyline>), map { _mark($class, $number, @$_) } @at);
}

sub _mark ($class, $number, $x, $y) {
	return sprintf '<circle class="%s" cx="%.1f" cy="%.1f" r="5"></circle>', $class, $x, $y if $number % 2 == 0;
	return sprintf '<rect class="%s" x="%.1f" y="%.1f" width="9" height="9"></rect>', $class, $x - 4.5, $y - 4.5;
}

1;
