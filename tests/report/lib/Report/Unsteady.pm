# SPDX-License-Identifier: BSD-2-Clause
package Report::Unsteady;

# Points that were unsteady: they failed once, and not in a second try, in the firmware itself or in a boot that was
# repeated (Gate::Again, tests/gate/fuzz-machines). They fail nothing, so somebody must be able to see that they grow
# more. For the terminal and for the page.

use v5.36;

use List::Util qw(sum0);

use Report::Html qw(e section points_link);

use constant LINES_SHOWN => 20;

# The same point in two runs counts twice.
sub count (@runs) { return sum0(map { scalar $_->unsteady } @runs) }

# "1 point was", "2 points were".
sub counted (@runs) {
	my $count = count(@runs);

	return $count == 1 ? '1 point was' : "$count points were";
}

sub lines (@runs) {
	my @lines = map { my $name = $_->name; map { "unsteady: $name: $_->{point}: $_->{why}" } $_->unsteady } @runs;

	splice @lines, LINES_SHOWN, @lines - LINES_SHOWN, 'unsteady: and ' . (@lines - LINES_SHOWN) . ' more'
		if @lines > LINES_SHOWN + 1;
	return @lines;
}

# Nothing where all was steady.
sub html (@runs) {
	my @items = map { my $run = $_; map { _item($run, $_) } $run->unsteady } @runs;

	return () if !@items;
	return section('unsteady', 'Unsteady points',
		'They failed once, and not in a second try, as on a computer that does much else. They fail no run.',
		'<ul>', @items, '</ul>');
}

sub _item ($run, $unsteady) {
	my $link = points_link('<code>' . e($unsteady->{point}) . '</code>', run => $run->name,
		name => $unsteady->{point});

	return "<li>$link <small>" . e($run->name) . '</small><br>' . e($unsteady->{why}) . '</li>';
}

1;
